"""Attention checks: who is asked, when, how they answer, and what nobody watched."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attention.commands import AnswerAttention, AskAttention, CheckPost
from hub.core.attention.decisions import ANSWER_WITHIN
from hub.core.attention.events import (
    AttentionAnswered,
    AttentionAsked,
    AttentionMissed,
    AttentionOver,
    AttentionPlanned,
)
from hub.core.attention.model import TRANSITIONS
from hub.core.attention.plan import askable, instants, may_be_asked, plans_of, question
from hub.core.attention.posts import PostPlan
from hub.core.duty.roster import Asks, Post, Roster
from hub.core.duty.shifts import ShiftBegun, ShiftEnded
from hub.core.event import Event, wire_name
from hub.core.people.events import AccountCreated
from hub.core.posts.events import PostSignedOff, PostSignedOn
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState

from .conftest import START, History
from .test_permits import Room

SHANGHAI = ZoneInfo("Asia/Shanghai")
POST = PostPlan(id="desk", name=Text(en="Desk"), cameras=["press-1", "gate-1"], day_s=7200.0, night_s=3600.0)
SECRET = b"0" * 32


def shift(people: list[str], *, from_at: datetime = START - timedelta(hours=2), hours: float = 8) -> ShiftBegun:
    return ShiftBegun(
        post="desk",
        post_name=Text(en="Desk"),
        shift="early",
        shift_name=Text(en="Early"),
        team="",
        people=people,
        names=Text(en=", ".join(people)),
        from_at=from_at,
        to_at=from_at + timedelta(hours=hours),
    )


def over(begun: ShiftBegun) -> ShiftEnded:
    fields = {name: getattr(begun, name) for name in ShiftEnded.__struct_fields__}
    return ShiftEnded(**fields)


def on(*people: str) -> list[Event]:
    """They sign on at the desk."""
    name = Text(en="Desk")
    return [
        PostSignedOn(post="desk", post_name=name, account=person, name=Text(en=person), how="in_time")
        for person in people
    ]


def off(*people: str) -> list[Event]:
    name = Text(en="Desk")
    return [
        PostSignedOff(post="desk", post_name=name, account=person, name=Text(en=person), how="in_time")
        for person in people
    ]


@pytest.fixture
def room(history: History) -> Room:
    room = Room(history.state)
    room.now = history.now
    room.write(AttentionPlanned(posts=[POST]), shift(["zhao", "li"]), *on("zhao", "li"))
    return room


ASK = AskAttention(post="desk", shown="gate-1", choices=("gate-1", "press-1"))


def asked(room: Room) -> None:
    from hub.core.decisions import decide

    room.write(*decide(room.state, ASK, "hub", room.now))


def test_those_at_the_post_are_asked_and_one_of_them_answers(room: Room) -> None:
    asked(room)
    check = room.state.attention.checks["C-1"]
    assert (check.people, check.choices, check.until_at) == (
        ("zhao", "li"),
        ("gate-1", "press-1"),
        room.now + ANSWER_WITHIN,
    )
    room.go(seconds=20)
    room.ask(AnswerAttention(check="C-1", chosen="gate-1"), "li")
    (answer,) = room.of(AttentionAnswered)
    assert (answer.right, answer.delay_s, answer.shown) == (True, 20.0, "gate-1")  # type: ignore[attr-defined]
    assert room.state.attention.checks == {}
    assert room.state.attention.past[0].answered_by == "li"


def test_a_wrong_answer_shows_that_somebody_is_there_and_is_on_record_as_wrong(room: Room) -> None:
    asked(room)
    room.ask(AnswerAttention(check="C-1", chosen="press-1"))
    assert room.state.attention.past[0].right is False
    assert room.state.attention.checks == {}


def test_a_remark_answers_too_and_is_neither_right_nor_wrong(room: Room) -> None:
    asked(room)
    with pytest.raises(Refused, match="which camera"):
        room.ask(AnswerAttention(check="C-1"))
    with pytest.raises(Refused, match="which camera"):
        room.ask(AnswerAttention(check="C-1", chosen="elsewhere"))
    room.ask(AnswerAttention(check="C-1", note="a lorry at the gate"))
    past = room.state.attention.past[0]
    assert (past.right, past.note) == (None, "a lorry at the gate")


def test_nobody_else_answers_for_them(room: Room) -> None:
    asked(room)
    with pytest.raises(NotAllowed, match="at its post"):
        room.ask(AnswerAttention(check="C-1", chosen="gate-1"), "wang")
    with pytest.raises(NotFound):
        room.ask(AnswerAttention(check="C-9", chosen="gate-1"))


def test_who_does_not_answer_is_asked_once_more_and_then_it_is_missed(room: Room) -> None:
    asked(room)
    begun = room.now
    room.go(seconds=89)
    assert len(room.of(AttentionAsked)) == 1
    room.go(seconds=1)
    assert [event.again for event in room.of(AttentionAsked)] == [False, True]  # type: ignore[attr-defined]
    room.go(seconds=90)
    (missed,) = room.of(AttentionMissed)
    assert (missed.since_at, missed.people) == (begun, ["zhao", "li"])  # type: ignore[attr-defined]
    room.go(minutes=30)
    assert len(room.of(AttentionMissed)) == 1


def test_who_came_to_the_post_meanwhile_is_asked_with_the_second_question_and_may_answer(room: Room) -> None:
    asked(room)
    room.go(seconds=30)
    room.write(*off("zhao"), *on("chen"))
    room.go(seconds=60)
    assert [event.people for event in room.of(AttentionAsked)] == [["zhao", "li"], ["li", "chen"]]  # type: ignore[attr-defined]
    room.ask(AnswerAttention(check="C-1", chosen="gate-1"), "chen")
    assert room.state.attention.past[0].answered_by == "chen"


def test_only_cameras_that_everybody_at_the_post_may_see_are_asked_about(room: Room) -> None:
    assert askable(room.state, POST) == ["press-1", "gate-1"]
    room.write(AccountCreated(account="li", name="Li", role="watch_officer", domains=["production"]))
    assert askable(room.state, POST) == ["press-1"]
    room.write(AccountCreated(account="zhao", name="Zhao", role="watch_officer", domains=["security"]))
    assert askable(room.state, POST) == []
    room.write(*off("li"))
    assert askable(room.state, POST) == ["gate-1"]


def test_unwatched_is_from_the_first_question_to_the_late_answer(room: Room) -> None:
    asked(room)
    room.go(seconds=90)
    room.go(seconds=90)
    room.go(seconds=120)
    room.ask(AnswerAttention(check="C-1", chosen="gate-1"))
    assert room.of(AttentionOver) == [AttentionOver(check="C-1", post="desk", how="answered", unwatched_s=300.0)]
    past = room.state.attention.past[0]
    assert (past.state, past.right, past.unwatched_s) == ("over", True, 300.0)


def test_unwatched_is_at_most_until_those_who_were_asked_leave_the_post(room: Room) -> None:
    asked(room)
    room.go(seconds=90)
    room.go(seconds=90)
    room.now += timedelta(seconds=60)
    room.write(*on("chen"), *off("zhao", "li"))
    room.look()
    assert room.of(AttentionOver) == [AttentionOver(check="C-1", post="desk", how="left", unwatched_s=240.0)]


def test_a_check_that_was_not_missed_when_the_shift_left_counts_nothing(room: Room) -> None:
    asked(room)
    room.write(*off("zhao", "li"))
    room.look()
    assert room.of(AttentionOver) == [AttentionOver(check="C-1", post="desk", how="left", unwatched_s=0.0)]


def test_a_leader_makes_a_spot_check_where_somebody_is_and_nothing_is_open(room: Room) -> None:
    room.ask(CheckPost(post="desk"), "wang")
    check = room.state.attention.checks["C-1"]
    assert check.shown in ("gate-1", "press-1")
    with pytest.raises(WrongState, match="open there already"):
        room.ask(CheckPost(post="desk"), "wang")
    with pytest.raises(NotFound):
        room.ask(CheckPost(post="nowhere"), "wang")


def test_nobody_is_asked_where_nobody_is_while_one_is_open_or_at_a_handover(room: Room) -> None:
    assert may_be_asked(room.state, POST, room.now)
    end = START + timedelta(hours=6)
    assert not may_be_asked(room.state, POST, end - timedelta(minutes=4))
    assert not may_be_asked(room.state, POST, START - timedelta(hours=2) + timedelta(minutes=4))
    assert may_be_asked(room.state, POST, end - timedelta(minutes=6))
    asked(room)
    assert not may_be_asked(room.state, POST, room.now)
    room.write(*off("zhao", "li"))
    room.look()
    assert not may_be_asked(room.state, POST, room.now)
    with pytest.raises(WrongState, match="Nobody is at that post"):
        room.ask(CheckPost(post="desk"), "wang")


def test_every_step_is_one_of_the_table(room: Room) -> None:
    states = {"C-1": "[*]"}
    room.events.clear()
    asked(room)
    room.go(seconds=90)
    room.go(seconds=90)
    room.ask(AnswerAttention(check="C-1", chosen="gate-1"))
    replay = Room(History().state)
    for event in room.events:
        replay.write(event)
        found: dict[str, str] = {each.id: each.state for each in replay.state.attention.past}
        found |= {key: each.state for key, each in replay.state.attention.checks.items()}
        assert (states["C-1"], wire_name(event), found["C-1"]) in TRANSITIONS
        states = found


# --- when ---


@given(st.integers(0, 400), st.integers(1, 72))
def test_the_instants_of_a_stretch_do_not_depend_on_how_it_is_cut_up(start_h: int, hours: int) -> None:
    begin = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=start_h)
    end = begin + timedelta(hours=hours)
    whole = list(instants(POST, SECRET, SHANGHAI, begin, end))
    parts: list[tuple[str, datetime]] = []
    at = begin
    while at < end:
        parts += instants(POST, SECRET, SHANGHAI, at, at := min(end, at + timedelta(minutes=37)))
    assert sorted(whole) == sorted(parts)
    assert len({key for key, _ in whole}) == len(whole)


def test_by_night_they_are_asked_twice_as_often_as_the_roster_says_and_nobody_can_tell_when() -> None:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    found = [at.astimezone(SHANGHAI) for _, at in instants(POST, SECRET, SHANGHAI, begin, begin + timedelta(days=60))]
    night = [at for at in found if at.time() >= time(22) or at.time() < time(6)]
    assert 60 * 8 * 0.85 < len(night) < 60 * 8 * 1.15
    assert 60 * 8 * 0.85 < len(found) - len(night) < 60 * 8 * 1.15
    assert len({(at.minute, at.second) for at in found}) > 0.8 * len(found)
    other = [at for _, at in instants(POST, b"1" * 32, SHANGHAI, begin, begin + timedelta(days=60))]
    assert not set(other) & set(found)


def test_a_length_of_nothing_asks_nobody() -> None:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    quiet = PostPlan(id="desk", name=Text(en="Desk"), cameras=["a", "b"])
    assert list(instants(quiet, SECRET, SHANGHAI, begin, begin + timedelta(days=9))) == []


# --- what ---


@given(st.binary(min_size=1, max_size=32), st.sets(st.sampled_from([f"c{n}" for n in range(9)]), min_size=2))
def test_the_camera_that_is_shown_is_one_of_up_to_four_of_the_wall(seed: bytes, cameras: set[str]) -> None:
    drawn = question(seed, sorted(cameras))
    assert drawn == question(seed, sorted(cameras))
    assert drawn.shown in drawn.choices
    assert set(drawn.choices) <= cameras
    assert len(drawn.choices) == min(4, len(cameras))


def test_each_camera_is_shown_now_and_then_and_at_each_place() -> None:
    cameras = [f"c{n}" for n in range(6)]
    drawn = [question(str(n).encode(), cameras) for n in range(300)]
    assert {each.shown for each in drawn} == set(cameras)
    assert {each.choices.index(each.shown or "") for each in drawn} == {0, 1, 2, 3}


def test_a_wall_of_one_camera_has_nothing_to_be_told_apart() -> None:
    assert question(b"x", ["only"]).choices == ()


def test_the_roster_says_which_posts_are_asked_and_which_walls_are_walked() -> None:
    roster = Roster(
        posts=(
            Post(id="desk", name=Text(en="Desk"), cameras=("a",)),
            Post(id="gate", name=Text(en="Gate"), cameras=("b",), patrol_s=3600.0),
            Post(id="shop", name=Text(en="Shop")),
        ),
        attention=Asks(posts=("desk",), day_s=7200.0, night_s=3600.0),
    )
    desk, gate = plans_of(roster)
    assert (desk.id, desk.day_s, desk.night_s, desk.patrol_s) == ("desk", 7200.0, 3600.0, 0.0)
    assert (gate.id, gate.day_s, gate.patrol_s) == ("gate", 0.0, 3600.0)


def test_events_of_a_check_are_about_its_post() -> None:
    from hub.core.catalogue import subject_of

    event: Event = AttentionOver(check="C-1", post="desk", how="left", unwatched_s=0.0)
    assert subject_of(event) == "post:desk"
