"""What devices tell and what is told to them, in sentences."""

from hub.core.devices.events import (
    DeviceAccepted,
    DeviceCertificateEnding,
    DeviceCertificateRenewed,
    DeviceChannelOffline,
    DeviceChannelOnline,
    DeviceClockDrifted,
    DeviceClockRight,
    DeviceCooled,
    DeviceDescribed,
    DeviceDiskFailed,
    DeviceDiskRepaired,
    DeviceFanFailed,
    DeviceFanTurning,
    DeviceOrderDone,
    DeviceOrdered,
    DeviceOrderFailed,
    DeviceOverheated,
    DeviceQuarantined,
    DeviceReachable,
    DeviceRecordingRunning,
    DeviceRecordingStopped,
    DeviceRefused,
    DeviceReleased,
    DeviceReported,
    DeviceReportEnded,
    DeviceRetried,
    DevicesConfigured,
    DeviceSignalled,
    DeviceStrengthened,
    DeviceTrusted,
    DeviceUnreachable,
    DeviceUntrusted,
    DeviceWeak,
)
from hub.core.devices.reasons import reason_in_both
from hub.core.devices.words import WEAKNESSES, with_detail
from hub.core.event import Event
from hub.locale import N_, say
from hub.tui import words, words_devices
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    DevicesConfigured: N_("Devices in hub.toml: {devices}"),
    DeviceUnreachable: N_("{device}: the device does not answer"),
    DeviceReachable: N_("{device}: the device answers again"),
    DeviceRefused: N_("{device}: the device refuses the credentials; it is not asked again until a person says so"),
    DeviceAccepted: N_("{device}: the device accepts the credentials again"),
    DeviceUntrusted: N_("{device}: the line to the device is not safe; nothing was said to it"),
    DeviceTrusted: N_("{device}: the line to the device is safe again"),
    DeviceClockDrifted: N_("{device}: the device's clock is wrong"),
    DeviceClockRight: N_("{device}: the device's clock is right again"),
    DeviceDiskFailed: N_("{device}: disk {disk} cannot be written ({state})"),
    DeviceDiskRepaired: N_("{device}: disk {disk} is good again"),
    DeviceRecordingStopped: N_("{camera}: not recorded by {device}"),
    DeviceRecordingRunning: N_("{camera}: recorded by {device} again"),
    DeviceChannelOffline: N_("{camera}: {device} gets nothing from the camera"),
    DeviceChannelOnline: N_("{camera}: {device} gets the camera again"),
    DeviceOverheated: N_("{device}: the device is too hot"),
    DeviceCooled: N_("{device}: the device is no longer too hot"),
    DeviceFanFailed: N_("{device}: a fan stands still"),
    DeviceFanTurning: N_("{device}: the fans turn again"),
    DeviceCertificateEnding: N_("{device}: the certificate ends on {ends_at}"),
    DeviceCertificateRenewed: N_("{device}: the certificate was renewed"),
    DeviceWeak: N_("{device}: the device is not set up safely"),
    DeviceStrengthened: N_("{device}: put right: {weakness}"),
    DeviceReported: N_("{device}: the device reports ({report})"),
    DeviceReportEnded: N_("{device}: the device says that it is over ({report})"),
    DeviceSignalled: N_("{device}: the device told of something ({code}), times: {times}"),
    DeviceDescribed: N_("{device} is {maker} {model}, serial number {serial}, firmware {firmware}"),
    DeviceQuarantined: N_("Calls of the plugin {plugin} hang, its devices are not asked: {reason}"),
    DeviceReleased: N_("The devices of the plugin {plugin} are asked again"),
    DeviceRetried: N_("{device}: to be tried again"),
    DeviceOrdered: N_("{device}: to {order}: {reason}"),
    DeviceOrderDone: N_("{device}: done: {order}"),
    DeviceOrderFailed: N_("{device}: not done: {order}: {reason}"),
}


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """The field in words; None where it needs no words of its own."""
    match name, value:
        case ("device", str()):
            return names.camera(value)
        case ("devices", list()) if isinstance(event, DevicesConfigured):
            return str(len(value))
        case ("state", str()) if isinstance(event, DeviceDiskFailed):
            return words.word(words_devices.DISKS, value)
        case ("order", str()) if isinstance(event, DeviceOrdered | DeviceOrderDone | DeviceOrderFailed):
            return words.word(words_devices.ORDERS, value)
        case ("reason", str()) if isinstance(event, DeviceOrderFailed | DeviceQuarantined):
            return say(reason_in_both(value))
        case ("weakness", str()) if isinstance(event, DeviceStrengthened):
            kind, _, which = value.partition(" ")
            return say(with_detail(WEAKNESSES[kind], which)) if kind in WEAKNESSES else None
    return None
