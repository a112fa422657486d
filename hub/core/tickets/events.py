"""Facts about fault tickets (EN 13306 words)."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from hub.core.event import Event, TicketId
from hub.core.text import Text


class TicketOpened(Event, tag="ticket.opened", frozen=True, kw_only=True):
    """A fault was reported to the technical department."""

    ticket: TicketId
    title: Text
    subject: Annotated[str, Meta(description="What is faulty: `camera:gate-1`, `plugin:mail` …")] = ""
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    alarm: Annotated[str | None, Meta(description="The alarm that opened it.")] = None
    rule: Annotated[str | None, Meta(description="The rule that opened it.")] = None
    clause: str = ""


class TicketAssigned(Event, tag="ticket.assigned", frozen=True, kw_only=True):
    """Somebody was named to repair it."""

    ticket: TicketId
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    cause: Annotated[str, Meta(description="Cause of the fault as far as known.")] = ""
    estimate_at: Annotated[datetime | None, Meta(description="When it should be done.")] = None


class TicketOverdue(Event, tag="ticket.overdue", frozen=True, kw_only=True):
    """The repair was to be done by now, and the watch does not see the service good again."""

    ticket: TicketId
    title: Text
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    estimate_at: Annotated[datetime, Meta(description="When it should have been done.")]


class TicketRestored(Event, tag="ticket.restored", frozen=True, kw_only=True):
    """The watch sees the service good again."""

    ticket: TicketId


class TicketRelapsed(Event, tag="ticket.relapsed", frozen=True, kw_only=True):
    """The fault came back before the ticket was closed."""

    ticket: TicketId


class TicketClosed(Event, tag="ticket.closed", frozen=True, kw_only=True):
    """The repair is done and verified."""

    ticket: TicketId
    cause: Annotated[str, Meta(description="Cause of the fault.")]
    note: Annotated[str, Meta(description="What was done.")] = ""
