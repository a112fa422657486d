"""What follows from commands and orders about rounds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

from hub.core.event import Event
from hub.core.rounds.commands import CompleteRound, MakeRoundDue, RoundCommand, RoundOrder
from hub.core.rounds.events import RoundDone, RoundDue, RoundMissed
from hub.core.rounds.kinds import RoundKind
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound


def decide(state: State, command: RoundCommand | RoundOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case CompleteRound():
            if command.round not in state.rounds:
                raise NotFound(f"No round {command.round} is due.")
            return [RoundDone(round=command.round, note=command.note)]
        case MakeRoundDue():
            return [_round_due(state, command, now)]


def due(state: State, now: datetime) -> list[Event]:
    """Rounds that are not made in time."""
    return [
        RoundMissed(round=round_.id)
        for round_ in state.rounds.values()
        if round_.due_at is not None and round_.due_at <= now and not round_.missed
    ]


def next_due(state: State) -> Iterable[datetime]:
    return (r.due_at for r in state.rounds.values() if r.due_at is not None and not r.missed)


def _round_due(state: State, order: MakeRoundDue, now: datetime) -> RoundDue:
    """What the rule leaves unsaid is as `rules/rounds.toml` has it for this kind of round."""
    kind = state.round_kinds.get(order.kind) or RoundKind(id=order.kind, name=order.title)
    due_in_s = order.due_in_s if order.due_in_s is not None else kind.due_in_s
    return RoundDue(
        round=f"R-{state.round_count + 1}",
        kind=order.kind,
        title=order.title,
        team=order.team or kind.team,
        due_at=now + timedelta(seconds=due_in_s) if due_in_s is not None else None,
        rule=order.rule,
        clause=order.clause or kind.clause,
    )


SUBJECT = Subject(commands=get_args(RoundCommand | RoundOrder), decide=decide, due=due, next_due=next_due)
