"""The state of the site: everything that follows from the journal, and `fold`, which lets it follow.

Values are frozen; dictionaries are never changed in place. The same records give the same state, always.
"""

from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from hub.core import alarms, duty, references, tickets
from hub.core.alarms import Alarm
from hub.core.calendar import Calendar
from hub.core.catalogue import (
    AlarmAcknowledged,
    AlarmRaised,
    AlarmReturned,
    AlarmShelved,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
    ClockStepped,
    ConfigAccepted,
    ConfigRejected,
    HubStarted,
    HubStopped,
    PluginFailed,
    PluginReady,
    PluginRetired,
    RoundDone,
    RoundDue,
    RoundMissed,
    RulePrint,
    RulesLoaded,
    ScheduleDue,
    ScheduleMissed,
    SiteConfigured,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketRestored,
    WorkerDied,
    WorkerRetired,
    WorkerStarted,
)
from hub.core.delivery import NotifierFailing, NotifierRetired, NotifierWorking
from hub.core.duty import Duty, RosterFilled, RosterGap, ShiftBegun, ShiftEnded, ShiftEndsSoon
from hub.core.event import Record, wire_name
from hub.core.findings import (
    CameraJudged,
    CameraNotJudged,
    CameraRelearned,
    Evidence,
    Finding,
    FindingCleared,
    NotJudged,
    RecordingMissing,
    ReferenceApproved,
    ReferenceLearned,
    ReferenceRejected,
)
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.recordings import RecordingPlanned, RecordingUnplanned, Stream
from hub.core.references import ReferenceView
from hub.core.rounds import RoundKind, RoundsLoaded
from hub.core.rules import CalendarLoaded, Pause, RulePaused, RuleResumed, VariableSet, VariableValue
from hub.core.site import Site
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.text import Text
from hub.core.tickets import Ticket

V = TypeVar("V")


class ActiveFinding(msgspec.Struct, frozen=True):
    """A condition of a camera that holds now; `seq` is the record that raised it."""

    kind: str
    since_at: datetime
    seq: int
    detail: Text = Text(en="")
    cells: list[int] = []
    evidence: Evidence | None = None
    cause: str = ""
    """Why, in one word, where the finding says it: `hub.core.findings.MissingCause`."""


class CameraState(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record about a camera. `not_judged` is None when the watch judges it."""

    id: str
    not_judged: NotJudged | None = "starting"
    findings: dict[str, ActiveFinding] = {}
    references: dict[str, ReferenceView] = {}
    """By id, oldest first: those in use, those that wait, and the last ones that were."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round that is to be made."""

    id: str
    kind: str
    title: Text
    team: str
    since_at: datetime
    due_at: datetime | None
    rule: str | None
    clause: str
    missed: bool = False


class PluginHealth(msgspec.Struct, frozen=True):
    ready: bool
    version: str = ""
    reason: str = ""


class WorkerHealth(msgspec.Struct, frozen=True):
    running: bool
    cameras: list[str] = []
    reason: str = ""
    deaths: int = 0


class Schedule(msgspec.Struct, frozen=True):
    """When a rule was first known under its present digest, and the last instant it was due (or missed).

    Every instant that was planned since then, up to the last one, is on record. Neither lies in the future: where the
    clock was set back, what comes again is dropped by its key.
    """

    armed_at: datetime
    last_due_at: datetime | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The site now. Alarms that were cleared and tickets that were closed are history: the journal has them."""

    position: int = 0
    at: datetime | None = None
    site: Site = Site()
    running: bool = False
    cameras: dict[str, CameraState] = {}
    alarms: dict[str, Alarm] = {}
    tickets: dict[str, Ticket] = {}
    rounds: dict[str, Round] = {}
    round_kinds: dict[str, RoundKind] = {}
    """What is looked at on rounds of each kind."""
    plugins: dict[str, PluginHealth] = {}
    workers: dict[str, WorkerHealth] = {}
    overloaded: list[str] = []
    """The watch workers that do not keep their pace."""
    notifiers_failing: dict[str, str] = {}
    """Reason by notifier name."""
    recorded: dict[str, Stream] = {}
    """The cameras that are to be recorded, with the stream."""
    storage: dict[str, list[str]] = {}
    """What is the matter with the volumes of recordings: wire names of the conditions that hold, by volume."""
    config_problems: dict[str, list[str]] = {}
    rule_files: dict[str, list[RulePrint]] = {}
    schedules: dict[str, Schedule] = {}
    calendar: Calendar = Calendar()
    calendar_at: datetime | None = None
    """Since when the calendar is this one; None: from the beginning."""
    paused: dict[str, Pause] = {}
    """The rules that somebody turned off."""
    variables: dict[str, VariableValue] = {}
    """What was set; a variable that is not here holds what its declaration says."""
    duty: Duty = Duty()
    """The shifts under way and the gaps that are coming, as the roster has them."""
    alarm_count: int = 0
    ticket_count: int = 0
    round_count: int = 0

    def alarm_about(self, rule: str, subject: str) -> Alarm | None:
        """The standing alarm of a rule about a subject."""
        return next((a for a in self.alarms.values() if a.rule == rule and a.subject == subject), None)


def fold(state: State, record: Record) -> State:
    """The state after one more record. Pure; an event that changes nothing gives the same state, further on."""
    return replace(_fold_event(state, record), position=record.seq, at=record.seen_at)


def _fold_event(state: State, record: Record) -> State:
    event = record.event
    match event:
        case Finding() | FindingCleared() | CameraJudged() | CameraNotJudged():
            return _fold_camera(state, record)
        case ReferenceLearned() | ReferenceApproved() | ReferenceRejected() | CameraRelearned():
            camera = state.cameras.get(event.camera) or CameraState(id=event.camera)
            camera = replace(camera, references=references.follow(camera.references, record, event))
            return replace(state, cameras={**state.cameras, camera.id: camera})
        case AlarmRaised():
            alarm = alarms.raised(record, event, state.alarms.get(event.alarm))
            count = state.alarm_count + (event.alarm not in state.alarms)
            return replace(state, alarms={**state.alarms, alarm.id: alarm}, alarm_count=count)
        case (
            AlarmAcknowledged()
            | AlarmReturned()
            | AlarmShelved()
            | AlarmUnshelved()
            | AlarmSuppressed()
            | AlarmUnsuppressed()
        ):
            known = state.alarms.get(event.alarm)
            if known is None:
                return state
            alarm = alarms.apply(known, record, event)
            rest = {key: value for key, value in state.alarms.items() if key != alarm.id or not alarm.cleared}
            return replace(state, alarms=rest if alarm.cleared else {**rest, alarm.id: alarm})
        case TicketOpened():
            ticket = tickets.opened(record, event)
            count = state.ticket_count + 1
            return replace(state, tickets={**state.tickets, ticket.id: ticket}, ticket_count=count)
        case TicketAssigned() | TicketOverdue() | TicketRestored() | TicketRelapsed():
            if event.ticket not in state.tickets:
                return state
            ticket = tickets.apply(state.tickets[event.ticket], record, event)
            return replace(state, tickets={**state.tickets, ticket.id: ticket})
        case TicketClosed():
            return replace(state, tickets=_without(state.tickets, event.ticket))
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
        case RoundMissed():
            if event.round not in state.rounds:
                return state
            missed = replace(state.rounds[event.round], missed=True)
            return replace(state, rounds={**state.rounds, missed.id: missed})
        case ShiftBegun() | ShiftEndsSoon() | ShiftEnded() | RosterGap() | RosterFilled():
            return replace(state, duty=duty.follow(state.duty, event))
        case _:
            return _fold_hub(state, record)


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
