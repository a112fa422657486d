"""What follows from commands and orders about fault tickets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import get_args

from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.tickets.commands import AssignTicket, CloseTicket, OpenTicket, TicketCommand, TicketOrder
from hub.core.tickets.events import (
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketRestored,
)
from hub.core.tickets.model import Ticket
from hub.errors import NotFound, WrongState


def decide(state: State, command: TicketCommand | TicketOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case AssignTicket():
            ticket = _ticket(state, command.ticket)
            return [
                TicketAssigned(
                    ticket=ticket.id,
                    repairer=command.repairer,
                    cause=command.cause,
                    estimate_at=command.estimate_at,
                )
            ]
        case CloseTicket():
            return _close(state, command)
        case OpenTicket():
            return _open(state, command)


def due(state: State, now: datetime) -> list[Event]:
    """Repairs that are not made in time."""
    return [
        TicketOverdue(
            ticket=ticket.id,
            title=ticket.title,
            camera=ticket.camera,
            repairer=ticket.repairer,
            estimate_at=ticket.overdue_at,
        )
        for ticket in state.tickets.values()
        if ticket.overdue_at is not None and ticket.overdue_at <= now
    ]


def next_due(state: State) -> Iterable[datetime]:
    return (ticket.overdue_at for ticket in state.tickets.values() if ticket.overdue_at is not None)


def cameras(state: State, command: TicketCommand | TicketOrder) -> Sequence[str | None]:
    match command:
        case AssignTicket() | CloseTicket():
            ticket = state.tickets.get(command.ticket)
            return [ticket.camera] if ticket is not None and ticket.camera is not None else []
        case _:
            return []


def restored(state: State, rule: str, subject: str) -> list[Event]:
    """The fault that a rule opened a ticket about is gone."""
    about = _tickets_about(state, rule, subject)
    return [TicketRestored(ticket=ticket.id) for ticket in about if ticket.restored_at is None]


def relapsed(state: State, rule: str, subject: str) -> list[Event]:
    """The fault that a rule opened a ticket about is there again."""
    about = _tickets_about(state, rule, subject)
    return [TicketRelapsed(ticket=ticket.id) for ticket in about if ticket.restored_at is not None]


def _ticket(state: State, ticket_id: str) -> Ticket:
    ticket = state.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound(f"No ticket {ticket_id} is open.")
    return ticket


def _close(state: State, command: CloseTicket) -> list[Event]:
    ticket = _ticket(state, command.ticket)
    camera = state.cameras.get(ticket.camera) if ticket.camera else None
    if camera is not None and camera.findings:
        raise WrongState(
            f"{ticket.id} cannot be closed: the watch still sees {', '.join(sorted(camera.findings))}.",
            hint="It can be closed when the picture is verified good again.",
        )
    if camera is not None and camera.not_judged is not None:
        raise WrongState(
            f"{ticket.id} cannot be closed: the camera is not judged at the moment ({camera.not_judged}).",
            hint="Wait until the watch judges it again.",
        )
    return [TicketClosed(ticket=ticket.id, cause=command.cause, note=command.note)]


def _open(state: State, order: OpenTicket) -> list[Event]:
    if _tickets_about(state, order.rule, order.subject):
        return relapsed(state, order.rule, order.subject)
    standing = state.alarm_about(order.rule, order.subject)
    return [
        TicketOpened(
            ticket=f"T-{state.ticket_count + 1}",
            title=order.title,
            subject=order.subject,
            camera=order.camera,
            alarm=standing.id if standing is not None else None,
            rule=order.rule,
            clause=order.clause,
        )
    ]


def _tickets_about(state: State, rule: str, subject: str) -> list[Ticket]:
    return [ticket for ticket in state.tickets.values() if ticket.rule == rule and ticket.subject == subject]


SUBJECT = Subject(
    commands=get_args(TicketCommand | TicketOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
