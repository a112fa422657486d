"""One Uniview device."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from hub.api import (
    AuthRejected,
    Capability,
    Channel,
    DeviceAccess,
    DeviceBusy,
    DeviceClock,
    DeviceError,
    DeviceForbidden,
    DeviceInfo,
    DeviceRejected,
    DeviceUnreachable,
    DeviceUntrusted,
    Health,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    Reading,
    StreamOffer,
    Support,
    Unsupported,
    Volume,
    Weakness,
)
from hub_uniview.envelope import Data, error_of, parse_answer
from hub_uniview.options import UniviewOptions
from hub_uniview.parse import (
    MOST_CHANNELS,
    MOST_SETTINGS,
    SPACE,
    change,
    flatten,
    parse_channels,
    parse_info,
    parse_position,
    parse_presets,
    parse_rule,
    parse_servers,
    parse_stream,
    parse_time,
    parse_volumes,
)

BASE = "/LAPI/V1.0"
_T = TypeVar("_T")

_RULES = ("MotionDetection", "TamperDetection", "VideoLoss")
_OF_THE_DEVICE = ("System/Time", "System/Time/NTP")
_OF_A_CHANNEL = tuple(f"Channels/{{}}/Alarm/{rule}/Rule" for rule in _RULES)
_MOST_RULED = 32
"""Of so many channels the rules are read: each is a request."""


class UniviewSession:
    """The session. Calls come one at a time."""

    def __init__(self, access: DeviceAccess, options: UniviewOptions) -> None:
        self._access = access
        self._options = options
        self._recorder: bool | None = None

    def describe(self) -> DeviceInfo:
        try:
            return parse_info(self._get("System/DeviceInfo"))
        except (Unsupported, DeviceForbidden):
            return parse_info(self._get("System/DeviceBasicInfo"))

    def capabilities(self) -> Mapping[Capability, Support]:
        channels = self._probe(self.channels)
        clock = self._probe(self.clock)
        return {
            "streams": channels,
            "snapshot": channels,
            "ptz": self._probe(lambda: (self.presets(1), self.position(1))),
            "clock": clock,
            "storage": self._probe(self._volumes),
            "settings": clock,
            "restore": "unknown",
            "channels": channels,
            "audit": "unknown",
            "reboot": "unknown",
        }

    def health(self) -> Health:
        errors: list[DeviceUnreachable] = []
        clock = self._read(self.clock, errors)
        volumes = self._read(self._volumes, errors)
        channels = self._read(self.channels, errors)
        if len(errors) == 3:
            raise errors[0]
        return Health(clock=clock, volumes=volumes, channels=channels)

    def close(self) -> None:
        """Nothing is held on the device."""

    def channels(self) -> tuple[Channel, ...]:
        try:
            found = parse_channels(self._get("Channels/System/ChannelDetailInfos"))
            self._recorder = True
        except (Unsupported, DeviceForbidden) as error:
            # Cameras do not have the list; they have the one channel that is theirs, which they call 0.
            try:
                info = self.describe()
            except (Unsupported, DeviceForbidden):
                raise error from None
            if info.kind == "recorder":
                raise
            self._recorder = False
            return (Channel(number=1, name=info.name),)
        return found

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        offers: list[StreamOffer] = []
        for number in range(3):
            try:
                data = self._get(f"Channels/{self._id(channel)}/Media/Video/Streams/{number}/LiveStreamURL")
            except (Unsupported, DeviceForbidden):
                if number == 0:
                    raise
                break
            offers.append(parse_stream(data, number, self._access.address.host, self._options.rtsp_port))
        return tuple(offers)

    def snapshot(self, channel: int) -> bytes:
        path = f"{BASE}/Channels/{self._id(channel)}/Media/Video/Streams/0/Snapshot"
        answer = self._access.request("GET", path)
        if answer.body.startswith(b"\xff\xd8") and answer.status in (200, 599):
            return answer.body
        if answer.body.lstrip()[:1] == b"{":
            self._accept(answer.status, answer.body, writing=False)
        raise (
            error_of(answer.status)
            if answer.status != 200
            else ProtocolError("The device gave something that is no JPEG picture.")
        )

    def position(self, channel: int) -> PtzPosition:
        base = f"Channels/{self._id(channel)}/PTZ"
        return parse_position(self._get(f"{base}/AbsoluteMove"), self._perhaps(f"{base}/AbsoluteZoom") or {})

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        return parse_presets(self._get(f"Channels/{self._id(channel)}/PTZ/Presets"))

    def go_to(self, channel: int, preset: str) -> None:
        found = [each.id for each in self.presets(channel) if preset in (each.id, each.name)]
        if not found:
            raise DeviceRejected(f"The camera has no preset {preset[:60]!r}.", hint="Look at its presets.")
        self._put(f"Channels/{self._id(channel)}/PTZ/Presets/{found[0]}/Goto", {})

    def move_to(self, channel: int, position: PtzPosition) -> None:
        if position.space not in ("", SPACE):
            raise DeviceRejected(f"A position of the space {position.space!r} means nothing to this device.")
        base = f"Channels/{self._id(channel)}/PTZ"
        self._put(f"{base}/AbsoluteMove", {"Longitude": position.pan, "Latitude": position.tilt})
        self._put(f"{base}/AbsoluteZoom", {"ZoomRatio": position.zoom})

    def clock(self) -> DeviceClock:
        before = self._access.now()
        at = parse_time(self._get("System/Time"))
        asked_at = before + (self._access.now() - before) / 2
        try:
            on, servers = parse_servers(self._get("System/Time/NTP"))
        except (Unsupported, DeviceForbidden):
            on, servers = None, ()
        return DeviceClock(
            at=at,
            asked_at=asked_at,
            source="unknown" if on is None else "ntp" if on else "manual",
            servers=servers if on else (),
        )

    def set_clock(self, at: datetime) -> None:
        if self.clock().source == "ntp":
            raise DeviceRejected("The device takes its time from NTP.", hint="Look at its NTP servers.")
        data = self._get("System/Time")
        self._put("System/Time", {**data, "DeviceTime": round(at.timestamp())})

    def settings(self) -> Mapping[str, str]:
        flat: dict[str, str] = {}
        for resource in (*_OF_THE_DEVICE, *self._rules()):
            data = self._perhaps(resource)
            flat |= {} if data is None else flatten(resource, data)
        if not flat:
            raise Unsupported("The device tells none of its settings.", hint="Give the account the right to read them.")
        if len(flat) > MOST_SETTINGS:
            raise ProtocolError(f"The device tells of more than {MOST_SETTINGS} settings.")
        return flat

    def apply(self, changes: Mapping[str, str]) -> None:
        known = (*_OF_THE_DEVICE, *self._rules())
        grouped: dict[str, dict[str, str]] = defaultdict(dict)
        for name, value in changes.items():
            resource, _, last = name.rpartition("/")
            if resource not in known:
                raise Unsupported(f"{name[:200]} can only be set by hand.", hint="Set it on the device itself.")
            grouped[resource][last] = value
        ready = [(resource, change(self._get(resource), inner)) for resource, inner in grouped.items()]
        for resource, data in ready:
            self._put(resource, data)

    def audit(self) -> tuple[Weakness, ...]:
        found: list[Weakness] = []
        asked = 0
        for channel in self.channels()[:_MOST_RULED]:
            for rule in _RULES:
                data = self._perhaps(f"Channels/{self._id(channel.number)}/Alarm/{rule}/Rule")
                asked += data is not None
                found += () if data is None else parse_rule(data, channel.number, rule)
        if not asked:
            raise Unsupported("The device does not tell which alarms are on.")
        return tuple(found)

    def reboot(self) -> None:
        self._put("System/Reboot", None)

    def _volumes(self) -> tuple[Volume, ...]:
        return parse_volumes(self._get("Storage/Containers/DetailInfos"))

    def _rules(self) -> list[str]:
        numbers = [self._id(channel.number) for channel in self.channels()[:_MOST_RULED]]
        return [path.format(number) for number in numbers for path in _OF_A_CHANNEL]

    def _id(self, channel: int) -> int:
        """What the device calls a channel: a recorder counts from 1, a camera from 0."""
        if not 1 <= channel <= MOST_CHANNELS:
            raise DeviceRejected(f"There is no channel {channel}.", hint="Channels are counted from 1.")
        if self._recorder is None:
            self.channels()
        return channel if self._recorder else channel - 1

    def _get(self, path: str) -> Data:
        answer = self._access.request("GET", f"{BASE}/{path}")
        return self._accept(answer.status, answer.body, writing=False)

    def _perhaps(self, path: str) -> Data | None:
        try:
            return self._get(path)
        except (Unsupported, DeviceForbidden):
            return None

    def _put(self, path: str, data: Data | None) -> None:
        body = b"" if data is None else msgspec.json.encode(data)
        headers = {"Content-Type": "application/json"} if body else {}
        answer = self._access.request("PUT", f"{BASE}/{path}", body=body, headers=headers)
        self._accept(answer.status, answer.body, writing=True)

    def _accept(self, status: int, body: bytes, *, writing: bool) -> Data:
        try:
            return parse_answer(status, body, writing=writing)
        except AuthRejected as error:
            # Told inside an answer with another status: the access must know, or the account gets locked.
            raise self._access.refused(error.message) from None

    def _probe(self, ask: Callable[[], object]) -> Support:
        try:
            ask()
        except Unsupported:
            return "no"
        except DeviceBusy:
            return "unknown"
        except (DeviceUnreachable, DeviceUntrusted, AuthRejected):
            raise
        except DeviceError:
            return "unknown"
        return "yes"

    def _read(self, ask: Callable[[], _T], errors: list[DeviceUnreachable]) -> Reading[_T]:
        try:
            return Reading(status="ok", value=ask())
        except (AuthRejected, DeviceUntrusted):
            raise
        except Unsupported as error:
            return Reading(status="unsupported", detail=error.message)
        except DeviceForbidden as error:
            return Reading(status="unknown", detail=error.message)
        except DeviceUnreachable as error:
            errors.append(error)
            return Reading(status="error", detail=error.message)
        except DeviceError as error:
            return Reading(status="error", detail=error.message)
