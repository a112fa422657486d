"""How much a camera shakes, from the shifts of its pictures against the reference."""

import math
from typing import NamedTuple

KEPT = 9
"""So many shifts are kept: 18 seconds at the usual interval."""
ENOUGH = 7
MEMORY_S = 40.0
"""An older shift says nothing of now, where pictures are frequent."""


def memory_s(interval_s: float) -> float:
    """For how long a shift counts: where pictures are rare, until as many others have followed.

    >>> memory_s(2.0), memory_s(10.0)
    (40.0, 90.0)
    """
    return max(MEMORY_S, KEPT * interval_s)


class Shift(NamedTuple):
    """Where the content of one picture lies against the reference: pixels of the field (160 wide), and when."""

    dx: float
    dy: float
    at_s: float


def jitter(shifts: tuple[Shift, ...]) -> float | None:
    """Standard deviation of the position from picture to picture, on the stronger axis, pixels of 160; None before
    there are seven shifts.

    The median of the second differences, or what three of the last four reach: a push and a steady turn leave it at 0.

    Examples
    --------
    >>> jitter(tuple(Shift(3.0 * step, 0, step) for step in range(8)))
    0.0
    >>> jitter(tuple(Shift(2.0 * (-1) ** step, 0, step) for step in range(8))) > 1.5
    True
    """
    if len(shifts) < ENOUGH:
        return None
    return max(_wobble([shift.dx for shift in shifts]), _wobble([shift.dy for shift in shifts]))


def _wobble(places: list[float]) -> float:
    bends = [abs(after - 2 * at + before) for before, at, after in zip(places, places[1:], places[2:], strict=False)]
    ranked = sorted(bends)
    middle = 0.5 * (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2])
    # Three of the last four bend when it has just begun; a push bends two.
    middle = max(middle, sorted(bends[-4:])[1])
    # For independent Gaussian places a second difference has deviation sqrt(6), and its median is 0.6745 of that.
    return middle / (0.6745 * math.sqrt(6))
