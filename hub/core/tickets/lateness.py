"""What is late about a ticket: its estimate passed, or nobody was named. Each is told, and has its end on record.

Of one run of a ticket each is told again only when it ended meanwhile, and then an hour after the last time at the
earliest: a loose plug makes no storm. A new estimate is told of whenever it passes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hub.core.event import Event
from hub.core.state import State
from hub.core.tickets.events import (
    InTime,
    TakenUp,
    TicketAssigned,
    TicketCancelled,
    TicketOnTime,
    TicketOverdue,
    TicketRepaired,
    TicketRestored,
    TicketTakenUp,
    TicketUnassigned,
    TicketWaiting,
)
from hub.core.tickets.model import Ticket

AGAIN_AFTER = timedelta(hours=1)


def told(state: State, ticket: Ticket, now: datetime) -> Iterator[Event]:
    """What has to be told of a ticket now."""
    if (at := overdue_at(ticket)) is not None and at <= now and ticket.estimate_at is not None:
        yield TicketOverdue(
            ticket=ticket.id,
            title=ticket.title,
            camera=ticket.camera,
            repairer=ticket.repairer,
            estimate_at=ticket.estimate_at,
        )
    if (at := unassigned_at(state, ticket)) is not None and at <= now:
        yield TicketUnassigned(ticket=ticket.id, title=ticket.title, camera=ticket.camera, since_at=ticket.since_at)


def overdue_at(ticket: Ticket) -> datetime | None:
    """When it will have to be put on record that the estimate passed; None where there is nothing to wait for."""
    if ticket.overdue or ticket.promised_at is None:
        return None
    return _not_too_soon(ticket.promised_at, ticket.overdue_told_at)


def unassigned_at(state: State, ticket: Ticket) -> datetime | None:
    """When it will have to be put on record that nobody is named; None where there is nothing to wait for."""
    if ticket.unassigned or ticket.repairer or ticket.repaired or ticket.restored_at or ticket.verified_at:
        return None
    assigned_by = ticket.since_at + timedelta(hours=state.site.tickets.assign_hours)
    return _not_too_soon(assigned_by, ticket.unassigned_told_at)


def with_ends(state: State, events: Sequence[Event], now: datetime) -> list[Event]:
    """What is about to happen to tickets, and after it the end of what was told of them.

    A ticket is verified or closed only after one of these events, so that nothing told stands then.
    """
    return [*events, *(end for event in events for end in _ends(state, event, now))]


def _ends(state: State, event: Event, now: datetime) -> Iterator[Event]:
    if not isinstance(event, TicketAssigned | TicketWaiting | TicketRepaired | TicketRestored | TicketCancelled):
        return
    ticket = state.tickets.get(event.ticket)
    if ticket is None:
        return
    if ticket.overdue and (in_time := _in_time(ticket, event, now)) is not None:
        yield TicketOnTime(ticket=ticket.id, camera=ticket.camera, how=in_time)
    if ticket.unassigned and (taken_up := _taken_up(event)) is not None:
        yield TicketTakenUp(ticket=ticket.id, camera=ticket.camera, how=taken_up)


def _in_time(ticket: Ticket, event: Event, now: datetime) -> InTime | None:
    match event:
        case TicketAssigned(estimate_at=at) if at is None or (at != ticket.estimate_at and at > now):
            return "estimate"
        case TicketWaiting(until_at=at) if at is not None and at > now:
            return "waiting"
        case TicketRepaired():
            return "repaired"
        case TicketRestored():
            return "restored"
        case TicketCancelled():
            return "cancelled"
        case _:
            return None


def _taken_up(event: Event) -> TakenUp | None:
    match event:
        case TicketAssigned(repairer=repairer) if repairer:
            return "named"
        case TicketRepaired():
            return "repaired"
        case TicketRestored():
            return "restored"
        case TicketCancelled():
            return "cancelled"
        case _:
            return None


def _not_too_soon(at: datetime, told_at: datetime | None) -> datetime:
    return max(at, told_at + AGAIN_AFTER) if told_at is not None else at
