import numpy as np
import pytest

from hub.vision.frame import Frame
from hub.vision.judge import Verdict, View, fresh, judge
from tests.vision.conftest import LIMITS, Watch, kinds
from tests.vision.scenes import PLACES, Camera, cover, sticker

COMPARED = {"picture.blurred", "view.obstructed", "view.moved"}


def until_learned(watch: Watch, shoot, step_s: float = 1.0, within: int = 80) -> int:
    for index in range(within):
        if watch.see(shoot(index), step_s).learned:
            return index + 1
    raise AssertionError(watch.history[-1][1])


def new(kind: str = "hall", seed: int = 1, **options) -> Watch:
    return Watch(Camera(kind, seed, **options), fresh(), 0.0)


@pytest.mark.parametrize("kind", PLACES)
def test_a_view_is_learned_in_the_time_set(kind) -> None:
    watch = new(kind, 11)
    pictures = until_learned(watch, lambda _: watch.camera.shoot())
    assert pictures == LIMITS.learn_s + 2  # the first picture has none before it
    assert watch.view.reference is not None
    assert sum(verdict.learned is not None for _, verdict in watch.history) == 1
    assert not COMPARED & set(watch.see(watch.camera.shoot()).undecided)


@pytest.mark.parametrize(("step_s", "pictures"), [(0.5, 62), (5.0, 9)])
def test_slow_streams_need_time_for_enough_pictures(step_s, pictures) -> None:
    watch = new("yard", 3)
    assert until_learned(watch, lambda _: watch.camera.shoot(), step_s) == pictures


def test_while_learning_only_black_and_frozen_are_judged() -> None:
    watch = new()
    watch.run(12, lambda _: watch.camera.shoot())
    verdict = watch.history[-1][1]
    assert verdict.learning
    assert 0 < verdict.measures["learning"] < 1
    assert set(verdict.undecided) >= COMPARED
    frozen = watch.camera.shoot()
    watch.until("picture.frozen", lambda _: frozen, within=10)
    watch.until("picture.frozen", lambda _: watch.camera.shoot(), within=6, holds=False)
    watch.until("picture.black", lambda _: np.full((180, 320), 4, np.uint8), within=7)


@pytest.mark.parametrize(
    ("shoot", "reason"),
    [
        (lambda camera, _: camera.shoot(gain=0.0, offset=6), "dark"),
        (lambda camera, _: camera.shoot(change=lambda image: cover(image, 1.0, 120)), "no structure"),
        (lambda camera, second: camera.shoot(aim={"right": 14.0 * (second % 9) - 60}), "moving"),
        (lambda camera, _: camera.shoot(gain=0.0, offset=120, noise=40), "moving"),
    ],
    ids=["dark", "covered", "turning", "snow"],
)
def test_what_is_no_view_is_not_learned(shoot, reason) -> None:
    watch = new("yard", 5)
    watch.run(60, lambda second: shoot(watch.camera, second))
    verdict = watch.history[-1][1]
    assert verdict.learning
    assert watch.view.reference is None
    assert verdict.reason == reason


def test_a_bump_while_learning_starts_the_period_anew() -> None:
    watch = new("hall", 2)
    watch.run(20, lambda _: watch.camera.shoot())
    pictures = until_learned(watch, lambda _: watch.camera.shoot(aim={"right": 30}))
    assert pictures >= LIMITS.learn_s
    verdict = watch.run(10, lambda _: watch.camera.shoot(aim={"right": 30}))
    assert not verdict.findings
    watch.until("view.moved", lambda _: watch.camera.shoot(), within=8)


def test_learning_goes_on_when_the_cover_is_taken_off() -> None:
    watch = new("road", 2)
    watch.run(20, lambda _: watch.camera.shoot(change=lambda image: cover(image, 1.0)))
    assert until_learned(watch, lambda _: watch.camera.shoot()) <= LIMITS.learn_s + 3


def test_the_approved_reference_never_changes_and_the_habit_follows(learned) -> None:
    watch = learned("hall", 1)
    approved, rolling = watch.view.reference, watch.view.rolling
    data = approved.to_bytes()
    watch.run(100, lambda _: watch.camera.shoot(), step_s=4.0)
    assert watch.view.reference is approved
    assert approved.to_bytes() == data
    assert watch.view.habits[approved.id].count >= 30
    assert watch.view.habits[approved.id].fields == 1
    assert watch.view.rolling is not rolling


def test_the_edges_of_the_habit_do_not_follow_a_suspected_picture(learned) -> None:
    watch = learned("hall", 1)
    watch.run(200, lambda _: watch.camera.shoot(change=lambda image: sticker(image, 0.3, 2)), step_s=3.0)
    habit = watch.view.habits.get(watch.view.reference.id)
    assert habit is None or habit.fields == 0


def test_a_still_scene_without_noise_leaves_freezing_undecided() -> None:
    camera = Camera("yard", 6, people=0, noise=0.0)
    gray = camera.shoot()
    watch = Watch(camera, fresh(), 0.0)
    until_learned(watch, lambda _: gray)
    verdict = watch.run(20, lambda _: gray)
    assert "picture.frozen" in verdict.undecided
    assert not COMPARED & set(verdict.undecided)
    assert not verdict.findings


def test_a_camera_found_frozen_becomes_decidable_once_it_lives() -> None:
    watch = new("yard", 6)
    gray = watch.camera.shoot()
    until_learned(watch, lambda _: gray)
    assert "picture.frozen" in watch.history[-1][1].undecided or watch.history[-1][1].learned
    watch.run(40, lambda _: watch.camera.shoot())
    assert not {"picture.frozen", *COMPARED} & set(watch.history[-1][1].undecided)
    frozen = watch.camera.shoot()
    watch.until("picture.frozen", lambda _: frozen, within=9)


def test_views_are_values(learned) -> None:
    """The same view judged twice gives the same answer: nothing in it was changed by the first time."""
    watch = learned("yard", 3)
    grays = [watch.camera.shoot(change=lambda image: cover(image, 1.0)) for _ in range(8)]

    def answer(view: View) -> list[Verdict]:
        verdicts = []
        for second, gray in enumerate(grays):
            view, verdict = judge(view, Frame(gray), watch.at_s + second, LIMITS)
            verdicts.append(verdict)
        return verdicts

    first = answer(watch.view)
    assert answer(watch.view) == first
    assert kinds(first[-1]) == {"view.obstructed"}
