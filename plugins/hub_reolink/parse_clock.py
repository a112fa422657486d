"""The device's clock: wall time, seconds west of Greenwich, and its own rule for summer time. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hub.api import DeviceClock, ProtocolError
from hub_reolink.parse_reply import part, whole, word

_LONGEST_OFFSET_S = 16 * 3600


class Summer(NamedTuple):
    """When and by how much summer time is on; turns are month, week (5 is the last), weekday (0 is Sunday), wall
    time."""

    shift: timedelta
    start: tuple[int, int, int, int, int]
    end: tuple[int, int, int, int, int]


class Zone(NamedTuple):
    offset: timedelta
    summer: Summer | None = None


def parse_zone(value: Mapping[str, Any]) -> Zone:
    """The zone in the answer to `GetTime`. Raises `ProtocolError`."""
    west = whole(part(value, "Time"), "timeZone")
    if west is None or abs(west) > _LONGEST_OFFSET_S:
        raise ProtocolError("The device does not tell its time zone.")
    offset = timedelta(seconds=-west)
    rule = value.get("Dst")
    if not isinstance(rule, dict) or whole(rule, "enable") != 1:
        return Zone(offset)
    hours = whole(rule, "offset")
    if hours not in (1, 2):
        raise ProtocolError("The device's summer time is not one or two hours.")
    return Zone(offset, Summer(timedelta(hours=hours), _turn(rule, "start"), _turn(rule, "end")))


def parse_clock(value: Mapping[str, Any], ntp: Mapping[str, Any] | None, asked_at: datetime) -> DeviceClock:
    """`value` answers `GetTime`, `ntp` `GetNtp`; None: not told."""
    time = part(value, "Time")
    fields = [whole(time, name) for name in ("year", "mon", "day", "hour", "min", "sec")]
    try:
        local = datetime(*(-1 if field is None else field for field in fields))  # type: ignore[arg-type]  # noqa: DTZ001
    except (ValueError, OverflowError):
        raise ProtocolError("The device's time does not exist.") from None
    if not 1970 <= local.year <= 2200:
        raise ProtocolError("The device's time cannot be.")
    on = None if ntp is None else whole(ntp, "enable")
    server = "" if ntp is None else word(ntp, "server")
    return DeviceClock(
        at=to_utc(local, parse_zone(value), asked_at),
        asked_at=asked_at,
        source="ntp" if on == 1 else "manual" if on == 0 else "unknown",
        servers=(server,) if on == 1 and server else (),
    )


def to_utc(local: datetime, zone: Zone, near: datetime) -> datetime:
    """What a wall time of the device is in UTC; in the hour that comes twice it is the one near `near`."""
    standard = (local - zone.offset).replace(tzinfo=UTC)
    if zone.summer is None:
        return standard
    shift, start, end = zone.summer.shift, _at(zone.summer.start, local.year), _at(zone.summer.end, local.year)
    in_summer = start <= local < end if start < end else local >= start or local < end
    if not in_summer:
        return standard
    summer = standard - shift
    return standard if end - shift <= local < end and abs(standard - near) < abs(summer - near) else summer


def to_local(at: datetime, zone: Zone) -> datetime:
    """What the device's wall shows at a time."""
    standard = at.astimezone(UTC).replace(tzinfo=None) + zone.offset
    if zone.summer is None:
        return standard
    shift, start = zone.summer.shift, _at(zone.summer.start, standard.year)
    end = _at(zone.summer.end, standard.year) - shift
    return (
        standard + shift
        if (start <= standard < end if start < end else standard >= start or standard < end)
        else standard
    )


def _turn(rule: Mapping[str, Any], name: str) -> tuple[int, int, int, int, int]:
    found = tuple(whole(rule, f"{name}{field}") for field in ("Mon", "Week", "Weekday", "Hour", "Min"))
    month, week, weekday, hour, minute = (-1 if one is None else one for one in found)
    if not (1 <= month <= 12 and 1 <= week <= 5 and 0 <= weekday <= 6 and 0 <= hour <= 23 and 0 <= minute <= 59):
        raise ProtocolError("The device's rule for summer time cannot be understood.")
    return month, week, weekday, hour, minute


def _at(turn: tuple[int, int, int, int, int], year: int) -> datetime:
    month, week, weekday, hour, minute = turn
    first = datetime(year, month, 1, hour, minute)  # noqa: DTZ001 (wall time)
    last_day = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    days = range((weekday - (first.weekday() + 1)) % 7 + 1, last_day + 1, 7)
    return first.replace(day=days[min(week, len(days)) - 1])
