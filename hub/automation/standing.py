"""What a rule has made and still stands: its alarm and its ticket about a subject; whether they end an escalation."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from hub.automation.language.matching import Reason
from hub.automation.model import Rule
from hub.automation.occurrence import Occurrence
from hub.automation.work import Work
from hub.core.alarms import model as alarms
from hub.core.alarms.events import AlarmCalmed
from hub.core.alarms.model import Alarm
from hub.core.event import Event, Record
from hub.core.state import State
from hub.core.tickets.model import Ticket

REVIEWED = frozenset(
    {
        "alarm.acknowledged",
        "alarm.returned",
        "alarm.shelved",
        "alarm.suppressed",
        "ticket.assigned",
        "ticket.restored",
        "ticket.closed",
        "ticket.cancelled",
    }
)
"""The events after which an escalation may be over at once. Not those that begin something: an alarm that is raised
comes on record before the ticket that was ordered with it."""

LOUDER = frozenset({"alarm.unshelved", "alarm.unsuppressed", "alarm.returned_to_service", "alarm.calmed"})
"""The events after which people may be disturbed again."""

_QUIET = {
    "shelved": "shelved",
    "suppressed": "suppressed",
    "out_of_service": "out of service",
    "chattering": "chattering",
}


def follow(work: Work, before: State, event: Event) -> None:
    """Keep in mind which alarms and tickets stand about which subject. `before`: without the event `alarm.*` or
    `ticket.*`, which is in `work.site` already."""
    after = work.site
    for field, known, now in (("alarm", before.alarms, after.alarms), ("ticket", before.tickets, after.tickets)):
        thing_id: str | None = getattr(event, field, None)
        if thing_id is None or (thing_id in known) == (thing_id in now):
            continue
        thing = now.get(thing_id) or known[thing_id]
        ids = tuple(each for each in work.standing.get(thing.subject) or () if each != thing_id)
        if thing_id in now:
            ids = (*ids, thing_id)
        work.standing = work.standing.put(thing.subject, ids) if ids else work.standing.drop(thing.subject)


def alarms_about(work: Work, subject: str) -> list[Alarm]:
    ids = work.standing.get(subject) or ()
    return [alarm for each in ids if (alarm := work.site.alarms.get(each)) is not None]


def alarm_of(work: Work, rule: str, subject: str) -> Alarm | None:
    for alarm in alarms_about(work, subject):
        if alarm.rule == rule:
            return alarm
    return None


def ticket_of(work: Work, rule: str, subject: str) -> Ticket | None:
    tickets = (work.site.tickets.get(each) for each in work.standing.get(subject) or ())
    return next((ticket for ticket in tickets if ticket is not None and ticket.rule == rule), None)


class Made(NamedTuple):
    """The rule whose alarm or ticket an event was about, the subject, and the alarm as the event left it."""

    rule: str
    subject: str
    alarm: Alarm | None


def changed_by(before: State, after: State, record: Record) -> Made | None:
    """What the event `alarm.*` or `ticket.*` changed; None where no rule had made it. The alarm may be cleared by it,
    and so no longer be in the state."""
    event = record.event
    if isinstance(event, AlarmCalmed):
        # It may have been cleared and raised under another number since it was marked.
        return Made(event.rule, event.about, None)
    alarm_id = getattr(event, "alarm", None)
    if alarm_id in before.alarms:
        alarm = after.alarms.get(alarm_id) or alarms.apply(
            before.alarms[alarm_id], record, cast(alarms.LaterEvent, event)
        )
        return Made(alarm.rule, alarm.subject, alarm)
    ticket = before.tickets.get(getattr(event, "ticket", ""))
    if ticket is None or ticket.rule is None:
        return None
    return Made(ticket.rule, ticket.subject, None)


def excuse(
    work: Work, rule: Rule, stage: int, subject: str, began: Occurrence, at: datetime, alarm: Alarm | None = None
) -> Reason | None:
    """Why the escalation `stage` (from 1) of the rule is over; None when it is not.

    `alarm` is the rule's where it is known better than by the state.
    """
    alarm = alarm or alarm_of(work, rule.id, subject)
    unless = rule.escalate[stage - 1].unless
    step = f"escalate.{stage}"
    if unless is None:
        if alarm is None or alarm.acknowledged_by is None:
            return None
        return Reason(step, f"{alarm.id} is acknowledged")
    names = work.names(began.event) | _standing_names(alarm, ticket_of(work, rule.id, subject))
    if not unless.holds(names, work.site, work.context(rule, subject, at)):
        return None
    return Reason(step, f"unless `{unless.source}`, which holds")


def silence(work: Work, rule: Rule, subject: str) -> str:
    """Why nobody is to be disturbed about the subject now; empty when somebody is."""
    alarm = alarm_of(work, rule.id, subject)
    if alarm is not None and alarm.quiet:
        return f"{alarm.id} is {_QUIET[alarm.quiet]}"
    # What was cleared meanwhile chatters still: raised anew it has another number, and is as silent.
    chatter = work.site.arrivals.chattering.get(f"{rule.id}|{subject}")
    return f"{chatter.alarm} is chattering" if chatter is not None else ""


def _standing_names(alarm: Alarm | None, ticket: Ticket | None) -> dict[str, Any]:
    return {
        "alarm.acknowledged": alarm is not None and alarm.acknowledged_by is not None,
        "alarm.active": alarm is not None and alarm.active,
        "alarm.shelved": alarm is not None and alarm.shelf is not None,
        "ticket.assigned": ticket is not None and bool(ticket.repairer),
        "ticket.open": ticket is not None,
    }
