"""What the hub sees of a repair: whether the service is good, for how long, and what follows from it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.core.event import Event, wire_name
from hub.core.findings import LensSoiled, NightUnusable, RecordingMissing, ViewOvergrown
from hub.core.state import State
from hub.core.tickets.events import (
    Interruption,
    TicketClosed,
    TicketInterrupted,
    TicketVerified,
    TicketVerifying,
)
from hub.core.tickets.model import Ticket

SLOW = frozenset({wire_name(LensSoiled), wire_name(ViewOvergrown), wire_name(NightUnusable)})
"""Findings that come over weeks and have jobs or tickets of their own: another repair need not wait for them."""
_RECORDING = wire_name(RecordingMissing)


def trouble(state: State, ticket: Ticket) -> Interruption | None:
    """Why the service that a ticket is about is not seen good now; None when it is good, as far as the hub can see.

    A camera is good when it is judged and the watch sees no fault, and that includes its recording where it is to be
    recorded. Anything else is good when the rule that opened the ticket sees its fault no more.
    """
    alarm = state.alarm_about(ticket.rule, ticket.subject) if ticket.rule is not None else None
    if alarm is not None and alarm.active and alarm.lasting:
        return "alarm"
    if ticket.camera is None:
        return None if ticket.restored_at is not None else "fault"
    if ticket.unwatched:
        return "unwatched"
    camera = state.cameras.get(ticket.camera)
    if camera is None or camera.not_judged is not None:
        return "not_judged"
    if found := standing(state, ticket):
        return "recording" if found == [_RECORDING] else "finding"
    return None


def standing(state: State, ticket: Ticket) -> list[str]:
    """What the watch sees of a ticket's camera that must be over before the ticket is verified, by wire name."""
    camera = state.cameras.get(ticket.camera) if ticket.camera is not None else None
    if camera is None:
        return []
    own = set(ticket.findings) if ticket.rule is not None and ticket.restored_at is None else set()
    return sorted(kind for kind in camera.findings if kind not in SLOW or kind in own)


def visible_to_the_hub(ticket: Ticket) -> bool:
    """Whether the hub can see by itself that the repair is good; otherwise a leader signs."""
    return ticket.camera is not None or ticket.rule is not None


def seen(state: State, ticket: Ticket, now: datetime) -> Iterator[Event]:
    """What the hub has to say of a ticket now: the time of verifying begins, is interrupted, or is over."""
    if ticket.verified_at is not None or not (ticket.repaired or ticket.restored_at is not None):
        return
    why = trouble(state, ticket)
    if ticket.verifying_at is None:
        if why is None:
            yield TicketVerifying(ticket=ticket.id)
    elif why is not None:
        yield TicketInterrupted(ticket=ticket.id, reason=why)
    elif ticket.verifying_at + verified_after(state) <= now:
        yield TicketVerified(ticket=ticket.id, by="watch", since_at=ticket.verifying_at)
        yield from closing(ticket)


def seen_at(state: State, ticket: Ticket) -> datetime | None:
    """When the time of verifying is over; None while it does not run."""
    return ticket.verifying_at + verified_after(state) if ticket.verifying_at is not None else None


def verified_after(state: State) -> timedelta:
    return timedelta(minutes=state.site.tickets.verify_minutes)


def closing(ticket: Ticket) -> list[Event]:
    """A verified ticket whose repair is reported has nothing left to be done: it closes by itself."""
    if ticket.repair is None or not ticket.repair.held:
        return []
    return [TicketClosed(ticket=ticket.id, cause=ticket.repair.cause, note=ticket.repair.done)]
