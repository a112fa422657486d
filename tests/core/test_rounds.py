"""Kinds of rounds on record, and what they add to a round that comes due."""

from datetime import timedelta

import msgspec
import pytest

from hub.core.decisions import decide
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rounds.events import RoundDue, RoundsLoaded
from hub.core.rounds.kinds import AnyItem, Checklist, Measured, Number, Photo, RoundKind, Words, YesNo
from hub.core.text import Text
from tests.core.conftest import History

NAME = Text(en="Technical round", zh="技术维护")
KIND = RoundKind(id="technical", name=NAME, clause="2.4", team="technical", due_in_s=3600.0)


def order(**changes: object) -> MakeRoundDue:
    plain = MakeRoundDue(rule="r", kind="technical", title=NAME, team="", due_in_s=None, clause="")
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize(
    ("changes", "team", "due_in_s", "clause"),
    [
        ({}, "technical", 3600.0, "2.4"),
        ({"team": "others", "due_in_s": 60.0, "clause": "3.7"}, "others", 60.0, "3.7"),
        ({"kind": "unknown"}, "", None, ""),
    ],
)
def test_what_a_rule_leaves_unsaid_is_as_the_kind_of_round_has_it(
    history: History, changes: dict[str, object], team: str, due_in_s: float | None, clause: str
) -> None:
    history.happen(RoundsLoaded(kinds=[KIND]))
    (due,) = decide(history.state, order(**changes), "person:wang", history.now)
    assert isinstance(due, RoundDue)
    at = history.now + timedelta(seconds=due_in_s) if due_in_s is not None else None
    assert (due.team, due.due_at, due.clause) == (team, at, clause)


def test_kinds_that_are_no_longer_in_the_file_are_no_longer_in_force(history: History) -> None:
    history.happen(RoundsLoaded(kinds=[KIND]))
    history.happen(RoundsLoaded(kinds=[]))
    assert history.state.round_kinds == {}


def test_every_sort_of_item_is_read_back_as_it_was_written() -> None:
    items: tuple[AnyItem, ...] = (
        YesNo(id="a", ask=NAME, good=False, fault=NAME, photo_of_fault=True),
        Number(id="b", ask=NAME, unit="°C", at_least=1.0),
        Words(id="c", ask=NAME, must=False),
        Photo(id="d", ask=NAME),
        Measured(id="e", ask=NAME, measure="disk", at_most=95.0),
    )
    event = RoundsLoaded(kinds=[msgspec.structs.replace(KIND, checklists=(Checklist(of="camera", items=items),))])
    assert msgspec.json.decode(msgspec.json.encode(event), type=RoundsLoaded) == event
