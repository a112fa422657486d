"""What can be done on the health panel."""

from hub.core.commands import StopHub
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="references",
        keys=("v",),
        label=N_("Views"),
        help=N_("The reference views that wait for approval, beside the present pictures"),
        where="health",
    ),
    Action(
        name="stop_hub",
        keys=("X",),
        label=N_("Stop the hub"),
        help=N_("Stop the hub; asks for a reason and asks again"),
        where="health",
        command=StopHub,
    ),
)
