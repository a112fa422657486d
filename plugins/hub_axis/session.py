"""One Axis device."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from hub.api import (
    Capability,
    Channel,
    DeviceAccess,
    DeviceClock,
    DeviceEvent,
    DeviceInfo,
    DeviceRecording,
    DeviceUser,
    Export,
    Health,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    StreamOffer,
    Support,
    Unsupported,
    Weakness,
)
from hub_axis import clock, footage, steering
from hub_axis.capabilities import probe
from hub_axis.health import read_health
from hub_axis.listening import Listening
from hub_axis.options import AxisOptions
from hub_axis.parse_json import Nothing, Properties, parse_info
from hub_axis.parse_text import accept, parse_users
from hub_axis.settings import settings_of, to_parameters
from hub_axis.vapix import Vapix, check
from hub_axis.views import GROUPS, channels_of, streams_of
from hub_axis.weaknesses import weaknesses_of

_LARGEST_PICTURE = 16 * 1024 * 1024
_MOST_CHANGES = 50


class AxisSession:
    """Calls come one at a time; the iterator of `events` alone runs beside them."""

    def __init__(self, access: DeviceAccess, options: AxisOptions) -> None:
        self._options = options
        self._vapix = Vapix(access)
        self._listening = Listening(self._vapix)

    def describe(self) -> DeviceInfo:
        # The properties that anybody may see are enough; asking for all of them shows whether the password is right.
        method = "getAllUnrestrictedProperties" if self._vapix.may("operator") is False else "getAllProperties"
        try:
            told = self._vapix.call("/axis-cgi/basicdeviceinfo.cgi", method, Properties)
            info = parse_info(told.property_list)
        except Unsupported:
            parameters = self._vapix.parameters("root.Brand,root.Properties.Firmware,root.Properties.System")
            info = parse_info({name.rpartition(".")[2]: value for name, value in parameters.items()})
        if not info.model and not info.serial:
            raise ProtocolError("The device does not say what it is.", hint="Is it an Axis device?")
        return info

    def capabilities(self) -> Mapping[Capability, Support]:
        return probe(self._vapix, self._listening)

    def health(self) -> Health:
        return read_health(self._vapix)

    def close(self) -> None:
        self._listening.give_back()

    def channels(self) -> tuple[Channel, ...]:
        found = channels_of(self._vapix.parameters("root.Image"))
        if not found:
            raise Unsupported("The device has no picture source.")
        return found

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        return streams_of(self._vapix.parameters(GROUPS), channel, self._vapix.access.address, self._options)

    def snapshot(self, channel: int) -> bytes:
        path = f"/axis-cgi/jpg/image.cgi?camera={channel}"
        picture = check(self._vapix.access.request("GET", path, limit=_LARGEST_PICTURE), path).body
        if not picture.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in picture[-64:]:
            raise ProtocolError("The device gave no whole picture.")
        return picture

    def events(self) -> Iterator[DeviceEvent | None]:
        return self._listening.events()

    def position(self, channel: int) -> PtzPosition:
        return steering.position(self._vapix, channel)

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        return steering.presets(self._vapix, channel)

    def go_to(self, channel: int, preset: str) -> None:
        steering.go_to(self._vapix, channel, preset)

    def move_to(self, channel: int, position: PtzPosition) -> None:
        steering.move_to(self._vapix, channel, position)

    def clock(self) -> DeviceClock:
        return clock.read_clock(self._vapix)

    def set_clock(self, at: datetime) -> None:
        clock.set_clock(self._vapix, at)

    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        return footage.search(self._vapix, channel, start_at, end_at)

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        return footage.export(self._vapix, recording, write)

    def settings(self) -> Mapping[str, str]:
        self._vapix.need("operator")
        settings = settings_of(self._all_parameters())
        if not settings:
            raise ProtocolError("The device lists no parameter that is a setting.")
        return settings

    def _all_parameters(self) -> dict[str, str]:
        parameters = self._vapix.parameters()
        if not parameters:
            raise ProtocolError("The device does not list its parameters.")
        return parameters

    def apply(self, changes: Mapping[str, str]) -> None:
        self._vapix.need("admin")
        orders = list(to_parameters(changes, settings_of(self._all_parameters())).items())
        for first in range(0, len(orders), _MOST_CHANGES):
            form = {"action": "update", **dict(orders[first : first + _MOST_CHANGES])}
            accept(self._vapix.text("/axis-cgi/param.cgi", form=form))

    def users(self) -> tuple[DeviceUser, ...]:
        self._vapix.need("admin")
        return parse_users(self._vapix.text("/axis-cgi/pwdgrp.cgi?action=get"))

    def audit(self) -> tuple[Weakness, ...]:
        self._vapix.need("admin")
        return weaknesses_of(self._all_parameters())

    def reboot(self) -> None:
        self._vapix.need("admin")
        try:
            self._vapix.call("/axis-cgi/firmwaremanagement.cgi", "reboot", Nothing)
        except Unsupported:
            path = "/axis-cgi/restart.cgi"
            check(self._vapix.access.request("GET", path), path)
