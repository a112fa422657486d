"""Rounds that are due, being made, and made."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import HubClient
from hub.client.rounds import PastRound, RoundCount, round_figures, round_history
from hub.clock import Clock
from hub.core.rounds.commands import StartRound
from hub.core.rounds.model import Round
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import rounds as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, Give
from hub.tui.panels.panel import Panel
from hub.tui.rows import rounds as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.round import RoundScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

_MOST_PAST = 200


class RoundsPanel(Panel):
    """The list, and the chosen round with how rounds of its kind were kept."""

    WHERE: ClassVar[Where] = "rounds"
    BINDINGS = bindings_of("rounds")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._with_past = False
        self._past: list[PastRound] = []
        self._counts: list[RoundCount] = []
        self._problem = ""
        self._asked_for: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "rounds-table")
        with Vertical(classes="side"):
            yield FactsView("round-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        site = self.situation.site
        if self._with_past and site is not None:
            # What is over leaves the list of those that are open: only then is there more of the past to read.
            open_now = tuple(due.id for due in site.rounds)
            if open_now != self._asked_for and self.situation.link.up:
                self._ask(open_now)
        shown = rows.rows(self.situation, self._past if self._with_past else ())
        self.query_one(RowTable).show(shown)
        waiting = _("Waiting for the hub.") if site is None else _("No round is due.")
        self.show_empty("" if shown else self._problem or waiting)
        self._details()

    def remark(self) -> str:
        return _("with the past") if self._with_past else ""

    def round(self) -> Round | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        return next((due for due in site.rounds if due.id == key), None) if site else None

    def past(self) -> PastRound | None:
        key = self.query_one(RowTable).chosen.removeprefix(rows.PAST)
        return next((each for each in self._past if each.id == key), None)

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    @on(RowTable.Opened)
    def action_open_round(self) -> None:
        due, past = self.round(), self.past()
        found = due.id if due is not None else past.id if past is not None else ""
        if found:
            self.app.push_screen(RoundScreen(self.clock, self.situation, found))

    def action_begin_round(self) -> None:
        due = self._due()
        if due is None:
            return
        done = _("Round {round} is begun.").format(round=due.id)
        self.app.post_message(Give((StartRound(round=due.id),), done))
        self.app.push_screen(RoundScreen(self.clock, self.situation, due.id))

    def action_sign_round(self) -> None:
        self._form(forms.sign_round)

    def action_countersign_round(self) -> None:
        self._form(forms.countersign_round)

    def action_return_round(self) -> None:
        self._form(forms.return_round)

    def action_complete_round(self) -> None:
        self._form(forms.complete_round)

    def action_cancel_round(self) -> None:
        self._form(forms.cancel_round)

    def action_past_rounds(self) -> None:
        self._with_past = not self._with_past
        self._asked_for = ()
        self.redraw()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.answer is not None and isinstance(message.answer, tuple):
            self._past, self._counts = message.answer
        self._problem = message.problem
        if message.problem:
            self.say(message.problem)
        self.redraw()

    def _ask(self, open_now: tuple[str, ...]) -> None:
        self._asked_for = open_now

        async def question(client: HubClient) -> object:
            past = await round_history(client, limit=_MOST_PAST)
            return [each for each in past if each.outcome], await round_figures(client)

        self.app.post_message(Ask(reply_to=self, about="past", question=question))

    def _due(self) -> Round | None:
        due = self.round()
        if due is None:
            self.say(_("This is for open rounds; put the cursor on one."))
        return due

    def _form(self, make: Callable[[Round], Form]) -> None:
        due = self._due()
        if due is not None:
            self.app.push_screen(FormScreen(lambda: make(due), self.situation))

    def _details(self) -> None:
        due, past = self.round(), self.past()
        found = []
        if due is not None:
            found = rows.facts(due, self.situation) + rows.count_facts(self._counts, due.kind, self.situation)
        elif past is not None:
            found = rows.past_facts(past, self.situation) + rows.count_facts(self._counts, past.kind, self.situation)
        self.query_one(FactsView).show(found)
