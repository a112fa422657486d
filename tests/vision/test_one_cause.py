"""One cause gives one finding: blur and fog are not frozen, a shaking camera was not turned, nothing is left over of
what ended."""

from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision.detectors import moved
from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.judge import judge
from hub.vision.learning import IN_PLACE
from hub.vision.limits import Limits
from hub.vision.picture import measure
from hub.vision.shake import Shift
from hub.vision.signals import Signals, follow, jitter
from tests.vision.conftest import kinds, raised
from tests.vision.scenes import soften

STEP_S = 2.0
RARE_STEP_S = 10.0
"""Of a watch that has more cameras than it can look at."""


def usual(watch, *, seconds: float = 90.0) -> None:
    """Pictures in which all is well, so that it is known what is usual."""
    watch.run(int(seconds / STEP_S), lambda _: watch.camera.shoot(), STEP_S)
    watch.history.clear()


@pytest.mark.parametrize("kind", ["hall", "yard"])
def test_a_heavy_blur_that_leaves_the_encoder_nothing_to_change_is_blurred_and_not_frozen(learned, kind) -> None:
    watch = learned(kind, 1 if kind == "hall" else 3)
    usual(watch)
    watch.run(40, lambda _: watch.camera.shoot(change=lambda image: soften(image, 4), noise=0.4, quantiser=0), STEP_S)
    assert watch.history[-1][1].measures["difference"] < 0.6 * watch.view.reference.difference
    assert raised(watch.history) == {"picture.blurred"}


def test_fog_is_a_loss_of_contrast_and_nothing_else(learned) -> None:
    watch = learned("hall", 1)
    usual(watch)
    fog = lambda _: watch.camera.shoot(gain=0.25, offset=85, noise=0.4, quantiser=0)  # noqa: E731
    watch.run(100, fog, STEP_S)
    assert raised(watch.history) == {"picture.flat"}
    since_s = watch.history[0][0]
    found_s = next(at_s for at_s, verdict in watch.history if verdict.findings)
    assert found_s - since_s <= 190
    watch.history.clear()
    watch.run(8, lambda _: watch.camera.shoot(), STEP_S)
    assert not watch.history[-1][1].findings


def test_a_still_picture_that_is_encoded_again_is_frozen(learned) -> None:
    watch = learned("hall", 1)
    usual(watch, seconds=180)
    still = watch.camera.shoot(noise=0, quantiser=0).astype(np.float32)
    rng = np.random.default_rng(3)
    again = lambda _: np.clip(still + rng.normal(0, 0.5, still.shape), 0, 255).astype(np.uint8)  # noqa: E731
    watch.run(25, again, STEP_S)
    assert raised(watch.history) == {"picture.frozen"}


@pytest.mark.parametrize("sigma", [20, 45])
def test_when_noise_ends_nothing_is_left_of_it_in_the_averages(learned, sigma) -> None:
    watch = learned("yard", 3)
    usual(watch)
    watch.run(30, lambda _: watch.camera.shoot(noise=sigma), STEP_S)
    assert raised(watch.history) == {"picture.noisy"}
    watch.run(8, lambda _: watch.camera.shoot(), STEP_S)
    watch.history.clear()
    watch.run(30, lambda _: watch.camera.shoot(), STEP_S)
    assert not raised(watch.history)
    assert abs(watch.history[0][1].measures["softness"]) < 0.15


@pytest.mark.parametrize(("kind", "seed"), [("hall", 1), ("road", 2)])
def test_a_camera_that_shakes_is_not_found_turned(learned, kind, seed) -> None:
    watch = learned(kind, seed)
    usual(watch, seconds=40)
    rng = np.random.default_rng(5)

    def shoot(_: int) -> np.ndarray:
        right, down = rng.normal(0, 8, 2)
        return watch.camera.shoot(aim={"right": float(right), "down": float(down)})

    watch.run(40, shoot, STEP_S)
    assert raised(watch.history) == {"view.shaking"}


