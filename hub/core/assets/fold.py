"""How what befalls cameras and tickets is kept for the assets that it is about: after the state followed itself."""

from collections.abc import Callable
from datetime import datetime
from typing import cast, get_args

from msgspec.structs import replace

from hub.core.assets import lives
from hub.core.assets.lives import Judgement, Life
from hub.core.catalogue import FINDINGS, HubStarted, HubStopped
from hub.core.event import Event, Record, wire_name
from hub.core.findings import (
    AccessRefused,
    CameraJudged,
    CameraNotJudged,
    NightUnusable,
    RecordingMissing,
    RecordingResumed,
    SignalLost,
)
from hub.core.recordings import RecordingPlanned, RecordingUnplanned
from hub.core.state import CameraState, State
from hub.core.tickets.events import (
    TicketCancelled,
    TicketClosed,
    TicketOpened,
    TicketRelapsed,
    TicketReopened,
    TicketRestored,
    TicketVerified,
)

_TicketEvent = (
    TicketOpened | TicketRestored | TicketRelapsed | TicketVerified | TicketClosed | TicketReopened | TicketCancelled
)
_CameraEvents: tuple[type[Event], ...] = (
    *(event for pair in FINDINGS.values() for event in pair),
    CameraJudged,
    CameraNotJudged,
    RecordingPlanned,
    RecordingUnplanned,
)
_LOST = frozenset({wire_name(SignalLost), wire_name(AccessRefused)})
_MOST_OPEN = 5000


def judgement(camera: CameraState) -> Judgement:
    """Whether a camera counts as good now. Recordings are judged apart; a camera without a signal is bad."""
    if _LOST & camera.findings.keys():
        return "bad"
    if camera.not_judged is not None:
        return "unknown"
    return "bad" if any(not kind.startswith("recording.") for kind in camera.findings) else "good"


def _camera(state: State, record: Record) -> State:
    event, now = record.event, record.seen_at
    name = cast(str, getattr(event, "camera", ""))
    camera = state.cameras.get(name)
    life = before = state.assets.lives.get(name) or Life()
    if camera is not None:
        life = lives.judged(life, now, judgement(camera))
    befall = _BEFALL.get(type(event))
    if befall is not None:
        life = befall(life, now)
    return state if life is before else _with(state, {name: life})


def _ticket(state: State, record: Record) -> State:
    event = cast(_TicketEvent, record.event)
    name = state.assets.open_faults.get(event.ticket, "")
    if isinstance(event, TicketOpened):
        name = _about(event)
    if not name:
        return state
    known = state.assets.lives.get(name) or Life()
    at = record.seen_at
    match event:
        case TicketOpened():
            faults = {**state.assets.open_faults, event.ticket: name}
            if len(faults) > _MOST_OPEN:
                faults.pop(next(iter(faults)))
            state = replace(state, assets=replace(state.assets, open_faults=faults))
            return _with(state, {name: lives.opened(known, event.ticket, at)})
        case TicketRestored():
            return _with(state, {name: lives.restored(known, event.ticket, at)})
        case TicketVerified():
            return _with(state, {name: lives.restored(known, event.ticket, event.since_at)})
        case TicketRelapsed() | TicketReopened():
            return _with(state, {name: lives.relapsed(known, event.ticket)})
        case TicketClosed():
            return _with(state, {name: lives.restored(known, event.ticket, at, closed=True)})
        case TicketCancelled():
            return _with(state, {name: lives.cancelled(known, event.ticket)})


def _about(event: TicketOpened) -> str:
    """The asset that a fault is about: the one that it names, else its camera."""
    kind, _, name = event.subject.partition(":")
    return name if kind == "asset" else (event.camera or "")


def _stopped(state: State, record: Record) -> State:
    return _with(state, {key: lives.judged(life, record.seen_at, "unknown") for key, life in _watched(state)})


def _started(state: State, record: Record) -> State:
    """Nobody looked while the hub was away."""
    if state.at is None:
        return state
    alive_until = cast(HubStarted, record.event).alive_until or state.at
    away = (min(record.seen_at, max(state.at, alive_until)), record.seen_at)
    changed = {key: lives.broken_off(life, *away) for key, life in state.assets.lives.items()}
    for key, life in changed.items():
        if key in state.cameras and life.watched is not None:
            changed[key] = lives.judged(life, record.seen_at, judgement(state.cameras[key]))
    return _with(state, changed)


def _watched(state: State) -> list[tuple[str, Life]]:
    return [(key, life) for key, life in state.assets.lives.items() if life.watched is not None]


def _with(state: State, changed: dict[str, Life]) -> State:
    if not changed:
        return state
    return replace(state, assets=replace(state.assets, lives={**state.assets.lives, **changed}))


_BEFALL: dict[type[Event], Callable[[Life, datetime], Life]] = {
    NightUnusable: lives.dark,
    **dict.fromkeys((RecordingMissing, RecordingUnplanned), lives.unrecorded),
    **dict.fromkeys((RecordingPlanned, RecordingResumed), lives.recorded),
}
"""What an event does to the life of its camera, beside what it says of its picture."""

FOLDS: dict[type[Event], Callable[[State, Record], State]] = {
    **dict.fromkeys(_CameraEvents, _camera),
    **dict.fromkeys(get_args(_TicketEvent), _ticket),
    HubStarted: _started,
    HubStopped: _stopped,
}
"""The state with the lives of assets after a record, by the events that say something about them beside their own:
when everything else in the state has followed the record, and `state.at` is still the instant of the one before."""
