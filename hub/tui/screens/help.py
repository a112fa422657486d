"""The keys and signs of one panel, from the registry."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.core.people.account import Account
from hub.locale import _
from hub.tui import words
from hub.tui.action import Action, Where
from hub.tui.actions import ACTIONS, PANELS, allowed, key_name
from hub.tui.colours import tone
from hub.tui.screens.shown import Shown
from hub.tui.words_releases import RELEASE_STATES


class HelpScreen(Shown, ModalScreen[None]):
    """Help for `where`; what the person may not do is named, and said to be for others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, where: Where, me: Account | None) -> None:
        super().__init__()
        self._where = where
        self._me = me

    def compose(self) -> ComposeResult:
        with Vertical(classes="help"):
            yield Static(classes="title", markup=False)
            with VerticalScroll():
                yield Static(classes="keys")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(VerticalScroll).focus()

    def relabel(self) -> None:
        panel = _(next((name for where, name, _key in PANELS if where == self._where), ""))
        self.query_one(".title", Static).update(_("Help: {panel}").format(panel=panel))
        self.query_one(".keys", Static).update(keys(self._where, self._me))
        self.query_one(".foot", Static).update(_("Esc: back"))


def keys(where: Where, me: Account | None) -> Table:
    """Keys of the panel, keys that work everywhere, moving about, and what the signs mean."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    _keys_of(table, where, me)
    signs = {
        "wall": words.CONDITIONS,
        "alarms": {**words.ALARM_STATES, **words.ALARM_MARKS},
        "tickets": words.TICKET_STATES,
        "permits": words.PERMIT_STATES,
        "releases": RELEASE_STATES,
    }
    for mark, name in signs.get(where, {}).values():
        _add(table, mark, _(name))
    _add(table, "", "")
    _keys_of(table, "everywhere", me)
    _add(table, "Up Down PgUp PgDn", _("Move; j and k do as well"))
    _add(table, "Home End", _("First and last row"))
    _add(table, "Tab", _("Next part of the screen"))
    return table


def _keys_of(table: Table, where: Where, me: Account | None) -> None:
    for action in (action for action in ACTIONS if action.where == where):
        _add(table, words.listed(key_name(key) for key in action.keys), _said(action, me))
    _add(table, "", "")


def _add(table: Table, key: str, text: str) -> None:
    table.add_row(Text(key, style=tone("key")), Text(text, style=tone("")))


def _said(action: Action, me: Account | None) -> str:
    said = words.about(_(action.label), _(action.help))
    return said if allowed(action, me) else said + _(" (not for you)")
