"""How the standing alarms, and how alarms come, follow from the record."""

from typing import cast, get_args

from msgspec.structs import replace

from hub.core.alarms import arrivals
from hub.core.alarms.arrivals import ArrivalEvent, taken_back
from hub.core.alarms.events import AlarmCalmed, AlarmFloodBegan, AlarmFloodEnded, AlarmRaised, AlarmSuppressed
from hub.core.alarms.model import Alarm, LaterEvent, apply, key_of, raised
from hub.core.event import Event, Record
from hub.core.state import State

MOST_PAST = 500
"""Cleared alarms of which it is known which camera they were about, so that they can be judged."""

EVENTS: tuple[type[Event], ...] = (AlarmRaised, *get_args(LaterEvent), AlarmFloodBegan, AlarmFloodEnded)
_ARRIVING = get_args(ArrivalEvent)


def follow(state: State, record: Record) -> State:
    """The state after one record of `EVENTS`."""
    event = record.event
    alarm: Alarm | None = None
    if isinstance(event, AlarmRaised):
        known = state.alarms.get(event.alarm)
        key = key_of(event.rule, event.subject)
        alarm = raised(record, event, known, chattering=key in state.arrivals.chattering)
        state = replace(state, alarms={**state.alarms, alarm.id: alarm})
        if known is None:
            ids = {**state.alarm_ids, key: alarm.id}
            state = replace(state, alarm_ids=ids, alarm_count=state.alarm_count + 1)
    elif not isinstance(event, AlarmFloodBegan | AlarmFloodEnded):
        state = _later(state, record, cast(LaterEvent, event))
    if isinstance(event, _ARRIVING):
        return replace(state, arrivals=arrivals.follow(state.arrivals, record, cast(ArrivalEvent, event), alarm))
    return state


def _later(state: State, record: Record, event: LaterEvent) -> State:
    # It may have been cleared and raised under another number since it was marked.
    calmed = state.alarm_about(event.rule, event.about) if isinstance(event, AlarmCalmed) else None
    known = calmed or state.alarms.get(event.alarm)
    if known is None:
        return state
    alarm = apply(known, record, event)
    if isinstance(event, AlarmSuppressed) and record.seen_at == known.raised_at and not known.quiet:
        state = replace(state, arrivals=taken_back(state.arrivals, record.seen_at, known.domain))
    if not alarm.cleared:
        return replace(state, alarms={**state.alarms, alarm.id: alarm})
    past = [*state.past_alarms.items(), (alarm.id, alarm.camera)][-MOST_PAST:]
    key = key_of(alarm.rule, alarm.subject)
    return replace(
        state,
        alarms={each: value for each, value in state.alarms.items() if each != alarm.id},
        alarm_ids={each: value for each, value in state.alarm_ids.items() if each != key},
        past_alarms=dict(past),
    )
