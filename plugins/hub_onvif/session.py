"""One ONVIF device: what the hub asks, put to the modules that know how."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from hub.api import (
    AuthRejected,
    Capability,
    Channel,
    DeviceAccess,
    DeviceClock,
    DeviceError,
    DeviceEvent,
    DeviceInfo,
    DeviceRecording,
    DeviceUnreachable,
    DeviceUntrusted,
    DeviceUser,
    Export,
    Health,
    PtzPosition,
    PtzPreset,
    Reading,
    StreamOffer,
    Support,
    Unsupported,
)
from hub_onvif.client import Client
from hub_onvif.device import kind_of, parse_information, parse_mac, parse_name, parse_users
from hub_onvif.events import started_at, to_event
from hub_onvif.footage import can_replay, read_recording_now, replay_url, search_footage
from hub_onvif.media import Layout, Profile
from hub_onvif.options import OnvifOptions
from hub_onvif.ptz import Spaces, shown_presets
from hub_onvif.pullpoint import PullPoint
from hub_onvif.replay import Replays
from hub_onvif.settings import can_write, read_settings, write_settings
from hub_onvif.steering import (
    is_steered,
    read_position,
    read_presets,
    read_spaces,
    steered_profile,
    turn_to,
    turn_to_preset,
)
from hub_onvif.streams import read_layout, read_picture, read_streams, snapshot_path
from hub_onvif.timekeeping import read_clock, write_clock

Value = TypeVar("Value")

_AS_A_WHOLE = (DeviceUnreachable, DeviceUntrusted, AuthRejected)
"""Errors that are the device's and not those of one question."""


