"""Washed out: found when most of the picture burns out; not a headlight, a flash of lightning or a white wall."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.exposure import BLOWN, blown
from hub.vision.usual import Usual, learn
from hub.vision.whole import whole
from tests.vision.whole import Camera, X, Y


@pytest.mark.parametrize("kind", ["hall", "road", "yard", "night"])
@pytest.mark.parametrize(("gain", "offset"), [(3.2, 110), (2.2, 90)])
def test_an_exposure_that_fails_upwards_is_found(kind, gain, offset) -> None:
    camera = Camera(kind, 1, colour=kind != "night")
    assert all(camera.watch("bright", 6, lambda: camera.shoot(lambda luma: luma * gain + offset)))
    assert "washed out" in camera.ask("bright").detail.en


@pytest.mark.parametrize("kind", ["hall", "road", "night"])
def test_headlights_and_a_brighter_day_are_not_washed_out(kind) -> None:
    camera = Camera(kind, 2)
    glare = 300 * np.exp(-((X - 150) ** 2 + (Y - 90) ** 2) / (2 * 40**2))
    assert not any(camera.watch("bright", 4, lambda: camera.shoot(lambda luma: luma * 0.7 + glare)))
    assert not any(camera.watch("bright", 4, lambda: camera.shoot(lambda luma: luma * 1.35)))


def test_a_white_cover_that_is_not_burnt_out_is_left_to_the_cover() -> None:
    camera = Camera("road", 1)
    assert not any(camera.watch("bright", 4, lambda: camera.shoot(lambda luma: luma * 0 + 205)))


def test_a_view_that_is_always_half_burnt_out_is_usual() -> None:
    camera = Camera("road", 4)
    camera.luma[:100] = 255
    camera.usual = Usual()
    for _ in range(30):
        camera.see(camera.shoot())
        camera.usual = learn(camera.usual, whole(camera.picture, camera.signals), 60.0, camera.at)
    assert camera.signals.blown > 0.5
    assert not any(camera.watch("bright", 5))


@settings(max_examples=30)
@given(st.integers(0, 255), st.integers(0, 60))
def test_more_light_burns_out_no_less(level, more) -> None:
    ramp = np.clip(np.linspace(0, level, 320)[None].repeat(180, 0), 0, 255)
    assert blown(np.clip(ramp + more, 0, 255).astype(np.uint8)) >= blown(ramp.astype(np.uint8))
    assert blown(np.full((180, 320), BLOWN, np.uint8)) == 1.0
