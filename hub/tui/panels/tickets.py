"""Fault tickets."""

from collections.abc import Callable
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client import HubClient, TicketView
from hub.client.tickets import tickets
from hub.clock import Clock
from hub.core.command import Command
from hub.core.tickets.commands import AcknowledgeTicket, ArriveAtFault
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import tickets as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, Give, GoTo
from hub.tui.panels.panel import Panel
from hub.tui.rows import tickets as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.ticket import TicketScreen
from hub.tui.screens.ticket_figures import TicketFiguresScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

CLOSED_SHOWN = 200
"""How many of the newest closed tickets are listed."""


class TicketsPanel(Panel):
    """The list, and the chosen ticket."""

    WHERE: ClassVar[Where] = "tickets"
    BINDINGS = bindings_of("tickets")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._only = 0
        self._past: list[TicketView] = []
        self._problem = ""
        self._asked_at = -1

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
        if self.only == "closed":
            self._read_closed()
        shown = rows.rows(self.situation, self.only, self._past)
        self.query_one(RowTable).show(shown)
        self.show_empty("" if shown else self._why_empty())
        self._details()

    @property
    def only(self) -> str:
        """What the list is cut to, as in `rows.ONLY`."""
        return rows.ONLY[self._only][0]

    def remark(self) -> str:
        return _("only: {what}").format(what=_(rows.ONLY[self._only][1])) if self.only else ""

    def choose(self, item: str) -> None:
        site = self.situation.site
        if self.only and site is not None and any(view.ticket.id == item for view in site.tickets):
            self._only = 0
            self.redraw()
        super().choose(item)

    def ticket(self) -> TicketView | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        views = [*(site.tickets if site is not None else []), *self._past]
        return next((view for view in views if view.ticket.id == key), None)

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if not message.problem:
            self._past = cast(list[TicketView], message.answer)
        self.redraw()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        view = self.ticket()
        if view is not None:
            self.app.push_screen(TicketScreen(view, self.situation))

    def action_filter(self) -> None:
        self._only = (self._only + 1) % len(rows.ONLY)
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    def action_figures(self) -> None:
        self.app.push_screen(TicketFiguresScreen(self.situation))

    def action_report(self) -> None:
        site, view = self.situation.site, self.ticket()
        if site is not None:
            camera = view.ticket.camera or "" if view is not None else ""
            self.app.push_screen(FormScreen(lambda: forms.report(site.cameras, camera), self.situation))

    def action_take_note(self) -> None:
        self._at_once(lambda ticket: AcknowledgeTicket(ticket=ticket), _("{ticket}: noted."))

    def action_arrive(self) -> None:
        self._at_once(lambda ticket: ArriveAtFault(ticket=ticket), _("{ticket}: at the place."))

    def action_assign(self) -> None:
        self._fill_in(lambda view: forms.assign(view, self.situation.zone))

    def action_repaired(self) -> None:
        self._fill_in(forms.repaired)

    def action_wait(self) -> None:
        self._fill_in(lambda view: forms.wait(view, self.situation.zone))

    def action_sign(self) -> None:
        self._fill_in(forms.sign)

    def action_close_ticket(self) -> None:
        self._fill_in(forms.close)

    def action_cancel(self) -> None:
        self._fill_in(forms.cancel)

    def action_reopen(self) -> None:
        self._fill_in(forms.reopen, closed=True)

    def action_show_camera(self) -> None:
        view = self.ticket()
        if view is not None and view.ticket.camera is not None:
            self.app.post_message(GoTo("wall", view.ticket.camera))

    def _open_ticket(self, *, closed: bool = False) -> TicketView | None:
        """The chosen ticket, if it is one to do this with; else the person is told."""
        view = self.ticket()
        if view is None:
            self.say(_("This is for tickets; put the cursor on one."))
        elif (view.ticket.closed_at is not None) is not closed:
            said = _("{ticket} is not closed.") if closed else _("{ticket} is closed.")
            self.say(said.format(ticket=view.ticket.id))
            return None
        return view

    def _at_once(self, command: Callable[[str], Command], done: str) -> None:
        view = self._open_ticket()
        if view is None:
            return
        number = view.ticket.id
        if not self.query_one(RowTable).settled:
            self.say(_("The list has just moved: press the key again if you mean {ticket}.").format(ticket=number))
            return
        self.app.post_message(Give((command(number),), done.format(ticket=number)))

    def _fill_in(self, form: Callable[[TicketView], Form], *, closed: bool = False) -> None:
        view = self._open_ticket(closed=closed)
        if view is not None:
            self.app.push_screen(FormScreen(lambda: form(view), self.situation))

    def _read_closed(self) -> None:
        """Ask anew when something happened."""
        site = self.situation.site
        if site is None or not self.situation.link.up or site.position == self._asked_at:
            return
        self._asked_at = site.position

        async def question(client: HubClient) -> list[TicketView]:
            return await tickets(client, states=("closed", "cancelled"), limit=CLOSED_SHOWN)

        self.app.post_message(Ask(self, "closed", question))

    def _why_empty(self) -> str:
        if self.situation.site is None:
            return _("Waiting for the hub.")
        if self._problem and self.only == "closed":
            return self._problem
        return _("None of these.") if self.only else _("No ticket is open.")

    def _details(self) -> None:
        view = self.ticket()
        self.query_one(FactsView).show(rows.facts(view, self.situation) if view is not None else [])
