"""Facts about fault tickets (EN 13306 words)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.event import AccountId, Event, TicketId
from hub.core.text import Text

TicketPriority = Literal["urgent", "normal", "low"]
"""How soon a repair is wanted; `urgent` goes first."""
Interruption = Literal["finding", "recording", "not_judged", "unwatched", "alarm", "fault"]
"""Why the service is not good: the watch sees a fault; the camera is not recorded; it is not judged; nothing comes from
its watch; the alarm that goes with the ticket stands; the rule that opened it still sees the fault."""
InTime = Literal["estimate", "waiting", "repaired", "restored", "cancelled"]
"""How an estimate that passed was settled: another estimate or none, a waiting with a later end, a repair reported, the
service seen good, the ticket cancelled."""
TakenUp = Literal["named", "repaired", "restored", "cancelled"]
"""How it was settled that nobody was named: somebody is, or there is nothing left to be named for."""
_Photos = Annotated[list[AttachmentId], Meta(description="Attachments that show it.")]


class Part(msgspec.Struct, frozen=True):
    """A spare part that was used."""

    name: Annotated[str, Meta(min_length=1, max_length=200, description="What it is.")]
    number: Annotated[str, Meta(max_length=100, description="Its part or serial number.")] = ""
    quantity: Annotated[int, Meta(ge=1, le=10_000, description="How many.")] = 1


class TicketOpened(Event, tag="ticket.opened", frozen=True, kw_only=True):
    """A fault was reported to the technical department."""

    ticket: TicketId
    title: Text
    subject: Annotated[str, Meta(description="What is faulty: `camera:gate-1`, `plugin:mail` …")] = ""
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    alarm: Annotated[str | None, Meta(description="The alarm that opened it.")] = None
    rule: Annotated[str | None, Meta(description="The rule that opened it.")] = None
    clause: str = ""
    opened_from: Annotated[
        str, Meta(description="Where it was found, unless a rule opened it: `round:R-3`, `patrol:W-1`, `hand`.")
    ] = ""
    description: Annotated[str, Meta(description="What the person who reported it saw.")] = ""
    cause: Annotated[str, Meta(description="Cause of the fault as far as known.")] = ""
    priority: TicketPriority = "normal"
    photos: _Photos = []
    findings: Annotated[list[str], Meta(description="What the watch saw of the camera then.")] = []


class TicketAcknowledged(Event, tag="ticket.acknowledged", frozen=True, kw_only=True):
    """The technical department took note of a fault."""

    ticket: TicketId
    note: str = ""


class TicketAssigned(Event, tag="ticket.assigned", frozen=True, kw_only=True):
    """Somebody was named to repair it."""

    ticket: TicketId
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    account: Annotated[AccountId | None, Meta(description="The repairer's account; none of an outside firm.")] = None
    cause: Annotated[str, Meta(description="Cause of the fault as far as known.")] = ""
    estimate_at: Annotated[datetime | None, Meta(description="When it should be done.")] = None
    reason: Annotated[str, Meta(description="Why the estimate is not the former one.")] = ""


class TicketUnassigned(Event, tag="ticket.unassigned", frozen=True, kw_only=True):
    """A fault waited too long for somebody to be named to repair it."""

    ticket: TicketId
    title: Text
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    since_at: Annotated[datetime, Meta(description="Since when it waits.")]


class TicketTakenUp(Event, tag="ticket.taken_up", frozen=True, kw_only=True):
    """A fault that waited too long for somebody to be named waits no more."""

    CLEARS: ClassVar[type[Event] | None] = TicketUnassigned
    ticket: TicketId
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    how: Annotated[TakenUp, Meta(description="Whether somebody was named, or why nobody need be any more.")]


class TicketArrived(Event, tag="ticket.arrived", frozen=True, kw_only=True):
    """The repairer is at the place of the fault."""

    ticket: TicketId


class TicketWaiting(Event, tag="ticket.waiting", frozen=True, kw_only=True):
    """The repair cannot go on for now: a part is missing, a permit, a lift."""

    ticket: TicketId
    reason: Annotated[str, Meta(description="What is waited for.")]
    until_at: Annotated[datetime | None, Meta(description="Until when, if that is known.")] = None


class TicketContinued(Event, tag="ticket.continued", frozen=True, kw_only=True):
    """What the repair waited for is there, or its time has come."""

    ticket: TicketId


class TicketOverdue(Event, tag="ticket.overdue", frozen=True, kw_only=True):
    """The repair was to be done by now, and the watch does not see the service good again."""

    ticket: TicketId
    title: Text
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    estimate_at: Annotated[datetime, Meta(description="When it should have been done.")]


class TicketOnTime(Event, tag="ticket.on_time", frozen=True, kw_only=True):
    """A repair that was overdue is so no more."""

    CLEARS: ClassVar[type[Event] | None] = TicketOverdue
    ticket: TicketId
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    how: Annotated[InTime, Meta(description="What settled it: another time, a repair, the service seen good …")]


class TicketRepaired(Event, tag="ticket.repaired", frozen=True, kw_only=True):
    """The repairer reported the repair as made; whether it is good is seen now."""

    ticket: TicketId
    cause: Annotated[str, Meta(description="Cause of the fault.")]
    done: Annotated[str, Meta(description="What was done.")] = ""
    parts: Annotated[list[Part], Meta(description="Parts that were used.")] = []
    photos: _Photos = []


class TicketRestored(Event, tag="ticket.restored", frozen=True, kw_only=True):
    """The watch sees the service good again."""

    ticket: TicketId


class TicketRelapsed(Event, tag="ticket.relapsed", frozen=True, kw_only=True):
    """The fault came back before the ticket was closed."""

    ticket: TicketId


class TicketVerifying(Event, tag="ticket.verifying", frozen=True, kw_only=True):
    """Picture and recording are good: the time began after which the repair counts as verified."""

    ticket: TicketId


class TicketInterrupted(Event, tag="ticket.interrupted", frozen=True, kw_only=True):
    """The service was not good throughout: the time of verifying begins anew when it is good again."""

    ticket: TicketId
    reason: Interruption


class TicketVerified(Event, tag="ticket.verified", frozen=True, kw_only=True):
    """The service is restored: seen by the hub for the whole time, or signed for by a leader."""

    ticket: TicketId
    by: Annotated[Literal["watch", "signature"], Meta(description="Who says so: the hub, or a leader who signed.")]
    since_at: Annotated[datetime, Meta(description="Since when the service is good.")]
    reason: Annotated[str, Meta(description="Why a leader signed in place of the watch.")] = ""


class TicketClosed(Event, tag="ticket.closed", frozen=True, kw_only=True):
    """The repair is done and verified."""

    ticket: TicketId
    cause: Annotated[str, Meta(description="Cause of the fault.")]
    note: Annotated[str, Meta(description="What was done.")] = ""


class TicketCancelled(Event, tag="ticket.cancelled", frozen=True, kw_only=True):
    """A leader ended a ticket that is no fault, or one of which there are two."""

    ticket: TicketId
    reason: str
    duplicate_of: Annotated[str | None, Meta(description="The ticket that goes on in its place.")] = None


class TicketReopened(Event, tag="ticket.reopened", frozen=True, kw_only=True):
    """The fault is there again soon after its ticket was closed."""

    ticket: TicketId
    title: Text
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    rule: Annotated[str | None, Meta(description="The rule that sees the fault again.")] = None
    reason: Annotated[str, Meta(description="What a person says of it.")] = ""
    times: Annotated[int, Meta(description="How often this ticket was reopened, with this time.")] = 1
