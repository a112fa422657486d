"""The duty log's view on the log panel: entries in pages, the newest at the bottom."""

import re
from datetime import datetime, timedelta

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input, Static

from hub.client import HubClient, log
from hub.client.log import EntryView
from hub.clock import Clock
from hub.core.dutylog.events import EntryKind
from hub.locale import _
from hub.tui import words
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import dutylog as rows
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

PAGE = 40
"""Entries fetched at once: more than a screen holds, and drawn well within a tenth of a second."""

KEPT = 1000
"""How many entries are kept while following; older pages that were asked for are kept besides."""

KINDS: tuple[EntryKind, ...] = ("incident", "measure", "visitor", "note")
TYPING_S = 0.06
"""How long after the last letter the hub is asked."""

_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")
_PAGE_ASKED, _NEWEST = "log page", "log newest"


class DutyLogView(Container):
    """Asks the hub for pages and keeps them; what is new is asked for again when the journal says so."""

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(id="duty-log")
        self._clock = clock
        self._situation = situation
        self._entries: list[EntryView] = []
        self._camera = ""
        self._kind: EntryKind | None = None
        self._fetched = False
        self._asked = False
        self._at_start = False
        self._follow = True
        self._keep = KEPT
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Input(classes="find", id="duty-find")
            yield Static(classes="empty")
            yield RowTable(self._clock, "duty-log-table")
        with Vertical(classes="side"):
            yield FactsView("duty-log-facts")

    def on_mount(self) -> None:
        self.find.display = False
        self.relabel()

    @property
    def find(self) -> Input:
        return self.query_one("#duty-find", Input)

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    def relabel(self) -> None:
        self.find.placeholder = _("words, or a day such as 2026-11-23; Esc shows all again")
        self._drawn = ()
        self.table.plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        """What is known now; the first page is asked for when the view comes in sight."""
        self._situation = situation
        if situation.link.up and not self._fetched and not self._asked:
            self._ask(None)
        self.redraw()

    def news(self) -> None:
        """Something was written into the duty log, or a picture was kept with an entry."""
        if self._fetched:
            self._ask_newest()

    def forget(self) -> None:
        """Another person may see other things."""
        self._camera, self._kind = "", None
        self._start_over()

    def only_camera(self, camera: str) -> None:
        self._camera = camera
        self._start_over()

    def next_kind(self) -> None:
        """Only incidents, only measures, … all again."""
        order = (None, *KINDS)
        self._kind = order[(order.index(self._kind) + 1) % len(order)]
        self._start_over()

    def remark(self) -> str:
        parts = [_(words.LOG_KINDS[self._kind][1])] if self._kind else []
        parts += [self._situation.camera_name(self._camera)] if self._camera else []
        return words.listed(parts)

    def chosen(self) -> EntryView | None:
        key = self.table.chosen
        return next((view for view in self._entries if str(view.entry.seq) == key), None)

    def choose(self, entry_id: str) -> None:
        """Put the cursor on an entry that is shown."""
        found = next((view for view in self._entries if view.entry.id == entry_id), None)
        if found is not None:
            self.table.choose(str(found.entry.seq))

    def older(self) -> str:
        """Fetch the page before; returns what to say when there is none."""
        if self._at_start:
            return _("There are no older entries.")
        if self._entries and not self._asked:
            self._ask(self._entries[0].entry.seq)
        return ""

    def open_find(self) -> None:
        self.find.display = True
        self.find.focus()

    def close_find(self) -> bool:
        """False when nothing was looked for."""
        if not self.find.display:
            return False
        self.find.display = False
        if self.find.value:
            self.find.value = ""
            self._start_over()
        self.table.focus()
        return True

    def redraw(self) -> None:
        site = self._situation.site
        drawn = (
            tuple(self._entries),
            self._situation.stale,
            tuple((camera.id, camera.name) for camera in site.cameras) if site else (),
        )
        if drawn == self._drawn:
            return
        self._drawn = drawn
        table = self.table
        following = self._follow or table.row_keys[-1:] == [table.chosen]
        shown = rows.rows(self._entries, self._situation)
        table.show(shown)
        if shown and following:
            table.choose(shown[-1].key)
            self._follow = False
        self._say_empty()
        self._details()

    @on(RowTable.Chosen)
    def _details(self) -> None:
        view = self.chosen()
        self.query_one(FactsView).show(rows.facts(view, self._situation) if view else [])

    @on(Input.Changed, "#duty-find")
    def _typed(self) -> None:
        if self.find.display:
            value = self.find.value
            self.set_timer(TYPING_S, lambda: self._typed_long_ago(value))

    def _typed_long_ago(self, value: str) -> None:
        if self.is_attached and self.find.display and self.find.value == value:
            self._start_over()

    @on(Input.Submitted, "#duty-find")
    def _found(self) -> None:
        self.table.focus()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        about, _colon, which = message.about.partition(":")
        if which != self._which():
            return
        if about == _PAGE_ASKED:
            self._asked = False
        if message.problem:
            self.app.post_message(Notice(message.problem, "lost"))
            return
        assert isinstance(message.answer, list)
        page: list[EntryView] = message.answer
        if about == _PAGE_ASKED:
            self._fetched = True
            self._at_start = len(page) < PAGE
            self._keep += len(page) if self._entries else 0
        self._entries = self._with(page)
        self._say_empty()
        self.redraw()

    def _with(self, page: list[EntryView]) -> list[EntryView]:
        """What is known with a page of it: what the page says later entries did is told of those above, too."""
        merged = rows.merged(self._entries, page)
        corrected = {view.entry.corrects: view.entry.id for view in merged if view.entry.corrects}
        left = {view.entry.about: view.entry for view in merged if view.entry.leaving}
        told = []
        for view in merged:
            if view.entry.id in corrected and not view.corrected_by:
                view = replace(view, corrected_by=corrected[view.entry.id])
            if view.entry.id in left and not view.left:
                gone = left[view.entry.id]
                view = replace(view, left=gone.id, left_at=gone.happened_at)
            told.append(view)
        return told[-self._keep :]

    def _start_over(self) -> None:
        self._entries, self._fetched, self._at_start, self._asked, self._follow = [], False, False, False, True
        self._keep = KEPT
        self._ask(None)

    def _ask(self, before: int | None) -> None:
        if self._situation.link.up:
            self._asked = True
            self._post(_PAGE_ASKED, before)

    def _ask_newest(self) -> None:
        self._post(_NEWEST, None)

    def _post(self, about: str, before: int | None) -> None:
        kinds = (self._kind,) if self._kind else ()
        query, from_at, to_at = self._wanted()
        camera = self._camera

        async def question(client: HubClient) -> list[EntryView]:
            return await log.entries(
                client,
                limit=PAGE,
                before=before,
                kinds=kinds,
                camera=camera,
                from_at=from_at,
                to_at=to_at,
                query=query,
            )

        self.app.post_message(Ask(self, f"{about}:{self._which()}", question))

    def _which(self) -> str:
        """What is shown, in one text: an answer to another question is of no use."""
        words_ = self.find.value.strip() if self.find.display else ""
        return f"{self._kind}:{self._camera}:{words_}"

    def _wanted(self) -> tuple[str, datetime | None, datetime | None]:
        """The words, and the day that is among them."""
        typed = self.find.value.split() if self.find.display else []
        zone, today = self._situation.zone, self._situation.now.astimezone(self._situation.zone)
        for word in typed:
            if found := _DAY.fullmatch(word):
                year, month, day = (int(part) if part else today.year for part in found.groups())
                try:
                    begin = datetime(year, month, day, tzinfo=zone)
                except ValueError:
                    continue
                rest = [other for other in typed if other is not word]
                return " ".join(rest), begin, begin + timedelta(days=1)
        return " ".join(typed), None, None

    def _say_empty(self) -> None:
        empty = self.query_one(".empty", Static)
        filtered = self._kind or self._camera or (self.find.display and self.find.value.strip())
        nothing = _("No entry matches.") if filtered else _("Nothing has been written into the duty log yet.")
        empty.display = not self._entries
        empty.update(nothing if self._fetched else _("Waiting for the hub."))
