"""Alarms by ISA-18.2 / IEC 62682: raised, acknowledged, returned to normal, shelved, suppressed, out of service.

    state           cause holds   acknowledged   leaves by
    unacknowledged  yes           no             acknowledge → acknowledged · return → returned
    acknowledged    yes           yes            return → cleared · a higher priority → unacknowledged
    returned        no            no             acknowledge → cleared · raised again → unacknowledged
    cleared         no            yes            (gone from the list; raised again as a new alarm)

Shelved (by the operator), suppressed (by an approved permit) and out of service (by a leader) lie over these: the alarm
goes on underneath and is only kept from disturbing anyone. It stays on the list until they end, even when it is over:
raised again meanwhile (an alarm that chatters is what shelving is for) it is the same alarm, laid aside as before.
What comes back then is what the cause and the acknowledgement say. An alarm whose cause went while it was suppressed or
out of service needs nobody's note: the approval stands for it.
An alarm that nothing can end (`lasting` is False: a message that failed, say) is cleared by acknowledging it.

A priority never falls by itself. One that a leader set is kept when the alarm is raised again, until a rule asks for
more than rules have asked for so far.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.alarms.events import (
    PRIORITIES,
    AlarmAcknowledged,
    AlarmCalmed,
    AlarmChattering,
    AlarmJudged,
    AlarmPrioritised,
    AlarmRaised,
    AlarmRemovedFromService,
    AlarmResponded,
    AlarmReturned,
    AlarmReturnedToService,
    AlarmServiceEndsSoon,
    AlarmShelved,
    AlarmStale,
    AlarmStaleEnded,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
    Priority,
    Verdict,
)
from hub.core.event import Record
from hub.core.findings import Evidence
from hub.core.text import Text

AlarmState = Literal["unacknowledged", "acknowledged", "returned", "cleared", "shelved", "suppressed", "out_of_service"]

STALE_AFTER = timedelta(hours=24)
"""An alarm that has been in the alarm state for so long is stale (ISA-18.2 and EEMUA 191: 24 h)."""
REMIND_BEFORE = timedelta(hours=1)
"""So long before the end of being out of service, whoever decided on it is reminded."""

LaterEvent = (
    AlarmPrioritised
    | AlarmAcknowledged
    | AlarmResponded
    | AlarmReturned
    | AlarmShelved
    | AlarmUnshelved
    | AlarmSuppressed
    | AlarmUnsuppressed
    | AlarmRemovedFromService
    | AlarmServiceEndsSoon
    | AlarmReturnedToService
    | AlarmChattering
    | AlarmCalmed
    | AlarmStale
    | AlarmStaleEnded
    | AlarmJudged
)
"""What can happen to an alarm after it was raised."""

_PLAIN = ("unacknowledged", "acknowledged", "returned")
_OVER = ("shelved", "suppressed", "out_of_service")
"""The states that lie over the plain ones; where there are several, the last of them is shown."""
_BEGINS = {"shelved": "alarm.shelved", "suppressed": "alarm.suppressed", "out_of_service": "alarm.removed_from_service"}
_ENDS = {
    "shelved": "alarm.unshelved",
    "suppressed": "alarm.unsuppressed",
    "out_of_service": "alarm.returned_to_service",
}
_UNDERNEATH = ("alarm.raised", "alarm.prioritised", "alarm.acknowledged", "alarm.returned")

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "alarm.raised", "unacknowledged"),
    ("unacknowledged", "alarm.acknowledged", "acknowledged"),
    ("unacknowledged", "alarm.acknowledged", "cleared"),
    ("unacknowledged", "alarm.returned", "returned"),
    ("unacknowledged", "alarm.raised", "unacknowledged"),
    ("unacknowledged", "alarm.prioritised", "unacknowledged"),
    ("acknowledged", "alarm.returned", "cleared"),
    ("acknowledged", "alarm.prioritised", "unacknowledged"),
    ("acknowledged", "alarm.prioritised", "acknowledged"),
    ("returned", "alarm.acknowledged", "cleared"),
    ("returned", "alarm.raised", "unacknowledged"),
    ("returned", "alarm.prioritised", "returned"),
    *((state, _BEGINS[over], over) for over in _OVER for state in _PLAIN),
    *((over, _ENDS[over], state) for over in _OVER for state in (*_PLAIN, "cleared")),
    *((over, event, over) for over in _OVER for event in _UNDERNEATH),
    *((over, begins, max(over, other, key=_OVER.index)) for over in _OVER for other, begins in _BEGINS.items()),
    *((over, _ENDS[other], over) for over in _OVER for other in _OVER if _OVER.index(other) < _OVER.index(over)),
    *((over, _ENDS[over], other) for over in _OVER for other in _OVER if _OVER.index(other) < _OVER.index(over)),
    ("suppressed", "alarm.unsuppressed", "suppressed"),
)
"""From which state, by which event, to which. `unacknowledged` is left to `cleared` at once by an alarm that nothing
can end. What is not named here changes no state: remarks, verdicts, chattering, stale."""


class Shelf(msgspec.Struct, frozen=True):
    by: str
    reason: str
    until_at: datetime
    once: bool = False
    """True: it ends with the cause, if that is earlier."""


class OutOfService(msgspec.Struct, frozen=True):
    by: str
    reason: str
    until_at: datetime
    reminded: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """The newest verdict on an alarm."""

    verdict: Verdict
    by: str
    at: datetime
    cause: str = ""


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
    likely_cause: Text = Text(en="")
    consequence: Text = Text(en="")
    evidence: Evidence | None = None
    lasting: bool = True
    domain: str = ""
    active: bool = True
    times: int = 1
    first_at: datetime | None = None
    """When it was raised for the first time under this number."""
    waiting_at: datetime | None = None
    """Since when it has waited to be acknowledged; None when it does not."""
    asked: Priority | None = None
    """The highest priority that rules have asked for."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    responded_by: str | None = None
    responded_at: datetime | None = None
    response_note: str = ""
    returned_at: datetime | None = None
    shelf: Shelf | None = None
    suppressors: tuple[str, ...] = ()
    out: OutOfService | None = None
    chattering: bool = False
    stale: bool = False
    excused: bool = False
    """Its cause went while it was suppressed or out of service: nobody need take note of it."""
    judged: Judgement | None = None
    due_at: datetime | None = None
    """When the passing of time alone will next change something about it."""

    @property
    def suppressed_by(self) -> str | None:
        """What suppresses it; None when nothing does."""
        return ", ".join(self.suppressors) or None

    @property
    def laid_aside(self) -> bool:
        """Somebody decided that it is to disturb nobody now."""
        return self.shelf is not None or bool(self.suppressors) or self.out is not None

    @property
    def quiet(self) -> str:
        """Why it disturbs nobody, in one word: out_of_service, suppressed, shelved, chattering; empty when it may."""
        if self.laid_aside:
            return _over(self)
        return "chattering" if self.chattering else ""

    @property
    def cleared(self) -> bool:
        return not self.active and (self.acknowledged_by is not None or self.excused) and not self.laid_aside

    @property
    def state(self) -> AlarmState:
        if self.laid_aside:
            return _over(self)
        if self.active:
            return "acknowledged" if self.acknowledged_by is not None else "unacknowledged"
        return "cleared" if self.cleared else "returned"


