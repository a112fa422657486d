"""What sessions with devices tell: values, all frozen. Times are UTC, sizes bytes, temperatures degrees Celsius."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

Value = TypeVar("Value")

Support = Literal["yes", "no", "unknown"]
Capability = Literal[
    "streams",
    "snapshot",
    "events",
    "ptz",
    "clock",
    "storage",
    "recordings",
    "export",
    "settings",
    "restore",
    "users",
    "channels",
    "temperature",
    "audit",
    "reboot",
]


class Reading(msgspec.Struct, Generic[Value], frozen=True, kw_only=True):
    """One thing that was asked of a device. Only `ok` is evidence: the others are neither good nor bad.

    `unknown`: not asked or not told; `unsupported`: this device cannot tell; `error`: asked, and it went wrong.
    """

    status: Literal["ok", "unknown", "unsupported", "error"] = "unknown"
    value: Value | None = None
    """There exactly when `status` is `ok`."""
    detail: str = ""
    """Why it is not `ok`, in a few words without secrets."""


class DeviceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a device says it is. Empty: it does not say."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    mac: str = ""
    """`aa:bb:cc:dd:ee:ff`."""
    name: str = ""
    kind: Literal["camera", "recorder", "encoder", "unknown"] = "unknown"


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One picture source of a device. Channels are counted from 1 whatever the vendor does."""

    number: int
    name: str = ""
    online: bool | None = None
    """Of a recorder: whether the camera behind it delivers. None: not told."""
    address: str = ""
    """Of a recorder: where that camera is."""


class StreamOffer(msgspec.Struct, frozen=True, kw_only=True):
    """One stream. `url` has no user name and no password; the hub adds them where the stream is opened."""

    name: Literal["main", "sub", "third"]
    url: str
    codec: str = ""
    """`H264`, `H265`, `JPEG` …; empty: not told."""
    width: int | None = None
    height: int | None = None
    fps: float | None = None


EventKind = Literal[
    "tamper",
    "scene-change",
    "video-loss",
    "defocus",
    "too-dark",
    "too-bright",
    "motion",
    "disk-error",
    "disk-full",
    "disk-missing",
    "recording-failed",
    "network",
    "illegal-access",
    "clock-changed",
    "temperature",
    "fan",
    "power",
    "rebooted",
    "ptz-moved",
    "input",
    "other",
]


class DeviceEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a device told by itself."""

    kind: EventKind
    phase: Literal["start", "stop", "pulse"]
    """`pulse` has no end. What a device tells of its present state right after subscribing is start or stop as well."""
    channel: int | None = None
    """None: it is about the device."""
    at: datetime | None = None
    """By the device's clock, which may be wrong; None where it is not told or not readable."""
    code: str
    """The vendor's own word for it."""
    detail: str = ""


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """A disk, card or share of a device. A slot without a card is `absent`, which is not a fault."""

    id: str
    state: Literal["ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"]
    """`full` means that nothing more is written; a disk that overwrites its oldest is `ok`."""
    size_bytes: int | None = None
    free_bytes: int | None = None
    detail: str = ""
    detail_zh: str = ""
    """`detail` in Chinese, where it is a sentence of the plugin's own."""


class DeviceClock(msgspec.Struct, frozen=True, kw_only=True):
    """The time a device shows. `at` is UTC, worked out with the device's own zone and summer time."""

    at: datetime
    asked_at: datetime
    """The hub's time in the middle of the exchange; the drift is the difference."""
    source: Literal["ntp", "manual", "unknown"] = "unknown"
    servers: tuple[str, ...] = ()


class Temperature(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    celsius: float


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How a device is. One part that fails leaves the others as they are: `Session.health` raises only when the device
    as a whole cannot be asked."""

    clock: Reading[DeviceClock] = Reading()
    volumes: Reading[tuple[Volume, ...]] = Reading()
    channels: Reading[tuple[Channel, ...]] = Reading()
    recording: dict[int, Reading[bool]] = {}
    """Channel → whether the device records it now. A channel that is not there is unknown."""
    temperatures: Reading[tuple[Temperature, ...]] = Reading()
    fans: Reading[bool] = Reading()
    """Whether all fans that should turn do."""
    started_at: Reading[datetime] = Reading()
    """When the device started last."""


class PtzPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where a camera points, in the device's own units: they are comparable with those of the same device only."""

    pan: float
    tilt: float
    zoom: float
    space: str = ""
    """Which units: positions of different spaces cannot be compared."""
    pan_range: tuple[float, float] | None = None
    tilt_range: tuple[float, float] | None = None
    zoom_range: tuple[float, float] | None = None
    pan_wraps: bool = False
    """Whether the two ends of `pan_range` are the same direction."""
    moving: bool | None = None
    """None where the device does not tell, or is known to tell wrongly."""


class PtzPreset(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""


class DeviceRecording(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of footage on the device. Times are UTC."""

    id: str
    """What `export` needs; without credentials."""
    channel: int
    start_at: datetime
    end_at: datetime
    size_bytes: int | None = None
    reason: str = ""
    """Why it was recorded, in the vendor's word: timing, motion, alarm …"""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What `export` wrote."""

    media_type: str
    """Such as `video/mp4`, `video/x-matroska`, `application/octet-stream` for a vendor's own container."""
    size_bytes: int
    device_hash: str = ""
    """The device's own hash, `sha256:…`, where it gives one."""
    begin_at: datetime | None = None
    """When its first picture was taken, where the device tells: the key frame before what was asked for, say."""
    end_at: datetime | None = None
    """The same of its last picture."""


class DeviceUser(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    level: str = ""


class Weakness(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a device that should not be so, as it says itself; nothing is ever guessed or tried."""

    kind: Literal["event-off", "default-password", "weak-password", "no-password", "open-service", "other"]
    channel: int | None = None
    what: str
    """The vendor's word: which event is not sent, which service is open."""
    detail: str = ""
    detail_zh: str = ""
    """`detail` in Chinese, where it is a sentence of the plugin's own."""
