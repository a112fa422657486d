"""A list of what is open, and with a key of what is over as well, with the chosen one beside it."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import HubClient, SiteView
from hub.clock import Clock
from hub.locale import _
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows.row import Column, Fact, Row
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class Numbered(Protocol):
    """What such a list holds."""

    @property
    def id(self) -> str: ...

    @property
    def state(self) -> str: ...


Item = TypeVar("Item", bound=Numbered)
PAST = "past"


class OpenAndPast(Panel, Generic[Item]):
    """The panel asks the hub for what is over only while it is shown."""

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._with_past = False
        self._past: tuple[Item, ...] = ()
        self._open: frozenset[str] = frozenset()

    # --- what it is a list of -----------------------------------------------------------------------------------

    NOBODY: ClassVar[str]
    """Said where none is open; not translated yet, like the two others."""
    NOT_ON_ONE: ClassVar[str]
    """Said where a key needs one and the cursor is on none."""
    NOT_NOW: ClassVar[str]
    """Said where the chosen one is in another state; with its number as `{number}`."""

    @abstractmethod
    def opened(self, site: SiteView) -> Sequence[Item]:
        """Those that are open."""

    @abstractmethod
    async def ask_for_all(self, client: HubClient) -> Sequence[Item]:
        """Those that are open and the last that were over."""

    @abstractmethod
    def columns(self) -> list[Column]:
        """Of the list."""

    @abstractmethod
    def rows(self, past: Sequence[Item]) -> list[Row]:
        """Of the list: those that are open, then those of `past`."""

    @abstractmethod
    def facts(self, item: Item) -> list[Fact]:
        """What stands beside the list."""

    # --- the panel ----------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, f"{self.WHERE}-table")
        with Vertical(classes="side"):
            yield FactsView(f"{self.WHERE}-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(self.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        opened = frozenset(each.id for each in self.opened(situation.site)) if situation.site else frozenset()
        over = bool(self._open - opened)
        self._open = opened
        super().show(situation)
        if over and self._with_past:
            self._ask_for_past()

    def redraw(self) -> None:
        shown = self.rows(self._past if self._with_past else ())
        self.query_one(RowTable).show(shown)
        waiting = _("Waiting for the hub.") if self.situation.site is None else _(self.NOBODY)
        self.show_empty("" if shown else waiting)
        self.show_facts()

    def remark(self) -> str:
        return _("former ones too") if self._with_past else ""

    def chosen(self) -> Item | None:
        key, site = self.query_one(RowTable).chosen, self.situation.site
        known = (*(self.opened(site) if site is not None else ()), *self._past)
        return next((item for item in known if item.id == key), None)

    def show_facts(self) -> None:
        item = self.chosen()
        self.query_one(FactsView).show(self.facts(item) if item is not None else [])

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self.show_facts()

    def action_past(self) -> None:
        self._with_past = not self._with_past
        if self._with_past:
            self._ask_for_past()
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.problem:
            self.say(message.problem, "lost")
        elif message.about == PAST and isinstance(message.answer, tuple):
            self._past = message.answer
            self.redraw()

    def _ask_for_past(self) -> None:
        async def question(client: HubClient) -> tuple[Item, ...]:
            return tuple(await self.ask_for_all(client))

        self.app.post_message(Ask(self, PAST, question))

    def in_state(self, *states: str) -> Item | None:
        """The one under the cursor, where it is in one of these states; else it is said that it is not."""
        table, item = self.query_one(RowTable), self.chosen()
        if item is None:
            self.say(_(self.NOT_ON_ONE))
        elif not table.settled:
            self.say(_("The list has just moved: press the key again."))
        elif item.state not in states:
            self.say(_(self.NOT_NOW).format(number=item.id))
        else:
            return item
        return None

    def open_form(self, make: Callable[[Item, Situation], Form], item: Item) -> None:
        self.app.push_screen(FormScreen(lambda: make(item, self.situation), self.situation))
