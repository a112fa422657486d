"""Haze, fog and lost contrast over time: found on a camera of any age, never taken for usual, for a blur or for a
frozen picture; and a blur never taken for haze."""

import msgspec
import numpy as np
import pytest

from hub.vision.judge import fresh
from hub.vision.upkeep import YOUNG
from hub.vision.view import use
from tests.vision.conftest import BY_DAY, Watch, learn, raised
from tests.vision.scenes import HEIGHT, WIDTH, Camera, soften

STEP_S = 2.0
ASKED_S = 180.0
SOON_S = ASKED_S + 10.0


def hazed(watch: Watch, **options):
    return lambda _: watch.camera.shoot(gain=0.25, offset=85, **options)


def run(watch: Watch, seconds: float, shoot) -> None:
    watch.run(int(seconds / STEP_S), shoot, STEP_S)


def found_after_s(watch: Watch) -> float:
    return next(at_s for at_s, verdict in watch.history if verdict.findings) - watch.history[0][0]


def aged(watch: Watch) -> None:
    """As after a day and more: what is suspected for a moment is not learned from any longer."""
    run(watch, 90, lambda _: watch.camera.shoot())
    view = watch.view
    habits = {name: msgspec.structs.replace(habit, count=YOUNG) for name, habit in view.habits.items()}
    watch.view = use(msgspec.structs.replace(view, habits=habits), view.reference)
    watch.history.clear()


@pytest.mark.parametrize(("kind", "seed"), BY_DAY)
def test_on_a_view_that_was_just_learned_it_is_found_and_does_not_become_usual(learned, kind, seed) -> None:
    watch = learned(kind, seed)
    watch.history.clear()
    reference = watch.view.reference
    assert reference is not None
    usual = reference.usual.ranges["contrast"]
    run(watch, SOON_S + 60, hazed(watch))
    assert raised(watch.history) == {"picture.flat"}
    assert ASKED_S - 10 <= found_after_s(watch) <= SOON_S
    learned_since = watch.view.usuals.get(reference.id, reference.usual).ranges["contrast"]
    assert learned_since.low == pytest.approx(usual.low, rel=0.1)


def test_a_camera_of_which_only_the_reference_view_was_kept_finds_it_too(learned) -> None:
    watch = learned("hall", 1)
    watch.view = fresh(watch.view.bank)
    watch.history.clear()
    run(watch, SOON_S + 20, hazed(watch))
    assert raised(watch.history) == {"picture.flat"}
    assert found_after_s(watch) <= SOON_S


@pytest.mark.parametrize(("kind", "seed"), BY_DAY)
def test_on_a_camera_of_some_days_it_is_no_blur(learned, kind, seed) -> None:
    watch = learned(kind, seed)
    aged(watch)
    run(watch, SOON_S, hazed(watch, quantiser=14))
    assert raised(watch.history) == {"picture.flat"}
    watch.history.clear()
    run(watch, 60, lambda _: watch.camera.shoot())
    assert not watch.history[-1][1].findings
    assert raised(watch.history) <= {"picture.flat"}


def test_contrast_so_low_that_the_encoder_finds_no_change_is_not_a_frozen_picture(learned) -> None:
    watch = learned("hall", 1)
    run(watch, 90, lambda _: watch.camera.shoot())
    watch.history.clear()
    run(watch, SOON_S, hazed(watch, noise=0, quantiser=0))
    assert watch.history[-1][1].measures["difference"] < watch.limits.frozen_change
    assert raised(watch.history) == {"picture.flat"}


def test_a_view_of_fine_structure_that_loses_its_contrast_out_of_focus_is_blurred_and_not_flat() -> None:
    grass = 34 * np.random.default_rng(5).standard_normal((HEIGHT, WIDTH)).astype(np.float32)
    grassy = lambda image: np.clip(112 + 0.35 * (image - 112) + soften(grass, 0.6) * 2.6, 5, 250)  # noqa: E731
    camera = Camera("yard", 3)
    shoot = camera.shoot
    camera.shoot = lambda **options: shoot(change=grassy, **options)
    watch = Watch(camera, *learn(camera))
    run(watch, 90, lambda _: camera.shoot())
    usual = watch.history[-1][1].measures["contrast"]
    watch.history.clear()
    run(watch, SOON_S, lambda _: shoot(change=lambda image: soften(grassy(image), 2.5)))
    assert watch.history[-1][1].measures["contrast"] < 0.4 * usual
    assert raised(watch.history) == {"picture.blurred"}