class OnvifSession:
    """A device as its ONVIF services show it. Opened without I/O."""

    def __init__(self, access: DeviceAccess, options: OnvifOptions) -> None:
        self._access = access
        self._options = options
        self._client = Client(access, options.path)
        self._pull_point = PullPoint(self._client, access)
        self._layout: Layout | None = None
        self._spaces: dict[str, Spaces] = {}
        self._started_at: datetime | None = None
        self._replays = Replays(access)

    def describe(self) -> DeviceInfo:
        """The answers to all questions but the first may be missing."""
        answer = self._client.call("device", "GetDeviceInformation")
        layout = self._perhaps(self._known_layout)
        interfaces = self._perhaps(lambda: parse_mac(self._client.call("device", "GetNetworkInterfaces")))
        name = self._perhaps(lambda: parse_name(self._client.call("device", "GetScopes")))
        return parse_information(
            answer,
            mac=interfaces or "",
            name=name or "",
            kind=kind_of(layout.channels if layout is not None else (), self._client.has("recording")),
        )

    def capabilities(self) -> Mapping[Capability, Support]:
        """Probed with questions that change nothing. A device that names a service for events has them, whatever it
        says of pull points: many say it wrongly, and trying would take one of its few subscriptions."""
        client = self._client
        profile = self._supports(self._known_layout)
        layout = self._layout
        found: dict[Capability, Support] = {
            "streams": profile,
            "snapshot": self._supports(lambda: snapshot_path(client, self._known_layout(), 1)),
            "events": self._supports(lambda: client.path("events")),
            "ptz": "yes" if client.has("ptz") and layout is not None and is_steered(layout) else "no",
            "clock": "yes",
            "storage": "no",
            "recordings": "yes" if client.has("search") else "no",
            "export": self._can_export(),
            "settings": profile,
            "restore": "yes" if profile == "yes" and can_write(client) else "no",
            "users": "unknown" if client.refusal_is_final else self._supports(self.users),
            "channels": profile,
            "temperature": "no",
            "audit": "no",
            "reboot": "unknown",
        }
        return found

    def health(self) -> Health:
        return Health(
            clock=self._reading(self.clock),
            volumes=Reading(status="unsupported", detail="ONVIF tells of disks by events only"),
            channels=self._reading(lambda: _channels(self._known_layout())),
            recording=self._recording_now(),
            temperatures=Reading(status="unsupported", detail="ONVIF tells no temperatures"),
            fans=Reading(status="unsupported", detail="ONVIF tells of fans by events only"),
            started_at=Reading(status="ok", value=self._started_at)
            if self._started_at is not None
            else Reading(detail="no event has told it"),
        )

    def close(self) -> None:
        self._pull_point.release()

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        host, port = self._access.address.host, self._options.rtsp_port
        return read_streams(self._client, self._read_layout(), channel, host, port)

    def snapshot(self, channel: int) -> bytes:
        return read_picture(self._access, snapshot_path(self._client, self._known_layout(), channel))

    def channels(self) -> tuple[Channel, ...]:
        """Whether a channel of a recorder delivers is not told: `online` is None."""
        return _channels(self._read_layout())

    def events(self) -> Iterator[DeviceEvent | None]:
        layout = self._perhaps(self._known_layout)
        for messages in self._pull_point.messages():
            if not messages:
                yield None
            for told in messages:
                self._started_at = started_at(told) or self._started_at
                event = to_event(told, layout)
                if event is not None:
                    yield event

    def position(self, channel: int) -> PtzPosition:
        profile = steered_profile(self._client, self._known_layout(), channel)
        return read_position(self._client, profile, self._spaces_of(profile))

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        profile = steered_profile(self._client, self._known_layout(), channel)
        return shown_presets(read_presets(self._client, profile))

    def go_to(self, channel: int, preset: str) -> None:
        turn_to_preset(self._client, steered_profile(self._client, self._known_layout(), channel), preset)

    def move_to(self, channel: int, position: PtzPosition) -> None:
        profile = steered_profile(self._client, self._known_layout(), channel)
        turn_to(self._client, profile, position, self._spaces_of(profile))

    def clock(self) -> DeviceClock:
        return read_clock(self._client)

    def set_clock(self, at: datetime) -> None:
        write_clock(self._client, at)

    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        yield from search_footage(self._client, self._known_layout(), channel, start_at, end_at)

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        """Over a connection of its own, by RTSP: see `hub_onvif.replay`."""
        url = replay_url(self._client, recording, self._access.address.host, self._options.rtsp_port)
        return self._replays.fetch(url, recording, write)

    def settings(self) -> Mapping[str, str]:
        return read_settings(self._client, self._read_layout())

    def apply(self, changes: Mapping[str, str]) -> None:
        write_settings(self._client, self._read_layout(), changes)

    def users(self) -> tuple[DeviceUser, ...]:
        return parse_users(self._client.call("device", "GetUsers"))

    def reboot(self) -> None:
        self._client.call("device", "SystemReboot")
        self._client.forget()
        self._layout = None

    def _can_export(self) -> Support:
        told = self._reading(lambda: can_replay(self._client))
        if told.status == "ok":
            return "yes" if told.value else "no"
        return "no" if told.status == "unsupported" and not self._client.has("replay") else "unknown"

    def _known_layout(self) -> Layout:
        return self._layout or self._read_layout()

    def _read_layout(self) -> Layout:
        self._layout = read_layout(self._client)
        return self._layout

    def _spaces_of(self, profile: Profile) -> Spaces:
        if profile.ptz not in self._spaces:
            self._spaces = {**self._spaces, profile.ptz: read_spaces(self._client, profile)}
        return self._spaces[profile.ptz]

    def _recording_now(self) -> dict[int, Reading[bool]]:
        told = self._reading(lambda: read_recording_now(self._client, self._known_layout()))
        if told.status == "ok" and told.value is not None:
            return {number: Reading(status="ok", value=state) for number, state in told.value.items()}
        channels = self._layout.channels if self._layout is not None else ()
        return {number: Reading(status=told.status, detail=told.detail) for number, _ in enumerate(channels, start=1)}

    def _reading(self, ask: Callable[[], Value]) -> Reading[Value]:
        try:
            return Reading(status="ok", value=ask())
        except _AS_A_WHOLE:
            raise
        except Unsupported as error:
            return Reading(status="unsupported", detail=error.message[:200])
        except DeviceError as error:
            return Reading(status="error", detail=error.message[:200])

    def _perhaps(self, ask: Callable[[], Value]) -> Value | None:
        """What is nice to know: None where the device does not tell it."""
        return self._reading(ask).value

    def _supports(self, ask: Callable[[], object]) -> Support:
        status = self._reading(ask).status
        return "yes" if status == "ok" else "no" if status == "unsupported" else "unknown"


def _channels(layout: Layout) -> tuple[Channel, ...]:
    return tuple(
        Channel(number=number, name=profiles[0].source_name if profiles else "")
        for number, profiles in enumerate(layout.channels, start=1)
    )
