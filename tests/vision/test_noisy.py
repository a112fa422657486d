"""Noise and snow: found at deviations from 12 gray levels, by day and night; rain, passers and exposure are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.grain import grain, structure
from hub.vision.measures import half
from tests.vision.scenes import HEIGHT, WIDTH, rain
from tests.vision.whole import Camera, wave


@pytest.mark.parametrize(("kind", "usual"), [("hall", 1.5), ("road", 2.5), ("night", 5.0)])
@pytest.mark.parametrize(("sigma", "quantiser"), [(15, 0), (18, 10), (40, 20)])
def test_snow_is_found_also_through_compression(kind, usual, sigma, quantiser) -> None:
    camera = Camera(kind, 1, noise=usual)
    assert all(camera.watch("noisy", 5, lambda: camera.shoot(noise=sigma, quantiser=quantiser))[1:])
    assert "noise lies over" in camera.ask("noisy").detail.en
    assert not any(camera.watch("noisy", 4)[1:])


def test_a_screen_full_of_snow_is_noise() -> None:
    camera = Camera("hall", 2)
    rng = np.random.default_rng(1)
    shoot = lambda: camera.shoot(lambda luma: 0.1 * luma + 0.9 * rng.uniform(0, 255, luma.shape))  # noqa: E731
    assert all(camera.watch("noisy", 4, shoot)[1:])


@pytest.mark.parametrize("kind", ["road", "night"])
def test_rain_insects_and_hunting_exposure_are_no_noise(kind) -> None:
    camera = Camera(kind, 1, noise=4.0 if kind == "night" else 1.5)
    rng = np.random.default_rng(2)
    assert not any(camera.watch("noisy", 8, lambda: camera.shoot(lambda luma: rain(luma, rng))))
    assert not any(camera.watch("noisy", 8, lambda: camera.shoot(lambda luma: luma * rng.uniform(0.6, 1.5))))


def test_stripes_that_roll_are_left_to_their_own_detector() -> None:
    camera = Camera("road", 1)
    rng = np.random.default_rng(3)
    shoot = lambda: camera.shoot(lambda luma: luma + wave(25, 10, 0.8, rng.uniform(0, 6)))  # noqa: E731
    assert not any(camera.watch("noisy", 8, shoot)[2:])
    assert camera.ask("striped").suspected


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 30), st.floats(0, 60))
def test_white_noise_reads_as_its_deviation_whatever_the_light_does(sigma, jump) -> None:
    rng = np.random.default_rng(4)
    before, after = (half(np.clip(120 + rng.normal(0, sigma, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)) for _ in "ab")
    assert grain(before, after + np.float32(jump)) == pytest.approx(sigma, rel=0.12, abs=0.25)


def test_structure_is_what_is_left_above_the_noise() -> None:
    camera = Camera("hall", 1)
    full, noise = half(camera.shoot().gray), np.random.default_rng(5).normal(60, 1.0, (90, 160)).astype(np.float32)
    assert structure(full, 2.0) > 0.6
    assert structure(noise, 4.0) < 0.05
