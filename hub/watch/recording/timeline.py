"""Pure: a camera's timestamps, which jump, go back or are missing, as a file can hold them.

A file's clock begins at 0 and only goes forward. As long as the camera's timestamps do too, they are taken as they
are; where they do not, time goes on as the packets arrived, and the file is to end at the next key frame.
"""

from fractions import Fraction
from typing import NamedTuple

TICKS = 90_000
"""Ticks of a file's clock in a second."""
HOLE_S = 2.0
"""The camera left out so much: it is noted as a hole."""
_AHEAD_S = 5.0
"""A step may be so much longer than the packet's way took; beyond it the camera's clock jumped."""
_LONGEST_REORDER_S = 10.0
_GUESS_TOLERANCE_S = 1.0
_FRAME_S = 0.04


class Stamps(NamedTuple):
    """What came with a packet: its times in ticks of `base` seconds, and when it arrived."""

    pts: int | None
    dts: int | None
    duration: int | None
    base: Fraction | None
    arrived_s: float


class Clock(NamedTuple):
    """Where a file's clock stands. `last_s`: the camera's time of the last packet; None when it had none."""

    ticks: int
    last_s: float | None
    arrived_s: float
    guessed: bool


class Placed(NamedTuple):
    """A packet's place in the file, in ticks. `broke`: the camera's timestamps are not to be followed any further.

    `hole_s`: for so long before it the camera sent nothing, 0 when that is no more than usual.
    """

    pts: int
    dts: int
    duration: int
    broke: bool
    hole_s: float


def begin(stamps: Stamps) -> tuple[Clock, Placed]:
    """The first packet of a file."""
    camera_s = _seconds(stamps.dts, stamps)
    clock = Clock(0, camera_s, stamps.arrived_s, guessed=camera_s is None)
    return clock, Placed(_reorder(stamps), 0, _duration(stamps), broke=False, hole_s=0.0)


def go_on(clock: Clock, stamps: Stamps) -> tuple[Clock, Placed]:
    """The next packet."""
    camera_s = _seconds(stamps.dts, stamps)
    way_s = max(0.0, stamps.arrived_s - clock.arrived_s)
    broke = False
    if camera_s is None or clock.last_s is None:
        step_s, guessed = way_s, True
    else:
        step_s, guessed = camera_s - clock.last_s, False
        back = step_s < (-_GUESS_TOLERANCE_S if clock.guessed else 0.0)
        if back or step_s > way_s + _AHEAD_S:
            broke, step_s = True, way_s
    # What stood still is a tick later: two packets of one picture.
    ticks = clock.ticks + max(1, round(step_s * TICKS))
    known_s = camera_s if camera_s is not None else (None if clock.last_s is None else clock.last_s + step_s)
    placed = Placed(
        ticks + _reorder(stamps),
        ticks,
        _duration(stamps),
        broke=broke,
        hole_s=step_s if step_s >= HOLE_S else 0.0,
    )
    return Clock(ticks, known_s, stamps.arrived_s, guessed), placed


def _seconds(value: int | None, stamps: Stamps) -> float | None:
    return float(value * stamps.base) if value is not None and stamps.base is not None else None


def _reorder(stamps: Stamps) -> int:
    """By how many ticks the picture is shown later than it is decoded."""
    if stamps.pts is None or stamps.dts is None or stamps.base is None:
        return 0
    later_s = float((stamps.pts - stamps.dts) * stamps.base)
    return round(later_s * TICKS) if 0.0 <= later_s <= _LONGEST_REORDER_S else 0


def _duration(stamps: Stamps) -> int:
    seconds = _seconds(stamps.duration, stamps) or 0.0
    return round((seconds if 0.0 < seconds <= 1.0 else _FRAME_S) * TICKS)
