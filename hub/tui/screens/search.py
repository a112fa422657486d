"""Search everywhere: words or a number, found as one types; Enter leads to the thing."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client import HubClient
from hub.client.log import EntryDetail, EntryView, entry
from hub.client.search import LONGEST_QUERY, SearchAnswer, SearchHit, search
from hub.clock import Clock
from hub.locale import _, ngettext
from hub.tui.messages import Answer, Ask, GoTo
from hub.tui.rows import search as rows
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.logentry import EntryScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

TYPING_S = 0.06
"""How long after the last letter the hub is asked."""
MOST_CAMERAS = 20


class SearchScreen(Shown, ModalScreen[None]):
    """The question above, what was found below. Down goes into the list, Esc back to the question, then away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
        Binding("ctrl+f", "again", show=False, priority=True),
        Binding("down", "into_list", show=False),
        Binding("o,O", "older", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._hits: list[SearchHit] = []
        self._cameras: list[str] = []
        self._before: int | None = None
        self._said = ""
        self._query = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup search"):
            yield Static(classes="title", markup=False)
            yield Input(id="search-words", max_length=LONGEST_QUERY, classes="find")
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "search-table")
            yield FactsView("search-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(Input).focus()

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Search everywhere"))
        self.query_one(Input).placeholder = _("words, a name, or a number such as T-7")
        self.query_one(RowTable).plan(rows.columns())
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        table = self.query_one(RowTable)
        found = rows.rows(self._cameras, self._hits, situation)
        table.show(found)
        table.display = bool(found)
        empty = self.query_one(".empty", Static)
        empty.display = not found
        empty.update(self._said)
        keys = [_("Enter: go there"), _("O: older")] if self._before is not None else [_("Enter: go there")]
        said = [self._said] if found and self._said else []
        self.query_one(".foot", Static).update("   ".join([*said, *keys, _("Esc: back")]))
        self._details()

    def action_back(self) -> None:
        """From the list to the question; from there away."""
        words = self.query_one(Input)
        if words.has_focus:
            self.dismiss()
        else:
            words.focus()

    def action_again(self) -> None:
        self.query_one(Input).focus()

    def action_into_list(self) -> None:
        if self._hits or self._cameras:
            self.query_one(RowTable).focus()

    def action_older(self) -> None:
        """The finds before the oldest shown."""
        if self._before is not None:
            self._ask(self._before)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        value = event.value
        self.set_timer(TYPING_S, lambda: self._typed_long_ago(value))

    def _typed_long_ago(self, value: str) -> None:
        if self.is_attached and self.query_one(Input).value == value and value.strip() != self._query:
            self._look(value.strip())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() != self._query:
            self._look(event.value.strip())
        elif self._hits or self._cameras:
            self.query_one(RowTable).focus()
            self._go(self.query_one(RowTable).chosen)

    def _look(self, query: str) -> None:
        self._query, self._before = query, None
        self._cameras = rows.cameras(query, self._situation.site)[:MOST_CAMERAS]
        if query:
            self._said = _("searching")
            self._ask(None)
        else:
            self._hits, self._said = [], ""
        self.show(self._situation)

    def _ask(self, before: int | None) -> None:
        query = self._query

        async def question(client: HubClient) -> SearchAnswer:
            return await search(client, query, before=before)

        self.app.post_message(Ask(self, f"search:{query}", question))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about == "entry":
            self._take_entry(message)
        elif message.about == f"search:{self._query}":
            self._take(message)

    def _take(self, message: Answer) -> None:
        if not isinstance(message.answer, SearchAnswer):
            self._hits, self._before, self._said = [], None, message.problem
        else:
            answer = message.answer
            known = {hit.event.seq for hit in self._hits} if self._before is not None else set()
            kept = self._hits if self._before is not None else []
            self._hits = [*kept, *(hit for hit in answer.hits if hit.event.seq not in known)]
            self._before = answer.before
            self._said = self._remark(answer)
        self.show(self._situation)

    def _remark(self, answer: SearchAnswer) -> str:
        if answer.behind:
            return ngettext(
                "1 record cannot be found yet: it is being arranged.",
                "{n} records cannot be found yet: they are being arranged.",
                answer.behind,
            ).format(n=answer.behind)
        if not answer.complete:
            return _("There may be more: it took too long to look through everything.")
        return "" if self._hits or self._cameras else _("Nothing holds these words.")

    def _take_entry(self, message: Answer) -> None:
        if isinstance(message.answer, EntryDetail):
            view: EntryView = message.answer.view
            self.app.push_screen(EntryScreen(view, self._situation))
        elif message.problem:
            self._said = message.problem
            self.show(self._situation)

    @on(RowTable.Chosen)
    def _details(self) -> None:
        key = self.query_one(RowTable).chosen
        hit = next((hit for hit in self._hits if str(hit.event.seq) == key), None)
        self.query_one(FactsView).show(rows.facts(hit, self._situation))

    @on(RowTable.Opened)
    def _opened(self, event: RowTable.Opened) -> None:
        self._go(event.key)

    def _go(self, key: str) -> None:
        lead = rows.lead_of(key, self._hits, self._situation)
        if lead is None:
            return
        if lead.to == "panel":
            self.dismiss()
            self.app.post_message(GoTo(lead.name, lead.item))
        elif lead.to == "entry":
            entry_id = lead.name

            async def question(client: HubClient) -> EntryDetail:
                return await entry(client, entry_id)

            self.app.post_message(Ask(self, "entry", question))
        else:
            hit = next(hit for hit in self._hits if str(hit.event.seq) == lead.name)
            self.app.push_screen(Closeup(self._situation, record=hit.event))
