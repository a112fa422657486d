"""The zone of an older device, which tells its time in its own. Pure."""

import re
import struct
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from zoneinfo import ZoneInfo

from hub.api import ProtocolError

_STANDARD = re.compile(r"(?:[A-Za-z]{3,10}|<[A-Za-z0-9+-]{3,10}>)[+-]?\d{1,2}(?::\d{2}){0,2}")
_HEADER = struct.pack(">4sc15x6I", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
_TYPES = struct.pack(">iBB", 0, 0, 0) + b"UTC\0"


def parse_zone(posix: str, *, summer_time: bool = True) -> tzinfo:
    """The zone that a POSIX text describes; its winter time only where the device has summer time switched off.

    Raises `ProtocolError`.

    >>> parse_zone("CET-1CEST,M3.5.0,M10.5.0/3").utcoffset(datetime(2026, 7, 1))
    datetime.timedelta(seconds=7200)
    """
    standard = _STANDARD.match(posix[:100])
    if standard is None or not posix.isascii():
        raise ProtocolError("The device's time zone cannot be read.")
    footer = posix[:100] if summer_time else standard[0]
    # A compiled zone without any transition of its own is governed by the POSIX text at its end: so the standard
    # library, which has no other door to its parser, reads it.
    compiled = (_HEADER + _TYPES) * 2 + b"\n" + footer.encode() + b"\n"
    try:
        return ZoneInfo.from_file(BytesIO(compiled), key=footer)
    except ValueError:
        raise ProtocolError("The device's time zone cannot be read.") from None


def to_utc(local: datetime, zone: tzinfo, near: datetime) -> datetime:
    """The instant that a device's clock shows. An hour that comes twice is the one nearer to `near`."""
    try:
        both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except OverflowError:
        raise ProtocolError("The device's time is none that there is.") from None
    return min(both, key=lambda at: abs(at - near))
