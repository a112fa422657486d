"""One registry of what can be done: keys, key bar, help, command palette and the table in the docs derive from it.

An action called `x` is carried out by `action_x` of the app (where: `everywhere`) or of the named panel. The actions
of each panel stand in a module of its name.
"""

from textual.binding import Binding, BindingType

from hub.core.people.account import Account
from hub.core.people.rights import may, roles_for
from hub.locale import N_
from hub.tui.action import Action, Where
from hub.tui.actions import (
    alarms,
    assets,
    devices,
    duty,
    everywhere,
    health,
    home,
    log,
    people,
    permits,
    releases,
    reviews,
    rounds,
    rules,
    tickets,
    wall,
)

PANELS: tuple[tuple[Where, str, str], ...] = (
    ("home", N_("Home"), "0"),
    ("wall", N_("Wall"), "1"),
    ("alarms", N_("Alarms"), "2"),
    ("tickets", N_("Tickets"), "3"),
    ("log", N_("Log"), "4"),
    ("duty", N_("Duty"), "5"),
    ("permits", N_("Permits"), "6"),
    ("rounds", N_("Rounds"), "7"),
    ("assets", N_("Assets"), "8"),
    ("health", N_("Health"), "9"),
    ("people", N_("People"), "f2"),
    ("reviews", N_("Reviews"), "f3"),
    ("rules", N_("Rules"), "f4"),
    ("devices", N_("Devices"), "f5"),
    ("releases", N_("Releases"), "f6"),
)
"""The panels in the order of the tabs, their names and keys."""

ACTIONS: tuple[Action, ...] = (
    *(
        Action(name=f"show('{panel}')", keys=(key,), label=name, help=N_("Show this panel"), in_bar=False)
        for panel, name, key in PANELS
    ),
    *everywhere.ACTIONS,
    *home.ACTIONS,
    *wall.ACTIONS,
    *alarms.ACTIONS,
    *tickets.ACTIONS,
    *log.ACTIONS,
    *duty.ACTIONS,
    *permits.ACTIONS,
    *rounds.ACTIONS,
    *assets.ACTIONS,
    *people.ACTIONS,
    *reviews.ACTIONS,
    *rules.ACTIONS,
    *devices.ACTIONS,
    *releases.ACTIONS,
    *health.ACTIONS,
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


def allowed(action: Action, me: Account | None) -> bool:
    """Whether this person may do this at all; the hub decides again when it is asked. None: nobody knows yet."""
    return action.command is None or me is None or may(me, action.command)


def key_name(key: str) -> str:
    """A key as it stands on the keyboard."""
    special = {
        "question_mark": "?",
        "slash": "/",
        "space": "Space",
        "enter": "Enter",
        "end": "End",
        "backspace": "Backspace",
    }
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    return special.get(key, key)


def key_table() -> str:
    """The key table of docs/operate/tui.md, in Markdown."""
    lines: list[str] = []
    names = {where: name for where, name, _key in PANELS}
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
