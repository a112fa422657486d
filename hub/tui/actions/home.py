"""What can be done on the home panel."""

from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Go there"),
        help=N_("Go to where the task under the cursor is dealt with"),
        where="home",
    ),
    Action(
        name="only_mine",
        keys=("f",),
        label=N_("Only mine"),
        help=N_("Show only what waits for you, or everything again"),
        where="home",
    ),
)
