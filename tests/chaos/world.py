"""What the plant of the chaos tests is like at any moment: a pure function of a seed and the time.

So it goes on while no hub looks, and a hub that was killed meets it as it has become meanwhile. When it comes to rest,
every camera keeps the faults that it has then.
"""

import random
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

CAMERAS = tuple(f"cam-{number}" for number in range(1, 9))
FAULTS = ("signal.lost", "view.obstructed")
ENDS_S = 24 * 3600.0
"""Seconds after the beginning; nothing is planned to happen afterwards."""

# About as long as the rules wait (20 s, 60 s), just below and just above, much shorter and much longer. A fault and
# the calm after it take nine seconds at least: the hub lets a rule act ten times a minute about one camera.
_FAULTY_S = (4.0, 10.0, 19.8, 20.0, 20.2, 45.0, 59.8, 60.2, 90.0, 400.0)
_CALM_S = (5.0, 15.0, 40.0, 90.0, 150.0, 300.0)


def faults(seed: int, camera: str, at_s: float, quiet_s: float) -> frozenset[str]:
    """The faults of a camera at a moment, in seconds after the beginning."""
    moment = min(at_s, quiet_s)
    return frozenset(fault for fault in FAULTS if bisect_right(_changes(seed, camera, fault), moment) % 2)


def next_change_s(seed: int, camera: str, at_s: float, quiet_s: float) -> float | None:
    """When the camera's faults change next after a moment; None: never again."""
    changes = [_after(_changes(seed, camera, fault), at_s) for fault in FAULTS]
    coming = [change for change in changes if change is not None and change <= quiet_s]
    return min(coming, default=None)


def _after(changes: tuple[float, ...], at_s: float) -> float | None:
    index = bisect_right(changes, at_s)
    return changes[index] if index < len(changes) else None


@cache
def _changes(seed: int, camera: str, fault: str) -> tuple[float, ...]:
    """The moments at which a fault begins and ends, in turns."""
    return tuple(_turns(random.Random(f"{seed} {camera} {fault}")))


def _turns(dice: random.Random) -> Iterator[float]:
    moment = dice.uniform(1.0, 60.0)
    while moment < ENDS_S:
        yield moment
        moment += dice.choice(_FAULTY_S) * dice.uniform(0.99, 1.01)
        yield moment
        moment += dice.choice(_CALM_S) * dice.uniform(0.8, 1.2)
