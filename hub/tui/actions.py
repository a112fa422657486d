"""One registry of what can be done: keys, key bar, help, command palette and the table in the docs derive from it.

An action called `x` is carried out by `action_x` of the app (where: `everywhere`) or of the named panel.
"""

from typing import Literal

import msgspec
from textual.binding import Binding, BindingType

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from hub.core.cameras.commands import RelearnCamera, RetryCamera
from hub.core.command import Command
from hub.core.commands import StopHub
from hub.core.people.account import Role
from hub.core.people.rights import may, roles_for
from hub.core.rounds.commands import CompleteRound
from hub.core.rules.commands import PauseRule, ResumeRule
from hub.core.tickets.commands import AssignTicket, CloseTicket
from hub.locale import N_

Where = Literal["everywhere", "wall", "alarms", "tickets", "log", "rules", "health"]

PANELS: tuple[tuple[Where, str], ...] = (
    ("wall", N_("Wall")),
    ("alarms", N_("Alarms")),
    ("tickets", N_("Tickets")),
    ("log", N_("Log")),
    ("rules", N_("Rules")),
    ("health", N_("Health")),
)
"""The panels in the order of their keys 1 to 6, and their names."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `keys` as Textual names them; `label` for the key bar; `help` is one sentence."""

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    where: Where = "everywhere"
    command: type[Command] | None = None
    in_bar: bool = True
    priority: bool = False

    @property
    def primary(self) -> str:
        return self.keys[0]


ACTIONS: tuple[Action, ...] = (
    *(
        Action(name=f"show('{panel}')", keys=(str(number),), label=name, help=N_("Show this panel"), in_bar=False)
        for number, (panel, name) in enumerate(PANELS, start=1)
    ),
    Action(name="help", keys=("question_mark", "f1"), label=N_("Help"), help=N_("Keys and signs of this panel")),
    Action(
        name="switch_language",
        keys=("L", "ctrl+l"),
        label=N_("中文"),
        help=N_("Switch between English and Chinese; Ctrl+L also while typing"),
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
        name="references",
        keys=("v",),
        label=N_("Views"),
        help=N_("The reference views that wait for approval, beside the present pictures"),
        where="wall",
    ),
    Action(
        name="acknowledge",
        keys=("a",),
        label=N_("Acknowledge"),
        help=N_("Acknowledge the marked alarms, or the one under the cursor, at once"),
        where="alarms",
        command=AcknowledgeAlarm,
    ),
    Action(
        name="acknowledge_with_note",
        keys=("A",),
        label=N_("With a note"),
        help=N_("Acknowledge the alarm under the cursor and write a note"),
        where="alarms",
        command=AcknowledgeAlarm,
        in_bar=False,
    ),
    Action(
        name="mark",
        keys=("space",),
        label=N_("Mark"),
        help=N_("Mark the alarm, or take the mark away"),
        where="alarms",
        command=AcknowledgeAlarm,
    ),
    Action(
        name="shelve",
        keys=("s",),
        label=N_("Shelve"),
        help=N_("Silence the alarm for a stated time and reason"),
        where="alarms",
        command=ShelveAlarm,
    ),
    Action(
        name="unshelve",
        keys=("u",),
        label=N_("Unshelve"),
        help=N_("End the shelving now"),
        where="alarms",
        command=UnshelveAlarm,
    ),
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Pictures"),
        help=N_("The pictures before and after, as large as the screen allows"),
        where="alarms",
    ),
    Action(
        name="show_camera",
        keys=("w",),
        label=N_("On the wall"),
        help=N_("Show the alarm's camera on the wall"),
        where="alarms",
    ),
    Action(
        name="assign",
        keys=("r",),
        label=N_("Assign"),
        help=N_("Name who repairs the fault, its cause, and when it will be ready"),
        where="tickets",
        command=AssignTicket,
    ),
    Action(
        name="close_ticket",
        keys=("c",),
        label=N_("Close ticket"),
        help=N_("Close a repaired fault with its cause; refused while the watch still sees it"),
        where="tickets",
        command=CloseTicket,
    ),
    Action(
        name="complete_round",
        keys=("d",),
        label=N_("Round made"),
        help=N_("Report the round under the cursor as made"),
        where="tickets",
        command=CompleteRound,
    ),
    Action(
        name="show_camera",
        keys=("w",),
        label=N_("On the wall"),
        help=N_("Show the ticket's camera on the wall"),
        where="tickets",
    ),
    Action(
        name="find",
        keys=("slash",),
        label=N_("Find"),
        help=N_("Show only records that hold these words; Esc shows all again"),
        where="log",
    ),
    Action(
        name="older",
        keys=("o",),
        label=N_("Older"),
        help=N_("Fetch the page before the oldest record shown"),
        where="log",
    ),
    Action(
        name="live",
        keys=("end",),
        label=N_("Newest"),
        help=N_("Go to the newest record and follow what happens"),
        where="log",
    ),
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Whole record"),
        help=N_("The record as the journal has it, with its hash"),
        where="log",
    ),
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Rule"),
        help=N_("What the rule says, what it decided last, and what became of it in the last 24 hours"),
        where="rules",
    ),
    Action(
        name="rule_off",
        keys=("o",),
        label=N_("Turn off"),
        help=N_("Turn the rule off, for a stated reason and time"),
        where="rules",
        command=PauseRule,
    ),
    Action(
        name="rule_on",
        keys=("n",),
        label=N_("Turn on"),
        help=N_("Turn the rule on again"),
        where="rules",
        command=ResumeRule,
    ),
    Action(
        name="rule_cases",
        keys=("t",),
        label=N_("Cases"),
        help=N_("Run the cases in rules/cases that name the rule"),
        where="rules",
    ),
    Action(
        name="rule_files",
        keys=("c",),
        label=N_("Check"),
        help=N_("Check the rule files as they are on disk now, and list every problem"),
        where="rules",
    ),
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
"""Every action, in the order of the help screen."""


