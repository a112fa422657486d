"""How the state follows from the record: what each event changes. The same records give the same state, always."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast, get_args

from msgspec.structs import replace

from hub.core import backups, references
from hub.core.alarms import fold as alarms
from hub.core.assets import fold as lives
from hub.core.assets import model as assets
from hub.core.assets.events import AssetEvent
from hub.core.attachments import events as attachments
from hub.core.attention import model as attention
from hub.core.attention.events import AttentionEvent
from hub.core.baselines import model as baselines
from hub.core.baselines.events import BaselineEvent
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
from hub.core.deeds import CameraTurned
from hub.core.delivery import NotifierFailing, NotifierRetired, NotifierWorking
from hub.core.devices import model as devices
from hub.core.devices.events import FAULTS, MENDED, DeviceEvent
from hub.core.duty import shifts
from hub.core.dutylog import model as dutylog
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event, Record, wire_name
from hub.core.findings import (
    CameraJudged,
    CameraNotJudged,
    Finding,
    FindingCleared,
    RecordingMissing,
)
from hub.core.homes import model as homes
from hub.core.homes.events import HomeEvent
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.patrol import model as patrol
from hub.core.patrol.events import PatrolEvent
from hub.core.people import model as people
from hub.core.people.events import StaffEvent
from hub.core.permits import model as permits
from hub.core.permits.events import PermitEvent
from hub.core.posts import model as posts
from hub.core.proof import model as proof
from hub.core.proof.events import ProofEvent
from hub.core.recordings import RecordingPlanned, RecordingUnplanned
from hub.core.releases import model as releases
from hub.core.releases.events import HoldEvent, ReleaseEvent
from hub.core.reviews import model as reviews
from hub.core.reviews.events import ReviewEvent
from hub.core.rounds import fold as rounds
from hub.core.rounds.events import RoundsLoaded
from hub.core.rules.events import CalendarLoaded, Pause, RulePaused, RuleResumed, VariableSet
from hub.core.state import ActiveFinding, CameraState, PluginHealth, Schedule, State, WorkerHealth
from hub.core.storage import (
    StorageAmple,
    StorageAway,
    StorageBack,
    StorageFreed,
    StorageGone,
    StorageLow,
    StorageReturned,
    StorageShort,
)
from hub.core.tickets import model as tickets
from hub.core.tickets.events import (
    TicketOpened,
    TicketReopened,
)

V = TypeVar("V")


def fold(state: State, record: Record) -> State:
    """The state after one more record. Pure; an event that changes nothing gives the same state, further on."""
    how = _FOLDS.get(type(record.event), _same)
    return replace(how(state, record), position=record.seq, at=record.seen_at)


def fold_for_rules(state: State, record: Record) -> State:
    """The same without the lives of assets, which no rule can ask about: for replays, where every record counts."""
    how = _OWN_FOLDS.get(type(record.event), _same)
    return replace(how(state, record), position=record.seq, at=record.seen_at)


def _same(state: State, record: Record) -> State:
    return state


def _fold_reference(state: State, record: Record) -> State:
    event = cast(references.ReferenceEvent, record.event)
    camera = _camera(state, event.camera)
    return _with_camera(state, replace(camera, references=references.follow(camera.references, record, event)))


def _fold_opened(state: State, record: Record) -> State:
    ticket = tickets.opened(record, cast(TicketOpened, record.event))
    return replace(state, tickets={**state.tickets, ticket.id: ticket}, ticket_count=state.ticket_count + 1)


def _fold_ticket(state: State, record: Record) -> State:
    event = cast(tickets.LaterEvent, record.event)
    known = state.tickets.get(event.ticket) or state.closed_tickets.get(event.ticket)
    if known is None or (event.ticket not in state.tickets and not isinstance(event, TicketReopened)):
        return state
    ticket = tickets.apply(known, record, event)
    closed = _without(state.closed_tickets, ticket.id)
    if ticket.closed_at is None:
        return replace(state, tickets={**state.tickets, ticket.id: ticket}, closed_tickets=closed)
    days = state.site.tickets.reopen_days
    recent = tickets.recent([*closed.values(), ticket], now=record.seen_at, days=days)
    return replace(state, tickets=_without(state.tickets, ticket.id), closed_tickets=recent)


def _fold_finding(state: State, record: Record) -> State:
    event = cast(Finding, record.event)
    camera = _camera(state, event.camera)
    kind = wire_name(event)
    found = ActiveFinding(
        kind=kind,
        since_at=event.since_at,
        seq=record.seq,
        detail=event.detail,
        cells=event.cells,
        evidence=event.evidence,
        cause=event.cause if isinstance(event, RecordingMissing) else "",
        measures=event.measures,
        forecast_at=getattr(event, "forecast_at", None),
    )
    return _with_camera(state, replace(camera, findings={**camera.findings, kind: found}))


def _fold_cleared(state: State, record: Record) -> State:
    event = cast(FindingCleared, record.event)
    camera = _camera(state, event.camera)
    assert event.CLEARS is not None
    return _with_camera(state, replace(camera, findings=_without(camera.findings, wire_name(event.CLEARS))))


def _fold_judged(state: State, record: Record) -> State:
    event = cast(CameraJudged | CameraNotJudged, record.event)
    reason = event.reason if isinstance(event, CameraNotJudged) else None
    return _with_camera(state, replace(_camera(state, event.camera), not_judged=reason))


def _camera(state: State, camera_id: str) -> CameraState:
    return state.cameras.get(camera_id) or CameraState(id=camera_id)


def _with_camera(state: State, camera: CameraState) -> State:
    return replace(state, cameras={**state.cameras, camera.id: camera})


def _fold_hub(state: State, record: Record) -> State:
    event = record.event
    match event:
        case HubStarted():
            return replace(state, running=True, tickets=tickets.interrupted(state.tickets))
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
        case StorageLow() | StorageGone() | StorageShort() | StorageAway():
            standing = [*state.storage.get(event.volume, []), wire_name(event)]
            return replace(state, storage={**state.storage, event.volume: sorted(set(standing))})
        case StorageFreed() | StorageReturned() | StorageAmple() | StorageBack():
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
            state = replace(state, tickets=tickets.stepped(state.tickets, event.by_s))
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


def _stepped(known: Schedule, now: datetime) -> Schedule:
    if known.armed_at > now:
        # Nothing of the time before is on record: also what was put off to a moment that lies ahead now.
        return Schedule(armed_at=now)
    return replace(known, last_due_at=known.last_due_at and min(known.last_due_at, now))


def _fold_step(state: State, now: datetime) -> State:
    """The clock was set back to `now`: what lay behind it may lie ahead again."""
    schedules = {rule: _stepped(known, now) for rule, known in state.schedules.items()}
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
    StorageShort,
    StorageAmple,
    StorageAway,
    StorageBack,
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


def _shared(one: dict[type[Event], Fold], other: dict[type[Event], Fold]) -> dict[type[Event], Fold]:
    """Where two parts of the state follow the same event, the one goes before the other."""

    def both(first: Fold, then: Fold) -> Fold:
        return lambda state, record: then(first(state, record), record)

    return {**one, **other, **{event: both(one[event], other[event]) for event in one.keys() & other.keys()}}


_OWN_FOLDS: dict[type[Event], Fold] = {
    **dict.fromkeys((found for found, _ in FINDINGS.values()), _fold_finding),
    **dict.fromkeys((cleared for _, cleared in FINDINGS.values()), _fold_cleared),
    **dict.fromkeys((CameraJudged, CameraNotJudged), _fold_judged),
    **dict.fromkeys(get_args(references.ReferenceEvent), _fold_reference),
    **dict.fromkeys(alarms.EVENTS, alarms.follow),
    TicketOpened: _fold_opened,
    **dict.fromkeys(get_args(tickets.LaterEvent), _fold_ticket),
    **dict.fromkeys(rounds.EVENTS, rounds.follow),
    **_shared(
        {
            **dict.fromkeys(_HUB_EVENTS, _fold_hub),
            **_part("staff", people.follow, get_args(StaffEvent)),
            **_part("duty", shifts.follow, get_args(shifts.DutyEvent)),
        },
        _part("posts", posts.follow, get_args(posts.OwnEvent | posts.SharedEvent)),
    ),
    **_part("assets", assets.follow, get_args(AssetEvent)),
    **_part("attachments", attachments.follow, (attachments.AttachmentAdded,)),
    **_part("homes", homes.follow, (*get_args(HomeEvent), CameraTurned)),
    **_part("backups", backups.follow, get_args(backups.BackupEvent)),
    **_part("baselines", baselines.follow, get_args(BaselineEvent)),
    **_part("devices", devices.follow, (*FAULTS, *MENDED.values(), *get_args(DeviceEvent))),
    **_part("dutylog", dutylog.follow, (LogEntered,)),
    **_part("attention", attention.follow, get_args(AttentionEvent)),
    **_part("patrols", patrol.follow, get_args(PatrolEvent)),
    **_part("permits", permits.follow, get_args(PermitEvent)),
    **_part("proof", proof.follow, get_args(ProofEvent)),
    **_part("releases", releases.follow, get_args(ReleaseEvent | HoldEvent)),
    **_part("reviews", reviews.follow, get_args(ReviewEvent)),
}
_FOLDS = _shared(_OWN_FOLDS, lives.FOLDS)
"""How each event changes the state; what is not named here changes nothing. The lives of assets go last."""
