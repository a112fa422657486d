"""Each disturbance at several strengths in each place: found in time, called by its name alone, gone when it goes."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.vision.conftest import AT_NIGHT, BY_DAY, Watch, kinds, raised, spread
from tests.vision.scenes import Camera, Gray, Image, cloudy, cover, sight, soften, sticker

Shoot = Callable[[Camera, int], Gray]


def lens(change: Callable[[Image], Image]) -> Shoot:
    return lambda camera, _: camera.shoot(change=change)


def aimed(**aim: float) -> Shoot:
    return lambda camera, _: camera.shoot(aim=aim)


def leaf(image: Image) -> Image:
    """A leaf from one side, out of focus, with veins of its own."""
    rng = np.random.default_rng(5)
    shape = cloudy(rng, *image.shape, 45) + 1.5 * np.linspace(0, 1, image.shape[1], dtype=np.float32)
    mask = soften((shape > np.quantile(shape, 0.65)).astype(np.float32), 2.5)
    return image * (1 - mask) + mask * (60 + soften(cloudy(rng, *image.shape, 14), 3) * 22)


WHOLE = {
    "a dark cover": lens(lambda image: cover(image, 1.0, 48)),
    "a gray cover": lens(lambda image: cover(image, 1.0, 100)),
    "white paper": lens(lambda image: cover(image, 1.0, 205)),
    "most of the lens": lens(lambda image: cover(image, 0.9, 80)),
}
PART = {
    "half the lens": (lens(lambda image: cover(image, 0.5, 80)), 0.5),
    "a third from one side": (lens(lambda image: cover(image, 0.33, 130)), 0.33),
    "a sticker over a quarter": (lens(lambda image: sticker(image, 0.25, 1)), 0.25),
    "a leaf over a third": (lens(leaf), 0.35),
}
MOVED = {
    "3 % to the right": aimed(right=9.6),
    "4 % and 3 %": aimed(right=-13, down=6),
    "12 %": aimed(right=38),
    "40 %": aimed(right=-128),
    "rolled by 4°": aimed(turn_deg=4),
    "rolled by 15°": aimed(turn_deg=15, right=16),
    "zoomed by 30 %": aimed(zoom=1.3),
}
BLURRED = {f"sigma {sigma}": lens(lambda image, sigma=sigma: soften(image, sigma)) for sigma in (1.5, 2.5, 4.0)}
# Noise leaves nothing of fine structure at night, and little of a leaf's.
PART_AT_NIGHT = ["half the lens", "a third from one side", "a sticker over a quarter"]
BLURRED_AT_NIGHT = ["sigma 1.5", "sigma 2.5", "sigma 4.0"]


def check(watch: Watch, kind: str, shoot: Shoot, within: int) -> int:
    """Found within so many pictures, nothing else with it, since the first picture, and cleared in four."""
    began_s = watch.at_s + 1
    start = len(watch.history)
    took = watch.until(kind, lambda index: shoot(watch.camera, index), within)
    verdict = watch.run(6, lambda index: shoot(watch.camera, index + took + 1))
    assert kinds(verdict) == {kind}, verdict.measures
    assert raised(watch.history[start:]) == {kind}
    assert took >= 4 - 1
    assert began_s <= verdict.findings[0].since_s <= began_s + took
    assert watch.until(kind, lambda _: watch.camera.shoot(), within=9, holds=False) >= 2
    assert not watch.run(4, lambda _: watch.camera.shoot()).findings
    return took


@pytest.mark.parametrize(("name", "place"), spread(WHOLE, 3))
def test_a_cover_over_the_whole_lens(learned, name, place) -> None:
    watch = learned(*place)
    check(watch, "view.obstructed", WHOLE[name], within=8)


def test_the_share_of_a_whole_cover_is_one_and_told_in_words(watch) -> None:
    watch.run(8, lambda _: WHOLE["a gray cover"](watch.camera, 0))
    (finding,) = watch.history[-1][1].findings
    assert finding.share is not None
    assert finding.share > 0.9
    assert finding.detail.en.endswith("% of the view is covered")


@pytest.mark.parametrize(("name", "place"), [*spread(PART, 2, BY_DAY), *spread(PART_AT_NIGHT, 1, AT_NIGHT)])
def test_a_cover_over_a_part_of_the_lens(learned, name, place) -> None:
    watch = learned(*place)
    shoot, share = PART[name]
    start = watch.at_s
    took = watch.until("view.obstructed", lambda index: shoot(watch.camera, index), within=90)
    assert took >= watch.limits.part_persist_s
    (finding,) = watch.history[-1][1].findings
    assert finding.share == pytest.approx(share, abs=0.17)
    assert start < finding.since_s < start + 25
    watch.until("view.obstructed", lambda _: watch.camera.shoot(), within=14, holds=False)


@pytest.mark.parametrize(("name", "place"), spread(MOVED, 2))
def test_a_camera_that_was_turned(learned, name, place) -> None:
    watch = learned(*place)
    check(watch, "view.moved", MOVED[name], within=20)


def test_another_scene_is_a_moved_camera(watch, learned) -> None:
    kind = "yard" if watch.camera.kind != "yard" else "hall"
    other = learned(kind, 7).camera
    other.noise = watch.camera.noise
    check(watch, "view.moved", lambda _, index: other.shoot(), within=45)


@pytest.mark.parametrize(
    ("aim", "detail"),
    [
        ({"right": 38.4}, "moved 12 % to the right"),
        ({"right": -38.4, "down": 14.4}, "moved 12 % to the left and 8 % down"),
        ({"turn_deg": 5}, "rolled by 5°"),
    ],
)
def test_the_words_say_how_the_camera_was_moved(learned, aim, detail) -> None:
    watch = learned("hall", 1)
    watch.run(8, lambda _: watch.camera.shoot(aim=aim))
    assert [finding.detail.en for finding in watch.history[-1][1].findings] == [detail]


@pytest.mark.parametrize(("name", "place"), [*spread(BLURRED, 2, BY_DAY), *spread(BLURRED_AT_NIGHT, 1, AT_NIGHT)])
def test_a_lens_out_of_focus(learned, name, place) -> None:
    watch = learned(*place)
    start = len(watch.history)
    watch.until("picture.blurred", lambda _: BLURRED[name](watch.camera, 0), within=45)
    verdict = watch.run(5, lambda _: BLURRED[name](watch.camera, 0))
    assert raised(watch.history[start:]) == {"picture.blurred"}
    assert "of its fine detail is left" in verdict.findings[0].detail.en
    watch.until("picture.blurred", lambda _: watch.camera.shoot(), within=40, holds=False)


def test_stronger_blur_is_measured_as_softer(learned) -> None:
    watch = learned("yard", 3)
    softness = []
    for sigma in (0.6, 1.0, 1.5):
        watch.run(25, lambda _, sigma=sigma: watch.camera.shoot(change=lambda image: soften(image, sigma)))
        softness.append(watch.history[-1][1].measures["softness"])
    assert softness == sorted(softness)


def test_a_larger_cover_is_measured_as_larger(watch) -> None:
    shares = []
    for part in (0.2, 0.45, 0.7, 1.0):
        watch.run(12, lambda _, part=part: watch.camera.shoot(change=lambda image: cover(image, part, 90)))
        shares.append(watch.history[-1][1].measures["covered"])
    assert shares == sorted(shares)


@pytest.mark.parametrize(("level", "place"), list(zip([0, 12, 25], BY_DAY, strict=True)))
def test_a_black_picture_though_the_clock_is_drawn_into_it(learned, level, place) -> None:
    watch = learned(*place)
    check(watch, "picture.black", lambda camera, _: camera.shoot(gain=0.0, offset=level, noise=1.0), within=7)


def test_a_cap_on_the_lens_is_black_and_nothing_else(watch) -> None:
    check(watch, "picture.black", lens(lambda image: cover(image, 1.0, 8)), within=7)


def test_a_frozen_picture(watch) -> None:
    gray = watch.camera.shoot()
    check(watch, "picture.frozen", lambda camera, _: gray, within=9)


def test_a_frozen_picture_encoded_again_under_a_running_clock(watch) -> None:
    gray = watch.camera.shoot()
    rng = np.random.default_rng(1)

    def shoot(camera: Camera, _: int) -> Gray:
        again = gray.copy()
        again[4:12, 6:42] = camera.shoot()[4:12, 6:42]
        again[rng.random(again.shape) < 0.04] ^= 1
        return again

    check(watch, "picture.frozen", shoot, within=9)


def test_a_slow_cover_is_found_though_no_picture_differs_much_from_the_last(learned) -> None:
    watch = learned("hall", 1)

    def shoot(second: int) -> Gray:
        part = min(1.0, second / 120)
        return watch.camera.shoot(change=lambda image: image * (1 - part) + part * 130)

    assert watch.until("view.obstructed", shoot, within=140) <= 135


def test_one_picture_in_five_seconds_is_enough(watch) -> None:
    verdict = watch.run(4, lambda _: WHOLE["a gray cover"](watch.camera, 0), step_s=5.0)
    assert kinds(verdict) == {"view.obstructed"}


def test_two_pictures_are_not_enough_however_far_apart(watch) -> None:
    assert not watch.run(2, lambda _: WHOLE["a gray cover"](watch.camera, 0), step_s=60.0).findings


def test_a_cover_pulled_over_a_turned_camera_is_told_as_well(learned) -> None:
    watch = learned("yard", 3)
    watch.run(8, lambda _: watch.camera.shoot(aim={"right": 40}))
    verdict = watch.run(8, lambda _: watch.camera.shoot(aim={"right": 40}, change=lambda image: cover(image, 1.0)))
    assert kinds(verdict) == {"view.moved", "view.obstructed"}
    assert "view.moved" in verdict.undecided
    assert not watch.run(6, lambda _: watch.camera.shoot()).findings


def test_the_scene_itself_is_no_constant() -> None:
    """The tests above would prove little if every place looked alike."""
    views = [sight(Camera(kind, seed).world) for kind in ("hall", "road") for seed in (1, 2)]
    assert all(np.abs(one - two).mean() > 15 for i, one in enumerate(views) for two in views[:i])