@pytest.mark.parametrize(("kind", "seed"), [("hall", 1), ("yard", 3)])
@pytest.mark.parametrize("sigma", [5.0, 8.0])
def test_a_camera_that_shakes_right_after_its_view_was_learned_is_not_covered(learned, kind, seed, sigma) -> None:
    watch = learned(kind, seed)
    watch.history.clear()
    rng = np.random.default_rng(int(sigma))

    def shoot(_: int) -> np.ndarray:
        right, down = rng.normal(0, sigma, 2)
        return watch.camera.shoot(aim={"right": float(right), "down": float(down)})

    watch.run(30, shoot, STEP_S)
    assert raised(watch.history) == {"view.shaking"}


@pytest.mark.parametrize(("sigma", "found"), [(8.0, {"view.shaking"}), (0.7, set())], ids=["shakes", "wind"])
@pytest.mark.parametrize(("kind", "seed"), [("hall", 1), ("yard", 3)])
def test_a_camera_that_shakes_is_found_where_pictures_are_rare(learned, kind, seed, sigma, found) -> None:
    watch = learned(kind, seed)
    watch.run(20, lambda _: watch.camera.shoot(), RARE_STEP_S)
    watch.history.clear()
    rng = np.random.default_rng(9)

    def shoot(_: int) -> np.ndarray:
        right, down = rng.normal(0, sigma, 2)
        return watch.camera.shoot(aim={"right": float(right), "down": float(down)})

    watch.run(12, shoot, RARE_STEP_S)
    assert raised(watch.history) == found


def test_where_a_camera_points_that_was_turned_right_after_a_start_is_not_guessed(learned) -> None:
    watch = learned("hall", 1)
    frame = Frame(watch.camera.shoot())
    picture = measure(frame.gray)
    usual_fit = watch.view.reference.usual.ranges[IN_PLACE].middle
    assert usual_fit > 0.5
    by_chance = [Alignment(dx=x, dy=0.0, quality=1.4, similarity=0.3, overlap=0.6) for x in (-72.0, -30.0) * 6]
    signals = Signals()
    for number, alignment in enumerate(by_chance):
        signals = follow(signals, frame, picture, alignment, 2.0 * number, fit=usual_fit)
    assert signals.shifts == ()
    assert jitter(signals) is None
    there = Alignment(dx=10.0, dy=0.0, quality=3.0, similarity=0.9 * usual_fit, overlap=0.9)
    assert len(follow(signals, frame, picture, there, 30.0).shifts) == 1


def aside(places: list[tuple[float, float]], held: frozenset[str] = frozenset()) -> SimpleNamespace:
    """What the detector sees of a picture that fits perfectly ten pixels aside, after views at those places."""
    return SimpleNamespace(
        limits=Limits(),
        held=held,
        signals=Signals(shifts=tuple(Shift(x, y, 2.0 * step) for step, (x, y) in enumerate(places))),
        compared=SimpleNamespace(
            alignment=Alignment(dx=10.0, dy=0.0, quality=3.0, similarity=0.95, overlap=0.9),
            match=SimpleNamespace(similarity=0.1),
            elsewhere=0.95,
        ),
    )


def test_a_view_that_lies_elsewhere_each_time_is_not_yet_a_turned_camera() -> None:
    turned = [(0.0, 0.1)] * 5 + [(10.0, 0.0), (10.1, 0.1), (10.0, 0.0)]
    assert all(moved.detect(aside(turned[:end]), 1.0).suspected for end in (5, 6, 7, 8))
    shaken = [(0.0, 0.0), (6.0, 3.0), (-5.0, 2.0), (9.0, -4.0), (-6.0, 1.0), (4.0, 5.0), (-8.0, 0.0), (10.0, 0.0)]
    for end in range(3, 9):
        answer = moved.detect(aside(shaken[:end]), 1.0)
        assert not answer.suspected
        assert answer.unknown is not None
    assert moved.detect(aside(shaken, frozenset({"moved"})), 1.0).suspected


