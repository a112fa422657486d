"""Far too dark: found when the brightness falls within minutes; not at dusk, under a cloud, or when it is black."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.detectors.dark import describe
from hub.vision.exposure import Trend, follow_level
from hub.vision.usual import Usual
from tests.vision.whole import Camera


def dimmed(camera, to: float, over: int):
    """Brightness falling to a share `to` within so many pictures."""
    steps = iter(range(1, 10_000))
    return lambda: camera.shoot(
        lambda luma: luma * (1 - (1 - to) * min(1.0, next(steps) / over)), noise=0.5, quantiser=0
    )


@pytest.mark.parametrize("kind", ["hall", "road", "yard"])
@pytest.mark.parametrize(("to", "over"), [(0.3, 1), (0.35, 15)])
def test_light_that_goes_within_half_a_minute_is_missed(kind, to, over) -> None:
    camera = Camera(kind, 1)
    suspected = camera.watch("dark", over + 10, dimmed(camera, to, over))
    assert all(suspected[-8:])
    assert "far too dark" in camera.ask("dark").detail.en
    assert "过暗" in camera.ask("dark").detail.zh


def test_a_cloud_and_a_dusk_are_not_too_dark() -> None:
    camera = Camera("road", 2)
    assert not any(camera.watch("dark", 40, dimmed(camera, 0.55, 2)))
    camera = Camera("road", 3)
    camera.usual = Usual(ranges=camera.usual.ranges)
    fall = dimmed(camera, 0.2, 100)
    for _ in range(100):
        camera.see(fall(), step_s=5.0)
        assert not camera.ask("dark").suspected


def test_what_is_black_is_left_to_its_own_detector() -> None:
    camera = Camera("hall", 1)
    assert not any(camera.watch("dark", 10, dimmed(camera, 0.05, 1)))
    assert camera.ask("black").suspected


def test_a_dark_cover_without_bright_places_is_left_to_the_cover() -> None:
    camera = Camera("hall", 1)
    assert not any(camera.watch("dark", 10, lambda: camera.shoot(lambda luma: luma * 0 + 38, noise=1.5)))


def test_it_stays_found_for_as_long_as_it_is_dark() -> None:
    camera = Camera("hall", 2)
    shoot = dimmed(camera, 0.3, 2)
    camera.watch("dark", 8, shoot)
    camera.held = {"dark"}
    for _ in range(60):
        camera.see(shoot(), step_s=5.0)
    camera.at_s += 3600
    assert all(camera.watch("dark", 5, shoot))
    assert not camera.watch("dark", 1)[0]


@settings(max_examples=50)
@given(st.floats(1, 255), st.floats(0.05, 1), st.floats(0.05, 1))
def test_the_trend_never_leaves_what_was_seen(level, first, second) -> None:
    trend = Trend(level=level)
    for share in (first, second):
        trend = follow_level(trend, level * share, 2.0, stand=False)
    assert level * min(first, second) - 1e-6 <= trend.level <= level + 1e-6


def test_the_words_tell_what_is_usual() -> None:
    assert describe(9, 60, 110).zh == "画面过暗：平均亮度 9，通常为 60–110"
    assert describe(9, 80, 80).en == "the picture is far too dark: mean 9, usual 80"
