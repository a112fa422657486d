"""A device's clock: its local time, its POSIX zone with the reversed sign, and the hour that summer time adds. Pure.

Theory: `localTime` is what stands on the device's picture. In summer some firmware writes the offset of winter behind
it, so that a good clock seems one hour off; other firmware shows winter's time all year. Where the zone's rule says
that it is summer, both are possible, and the one near the hub's time is meant (else the rule's): a clock that is wrong
by exactly that hour cannot be told from a good one.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from hub.api import ProtocolError
from hub_hikvision.tree import Node, children_of, text_of

_LOCAL = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,9})?\s*(Z|[+-]\d{1,2}:?\d{2})?", re.IGNORECASE
)
_CLOCK = r"([+-]?)(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?"
_ZONE = re.compile(rf"(?:[A-Za-z]{{2,10}}|<[^>]{{1,16}}>){_CLOCK}")
_SUMMER = re.compile(rf"(?:[A-Za-z]{{2,10}}|<[^>]{{1,16}}>)(?:{_CLOCK})?,M(.+?),M(.+)")
_DAY = re.compile(rf"(\d{{1,2}})\.(\d)\.(\d)(?:/{_CLOCK})?")
_LONGEST_OFFSET = timedelta(hours=15)
_NEAR = timedelta(minutes=29)


class Day(msgspec.Struct, frozen=True):
    """The `week`th (5: the last) `weekday` (0: Sunday) of a month, at `after` midnight."""

    month: int
    week: int
    weekday: int
    after: timedelta

    def in_year(self, year: int) -> datetime:
        first = datetime(year, self.month, 1)  # noqa: DTZ001 - wall-clock time of the device
        to_first = (self.weekday - (first.weekday() + 1)) % 7
        day = first + timedelta(days=to_first + 7 * (self.week - 1))
        while day.month != self.month:
            day -= timedelta(days=7)
        return day + self.after


class Zone(msgspec.Struct, frozen=True):
    """What a device's zone adds to UTC, and when it adds more."""

    offset: timedelta
    summer: timedelta = timedelta(0)
    start: Day | None = None
    end: Day | None = None

    def in_summer(self, wall: datetime) -> bool:
        """Whether summer time is in force at this time on the wall (naive)."""
        if self.start is None or self.end is None or not self.summer:
            return False
        start, end = self.start.in_year(wall.year), self.end.in_year(wall.year)
        return start <= wall < end if start < end else not end <= wall < start


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """`Time`, understood."""

    at: datetime
    """UTC."""
    offset: timedelta
    """What was taken from the time on the wall to get it."""
    zone: Zone | None
    suffix: str
    """What the device writes behind the time: `Z`, `+08:00` or nothing."""
    source: Literal["ntp", "manual", "unknown"]


def parse_time(root: Node, now: datetime) -> Shown:
    """`Time`, read at `now` (the hub's). Raises `ProtocolError` when no time, or no zone, can be made of it."""
    wall, suffix = read_local(text_of(root, "localTime"))
    zone = read_zone(text_of(root, "timeZone"))
    told = _offset(suffix)
    if zone is None and told is None:
        raise ProtocolError("The device tells its local time and no zone.", hint="Set the zone on the device.")
    standing = zone.offset if told is None and zone is not None else told or timedelta(0)
    offsets = [standing]
    # Another offset than winter's contradicts the zone, or is summer's already: it is believed.
    if zone is not None and standing == zone.offset and zone.in_summer(wall):
        offsets = [zone.offset + zone.summer, zone.offset]
    instants = {offset: wall.replace(tzinfo=UTC) - offset for offset in offsets}
    offset = next((each for each, at in instants.items() if abs(at - now) < _NEAR), offsets[0])
    mode = text_of(root, "timeMode").lower()
    return Shown(
        at=instants[offset],
        offset=offset,
        zone=zone,
        suffix=suffix,
        source="ntp" if mode == "ntp" else "manual" if mode == "manual" else "unknown",
    )


def parse_servers(root: Node) -> tuple[str, ...]:
    """The names or addresses in `NTPServerList`."""
    named = (text_of(node, "hostName", "ipAddress", "ipv6Address") for node in children_of(root, "NTPServer"))
    return tuple(name[:200] for name in named if name and name not in ("0.0.0.0", "::"))[:16]  # noqa: S104 - "none"


def read_local(text: str) -> tuple[datetime, str]:
    """The time on the wall (naive) and what stands behind it. Raises `ProtocolError`."""
    found = _LOCAL.fullmatch(text)
    if not found:
        raise ProtocolError(f"The device's time cannot be read: {text[:60]!r}.")
    try:
        year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
        wall = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - wall-clock time of the device
    except ValueError:
        raise ProtocolError(f"The device's time is none: {text[:60]!r}.") from None
    if not 1970 <= wall.year <= 9000:
        raise ProtocolError(f"The device's time is none: {text[:60]!r}.")
    return wall, found[7] or ""


def read_instant(text: str) -> datetime | None:
    """The UTC time of a text with an offset; None where it has none or cannot be read."""
    try:
        wall, suffix = read_local(text.strip())
    except ProtocolError:
        return None
    offset = _offset(suffix)
    return None if offset is None else wall.replace(tzinfo=UTC) - offset


def read_zone(text: str) -> Zone | None:
    """A POSIX zone as these devices write it; None where it cannot be read.

    The sign is reversed: what stands there is added to local time to get UTC. What stands behind the name of summer
    time is not an offset, as POSIX has it, but how much is added.

    >>> read_zone("CST-8:00:00").offset == timedelta(hours=8)
    True
    """
    text = "".join(text.split())
    found = _ZONE.match(text)
    if not found:
        return None
    offset = -_span(*found.groups())
    if abs(offset) > _LONGEST_OFFSET:
        return None
    rest = _SUMMER.fullmatch(text[found.end() :])
    if not rest:
        return Zone(offset)
    start, end = _day(rest[5]), _day(rest[6])
    if start is None or end is None:
        return Zone(offset)
    summer = abs(_span(*rest.groups()[:4])) if rest[2] else timedelta(hours=1)
    return Zone(offset, summer, start, end) if summer <= timedelta(hours=3) else Zone(offset)


def write_local(at: datetime, shown: Shown) -> str:
    """`at` as the device writes its time: what it is set to reads back as this instant."""
    wall = (at.astimezone(UTC) + shown.offset).replace(tzinfo=None)
    return f"{wall:%Y-%m-%dT%H:%M:%S}{shown.suffix}"


def offset_at(shown: Shown, wall: datetime) -> timedelta:
    """What the device adds to UTC at another time on its wall (naive), summer time as its zone has it."""
    if shown.zone is None:
        return shown.offset
    return shown.zone.offset + (shown.zone.summer if shown.zone.in_summer(wall) else timedelta(0))


def _offset(suffix: str) -> timedelta | None:
    if not suffix:
        return None
    if suffix in "Zz":
        return timedelta(0)
    hours, minutes = int(suffix[1:-2].rstrip(":")), int(suffix[-2:])
    span = timedelta(hours=hours, minutes=minutes)
    return None if span > _LONGEST_OFFSET else -span if suffix[0] == "-" else span


def _span(sign: str | None, hours: str | None, minutes: str | None, seconds: str | None) -> timedelta:
    span = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -span if sign == "-" else span


def _day(text: str) -> Day | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    month, week, weekday = (int(part) for part in found.groups()[:3])
    if not (1 <= month <= 12 and 1 <= week <= 5 and weekday <= 6):
        return None
    return Day(month, week, weekday, _span(*found.groups()[3:7]) if found[5] else timedelta(hours=2))
