"""What is wrong, what is to be done, and by when, for the person signed in."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.clock import Clock
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.messages import GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import home as rows
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class HomePanel(Panel):
    """The tasks, the most urgent first, and the site at a glance."""

    WHERE: ClassVar[Where] = "home"
    BINDINGS = bindings_of("home")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._only_mine = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="side"):
            yield FactsView("home-facts")
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "home-table")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        tasks = rows.tasks(self.situation)
        shown = [task for task in tasks if task.mine or not self._only_mine]
        self.query_one(RowTable).show([rows.row(task, self.situation) for task in shown])
        self.query_one(FactsView).show(rows.summary(self.situation))
        waiting = _("Waiting for the hub.") if self.situation.site is None else _("Nothing waits. All is well.")
        self.show_empty("" if shown else waiting)

    def remark(self) -> str:
        return _("only mine") if self._only_mine else ""

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        key = self.query_one(RowTable).chosen
        task = next((task for task in rows.tasks(self.situation) if task.key == key), None)
        if task is not None:
            self.app.post_message(GoTo(task.panel, task.item))

    def action_only_mine(self) -> None:
        self._only_mine = not self._only_mine
        self.redraw()
