"""What can be done on the devices panel."""

from hub.core.devices.commands import RebootDevice, RetryDevice, SetDeviceClock
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="retry_device",
        keys=("r",),
        label=N_("Retry"),
        help=N_("Ask the device again that refused the password, or whose plugin hung"),
        where="devices",
        command=RetryDevice,
    ),
    Action(
        name="set_clock",
        keys=("t",),
        label=N_("Set clock"),
        help=N_("Give the device the hub's time, where hub.toml allows it"),
        where="devices",
        command=SetDeviceClock,
    ),
    Action(
        name="reboot_device",
        keys=("B",),
        label=N_("Restart"),
        help=N_("Start the device anew, where hub.toml allows it; asks for a reason and asks again"),
        where="devices",
        command=RebootDevice,
    ),
    Action(
        name="device_settings",
        keys=("s",),
        label=N_("Its settings"),
        help=N_("The settings of the device against those approved: approve them, accept changes, put them back"),
        where="devices",
    ),
    Action(
        name="only_wrong",
        keys=("w",),
        label=N_("Only wrong"),
        help=N_("Only the devices with something wrong, or all again"),
        where="devices",
    ),
)
