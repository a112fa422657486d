"""Permits to cover a camera: applied for, approved, in force, ended."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client.permits import PermitView, permits
from hub.clock import Clock
from hub.core.permits.model import Permit
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import permits as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import permits as rows
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class PermitsPanel(Panel):
    """The list, and the chosen permit."""

    WHERE: ClassVar[Where] = "permits"
    BINDINGS = bindings_of("permits")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._with_past = False
        self._past: tuple[Permit, ...] = ()
        self._open: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "permits-table")
        with Vertical(classes="side"):
            yield FactsView("permit-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        opened = frozenset(permit.id for permit in situation.site.permits) if situation.site else frozenset()
        over = bool(self._open - opened)
        self._open = opened
        super().show(situation)
        if over and self._with_past:
            self._ask_for_past()

    def redraw(self) -> None:
        shown = rows.rows(self.situation, self._past if self._with_past else ())
        self.query_one(RowTable).show(shown)
        waiting = (
            _("Waiting for the hub.") if self.situation.site is None else _("No permit is in force or applied for.")
        )
        self.show_empty("" if shown else waiting)
        self._details()

    def remark(self) -> str:
        return _("former ones too") if self._with_past else ""

    def chosen(self) -> Permit | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        known = (*(site.permits if site is not None else ()), *self._past)
        return next((permit for permit in known if permit.id == key), None)

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def action_apply(self) -> None:
        site = self.situation.site
        if site is not None:
            form = forms.apply_for
            self.app.push_screen(FormScreen(lambda: form(site.cameras, self.situation.zone), self.situation))

    def action_approve(self) -> None:
        permit = self._in("applied")
        if permit is None:
            return
        if self._own(permit):
            self.say(_("This is your own application: somebody else must decide on it."))
            return
        self._open_form(forms.approve, permit)

    def action_refuse(self) -> None:
        permit = self._in("applied")
        if permit is None:
            return
        if self._own(permit):
            self.say(_("This is your own application: withdraw it instead."))
            return
        self._open_form(forms.refuse, permit)

    def action_end(self) -> None:
        if (permit := self._in("active", "approved")) is not None:
            self._open_form(forms.end, permit)

    def action_extend(self) -> None:
        if (permit := self._in("active", "approved")) is not None:
            self._open_form(forms.extend, permit)

    def action_revoke(self) -> None:
        if (permit := self._in("active", "approved")) is not None:
            self._open_form(forms.revoke, permit)

    def action_withdraw(self) -> None:
        permit = self._in("applied", "approved")
        if permit is None:
            return
        if not self._own(permit):
            self.say(_("Somebody else applied for this: only they can withdraw it."))
            return
        self._open_form(forms.withdraw, permit)

    def action_past(self) -> None:
        self._with_past = not self._with_past
        if self._with_past:
            self._ask_for_past()
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    def action_show_camera(self) -> None:
        permit = self.chosen()
        if permit is not None:
            self.app.post_message(GoTo("wall", permit.cameras[0]))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.problem:
            self.say(message.problem, "lost")
            return
        answer = message.answer
        if isinstance(answer, list):
            self._past = tuple(view.permit for view in answer if isinstance(view, PermitView))
            self.redraw()

    def _ask_for_past(self) -> None:
        self.app.post_message(Ask(self, "permits", lambda client: permits(client)))

    def _in(self, *states: str) -> Permit | None:
        """The permit under the cursor, where it is in one of these states; else it is said that it is not."""
        table, permit = self.query_one(RowTable), self.chosen()
        if permit is None:
            self.say(_("This is for permits; put the cursor on one."))
        elif not table.settled:
            self.say(_("The list has just moved: press the key again."))
        elif permit.state not in states:
            self.say(_("This cannot be done with {permit} as it is now.").format(permit=permit.id))
        else:
            return permit
        return None

    def _own(self, permit: Permit) -> bool:
        site = self.situation.site
        return site is not None and permit.applicant == site.me.actor

    def _open_form(self, make: Callable[[Permit, Situation], Form], permit: Permit) -> None:
        self.app.push_screen(FormScreen(lambda: make(permit, self.situation), self.situation))

    def _details(self) -> None:
        permit = self.chosen()
        self.query_one(FactsView).show(rows.facts(permit, self.situation) if permit is not None else [])
