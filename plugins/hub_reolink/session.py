"""One Reolink device."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

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
    DeviceUser,
    Health,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    Reading,
    StreamOffer,
    Support,
    Unsupported,
    Volume,
)
from hub_reolink.api import ReolinkApi
from hub_reolink.options import ReolinkOptions
from hub_reolink.parse_clock import parse_clock, parse_zone, to_local
from hub_reolink.parse_device import (
    find_preset,
    flatten,
    parse_channels,
    parse_info,
    parse_position,
    parse_presets,
    parse_recording,
    parse_rtsp_port,
    parse_streams,
    parse_users,
    parse_volumes,
)
from hub_reolink.parse_reply import part, whole

Value = TypeVar("Value")

COULD: frozenset[Capability] = frozenset(
    ("streams", "snapshot", "ptz", "clock", "storage", "settings", "users", "channels", "reboot")
)
_DEVICE_SETTINGS = ("GetNtp", "GetNetPort", "GetLocalLink")
_CHANNEL_SETTINGS = ("GetEnc", "GetOsd", "GetIsp", "GetImage", "GetRecV20")


class ReolinkSession:
    """A camera or a recorder."""

    def __init__(self, access: DeviceAccess, options: ReolinkOptions) -> None:
        self._access = access
        self._options = options
        self._api = ReolinkApi(access, unprotected=options.unprotected)

    def describe(self) -> DeviceInfo:
        return parse_info(self._api.ask("GetDevInfo"), self._or_nothing("GetLocalLink"))

    def capabilities(self) -> Mapping[Capability, Support]:
        first: dict[str, Any] = {"channel": 0}
        return {
            "streams": self._tried("GetEnc", first),
            "snapshot": "unknown",
            "ptz": self._tried("GetPtzCurPos", {"PtzCurPos": first}),
            "clock": self._tried("GetTime"),
            "storage": self._tried("GetHddInfo"),
            "settings": self._tried("GetNtp"),
            "users": self._tried("GetUser"),
            "channels": self._tried("GetChannelstatus"),
            "reboot": "unknown",
        }

    def health(self) -> Health:
        clock = _part(self.clock, essential=True)
        channels = _part(self.channels)
        return Health(
            clock=clock,
            volumes=_part(self._volumes),
            channels=channels,
            recording={one.number: self._recording(one.number) for one in (channels.value or ())[:32]},
            temperatures=Reading(status="unsupported"),
            fans=Reading(status="unsupported"),
        )

    def close(self) -> None:
        self._api.sign_out()

    def channels(self) -> tuple[Channel, ...]:
        recorder = self.describe().kind == "recorder"
        return parse_channels(self._api.ask("GetChannelstatus"), recorder=recorder)

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        value = self._api.ask("GetEnc", {"channel": channel - 1})
        port = self._options.rtsp_port or parse_rtsp_port(self._api.ask("GetNetPort"))
        return parse_streams(value, channel, self._access.address.host, port)

    def snapshot(self, channel: int) -> bytes:
        picture = self._api.picture(channel)
        if not picture.startswith(b"\xff\xd8") or b"\xff\xd9" not in picture[-64:]:
            raise ProtocolError("The device's picture is not a whole JPEG.")
        return picture

    def position(self, channel: int) -> PtzPosition:
        return parse_position(self._api.ask("GetPtzCurPos", {"PtzCurPos": {"channel": channel - 1}}))

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        return parse_presets(self._api.ask("GetPtzPreset", {"channel": channel - 1}))

    def go_to(self, channel: int, preset: str) -> None:
        wanted = find_preset(self.presets(channel), preset)
        self._api.ask("PtzCtrl", {"channel": channel - 1, "op": "ToPos", "id": wanted, "speed": 32})

    def move_to(self, channel: int, position: PtzPosition) -> None:
        raise Unsupported("Reolink devices turn to presets only.")

    def clock(self) -> DeviceClock:
        before = self._access.now()
        value = self._api.ask("GetTime")
        asked_at = before + (self._access.now() - before) / 2
        ntp = self._or_nothing("GetNtp").get("Ntp")
        return parse_clock(value, ntp if isinstance(ntp, dict) else None, asked_at)

    def set_clock(self, at: datetime) -> None:
        if self.clock().source != "manual":
            raise DeviceRejected(
                "The device takes its time from an NTP server, or does not say from where.", hint="Correct that server."
            )
        value = self._api.ask("GetTime")
        local = to_local(at + timedelta(seconds=0.5), parse_zone(value))  # The device takes whole seconds.
        fields = {"year": local.year, "mon": local.month, "day": local.day}
        fields |= {"hour": local.hour, "min": local.minute, "sec": local.second}
        self._api.ask("SetTime", {"Time": {**part(value, "Time"), **fields}})

    def settings(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for command in _DEVICE_SETTINGS:
            found |= flatten(command, self._or_nothing(command))
        for channel in self.channels()[:16]:
            for command in _CHANNEL_SETTINGS:
                value = self._or_nothing(command, {"channel": channel.number - 1})
                found |= flatten(f"{command}-{channel.number}", value, most=200)
        if not found:
            raise Unsupported("The device tells none of its settings.")
        return dict(sorted(found.items()))

    def apply(self, changes: Mapping[str, str]) -> None:
        raise Unsupported("Settings of a Reolink device are changed by hand only.", hint="Use its own page.")

    def users(self) -> tuple[DeviceUser, ...]:
        return parse_users(self._api.ask("GetUser"))

    def reboot(self) -> None:
        self._api.ask("Reboot")

    def _volumes(self) -> tuple[Volume, ...]:
        value = self._api.ask("GetHddInfo")
        record = self._or_nothing("GetRecV20", {"channel": 0}).get("Rec")
        said = whole(record, "overwrite") if isinstance(record, dict) else None
        return parse_volumes(value, overwrites=None if said is None else said == 1)

    def _recording(self, channel: int) -> Reading[bool]:
        try:
            record = part(self._api.ask("GetRecV20", {"channel": channel - 1}), "Rec")
        except (AuthRejected, DeviceUntrusted):
            raise
        except DeviceError as error:
            return Reading(status="error", detail=error.message[:200])
        return parse_recording(whole(record, "enable"))

    def _or_nothing(self, command: str, parameters: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        try:
            return self._api.ask(command, parameters)
        except (Unsupported, DeviceForbidden, DeviceRejected):
            return {}

    def _tried(self, command: str, parameters: Mapping[str, Any] | None = None) -> Support:
        try:
            self._api.ask(command, parameters)
        except Unsupported:
            return "no"
        except (DeviceForbidden, DeviceRejected, ProtocolError):
            return "unknown"
        return "yes"


def _part(read: Callable[[], Value], *, essential: bool = False) -> Reading[Value]:
    """One part of the health. `essential`: when it cannot be reached, nothing can."""
    try:
        return Reading(status="ok", value=read())
    except (AuthRejected, DeviceUntrusted):
        raise
    except (Unsupported, DeviceForbidden) as error:
        return Reading(status="unsupported", detail=error.message[:200])
    except DeviceError as error:
        if essential and isinstance(error, DeviceUnreachable) and not isinstance(error, DeviceBusy):
            raise
        return Reading(status="error", detail=error.message[:200])
