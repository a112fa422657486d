"""What covers a part of the view shows in the mean of a minute, however dim the view is; what passes does not."""

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from hub.vision.minute import GATHER_S, covered, follow
from hub.vision.template import share
from tests.vision.conftest import Watch
from tests.vision.scenes import HEIGHT, WIDTH, Image, cloudy, lay, soften

Change = Callable[[Image], Image]


def patch(level: float = 120.0) -> Change:
    """A leaf on the glass over the right third: out of focus, with a little pattern of its own."""
    mask = soften(np.tile((np.arange(WIDTH) > 0.66 * WIDTH).astype(np.float32), (HEIGHT, 1)), 2.5)
    pattern = level + cloudy(np.random.default_rng(4), HEIGHT, WIDTH, 24) * 6
    return lambda image: lay(image, mask, pattern)


def lying_snow(share_left: float = 0.16) -> Change:
    """Snow over the lower two thirds: white, and what is under it still shows."""
    mask = np.tile((np.arange(HEIGHT) > HEIGHT / 3).astype(np.float32)[:, None], (1, WIDTH)) * (1 - share_left)
    return lambda image: lay(image, mask, 215.0)


def covered_now(watch: Watch) -> float:
    """The share of the view that the last minute shows covered."""
    view = watch.view
    assert view.rolling is not None
    cells = view.minute.covered
    return 0.0 if cells is None else share(view.rolling, cells)


def shoot(watch: Watch, change: Change | None = None) -> Callable[[int], np.ndarray]:
    return lambda _: watch.camera.shoot(change=change)


@pytest.mark.parametrize("kind", ["yard", "hall", "night"])
def test_what_covers_a_part_of_the_view_shows_in_the_mean_of_a_minute(learned, kind) -> None:
    watch = learned(kind, 2)
    watch.run(50, shoot(watch))
    assert covered_now(watch) == 0
    watch.run(80, shoot(watch, patch()))
    assert covered_now(watch) > 0.15


def test_who_stands_there_for_twenty_seconds_does_not(learned) -> None:
    watch = learned("yard", 2)
    watch.run(50, shoot(watch))
    for change in (patch(), None):
        for _ in range(20):
            watch.see(watch.camera.shoot(change=change))
            assert covered_now(watch) == 0


@pytest.mark.parametrize("kind", ["yard", "road"])
def test_snow_on_the_ground_under_which_the_view_still_shows_covers_nothing(learned, kind) -> None:
    watch = learned(kind, 2)
    watch.run(50, shoot(watch))
    watch.run(120, shoot(watch, lying_snow()))
    assert covered_now(watch) == 0


def test_cells_that_came_free_in_the_last_seconds_are_free_whatever_the_minute_holds(learned) -> None:
    watch = learned("yard", 2)
    watch.run(50, shoot(watch))
    watch.until("view.obstructed", shoot(watch, patch()), 120)
    watch.until("view.obstructed", shoot(watch), 25, holds=False)


def test_another_reference_begins_the_minute_anew_and_pictures_in_between_change_nothing(learned) -> None:
    watch = learned("yard", 2)
    watch.run(50, shoot(watch))
    view = watch.view
    assert view.rolling is not None
    assert view.lately is not None
    assert follow(view.minute, view.rolling, view.lately, view.minute.at_s + 0.5 * GATHER_S) is view.minute
    reference = replace(view.rolling.reference, id="day-2")
    other = replace(view.rolling, reference=reference)
    begun = follow(view.minute, other, view.lately, view.minute.at_s + GATHER_S)
    assert begun.gathered == 1
    assert covered(view.minute, other, view.lately.levels) is None
