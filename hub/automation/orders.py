"""Orders of rules as the drafts that carry them out: the same live and in a simulation."""

from datetime import datetime

from hub.automation.model import Effect
from hub.core.command import Order
from hub.core.decisions import decide
from hub.core.event import Draft, Record, wire_name
from hub.core.state import State


def drafts_of(effect: Effect, order: Order, state: State, now: datetime) -> list[Draft]:
    """What carries out the `order` of `effect` in `state`. Raises `Refused` where it cannot be carried out."""
    # With the event's name: a rule whose actions were edited meanwhile must not meet the key of another action.
    actor = f"rule:{effect.rule}"
    return [
        Draft(
            event,
            actor=actor,
            cause=effect.cause,
            key=f"{effect.key}#{wire_name(event)}:{number}",
        )
        for number, event in enumerate(decide(state, order, actor, now))
    ]


def as_if_written(draft: Draft, state: State, now: datetime) -> Record:
    """The record that `draft` becomes when it is written next; it has no hash."""
    return Record(
        seq=state.position + 1,
        at=draft.at or now,
        seen_at=now,
        actor=draft.actor,
        cause=draft.cause,
        event=draft.event,
        key=draft.key,
        hash=b"",
    )
