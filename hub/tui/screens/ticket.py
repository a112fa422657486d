"""One fault ticket with its whole history and its photos."""

from collections.abc import Sequence
from typing import ClassVar

from hub.client import HubClient, TicketView
from hub.client.tickets import TicketDetail, ticket
from hub.locale import _
from hub.tui.rows import ticket_life as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.pictured import PicturedScreen, Shot, shots_of
from hub.tui.situation import Situation


class TicketScreen(PicturedScreen[TicketDetail]):
    """A ticket and its photos."""

    NAME: ClassVar[str] = "ticket"

    def __init__(self, view: TicketView, situation: Situation) -> None:
        super().__init__(TicketDetail(view=view), situation)

    async def ask(self, client: HubClient) -> TicketDetail:
        return await ticket(client, self._detail.view.ticket.id)

    def title_of(self) -> str:
        return _("Ticket {ticket}").format(ticket=self._detail.view.ticket.id)

    def facts(self, situation: Situation) -> list[Fact]:
        return rows.full(self._detail, situation)

    def shots(self) -> Sequence[Shot]:
        return shots_of(self._detail.photos)
