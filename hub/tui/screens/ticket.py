"""One fault ticket with its whole history and its photos."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import HubClient, TicketView
from hub.client.attachments import AttachmentView
from hub.client.tickets import TicketDetail, ticket
from hub.core.findings import Picture
from hub.locale import _
from hub.tui.bridge import ATTACHMENT
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import ticket_life as rows
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView


class TicketScreen(Shown, ModalScreen[None]):
    """Esc or Enter goes back; Left and Right turn the photos over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        Binding("pagedown,space", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
    ]

    def __init__(self, view: TicketView, situation: Situation) -> None:
        super().__init__()
        self._detail = TicketDetail(view=view)
        self._situation = situation
        self._at = 0
        self._asked_at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup ticket"):
            yield Static(classes="title", markup=False)
            yield EvidencePicture("ticket-photo")
            yield FactsView("ticket-life")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        """Ask anew when something happened."""
        self._situation = situation
        if not self.is_mounted:
            return
        position = situation.site.position if situation.site is not None else 0
        if situation.link.up and position != self._asked_at:
            self._asked_at = position
            number = self._detail.view.ticket.id

            async def question(client: HubClient) -> TicketDetail:
                return await ticket(client, number)

            self.app.post_message(Ask(self, "ticket", question))
        self._draw()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, TicketDetail):
            self._detail = message.answer
            if self.is_mounted:
                self._draw()
        elif message.problem:
            self.app.post_message(Notice(message.problem, "lost"))

    def photos(self) -> Sequence[AttachmentView]:
        """What can be looked at: a PDF cannot."""
        return [file for file in self._detail.photos if file.media != "application/pdf"]

    def action_turn(self, step: int) -> None:
        """Show the photo before or after the one in sight."""
        self._at += step
        self._draw()

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)

    def _draw(self) -> None:
        photos = self.photos()
        self.query_one(".title", Static).update(_("Ticket {ticket}").format(ticket=self._detail.view.ticket.id))
        self.query_one(FactsView).show(rows.full(self._detail, self._situation))
        picture = self.query_one(EvidencePicture)
        picture.display = bool(photos)
        if photos:
            photo = photos[self._at % len(photos)]
            number = f" ({self._at % len(photos) + 1}/{len(photos)})" if len(photos) > 1 else ""
            picture.show_evidence(Picture(path=f"{ATTACHMENT}{photo.id}", sha256=""), photo.name + number)
        keys = [_("Left Right: other pictures")] if len(photos) > 1 else []
        self.query_one(".foot", Static).update("   ".join([*keys, _("Up Down: more"), _("Esc: back")]))
