"""What can be done on the permits panel."""

from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="apply",
        keys=("n",),
        label=N_("Apply"),
        help=N_("Ask for a permit to cover cameras for a time"),
        where="permits",
        command=ApplyPermit,
    ),
    Action(
        name="approve",
        keys=("a",),
        label=N_("Approve"),
        help=N_("Approve somebody else's application"),
        where="permits",
        command=ApprovePermit,
    ),
    Action(
        name="refuse",
        keys=("x",),
        label=N_("Refuse"),
        help=N_("Refuse an application, with a reason"),
        where="permits",
        command=RefusePermit,
    ),
    Action(
        name="end",
        keys=("e",),
        label=N_("Work done"),
        help=N_("End a permit early: nothing covers the cameras any more"),
        where="permits",
        command=EndPermit,
    ),
    Action(
        name="extend",
        keys=("t",),
        label=N_("More time"),
        help=N_("Ask for more time, to be approved anew"),
        where="permits",
        command=ExtendPermit,
    ),
    Action(
        name="revoke",
        keys=("v",),
        label=N_("Revoke"),
        help=N_("Take a permit back, with a reason"),
        where="permits",
        command=RevokePermit,
    ),
    Action(
        name="withdraw",
        keys=("w",),
        label=N_("Withdraw"),
        help=N_("Take one's own application back"),
        where="permits",
        command=WithdrawPermit,
        in_bar=False,
    ),
    Action(
        name="past",
        keys=("f",),
        label=N_("Former ones"),
        help=N_("Show the permits that are over as well, or only the open ones again"),
        where="permits",
    ),
    Action(
        name="show_camera",
        keys=("c",),
        label=N_("On the wall"),
        help=N_("Show the permit's first camera on the wall"),
        where="permits",
        in_bar=False,
    ),
)
