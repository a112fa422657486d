"""One rule as large as the screen allows, and a page for what the hub found out about its cases or the files."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import RuleAccount, RuleDetail, RuleFiles, RuleView
from hub.core.rules.commands import ResumeRule
from hub.locale import _, say
from hub.tui.forms.rules import turn_off as turn_off_form
from hub.tui.messages import Give, Notice, RuleAnswered, RuleAsked, RuleQuestion
from hub.tui.rows import rule as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView

SCROLLING: list[BindingType] = [
    Binding("escape,enter,q", "dismiss", show=False),
    Binding("L,ctrl+l", "app.switch_language", show=False),
    Binding("down,j", "scroll_facts(1)", show=False),
    Binding("up,k", "scroll_facts(-1)", show=False),
    Binding("pagedown,space", "scroll_facts(10)", show=False),
    Binding("pageup", "scroll_facts(-10)", show=False),
]
"""The keys of a page that is only read."""


class Page(Shown, ModalScreen[None]):
    """A title, facts to scroll through, and the keys."""

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self._situation = situation

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup"):
            yield Static(classes="title", markup=False)
            yield FactsView("page-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if self.is_mounted:
            self.draw()

    def draw(self) -> None:
        self.query_one(".title", Static).update(self.heading())
        self.query_one(FactsView).show(self.facts())
        self.query_one(".foot", Static).update("   ".join(self.keys()))

    def heading(self) -> str:
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        raise NotImplementedError

    def keys(self) -> list[str]:
        return [_("Up Down: more"), _("Esc: back")]

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)


class RuleScreen(Page):
    """One rule: what it says, what it decided last, what became of it in the last day."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SCROLLING,
        Binding("o", "rule_off", show=False),
        Binding("n", "rule_on", show=False),
        Binding("t", "rule_cases", show=False),
    ]

    def __init__(self, rule: RuleView, situation: Situation) -> None:
        super().__init__(situation)
        self._rule = rule
        self._detail: RuleDetail | None = None
        self._account: RuleAccount | None = None
        self._problems: dict[RuleQuestion, str] = {}
        self._asked_at = -1

    def on_mount(self) -> None:
        super().on_mount()
        self.app.post_message(RuleAsked(self, "account", self._rule.id))

    def show(self, situation: Situation) -> None:
        super().show(situation)
        position = situation.site.position if situation.site is not None else 0
        if self.is_mounted and situation.link.up and position != self._asked_at:
            self._asked_at = position
            self.app.post_message(RuleAsked(self, "rule", self._rule.id))

    def on_rule_answered(self, message: RuleAnswered) -> None:
        message.stop()
        if isinstance(message.answer, RuleDetail):
            self._detail = message.answer
        elif isinstance(message.answer, RuleAccount):
            self._account = message.answer
        self._problems[message.what] = message.problem
        if self.is_mounted:
            self.draw()

    def heading(self) -> str:
        return say(self._rule.title) or self._rule.id

    def facts(self) -> list[Fact]:
        if self._detail is None:
            problem = self._problems.get("rule", "")
            return [Fact("", problem or _("Waiting for the hub."), "fault" if problem else "muted")]
        return rows.facts(self._detail, self._account, self._problems.get("account", ""), self._situation)

    def keys(self) -> list[str]:
        return rows.keys(self._detail, self._situation)

    def action_rule_off(self) -> None:
        rule = self._detail.rule if self._detail is not None else self._rule
        turn_off(self.app, rule, self._situation)

    def action_rule_on(self) -> None:
        rule = self._detail.rule if self._detail is not None else self._rule
        turn_on(self.app, rule, self._situation)

    def action_rule_cases(self) -> None:
        self.app.push_screen(cases_of(self._rule, self._situation))


class ReportScreen(Page):
    """What the hub answers to one question."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLLING

    def __init__(self, situation: Situation, what: RuleQuestion, rule: str, heading: Callable[[], str]) -> None:
        super().__init__(situation)
        self._what = what
        self._rule = rule
        self._heading = heading
        self._answer: RuleAnswered | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.app.post_message(RuleAsked(self, self._what, self._rule))

    def on_rule_answered(self, message: RuleAnswered) -> None:
        message.stop()
        self._answer = message
        if self.is_mounted:
            self.draw()

    def heading(self) -> str:
        return self._heading()

    def facts(self) -> list[Fact]:
        known = self._answer
        if known is None:
            return [Fact("", _("The hub is at it."), "muted")]
        if known.problem:
            return [Fact("", known.problem, "fault")]
        if isinstance(known.answer, RuleFiles):
            return rows.file_facts(known.answer)
        return rows.case_facts(known.answer if isinstance(known.answer, list) else [])


def cases_of(rule: RuleView, situation: Situation) -> ReportScreen:
    """The page on which the cases of a rule are run."""
    return ReportScreen(
        situation, "cases", rule.id, lambda: _("Cases of {rule}").format(rule=say(rule.title) or rule.id)
    )


def check_of_files(situation: Situation) -> ReportScreen:
    """The page on which the rule files are checked."""
    return ReportScreen(situation, "files", "", lambda: _("The rule files on disk"))


def turn_off(app: App[None], rule: RuleView, situation: Situation) -> None:
    """Ask why and for how long, and turn the rule off."""
    if not rows.may_turn(situation):
        app.post_message(Notice(_("Only a leader or an administrator may turn rules off and on."), "fault"))
    elif rule.paused is not None:
        app.post_message(Notice(_("It is off already."), "fault"))
    else:
        app.push_screen(FormScreen(lambda: turn_off_form(rule, situation.zone), situation))


def turn_on(app: App[None], rule: RuleView, situation: Situation) -> None:
    """Turn the rule on again, at once."""
    if not rows.may_turn(situation):
        app.post_message(Notice(_("Only a leader or an administrator may turn rules off and on."), "fault"))
    elif rule.paused is None:
        app.post_message(Notice(_("It is on already."), "fault"))
    else:
        done = _("{rule} is on again.").format(rule=say(rule.title) or rule.id)
        app.post_message(Give((ResumeRule(rule=rule.id),), done))
