"""Asks a device how it is; a part that fails leaves the others as they are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from hub.api import (
    AuthRejected,
    Channel,
    DeviceBusy,
    DeviceClock,
    DeviceError,
    DeviceForbidden,
    DeviceUnreachable,
    DeviceUntrusted,
    Health,
    Reading,
    Unsupported,
    Volume,
)
from hub_dahua.cgi import Cgi, or_nothing
from hub_dahua.layout import read_channels, read_zone_settings
from hub_dahua.parse_clock import parse_clock
from hub_dahua.parse_health import parse_overwrites, parse_recording, parse_recording_now, parse_uptime_s, parse_volumes
from hub_dahua.parse_table import Table

Value = TypeVar("Value")

_NOT_OVER_CGI = "devices of this maker tell it by another protocol only"


def read_health(cgi: Cgi) -> Health:
    """The state of the device. Raises where it cannot be asked at all, which the first question shows."""
    time = _part(lambda: _time(cgi), essential=True)
    clock = _clock_reading(cgi, time)
    volumes = _part(lambda: read_volumes(cgi))
    channels = _part(lambda: read_channels(cgi))
    uptime = _part(lambda: parse_uptime_s(cgi.known("magicBox.cgi?action=getUpTime", "since when it is running")))
    return Health(
        clock=clock,
        volumes=volumes,
        channels=channels,
        recording=_recording(cgi, channels.value, volumes.value),
        temperatures=Reading(status="unsupported", detail=_NOT_OVER_CGI),
        fans=Reading(status="unsupported", detail=_NOT_OVER_CGI),
        started_at=Reading(status="ok", value=cgi.access.now() - timedelta(seconds=uptime.value))
        if uptime.value is not None
        else Reading(status=uptime.status, detail=uptime.detail),
    )


def read_clock(cgi: Cgi) -> DeviceClock:
    """The device's time and where it has it from."""
    return _clock(cgi, *_time(cgi))


def read_volumes(cgi: Cgi) -> tuple[Volume, ...]:
    """The device's disks and cards."""
    table = cgi.known("storageDevice.cgi?action=getDeviceAllInfo", "its disks")
    return parse_volumes(table, overwrites=parse_overwrites(or_nothing(lambda: cgi.kept_config("StorageGroup"))))


def _time(cgi: Cgi) -> tuple[Table, datetime]:
    before = cgi.access.now()
    time = cgi.table("global.cgi?action=getCurrentTime", "the time")
    return time, before + (cgi.access.now() - before) / 2


def _clock_reading(cgi: Cgi, time: Reading[tuple[Table, datetime]]) -> Reading[DeviceClock]:
    if (told := time.value) is None:
        return Reading(status=time.status, detail=time.detail)
    return _part(lambda: _clock(cgi, *told))


def _clock(cgi: Cgi, time: Table, asked_at: datetime) -> DeviceClock:
    ntp, locales = read_zone_settings(cgi)
    return parse_clock(time, ntp, locales, asked_at)


def _recording(
    cgi: Cgi, channels: tuple[Channel, ...] | None, volumes: tuple[Volume, ...] | None
) -> dict[int, Reading[bool]]:
    numbers = [channel.number for channel in channels or ()]
    mode = _part(lambda: cgi.config("RecordMode"))
    if mode.value is None:
        return {number: Reading(status=mode.status, detail=mode.detail) for number in numbers}
    return parse_recording(mode.value, numbers, volumes, _recording_now(cgi))


def _recording_now(cgi: Cgi) -> dict[int, bool]:
    try:
        return parse_recording_now(cgi.newer("recordManager/getStateAll", b"{}", "what it is recording"))
    except (AuthRejected, DeviceUntrusted):
        raise
    except DeviceError:
        return {}  # The mode alone is told, then.


def _part(read: Callable[[], Value], *, essential: bool = False) -> Reading[Value]:
    try:
        return Reading(status="ok", value=read())
    except (AuthRejected, DeviceUntrusted):
        raise  # Nothing else will be answered either.
    except (Unsupported, DeviceForbidden) as error:
        return Reading(status="unsupported", detail=error.message[:200])
    except DeviceError as error:
        if essential and isinstance(error, DeviceUnreachable) and not isinstance(error, DeviceBusy):
            raise
        return Reading(status="error", detail=error.message[:200])