def test_a_view_that_passes_its_own_place_between_two_others_is_not_yet_a_turned_camera() -> None:
    passing = [(0.0, 0.1)] * 5 + [(10.0, 0.0), (0.5, 0.3), (10.0, 0.0)]
    assert moved.detect(aside(passing[:6]), 1.0).suspected
    assert [moved.detect(aside(passing[:end]), 1.0).suspected for end in (7, 8)] == [False, False]


REPEATED = [(10.0, 0.1), (9.8, 0.0), (10.2, -0.1), (10.0, 0.0), (9.9, 0.2), (10.1, 0.0), (10.0, 0.1)]


@pytest.mark.parametrize(
    ("places", "elsewhere", "similarity", "suspected"),
    [
        (REPEATED, 0.58, 0.61, True),
        (REPEATED[:6], 0.58, 0.61, False),
        ([(0.0, 0.1), *REPEATED], 0.58, 0.61, False),
        (REPEATED, 0.45, 0.46, False),
        (REPEATED, 0.53, 0.61, False),
        (REPEATED, 0.84, 0.82, False),
        ([(x - 9.5, y) for x, y in REPEATED], 0.58, 0.61, False),
    ],
    ids=["always", "too few", "not always", "fits badly", "fits better in place", "fits in place", "wind"],
)
def test_a_view_that_is_always_found_in_the_same_other_place_was_turned_though_it_repeats_itself(
    places, elsewhere, similarity, suspected
) -> None:
    seen = aside(places)
    seen.compared.elsewhere, seen.compared.match.similarity = elsewhere, similarity
    seen.compared.covered_share = seen.compared.mostly = 0.7
    answer = moved.detect(seen, 1.0)
    assert answer.suspected is suspected
    assert not suspected or answer.detail.en == "moved 6 % to the left"


def test_a_camera_that_was_turned_towards_a_fence_shows_no_stripes(learned) -> None:
    watch = learned("hall", 1)
    usual(watch, seconds=40)
    fence = 14 * np.sin(2 * np.pi * np.arange(320) / 14).astype(np.float32)
    turned = lambda _: watch.camera.shoot(aim={"right": 30}, change=lambda image: image + fence)  # noqa: E731
    watch.run(60, turned, STEP_S)
    assert raised(watch.history) == {"view.moved"}
    assert not watch.view.stuck_s.any()
    watch.history.clear()
    watch.run(60, lambda _: watch.camera.shoot(), STEP_S)
    assert kinds(watch.history[10][1]) == set()
    assert raised(watch.history[10:]) == set()


def test_a_picture_that_the_decoder_patched_with_the_one_before_is_damaged_and_not_frozen(learned) -> None:
    watch = learned("hall", 1)
    usual(watch)
    patched = Frame(watch.camera.shoot(), damaged=True)
    view, found = watch.view, set()
    for number in range(1, 41):
        view, verdict = judge(view, patched, watch.at_s + number * STEP_S, watch.limits)
        found |= kinds(verdict)
    assert found == {"picture.damaged"}


def test_a_capped_lens_is_black_through_the_noise_that_the_camera_makes_of_nothing(learned) -> None:
    watch = learned("yard", 3)
    usual(watch)
    rng = np.random.default_rng(3)
    capped = lambda _: np.clip(20 + rng.normal(0, 10, (180, 320)), 0, 255).astype(np.uint8)  # noqa: E731
    watch.run(12, capped, STEP_S)
    assert raised(watch.history) == {"picture.black"}


def test_a_dim_and_noisy_night_is_not_black(learned) -> None:
    watch = learned("night", 4)
    dim = lambda _: watch.camera.shoot(gain=0.6, noise=9.0)  # noqa: E731
    usual(watch)
    watch.run(60, dim, STEP_S)
    assert "picture.black" not in raised(watch.history)
