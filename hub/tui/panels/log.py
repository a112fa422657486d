"""The log: what happened, in plain words, as it happens."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from hub.client import EventView
from hub.clock import Clock
from hub.locale import _
from hub.tui.actions import Where, bindings_of
from hub.tui.describe import Names
from hub.tui.messages import GoTo, RecordsCame, RecordsWanted
from hub.tui.panels.panel import Panel
from hub.tui.rows import log as rows
from hub.tui.rows.row import Row
from hub.tui.screens.closeup import Closeup
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

KEPT = 1000
"""How many records are kept while following; older pages that were asked for are kept besides."""

PAGE = 200


class LogPanel(Panel):
    """Records, the newest at the bottom; the cursor on the last one follows what happens."""

    WHERE: ClassVar[Where] = "log"
    BINDINGS = bindings_of("log")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._records: list[EventView] = []
        self._keep = KEPT
        self._camera = ""
        self._started = False
        self._asked = False
        self._at_start = False
        self._drawn: tuple[object, ...] = ()
        self._rows: dict[int, Row] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Input(classes="find", id="log-find")
            yield Static(classes="empty")
            yield RowTable(self.clock, "log-table")
        with Vertical(classes="side"):
            yield FactsView("log-facts")

    def on_mount(self) -> None:
        self.query_one("#log-find", Input).display = False
        self.relabel()

    def relabel(self) -> None:
        self.query_one("#log-find", Input).placeholder = _("words to look for; Esc shows all again")
        self._drawn = ()
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        if situation.link.up and not self._started:
            self._started = True
            self._ask(None)

    def add(self, events: Sequence[EventView]) -> None:
        """Records that were just written. Without a first page yet, they will come with it."""
        if self._started and not self._camera:
            self._records = rows.merged(self._records, events, keep=self._keep)
        elif self._camera:
            about = [view for view in events if view.event.get("camera") == self._camera]
            self._records = rows.merged(self._records, about, keep=self._keep)

    def redraw(self) -> None:
        table = self.query_one(RowTable)
        find = self.query_one("#log-find", Input)
        words = find.value if find.display else ""
        names = self._names()
        last = self._records[-1].seq if self._records else 0
        first = self._records[0].seq if self._records else 0
        spoken = (self.situation.stale, tuple(names.cameras.items()))
        drawn = (first, last, len(self._records), words, spoken)
        if drawn == self._drawn:
            return
        if not self._drawn or self._drawn[-1] != spoken:
            self._rows.clear()
        self._drawn = drawn
        following = not table.chosen or table.row_keys[-1:] == [table.chosen]
        self._rows = {view.seq: self._rows.get(view.seq) or self._row(view, names) for view in self._records}
        shown = rows.matching(self._rows.values(), words)
        table.show(shown)
        if shown and following:
            table.choose(shown[-1].key)
        self.show_empty("" if shown else _("No record matches.") if words else _("Waiting for the hub."))

    def remark(self) -> str:
        if self._camera:
            return _("only {camera}; Esc shows all").format(camera=self._names().camera(self._camera))
        return ""

    def only_camera(self, camera: str) -> None:
        """Show the log of one camera; of everything when `camera` is empty."""
        self._camera = camera
        self._start_over()

    def forget(self) -> None:
        """Another person may see other things."""
        self._camera = ""
        self._start_over()

    def chosen(self) -> EventView | None:
        key = self.query_one(RowTable).chosen
        return next((view for view in self._records if str(view.seq) == key), None)

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        view = self.chosen()
        self.query_one(FactsView).show(rows.summary(view, self._names()) if view else [])

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        view = self.chosen()
        if view is not None:
            self.app.push_screen(Closeup(self.situation, record=view))

    def action_older(self) -> None:
        if self._at_start:
            self.say(_("There are no older records."))
        elif self._records and not self._asked:
            self._ask(self._records[0].seq)

    def action_live(self) -> None:
        self.query_one(RowTable).action_scroll_bottom()

    def action_find(self) -> None:
        find = self.query_one("#log-find", Input)
        find.display = True
        find.focus()

    def key_escape(self) -> None:
        find = self.query_one("#log-find", Input)
        if find.display:
            find.display = False
            self.redraw()
            self.focus_here()
        elif self._camera:
            self.only_camera("")
            self.app.post_message(GoTo(self.WHERE))

    @on(Input.Changed, "#log-find")
    def _find(self) -> None:
        self.redraw()

    @on(Input.Submitted, "#log-find")
    def _found(self) -> None:
        self.focus_here()

    def on_records_came(self, message: RecordsCame) -> None:
        message.stop()
        self._asked = False
        if message.subject != self._subject():
            return
        if message.problem:
            self._started = bool(self._records)
            self.say(message.problem, "lost")
            return
        if message.before is not None:
            self._keep += len(message.records)
        self._at_start = len(message.records) < PAGE
        self._records = rows.merged(self._records, message.records, keep=self._keep)
        self.redraw()

    def _row(self, view: EventView, names: Names) -> Row:
        return rows.row(view, names, stale=self.situation.stale)

    def _ask(self, before: int | None) -> None:
        self._asked = True
        self.app.post_message(RecordsWanted(self, before=before, subject=self._subject()))

    def _subject(self) -> str:
        return f"camera:{self._camera}" if self._camera else ""

    def _start_over(self) -> None:
        self._records, self._keep, self._at_start, self._started = [], KEPT, False, False
        self.redraw()
        self.show(self.situation)

    def _names(self) -> Names:
        site = self.situation.site
        return Names(self.situation.zone, {camera.id: camera.name for camera in site.cameras} if site else {})
