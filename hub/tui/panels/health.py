"""The hub's own health."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms.hub import stop_hub
from hub.tui.panels.panel import Panel
from hub.tui.rows import health as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.form import FormScreen
from hub.tui.screens.references import ReferencesScreen
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class HealthPanel(Panel):
    """The list of parts, and the chosen one in full words."""

    WHERE: ClassVar[Where] = "health"
    BINDINGS = bindings_of("health")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "health-table")
        with Vertical(classes="side low"):
            yield FactsView("health-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        shown = rows.rows(self.situation)
        self.query_one(RowTable).show(shown)
        self.show_empty("" if shown else _("Waiting for the hub."))
        self._details()

    def action_references(self) -> None:
        self.app.push_screen(ReferencesScreen(self.clock, self.situation))

    def action_stop_hub(self) -> None:
        self.app.push_screen(FormScreen(stop_hub, self.situation))

    @on(RowTable.Chosen)
    def _details(self) -> None:
        key = self.query_one(RowTable).chosen
        row = next((row for row in rows.rows(self.situation) if row.key == key), None)
        facts = [] if row is None else [Fact(row.cells[0].text.strip(), row.cells[1].text, row.cells[1].tone)]
        if row is not None and row.cells[2].text:
            facts.append(Fact("", row.cells[2].text))
        self.query_one(FactsView).show(facts)
