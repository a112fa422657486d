"""Walking the wall: begun, channel by channel, paused, done, and missed."""

from datetime import datetime, timedelta

import pytest

from hub.core.attention.events import AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.patrol import decisions
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.patrol.events import Look, PatrolBegun, PatrolDone, PatrolMissed, PatrolSeen
from hub.core.people.account import Account
from hub.core.people.rights import check
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from hub.errors import NotAllowed, NotFound, WrongState

from .conftest import START, History
from .test_attention import off, on, over, shift
from .test_permits import Room

POST = PostPlan(id="desk", name=Text(en="Desk"), cameras=["gate-1", "press-1"], patrol_s=4 * 3600.0)
BEGIN = BeginPatrol(post="desk")
LOADED = START + timedelta(seconds=1)
"""When the roster was read that wants the wall walked."""


def due_at(room: Room) -> datetime | None:
    return min(decisions.next_due(room.state), default=None)


def look(camera: str, looked_s: float = 3.0, **more: object) -> Look:
    return Look(camera, looked_s, **more)  # type: ignore[arg-type]


def confirm(*looks: Look) -> ConfirmChannels:
    return ConfirmChannels(patrol="W-1", looks=list(looks))


@pytest.fixture
def room(history: History) -> Room:
    room = Room(history.state)
    room.now = history.now
    room.write(AttentionPlanned(posts=[POST]), shift(["zhao"], from_at=START, hours=8), *on("zhao"))
    return room


def test_a_walk_goes_through_every_channel_in_the_order_of_the_site(room: Room) -> None:
    room.ask(BEGIN)
    assert [(event.cameras, event.at_post) for event in room.of(PatrolBegun)] == [(["press-1", "gate-1"], True)]  # type: ignore[attr-defined]
    room.go(seconds=5)
    room.ask(confirm(look("press-1", 4.5)))
    assert room.state.patrols.open["desk"].unseen == ["gate-1"]
    room.go(seconds=5)
    room.ask(confirm(look("gate-1", 2.5)))
    (done,) = room.of(PatrolDone)
    assert (done.good, done.bad, done.took_s, done.looked_s) == (2, 0, 10.0, 7.0)  # type: ignore[attr-defined]
    assert room.state.patrols.open == {}
    assert room.state.patrols.done_by == {"desk": "person:zhao"}


def test_beginning_again_goes_on_with_the_walk_that_is_under_way(room: Room) -> None:
    room.ask(BEGIN)
    assert room.ask(BEGIN, "li") == []
    assert len(room.state.patrols.open) == 1


def test_nobody_confirms_a_picture_that_was_hardly_looked_at(room: Room) -> None:
    room.ask(BEGIN)
    room.go(seconds=60)
    with pytest.raises(WrongState, match=r"1\.0 s"):
        room.ask(confirm(look("press-1", 1.0)))


def test_nobody_confirms_more_pictures_than_the_time_was_enough_for(room: Room) -> None:
    room.ask(BEGIN)
    room.go(seconds=2)
    with pytest.raises(WrongState, match="cannot have been looked at"):
        room.ask(confirm(look("press-1", 30.0), look("gate-1", 30.0)))
    room.go(seconds=2)
    room.ask(confirm(look("press-1"), look("gate-1")))
    assert len(room.of(PatrolDone)) == 1


def test_a_bad_picture_opens_a_ticket_each_and_says_what_is_wrong(room: Room) -> None:
    room.ask(BEGIN)
    with pytest.raises(WrongState, match="What is wrong"):
        room.ask(confirm(look("press-1", 1.0, good=False)))
    room.ask(confirm(look("press-1", 1.0, good=False, remark="cobweb"), look("gate-1", 1.0, good=False, remark="fog")))
    opened = [event for event in room.events if isinstance(event, TicketOpened)]
    assert [(event.ticket, event.camera, event.opened_from) for event in opened] == [
        ("T-1", "press-1", "patrol:W-1"),
        ("T-2", "gate-1", "patrol:W-1"),
    ]
    assert "cobweb" in opened[0].title.en
    assert "cobweb" in opened[0].title.zh
    (done,) = room.of(PatrolDone)
    assert (done.good, done.bad) == (0, 2)  # type: ignore[attr-defined]