def key_of(rule: str, subject: str) -> str:
    """What names the alarm of a rule about a subject, whichever number it has.

    >>> key_of("signal-lost", "camera:gate-1")
    'signal-lost|camera:gate-1'
    """
    return f"{rule}|{subject}"


def higher(one: Priority, other: Priority) -> bool:
    """Whether the priority `one` is above `other`."""
    return PRIORITIES.index(one) < PRIORITIES.index(other)


def raised(record: Record, event: AlarmRaised, known: Alarm | None, *, chattering: bool = False) -> Alarm:
    """The alarm after `event`; `known` is the same alarm when it stood already."""
    at = record.seen_at
    if known is None:
        return _timed(
            Alarm(
                id=event.alarm,
                rule=event.rule,
                kind=event.kind,
                subject=event.subject,
                camera=event.camera,
                priority=event.priority,
                title=event.title,
                response=event.response,
                likely_cause=event.likely_cause,
                consequence=event.consequence,
                clause=event.clause,
                raised_at=at,
                cause=record.cause,
                evidence=event.evidence,
                lasting=event.lasting,
                domain=event.domain,
                first_at=at,
                waiting_at=at,
                asked=event.priority,
                chattering=chattering,
            )
        )
    asked = known.asked or known.priority
    more = higher(event.priority, asked)
    return _timed(
        replace(
            known,
            raised_at=at,
            cause=record.cause,
            evidence=event.evidence or known.evidence,
            active=True,
            times=known.times + 1,
            priority=event.priority if more and higher(event.priority, known.priority) else known.priority,
            asked=event.priority if more else asked,
            waiting_at=known.waiting_at or at,
            acknowledged_by=None,
            acknowledged_at=None,
            responded_by=None,
            responded_at=None,
            response_note="",
            returned_at=None,
            excused=False,
        )
    )


