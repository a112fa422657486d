"""How the state follows from the record: what each event changes. The same records give the same state, always."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast, get_args

from msgspec.structs import replace

from hub.core import references
from hub.core.alarms import model as alarms
from hub.core.alarms.events import (
    AlarmRaised,
)
from hub.core.catalogue import (
    FINDINGS,
    ClockStepped,
    ConfigAccepted,
    ConfigRejected,
    HubStarted,
    HubStopped,
    PluginFailed,
    PluginReady,
    PluginRetired,
    RulesLoaded,
    ScheduleDue,
    ScheduleMissed,
    SiteConfigured,
    WorkerDied,
    WorkerRetired,
    WorkerStarted,
)
from hub.core.delivery import NotifierFailing, NotifierRetired, NotifierWorking
from hub.core.duty import shifts
from hub.core.event import Event, Record, wire_name
from hub.core.findings import (
    CameraJudged,
    CameraNotJudged,
    Finding,
    FindingCleared,
    RecordingMissing,
)
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.recordings import RecordingPlanned, RecordingUnplanned
from hub.core.rounds.events import RoundDone, RoundDue, RoundMissed, RoundsLoaded
from hub.core.rounds.model import Round
from hub.core.rules.events import CalendarLoaded, Pause, RulePaused, RuleResumed, VariableSet
from hub.core.state import ActiveFinding, CameraState, PluginHealth, Schedule, State, WorkerHealth
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.tickets import model as tickets
from hub.core.tickets.events import (
    TicketClosed,
    TicketOpened,
)

V = TypeVar("V")


def fold(state: State, record: Record) -> State:
    """The state after one more record. Pure; an event that changes nothing gives the same state, further on."""
    how = _FOLDS.get(type(record.event), _same)
    return replace(how(state, record), position=record.seq, at=record.seen_at)


def _same(state: State, record: Record) -> State:
    return state


def _fold_reference(state: State, record: Record) -> State:
    event = cast(references.ReferenceEvent, record.event)
    camera = state.cameras.get(event.camera) or CameraState(id=event.camera)
    camera = replace(camera, references=references.follow(camera.references, record, event))
    return replace(state, cameras={**state.cameras, camera.id: camera})


def _fold_raised(state: State, record: Record) -> State:
    event = cast(AlarmRaised, record.event)
    alarm = alarms.raised(record, event, state.alarms.get(event.alarm))
    count = state.alarm_count + (event.alarm not in state.alarms)
    return replace(state, alarms={**state.alarms, alarm.id: alarm}, alarm_count=count)


def _fold_alarm(state: State, record: Record) -> State:
    event = cast(alarms.LaterEvent, record.event)
    known = state.alarms.get(event.alarm)
    if known is None:
        return state
    alarm = alarms.apply(known, record, event)
    rest = {key: value for key, value in state.alarms.items() if key != alarm.id or not alarm.cleared}
    return replace(state, alarms=rest if alarm.cleared else {**rest, alarm.id: alarm})


def _fold_opened(state: State, record: Record) -> State:
    ticket = tickets.opened(record, cast(TicketOpened, record.event))
    return replace(state, tickets={**state.tickets, ticket.id: ticket}, ticket_count=state.ticket_count + 1)


def _fold_ticket(state: State, record: Record) -> State:
    event = cast(tickets.LaterEvent, record.event)
    if event.ticket not in state.tickets:
        return state
    ticket = tickets.apply(state.tickets[event.ticket], record, event)
    return replace(state, tickets={**state.tickets, ticket.id: ticket})


def _fold_closed(state: State, record: Record) -> State:
    return replace(state, tickets=_without(state.tickets, cast(TicketClosed, record.event).ticket))


def _fold_round(state: State, record: Record) -> State:
    event = record.event
    match event:
        case RoundDue():
            due = Round(
                id=event.round,
                kind=event.kind,
                title=event.title,
                team=event.team,
                since_at=record.seen_at,
                due_at=event.due_at,
                rule=event.rule,
                clause=event.clause,
            )
            return replace(state, rounds={**state.rounds, due.id: due}, round_count=state.round_count + 1)
        case RoundDone():
            return replace(state, rounds=_without(state.rounds, event.round))
        case RoundMissed() if event.round in state.rounds:
            missed = replace(state.rounds[event.round], missed=True)
            return replace(state, rounds={**state.rounds, missed.id: missed})
        case _:
            return state


def _fold_camera(state: State, record: Record) -> State:
    event = record.event
    camera_id: str = getattr(event, "camera", "")
    camera = state.cameras.get(camera_id) or CameraState(id=camera_id)
    match event:
        case Finding():
            kind = wire_name(event)
            found = ActiveFinding(
                kind=kind,
                since_at=event.since_at,
                seq=record.seq,
                detail=event.detail,
                cells=event.cells,
                evidence=event.evidence,
                cause=event.cause if isinstance(event, RecordingMissing) else "",
            )
            camera = replace(camera, findings={**camera.findings, kind: found})
        case FindingCleared():
            assert event.CLEARS is not None
            camera = replace(camera, findings=_without(camera.findings, wire_name(event.CLEARS)))
        case CameraJudged():
            camera = replace(camera, not_judged=None)
        case CameraNotJudged():
            camera = replace(camera, not_judged=event.reason)
    return replace(state, cameras={**state.cameras, camera.id: camera})


def _fold_hub(state: State, record: Record) -> State:
    event = record.event
    match event:
        case HubStarted():
            return replace(state, running=True)
        case HubStopped():
            return replace(state, running=False)
        case SiteConfigured(site=site):
            cameras = {camera.id: state.cameras.get(camera.id) or CameraState(id=camera.id) for camera in site.cameras}
            return replace(state, site=site, cameras=cameras)
        case WatchOverloaded():
            return replace(state, overloaded=sorted({*state.overloaded, event.worker}))
        case WatchRelieved():
            return replace(state, overloaded=[name for name in state.overloaded if name != event.worker])
        case NotifierFailing():
            return replace(state, notifiers_failing={**state.notifiers_failing, event.notifier: event.reason})
        case NotifierWorking() | NotifierRetired():
            return replace(state, notifiers_failing=_without(state.notifiers_failing, event.notifier))
        case RecordingPlanned():
            return replace(state, recorded={**state.recorded, event.camera: event.stream})
        case RecordingUnplanned():
            return replace(state, recorded=_without(state.recorded, event.camera))
        case StorageLow() | StorageGone():
            standing = [*state.storage.get(event.volume, []), wire_name(event)]
            return replace(state, storage={**state.storage, event.volume: sorted(set(standing))})
        case StorageFreed() | StorageReturned():
            assert event.CLEARS is not None
            left = [kind for kind in state.storage.get(event.volume, []) if kind != wire_name(event.CLEARS)]
            rest = _without(state.storage, event.volume)
            return replace(state, storage={**rest, event.volume: left} if left else rest)
        case ConfigRejected():
            return replace(state, config_problems={**state.config_problems, event.file: event.problems})
        case ConfigAccepted():
            return replace(state, config_problems=_without(state.config_problems, event.file))
        case RulesLoaded():
            return _fold_rules(state, record, event)
        case PluginReady():
            health = PluginHealth(ready=True, version=event.version)
            return replace(state, plugins={**state.plugins, event.plugin: health})
        case PluginFailed():
            health = PluginHealth(ready=False, reason=event.reason)
            return replace(state, plugins={**state.plugins, event.plugin: health})
        case PluginRetired():
            return replace(state, plugins=_without(state.plugins, event.plugin))
        case WorkerRetired():
            return replace(state, workers=_without(state.workers, event.worker))
        case WorkerStarted() | WorkerDied():
            known = state.workers.get(event.worker) or WorkerHealth(running=False)
            died = isinstance(event, WorkerDied)
            worker = WorkerHealth(
                running=not died,
                cameras=event.cameras,
                reason=event.reason if isinstance(event, WorkerDied) else "",
                deaths=known.deaths + died,
            )
            return replace(state, workers={**state.workers, event.worker: worker})
        case RoundsLoaded():
            return replace(state, round_kinds={kind.id: kind for kind in event.kinds})
        case CalendarLoaded():
            return replace(state, calendar=event.calendar, calendar_at=record.seen_at)
        case ClockStepped():
            return _fold_step(state, record.seen_at) if event.by_s < 0 else state
        case RulePaused():
            pause = Pause(reason=event.reason, by=record.actor, since_at=record.seen_at, until_at=event.until_at)
            return replace(state, paused={**state.paused, event.rule: pause})
        case RuleResumed():
            return replace(state, paused=_without(state.paused, event.rule))
        case VariableSet():
            return replace(state, variables={**state.variables, event.variable: event.value})
        case ScheduleDue() | ScheduleMissed():
            known_schedule = state.schedules.get(event.rule) or Schedule(armed_at=record.seen_at)
            last = max(filter(None, (known_schedule.last_due_at, event.due_at)))
            schedule = replace(known_schedule, last_due_at=last)
            return replace(state, schedules={**state.schedules, event.rule: schedule})
        case _:
            return state


def _fold_rules(state: State, record: Record, event: RulesLoaded) -> State:
    before = {rule.id: rule.digest for rule in state.rule_files.get(event.file, [])}
    schedules = {key: value for key, value in state.schedules.items() if key not in before}
    for rule in event.rules:
        known = state.schedules.get(rule.id)
        unchanged = known is not None and before.get(rule.id) == rule.digest
        schedules[rule.id] = known if unchanged and known else Schedule(armed_at=record.seen_at)
    files = {**state.rule_files, event.file: event.rules} if event.rules else _without(state.rule_files, event.file)
    return replace(state, rule_files=files, schedules=schedules)


def _fold_step(state: State, now: datetime) -> State:
    """The clock was set back to `now`: what lay behind it may lie ahead again."""
    schedules = {
        rule: Schedule(min(known.armed_at, now), known.last_due_at and min(known.last_due_at, now))
        for rule, known in state.schedules.items()
    }
    calendar_at = state.calendar_at and min(state.calendar_at, now)
    return replace(state, schedules=schedules, calendar_at=calendar_at)


def _without(items: dict[str, V], key: str) -> dict[str, V]:
    return {name: value for name, value in items.items() if name != key}


_HUB_EVENTS: tuple[type[Event], ...] = (
    HubStarted,
    HubStopped,
    SiteConfigured,
    WatchOverloaded,
    WatchRelieved,
    NotifierFailing,
    NotifierWorking,
    NotifierRetired,
    RecordingPlanned,
    RecordingUnplanned,
    StorageLow,
    StorageGone,
    StorageFreed,
    StorageReturned,
    ConfigRejected,
    ConfigAccepted,
    RulesLoaded,
    PluginReady,
    PluginFailed,
    PluginRetired,
    WorkerRetired,
    WorkerStarted,
    WorkerDied,
    RoundsLoaded,
    CalendarLoaded,
    ClockStepped,
    RulePaused,
    RuleResumed,
    VariableSet,
    ScheduleDue,
    ScheduleMissed,
)


Fold = Callable[[State, Record], State]


def _part(
    name: str, follow: Callable[[Any, Record, Any], Any], events: Iterable[type[Event]]
) -> dict[type[Event], Fold]:
    """How a subject that has one field of the state for itself follows its own events."""

    def fold_part(state: State, record: Record) -> State:
        part = getattr(state, name)
        after = follow(part, record, record.event)
        return state if after is part else replace(state, **{name: after})

    return dict.fromkeys(events, fold_part)


_FOLDS: dict[type[Event], Fold] = {
    **dict.fromkeys(
        (event for pair in FINDINGS.values() for event in pair),
        _fold_camera,
    ),
    CameraJudged: _fold_camera,
    CameraNotJudged: _fold_camera,
    **dict.fromkeys(get_args(references.ReferenceEvent), _fold_reference),
    AlarmRaised: _fold_raised,
    **dict.fromkeys(get_args(alarms.LaterEvent), _fold_alarm),
    TicketOpened: _fold_opened,
    **dict.fromkeys(get_args(tickets.LaterEvent), _fold_ticket),
    TicketClosed: _fold_closed,
    **dict.fromkeys((RoundDue, RoundDone, RoundMissed), _fold_round),
    **dict.fromkeys(_HUB_EVENTS, _fold_hub),
    **_part("duty", shifts.follow, get_args(shifts.DutyEvent)),
}
"""How each event changes the state; what is not named here changes nothing."""
