"""What may be asked about fault tickets."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Moment, Order, Right
from hub.core.text import Text


class AssignTicket(Command, tag="ticket.assign", frozen=True, kw_only=True):
    """Name who repairs a fault, and when it should be done."""

    NEEDS: ClassVar[Right] = "report"
    ticket: str
    repairer: Annotated[str, Meta(min_length=1, max_length=200)]
    cause: Annotated[str, Meta(max_length=2000)] = ""
    estimate_at: Moment | None = None


class CloseTicket(Command, tag="ticket.close", frozen=True, kw_only=True):
    """Close a repaired fault; refused while the watch still sees it."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: str
    cause: Annotated[str, Meta(min_length=1, max_length=2000)]
    note: Annotated[str, Meta(max_length=2000)] = ""


class OpenTicket(Order, tag="open_ticket", frozen=True, kw_only=True):
    rule: str
    subject: str
    camera: str | None
    title: Text
    clause: str


TicketCommand = AssignTicket | CloseTicket
TicketOrder = OpenTicket
