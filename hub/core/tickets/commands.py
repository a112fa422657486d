"""What may be asked about fault tickets."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Id, Moment, Name, Note, Order, Reason, Right
from hub.core.text import Text
from hub.core.tickets.events import Part, TicketPriority

Photos = Annotated[list[AttachmentId], Meta(max_length=10)]
Parts = Annotated[list[Part], Meta(max_length=50)]


class ReportFault(Command, tag="ticket.report", frozen=True, kw_only=True):
    """Open a ticket by hand. `subject`: `camera:gate-1`, `asset:SW-3`, or in words what is faulty."""

    NEEDS: ClassVar[Right] = "report"
    subject: Name
    camera: Id | None = None
    title: Name
    description: Note = ""
    cause: Note = ""
    priority: TicketPriority = "normal"
    photos: Photos = []


class AcknowledgeTicket(Command, tag="ticket.acknowledge", frozen=True, kw_only=True):
    """Take note of a fault, for the technical department."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: Id
    note: Note = ""


class AssignTicket(Command, tag="ticket.assign", frozen=True, kw_only=True):
    """Name who repairs a fault, and when it should be done. A changed estimate needs a reason."""

    NEEDS: ClassVar[Right] = "report"
    ticket: str
    repairer: Annotated[str, Meta(min_length=1, max_length=200)]
    account: Id | None = None
    cause: Annotated[str, Meta(max_length=2000)] = ""
    estimate_at: Moment | None = None
    reason: Note = ""


class ArriveAtFault(Command, tag="ticket.arrive", frozen=True, kw_only=True):
    """Say that the repairer is at the place."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: Id


class WaitWithRepair(Command, tag="ticket.wait", frozen=True, kw_only=True):
    """Say what the repair waits for. With an end, the estimate counts as passed only after that."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: Id
    reason: Reason
    until_at: Moment | None = None


class ContinueRepair(Command, tag="ticket.continue", frozen=True, kw_only=True):
    """Go on with a repair that waited."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: Id


class ReportRepair(Command, tag="ticket.repair", frozen=True, kw_only=True):
    """Report a repair as made: its cause, what was done, the parts used. The ticket closes when it is verified."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: Id
    cause: Reason
    done: Note = ""
    parts: Parts = []
    photos: Photos = []


class SignTicket(Command, tag="ticket.sign", frozen=True, kw_only=True):
    """Sign for a repair that the hub cannot see, in place of the watch. Never one's own repair."""

    NEEDS: ClassVar[Right] = "lead"
    ticket: Id
    reason: Reason


class CloseTicket(Command, tag="ticket.close", frozen=True, kw_only=True):
    """Close a fault that is verified and of which nobody reported a repair; refused while it is not verified."""

    NEEDS: ClassVar[Right] = "repair"
    ticket: str
    cause: Annotated[str, Meta(min_length=1, max_length=2000)]
    note: Annotated[str, Meta(max_length=2000)] = ""


class CancelTicket(Command, tag="ticket.cancel", frozen=True, kw_only=True):
    """End a ticket that is no fault, or one of which there are two."""

    NEEDS: ClassVar[Right] = "lead"
    ticket: Id
    reason: Reason
    duplicate_of: Id | None = None


class ReopenTicket(Command, tag="ticket.reopen", frozen=True, kw_only=True):
    """Say that a fault is there again whose ticket was closed a few days ago."""

    NEEDS: ClassVar[Right] = "report"
    ticket: Id
    reason: Reason


class OpenTicket(Order, tag="open_ticket", frozen=True, kw_only=True):
    rule: str
    subject: str
    camera: str | None
    title: Text
    clause: str


TicketCommand = (
    ReportFault
    | AcknowledgeTicket
    | AssignTicket
    | ArriveAtFault
    | WaitWithRepair
    | ContinueRepair
    | ReportRepair
    | SignTicket
    | CloseTicket
    | CancelTicket
    | ReopenTicket
)
TicketOrder = OpenTicket
