"""What the hub's own machine says of itself: its disk, its clock, its temperature. Calls may block for the disk."""

import ctypes
import shutil
import struct
from pathlib import Path
from typing import NamedTuple

THERMAL = Path("/sys/class/thermal")
_TIMEX = "@I4li"  # modes, offset, freq, maxerror, esterror, status: the head of `struct timex`, see adjtimex(2)
_TIMEX_ROOM = 512
"""More than the whole structure takes on any machine."""
_UNSYNCHRONISED = 0x0040  # STA_UNSYNC
_HOTTEST = 150.0


class Disk(NamedTuple):
    """The file system that holds a folder."""

    used: float
    """Per cent of what those without special rights may use."""
    free_gb: float
    """10^9 bytes."""


def disk_of(folder: Path) -> Disk:
    """How full the disk is that holds a folder, or would where there is none yet. Raises `OSError`."""
    usage = shutil.disk_usage(next(each for each in (folder, *folder.absolute().parents) if each.exists()))
    return Disk(round(100 * usage.used / max(1, usage.used + usage.free), 1), round(usage.free / 1e9, 1))


def clock_error_s() -> float | None:
    """By how much the machine's clock may be wrong at most, as the kernel reckons; None when no time server sets it.

    Source: `adjtimex(2)`, `maxerror`. It only reads.
    """
    room = ctypes.create_string_buffer(_TIMEX_ROOM)
    if ctypes.CDLL(None).adjtimex(room) < 0:
        return None
    _modes, _offset, _freq, most_us, _estimated_us, status = struct.unpack_from(_TIMEX, room)
    return None if status & _UNSYNCHRONISED else round(most_us / 1e6, 3)


def temperature(folder: Path = THERMAL) -> float | None:
    """The hottest of the machine's sensors in degrees Celsius; None when it shows none."""
    found = [degrees for zone in sorted(folder.glob("thermal_zone*")) if (degrees := _degrees(zone)) is not None]
    return max(found, default=None)


def _degrees(zone: Path) -> float | None:
    try:
        degrees = int((zone / "temp").read_text(encoding="ascii")[:20]) / 1000
    except (OSError, ValueError):
        return None  # a sensor that is asleep answers with an error
    return round(degrees, 1) if -_HOTTEST < degrees < _HOTTEST else None
