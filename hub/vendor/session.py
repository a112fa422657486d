"""What a camera vendor's plugin implements, and what it is given. Plugins import these through `hub.api`.

Theory: hooks are good at finding plugins and poor at talking to one device, so a plugin registers a `Vendor` and the
hub opens one `Session` per device. A session is small; what a device can do besides is in protocols of their own
(`Streams`, `Events`, `Ptz` …). Having the method does not mean that this device can do it: `capabilities()` says so,
probed, and "unknown" is an answer.

Sessions are plain blocking code. The hub calls each from threads of its own, one call at a time for a device (the
iterator of `events()` alone runs beside the calls, on a thread of its own), and gives every call a deadline that the
`DeviceAccess` enforces; a session starts no thread and never sleeps except with `DeviceAccess.wait`. Every method may
raise `hub.errors.DeviceError` and its kinds; anything else is a fault of the plugin.

What a device says is untrusted: parsers are bounded in size and time and raise `ProtocolError` for what they do not
understand, never an empty result. Nothing of a vendor's answer is shown or kept before `redact` went over it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec
from pydantic import BaseModel

from hub.ports import PluginContext
from hub.vendor.access import DeviceAccess
from hub.vendor.values import (
    Capability,
    Channel,
    DeviceClock,
    DeviceEvent,
    DeviceInfo,
    DeviceRecording,
    DeviceUser,
    Export,
    Health,
    PtzPosition,
    PtzPreset,
    StreamOffer,
    Support,
    Weakness,
)


class Session(Protocol):
    """One device, as long as the hub knows it. Opened without I/O."""

    def describe(self) -> DeviceInfo: ...

    def capabilities(self) -> Mapping[Capability, Support]:
        """What this device can do, probed. The hub keeps it as long as serial number and firmware are the same."""
        ...

    def health(self) -> Health: ...

    def close(self) -> None:
        """Give back what the device holds for us (subscriptions, log-ins). Called once, with 5 s; the access still
        works, and the iterator of `events` has ended by then."""
        ...


@runtime_checkable
class Streams(Protocol):
    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        """Main first."""
        ...

    def snapshot(self, channel: int) -> bytes:
        """One picture, JPEG, as the camera sees it now."""
        ...


@runtime_checkable
class Events(Protocol):
    def events(self) -> Iterator[DeviceEvent | None]:
        """What the device tells, as it comes; None at least once a minute while it is silent and the line is good.

        Runs on a thread of its own until the access is `closed`; a break of the line raises `DeviceUnreachable`, and
        the hub calls again after a pause.
        """
        ...


@runtime_checkable
class Ptz(Protocol):
    def position(self, channel: int) -> PtzPosition: ...

    def presets(self, channel: int) -> tuple[PtzPreset, ...]: ...

    def go_to(self, channel: int, preset: str) -> None:
        """Turn to a preset by its id, or by its name; returns when the device has taken the order."""
        ...

    def move_to(self, channel: int, position: PtzPosition) -> None:
        """Raises `Unsupported` where there are only presets."""
        ...


@runtime_checkable
class Clocked(Protocol):
    def clock(self) -> DeviceClock: ...

    def set_clock(self, at: datetime) -> None:
        """Set the time; the zone stays. Refuses with `DeviceRejected` where the device takes it from NTP."""
        ...


@runtime_checkable
class Recordings(Protocol):
    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        """In order of time, page by page, at most 10,000."""
        ...

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        """Hand the footage over piece by piece, exactly as the device gives it. The deadline is long (an hour)."""
        ...


@runtime_checkable
class Settings(Protocol):
    def settings(self) -> Mapping[str, str]:
        """Every setting that a person could change, flat: `section/name` → value, in a canonical form.

        Left out is what changes by itself (times, counters, uptime) and every secret; at most 20,000 entries.
        """
        ...

    def apply(self, changes: Mapping[str, str]) -> None:
        """Set these, named as `settings` names them. The hub reads back. Raises `Unsupported` for what can only be set
        by hand, before anything was set."""
        ...


@runtime_checkable
class Users(Protocol):
    def users(self) -> tuple[DeviceUser, ...]: ...


@runtime_checkable
class Channels(Protocol):
    def channels(self) -> tuple[Channel, ...]: ...


@runtime_checkable
class Audits(Protocol):
    def audit(self) -> tuple[Weakness, ...]:
        """What the device itself says is switched off or weak. One look, no attempts."""
        ...


@runtime_checkable
class Maintenance(Protocol):
    def reboot(self) -> None: ...


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """What a plugin registers for one kind of device."""

    name: str
    """What hub.toml calls it: `driver = "hikvision"`."""
    title: str
    """The maker or the protocol, for people."""
    port: int
    """Where such devices listen when hub.toml does not say."""
    tls_port: int = 443
    could: frozenset[Capability]
    """What sessions may have at all; `Session.capabilities` says what a device has."""
    options: type[BaseModel]
    """What hub.toml may say of such a device besides where it is and how to sign in; an empty model for nothing."""
    open: "Callable[[DeviceAccess, BaseModel, PluginContext], Session]"
    """Makes the session; no I/O."""
