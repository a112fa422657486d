"""A night gets a view of its own, and a day is judged by the day's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision import upkeep
from hub.vision.comparing import usable
from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.judge import Circumstances, Limits, approve, judge
from hub.vision.upkeep import in_other_light
from hub.vision.view import View
from tests.vision.conftest import kinds
from tests.vision.scenes import soften
from tests.vision.test_bank import COLOURED, NEUTRAL, Site

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


def evening(site: Site, day: int, dark_s: float) -> set[str]:
    """A day's pictures, then the lights go out and for so long there is nothing, then a night in infra-red. Returns
    what was found from the moment on at which the lights went out."""
    before = watched(site, datetime(2026, 3, day, 14, tzinfo=UTC), 60, lambda: Frame(site.camera.shoot(), COLOURED))
    assert before == set()
    rng = np.random.default_rng(day)
    nothing = lambda: Frame(np.clip(rng.normal(4, 2, (180, 320)), 0, 255).astype(np.uint8), COLOURED)  # noqa: E731
    out = datetime(2026, 3, day, 20, 30, tzinfo=UTC)
    found = watched(site, out, round(dark_s / STEP_S), nothing)
    return found | watched(site, out, 90, lambda: Frame(site.night(), NEUTRAL))


def watched(site: Site, at: datetime, pictures: int, shoot: Callable[[], Frame]) -> set[str]:
    found: set[str] = set()
    for number in range(pictures):
        site.at_s += STEP_S
        around = Circumstances(at=at + timedelta(seconds=number * STEP_S))
        site.view, verdict = judge(site.view, shoot(), site.at_s, Limits(), around)
        found |= kinds(verdict)
    return found


def test_a_camera_that_took_a_moment_to_turn_to_infra_red_is_given_it_from_the_second_evening_on() -> None:
    site = Site()
    evening(site, 2, 12.0)
    assert [each.light for each in site.view.bank.references] == ["day", "infrared"]
    for reference in site.view.bank.references:
        site.view = approve(site.view, reference.id)
    assert evening(site, 3, 12.0) == set()
    assert evening(site, 4, 24.0) == {"picture.black"}


@pytest.mark.parametrize(
    ("dx", "elsewhere", "similarity", "foreign", "aside"),
    [
        (-15.2, 0.60, 0.61, False, True),
        (0.3, 0.60, 0.61, False, False),
        (-15.2, 0.30, 0.61, False, False),
        (-15.2, 0.06, 0.05, False, False),
        (-15.2, 0.60, 0.61, True, False),
    ],
    ids=["a road that repeats itself", "in its place", "only in its place", "nowhere", "another mode"],
)
def test_a_view_that_fits_as_well_elsewhere_is_no_other_light(dx, elsewhere, similarity, foreign, aside) -> None:
    alignment = Alignment(dx=dx, dy=0.3, quality=1.6, similarity=0.5, overlap=0.9)
    compared = SimpleNamespace(alignment=alignment, elsewhere=elsewhere, match=SimpleNamespace(similarity=similarity))
    assert upkeep._aside(SimpleNamespace(compared=compared, foreign=foreign), Limits()) is aside
