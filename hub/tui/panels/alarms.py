"""The alarms: which there are, what to do about the chosen one, and its pictures before and after."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from hub.client import AlarmView
from hub.clock import Clock
from hub.core.alarms.commands import AcknowledgeAlarm, ConfirmResponse, ReturnToService, UnshelveAlarm
from hub.core.command import Command
from hub.locale import _, say
from hub.tui import moments
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import alarms as forms
from hub.tui.messages import Give, GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import alarms as rows
from hub.tui.screens.alarm_figures import AlarmFiguresScreen
from hub.tui.screens.alarm_history import AlarmHistoryScreen
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.screens.verdict import VerdictScreen
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class AlarmsPanel(Panel):
    """The list, and the chosen alarm with its response and pictures.

    What is done on a parent's line is done with every alarm below it.
    """

    WHERE: ClassVar[Where] = "alarms"
    BINDINGS = bindings_of("alarms")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._marked: set[str] = set()
        self._turned: set[str] = set()
        self._filter = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="flood", markup=False)
            yield Input(classes="find", id="alarms-find")
            yield Static(classes="empty")
            yield RowTable(self.clock, "alarms-table")
        with Horizontal(classes="side"):
            yield FactsView("alarm-facts")
            with Horizontal(classes="pictures"):
                yield EvidencePicture("alarm-before")
                yield EvidencePicture("alarm-after")

    def on_mount(self) -> None:
        self._find.display = False
        self.relabel()

    def relabel(self) -> None:
        self._find.placeholder = _("words to look for; Esc shows all again")
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        site = self.situation.site
        self._marked &= {view.alarm.id for view in site.alarms} if site else set()
        self._turned &= {view.parent.key for view in site.alarms if view.parent is not None} if site else set()
        flood = self.query_one(".flood", Static)
        said = rows.flood(self.situation)
        flood.display = bool(said)
        flood.update(said)
        table = self.query_one(RowTable)
        shown = rows.rows(self.situation, self._marked, turned=self._turned, only=self._only, find=self._words)
        table.show(shown)
        waiting = _("Waiting for the hub.") if site is None else _("No alarms stand.")
        narrowed = bool(self._words) or self._only != "all"
        self.show_empty("" if shown else _("No alarm matches.") if narrowed and site is not None else waiting)
        self._details()

    def remark(self) -> str:
        which = _(rows.FILTERS[self._filter][1]) if self._filter else ""
        marked = _("{n} marked").format(n=len(self._marked)) if self._marked else ""
        return ", ".join(part for part in (which, marked) if part)

    def chosen(self) -> AlarmView | None:
        """The alarm under the cursor; on a parent's line the most urgent below it."""
        return next(iter(self._under_cursor()), None)

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        view = self.chosen()
        if self.query_one(RowTable).chosen.startswith(rows.PARENT):
            self.action_turn()
        elif view is not None:
            self.app.push_screen(Closeup(self.situation, alarm=view.alarm.id))

    def action_acknowledge(self) -> None:
        views = self._meant()
        waiting = [view.alarm.id for view in views if view.alarm.acknowledged_by is None]
        if not waiting:
            if views:
                self.say(_("Nothing here waits to be acknowledged."))
            return
        self._marked.clear()
        if len(waiting) == 1:
            done = _("{alarm} is acknowledged.").format(alarm=waiting[0])
        else:
            done = _("{n} alarms are acknowledged.").format(n=len(waiting))
        self._give([AcknowledgeAlarm(alarm=alarm) for alarm in waiting], done)

    def action_acknowledge_with_note(self) -> None:
        view = self.chosen()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.acknowledge(view), self.situation))

    def action_mark(self) -> None:
        table = self.query_one(RowTable)
        those = {view.alarm.id for view in self._under_cursor()}
        if not those:
            return
        self._marked = self._marked - those if those <= self._marked else self._marked | those
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))
        table.choose_next()

    def action_judge(self) -> None:
        views = self._meant()
        if views:
            alarms = [view.alarm.id for view in views]
            self.app.push_screen(VerdictScreen(alarms, say(views[0].alarm.title), self.situation))

    def action_respond(self) -> None:
        views = self._meant()
        if views:
            done = _("On record: what {alarm} asks for was done.").format(
                alarm=", ".join(view.alarm.id for view in views)
            )
            self._give([ConfirmResponse(alarm=view.alarm.id) for view in views], done)

    def action_respond_with_note(self) -> None:
        view = self.chosen()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.respond(view), self.situation))

    def action_shelve(self) -> None:
        view = self._one()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.shelve(view, self.situation.zone), self.situation))

    def action_unshelve(self) -> None:
        view = self.chosen()
        if view is None:
            return
        if view.alarm.shelf is None:
            self.say(_("{alarm} is not shelved.").format(alarm=view.alarm.id))
            return
        done = _("{alarm} is back from the shelf.").format(alarm=view.alarm.id)
        self._give([UnshelveAlarm(alarm=view.alarm.id)], done)

    def action_prioritise(self) -> None:
        view = self._one()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.prioritise(view), self.situation))

    def action_service(self) -> None:
        view = self._one()
        if view is None:
            return
        if view.alarm.out is not None:
            done = _("{alarm} is in service again.").format(alarm=view.alarm.id)
            self._give([ReturnToService(alarm=view.alarm.id)], done)
        else:
            self.app.push_screen(FormScreen(lambda: forms.take_out(view, self.situation.zone), self.situation))

    def action_turn(self) -> None:
        parent = next((view.parent for view in self._under_cursor() if view.parent is not None), None)
        if parent is None:
            self.say(_("It stands by itself."))
            return
        self._turned ^= {parent.key}
        self.redraw()
        self.query_one(RowTable).choose(f"{rows.PARENT}{parent.key}")

    def action_filter(self) -> None:
        self._filter = (self._filter + 1) % len(rows.FILTERS)
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    def action_find(self) -> None:
        self._find.display = True
        self._find.focus()

    def action_history(self) -> None:
        self.app.push_screen(AlarmHistoryScreen(self.clock, self.situation))

    def action_figures(self) -> None:
        self.app.push_screen(AlarmFiguresScreen(self.situation))

    def action_show_camera(self) -> None:
        view = self.chosen()
        if view is not None and view.alarm.camera is not None:
            self.app.post_message(GoTo("wall", view.alarm.camera))

    def key_escape(self) -> None:
        if self._find.display:
            self._find.display = False
            self.redraw()
            self.focus_here()
        elif self._filter:
            self._filter = 0
            self.redraw()
            self.app.post_message(GoTo(self.WHERE))

    @on(Input.Changed, "#alarms-find")
    def _looked_for(self) -> None:
        self.redraw()

    @on(Input.Submitted, "#alarms-find")
    def _looked(self) -> None:
        self.focus_here()

    @property
    def _find(self) -> Input:
        return self.query_one("#alarms-find", Input)

    @property
    def _words(self) -> str:
        return self._find.value if self._find.display else ""

    @property
    def _only(self) -> rows.Filter:
        return rows.FILTERS[self._filter][0]

    def _under_cursor(self) -> list[AlarmView]:
        return rows.below(self.query_one(RowTable).chosen, self.situation)

    def _meant(self) -> list[AlarmView]:
        """The marked alarms, else those of the line under the cursor, once the list stands still."""
        site = self.situation.site
        views = [view for view in rows.ordered(site.alarms) if view.alarm.id in self._marked] if site else []
        return views or (self._under_cursor() if self._still() else [])

    def _one(self) -> AlarmView | None:
        """The one alarm under the cursor; a parent's line is none."""
        if self.query_one(RowTable).chosen.startswith(rows.PARENT):
            self.say(_("This is done with one alarm: open the line with x and choose it."))
            return None
        return self.chosen()

    def _still(self) -> bool:
        chosen = self.chosen()
        if chosen is not None and not self.query_one(RowTable).settled:
            self.say(
                _("The list has just moved: press the key again if you mean {alarm}.").format(alarm=chosen.alarm.id)
            )
            return False
        return True

    def _give(self, commands: Sequence[Command], done: str) -> None:
        self._marked.clear()
        self.app.post_message(Give(tuple(commands), done))
        self.redraw()

    def _details(self) -> None:
        key, view = self.query_one(RowTable).chosen, self.chosen()
        if view is not None and view.parent is not None and key.startswith(rows.PARENT):
            self.query_one(FactsView).show(rows.parent_facts(view.parent, self._under_cursor(), self.situation))
            self._make_room(pictures=False)
            return
        self.query_one(FactsView).show(rows.facts(view, self.situation) if view else [])
        evidence = view.alarm.evidence if view else None
        self._make_room(pictures=evidence is not None)
        if view is not None and evidence is not None:
            raised = moments.clock(view.alarm.raised_at, self.situation.zone, now=self.situation.now)
            self.query_one("#alarm-before", EvidencePicture).show_evidence(evidence.before, _("before"))
            self.query_one("#alarm-after", EvidencePicture).show_evidence(
                evidence.after, _("at {clock}").format(clock=raised), cells=rows.cells(view, self.situation)
            )

    def _make_room(self, *, pictures: bool) -> None:
        """For the pictures below the words, or for more words."""
        self.query_one(".pictures").display = pictures
        self.set_class(not pictures, "-plain")
