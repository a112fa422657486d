"""Fault tickets (故障单): from the report to the verified repair.

state         means                                                   leaves by
open          reported, nobody took note yet                          acknowledge → acknowledged · assign → assigned
acknowledged  the technical department took note                      assign → assigned
assigned      somebody is to repair it, perhaps by a time             arrive → arrived · wait → waiting
arrived       the repairer is at the place                            repair → repaired · wait → waiting
waiting       the repair waits for a part, a permit …                 continue → as before · repair → repaired
repaired      the repair is reported; its effect is not seen yet      seen good → verifying · sign → verified
restored      the rule that opened it sees the fault no more          seen good → verifying
verifying     picture and recording are good, without interruption    time → verified · not good → as before
verified      the hub or a leader says that the service is good       closed at once if a repair is reported, else close
closed        done                                                    fails again within days → open
cancelled     a leader decided that it is no fault, or a double       (gone)

A fault that comes back (`ticket.relapsed`) undoes the repair: the ticket is where the repairer left it before. A repair
can be reported in any state before it is verified, and what the watch sees good again needs no report to be verified;
a ticket without a report is closed by a person, who names the cause.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.text import Text
from hub.core.tickets.events import (
    Part,
    TicketAcknowledged,
    TicketArrived,
    TicketAssigned,
    TicketCancelled,
    TicketClosed,
    TicketContinued,
    TicketInterrupted,
    TicketOnTime,
    TicketOpened,
    TicketOverdue,
    TicketPriority,
    TicketRelapsed,
    TicketReopened,
    TicketRepaired,
    TicketRestored,
    TicketTakenUp,
    TicketUnassigned,
    TicketVerified,
    TicketVerifying,
    TicketWaiting,
)

TicketState = Literal[
    "open",
    "acknowledged",
    "assigned",
    "arrived",
    "waiting",
    "repaired",
    "restored",
    "verifying",
    "verified",
    "closed",
    "cancelled",
]

MOST_ESTIMATES = 20
"""Estimates that a ticket knows of; the journal has them all."""

LaterEvent = (
    TicketAcknowledged
    | TicketAssigned
    | TicketUnassigned
    | TicketTakenUp
    | TicketArrived
    | TicketWaiting
    | TicketContinued
    | TicketOverdue
    | TicketOnTime
    | TicketRepaired
    | TicketRestored
    | TicketRelapsed
    | TicketVerifying
    | TicketInterrupted
    | TicketVerified
    | TicketClosed
    | TicketCancelled
    | TicketReopened
)
"""What can happen to a ticket after it was opened."""

_WORK = ("open", "acknowledged", "assigned", "arrived", "waiting")
_SEEN = ("restored", "verifying", "verified")
_STANDING = (*_WORK, "repaired", *_SEEN)

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "ticket.opened", "open"),
    ("open", "ticket.acknowledged", "acknowledged"),
    *((state, "ticket.assigned", "assigned") for state in ("open", "acknowledged", "assigned")),
    *((state, "ticket.arrived", "arrived") for state in _WORK if state != "arrived"),
    *((state, "ticket.waiting", "waiting") for state in _WORK),
    *(("waiting", "ticket.continued", state) for state in _WORK[:-1]),
    *((state, "ticket.repaired", "repaired") for state in _WORK),
    *((state, "ticket.restored", "restored") for state in (*_WORK, "repaired")),
    *((state, "ticket.verifying", "verifying") for state in ("repaired", "restored")),
    *(("verifying", "ticket.interrupted", state) for state in ("repaired", "restored")),
    *((state, "ticket.relapsed", back) for state in _SEEN for back in _WORK),
    *((state, "ticket.verified", "verified") for state in ("repaired", "restored", "verifying")),
    ("verified", "ticket.closed", "closed"),
    *((state, "ticket.cancelled", "cancelled") for state in _STANDING),
    ("closed", "ticket.reopened", "open"),
)
"""From which state, by which event, to which. What is not named here changes no state."""


class Estimate(msgspec.Struct, frozen=True):
    """When a repair was to be done, as somebody said at some time."""

    at: datetime | None
    by: str
    given_at: datetime
    reason: str = ""


class Waiting(msgspec.Struct, frozen=True):
    reason: str
    since_at: datetime
    until_at: datetime | None = None


class Repair(msgspec.Struct, frozen=True):
    """A repair as it was reported."""

    at: datetime
    by: str
    cause: str
    done: str = ""
    parts: list[Part] = []
    photos: list[str] = []
    held: bool = True
    """False: the fault came back after it."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One fault, from its report on. What is said of people and times is of its present run: since it was opened, or
    reopened."""

    id: str
    title: Text
    subject: str
    camera: str | None
    alarm: str | None
    rule: str | None
    clause: str
    opened_at: datetime
    opened_by: str
    opened_from: str = ""
    description: str = ""
    priority: TicketPriority = "normal"
    photos: list[str] = []
    findings: list[str] = []
    begun_at: datetime | None = None
    """When it was reopened for the last time; None: it never was."""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    cause: str = ""
    repairer: str = ""
    account: str | None = None
    assigned_at: datetime | None = None
    unassigned: bool = False
    """It is on record that nobody was named for too long, and not yet that this ended."""
    unassigned_told_at: datetime | None = None
    """When that was put on record last."""
    estimate_at: datetime | None = None
    estimates: list[Estimate] = []
    """All that were given, oldest first; the last one counts."""
    overdue: bool = False
    """It is on record that the estimate passed, and not yet that this ended."""
    overdue_told_at: datetime | None = None
    """When that was put on record last of this estimate."""
    arrived_at: datetime | None = None
    waiting: Waiting | None = None
    waited_s: float = 0.0
    """How long it waited in all, without the waiting that goes on."""
    waited_away_s: float = 0.0
    """How much of that was before the repairer came to the place."""
    repair: Repair | None = None
    restored_at: datetime | None = None
    """Since when the rule that opened it sees the fault no more; once verified, since when the service is good."""
    verifying_at: datetime | None = None
    """Since when picture and recording are seen good without interruption."""
    unwatched: bool = False
    """Nothing comes from the watch of its camera, whatever is on record: nobody looks at it."""
    verified_at: datetime | None = None
    verified_by: str = ""
    """`watch`, or the leader who signed."""
    closed_at: datetime | None = None
    note: str = ""
    cancelled: str = ""
    """Why a leader ended it; empty when nobody did."""
    relapses: int = 0
    reopened: int = 0

    @property
    def since_at(self) -> datetime:
        """When the present run began."""
        return self.begun_at or self.opened_at

    @property
    def repaired(self) -> bool:
        """A repair is reported, and the fault did not come back since."""
        return self.repair is not None and self.repair.held

    @property
    def promised_at(self) -> datetime | None:
        """By when it should be done; a waiting whose end is known moves it. None where nothing is promised or left to
        be done."""
        if self.estimate_at is None or self.repaired or self.restored_at or self.verified_at:
            return None
        until_at = self.waiting.until_at if self.waiting is not None else None
        return max(self.estimate_at, until_at) if until_at is not None else self.estimate_at

    @property
    def state(self) -> TicketState:
        if self.closed_at is not None:
            return "cancelled" if self.cancelled else "closed"
        if self.verified_at is not None:
            return "verified"
        if self.verifying_at is not None:
            return "verifying"
        if self.restored_at is not None:
            return "restored"
        return "repaired" if self.repaired else self._work

    @property
    def _work(self) -> TicketState:
        if self.waiting is not None:
            return "waiting"
        if self.arrived_at is not None:
            return "arrived"
        if self.repairer:
            return "assigned"
        return "acknowledged" if self.acknowledged_at is not None else "open"


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
        opened_from=event.opened_from,
        description=event.description,
        cause=event.cause,
        priority=event.priority,
        photos=event.photos,
        findings=event.findings,
    )


def apply(ticket: Ticket, record: Record, event: LaterEvent) -> Ticket:
    """The ticket after one of its own events other than opening."""
    at, actor = record.seen_at, record.actor
    match event:
        case TicketAcknowledged():
            return replace(ticket, acknowledged_at=ticket.acknowledged_at or at, acknowledged_by=actor)
        case TicketAssigned():
            return _assigned(ticket, record, event)
        case TicketUnassigned():
            return replace(ticket, unassigned=True, unassigned_told_at=at)
        case TicketTakenUp():
            return replace(ticket, unassigned=False)
        case TicketArrived():
            return replace(_going_on(ticket, at), arrived_at=ticket.arrived_at or at)
        case TicketWaiting(reason=reason, until_at=until_at):
            return replace(_going_on(ticket, at), waiting=Waiting(reason, at, until_at))
        case TicketContinued():
            return _going_on(ticket, at)
        case TicketOverdue():
            return replace(ticket, overdue=True, overdue_told_at=at)
        case TicketOnTime():
            return replace(ticket, overdue=False)
        case TicketRepaired(cause=cause, done=done, parts=parts, photos=photos):
            repair = Repair(at, actor, cause, done, parts, photos)
            return replace(_going_on(ticket, at), repair=repair, cause=cause)
        case TicketRestored():
            return replace(ticket, restored_at=at)
        case TicketRelapsed():
            repair_then = replace(ticket.repair, held=False) if ticket.repair is not None else None
            again = _unverified(ticket)
            return replace(again, repair=repair_then, restored_at=None, relapses=ticket.relapses + 1)
        case TicketVerifying():
            return replace(ticket, verifying_at=at, unwatched=False)
        case TicketInterrupted(reason=why):
            return replace(ticket, verifying_at=None, unwatched=why == "unwatched")
        case TicketVerified(by=by, since_at=since_at):
            verifier = "watch" if by == "watch" else actor
            return replace(
                ticket, verified_at=at, verified_by=verifier, verifying_at=None, restored_at=min(since_at, at)
            )
        case TicketClosed(cause=cause, note=note):
            return replace(_going_on(ticket, at), closed_at=at, cause=cause, note=note)
        case TicketCancelled(reason=reason):
            return replace(_going_on(ticket, at), closed_at=at, cancelled=reason, overdue=False, unassigned=False)
        case TicketReopened():
            return _reopened(ticket, at)


def interrupted(tickets: Mapping[str, Ticket]) -> dict[str, Ticket]:
    """The hub was not running: what it did not see in the meantime, nobody has seen, and nobody looks yet."""
    return {
        key: replace(ticket, verifying_at=None, unwatched=True) if ticket.camera and not ticket.verified_at else ticket
        for key, ticket in tickets.items()
    }


def stepped(tickets: Mapping[str, Ticket], by_s: float) -> dict[str, Ticket]:
    """The clock jumped: what is being verified, and what was told, goes on for as long as it would have."""
    moved = timedelta(seconds=by_s)
    return {key: _moved(ticket, moved) for key, ticket in tickets.items()}


def recent(closed: Iterable[Ticket], *, now: datetime, days: int, most: int = 500) -> dict[str, Ticket]:
    """Of the tickets that were closed, oldest first, those that can be reopened: of the last days, `most` at most."""
    since_at = now - timedelta(days=days)
    young = [ticket for ticket in closed if ticket.closed_at is not None and ticket.closed_at >= since_at]
    return {ticket.id: ticket for ticket in young[-most:]}


def _assigned(ticket: Ticket, record: Record, event: TicketAssigned) -> Ticket:
    at = record.seen_at
    estimates, same = ticket.estimates, event.estimate_at == ticket.estimate_at
    if not same or (event.estimate_at is not None and not estimates):
        given = Estimate(event.estimate_at, record.actor, at, event.reason)
        estimates = [*estimates, given][-MOST_ESTIMATES:]
    return replace(
        ticket,
        repairer=event.repairer,
        account=event.account,
        cause=event.cause or ticket.cause,
        acknowledged_at=ticket.acknowledged_at or at,
        acknowledged_by=ticket.acknowledged_by or record.actor,
        assigned_at=ticket.assigned_at or at,
        estimate_at=event.estimate_at,
        estimates=estimates,
        # In journals from before `ticket.on_time` another estimate ended it by itself.
        overdue=ticket.overdue and (same or (event.estimate_at is not None and event.estimate_at <= at)),
        overdue_told_at=ticket.overdue_told_at if same else None,
    )


def _moved(ticket: Ticket, by: timedelta) -> Ticket:
    times = {name: getattr(ticket, name) for name in ("verifying_at", "overdue_told_at", "unassigned_told_at")}
    known = {name: at + by for name, at in times.items() if at is not None}
    return replace(ticket, **known) if known else ticket


def _going_on(ticket: Ticket, at: datetime) -> Ticket:
    if ticket.waiting is None:
        return ticket
    waited_s = max(0.0, (at - ticket.waiting.since_at).total_seconds())
    away_s = waited_s if ticket.arrived_at is None else 0.0
    return replace(
        ticket, waiting=None, waited_s=ticket.waited_s + waited_s, waited_away_s=ticket.waited_away_s + away_s
    )


def _unverified(ticket: Ticket) -> Ticket:
    return replace(ticket, verifying_at=None, verified_at=None, verified_by="")


def _reopened(ticket: Ticket, at: datetime) -> Ticket:
    """As it was opened, and what is known of its cause; everything else is to be done anew."""
    return Ticket(
        id=ticket.id,
        title=ticket.title,
        subject=ticket.subject,
        camera=ticket.camera,
        alarm=ticket.alarm,
        rule=ticket.rule,
        clause=ticket.clause,
        opened_at=ticket.opened_at,
        opened_by=ticket.opened_by,
        opened_from=ticket.opened_from,
        description=ticket.description,
        priority=ticket.priority,
        photos=ticket.photos,
        findings=ticket.findings,
        cause=ticket.cause,
        begun_at=at,
        relapses=ticket.relapses,
        reopened=ticket.reopened + 1,
    )
