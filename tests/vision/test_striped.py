"""Stripes: rolling, standing, slanted, from an amplitude of 5 gray levels; fences, walls and shadows are none."""

import numpy as np
import pytest

from hub.vision.detectors.striped import describe
from hub.vision.signals import Signals
from hub.vision.stripes import Wave, own_waves, spectrum, strongest
from tests.vision.whole import Camera, X, Y, wave

ROLLING = {
    "weak": (5, 12, 0.0),
    "level": (10, 9, 0.0),
    "upright": (8, 20, np.pi / 2),
    "slanted": (12, 10, 0.35),
    "wide": (10, 34, 0.0),
}


def rolling(camera, amplitude, period, angle):
    rng = np.random.default_rng(7)
    return lambda: camera.shoot(lambda luma: luma + wave(amplitude, period, angle, rng.uniform(0, 2 * np.pi)))


@pytest.mark.parametrize("name", ROLLING)
@pytest.mark.parametrize("kind", ["hall", "night"])
def test_rolling_stripes_are_found_soon(kind, name) -> None:
    camera = Camera(kind, 1, noise=4.0 if kind == "night" else 1.5)
    suspected = camera.watch("striped", 20, rolling(camera, *ROLLING[name]))
    assert any(suspected[:10])
    assert sum(suspected[10:]) >= 7
    answer = camera.ask("striped")
    if answer.suspected:
        assert answer.share is not None
        assert answer.share > 0.6
        assert "stripes" in answer.detail.en


@pytest.mark.parametrize(("amplitude", "period", "angle"), [(10, 9, 0.0), (6, 7, 0.8), (6, 16, np.pi / 2)])
@pytest.mark.parametrize("kind", ["hall", "yard"])
def test_standing_stripes_are_found_when_they_stay(kind, amplitude, period, angle) -> None:
    camera = Camera(kind, 1)
    shoot = lambda: camera.shoot(lambda luma: luma + wave(amplitude, period, angle))  # noqa: E731
    suspected = camera.watch("striped", 28, shoot)
    assert all(suspected[-4:])
    camera.held = {"striped"}
    assert all(camera.watch("striped", 20, shoot))
    camera.held = set()
    assert not camera.watch("striped", 30)[-1]


def fence(luma):
    return luma * np.where((X.astype(int) // 5) % 2, 0.45, 1.0)


def bricks(luma):
    return luma * np.where(((Y.astype(int) % 8) < 2) | (((X + 8 * ((Y // 8) % 2)).astype(int) % 16) < 2), 0.6, 1.0)


@pytest.mark.parametrize("pattern", [fence, bricks])
def test_a_fence_and_a_wall_are_no_stripes_though_they_sway_and_the_sun_comes_and_goes(pattern) -> None:
    camera = Camera("yard", 1)
    camera.luma = pattern(camera.luma).astype(np.float32)
    camera.signals = Signals()
    camera.watch("striped", 6)
    rng = np.random.default_rng(3)
    sway = lambda: camera.shoot(lambda luma: np.roll(luma, rng.integers(-1, 2), 1))  # noqa: E731
    assert not any(camera.watch("striped", 12, sway))
    sun = lambda: camera.shoot(lambda luma: luma * rng.choice([0.6, 1.3]))  # noqa: E731
    assert not any(camera.watch("striped", 12, sun))


def test_a_shadow_that_wanders_and_somebody_close_are_no_stripes() -> None:
    camera = Camera("road", 1)
    places = iter(np.linspace(0, 300, 60))
    shadow = lambda: camera.shoot(lambda luma: luma * np.where(next(places) > X + 0.3 * Y, 0.55, 1.0))  # noqa: E731
    assert not any(camera.watch("striped", 60, shadow))
    body = np.abs(X - 150) < 60
    close = lambda: camera.shoot(lambda luma: np.where(body, 80 + wave(8, 40, 1.2), luma))  # noqa: E731
    assert not any(camera.watch("striped", 10, close))


def test_the_stronger_the_stripes_the_more_they_read() -> None:
    own = own_waves(np.zeros((90, 160), np.float32))
    noise = np.random.default_rng(1).normal(0, 1, (90, 160)).astype(np.float32)
    found = [strongest(spectrum(noise + wave(amplitude, 12)[::2, ::2]), own, 1.0, 4.0) for amplitude in (3, 6, 12, 24)]
    assert all(wave is not None and (abs(wave.down), wave.across) == (15, 0) for wave in found)
    assert [wave.amplitude for wave in found] == pytest.approx([3, 6, 12, 24], rel=0.1)
    assert [wave.height for wave in found] == sorted(wave.height for wave in found)


def test_noise_alone_has_no_wave_that_stands_out() -> None:
    own = own_waves(np.zeros((90, 160), np.float32))
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 60, (90, 160)).astype(np.float32)
        found = strongest(spectrum(noise), own, 1.0, 4.0)
        assert found is not None
        assert found.height < 6


def test_the_words_name_direction_and_distance() -> None:
    assert describe(Wave(20, 0, 8.0, 30.0), rolls=True).zh == "画面有滚动的横条纹：间隔 9（共 180 行），强度 8 灰度级"
    assert "diagonal" in describe(Wave(-15, 20, 8.0, 30.0), rolls=False).en
