"""The rules in force."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import RuleView
from hub.clock import Clock
from hub.locale import _
from hub.tui.actions import Where, bindings_of
from hub.tui.messages import RulesCame, RulesWanted
from hub.tui.panels.panel import Panel
from hub.tui.rows import rules as rows
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

EVERY_S = 3.0


class RulesPanel(Panel):
    """The list, and the chosen rule with its last trace."""

    WHERE: ClassVar[Where] = "rules"
    BINDINGS = bindings_of("rules")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._rules: list[RuleView] | None = None
        self._asked_s = float("-inf")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "rules-table")
        with Vertical(classes="side"):
            yield FactsView("rule-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        shown = rows.rows(self._rules or [], self.situation)
        self.query_one(RowTable).show(shown)
        self.show_empty(
            "" if shown else _("Waiting for the hub.") if self._rules is None else _("No rule is in force.")
        )
        self._details()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        if situation.link.up and self.clock.monotonic() - self._asked_s >= EVERY_S:
            self._asked_s = self.clock.monotonic()
            self.app.post_message(RulesWanted(self))

    def on_rules_came(self, message: RulesCame) -> None:
        message.stop()
        self._rules = message.rules
        self.redraw()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def _details(self) -> None:
        key = self.query_one(RowTable).chosen
        rule = next((rule for rule in self._rules or [] if f"{rule.file}#{rule.id}" == key), None)
        self.query_one(FactsView).show(rows.facts(rule, self.situation) if rule else [])