def actions_of(where: Where) -> list[Action]:
    return [action for action in ACTIONS if action.where == where]


def bindings_of(where: Where) -> list[BindingType]:
    """Textual's bindings for one panel, or for the app (`everywhere`)."""
    bindings: list[BindingType] = []
    for action in actions_of(where):
        for key in action.keys:
            held = action.priority or key == "ctrl+l"
            bindings.append(Binding(key, action.name, action.label, show=False, priority=held))
    return bindings


def allowed(action: Action, role: Role | None) -> bool:
    """Whether the role may do this at all; the hub decides again when it is asked."""
    return action.command is None or role is None or may(role, action.command)


def key_name(key: str) -> str:
    """A key as it stands on the keyboard."""
    special = {"question_mark": "?", "slash": "/", "space": "Space", "enter": "Enter", "end": "End", "f1": "F1"}
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    return special.get(key, key)


def key_table() -> str:
    """The key table of docs/operate/tui.md, in Markdown."""
    lines: list[str] = []
    names = dict(PANELS)
    for where in ("everywhere", *names):
        chosen = actions_of(where)
        if not chosen:
            continue
        lines += [f"### {names.get(where, 'Everywhere')}", "", "| key | what it does | who may |", "|---|---|---|"]
        lines += [f"| {_keys(action)} | {_what(action)} | {_who(action)} |" for action in chosen]
        lines.append("")
    return "\n".join(lines)


def _keys(action: Action) -> str:
    return ", ".join(f"`{key_name(key)}`" for key in action.keys)


def _what(action: Action) -> str:
    return f"{action.label}: {action.help}" if action.name.startswith("show('") else action.help


def _who(action: Action) -> str:
    if action.command is None:
        return "everybody"
    return ", ".join(role.replace("_", " ") for role in roles_for(action.command))
