"""What can be done on the wall panel."""

from hub.core.cameras.commands import RelearnCamera, RetryCamera
from hub.core.homes.commands import ApproveHome, ReturnHome
from hub.core.patrol.commands import BeginPatrol
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Enlarge"),
        help=N_("The camera's picture as large as the screen allows"),
        where="wall",
    ),
    Action(
        name="only_wrong",
        keys=("f",),
        label=N_("Only faults"),
        help=N_("Show only cameras that are not good, or all again"),
        where="wall",
    ),
    Action(
        name="find",
        keys=("slash",),
        label=N_("Find"),
        help=N_("Find cameras by name; Esc shows all again"),
        where="wall",
    ),
    Action(
        name="playback",
        keys=("v",),
        label=N_("Recordings"),
        help=N_("What the camera recorded: pick a day and a time, look, open it in a player; live, too"),
        where="wall",
    ),
    Action(
        name="camera_log",
        keys=("g",),
        label=N_("Its log"),
        help=N_("The log of this camera alone"),
        where="wall",
    ),
    Action(
        name="retry",
        keys=("t",),
        label=N_("Try again"),
        help=N_("Try a camera again that refused the credentials"),
        where="wall",
        command=RetryCamera,
    ),
    Action(
        name="relearn",
        keys=("n",),
        label=N_("New view"),
        help=N_("Learn the camera's view anew, after its change was approved"),
        where="wall",
        command=RelearnCamera,
    ),
    Action(
        name="send_home",
        keys=("h",),
        label=N_("Send home"),
        help=N_("Send a steered camera back to its home preset"),
        where="wall",
        command=ReturnHome,
    ),
    Action(
        name="approve_home",
        keys=("H",),
        label=N_("New home"),
        help=N_("Where the camera stands now is where its home preset shall be"),
        where="wall",
        command=ApproveHome,
    ),
    Action(
        name="walk_wall",
        keys=("o",),
        label=N_("Walk"),
        help=N_("Walk the wall of the post: look at every channel and confirm it"),
        where="wall",
        command=BeginPatrol,
    ),
    Action(
        name="references",
        keys=("V",),
        label=N_("Views"),
        help=N_("The reference views that wait for approval, beside the present pictures"),
        where="wall",
    ),
)
