"""What follows from commands and orders about alarms."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    AlarmCommand,
    AlarmOrder,
    RaiseAlarm,
    ReturnAlarm,
    ShelveAlarm,
    UnshelveAlarm,
)
from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised, AlarmReturned, AlarmShelved, AlarmUnshelved
from hub.core.alarms.model import Alarm
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.tickets.decisions import relapsed, restored
from hub.errors import NotFound, WrongState

LONGEST_SHELF = timedelta(hours=12)
"""An alarm is shelved for one shift at most: whoever comes next must look at it again."""


def decide(state: State, command: AlarmCommand | AlarmOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case AcknowledgeAlarm():
            alarm = _alarm(state, command.alarm)
            if alarm.acknowledged_by is not None:
                return []
            return [AlarmAcknowledged(alarm=alarm.id, note=command.note)]
        case ShelveAlarm():
            return _shelve(state, command, now)
        case UnshelveAlarm():
            alarm = _alarm(state, command.alarm)
            if alarm.shelf is None:
                raise WrongState(f"{alarm.id} is not shelved.")
            return [AlarmUnshelved(alarm=alarm.id)]
        case RaiseAlarm():
            return _raise(state, command)
        case ReturnAlarm():
            return _return(state, command)


def due(state: State, now: datetime) -> list[Event]:
    """Shelvings that end."""
    return [
        AlarmUnshelved(alarm=alarm.id)
        for alarm in state.alarms.values()
        if alarm.shelf is not None and alarm.shelf.until_at <= now
    ]


def next_due(state: State) -> Iterable[datetime]:
    return (alarm.shelf.until_at for alarm in state.alarms.values() if alarm.shelf is not None)


def cameras(state: State, command: AlarmCommand | AlarmOrder) -> Sequence[str | None]:
    match command:
        case AcknowledgeAlarm() | ShelveAlarm() | UnshelveAlarm():
            alarm = state.alarms.get(command.alarm)
            return [alarm.camera] if alarm is not None and alarm.camera is not None else []
        case _:
            return []


def _alarm(state: State, alarm_id: str) -> Alarm:
    alarm = state.alarms.get(alarm_id)
    if alarm is None:
        raise NotFound(f"No alarm {alarm_id} stands.", hint="It may have been cleared: see `hub events`.")
    return alarm


def _shelve(state: State, command: ShelveAlarm, now: datetime) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if command.until_at <= now:
        raise WrongState("The shelving would end in the past.", hint="Choose a later time.")
    if command.until_at - now > LONGEST_SHELF:
        raise WrongState("An alarm is shelved for 12 hours at most.", hint="Choose an earlier time.")
    return [AlarmShelved(alarm=alarm.id, reason=command.reason, until_at=command.until_at)]


def _raise(state: State, order: RaiseAlarm) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    if standing is not None and standing.active and standing.lasting:
        return []
    alarm_id = standing.id if standing is not None else f"A-{state.alarm_count + 1}"
    raised = AlarmRaised(
        alarm=alarm_id,
        rule=order.rule,
        kind=order.kind,
        subject=order.subject,
        camera=order.camera,
        priority=order.priority,
        title=order.title,
        response=order.response,
        clause=order.clause,
        evidence=order.evidence,
        lasting=order.lasting,
    )
    return [raised, *relapsed(state, order.rule, order.subject)]


def _return(state: State, order: ReturnAlarm) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    returned: list[Event] = []
    if standing is not None and standing.active and standing.lasting:
        returned.append(AlarmReturned(alarm=standing.id))
    return [*returned, *restored(state, order.rule, order.subject)]


SUBJECT = Subject(
    commands=get_args(AlarmCommand | AlarmOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
