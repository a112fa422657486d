"""What a device is told to do, and looked at whether it did. Runs in a thread of `Calls`."""

from hub.core.text import Text
from hub.devices.access import Access
from hub.errors import DeviceRejected, Unsupported
from hub.vendor.session import Clocked, Maintenance

RIGHT_S = 2.5
"""A clock that was just set is as near as this: it takes whole seconds, and the order takes its time."""


def set_clock(session: object, access: Access) -> Text:
    """Give the device the hub's time, and read it back. Raises `DeviceRejected` where it did not take it."""
    if not isinstance(session, Clocked):
        raise Unsupported("The clock of devices of this kind cannot be set by the hub.")
    before = session.clock()
    if before.source == "ntp":
        raise DeviceRejected(
            "The device takes its time from a time server.", hint="Have that server, or the device's way to it, mended."
        )
    session.set_clock(access.now())
    after = session.clock()
    was_s = (before.at - before.asked_at).total_seconds()
    is_s = (after.at - after.asked_at).total_seconds()
    if abs(is_s) > RIGHT_S:
        raise DeviceRejected(f"Its clock is still {is_s:+.0f} s off after it was set.")
    return Text(en=f"it was {was_s:+.0f} s off, now {is_s:+.0f} s", zh=f"原偏差 {was_s:+.0f} 秒，现 {is_s:+.0f} 秒")


def reboot(session: object, access: Access) -> Text:
    """Start the device anew."""
    if not isinstance(session, Maintenance):
        raise Unsupported("Devices of this kind cannot be restarted by the hub.")
    session.reboot()
    return Text(en="it is starting", zh="正在重启")
