"""The rules in force."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import RuleView
from hub.clock import Clock
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.messages import RulesCame, RulesWanted
from hub.tui.panels.panel import Panel
from hub.tui.rows import rules as rows
from hub.tui.screens.rule import RuleScreen, cases_of, check_of_files, turn_off, turn_on
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
        self._asked_for = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="wrong", markup=False)
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
        site = self.situation.site
        wrong = rows.problems(site.health.config_problems) if site is not None else []
        held = self.query_one(".wrong", Static)
        held.display = bool(wrong)
        held.update("\n".join(wrong))
        shown = rows.rows(self._rules or [], self.situation)
        self.query_one(RowTable).show(shown)
        self.show_empty(
            "" if shown else _("Waiting for the hub.") if self._rules is None else _("No rule is in force.")
        )
        self._details()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        position = situation.site.position if situation.site is not None else 0
        age_s = self.clock.monotonic() - self._asked_s
        if situation.link.up and (age_s >= EVERY_S or position != self._asked_for):
            self._asked_s, self._asked_for = self.clock.monotonic(), position
            self.app.post_message(RulesWanted(self))

    def on_rules_came(self, message: RulesCame) -> None:
        message.stop()
        self._rules = message.rules
        self.redraw()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        rule = self.rule()
        if rule is not None:
            self.app.push_screen(RuleScreen(rule, self.situation))

    def action_rule_off(self) -> None:
        rule = self._meant()
        if rule is not None:
            turn_off(self.app, rule, self.situation)

    def action_rule_on(self) -> None:
        rule = self._meant()
        if rule is not None:
            turn_on(self.app, rule, self.situation)

    def action_rule_cases(self) -> None:
        rule = self.rule()
        if rule is not None:
            self.app.push_screen(cases_of(rule, self.situation))

    def action_rule_files(self) -> None:
        self.app.push_screen(check_of_files(self.situation))

    def rule(self) -> RuleView | None:
        """The rule under the cursor."""
        key = self.query_one(RowTable).chosen
        return next((rule for rule in self._rules or [] if rows.key_of(rule) == key), None)

    def _meant(self) -> RuleView | None:
        """The rule that a key is about; None while that is not sure."""
        if not self.query_one(RowTable).settled:
            self.say(_("The list has just moved: press the key again."))
            return None
        return self.rule()

    def _details(self) -> None:
        rule = self.rule()
        self.query_one(FactsView).show(rows.facts(rule, self.situation) if rule else [])
