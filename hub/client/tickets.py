"""Fault tickets beyond those that are open: closed ones, the history of one, and the figures of repairs."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from hub.client import HubClient, Parameters
from hub.client.attachments import AttachmentView
from hub.client.views import EventView, TicketView
from hub.core.tickets.figures import TicketFigures
from hub.core.tickets.model import Ticket, TicketState

__all__ = ["TicketDetail", "TicketFigures", "ticket", "ticket_figures", "tickets"]


class TicketDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket with everything that is on record about it."""

    view: TicketView
    before: list[Ticket] = []
    """As it was each time before it was reopened, oldest first."""
    history: list[EventView] = []
    """Its records, oldest first."""
    photos: list[AttachmentView] = []
    """What was handed over with it and the reader may see."""


async def tickets(
    client: HubClient,
    *,
    states: Sequence[TicketState] = (),
    camera: str = "",
    subject: str = "",
    closed_since: datetime | None = None,
    limit: int = 200,
    before: str = "",
) -> list[TicketView]:
    """Tickets, open and closed, newest first. `closed_since` leaves out those closed earlier; `before` those numbered
    from this ticket on."""
    parameters: Parameters = {"limit": limit}
    if states:
        parameters["state"] = list(states)
    for name, value in (("camera", camera), ("subject", subject), ("before", before)):
        if value:
            parameters[name] = value
    if closed_since is not None:
        parameters["closed_since"] = closed_since.isoformat()
    return await client.read("tickets", list[TicketView], parameters)


async def ticket(client: HubClient, ticket_id: str) -> TicketDetail:
    """One ticket. Raises `NotFound`."""
    return await client.read(f"tickets/{quote(ticket_id, safe='')}", TicketDetail)


async def ticket_figures(
    client: HubClient, *, from_at: datetime | None = None, to_at: datetime | None = None
) -> TicketFigures:
    """The figures of a period; without one, of the last 30 days."""
    times = {"from_at": from_at, "to_at": to_at}
    parameters: Parameters = {name: at.isoformat() for name, at in times.items() if at is not None}
    return await client.read("tickets/figures", TicketFigures, parameters)
