"""The device's time. Pure."""

import io
import re
import struct
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from hub.api import ProtocolError
from hub_onvif.tree import Element, children, find, flag, text, whole

_QUARTER_S = 900.0
_FARTHEST_ZONE_S = 14 * 3600.0
_ZONE = re.compile(r"^[A-Za-z0-9<>+\-:,./]{1,128}$")
_BARE_OFFSET = re.compile(r"^(?P<name>[A-Za-z]{3,})(?P<sign>[+-]?)(?P<hours>\d{1,2})(?::(?P<minutes>\d{2}))?(?::00)?$")


class DeviceTime(msgspec.Struct, frozen=True, kw_only=True):
    """What GetSystemDateAndTime tells."""

    at: datetime
    """UTC."""
    source: Literal["ntp", "manual", "unknown"]
    zone: str
    """POSIX TZ, as the device has it; may be empty."""
    summer: bool
    """Whether summer time is switched on."""


def parse_time(answer: Element) -> DeviceTime:
    """From GetSystemDateAndTimeResponse. Raises `ProtocolError` where it tells no time at all."""
    told = find(answer, "SystemDateAndTime")
    kind = text(told, "DateTimeType", limit=16).lower()
    zone = text(told, "TimeZone", "TZ", limit=128)
    at = _date_time(find(told, "UTCDateTime"), UTC)
    if at is None:
        known = posix_zone(zone)
        at = _date_time(find(told, "LocalDateTime"), known) if known is not None else None
    if at is None:
        raise ProtocolError("The device does not tell its time in UTC, nor its local time with a zone that is known.")
    return DeviceTime(
        at=at,
        source="ntp" if kind == "ntp" else "manual" if kind == "manual" else "unknown",
        zone=zone,
        summer=bool(flag(text(told, "DaylightSavings", limit=8))),
    )


def parse_servers(answer: Element) -> tuple[str, ...]:
    """The time servers, from GetNTPResponse: those that count, by DHCP or by hand."""
    told = find(answer, "NTPInformation")
    by_dhcp = flag(text(told, "FromDHCP", limit=8))
    servers = []
    for server in list(children(told, "NTPFromDHCP" if by_dhcp else "NTPManual"))[:16]:
        name = next((text(server, key, limit=255) for key in ("DNSname", "IPv4Address", "IPv6Address")
                     if text(server, key, limit=255)), "")  # fmt: skip
        servers += [name] if name else []
    return tuple(servers)


def _date_time(told: Element | None, zone: tzinfo) -> datetime | None:
    date, time = find(told, "Date"), find(told, "Time")
    parts = [whole(date, "Year"), whole(date, "Month"), whole(date, "Day"),
             whole(time, "Hour"), whole(time, "Minute"), whole(time, "Second")]  # fmt: skip
    if None in parts[:5]:
        return None
    year, month, day, hour, minute, second = (part or 0 for part in parts)
    try:
        # Second 60 is a leap second, and the end of a day may be written 24:00.
        start = datetime(year, month, day, tzinfo=zone)
        if not (0 <= hour <= 24 and 0 <= minute <= 59 and 0 <= second <= 60):
            return None
        naive = start.replace(tzinfo=None) + timedelta(hours=hour, minutes=minute, seconds=second)
        return naive.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def posix_zone(written: str) -> tzinfo | None:
    """A zone as POSIX writes it (`CST-8`, `EST5EDT,M3.2.0,M11.1.0`), or None where it cannot be read.

    >>> posix_zone("CST-8").utcoffset(datetime(2026, 1, 1))
    datetime.timedelta(seconds=28800)
    """
    if not _ZONE.match(written):
        return None
    bare = _BARE_OFFSET.match(written)
    if bare:
        written = f"{bare['name'][:6]}{bare['sign']}{bare['hours']}" + (
            f":{bare['minutes']}" if bare["minutes"] else ""
        )
    # zoneinfo reads POSIX rules only as the last line of a compiled file, so it gets one that holds nothing else.
    header = struct.pack(">4s1s15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb4s", 0, 0, 0, b"UTC\0")
    compiled: Any = io.BytesIO(header + body + header + body + b"\n" + written.encode("ascii") + b"\n")
    try:
        zone = ZoneInfo.from_file(compiled, key="device")
        zone.utcoffset(datetime(2026, 7, 1))  # noqa: DTZ001 - a zone is asked with its own local time
    except (ValueError, OverflowError):
        return None
    return zone


def zone_mistake(offset_s: float) -> float:
    """How much of the distance between a device's clock and ours may come from writing local time where UTC belongs:
    the nearest whole number of quarters of an hour, or 0 where that does not explain it.

    >>> zone_mistake(28_812.0), zone_mistake(400.0), zone_mistake(-3600.5)
    (28800.0, 0.0, -3600.0)
    """
    quarters = round(offset_s / _QUARTER_S) * _QUARTER_S
    if quarters == 0 or abs(quarters) > _FARTHEST_ZONE_S or abs(offset_s - quarters) > 120:
        return 0.0
    return quarters
