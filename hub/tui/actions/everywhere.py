"""What can be done everywhere."""

from hub.core.people.commands import CreateAccount
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(name="help", keys=("question_mark", "f1"), label=N_("Help"), help=N_("Keys and signs of this panel")),
    Action(
        name="switch_language",
        keys=("L", "ctrl+l"),
        label=N_("中文"),
        help=N_("Switch between English and Chinese; Ctrl+L also while typing"),
    ),
    Action(
        name="search",
        keys=("ctrl+f",),
        label=N_("Search"),
        help=N_("Search everywhere: words, names, numbers such as T-7"),
        in_bar=False,
        priority=True,
    ),
    Action(
        name="command_palette",
        keys=("ctrl+p",),
        label=N_("Commands"),
        help=N_("Find any command by its name"),
        in_bar=False,
        priority=True,
    ),
    Action(
        name="discover",
        keys=("f9",),
        label=N_("Discover"),
        help=N_("Find cameras and recorders on the hub's network, and add them to hub.toml"),
        # Who keeps the accounts keeps the devices: the right is the same.
        command=CreateAccount,
        in_bar=False,
    ),
    Action(
        name="sign_out",
        keys=("ctrl+o",),
        label=N_("Sign out"),
        help=N_("Sign out; the hub goes on, and another person can sign in"),
        in_bar=False,
    ),
    Action(
        name="quit",
        keys=("ctrl+q",),
        label=N_("Leave"),
        help=N_("Leave the TUI; the hub goes on"),
        in_bar=False,
        priority=True,
    ),
)
