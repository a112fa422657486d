"""The roster of the next 14 days."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client.duty import calendar
from hub.client.duty_views import ShiftView
from hub.clock import Clock
from hub.locale import _
from hub.tui.messages import Answer, Ask
from hub.tui.rows import duty as rows
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.table import RowTable


class DutyDaysScreen(Shown, ModalScreen[None]):
    """Every shift of the next 14 days, the reader's own in bold."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._shifts: list[ShiftView] | None = None
        self._problem = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup duty-days"):
            yield Static(classes="title", markup=False)
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "days-table")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(RowTable).focus()
        self.app.post_message(Ask(self, "calendar", calendar))

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Who is on duty, the next 14 days"))
        self.query_one(".foot", Static).update("   ".join([_("Up Down: more"), _("Esc: back")]))
        self.query_one(RowTable).plan(rows.calendar_columns())
        self.draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation

    def draw(self) -> None:
        shown = rows.calendar_rows(self._shifts or [], self._situation)
        table, empty = self.query_one(RowTable), self.query_one(".empty", Static)
        table.show(shown)
        table.display, empty.display = bool(shown), not shown
        waiting = _("Waiting for the hub.") if self._shifts is None else _("Nobody is rostered in this time.")
        empty.update(self._problem or waiting)

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, list):
            self._shifts = message.answer
        self._problem = message.problem
        if self.is_mounted:
            self.draw()
