"""Whatever is asked of rounds, in whatever order: they go only by the table, and nothing is signed with holes."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.assets.events import AssetRegistered
from hub.core.catalogue import SiteConfigured
from hub.core.decisions import decide
from hub.core.event import wire_name
from hub.core.rounds.answers import Answer, is_bad, problem_of
from hub.core.rounds.commands import (
    AnswerRound,
    CancelRound,
    CompleteRound,
    CountersignRound,
    MakeRoundDue,
    ReturnRound,
    SignRound,
    StartRound,
)
from hub.core.rounds.events import RoundDone, RoundsLoaded
from hub.core.rounds.fold import sheet_of
from hub.core.rounds.kinds import Number, YesNo
from hub.core.rounds.model import TRANSITIONS, cells_of, counted
from hub.core.text import Text
from hub.errors import Refused
from tests.core.conftest import SITE, History
from tests.core.test_rounds_made import ROOM, WEEKLY

ROUNDS = st.sampled_from(["R-1", "R-2"])
PEOPLE = st.sampled_from(["person:sun-wei", "person:ma-chao", "person:wang"])
ANSWERS = st.builds(
    Answer,
    asset=st.sampled_from(["SW-1", "U-1", "room", "press-1", "gate-1"]),
    item=st.sampled_from(["heat", "noise", "load", "words", "clean", "desk", "picture", "recording"]),
    value=st.none() | st.booleans() | st.floats() | st.sampled_from(["words", ""]),
    not_possible=st.sampled_from(["", "", "locked"]),
)
FITTING = st.sampled_from(
    [
        [Answer(asset="SW-1", item="heat", value=False), Answer(asset="SW-1", item="noise", value=True)],
        [Answer(asset="U-1", item="load", value=90.0)],
        [Answer(asset=a, item=i, not_possible="no") for a in ("press-1", "gate-1") for i in ("picture", "recording")],
        [Answer(asset="room", item="clean", value=True), Answer(asset="room", item="desk", not_possible="no camera")],
    ]
)
COMMANDS = st.one_of(
    st.builds(StartRound, round=ROUNDS),
    st.builds(AnswerRound, round=ROUNDS, answers=FITTING),
    st.builds(AnswerRound, round=ROUNDS, answers=st.lists(ANSWERS, min_size=1, max_size=3)),
    st.builds(SignRound, round=ROUNDS),
    st.builds(CountersignRound, round=ROUNDS),
    st.builds(ReturnRound, round=ROUNDS, reason=st.just("r")),
    st.builds(CompleteRound, round=ROUNDS),
    st.builds(CancelRound, round=ROUNDS, reason=st.just("r")),
    st.sampled_from([10.0, 50.0, 4000.0]),
)


def _site() -> History:
    history = History()
    history.happen(SiteConfigured(site=SITE), RoundsLoaded(kinds=[WEEKLY, ROOM]))
    history.happen(AssetRegistered(asset="SW-1", kind="switch", values={}))
    history.happen(AssetRegistered(asset="U-1", kind="ups", values={}))
    for kind in ("technical", "room"):
        order = MakeRoundDue(rule="r", kind=kind, title=Text(en="R"), team="", due_in_s=None, clause="")
        history.decide(decide, order)
    return history


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(COMMANDS, PEOPLE), max_size=25))
def test_rounds_go_by_the_table_and_are_signed_by_the_right_people_without_holes(
    steps: list[tuple[object, str]],
) -> None:
    history = _site()
    allowed = set(TRANSITIONS)
    for command, actor in steps:
        before, written = history.state, len(history.records)
        if isinstance(command, float):
            history.pass_time(seconds=command)
        else:
            with suppress(Refused):
                history.decide(decide, command, actor)
        names = {wire_name(record.event) for record in history.records[written:]}
        for round_id, round_ in before.rounds.items():
            after = history.state.rounds.get(round_id)
            end = next((n.removeprefix("round.") for n in ("round.done", "round.cancelled") if n in names), "")
            state = after.state if after is not None else end
            if state != round_.state and not isinstance(command, float):
                assert any((round_.state, name, state) in allowed for name in names), (round_.state, names, state)
        for record in history.records[written:]:
            if isinstance(record.event, RoundDone):
                round_ = before.rounds[record.event.round]
                known = sheet_of(before, round_)
                assert counted(round_, known).open_must == 0
                assert record.event.late == (round_.missed)
                if known.kind.signed_by == "leader":
                    assert round_.state == "handed_in"
                    assert record.actor not in round_.makers
        for round_ in history.state.rounds.values():
            sheet = sheet_of(history.state, round_)
            assert counted(round_, sheet) == round_
            assert all(key in {f"{t.asset}/{i.id}" for t, i in cells_of(sheet)} for key in sheet.answers)
    opened = [ticket.subject for ticket in history.state.tickets.values()]
    assert len(opened) == len(set(opened))


@given(st.booleans(), st.booleans())
def test_a_yes_or_no_is_bad_when_it_is_not_the_good_one(good: bool, value: bool) -> None:
    assert is_bad(YesNo(id="a", ask=Text(en="a"), good=good), value) == (good != value)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-2e6, 2e6))
def test_a_number_is_bad_outside_of_its_limits(one: float, other: float, value: float) -> None:
    least, most = sorted((one, other))
    item = Number(id="a", ask=Text(en="a"), at_least=least, at_most=most)
    assert is_bad(item, value) == (not least <= value <= most)


@given(ANSWERS)
def test_no_value_of_the_wrong_sort_is_ever_taken(answer: Answer) -> None:
    item = Number(id="load", ask=Text(en="Load"))
    fits = isinstance(answer.value, float) and abs(answer.value) <= 1e9
    assert bool(problem_of(item, answer)) == (answer.value is not None if answer.not_possible else not fits)
