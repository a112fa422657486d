"""Fault tickets of all times, the history of each, and the figures of repairs. `/api/site` has the open ones too."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.attachments import AttachmentView
from hub.client.tickets import TicketDetail, TicketFigures
from hub.client.views import TicketView
from hub.core.people.account import Account
from hub.core.people.rights import sight
from hub.core.state import State
from hub.core.tickets.model import Ticket, TicketState
from hub.core.tickets.tally import TYPES, Life
from hub.server.answers import Json, gives
from hub.server.books.tickets import number_of
from hub.server.problems import Malformed
from hub.server.services import Hub, Services, SignedIn
from hub.server.views.state import event_view

MOST_DAYS = 1100
MOST_HISTORY = 500
_YEARS = range(2000, 2200)

Moment = Annotated[datetime | None, Query(description="With its zone.")]
Name = Annotated[str, Query(max_length=200)]


def routes() -> APIRouter:
    router = APIRouter(tags=["tickets"])

    @router.get(
        "/tickets",
        summary="Fault tickets, open and closed, newest first",
        responses=gives(list[TicketView], "What the caller may not see is left out.", 401, 422, 503),
    )
    async def tickets(
        hub: Hub,
        caller: SignedIn,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
        before: Annotated[str, Query(max_length=100, description="Only those numbered below this ticket.")] = "",
        state: Annotated[list[TicketState], Query(max_length=20, description="Only in these states.")] = [],  # noqa: B006
        camera: Name = "",
        subject: Name = "",
        closed_since: Annotated[
            datetime | None, Query(description="Leaves out what was closed before this time, with its zone.")
        ] = None,
    ) -> Response:
        if before and not number_of(before):
            raise Malformed(f"{before[:100]!r} is not the number of a ticket.", hint="It looks like T-12.")
        since_at = _utc(closed_since)

        def fits(ticket: Ticket) -> bool:
            return (
                (not state or ticket.state in state)
                and (not camera or ticket.camera == camera)
                and (not subject or ticket.subject == subject)
                and (since_at is None or ticket.closed_at is None or ticket.closed_at >= since_at)
            )

        now = hub.backend.state()
        found = await asyncio.to_thread(
            hub.ticket_book.tickets, fits, sight(caller.account, now.site), now, limit=limit, before=before
        )
        return Json([_view(ticket, now) for ticket in found])

    @router.get(
        "/tickets/figures",
        summary="The figures by which repairs are judged",
        description="Without a period, of the last 30 days. docs/operate/tickets.md says what each is counted over.",
        responses=gives(TicketFigures, "The figures of what the caller may see.", 401, 422, 503),
    )
    async def ticket_figures(hub: Hub, caller: SignedIn, from_at: Moment = None, to_at: Moment = None) -> Response:
        now = hub.backend.clock.now()
        end = min(_utc(to_at) or now, now)
        begin = _utc(from_at) or end - timedelta(days=30)
        if begin >= end:
            raise Malformed("The period ends before it begins.")
        if end - begin > timedelta(days=MOST_DAYS):
            raise Malformed(f"Repairs are counted over {MOST_DAYS} days at most.", hint="Ask for a shorter period.")
        state = hub.backend.state()
        seen = sight(caller.account, state.site)
        return Json(await asyncio.to_thread(hub.ticket_book.figures, seen, state, from_at=begin, to_at=end))

    @router.get(
        "/tickets/{ticket}",
        summary="One fault ticket with its history and photos",
        responses=gives(TicketDetail, "With everything on record about it.", 401, 404, 422, 503),
    )
    async def ticket(
        ticket: Annotated[str, Path(max_length=100, description="Such as T-7.")], hub: Hub, caller: SignedIn
    ) -> Response:
        state = hub.backend.state()
        seen = sight(caller.account, state.site)
        life = await asyncio.to_thread(hub.ticket_book.life, ticket, seen, state)
        return Json(await asyncio.to_thread(_detail, hub, caller.account, life, state))

    return router


def _detail(hub: Services, account: Account, life: Life, state: State) -> TicketDetail:
    records = hub.backend.read_last(MOST_HISTORY, types=TYPES, subject=f"ticket:{life.ticket.id}")
    return TicketDetail(
        view=_view(life.ticket, state),
        before=list(life.before),
        history=[event_view(account, record, state) for record in records],
        photos=_photos(account, life, state),
    )


def _view(ticket: Ticket, state: State) -> TicketView:
    camera = state.site.camera(ticket.camera) if ticket.camera is not None else None
    return TicketView(ticket=ticket, state=ticket.state, camera_name=camera.name if camera is not None else None)


def _photos(account: Account, life: Life, state: State) -> list[AttachmentView]:
    named = [
        photo for run in life.runs for photo in (*run.photos, *(run.repair.photos if run.repair is not None else ()))
    ]
    found = [state.attachments[photo] for photo in dict.fromkeys(named) if photo in state.attachments]
    return [
        AttachmentView(id=each.id, name=each.name, media=each.media, bytes=each.bytes)  # type: ignore[arg-type]
        for each in found
        if each.by == account.actor or set(each.domains) & set(account.domains)
    ]


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None or at.year not in _YEARS:
        raise Malformed("A time needs its zone and a year of ours.", hint="It looks like 2026-03-02T08:00:00+08:00.")
    return at.astimezone(UTC)
