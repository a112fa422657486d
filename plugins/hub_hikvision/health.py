"""How a device is, part by part: one that fails leaves the others as they are."""

from collections.abc import Callable
from datetime import timedelta
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
    NotActivated,
    Reading,
    Temperature,
    Unsupported,
    Volume,
)
from hub_hikvision.isapi import Isapi
from hub_hikvision.layout import ask_channels
from hub_hikvision.parse_events import place
from hub_hikvision.parse_health import (
    Uptime,
    parse_smart,
    parse_tracks,
    parse_uptime,
    parse_volumes,
    parse_working,
)
from hub_hikvision.parse_time import Shown, parse_servers, parse_time

TIME = "/ISAPI/System/time"
NTP = "/ISAPI/System/time/ntpServers"
STATUS = "/ISAPI/System/status"
STORAGE = "/ISAPI/ContentMgmt/Storage"
WORKING = "/ISAPI/System/workingstatus?format=json"
TRACKS = "/ISAPI/ContentMgmt/record/tracks"
_MOST_SMART = 16

_S = TypeVar("_S")
_T = TypeVar("_T")


class Round:
    """One look at a device. Remembers whether anything was answered."""

    def __init__(self) -> None:
        self._answered = False
        self._unreachable: DeviceUnreachable | None = None

    def read(self, ask: Callable[[], _T]) -> Reading[_T]:
        """Raises what concerns the device as a whole."""
        try:
            value = ask()
        except (AuthRejected, DeviceUntrusted, NotActivated):
            raise
        except Unsupported as error:
            self._answered = True
            return Reading(status="unsupported", detail=error.message)
        except DeviceForbidden as error:
            # No proof that it is the account: the device may not have it.
            self._answered = True
            return Reading(status="unknown", detail=error.message)
        except DeviceUnreachable as error:
            self._answered |= isinstance(error, DeviceBusy)
            self._unreachable = self._unreachable or error
            return Reading(status="error", detail=error.message)
        except DeviceError as error:
            self._answered = True
            return Reading(status="error", detail=error.message)
        self._answered = True
        return Reading(status="ok", value=value)

    def require_answer(self) -> None:
        """Raise when the device said nothing at all."""
        if not self._answered and self._unreachable is not None:
            raise self._unreachable


def ask_health(isapi: Isapi) -> Health:
    look = Round()
    clock = look.read(lambda: ask_clock(isapi)[1])
    volumes = look.read(lambda: parse_volumes(isapi.tree(STORAGE, "storage")))
    channels = look.read(lambda: ask_channels(isapi))
    recording = _ask_recording(isapi, look, channels)
    status = look.read(lambda: parse_uptime(isapi.tree(STATUS, "DeviceStatus")))
    asked_at = isapi.access.now()
    look.require_answer()
    temperatures = look.read(lambda: _ask_temperatures(isapi, volumes.value or (), status.value))
    uptime = status.value
    seconds = None if uptime is None else uptime.seconds
    return Health(
        clock=clock,
        volumes=volumes,
        channels=channels,
        recording=recording,
        temperatures=temperatures,
        fans=_told(status, None if uptime is None else uptime.fans),
        started_at=_told(status, None if seconds is None else asked_at - timedelta(seconds=seconds)),
    )


def ask_clock(isapi: Isapi) -> tuple[Shown, DeviceClock]:
    """The clock as the device shows it, and as the hub compares it."""
    before = isapi.access.now()
    root = isapi.tree(TIME, "Time")
    asked_at = before + (isapi.access.now() - before) / 2
    shown = parse_time(root, asked_at)
    servers = isapi.perhaps(NTP) if shown.source == "ntp" else None
    told = () if servers is None else parse_servers(servers)
    return shown, DeviceClock(at=shown.at, asked_at=asked_at, source=shown.source, servers=told)


def ask_temperatures(isapi: Isapi) -> tuple[Temperature, ...]:
    """Of the device and its disks. Raises `Unsupported` where none is told."""
    look = Round()
    volumes = look.read(lambda: parse_volumes(isapi.tree(STORAGE, "storage")))
    status = look.read(lambda: parse_uptime(isapi.tree(STATUS, "DeviceStatus")))
    look.require_answer()
    return _ask_temperatures(isapi, volumes.value or (), status.value)


def _ask_recording(isapi: Isapi, look: Round, channels: Reading[tuple[Channel, ...]]) -> dict[int, Reading[bool]]:
    """Channel by channel: whether it is recorded now, where the device tells. A plan for recording that is switched off
    is an answer as well; one that is switched on is none."""
    working = look.read(lambda: parse_working(isapi.get(WORKING)))
    if working.value is not None:
        known = frozenset(channel.number for channel in channels.value or ())
        return {place(number, known) or number: Reading(status="ok", value=on) for number, on in working.value.items()}
    if working.status == "error":
        return {channel.number: Reading(status="error", detail=working.detail) for channel in channels.value or ()}
    tracks = look.read(lambda: parse_tracks(isapi.tree(TRACKS, "TrackList")))
    planned = "recording is planned; this device does not tell whether it happens"
    return {
        number: Reading(status="unknown", detail=planned) if on else Reading(status="ok", value=False)
        for number, on in (tracks.value or {}).items()
    }


def _ask_temperatures(isapi: Isapi, volumes: tuple[Volume, ...], status: Uptime | None) -> tuple[Temperature, ...]:
    told = [] if status is None else list(status.temperatures)
    disks = [volume.id for volume in volumes if volume.id.startswith("hdd-") and volume.state in ("ok", "degraded")]
    for disk in disks[:_MOST_SMART]:
        number = disk.removeprefix("hdd-")
        root = (
            isapi.perhaps(f"{STORAGE}/hdd/{number}/SMARTTest/status") if number.isascii() and number.isdigit() else None
        )
        if root is None:
            # Cards have no SMART, and a device that has it for one disk has it for all.
            break
        temperature = parse_smart(root, disk)
        told += [] if temperature is None else [temperature]
    if not told:
        raise Unsupported("The device tells no temperature.")
    return tuple(told)


def _told(status: Reading[_S], value: _T | None) -> Reading[_T]:
    """A part of an answer: not told is unsupported, and without an answer it is what the answer was."""
    if value is not None:
        return Reading(status="ok", value=value)
    if status.status == "ok":
        return Reading(status="unsupported", detail="the device does not tell")
    return Reading(status=status.status, detail=status.detail)
