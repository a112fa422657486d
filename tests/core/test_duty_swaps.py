"""Shifts that people exchange or give away: asked, agreed to, approved, and then in the roster."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.command import Command
from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskCover, AskSwap, DeclineSwap, RefuseSwap, WithdrawSwap
from hub.core.duty.decisions import stints_between
from hub.core.duty.roster import Cover, Held, Leave, Pattern, Turn
from hub.core.duty.shifts import RosterLoaded, ShiftBegun
from hub.core.duty.swap_events import SwapApproved, SwapAsked, SwapExpired
from hub.core.duty.swaps import TRANSITIONS
from hub.core.event import wire_name
from hub.core.fold import fold
from hub.core.state import State
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.core.plant_duty import PEOPLE, ROSTER, ZONE, Plant, at

CALM = replace(
    ROSTER,
    patterns=(
        Pattern(id="desk", post="desk", cycle=("day", "off"), start_on=date(2026, 1, 1), turns=(Turn(team="a"),)),
        Pattern(id="desk2", post="desk", cycle=("off", "day"), start_on=date(2026, 1, 1), turns=(Turn(team="b"),)),
        Pattern(id="gate", post="gate", cycle=("day",), start_on=date(2026, 1, 1), turns=(Turn(team="c"),)),
    ),
    posts=tuple(replace(post, hours=()) for post in ROSTER.posts),
)
"""Ann has the desk by day on odd dates, bob on even ones; cid the gate every day; dan nothing. No post wants people."""
SWAP = AskSwap(other="bob", on=date(2026, 1, 7), other_on=date(2026, 1, 8), reason="exam")


def who(plant: Plant, day: int, post: str = "desk") -> tuple[str, ...]:
    return next(s.people for s in stints_between(plant.state, at(day, 8), at(day, 9)) if s.post == post)


def approved(plant: Plant, ask: Command, other: str) -> None:
    (asked,) = plant.do("ann", ask)
    assert isinstance(asked, SwapAsked)
    plant.do(other, AgreeSwap(swap=asked.swap))
    plant.do("wang", ApproveSwap(swap=asked.swap))


def test_an_approved_swap_is_in_the_roster_and_the_file_is_as_it_was() -> None:
    plant = Plant(at(5, 9), CALM)
    assert (who(plant, 7), who(plant, 8)) == (("ann",), ("bob",))
    approved(plant, SWAP, "bob")
    assert (who(plant, 7), who(plant, 8)) == (("bob",), ("ann",))
    assert plant.state.duty.file == CALM
    assert plant.state.duty.swaps == {}
    plant.until(at(7, 8, 1))
    assert [e.people for e in plant.of(ShiftBegun) if e.from_at == at(7, 8) and e.post == "desk"] == [["bob"]]


def test_a_new_roster_file_keeps_what_was_approved() -> None:
    plant = Plant(at(5, 9), CALM)
    approved(plant, SWAP, "bob")
    plant.happen(RosterLoaded(roster=replace(CALM, rest_s=0.0), zone=ZONE))
    assert who(plant, 7) == ("bob",)


def test_a_shift_that_was_taken_can_be_given_on() -> None:
    plant = Plant(at(5, 9), CALM)
    approved(plant, AskCover(other="bob", on=date(2026, 1, 7), reason="ill"), "bob")
    (asked,) = plant.do("bob", AskCover(other="dan", on=date(2026, 1, 7), reason="ill too"))
    assert isinstance(asked, SwapAsked)
    plant.do("dan", AgreeSwap(swap=asked.swap))
    plant.do("wang", ApproveSwap(swap=asked.swap))
    assert who(plant, 7) == ("dan",)


def test_a_swap_during_the_shift_of_today_is_too_late() -> None:
    plant = Plant(at(5, 9), CALM)
    with pytest.raises(WrongState, match="has begun already"):
        plant.do("ann", AskCover(other="dan", on=date(2026, 1, 5), reason="ill"))


def test_nobody_decides_about_their_own_exchange() -> None:
    plant = Plant(at(5, 9), CALM)
    plant.do("ann", SWAP)
    with pytest.raises(WrongState, match="Bob has not agreed to S-1 yet"):
        plant.do("wang", ApproveSwap(swap="S-1"))
    with pytest.raises(NotAllowed, match="not yours"):
        plant.do("cid", AgreeSwap(swap="S-1"))
    plant.do("bob", AgreeSwap(swap="S-1"))
    assert plant.do("bob", AgreeSwap(swap="S-1")) == []
    for one in ("ann", "bob"):
        with pytest.raises(NotAllowed, match="their own exchange"):
            plant.do(one, ApproveSwap(swap="S-1"))
        with pytest.raises(NotAllowed, match="their own exchange"):
            plant.do(one, RefuseSwap(swap="S-1", reason="x"))
    with pytest.raises(WrongState, match="agreed to already"):
        plant.do("bob", DeclineSwap(swap="S-1", reason="no"))
    plant.do("wang", RefuseSwap(swap="S-1", reason="too few"))
    with pytest.raises(NotFound, match="No exchange S-1 is open"):
        plant.do("ann", WithdrawSwap(swap="S-1"))


def test_what_nobody_decides_ends_when_the_shift_begins() -> None:
    plant = Plant(at(5, 9), CALM)
    plant.do("ann", SWAP)
    plant.until(at(7, 7, 59))
    assert plant.state.duty.swaps
    plant.until(at(7, 8))
    assert [event.swap for event in plant.of(SwapExpired)] == ["S-1"]
    assert who(plant, 7) == ("ann",)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (AskCover(other="cid", on=date(2026, 1, 7), reason="r"), "Cid would be at two posts at once on 2026-01-07"),
        (AskCover(other="ann", on=date(2026, 1, 7), reason="r"), "with themselves"),
        (AskCover(other="eve", on=date(2026, 1, 7), reason="r"), "no person eve"),
        (AskCover(other="bob", on=date(2026, 1, 8), reason="r"), "Ann has no such shift on 2026-01-08"),
        (AskCover(other="bob", on=date(2026, 8, 8), reason="r"), "not within the next 92 days"),
        (AskSwap(other="dan", on=date(2026, 1, 7), other_on=date(2026, 1, 8), reason="r"), "Dan has no such shift"),
    ],
)
def test_what_cannot_be_is_said_before_anybody_is_asked(ask: Command, said: str) -> None:
    plant = Plant(at(5, 9), CALM)
    with pytest.raises(Refused, match=said):
        plant.do("ann", ask)
    assert plant.of(SwapAsked) == []


def test_leave_training_and_rest_are_looked_at_before_anybody_is_asked() -> None:
    ask = AskCover(other="dan", on=date(2026, 1, 7), reason="r")
    away = Leave(person="dan", first_on=date(2026, 1, 7), last_on=date(2026, 1, 7))
    with pytest.raises(WrongState, match="Dan is on leave on 2026-01-07"):
        Plant(at(5, 9), replace(CALM, leaves=(away,))).do("ann", ask)
    night = Cover(on=date(2026, 1, 6), person="dan", shift="night", post="gate")
    with pytest.raises(WrongState, match="Dan would rest 0 h between two shifts; 8 h are wanted"):
        Plant(at(5, 9), replace(CALM, covers=(night,))).do("ann", ask)
    plant = Plant(at(5, 9), CALM)
    plant.train("dan", until_at=at(5, 8))
    with pytest.raises(WrongState, match="Dan has no valid training"):
        plant.do("ann", ask)
    watch = tuple(replace(post, hours=ROSTER.posts[0].hours, qualifications=("watch",)) for post in CALM.posts)
    people = (replace(CALM.people[0], held=(Held(qualification="watch"),)), *CALM.people[1:])
    with pytest.raises(WrongState, match="Dan may not watch at Desk: the training is lacking"):
        Plant(at(5, 9), replace(CALM, posts=watch, people=people)).do("ann", ask)


def test_one_shift_is_asked_for_once() -> None:
    plant = Plant(at(5, 9), CALM)
    plant.do("ann", SWAP)
    with pytest.raises(WrongState, match="asked for in S-1 already"):
        plant.do("ann", AskCover(other="dan", on=date(2026, 1, 7), reason="r"))


def test_what_changed_meanwhile_is_looked_at_again_when_it_is_approved() -> None:
    plant = Plant(at(5, 9), CALM)
    plant.do("ann", AskCover(other="dan", on=date(2026, 1, 7), reason="r"))
    plant.do("dan", AgreeSwap(swap="S-1"))
    away = Leave(person="dan", first_on=date(2026, 1, 7), last_on=date(2026, 1, 7))
    plant.happen(RosterLoaded(roster=replace(CALM, leaves=(away,)), zone=ZONE))
    with pytest.raises(WrongState, match="Dan is on leave"):
        plant.do("wang", ApproveSwap(swap="S-1"))


refs = st.sampled_from(("S-1", "S-2", "S-3"))
days = st.integers(5, 9).map(lambda day: date(2026, 1, day))
commands = st.one_of(
    st.builds(AskCover, other=st.sampled_from(PEOPLE), on=days, reason=st.just("r")),
    st.builds(AskSwap, other=st.sampled_from(PEOPLE), on=days, other_on=days, reason=st.just("r")),
    st.builds(AgreeSwap, swap=refs),
    st.builds(DeclineSwap, swap=refs, reason=st.just("r")),
    st.builds(WithdrawSwap, swap=refs),
    st.builds(ApproveSwap, swap=refs),
    st.builds(RefuseSwap, swap=refs, reason=st.just("r")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((*PEOPLE, "wang")), commands, st.sampled_from((0, 0, 0, 30))), max_size=15))
def test_exchanges_go_as_the_table_says_and_never_put_anybody_at_two_posts(
    steps: list[tuple[str, Command, int]],
) -> None:
    plant = Plant(at(5, 9), CALM)
    for actor, command, hours in steps:
        with contextlib.suppress(Refused):
            plant.do(actor, command)
        if hours:
            plant.until(at(5, 9).replace(day=plant.now.day + 1))
    state = State()
    before: dict[str, str] = {}
    for record in plant.records:
        state = fold(state, record)
        after = {key: swap.state for key, swap in state.duty.swaps.items()}
        for key in before.keys() | after.keys():
            one, other = before.get(key, "[*]"), after.get(key, "[*]")
            assert one == other or (one, wire_name(record.event), other) in TRANSITIONS
        before = after
        if isinstance(record.event, SwapApproved):
            parties = next(e for e in plant.of(SwapAsked) if e.swap == record.event.swap)
            assert record.actor.removeprefix("person:") not in (parties.asker, parties.other)
    for stint in stints_between(plant.state, at(5, 0), at(12, 0)):
        twice = [
            s for s in stints_between(plant.state, stint.from_at, stint.to_at) if set(s.people) & set(stint.people)
        ]
        assert twice == [stint], "somebody is at two posts at once"
