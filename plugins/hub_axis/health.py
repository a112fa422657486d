"""How a device is: each part asked by itself, so that one that fails leaves the others as they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple, TypeVar

from hub.api import (
    AuthRejected,
    DeviceClock,
    DeviceError,
    DeviceForbidden,
    DeviceUnreachable,
    DeviceUntrusted,
    Health,
    Reading,
    Temperature,
    Unsupported,
    Volume,
)
from hub_axis.clock import read_clock
from hub_axis.footage import running_channels
from hub_axis.parse_json import Ready
from hub_axis.parse_text import parse_temperatures
from hub_axis.parse_xml import parse_volumes
from hub_axis.vapix import Vapix
from hub_axis.views import channels_of

Value = TypeVar("Value")

_NO_CHANNELS = "an Axis device does not tell whether a picture source delivers"


class _Climate(NamedTuple):
    sensors: tuple[Temperature, ...]
    fans_well: bool | None


class _Round:
    """One round of questions; remembers why the device as a whole could not be asked."""

    def __init__(self) -> None:
        self.answered = False
        self.unreachable: DeviceUnreachable | None = None

    def ask(self, question: Callable[[], Value]) -> Reading[Value]:
        try:
            value = question()
        except (AuthRejected, DeviceUntrusted):
            raise
        except DeviceUnreachable as error:
            self.unreachable = self.unreachable or error
            return Reading(status="error", detail=error.message)
        except Unsupported as error:
            self.answered = True
            return Reading(status="unsupported", detail=error.message)
        except DeviceForbidden as error:
            # A right that the account lacks says nothing of how the device is.
            self.answered = True
            return Reading(status="unknown", detail=error.message)
        except DeviceError as error:
            self.answered = True
            return Reading(status="error", detail=error.message)
        self.answered = True
        return Reading(status="ok", value=value)


def read_health(vapix: Vapix) -> Health:
    """All parts. Raises only when the device as a whole cannot be asked."""
    this = _Round()
    clock = this.ask(lambda: read_clock(vapix))
    volumes = this.ask(lambda: _volumes(vapix))
    climate = this.ask(lambda: _climate(vapix))
    uptime = this.ask(lambda: _uptime(vapix))
    recording = _recording(this, vapix, clock, volumes)
    if this.unreachable is not None and not this.answered:
        raise this.unreachable
    return Health(
        clock=clock,
        volumes=volumes,
        channels=Reading(status="unsupported", detail=_NO_CHANNELS),
        recording=recording,
        temperatures=_sensors(climate),
        fans=_fans(climate),
        started_at=(
            Reading(status="ok", value=vapix.access.now() - uptime.value)
            if uptime.value is not None
            else Reading(status=uptime.status, detail=uptime.detail)
        ),
    )


def _volumes(vapix: Vapix) -> tuple[Volume, ...]:
    vapix.need("operator")
    return parse_volumes(vapix.xml("/axis-cgi/disks/list.cgi?diskid=all"))


def _climate(vapix: Vapix) -> _Climate:
    vapix.need("operator")
    return _Climate(*parse_temperatures(vapix.text("/axis-cgi/temperaturecontrol.cgi?action=statusall")))


def _sensors(climate: Reading[_Climate]) -> Reading[tuple[Temperature, ...]]:
    if climate.value is None:
        return Reading(status=climate.status, detail=climate.detail)
    if not climate.value.sensors:
        return Reading(status="unsupported", detail="it has no sensor")
    return Reading(status="ok", value=climate.value.sensors)


def _fans(climate: Reading[_Climate]) -> Reading[bool]:
    if climate.value is None:
        return Reading(status=climate.status, detail=climate.detail)
    if climate.value.fans_well is None:
        return Reading(status="unsupported", detail="it has no fan")
    return Reading(status="ok", value=climate.value.fans_well)


def _uptime(vapix: Vapix) -> timedelta:
    seconds = vapix.call("/axis-cgi/systemready.cgi", "systemready", Ready, {"timeout": 1}).uptime_s()
    if seconds is None:
        raise Unsupported("It does not tell since when it runs.")
    return timedelta(seconds=round(seconds))


def _recording(
    this: _Round, vapix: Vapix, clock: Reading[DeviceClock], volumes: Reading[tuple[Volume, ...]]
) -> dict[int, Reading[bool]]:
    """Of each view whether the device records it now; nothing where that is not known."""
    if volumes.value is None:
        return {}
    if all(volume.state == "absent" for volume in volumes.value):
        return {}
    channels = this.ask(lambda: channels_of(vapix.parameters("root.Image")))
    numbers = [one.number for one in channels.value or ()]
    now = vapix.access.now() if clock.value is None else clock.value.at + (vapix.access.now() - clock.value.asked_at)
    running = this.ask(lambda: running_channels(vapix, now))
    if running.value is None:
        return {number: Reading(status=running.status, detail=running.detail) for number in numbers}
    return {number: Reading(status="ok", value=number in running.value) for number in numbers}
