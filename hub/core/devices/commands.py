"""What may be asked about devices."""

from typing import ClassVar

from hub.core.command import Command, Id, Note, Reason, Right


class RetryDevice(Command, tag="device.retry", frozen=True, kw_only=True):
    """Try a device again that refused the credentials, or whose plugin hung."""

    NEEDS: ClassVar[Right] = "administer"
    device: Id


class SetDeviceClock(Command, tag="device.set_clock", frozen=True, kw_only=True):
    """Give the device the hub's time. Where it takes its time from a time server, that is to be mended instead."""

    NEEDS: ClassVar[Right] = "administer"
    device: Id
    reason: Note = ""


class RebootDevice(Command, tag="device.reboot", frozen=True, kw_only=True):
    """Start the device anew; for a minute or two it records nothing."""

    NEEDS: ClassVar[Right] = "administer"
    device: Id
    reason: Reason


DeviceCommand = RetryDevice | SetDeviceClock | RebootDevice
