"""Alarms by ISA-18.2 / IEC 62682: raised, acknowledged, returned to normal, shelved, suppressed.

    state           cause holds   acknowledged   leaves by
    unacknowledged  yes           no             acknowledge → acknowledged · return → returned
    acknowledged    yes           yes            return → cleared
    returned        no            no             acknowledge → cleared · raised again → unacknowledged
    cleared         no            yes            (gone from the list; raised again as a new alarm)

Shelved and suppressed lie over these: the alarm goes on underneath and is only kept from disturbing anyone.
A shelved alarm stays on the list until its shelving ends, even when it is over: raised again meanwhile (an alarm that
chatters is what shelving is for) it is the same alarm and still shelved.
An alarm that nothing can end (`lasting` is False: a message that failed, say) is cleared by acknowledging it.
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmRaised,
    AlarmReturned,
    AlarmShelved,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
    Priority,
)
from hub.core.event import Record
from hub.core.findings import Evidence
from hub.core.text import Text

AlarmState = Literal["unacknowledged", "acknowledged", "returned", "cleared", "shelved", "suppressed"]


LaterEvent = AlarmAcknowledged | AlarmReturned | AlarmShelved | AlarmUnshelved | AlarmSuppressed | AlarmUnsuppressed
"""What can happen to an alarm after it was raised."""


class Shelf(msgspec.Struct, frozen=True):
    by: str
    reason: str
    until_at: datetime


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm from raising to clearing."""

    id: str
    rule: str
    kind: str
    subject: str
    camera: str | None
    priority: Priority
    title: Text
    response: Text
    clause: str
    raised_at: datetime
    cause: int | None
    evidence: Evidence | None = None
    lasting: bool = True
    active: bool = True
    times: int = 1
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    returned_at: datetime | None = None
    shelf: Shelf | None = None
    suppressed_by: str | None = None

    @property
    def cleared(self) -> bool:
        return self.acknowledged_by is not None and not self.active and self.shelf is None

    @property
    def state(self) -> AlarmState:
        if self.cleared:
            return "cleared"
        if self.suppressed_by is not None:
            return "suppressed"
        if self.shelf is not None:
            return "shelved"
        if not self.active:
            return "returned"
        return "acknowledged" if self.acknowledged_by is not None else "unacknowledged"


def raised(record: Record, event: AlarmRaised, known: Alarm | None) -> Alarm:
    """The alarm after `event`; `known` is the same alarm when it stood already."""
    if known is None:
        return Alarm(
            id=event.alarm,
            rule=event.rule,
            kind=event.kind,
            subject=event.subject,
            camera=event.camera,
            priority=event.priority,
            title=event.title,
            response=event.response,
            clause=event.clause,
            raised_at=record.seen_at,
            cause=record.cause,
            evidence=event.evidence,
            lasting=event.lasting,
            active=True,
        )
    return replace(
        known,
        raised_at=record.seen_at,
        cause=record.cause,
        evidence=event.evidence or known.evidence,
        active=True,
        times=known.times + 1,
        acknowledged_by=None,
        acknowledged_at=None,
        returned_at=None,
    )


def apply(alarm: Alarm, record: Record, event: LaterEvent) -> Alarm:
    """The alarm after one of its own events other than being raised."""
    match event:
        case AlarmAcknowledged():
            return replace(
                alarm,
                acknowledged_by=record.actor,
                acknowledged_at=record.seen_at,
                active=alarm.active and alarm.lasting,
            )
        case AlarmReturned():
            return replace(alarm, active=False, returned_at=record.seen_at)
        case AlarmShelved(reason=reason, until_at=until_at):
            return replace(alarm, shelf=Shelf(by=record.actor, reason=reason, until_at=until_at))
        case AlarmUnshelved():
            return replace(alarm, shelf=None)
        case AlarmSuppressed(by=by):
            return replace(alarm, suppressed_by=by)
        case AlarmUnsuppressed():
            return replace(alarm, suppressed_by=None)
