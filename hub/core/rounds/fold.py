"""How the rounds that are open, and the cleaning jobs that are not proven, follow from the record."""

from typing import cast, get_args

from msgspec.structs import replace

from hub.core.event import Event, Record
from hub.core.rounds.events import (
    CleaningNotProven,
    CleaningProven,
    RoundCancelled,
    RoundDone,
    RoundDue,
    RoundStarted,
)
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.model import Cleaning, LaterEvent, Round, Sheet, apply, became_due
from hub.core.state import State

EVENTS: tuple[type[Event], ...] = (
    RoundDue,
    *get_args(LaterEvent),
    RoundDone,
    RoundCancelled,
    CleaningProven,
    CleaningNotProven,
)


def follow(state: State, record: Record) -> State:
    """The state after one record of `EVENTS`."""
    match record.event:
        case RoundDue() as event:
            due = became_due(record, event)
            return replace(state, rounds={**state.rounds, due.id: due}, round_count=state.round_count + 1)
        case RoundDone(round=round_id):
            return _ended(_to_be_proven(state, record, round_id), round_id)
        case RoundCancelled(round=round_id):
            return _ended(state, round_id)
        case CleaningProven(round=round_id) | CleaningNotProven(round=round_id):
            left = {key: value for key, value in state.cleanings.items() if key != round_id}
            return replace(state, cleanings=left)
        case _:
            return _later(state, record, cast(LaterEvent, record.event))


def sheet_of(state: State, round_: Round) -> Sheet:
    """The sheet of a round: as it was begun, or an empty one of the kind that is in force."""
    known = state.round_sheets.get(round_.id)
    return known or Sheet(kind=state.round_kinds.get(round_.kind) or RoundKind(id=round_.kind, name=round_.title))


def _later(state: State, record: Record, event: LaterEvent) -> State:
    known = state.rounds.get(event.round)
    if known is None:
        return state
    round_, sheet = apply(known, sheet_of(state, known), record, event)
    state = replace(state, rounds={**state.rounds, round_.id: round_})
    if event.round in state.round_sheets or isinstance(event, RoundStarted):
        return replace(state, round_sheets={**state.round_sheets, round_.id: sheet})
    return state


def _to_be_proven(state: State, record: Record, round_id: str) -> State:
    round_ = state.rounds.get(round_id)
    if round_ is None or round_.camera is None or not round_.finding:
        return state
    cleaning = Cleaning(
        round=round_.id,
        kind=round_.kind,
        title=round_.title,
        team=round_.team,
        rule=round_.rule,
        clause=round_.clause,
        camera=round_.camera,
        finding=round_.finding,
        before=round_.before,
        done_at=record.seen_at,
        again_after=round_.again_after,
    )
    return replace(state, cleanings={**state.cleanings, cleaning.round: cleaning})


def _ended(state: State, round_id: str) -> State:
    return replace(
        state,
        rounds={key: value for key, value in state.rounds.items() if key != round_id},
        round_sheets={key: value for key, value in state.round_sheets.items() if key != round_id},
    )
