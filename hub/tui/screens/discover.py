"""Searching for devices around the hub: a table that grows while the hub searches, and the way to add one."""

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import discovery
from hub.client.discovery import FoundView, SearchView, SearchWish
from hub.clock import Clock
from hub.locale import _
from hub.tui.colours import tone
from hub.tui.messages import Answer, Ask
from hub.tui.rows import discover as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.adding import AddingScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

LOOK_EVERY_S = 0.5
SECONDS = 5.0
_SELDOM = 4


class DiscoverScreen(Shown, ModalScreen[None]):
    """The search is the hub's: it goes on when this screen is closed, and every administrator sees the same."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("s", "search(False)", show=False),
        Binding("p", "search(True)", show=False),
        Binding("a", "add(False)", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._view: SearchView | None = None
        self._said = ""
        self._looks = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup discover"):
            yield Static(classes="title", markup=False)
            yield Static(classes="progress", markup=False)
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "discover-table")
            yield FactsView("discover-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(RowTable).focus()
        self._look()
        self.set_interval(LOOK_EVERY_S, self._look_again)

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Devices on the hub's network"))
        self.query_one(RowTable).plan(rows.columns())
        self._draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation

    def action_search(self, passive: bool) -> None:
        """Begin a search."""
        if self._view is not None and self._view.running:
            return
        self._said = ""
        wish = SearchWish(seconds=6 * SECONDS if passive else SECONDS, passive=passive)
        self.app.post_message(Ask(self, "begin", partial(discovery.begin, wish=wish)))

    @on(RowTable.Opened)
    def _opened(self) -> None:
        self.action_add(True)

    def action_add(self, chosen: bool) -> None:
        """Add the chosen device, or one whose address is known."""
        if self._view is not None:
            self.app.push_screen(AddingScreen(self._situation, self._view, self._chosen() if chosen else None))

    def _look_again(self) -> None:
        # Another administrator may begin a search as well: it is looked for, though not as often.
        self._looks += 1
        if self.is_current and (self._view is None or self._view.running or self._looks % _SELDOM == 0):
            self._look()

    def _look(self) -> None:
        self.app.post_message(Ask(self, "look", discovery.search))

    @on(Answer)
    def _came(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, SearchView):
            self._view = message.answer
            self._said = ""
        else:
            self._said = message.problem
        self._draw()

    def on_screen_resume(self) -> None:
        # Something may have been added meanwhile.
        self._look()

    @on(RowTable.Chosen)
    def _details(self) -> None:
        device = self._chosen()
        facts = rows.facts(device) if device is not None else []
        if self._said:
            facts = [Fact("", self._said, "lost"), *facts]
        self.query_one(FactsView).show(facts)

    def _chosen(self) -> FoundView | None:
        key = self.query_one(RowTable).chosen
        devices = self._view.devices if self._view is not None else []
        return next((device for device in devices if rows.key_of(device) == key), None)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        progress = rows.progress(self._view)
        self.query_one(".progress", Static).update(Text(progress.text, style=tone(progress.tone)))
        shown = rows.rows(self._view.devices) if self._view is not None else []
        table = self.query_one(RowTable)
        table.show(shown)
        if shown and not table.display:
            table.display = True
            # What was out of sight could not have the keyboard.
            self.call_after_refresh(table.focus)
        table.display = bool(shown)
        empty = self.query_one(".empty", Static)
        empty.display = not shown
        searched = self._view is not None and bool(self._view.progress)
        running = self._view is not None and self._view.running
        empty.update(_("Nothing answered.") if searched and not running else _("Press s to search."))
        if running:
            empty.update(_("Searching …"))
        self._details()
        keys = [_("s: search"), _("p: only listen"), _("Enter: add"), _("a: by address"), _("Esc: back")]
        self.query_one(".foot", Static).update("   ".join(keys))
