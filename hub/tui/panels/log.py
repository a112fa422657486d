"""The log, in two views: the journal's records in plain words as they happen, and the duty log that people write."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input, Static

from hub.client import EventView
from hub.client.log import EntryView
from hub.clock import Clock
from hub.core.dutylog.commands import WriteEntry
from hub.locale import _
from hub.tui import words
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import log as forms
from hub.tui.messages import Give, GoTo, RecordsCame, RecordsWanted
from hub.tui.names import Names
from hub.tui.panels.dutylog import DutyLogView
from hub.tui.panels.panel import Panel
from hub.tui.rows import dutylog as duty_rows
from hub.tui.rows import log as rows
from hub.tui.rows.row import Row
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.screens.logentry import EntryScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

KEPT = 1000
"""How many records are kept while following; older pages that were asked for are kept besides."""

PAGE = 200
MOST_PICTURES = 8


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
        with Container(id="log-records"):
            with Vertical(classes="list"):
                yield Input(classes="find", id="log-find")
                yield Static(classes="empty")
                yield RowTable(self.clock, "log-table")
            with Vertical(classes="side"):
                yield FactsView("log-facts")
        yield DutyLogView(self.clock, self.situation)

    def on_mount(self) -> None:
        self.query_one("#log-find", Input).display = False
        self.query_one(DutyLogView).display = False
        self.relabel()

    @property
    def duty_log(self) -> DutyLogView | None:
        """The duty log when it is what is shown."""
        view = self.query_one(DutyLogView)
        return view if view.display else None

    def action_switch_view(self) -> None:
        view = self.query_one(DutyLogView)
        view.display = not view.display
        self.query_one("#log-records").display = not view.display
        self.show(self.situation)
        self.app.post_message(GoTo(self.WHERE))

    def focus_here(self) -> None:
        duty = self.duty_log
        (duty.table if duty is not None else self.query_one("#log-table", RowTable)).focus()

    def relabel(self) -> None:
        self.query_one("#log-find", Input).placeholder = _("words to look for; Esc shows all again")
        self._drawn = ()
        self.query_one("#log-table", RowTable).plan(rows.columns())
        self.query_one(DutyLogView).relabel()
        self.redraw()
        self._chosen()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        if self.duty_log is not None:
            self.duty_log.show(situation)
        if situation.link.up and not self._started:
            self._started = True
            self._ask(None)

    def add(self, events: Sequence[EventView]) -> None:
        """Records that were just written. Without a first page yet, they will come with it."""
        if any(view.type in ("log.entered", "snapshot.taken") for view in events):
            self.query_one(DutyLogView).news()
        if self._started and not self._camera:
            self._records = rows.merged(self._records, events, keep=self._keep)
        elif self._camera:
            about = [view for view in events if view.event.get("camera") == self._camera]
            self._records = rows.merged(self._records, about, keep=self._keep)

    def redraw(self) -> None:
        table = self.query_one("#log-table", RowTable)
        find = self.query_one("#log-find", Input)
        typed = find.value if find.display else ""
        names = self.situation.names
        last = self._records[-1].seq if self._records else 0
        first = self._records[0].seq if self._records else 0
        spoken = (self.situation.stale, names)
        drawn = (first, last, len(self._records), typed, spoken)
        if drawn == self._drawn:
            return
        if not self._drawn or self._drawn[-1] != spoken:
            self._rows.clear()
        self._drawn = drawn
        following = not table.chosen or table.row_keys[-1:] == [table.chosen]
        self._rows = {view.seq: self._rows.get(view.seq) or self._row(view, names) for view in self._records}
        shown = rows.matching(self._rows.values(), typed)
        table.show(shown)
        if shown and following:
            table.choose(shown[-1].key)
        self.show_empty("" if shown else _("No record matches.") if typed else _("Waiting for the hub."))

    def remark(self) -> str:
        if self.duty_log is not None:
            return words.listed(filter(None, (_("duty log"), self.duty_log.remark())))
        if self._camera:
            return _("only {camera}; Esc shows all").format(camera=self.situation.names.camera(self._camera))
        return ""

    def choose(self, item: str) -> None:
        self.only_camera(item)

    def only_camera(self, camera: str) -> None:
        """Show the log of one camera; of everything when `camera` is empty."""
        self._camera = camera
        self.query_one(DutyLogView).only_camera(camera)
        self._start_over()

    def forget(self) -> None:
        """Another person may see other things."""
        self._camera = ""
        self.query_one(DutyLogView).forget()
        self._start_over()

    def chosen(self) -> EventView | None:
        key = self.query_one("#log-table", RowTable).chosen
        return next((view for view in self._records if str(view.seq) == key), None)

    @on(RowTable.Chosen, "#log-table")
    def _chosen(self) -> None:
        view = self.chosen()
        self.query_one("#log-facts", FactsView).show(rows.summary(view, self.situation.names) if view else [])

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        if self.duty_log is not None:
            entry = self.duty_log.chosen()
            if entry is not None:
                self.app.push_screen(EntryScreen(entry, self.situation))
            return
        view = self.chosen()
        if view is not None:
            self.app.push_screen(Closeup(self.situation, record=view))

    def action_older(self) -> None:
        if self.duty_log is not None:
            if problem := self.duty_log.older():
                self.say(problem)
        elif self._at_start:
            self.say(_("There are no older records."))
        elif self._records and not self._asked:
            self._ask(self._records[0].seq)

    def action_live(self) -> None:
        duty = self.duty_log
        (duty.table if duty is not None else self.query_one("#log-table", RowTable)).action_scroll_bottom()

    def action_only_kind(self) -> None:
        self._writing().next_kind()
        self.app.post_message(GoTo(self.WHERE))

    def action_write_entry(self) -> None:
        site = self.situation.site
        if site is not None:
            self._writing()
            camera = self._camera
            self.app.push_screen(
                FormScreen(lambda: forms.write(site, self.situation.zone, camera=camera), self.situation)
            )

    def action_write_measure(self) -> None:
        view = self._under_cursor()
        if view is not None and view.entry.kind != "incident":
            self.say(_("A measure belongs to an incident; put the cursor on one."))
        elif view is not None:
            self.app.push_screen(FormScreen(lambda: forms.measure(view, self.situation.zone), self.situation))

    def action_correct_entry(self) -> None:
        view = self._under_cursor()
        if view is not None and view.corrected_by:
            self.say(_("It was corrected already, by {id}.").format(id=view.corrected_by))
        elif view is not None:
            self.app.push_screen(FormScreen(lambda: forms.correct(view, self.situation.zone), self.situation))

    def action_receive_visitor(self) -> None:
        self._writing()
        self.app.push_screen(FormScreen(lambda: forms.visitor(self.situation.zone), self.situation))

    def action_see_off(self) -> None:
        site = self.situation.site
        inside = duty_rows.inside(site.visitors, self.situation) if site is not None else []
        if not inside:
            self.say(_("No visitor is inside by the log."))
            return
        duty = self.duty_log
        here = duty.chosen() if duty is not None else None
        known = [entry for entry, _label in inside]
        chosen = here.entry.id if here is not None and here.entry.id in known else known[0]
        self.app.push_screen(FormScreen(lambda: forms.see_off(inside, chosen, self.situation.zone), self.situation))

    def action_keep_pictures(self) -> None:
        view = self._under_cursor()
        if view is None:
            return
        cameras = view.entry.cameras[:MOST_PICTURES]
        if not cameras:
            self.say(_("This entry names no camera."))
            return
        text = _("Pictures kept with {id}").format(id=view.entry.id)
        command = WriteEntry(kind="note", text=text, about=view.entry.id, pictures=cameras)
        self.app.post_message(Give((command,), _("The hub keeps the pictures.")))

    def _writing(self) -> DutyLogView:
        """The duty log, put in sight first."""
        if self.duty_log is None:
            self.action_switch_view()
        return self.query_one(DutyLogView)

    def _under_cursor(self) -> EntryView | None:
        view = self._writing().chosen()
        if view is None:
            self.say(_("Put the cursor on an entry of the duty log."))
        return view

    def action_find(self) -> None:
        if self.duty_log is not None:
            self.duty_log.open_find()
            return
        find = self.query_one("#log-find", Input)
        find.display = True
        find.focus()

    def key_escape(self) -> None:
        find = self.query_one("#log-find", Input)
        if self.duty_log is not None and self.duty_log.close_find():
            return
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
