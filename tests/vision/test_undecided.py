"""Unknown is a state: what cannot be judged is neither raised nor cleared."""

import numpy as np
import pytest

from hub.vision.frame import Frame
from hub.vision.judge import Limits, fresh, judge
from tests.vision.conftest import Watch, kinds, raised
from tests.vision.scenes import Camera, Gray, Image, cloudy, cover, expose, sight

COMPARED = {"picture.blurred", "view.obstructed", "view.moved"}
BLACK = np.full((180, 320), 3, np.uint8)


def floodlit(image: Image) -> Image:
    """The same place under lamps: what was bright is dark in places, light pools, long shadows."""
    rng = np.random.default_rng(8)
    height, width = image.shape
    lamps = sum(
        np.exp(-((np.arange(width) - x) ** 2)[None, :] / 1800 - ((np.arange(height) - y) ** 2)[:, None] / 1200)
        for x, y in ((60, 50), (250, 90))
    )
    flipped = np.where(cloudy(rng, height, width, 40) > 0, 200 - image, image)
    return (flipped * 0.1 + 150 * lamps * (0.3 + flipped / 255)).astype(np.float32)


class Evening:
    """A place between day (0) and night under lamps (1)."""

    def __init__(self, camera: Camera):
        self.camera = camera
        self.day = sight(camera.world)
        self.night = floodlit(self.day)

    def shoot(self, part: float = 1.0) -> Gray:
        lit = self.day * (1 - part) + self.night * part
        return expose(lit, self.camera.rng, noise=1.5 + 3.5 * part)


def test_while_black_everything_else_is_undecided(watch) -> None:
    verdict = watch.run(8, lambda _: BLACK)
    assert set(verdict.undecided) >= COMPARED | {"picture.frozen"}


def test_while_frozen_what_the_camera_sees_now_is_undecided(watch) -> None:
    gray = watch.camera.shoot()
    verdict = watch.run(8, lambda _: gray)
    assert set(verdict.undecided) >= COMPARED


def test_a_finding_stays_while_it_cannot_be_seen_and_goes_when_it_can(learned) -> None:
    watch = learned("hall", 1)
    watch.run(8, lambda _: watch.camera.shoot(change=lambda image: cover(image, 1.0, 120)))
    verdict = watch.run(8, lambda _: BLACK)
    assert kinds(verdict) == {"view.obstructed", "picture.black"}
    assert "view.obstructed" in verdict.undecided
    assert not watch.run(5, lambda _: watch.camera.shoot()).findings


@pytest.mark.parametrize(("place", "minutes"), [(("hall", 1), 2), (("yard", 3), 10), (("road", 2), 30)])
def test_a_day_reference_says_nothing_about_the_night(learned, place, minutes) -> None:
    """Dusk, then lamps: no finding. What is compared with the day is undecided until the night is learned, which is
    certain to be of the same place because the change was slow. Then it is day again."""
    watch = learned(*place)
    evening = Evening(watch.camera)
    start = len(watch.history)
    watch.run(120, lambda index: evening.shoot(index / 120), step_s=minutes / 2)
    watch.run(60, lambda _: evening.shoot())
    assert not raised(watch.history[start:]) & COMPARED
    for _, verdict in watch.history[-60:]:
        assert verdict.reference != "day-1" or verdict.not_judged or "picture.blurred" in verdict.undecided
    assert not COMPARED & set(watch.run(12, lambda _: watch.camera.shoot()).undecided)
    assert watch.history[-1][1].reference == "day-1"


@pytest.mark.parametrize("place", [("hall", 1), ("yard", 3), ("road", 2)])
def test_lamps_switched_on_in_the_dark_are_no_moved_camera(learned, place) -> None:
    watch = learned(*place)
    evening = Evening(watch.camera)
    start = len(watch.history)
    watch.run(60, lambda _: evening.shoot())
    assert not raised(watch.history[start:])


def test_after_a_restart_at_night_nothing_is_claimed(learned) -> None:
    day = learned("hall", 1)
    evening = Evening(day.camera)
    watch = Watch(day.camera, fresh(day.view.bank), 0.0)
    verdict = watch.run(60, lambda _: evening.shoot())
    assert not verdict.findings
    assert set(verdict.undecided) >= COMPARED


def test_after_a_restart_a_cover_and_a_shift_are_found_though_no_good_picture_came_first(learned) -> None:
    day = learned("hall", 1)
    covered = Watch(day.camera, fresh(day.view.bank), 0.0)
    assert kinds(covered.run(8, lambda _: day.camera.shoot(change=lambda image: cover(image, 1.0, 120)))) == {
        "view.obstructed"
    }
    turned = Watch(day.camera, fresh(day.view.bank), 0.0)
    assert kinds(turned.run(8, lambda _: day.camera.shoot(aim={"right": 50}))) == {"view.moved"}


def test_the_first_picture_is_judged_for_black_alone(learned) -> None:
    _, verdict = judge(fresh(learned("hall", 1).view.bank), Frame(BLACK), 100.0, Limits())
    assert set(verdict.undecided) >= COMPARED | {"picture.frozen"}
    assert not verdict.learning


def test_a_time_that_goes_back_counts_as_no_time(learned) -> None:
    watch = learned("hall", 1)
    view, at_s = watch.view, watch.at_s
    for index in range(10):
        gray = watch.camera.shoot(change=lambda image: cover(image, 1.0))
        view, verdict = judge(view, Frame(gray), at_s - index, Limits())
    assert not verdict.findings


def test_a_gap_in_the_stream_is_no_proof_for_the_time_between(learned) -> None:
    watch = learned("hall", 1)
    watch.run(2, lambda _: watch.camera.shoot(change=lambda image: cover(image, 1.0)))
    watch.limits = Limits(persist_s=20)
    verdict = watch.run(1, lambda _: watch.camera.shoot(change=lambda image: cover(image, 1.0)), step_s=600)
    assert not verdict.findings


def test_a_picture_of_the_wrong_shape_is_refused_and_changes_nothing(learned) -> None:
    watch = learned("hall", 1)
    with pytest.raises(ValueError, match=r"\(180, 320\)"):
        judge(watch.view, Frame(np.zeros((90, 160), np.uint8)), 0.0, Limits())
