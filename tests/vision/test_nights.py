"""A night gets a view of its own, and a day is judged by the day's."""

import pytest

from hub.vision.comparing import usable
from hub.vision.judge import approve
from hub.vision.upkeep import in_other_light
from hub.vision.view import View
from tests.vision.conftest import kinds
from tests.vision.scenes import soften

STEP_S = 2.0
NIGHT = {"gain": 0.4, "noise": 9.0}


def dusk_and_night(watch) -> None:
    """The light goes within twenty minutes, and the gain of the camera brings noise."""
    steps = 600

    def fade(index: int):
        gone = min(1.0, index / steps)
        return watch.camera.shoot(gain=1.0 - 0.6 * gone, noise=2.0 + 7.0 * gone)

    watch.run(steps, fade, STEP_S)
    watch.run(120, lambda _: watch.camera.shoot(**NIGHT), STEP_S)
    for reference in watch.view.bank.references:
        watch.view = approve(watch.view, reference.id)
    watch.run(60, lambda _: watch.camera.shoot(**NIGHT), STEP_S)


@pytest.mark.parametrize(("kind", "seed"), [("hall", 1), ("yard", 3)])
def test_a_night_is_judged_by_its_own_view_and_the_day_after_by_the_days(learned, kind, seed) -> None:
    watch = learned(kind, seed)
    day = watch.view.reference.id
    dusk_and_night(watch)
    assert sum(usable(each) for each in watch.view.bank.references) >= 2
    assert watch.history[-1][1].reference != day
    watch.run(120, lambda _: watch.camera.shoot(), STEP_S)
    assert watch.history[-1][1].reference == day
    assert not watch.history[-1][1].findings


def test_a_blurred_day_is_not_taken_for_a_night(learned) -> None:
    watch = learned("hall", 1)
    day = watch.view.reference.id
    dusk_and_night(watch)
    watch.run(120, lambda _: watch.camera.shoot(), STEP_S)
    verdict = watch.run(90, lambda _: watch.camera.shoot(change=lambda image: soften(image, 2.5)), STEP_S)
    assert verdict.reference == day
    assert "picture.blurred" in kinds(verdict)


@pytest.mark.parametrize(
    ("strange", "unfamiliar_s", "other"), [(0.9, None, False), (1.1, None, True), (0.9, 5.0, True), (0.6, 5.0, False)]
)
def test_light_about_the_edge_of_what_is_known_stays_what_it_was_taken_for(strange, unfamiliar_s, other) -> None:
    assert in_other_light(View(strange=strange, unfamiliar_s=unfamiliar_s)) is other