def apply(alarm: Alarm, record: Record, event: LaterEvent) -> Alarm:
    """The alarm after one of its own events other than being raised."""
    return _timed(_after(alarm, record, event))


def _after(alarm: Alarm, record: Record, event: LaterEvent) -> Alarm:
    at = record.seen_at
    match event:
        case AlarmAcknowledged():
            active = alarm.active and alarm.lasting
            return replace(alarm, acknowledged_by=record.actor, acknowledged_at=at, waiting_at=None, active=active)
        case AlarmReturned():
            excused = bool(alarm.suppressors) or alarm.out is not None
            return replace(alarm, active=False, returned_at=at, excused=excused)
        case AlarmPrioritised():
            return _prioritised(alarm, record, event)
        case AlarmResponded(note=note):
            return replace(alarm, responded_by=record.actor, responded_at=at, response_note=note)
        case AlarmShelved(reason=reason, until_at=until_at, once=once):
            return replace(alarm, shelf=Shelf(by=record.actor, reason=reason, until_at=until_at, once=once))
        case AlarmUnshelved():
            return _back(replace(alarm, shelf=None), at)
        case AlarmSuppressed(by=by):
            others = tuple(each for each in alarm.suppressors if each != by)
            return replace(alarm, suppressors=(*others, by))
        case AlarmUnsuppressed(by=by):
            left = tuple(each for each in alarm.suppressors if by and each != by)
            return _back(replace(alarm, suppressors=left), at)
        case AlarmRemovedFromService(reason=reason, until_at=until_at):
            soon = until_at - at <= REMIND_BEFORE
            return replace(alarm, out=OutOfService(by=record.actor, reason=reason, until_at=until_at, reminded=soon))
        case AlarmServiceEndsSoon():
            return replace(alarm, out=alarm.out and replace(alarm.out, reminded=True))
        case AlarmReturnedToService():
            return _back(replace(alarm, out=None), at)
        case AlarmChattering():
            return replace(alarm, chattering=True)
        case AlarmCalmed():
            return replace(alarm, chattering=False)
        case AlarmStale():
            return replace(alarm, stale=True)
        case AlarmStaleEnded():
            return replace(alarm, stale=False)
        case AlarmJudged(verdict=verdict, cause=cause):
            return replace(alarm, judged=Judgement(verdict, record.actor, at, cause))


def _prioritised(alarm: Alarm, record: Record, event: AlarmPrioritised) -> Alarm:
    changed = replace(
        alarm,
        priority=event.priority,
        title=event.title or alarm.title,
        response=event.response or alarm.response,
        asked=alarm.asked if record.actor.startswith("person:") else event.priority,
    )
    if not higher(event.priority, alarm.priority) or not alarm.active:
        return changed
    waiting_at = alarm.waiting_at or record.seen_at
    return replace(changed, acknowledged_by=None, acknowledged_at=None, waiting_at=waiting_at)


def _back(alarm: Alarm, at: datetime) -> Alarm:
    """Nobody could be expected to acknowledge it before it came back."""
    waits = alarm.waiting_at is not None and not alarm.laid_aside
    return replace(alarm, waiting_at=at) if waits else alarm


def _over(alarm: Alarm) -> Literal["shelved", "suppressed", "out_of_service"]:
    if alarm.out is not None:
        return "out_of_service"
    return "suppressed" if alarm.suppressors else "shelved"


def _timed(alarm: Alarm) -> Alarm:
    due_at = min(_dues(alarm), default=None)
    return alarm if due_at == alarm.due_at else replace(alarm, due_at=due_at)


def _dues(alarm: Alarm) -> list[datetime]:
    dues = []
    if alarm.shelf is not None:
        dues.append(alarm.shelf.until_at)
    if alarm.out is not None:
        dues.append(alarm.out.until_at if alarm.out.reminded else alarm.out.until_at - REMIND_BEFORE)
    if may_become_stale(alarm):
        dues.append(alarm.raised_at + STALE_AFTER)
    return dues


def may_become_stale(alarm: Alarm) -> bool:
    """Whether its standing is what nobody has dealt with. Not one about another alarm: they would breed daily."""
    return alarm.active and not alarm.stale and not alarm.laid_aside and not alarm.subject.startswith("alarm:")
