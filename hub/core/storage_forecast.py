"""Pure: whether the volume of recordings will hold what is promised, from what is written a day; days ahead."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

DAY_S = 86_400.0
LEAST_S = 3600.0
"""A camera that was recorded for less long says nothing about its days yet."""
MARGIN = 0.05
"""A shortage that was told is over when there is so much more room than is needed."""


class Written(NamedTuple):
    """What is known of one camera's recordings in the folder of recordings."""

    camera: str
    wanted_days: float
    """For how many days there should be room (`hub.core.retention.Terms.wanted_days`)."""
    recent_bytes: int
    """Written in the time that was looked at."""
    recent_s: float
    """How long that is: up to a day, less for a camera that is new."""
    young_bytes: int
    """What is younger than `wanted_days`, and must stay."""
    span_days: float
    """How far back its recordings reach, at most `wanted_days`."""
    recorded: bool = True
    """False for a camera that is no longer to be recorded: what it has must stay, and nothing comes."""


class CameraForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What one camera writes and needs."""

    camera: str
    day_bytes: int
    """Written a day."""
    wanted_days: float
    needed_bytes: int
    """For `wanted_days` of it."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What the volume holds and needs, if everything goes on as in the last day."""

    room_bytes: int
    """What recordings may take together: what they take, and what is free, less what must stay free."""
    needed_bytes: int
    """What all cameras need for the days that are wanted, with what is held or kept for alarms beyond them."""
    day_bytes: int
    """Written a day by all cameras."""
    holds_days: float | None
    """For how many days of all cameras there is room; None while nothing is written."""
    short_at: datetime | None
    """When something must be lost that should be kept: recordings too young, or those that come. None: never."""
    cameras: list[CameraForecast]
    unknown: list[str] = []
    """Cameras that were not recorded for long enough to say anything: they are in no figure."""


def forecast(
    written: Iterable[Written],
    *,
    used_bytes: int,
    free_bytes: int,
    min_free_bytes: int,
    max_bytes: int | None,
    kept_bytes: int,
    now: datetime,
) -> Forecast:
    """What will be, days ahead.

    `used_bytes` is what recordings take on the volume, `free_bytes` what is free there. `kept_bytes` is what is older
    than wanted and stays all the same, for alarms and holds. What comes by day is taken to go on as it is.
    """
    known: list[Written] = []
    unknown: list[Written] = []
    for one in written:
        (known if one.recent_s >= LEAST_S or not one.recorded else unknown).append(one)
    room = max(0, used_bytes + free_bytes - min_free_bytes)
    room = room if max_bytes is None else min(room, max_bytes)
    rates = [(one, _day_bytes(one)) for one in known]
    day_bytes = sum(rate for _, rate in rates)
    cameras = [
        CameraForecast(
            camera=one.camera,
            day_bytes=round(rate),
            wanted_days=one.wanted_days,
            needed_bytes=round(max(rate * one.wanted_days, 0 if one.recorded else one.young_bytes)),
        )
        for one, rate in rates
    ]
    short_days = _short_in(rates, room - kept_bytes)
    return Forecast(
        room_bytes=room,
        needed_bytes=sum(one.needed_bytes for one in cameras) + kept_bytes,
        day_bytes=round(day_bytes),
        holds_days=round(max(0, room - kept_bytes) / day_bytes, 1) if day_bytes else None,
        short_at=now + timedelta(days=short_days) if short_days is not None else None,
        cameras=sorted(cameras, key=lambda one: (-one.day_bytes, one.camera)),
        unknown=sorted(one.camera for one in unknown),
    )


def is_over(found: Forecast) -> bool:
    """Whether a shortage that was told is over: none is seen, with a margin."""
    return found.short_at is None and found.room_bytes >= found.needed_bytes * (1 + MARGIN)


def _day_bytes(one: Written) -> float:
    return one.recent_bytes / one.recent_s * DAY_S if one.recorded and one.recent_s > 0 else 0.0


def _short_in(rates: Sequence[tuple[Written, float]], room: float) -> float | None:
    """Days until what must stay is more than there is room for; None: never.

    What must stay of a camera grows by a day's bytes each day, until its recordings reach as far back as is wanted;
    from then on as much gets old as comes.
    """
    must_stay = float(sum(one.young_bytes for one, _ in rates))
    if must_stay > room:
        return 0.0
    growing = sorted((max(0.0, one.wanted_days - one.span_days), rate) for one, rate in rates if rate)
    at, rate = 0.0, sum(each for _, each in growing)
    for full_in, own in growing:
        grown = must_stay + rate * (full_in - at)
        if grown > room:
            return at + (room - must_stay) / rate
        must_stay, at, rate = grown, full_in, rate - own
    return None
