"""The alarms: which there are, what to do about the chosen one, and its pictures before and after."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from hub.client import AlarmView
from hub.clock import Clock
from hub.core.alarms.commands import AcknowledgeAlarm, UnshelveAlarm
from hub.locale import _
from hub.tui import forms, moments
from hub.tui.actions import Where, bindings_of
from hub.tui.messages import Give, GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import alarms as rows
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class AlarmsPanel(Panel):
    """The list, and the chosen alarm with its response and pictures."""

    WHERE: ClassVar[Where] = "alarms"
    BINDINGS = bindings_of("alarms")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._marked: set[str] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "alarms-table")
        with Horizontal(classes="side"):
            yield FactsView("alarm-facts")
            with Horizontal(classes="pictures"):
                yield EvidencePicture("alarm-before")
                yield EvidencePicture("alarm-after")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        site = self.situation.site
        self._marked &= {view.alarm.id for view in site.alarms} if site else set()
        table = self.query_one(RowTable)
        shown = rows.rows(self.situation, self._marked)
        table.show(shown)
        waiting = _("Waiting for the hub.") if site is None else _("No alarms stand.")
        self.show_empty("" if shown else waiting)
        self._details()

    def remark(self) -> str:
        return _("{n} marked").format(n=len(self._marked)) if self._marked else ""

    def chosen(self) -> AlarmView | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        return next((view for view in site.alarms if view.alarm.id == key), None) if site else None

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        view = self.chosen()
        if view is not None:
            self.app.push_screen(Closeup(self.situation, alarm=view.alarm.id))

    def action_acknowledge(self) -> None:
        site = self.situation.site
        if site is None:
            return
        chosen = self.chosen()
        views = [view for view in rows.ordered(site.alarms) if view.alarm.id in self._marked]
        if not views and chosen is not None:
            if not self.query_one(RowTable).settled:
                self.say(
                    _("The list has just moved: press the key again if you mean {alarm}.").format(alarm=chosen.alarm.id)
                )
                return
            views = [chosen]
        waiting = [view.alarm.id for view in views if view.alarm.acknowledged_by is None]
        if not waiting:
            self.say(_("Nothing here waits to be acknowledged."))
            return
        self._marked.clear()
        if len(waiting) == 1:
            done = _("{alarm} is acknowledged.").format(alarm=waiting[0])
        else:
            done = _("{n} alarms are acknowledged.").format(n=len(waiting))
        self.app.post_message(Give(tuple(AcknowledgeAlarm(alarm=alarm) for alarm in waiting), done))
        self.redraw()

    def action_acknowledge_with_note(self) -> None:
        view = self.chosen()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.acknowledge(view), self.situation))

    def action_mark(self) -> None:
        table = self.query_one(RowTable)
        if not table.chosen:
            return
        self._marked ^= {table.chosen}
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))
        table.choose_next()

    def action_shelve(self) -> None:
        view = self.chosen()
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
        self.app.post_message(Give((UnshelveAlarm(alarm=view.alarm.id),), done))

    def action_show_camera(self) -> None:
        view = self.chosen()
        if view is not None and view.alarm.camera is not None:
            self.app.post_message(GoTo("wall", view.alarm.camera))

    def _details(self) -> None:
        view = self.chosen()
        self.query_one(FactsView).show(rows.facts(view, self.situation) if view else [])
        evidence = view.alarm.evidence if view else None
        self.query_one(".pictures").display = evidence is not None
        if view is not None and evidence is not None:
            raised = moments.clock(view.alarm.raised_at, self.situation.zone, now=self.situation.now)
            self.query_one("#alarm-before", EvidencePicture).show_evidence(evidence.before, _("before"))
            self.query_one("#alarm-after", EvidencePicture).show_evidence(
                evidence.after, _("at {clock}").format(clock=raised), cells=rows.cells(view, self.situation)
            )
