"""The alarms of the past, page by page, and what people said of them."""

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client.alarms import PastAlarm, alarm_history
from hub.clock import Clock
from hub.core.alarms.commands import JudgeAlarm
from hub.core.people.rights import may
from hub.locale import N_, _, say
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import alarm_history as rows
from hub.tui.screens.shown import Shown
from hub.tui.screens.verdict import VerdictScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

PAGE = 100
_ONLY: tuple[tuple[str, str], ...] = (
    ("", N_("all")),
    ("none", N_("without a verdict")),
    ("false", N_("false")),
    ("nuisance", N_("nuisance")),
    ("real", N_("real")),
)


class AlarmHistoryScreen(Shown, ModalScreen[None]):
    """The list, and the chosen alarm below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("v,V", "judge", show=False),
        Binding("f,F", "filter", show=False),
        Binding("o,O", "older", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._found: list[PastAlarm] = []
        self._only = 0
        self._all_there = False
        self._problem = ""
        self._asked_at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup references"):
            yield Static(classes="title", markup=False)
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "history-table")
            yield FactsView("history-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(RowTable).focus()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        keys = [_("v: verdict"), _("f: filter"), _("o: older"), _("Esc: back")]
        self.query_one(".foot", Static).update("   ".join(keys))
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        """Ask anew when something happened: a verdict, say."""
        self._situation = situation
        position = situation.site.position if situation.site is not None else 0
        if self.is_mounted and situation.link.up and position != self._asked_at:
            self._asked_at = position
            self._ask("")
        if self.is_mounted:
            self._draw()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if not message.problem:
            found = cast(list[PastAlarm], message.answer)
            older = message.about != "history"
            if older:
                self._all_there = len(found) < PAGE
            known = {past.life.alarm for past in found}
            kept = [past for past in self._found if past.life.alarm not in known]
            self._found = [*kept, *found] if older else [*found, *(kept if len(found) == PAGE else [])]
        if self.is_mounted:
            self._draw()

    def action_judge(self) -> None:
        past, site = self._chosen(), self._situation.site
        if past is None or site is None:
            return
        if not may(site.me, JudgeAlarm):
            self.app.post_message(Notice(_("Your role does not judge alarms."), "fault"))
            return
        self.app.push_screen(VerdictScreen([past.life.alarm], say(past.life.title), self._situation))

    def action_filter(self) -> None:
        self._only = (self._only + 1) % len(_ONLY)
        self._found, self._all_there = [], False
        self._ask("")
        self._draw()

    def action_older(self) -> None:
        if self._all_there or not self._found:
            self.app.post_message(Notice(_("There are no older ones."), "fault"))
        else:
            self._ask(self._found[-1].life.alarm)

    @on(RowTable.Chosen)
    def _details(self) -> None:
        past = self._chosen()
        self.query_one(FactsView).show(rows.facts(past, self._situation) if past is not None else [])

    def _ask(self, before: str) -> None:
        verdict = _ONLY[self._only][0]
        about = f"history-{before}" if before else "history"
        self.app.post_message(
            Ask(
                self,
                about,
                lambda client: alarm_history(client, limit=PAGE, before=before, find={"verdict": verdict}),
            )
        )

    def _draw(self) -> None:
        title = _("Alarms of the past: {which}").format(which=_(_ONLY[self._only][1]))
        self.query_one(".title", Static).update(title)
        self.query_one(RowTable).show(rows.rows(self._found, self._situation))
        empty = self.query_one(".empty", Static)
        empty.display = not self._found
        asked = _("There are none.") if self._asked_at >= 0 else _("Waiting for the hub.")
        empty.update(self._problem or asked)
        self._details()

    def _chosen(self) -> PastAlarm | None:
        key = self.query_one(RowTable).chosen
        return next((past for past in self._found if past.life.alarm == key), None)
