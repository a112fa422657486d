"""Fault tickets (故障单): from the report to the verified repair.

state      means                                    leaves by
open       reported, nobody named yet               assign → assigned
assigned   somebody repairs it                      service good again → restored
restored   the watch sees the service good again    close → closed · fault comes back → assigned
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketOpened, TicketOverdue, TicketRelapsed, TicketRestored

TicketState = Literal["open", "assigned", "restored"]


LaterEvent = TicketAssigned | TicketOverdue | TicketRestored | TicketRelapsed
"""What can happen to a ticket between opening and closing."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One fault that is not closed yet."""

    id: str
    title: Text
    subject: str
    camera: str | None
    alarm: str | None
    rule: str | None
    clause: str
    opened_at: datetime
    opened_by: str
    cause: str = ""
    repairer: str = ""
    estimate_at: datetime | None = None
    overdue: bool = False
    """It is on record that this estimate passed; a new estimate begins anew."""
    restored_at: datetime | None = None

    @property
    def overdue_at(self) -> datetime | None:
        """When it will have to be put on record that the estimate passed; None where there is nothing to wait for."""
        return self.estimate_at if not self.overdue and self.restored_at is None else None

    @property
    def state(self) -> TicketState:
        if self.restored_at is not None:
            return "restored"
        return "assigned" if self.repairer else "open"


def opened(record: Record, event: TicketOpened) -> Ticket:
    return Ticket(
        id=event.ticket,
        title=event.title,
        subject=event.subject,
        camera=event.camera,
        alarm=event.alarm,
        rule=event.rule,
        clause=event.clause,
        opened_at=record.seen_at,
        opened_by=record.actor,
    )


def apply(ticket: Ticket, record: Record, event: LaterEvent) -> Ticket:
    """The ticket after one of its own events other than opening and closing."""
    match event:
        case TicketAssigned(repairer=repairer, cause=cause, estimate_at=estimate_at):
            overdue = ticket.overdue and estimate_at == ticket.estimate_at
            return replace(
                ticket, repairer=repairer, cause=cause or ticket.cause, estimate_at=estimate_at, overdue=overdue
            )
        case TicketOverdue():
            return replace(ticket, overdue=True)
        case TicketRestored():
            return replace(ticket, restored_at=record.seen_at)
        case TicketRelapsed():
            return replace(ticket, restored_at=None)
