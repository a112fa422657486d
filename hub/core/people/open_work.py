"""What stands in a person's name when they leave: what is handed over, and what somebody must look at."""

from datetime import datetime

from hub.core.event import Event
from hub.core.people.account import Account
from hub.core.state import State
from hub.core.tickets.events import TicketAssigned
from hub.core.tickets.lateness import with_ends
from hub.core.tickets.model import Ticket

_STANDING = ("applied", "approved", "active")
_DONE = ("repaired", "restored", "verifying", "verified", "closed", "cancelled")


def handed_over(
    state: State, leaver: Account, successor: Account | None, now: datetime
) -> tuple[list[str], list[Event]]:
    """What is handed over, such as `ticket:T-3`, and the events by which it is: tickets are assigned to the successor
    with their estimate, or are open again without one."""
    mine = [ticket for ticket in state.tickets.values() if _repairs(ticket, leaver)]
    events = [
        TicketAssigned(
            ticket=ticket.id,
            repairer=successor.name if successor is not None else "",
            account=successor.id if successor is not None else None,
            cause=ticket.cause,
            estimate_at=ticket.estimate_at if successor is not None else None,
        )
        for ticket in mine
    ]
    return [f"ticket:{ticket.id}" for ticket in mine], with_ends(state, events, now)


def remaining(state: State, leaver: Account) -> list[str]:
    """What else stands in their name, such as `permit:P-2`: somebody must look at it. The roster is a file that people
    write, so a team of it keeps them until somebody takes them out."""
    permits = state.permits.permits.values()
    return [
        *(f"permit:{each.id}" for each in permits if each.applicant == leaver.actor and each.state in _STANDING),
        *(f"round:{each.id}" for each in state.rounds.values() if leaver.actor in each.makers),
        *(f"team:{each.id}" for each in state.duty.file.teams if leaver.id in each.people),
        *(f"swap:{each.id}" for each in state.duty.swaps.values() if leaver.id in (each.asker, each.other)),
    ]


def _repairs(ticket: Ticket, leaver: Account) -> bool:
    if ticket.state in _DONE:
        return False
    return ticket.account == leaver.id or (ticket.account is None and ticket.repairer in (leaver.id, leaver.name))
