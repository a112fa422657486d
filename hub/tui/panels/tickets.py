"""Fault tickets and rounds that are due."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import TicketView
from hub.core.rounds.model import Round
from hub.locale import _
from hub.tui import forms
from hub.tui.actions import Where, bindings_of
from hub.tui.messages import GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import tickets as rows
from hub.tui.screens.form import FormScreen
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class TicketsPanel(Panel):
    """The list, and the chosen ticket or round."""

    WHERE: ClassVar[Where] = "tickets"
    BINDINGS = bindings_of("tickets")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "tickets-table")
        with Vertical(classes="side"):
            yield FactsView("ticket-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        shown = rows.rows(self.situation)
        self.query_one(RowTable).show(shown)
        waiting = _("Waiting for the hub.") if self.situation.site is None else _("No ticket is open, no round is due.")
        self.show_empty("" if shown else waiting)
        self._details()

    def ticket(self) -> TicketView | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        return next((view for view in site.tickets if view.ticket.id == key), None) if site else None

    def round(self) -> Round | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        return next((due for due in site.rounds if due.id == key), None) if site else None

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def action_assign(self) -> None:
        view = self.ticket()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.assign(view, self.situation.zone), self.situation))
        else:
            self.say(_("This is for tickets; put the cursor on one."))

    def action_close_ticket(self) -> None:
        view = self.ticket()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.close(view), self.situation))
        else:
            self.say(_("This is for tickets; put the cursor on one."))

    def action_complete_round(self) -> None:
        due = self.round()
        if due is not None:
            self.app.push_screen(FormScreen(lambda: forms.complete_round(due), self.situation))
        else:
            self.say(_("This is for rounds; put the cursor on one."))

    def action_show_camera(self) -> None:
        view = self.ticket()
        if view is not None and view.ticket.camera is not None:
            self.app.post_message(GoTo("wall", view.ticket.camera))

    def _details(self) -> None:
        view, due = self.ticket(), self.round()
        if view is not None:
            self.query_one(FactsView).show(rows.facts(view, self.situation))
        else:
            self.query_one(FactsView).show(rows.round_facts(due, self.situation) if due else [])
