"""Facts about devices: what is wrong with them, what they are, what they told, and what they were told to do.

A fault of a channel names the camera that it is; so does any fault of a camera that is a device by itself.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, get_args

import msgspec
from msgspec import Meta

from hub.core.event import Event
from hub.core.text import Text

DeviceId = Annotated[str, Meta(description="Device id from hub.toml; a camera that is a device by itself: its id.")]
_Camera = Annotated[str | None, Meta(description="The camera that it is about; None where it is about no camera.")]
_Detail = Annotated[Text, Meta(description="What exactly, in plain words.")]
_Channel = Annotated[int | None, Meta(description="The device's channel, counted from 1; None: the device itself.")]
_Code = Annotated[str, Meta(description="The maker's own word for it.")]

DeviceOrder = Literal["clock", "reboot"]
"""What a device can be told to do: take the hub's time; start anew."""
DEVICE_ORDERS: tuple[DeviceOrder, ...] = get_args(DeviceOrder)

ReportKind = Literal[
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
"""What devices tell by themselves; the same words as in `hub.api.DeviceEvent.kind`."""


class ConfiguredDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device as hub.toml names it. No address and no secret."""

    id: DeviceId
    name: Annotated[Text, Meta(description="Name that staff use.")]
    driver: Annotated[str, Meta(description="The kind of device, as hub.toml calls it.")] = ""
    cameras: Annotated[dict[int, str], Meta(description="The camera by channel.")] = {}
    own: Annotated[bool, Meta(description="It is one camera, and has that camera's id.")] = False
    allow: Annotated[list[str], Meta(description="What the hub may write: preset, clock, reboot …")] = []

    @property
    def camera(self) -> str | None:
        """The camera that a fault of the device itself is about."""
        return self.id if self.own else None


class DevicesConfigured(Event, tag="devices.configured", frozen=True, kw_only=True):
    """The devices that hub.toml names are these."""

    devices: Annotated[list[ConfiguredDevice], Meta(description="All of them.")]


class DeviceFault(Event, frozen=True, kw_only=True):
    """Common to everything that is wrong with a device for some time; not an event by itself."""

    device: DeviceId
    camera: _Camera = None
    since_at: Annotated[datetime, Meta(description="When the hub found it.")]
    detail: _Detail = Text(en="")


class DeviceMended(Event, frozen=True, kw_only=True):
    """Common to every end of a fault of a device; not an event by itself."""

    device: DeviceId
    camera: _Camera = None
    since_at: Annotated[datetime | None, Meta(description="When it had been found.")] = None
    gone: Annotated[
        bool, Meta(description="The device, or the camera, is no longer in hub.toml; how it is, nobody knows.")
    ] = False


class DeviceUnreachable(DeviceFault, tag="device.unreachable", frozen=True, kw_only=True):
    """The device does not answer, or not so that it can be understood; how it is, is not known."""


class DeviceReachable(DeviceMended, tag="device.reachable", frozen=True, kw_only=True):
    """The device answers again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceUnreachable


class DeviceRefused(DeviceFault, tag="device.refused", frozen=True, kw_only=True):
    """The device refused the credentials; it is not asked again until a person says so."""


class DeviceAccepted(DeviceMended, tag="device.accepted", frozen=True, kw_only=True):
    """The device accepts the credentials again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceRefused


class DeviceUntrusted(DeviceFault, tag="device.untrusted", frozen=True, kw_only=True):
    """The line to the device is not safe, so nothing was said to it: another certificate than the expected one, or none
    where the password itself would go."""


class DeviceTrusted(DeviceMended, tag="device.trusted", frozen=True, kw_only=True):
    """The line to the device is safe again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceUntrusted


class DeviceClockDrifted(DeviceFault, tag="device.clock_drifted", frozen=True, kw_only=True):
    """The device's clock is wrong: what it records bears a wrong time."""

    drift_s: Annotated[float, Meta(description="Seconds that it is ahead; negative: behind.")] = 0.0
    within_s: Annotated[float, Meta(description="How exact that is: so many seconds more or less.")] = 0.0
    source: Annotated[str, Meta(description="Where it takes its time from: ntp, manual, unknown.")] = "unknown"


class DeviceClockRight(DeviceMended, tag="device.clock_right", frozen=True, kw_only=True):
    """The device's clock is right again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceClockDrifted


class DeviceDiskFailed(DeviceFault, tag="device.disk_failed", frozen=True, kw_only=True):
    """A disk, card or share of the device cannot be written, or is about to fail."""

    APART: ClassVar[str] = "disk"
    disk: Annotated[str, Meta(description="Which one, as the device calls it.")]
    state: Annotated[str, Meta(description="full, unformatted, degraded or failed.")] = "failed"


class DeviceDiskRepaired(DeviceMended, tag="device.disk_repaired", frozen=True, kw_only=True):
    """The disk can be written again, or was taken out."""

    CLEARS: ClassVar[type[Event] | None] = DeviceDiskFailed
    disk: Annotated[str, Meta(description="Which one.")]


class DeviceRecordingStopped(DeviceFault, tag="device.recording_stopped", frozen=True, kw_only=True):
    """The device does not record the camera, as it says itself."""


class DeviceRecordingRunning(DeviceMended, tag="device.recording_running", frozen=True, kw_only=True):
    """The device records the camera again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceRecordingStopped


class DeviceChannelOffline(DeviceFault, tag="device.channel_offline", frozen=True, kw_only=True):
    """The recorder gets nothing from the camera behind the channel."""


class DeviceChannelOnline(DeviceMended, tag="device.channel_online", frozen=True, kw_only=True):
    """The recorder gets the camera again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceChannelOffline


class DeviceOverheated(DeviceFault, tag="device.overheated", frozen=True, kw_only=True):
    """The device is too hot."""

    celsius: Annotated[float, Meta(description="Degrees Celsius, of the hottest place that it tells of.")] = 0.0


class DeviceCooled(DeviceMended, tag="device.cooled", frozen=True, kw_only=True):
    """The device is no longer too hot."""

    CLEARS: ClassVar[type[Event] | None] = DeviceOverheated


class DeviceFanFailed(DeviceFault, tag="device.fan_failed", frozen=True, kw_only=True):
    """A fan of the device stands still."""


class DeviceFanTurning(DeviceMended, tag="device.fan_turning", frozen=True, kw_only=True):
    """All fans of the device turn again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceFanFailed


class DeviceCertificateEnding(DeviceFault, tag="device.certificate_ending", frozen=True, kw_only=True):
    """The device's certificate ends soon, or has ended."""

    ends_at: Annotated[datetime, Meta(description="When it ends.")]


class DeviceCertificateRenewed(DeviceMended, tag="device.certificate_renewed", frozen=True, kw_only=True):
    """The device has a certificate that lasts."""

    CLEARS: ClassVar[type[Event] | None] = DeviceCertificateEnding


class DeviceWeak(DeviceFault, tag="device.weak", frozen=True, kw_only=True):
    """The device itself says that something is switched off or weak."""

    APART: ClassVar[str] = "weakness"
    weakness: Annotated[str, Meta(description="Which: its kind, the maker's word and the channel.")]
    kind: Annotated[
        str,
        Meta(
            description="event-off, default-password, weak-password, shared-password, no-password, open-service, other."
        ),
    ] = "other"
    what: Annotated[str, Meta(description="The maker's word: which event is not sent, which service is open.")] = ""


class DeviceStrengthened(DeviceMended, tag="device.strengthened", frozen=True, kw_only=True):
    """What was switched off or weak about the device is put right."""

    CLEARS: ClassVar[type[Event] | None] = DeviceWeak
    weakness: Annotated[str, Meta(description="Which.")]


class DeviceReported(DeviceFault, tag="device.reported", frozen=True, kw_only=True):
    """The device reports that something has begun, and has not said that it is over."""

    APART: ClassVar[str] = "report"
    report: Annotated[str, Meta(description="Which of its reports: the maker's word and the channel.")]
    kind: Annotated[ReportKind, Meta(description="What it is about.")]
    code: _Code
    channel: _Channel = None
    device_at: Annotated[datetime | None, Meta(description="When, by the device's clock, which may be wrong.")] = None


class DeviceReportEnded(DeviceMended, tag="device.report_ended", frozen=True, kw_only=True):
    """The device says that what it had reported is over."""

    CLEARS: ClassVar[type[Event] | None] = DeviceReported
    report: Annotated[str, Meta(description="Which of its reports.")]


class DeviceSignalled(Event, tag="device.signalled", frozen=True, kw_only=True):
    """The device told of something that has no end."""

    device: DeviceId
    camera: _Camera = None
    kind: Annotated[ReportKind, Meta(description="What it is about.")]
    code: _Code
    channel: _Channel = None
    times: Annotated[int, Meta(description="How often since it was put on record last.")] = 1
    detail: _Detail = Text(en="")


class DeviceDescribed(Event, tag="device.described", frozen=True, kw_only=True):
    """The device says what it is, for the first time or otherwise than before."""

    device: DeviceId
    camera: _Camera = None
    maker: Annotated[str, Meta(description="Its maker; empty: it does not say, as below.")] = ""
    model: Annotated[str, Meta(description="Its model.")] = ""
    serial: Annotated[str, Meta(description="Its serial number.")] = ""
    firmware: Annotated[str, Meta(description="Its firmware.")] = ""
    mac: Annotated[str, Meta(description="Its hardware address.")] = ""


class DeviceQuarantined(Event, tag="device.quarantined", frozen=True, kw_only=True):
    """Calls of a plugin hang: its devices are not asked any more until a person says so."""

    plugin: Annotated[str, Meta(description="Plugin id.")]
    reason: Annotated[str, Meta(description="What hangs.")]


class DeviceReleased(Event, tag="device.released", frozen=True, kw_only=True):
    """The devices of the plugin are asked again."""

    CLEARS: ClassVar[type[Event] | None] = DeviceQuarantined
    plugin: Annotated[str, Meta(description="Plugin id.")]


class DeviceRetried(Event, tag="device.retried", frozen=True, kw_only=True):
    """A person asked to try the device again."""

    device: DeviceId


class DeviceOrdered(Event, tag="device.ordered", frozen=True, kw_only=True):
    """A person told the device to do something; what came of it follows."""

    device: DeviceId
    order: Annotated[DeviceOrder, Meta(description="clock: take the hub's time. reboot: start anew.")]
    reason: Annotated[str, Meta(description="Why.")] = ""


class DeviceOrderDone(Event, tag="device.order_done", frozen=True, kw_only=True):
    """The device did what it was told."""

    device: DeviceId
    order: Annotated[DeviceOrder, Meta(description="What.")]
    detail: _Detail = Text(en="")


class DeviceOrderFailed(Event, tag="device.order_failed", frozen=True, kw_only=True):
    """The device did not do what it was told."""

    device: DeviceId
    order: Annotated[DeviceOrder, Meta(description="What.")]
    reason: Annotated[str, Meta(description="Why not.")]


FAULTS: tuple[type[DeviceFault], ...] = tuple(DeviceFault.__subclasses__())
MENDED: dict[type[Event], type[DeviceMended]] = {
    cleared.CLEARS: cleared for cleared in DeviceMended.__subclasses__() if cleared.CLEARS is not None
}
"""What ends each fault."""

DeviceEvent = (
    DevicesConfigured
    | DeviceDescribed
    | DeviceQuarantined
    | DeviceReleased
    | DeviceOrdered
    | DeviceOrderDone
    | DeviceOrderFailed
)
"""Those of the others that change what stands."""
