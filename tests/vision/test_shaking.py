"""Shaking: from a deviation of 2 of 320 pixels; not wind, a push, a steady turn, or pictures that fit nowhere."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.vision.detectors.shaking import describe
from hub.vision.shake import KEPT, Shift, jitter
from tests.vision.scenes import MARGIN_X, MARGIN_Y, place, resample, soften
from tests.vision.whole import Camera, X, Y


def swaying(camera, kind, seed, sigma, extra=lambda luma: luma):
    rng = np.random.default_rng(11)
    world = place(kind, seed)

    def shoot():
        dx, dy = rng.normal(0, sigma, 2)
        moved = resample(world, X + MARGIN_X + np.float32(dx), Y + MARGIN_Y + np.float32(dy))
        return camera.shoot(lambda luma: extra(moved))

    return shoot


@pytest.mark.parametrize("kind", ["hall", "road", "night"])
@pytest.mark.parametrize("sigma", [3, 8])
def test_a_camera_that_shakes_is_found(kind, sigma) -> None:
    camera = Camera(kind, 1, noise=4.0 if kind == "night" else 1.5)
    suspected = camera.watch("shaking", 24, swaying(camera, kind, 1, sigma))
    assert sum(suspected[10:]) >= 12
    assert "shakes" in camera.ask("shaking").detail.en or not suspected[-1]


SHAKEN = [(0.0, 0.0), (6.0, 3.0), (-5.0, 2.0), (9.0, -4.0), (-6.0, 1.0), (4.0, 5.0), (-8.0, 0.0), (7.0, 2.0)]


@pytest.mark.parametrize(
    ("places", "noisy"),
    [(SHAKEN, False), ([(0.1, 0.0)] * 8, True), ([], True)],
    ids=["elsewhere each time", "in its place", "nowhere for certain"],
)
def test_what_differs_because_the_view_shakes_is_no_noise(places, noisy) -> None:
    camera = Camera("road", 1)
    camera.watch("noisy", 10)
    shifts = tuple(Shift(x, y, 2.0 * step) for step, (x, y) in enumerate(places))
    camera.signals = msgspec.structs.replace(camera.signals, grain=20.0, shifts=shifts)
    assert camera.ask("noisy").suspected is noisy
    assert camera.ask("shaking").suspected is (places == SHAKEN)


@pytest.mark.parametrize("kind", ["hall", "road", "night"])
def test_wind_in_the_mast_is_no_shaking(kind) -> None:
    camera = Camera(kind, 1)
    assert not any(camera.watch("shaking", 24, swaying(camera, kind, 1, 0.7)))


def test_a_push_and_a_blur_are_no_shaking() -> None:
    camera = Camera("hall", 1)
    assert not any(camera.watch("shaking", 20, lambda: camera.shoot(lambda luma: np.roll(luma, 12, 1))))
    camera = Camera("hall", 2)
    assert not any(camera.watch("shaking", 20, lambda: camera.shoot(lambda luma: soften(luma, 5))))


def test_without_structure_nothing_is_said() -> None:
    camera = Camera("hall", 1)
    camera.watch("shaking", 25, lambda: camera.shoot(lambda luma: luma * 0 + 90))
    answer = camera.ask("shaking")
    assert not answer.suspected
    assert answer.unknown is not None


SHIFTS = st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=KEPT, max_size=KEPT)


@given(SHIFTS, st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 5))
def test_a_steady_turn_adds_nothing_and_twice_the_shaking_reads_double(places, right, down, gain) -> None:
    still = tuple(Shift(x, y, 2.0 * step) for step, (x, y) in enumerate(places))
    turning = tuple(Shift(x + right * step, y + down * step, at) for step, (x, y, at) in enumerate(still))
    stronger = tuple(Shift(gain * x, gain * y, at) for x, y, at in still)
    assert jitter(turning) == pytest.approx(jitter(still), abs=1e-6)
    assert jitter(stronger) == pytest.approx(gain * jitter(still), abs=1e-6)


def test_independent_places_read_as_their_deviation() -> None:
    rng = np.random.default_rng(5)
    read = [jitter(tuple(Shift(x, 0.0, 0.0) for x in rng.normal(0, 2, KEPT))) for _ in range(400)]
    assert np.median(read) == pytest.approx(2, rel=0.25)
    assert describe(3.2).zh == "摄像机抖动：相邻画面偏移约 3 像素（画面宽 320）"
