"""The device's clock: it shows local time, and its zone is a number in another setting. Pure.

Theory: `getCurrentTime` gives wall time without a zone. The zone is `NTP.TimeZone` (a number out of the maker's list,
also where NTP is off), summer time is `Locales`. Both are the device's own belief: a device with a wrong zone shows a
wrong time, and that is what is to be found. `DSTStart.Year` is not read: most firmware repeats the rule every year.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hub.api import DeviceClock, ProtocolError, Unsupported
from hub_dahua.parse_table import Table, flag, whole

_ZONE_MINUTES = (
    *(0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 660, 720, 780),
    *(-60, -120, -180, -210, -240, -300, -360, -420, -480, -540, -600, -660, -720),
    *(-270, 630, 840, -570, 510, 525, 765),
)
"""Minutes east of Greenwich, by the maker's number of the zone."""
_PARTS = ("Month", "Week", "Day", "Hour", "Minute")
_SUMMER = timedelta(hours=1)
_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})")


class Turn(NamedTuple):
    """When summer time begins or ends, by the clock on the wall."""

    month: int
    week: int
    """0: `day` is a day of the month; 1 to 4: that week's; otherwise the last."""
    day: int
    """With a week: 0 is Sunday."""
    hour: int
    minute: int

    def at(self, year: int) -> datetime:
        """The wall time of the turn in a year, without a zone."""
        first = datetime(year, self.month, 1, self.hour, self.minute)  # noqa: DTZ001 (wall time)
        last_day = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
        if self.week == 0:
            return first.replace(day=min(self.day, last_day))
        offset = (self.day - (first.weekday() + 1)) % 7 + 1
        days = list(range(offset, last_day + 1, 7))
        return first.replace(day=days[self.week - 1] if 1 <= self.week <= 4 else days[-1])


class Zone(NamedTuple):
    """The device's belief of where it is."""

    offset: timedelta
    start: Turn | None = None
    end: Turn | None = None
    """Both there exactly where it keeps summer time."""


def parse_local(value: str) -> datetime:
    """A wall time such as `2026-11-23 06:05:04`, without a zone. Raises `ProtocolError`."""
    match = _TIME.fullmatch(value.strip())
    if match is None:
        raise ProtocolError("The device's time is not like 2026-01-31 08:00:00.")
    try:
        local = datetime(*(int(part) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 (wall time)
    except ValueError:
        raise ProtocolError("The device's time does not exist.") from None
    if not 1970 <= local.year <= 9000:  # no zone may lead out of the calendar
        raise ProtocolError("The device's time cannot be.")
    return local


def parse_zone(ntp: Table, locales: Table) -> Zone:
    """Raises `Unsupported` for a zone that is not in the maker's list: no drift can be told then."""
    number = whole(ntp.get("table.NTP.TimeZone"))
    if number is None or not 0 <= number < len(_ZONE_MINUTES):
        raise Unsupported("The device does not tell its time zone in a way that is known.")
    offset = timedelta(minutes=_ZONE_MINUTES[number])
    if flag(locales.get("table.Locales.DSTEnable")) is not True:
        return Zone(offset)
    return Zone(offset, _turn(locales, "DSTStart"), _turn(locales, "DSTEnd"))


def parse_clock(time: Table, ntp: Table, locales: Table, asked_at: datetime) -> DeviceClock:
    """The time that the device shows, worked out to UTC."""
    local = parse_local(time.get("result", ""))
    on = flag(ntp.get("table.NTP.Enable"))
    return DeviceClock(
        at=to_utc(local, parse_zone(ntp, locales), near=asked_at),
        asked_at=asked_at,
        source="unknown" if on is None else "ntp" if on else "manual",
        servers=_servers(ntp) if on else (),
    )


def to_utc(local: datetime, zone: Zone, *, near: datetime | None = None) -> datetime:
    """What a wall time of the device is in UTC; in the hour that comes twice the first, or the one near `near`."""
    standard = (local - zone.offset).replace(tzinfo=UTC)
    if zone.start is None or zone.end is None:
        return standard
    start, end = zone.start.at(local.year), zone.end.at(local.year)
    in_summer = start <= local < end if start < end else local >= start or local < end
    if not in_summer:
        return standard
    summer = standard - _SUMMER
    twice = end - _SUMMER <= local < end
    return standard if twice and near is not None and abs(standard - near) < abs(summer - near) else summer


def to_local(at: datetime, zone: Zone) -> datetime:
    """What the device's wall shows at a time."""
    standard = at.astimezone(UTC).replace(tzinfo=None) + zone.offset
    if zone.start is None or zone.end is None:
        return standard
    start, end = zone.start.at(standard.year), zone.end.at(standard.year) - _SUMMER
    in_summer = start <= standard < end if start < end else standard >= start or standard < end
    return standard + _SUMMER if in_summer else standard


def _turn(locales: Table, name: str) -> Turn:
    parts = [whole(locales.get(f"table.Locales.{name}.{part}", "0")) for part in _PARTS]
    month, week, day, hour, minute = (0 if part is None else part for part in parts)
    fits = 1 <= month <= 12 and 0 <= hour <= 23 and 0 <= minute <= 59
    if None in parts or not fits or not (1 <= day <= 31 if week == 0 else 0 <= day <= 6):
        raise ProtocolError("The device's rule for summer time cannot be understood.")
    return Turn(month, week, day, hour, minute)


def _servers(ntp: Table) -> tuple[str, ...]:
    named = [ntp.get("table.NTP.Address", "")]
    for n in range(8):
        prefix = f"table.NTP.ServerList[{n}]."
        if flag(ntp.get(f"{prefix}Enable")) is not False:
            named.append(ntp.get(f"{prefix}Address", ""))
    return tuple(dict.fromkeys(name[:253] for name in named if name))
