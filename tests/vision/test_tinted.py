"""Colour casts: across the colours of light a little is enough, along them more; a sunset and another lamp are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.colour import cast, tint
from hub.vision.signals import Signals
from hub.vision.usual import learn
from hub.vision.whole import whole
from tests.vision.whole import Camera

# Red, green, blue.
CASTS = {
    "green": (0.75, 1.1, 0.75),
    "pink": (1.2, 0.78, 1.15),
    "magenta, slight": (1.08, 0.9, 1.08),
    "red": (1.4, 0.8, 0.7),
    "blue": (0.65, 0.95, 1.35),
    "cyan": (0.7, 1.05, 1.2),
}


@pytest.mark.parametrize("name", CASTS)
@pytest.mark.parametrize(("kind", "gain"), [("hall", 1.0), ("yard", 0.5)])
def test_a_cast_is_found_by_day_and_in_dim_light(kind, gain, name) -> None:
    camera = Camera(kind, 1)
    camera.luma, camera.colour = camera.luma * np.float32(gain), camera.colour * np.float32(gain)
    camera.signals = Signals()
    camera.watch("tinted", 5)
    assert not camera.ask("tinted").suspected
    assert all(camera.watch("tinted", 10, lambda: camera.shoot(gains=CASTS[name])))
    camera.held = {"tinted"}
    assert all(camera.watch("tinted", 20, lambda: camera.shoot(gains=CASTS[name])))
    camera.held = set()
    assert not camera.watch("tinted", 2)[-1]


def test_the_words_name_the_colour() -> None:
    camera = Camera("road", 1)
    for name, en, zh in (("green", "green", "绿"), ("blue", "blue", "蓝"), ("pink", "magenta", "品红")):
        camera.watch("tinted", 1, lambda gains=CASTS[name]: camera.shoot(gains=gains))
        assert en in camera.ask("tinted").detail.en
        assert zh in camera.ask("tinted").detail.zh


def test_a_sunset_and_a_warm_lamp_are_no_cast() -> None:
    camera = Camera("road", 2)
    steps = iter(range(1000))
    sunset = lambda: camera.shoot(gains=(1 + 0.12 * next(steps) / 120, 1, 0.88))  # noqa: E731
    camera.signals = Signals()
    for _ in range(120):
        camera.see(sunset(), step_s=5.0)
        assert not camera.ask("tinted").suspected
    camera = Camera("hall", 2)
    lamp = lambda: camera.shoot(lambda luma: luma * 0.55, gains=(1.3, 1.0, 0.65))  # noqa: E731
    assert not any(camera.watch("tinted", 20, lamp))


def test_a_coloured_lorry_over_a_part_of_the_view_is_no_cast() -> None:
    camera = Camera("road", 1)
    shot = camera.shoot()
    lorry = shot.chroma.copy()
    lorry[0, :, :50], lorry[1, :, :50] = 90, 180
    assert not any(camera.watch("tinted", 10, lambda: shot._replace(chroma=lorry)))


def test_without_colour_nothing_is_known_of_it() -> None:
    for camera in (Camera("night", 1, colour=False), Camera("hall", 1)):
        frame = camera.shoot()
        if camera.has_colour:
            frame = frame._replace(chroma=None)
        camera.see(frame)
        for name in ("tinted", "tinged"):
            answer = camera.ask(name)
            assert not answer.suspected
            assert answer.unknown is not None


def test_a_mild_cast_shows_against_what_is_usual_at_this_hour_and_lasts() -> None:
    camera = Camera("yard", 1)
    for _ in range(20):
        camera.see(camera.shoot())
        camera.usual = learn(camera.usual, whole(camera.picture, camera.signals), 60.0, camera.at)
    mild = lambda: camera.shoot(gains=(0.85, 0.97, 1.18))  # noqa: E731
    assert all(camera.watch("tinged", 20, mild))
    assert "blue" in camera.ask("tinged").detail.en
    assert not camera.watch("tinged", 1)[-1]
    camera.at = camera.at.replace(hour=3)
    camera.see(mild())
    assert camera.ask("tinged").unknown is not None


LEVELS = np.linspace(40, 200, 144, dtype=np.float32).reshape(9, 16)
PART = st.floats(-0.3, 0.3)


@settings(max_examples=40)
@given(PART, PART, st.floats(0.4, 1.1))
def test_a_cast_reads_the_same_in_any_light_and_grows_with_its_strength(blue, red, gain) -> None:
    def shown(strength: float, light: float):
        levels = light * LEVELS
        return tint(strength * blue * levels, strength * red * levels, levels)

    found = cast(shown(1.0, gain), shown(0.0, gain))
    bright, half = cast(shown(1.0, 1.0), shown(0.0, 1.0)), cast(shown(0.5, gain), shown(0.0, gain))
    assert found.hue == pytest.approx(bright.hue, rel=0.2, abs=1e-3)
    assert abs(half.hue) <= abs(found.hue) + 1e-6
    assert abs(half.warmth) <= abs(found.warmth) + 1e-6
