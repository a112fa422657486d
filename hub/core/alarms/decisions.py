"""What follows from commands and orders about alarms."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.alarms import arrivals
from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    AlarmCommand,
    AlarmOrder,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    RaiseAlarm,
    ReturnAlarm,
    ReturnToService,
    ShelveAlarm,
    TakeOutOfService,
    UnshelveAlarm,
)
from hub.core.alarms.events import (
    AlarmAcknowledged,
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
    AlarmUnshelved,
)
from hub.core.alarms.model import REMIND_BEFORE, STALE_AFTER, Alarm, higher, may_become_stale
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.text import Text
from hub.core.tickets.decisions import relapsed, restored
from hub.errors import NotFound, WrongState

LONGEST_SHELF = timedelta(hours=12)
"""An alarm is shelved for one shift at most: whoever comes next must look at it again."""
LONGEST_OUT = timedelta(days=30)
"""A leader decides anew at least once a month on what is out of service."""

_NOBODYS = "?"
"""No camera has this id: what is about it is only for those who may see everything."""


def decide(state: State, command: AlarmCommand | AlarmOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case AcknowledgeAlarm():
            return _acknowledge(state, command)
        case ConfirmResponse():
            return [AlarmResponded(alarm=_alarm(state, command.alarm).id, note=command.note)]
        case PrioritiseAlarm():
            return _prioritise(state, command)
        case ShelveAlarm():
            return _shelve(state, command, now)
        case UnshelveAlarm():
            alarm = _alarm(state, command.alarm)
            if alarm.shelf is None:
                raise WrongState(f"{alarm.id} is not shelved.")
            return [AlarmUnshelved(alarm=alarm.id)]
        case TakeOutOfService():
            return _take_out(state, command, now)
        case ReturnToService():
            alarm = _alarm(state, command.alarm)
            if alarm.out is None:
                raise WrongState(f"{alarm.id} is in service.")
            return [AlarmReturnedToService(alarm=alarm.id)]
        case JudgeAlarm():
            return _judge(state, command, actor)
        case RaiseAlarm():
            return _raise(state, command, now)
        case ReturnAlarm():
            return _return(state, command, now)


def due(state: State, now: datetime) -> list[Event]:
    """Shelvings and times out of service that end or end soon; what became stale; what calmed; floods that ended."""
    found: list[Event] = []
    for alarm in state.alarms.values():
        if alarm.due_at is not None and alarm.due_at <= now:
            found += _due(alarm, now)
    return found + arrivals.over(state.arrivals, now)


def next_due(state: State) -> Iterable[datetime]:
    yield from (alarm.due_at for alarm in state.alarms.values() if alarm.due_at is not None)
    yield from arrivals.next_over(state.arrivals)


def cameras(state: State, command: AlarmCommand | AlarmOrder) -> Sequence[str | None]:
    if isinstance(command, RaiseAlarm | ReturnAlarm):
        return []
    if command.alarm in state.alarms:
        camera = state.alarms[command.alarm].camera
        return [camera] if camera is not None else []
    if isinstance(command, JudgeAlarm) and _was_raised(state, command.alarm):
        camera = state.past_alarms.get(command.alarm, _NOBODYS)
        return [camera] if camera is not None else []
    return []


def _alarm(state: State, alarm_id: str) -> Alarm:
    alarm = state.alarms.get(alarm_id)
    if alarm is None:
        raise NotFound(f"No alarm {alarm_id} stands.", hint="It may have been cleared: see `hub events`.")
    return alarm


def _was_raised(state: State, alarm_id: str) -> bool:
    kind, _, number = alarm_id.partition("-")
    return kind == "A" and number.isascii() and number.isdecimal() and 1 <= int(number) <= state.alarm_count


def _acknowledge(state: State, command: AcknowledgeAlarm) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if alarm.acknowledged_by is not None:
        return []
    acknowledged = AlarmAcknowledged(alarm=alarm.id, note=command.note)
    return [acknowledged] if alarm.lasting or not alarm.active else [acknowledged, *_with_its_end(alarm)]


def _prioritise(state: State, command: PrioritiseAlarm) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if alarm.priority == command.priority:
        return []
    return [AlarmPrioritised(alarm=alarm.id, before=alarm.priority, priority=command.priority, reason=command.reason)]


def _shelve(state: State, command: ShelveAlarm, now: datetime) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if command.until_at is None and not command.once:
        raise WrongState(
            "A shelving needs its end.", hint="Give `until_at`, or `once`: until the alarm returns to normal."
        )
    until_at = command.until_at or now + LONGEST_SHELF
    if until_at <= now:
        raise WrongState("The shelving would end in the past.", hint="Choose a later time.")
    if until_at - now > LONGEST_SHELF:
        raise WrongState("An alarm is shelved for 12 hours at most.", hint="Choose an earlier time.")
    if command.once and not alarm.active:
        raise WrongState(f"{alarm.id} has returned to normal already.", hint="Acknowledge it, or name a time.")
    return [AlarmShelved(alarm=alarm.id, reason=command.reason, until_at=until_at, once=command.once)]


def _take_out(state: State, command: TakeOutOfService, now: datetime) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if command.until_at <= now:
        raise WrongState("It would be back in service in the past.", hint="Choose a later time.")
    if command.until_at - now > LONGEST_OUT:
        raise WrongState("An alarm is out of service for 30 days at most.", hint="Choose an earlier time.")
    return [AlarmRemovedFromService(alarm=alarm.id, reason=command.reason, until_at=command.until_at)]


def _judge(state: State, command: JudgeAlarm, actor: str) -> list[Event]:
    if not _was_raised(state, command.alarm):
        raise NotFound(f"There was no alarm {command.alarm}.", hint="See `hub alarms history`.")
    alarm = state.alarms.get(command.alarm)
    known = alarm.judged if alarm is not None else None
    if known is not None and (known.verdict, known.cause, known.by) == (command.verdict, command.cause, actor):
        return []
    return [AlarmJudged(alarm=command.alarm, verdict=command.verdict, cause=command.cause)]


def _raise(state: State, order: RaiseAlarm, now: datetime) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    if standing is not None and standing.active and standing.lasting:
        return _asked_for_more(standing, order)
    alarm_id = standing.id if standing is not None else f"A-{state.alarm_count + 1}"
    camera = state.site.camera(order.camera) if order.camera is not None else None
    raised = AlarmRaised(
        alarm=alarm_id,
        rule=order.rule,
        kind=order.kind,
        subject=order.subject,
        camera=order.camera,
        priority=order.priority,
        title=order.title,
        response=order.response,
        likely_cause=order.likely_cause,
        consequence=order.consequence,
        clause=order.clause,
        evidence=order.evidence,
        lasting=order.lasting,
        domain=camera.domain if camera is not None else "",
    )
    said = arrivals.announced(state.arrivals, raised, standing, now)
    return [raised, *said, *relapsed(state, order.rule, order.subject)]


def _asked_for_more(standing: Alarm, order: RaiseAlarm) -> list[Event]:
    """The rule asks for a higher priority than any rule has so far; what a leader set below stays otherwise."""
    asked = standing.asked or standing.priority
    if not higher(order.priority, asked) or not higher(order.priority, standing.priority):
        return []
    return [
        AlarmPrioritised(
            alarm=standing.id,
            before=standing.priority,
            priority=order.priority,
            title=order.title if order.title != standing.title else None,
            response=order.response if order.response not in (Text(en=""), standing.response) else None,
        )
    ]


def _return(state: State, order: ReturnAlarm, now: datetime) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    returned: list[Event] = []
    if standing is not None and standing.active and standing.lasting:
        returned += [AlarmReturned(alarm=standing.id), *_with_its_end(standing)]
    return [*returned, *restored(state, order.rule, order.subject, now)]


def _with_its_end(alarm: Alarm) -> list[Event]:
    """What ends with the cause of an alarm."""
    found: list[Event] = []
    if alarm.stale:
        found.append(AlarmStaleEnded(alarm=alarm.id))
    if alarm.shelf is not None and alarm.shelf.once:
        found.append(AlarmUnshelved(alarm=alarm.id))
    return found


def _due(alarm: Alarm, now: datetime) -> list[Event]:
    found: list[Event] = []
    if alarm.shelf is not None and alarm.shelf.until_at <= now:
        found.append(AlarmUnshelved(alarm=alarm.id))
    out = alarm.out
    if out is not None and out.until_at <= now:
        found.append(AlarmReturnedToService(alarm=alarm.id))
    elif out is not None and not out.reminded and out.until_at - REMIND_BEFORE <= now:
        found.append(AlarmServiceEndsSoon(alarm=alarm.id, until_at=out.until_at))
    if may_become_stale(alarm) and alarm.raised_at + STALE_AFTER <= now:
        found.append(AlarmStale(alarm=alarm.id, since_at=alarm.raised_at))
    return found


SUBJECT = Subject(
    commands=get_args(AlarmCommand | AlarmOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
