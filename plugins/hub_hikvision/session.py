"""One Hikvision device."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from hub.api import (
    Capability,
    Channel,
    Clock,
    DeviceAccess,
    DeviceClock,
    DeviceError,
    DeviceEvent,
    DeviceForbidden,
    DeviceInfo,
    DeviceRecording,
    DeviceRejected,
    DeviceUser,
    Export,
    Health,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    RebootRequired,
    StreamOffer,
    Support,
    Unsupported,
    Weakness,
)
from hub_hikvision.answers import parse_status
from hub_hikvision.audit import TRIGGERS, USERS, ask_audit, ask_users
from hub_hikvision.footage import export_footage, search_footage, utc
from hub_hikvision.health import STORAGE, TIME, ask_clock, ask_health, ask_temperatures
from hub_hikvision.isapi import Isapi, is_fatal, require_jpeg
from hub_hikvision.layout import PROXIED_STREAMS, STREAMS, ask_channels, ask_inputs, ask_streams
from hub_hikvision.listening import Listener
from hub_hikvision.options import HikvisionOptions
from hub_hikvision.parse_device import MOST_CHANNELS, PER_CHANNEL, parse_info
from hub_hikvision.parse_footage import Offset
from hub_hikvision.parse_time import offset_at, write_local
from hub_hikvision.settings import apply_settings, read_settings
from hub_hikvision.tree import child_of
from hub_hikvision.turning import ask_position, ask_presets, turn_to, turn_to_preset

INFO = "/ISAPI/System/deviceInfo"
REBOOT = "/ISAPI/System/reboot"
_FAILED = 3
_WRONG = 6
_PAUSE_S = 0.3


class HikvisionSession:
    """The session. Calls come one at a time; `events` runs beside them and shares only the list of channels."""

    def __init__(self, access: DeviceAccess, options: HikvisionOptions, clock: Clock) -> None:
        self._access = access
        self._options = options
        self._isapi = Isapi(access)
        self._listener = Listener(Isapi(access), clock)
        self._firmware = ""
        self._channels: frozenset[int] = frozenset()

    def describe(self) -> DeviceInfo:
        info = parse_info(self._isapi.tree(INFO, "DeviceInfo"))
        if self._firmware not in ("", info.firmware):
            self._isapi.forget()
        self._firmware = info.firmware
        return info

    def capabilities(self) -> Mapping[Capability, Support]:
        isapi = self._isapi
        storage = self._probe(lambda: isapi.get(STORAGE))
        ptz = self._probe(lambda: ask_presets(isapi, 1))
        triggers = self._probe(lambda: isapi.get(TRIGGERS))
        channels = self._probe(self.channels)
        clock = self._probe(self.clock)
        if ptz == "no" and len(self._channels) > 1:
            # The first camera of a recorder says nothing of the others.
            ptz = "unknown"
        footage = self._probe(self._search_once) if storage != "no" else "no"
        return {
            "streams": channels,
            "snapshot": channels,
            # Every device has the stream; asking for it would take one of its few places.
            "events": "yes" if triggers == "yes" else "unknown",
            "ptz": ptz,
            "clock": clock,
            "storage": storage,
            "recordings": footage,
            "export": footage,
            "settings": clock,
            "restore": "unknown",
            "users": self._probe(lambda: isapi.get(USERS)),
            "channels": channels,
            "temperature": self._probe(lambda: ask_temperatures(isapi)),
            "audit": "yes" if triggers == "yes" else "unknown",
            "reboot": "unknown",
        }

    def health(self) -> Health:
        return ask_health(self._isapi)

    def close(self) -> None:
        """Nothing is held on the device: its event stream ended with its line."""

    def channels(self) -> tuple[Channel, ...]:
        found = ask_channels(self._isapi)
        self._channels = frozenset(channel.number for channel in found)
        return found

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        return ask_streams(self._isapi, _require(channel), self._options.rtsp_port)

    def snapshot(self, channel: int) -> bytes:
        number = _require(channel) * PER_CHANNEL + 1
        path = f"{STREAMS}/{number}/picture"
        answer = self._isapi.ask(path)
        told = parse_status(answer.body)
        if told is not None and told.code == _FAILED and not self._access.wait(_PAUSE_S):
            # The encoder was busy with another picture.
            answer = self._isapi.ask(path)
            told = parse_status(answer.body)
        if told is not None and told.code == _WRONG:
            return self._proxied_snapshot(number)
        try:
            return require_jpeg(self._isapi.judge(answer))
        except (Unsupported, DeviceForbidden) as error:
            try:
                return self._proxied_snapshot(number)
            except (Unsupported, DeviceForbidden):
                raise error from None

    def events(self) -> Iterator[DeviceEvent | None]:
        if not self._channels:
            try:
                self._channels = frozenset(channel.number for channel in ask_channels(Isapi(self._access)))
            except DeviceError as error:
                if is_fatal(error):
                    raise
        yield from self._listener.events(self._channels)

    def position(self, channel: int) -> PtzPosition:
        return ask_position(self._isapi, _require(channel))

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        return ask_presets(self._isapi, _require(channel))

    def go_to(self, channel: int, preset: str) -> None:
        turn_to_preset(self._isapi, _require(channel), preset)

    def move_to(self, channel: int, position: PtzPosition) -> None:
        turn_to(self._isapi, _require(channel), position)

    def clock(self) -> DeviceClock:
        return ask_clock(self._isapi)[1]

    def set_clock(self, at: datetime) -> None:
        shown, _ = ask_clock(self._isapi)
        if shown.source == "ntp":
            raise DeviceRejected(
                "The device takes its time from NTP.",
                hint="Look at its NTP servers; setting it by hand would not last.",
            )
        root = self._isapi.tree(TIME, "Time")
        local = child_of(root, "localTime")
        if local is None:
            raise ProtocolError("The device tells no time that could be set.")
        local.text = write_local(at, shown)
        self._isapi.put(TIME, root)

    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        return search_footage(self._isapi, _require(channel), start_at, end_at, self._footage_zone())

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        return export_footage(self._isapi, recording, write)

    def settings(self) -> Mapping[str, str]:
        return read_settings(self._isapi, [channel.number for channel in ask_inputs(self._isapi)])

    def apply(self, changes: Mapping[str, str]) -> None:
        apply_settings(self._isapi, changes)

    def users(self) -> tuple[DeviceUser, ...]:
        return ask_users(self._isapi)

    def audit(self) -> tuple[Weakness, ...]:
        if not self._channels:
            self._probe(self.channels)
        return ask_audit(self._isapi, self._channels)

    def reboot(self) -> None:
        # Some firmware calls it required when it is asked for one; it happens all the same.
        with suppress(RebootRequired):
            self._isapi.put(REBOOT)

    def _proxied_snapshot(self, number: int) -> bytes:
        return require_jpeg(self._isapi.judge(self._isapi.ask(f"{PROXIED_STREAMS}/{number}/picture")))

    def _footage_zone(self) -> Offset:
        if self._options.footage_times == "utc":
            return utc
        shown, _ = ask_clock(self._isapi)
        return lambda wall: offset_at(shown, wall)

    def _search_once(self) -> None:
        """Whether footage can be searched at all: the last minute of the first channel."""
        now = self._access.now()
        next(self.search(1, now.replace(second=0, microsecond=0), now), None)

    def _probe(self, ask: Callable[[], object]) -> Support:
        try:
            ask()
        except Unsupported:
            return "no"
        except DeviceError as error:
            if is_fatal(error):
                raise
            return "unknown"
        return "yes"


def _require(channel: int) -> int:
    """Raises `DeviceRejected` for a number that no device has."""
    if not 1 <= channel <= MOST_CHANNELS:
        raise DeviceRejected(f"There is no channel {channel}.", hint="Channels are counted from 1.")
    return channel