def test_a_camera_with_an_open_ticket_gets_no_second_one(room: Room) -> None:
    room.ask(BEGIN)
    room.ask(confirm(look("press-1", 1.0, good=False, remark="cobweb")))
    room.ask(confirm(look("press-1", 1.0, good=False, remark="still")))
    assert len(room.state.tickets) == 1
    assert len(room.of(PatrolSeen)) == 2


def test_what_is_not_on_the_wall_cannot_be_confirmed(room: Room) -> None:
    room.ask(BEGIN)
    room.go(seconds=10)
    with pytest.raises(NotFound, match="not on the wall"):
        room.ask(confirm(look("elsewhere")))
    with pytest.raises(NotFound, match="under way"):
        room.ask(ConfirmChannels(patrol="W-9", looks=[look("press-1")]))
    with pytest.raises(NotFound, match="no wall"):
        room.ask(BeginPatrol(post="nowhere"))


def test_whoever_has_no_rights_in_a_domain_of_the_wall_does_not_walk_it(room: Room) -> None:
    with pytest.raises(NotAllowed):
        check(Account("zhang", "Zhang", "watch_officer", ["security"]), BEGIN, room.state)
    check(Account("zhang", "Zhang", "watch_officer", ["production", "security"]), BEGIN, room.state)


def test_somebody_who_is_not_at_the_post_may_walk_it_and_that_is_on_record(room: Room) -> None:
    room.ask(BEGIN, "wang")
    assert [event.at_post for event in room.of(PatrolBegun)] == [False]  # type: ignore[attr-defined]


def test_a_wall_that_is_not_walked_is_missed_once_an_interval(room: Room) -> None:
    assert due_at(room) == LOADED + timedelta(hours=4)
    room.go(hours=4)
    assert [(event.due_at, event.unseen) for event in room.of(PatrolMissed)] == [(LOADED + timedelta(hours=4), 2)]  # type: ignore[attr-defined]
    assert room.state.patrols.late("desk")
    room.go(hours=1)
    assert len(room.of(PatrolMissed)) == 1
    room.ask(BEGIN)
    room.go(seconds=10)
    room.ask(confirm(look("press-1"), look("gate-1")))
    assert not room.state.patrols.late("desk")


def test_the_interval_begins_anew_with_each_walk_and_with_each_shift(room: Room) -> None:
    room.go(hours=3)
    room.ask(BEGIN)
    room.go(seconds=10)
    room.ask(confirm(look("press-1"), look("gate-1")))
    assert due_at(room) == room.now + timedelta(hours=4)
    room.write(over(shift(["zhao"], from_at=START, hours=8)), shift(["li"], from_at=START + timedelta(hours=8)))
    room.write(*on("li"))
    assert due_at(room) == START + timedelta(hours=12)


def test_where_nobody_is_nothing_is_missed(room: Room) -> None:
    room.write(over(shift(["zhao"], from_at=START, hours=8)), *off("zhao"))
    room.go(days=1)
    assert room.of(PatrolMissed) == []
    assert due_at(room) is None


def test_a_walk_that_was_not_finished_in_time_is_missed_and_stays(room: Room) -> None:
    room.ask(BEGIN)
    room.go(seconds=5)
    room.ask(confirm(look("press-1")))
    room.go(hours=5)
    assert [event.unseen for event in room.of(PatrolMissed)] == [1]  # type: ignore[attr-defined]
    room.ask(confirm(look("gate-1")), "li")
    assert len(room.of(PatrolDone)) == 1


def test_after_a_long_time_down_one_walk_is_missed_and_not_one_for_each_interval(room: Room) -> None:
    room.go(hours=13)
    assert [event.due_at for event in room.of(PatrolMissed)] == [LOADED + timedelta(hours=12)]  # type: ignore[attr-defined]
