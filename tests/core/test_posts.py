"""Posts: who is there, who is late or absent, and what every place in a shift comes to."""

import pytest
from msgspec.structs import replace

from hub.core import decisions
from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskCover
from hub.core.duty.roster import Cover, Leave
from hub.core.duty.shifts import RosterLoaded, ShiftBegun
from hub.core.people.commands import DismissPerson
from hub.core.people.events import AccountChanged, PersonLeft
from hub.core.posts.commands import CoverPost, EndPresence, SignOff, SignOn
from hub.core.posts.events import (
    PostAbsent,
    PostAbsentOver,
    PostAttendance,
    PostClosed,
    PostLate,
    PostLateOver,
    PostLeftOpen,
    PostManned,
    PostSignedOff,
    PostSignedOn,
    PostUnmanned,
    ReliefCame,
    ReliefMissing,
)
from hub.errors import NotAllowed, NotFound, WrongState
from tests.core.plant_duty import ROSTER, Plant, at


def verdicts(plant: Plant) -> list[tuple[str, str, str]]:
    return [(event.account, event.shift, event.verdict) for event in plant.of(PostAttendance)]


def test_who_signs_on_in_time_and_off_at_the_end_attended() -> None:
    plant = Plant(at(5, 7, 50))
    (on,) = plant.do("cid", SignOn(post="gate"))
    assert isinstance(on, PostSignedOn)
    assert (on.how, on.by_s, on.until_at) == ("early", 600.0, at(5, 20))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 19, 58))
    assert plant.state.posts.present == {"gate": ("cid",), "desk": ("ann",)}
    (on,) = plant.do("bob", SignOn(post="desk"))
    assert isinstance(on, PostSignedOn)
    assert (on.how, on.by_s, on.until_at) == ("early", 120.0, at(6, 8))
    for who, post in (("ann", "desk"), ("cid", "gate")):
        (off,) = plant.do(who, SignOff(post=post))
        assert isinstance(off, PostSignedOff)
        assert (off.how, off.by_s) == ("in_time", 0.0)
    plant.until(at(5, 20, 10))
    assert {("ann", "day", "attended"), ("cid", "day", "attended")} <= set(verdicts(plant))
    assert plant.state.posts.present == {"desk": ("bob",)}
    assert plant.of(PostLate) == []


def test_who_does_not_come_is_late_then_absent_and_the_alarm_about_it_ends_when_the_person_comes() -> None:
    plant = Plant(at(5, 8))
    plant.until(at(5, 8, 4, 59))
    assert plant.of(PostLate) == []
    plant.until(at(5, 8, 5))
    assert [(event.account, event.post, event.name.zh) for event in plant.of(PostLate)] == [
        ("ann", "desk", "ann某"),
        ("cid", "gate", "cid某"),
    ]
    plant.until(at(5, 8, 15))
    assert {event.account for event in plant.of(PostAbsent)} == {"ann", "cid"}
    assert {event.how for event in plant.of(PostLateOver)} == {"absent"}
    plant.until(at(5, 8, 40))
    on, over, manned = plant.do("ann", SignOn(post="desk"))
    assert isinstance(on, PostSignedOn)
    assert (on.how, on.by_s) == ("late", 2400.0)
    assert isinstance(over, PostAbsentOver)
    assert over.how == "came"
    assert isinstance(manned, PostManned)
    plant.until(at(5, 20, 1))
    (ann,) = [event for event in plant.of(PostAttendance) if event.account == "ann"]
    assert (ann.verdict, ann.late_s, ann.early_s) == ("late", 2400.0, 0.0)
    assert ("cid", "day", "absent") in verdicts(plant)
    assert [event.how for event in plant.of(PostAbsentOver) if event.account == "cid"] == ["ended"]


def test_the_grace_is_as_the_roster_says() -> None:
    plant = Plant(at(5, 8), replace(ROSTER, late_s=60.0, absent_s=120.0))
    plant.until(at(5, 8, 1))
    assert len(plant.of(PostLate)) == 2
    plant.until(at(5, 8, 2))
    assert len(plant.of(PostAbsent)) == 2


def test_where_nobody_signs_on_nobody_is_late() -> None:
    posts = tuple(replace(post, sign_on=False) for post in ROSTER.posts)
    plant = Plant(at(5, 8), replace(ROSTER, posts=posts))
    plant.until(at(6, 9))
    assert plant.of(PostLate, PostAbsent, PostUnmanned, PostAttendance) == []


def test_leaving_before_the_end_needs_a_reason_and_is_on_record() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 15))
    with pytest.raises(WrongState, match="ends in 300 min"):
        plant.do("ann", SignOff(post="desk"))
    (off,) = plant.do("ann", SignOff(post="desk", reason="ill"))
    assert isinstance(off, PostSignedOff)
    assert (off.how, off.by_s) == ("early", 5 * 3600.0)
    plant.until(at(5, 15, 5))
    (empty,) = [event for event in plant.of(PostUnmanned) if event.post == "desk"]
    assert (empty.since_at, empty.names.en) == (at(5, 15), "Ann")
    plant.until(at(5, 20, 1))
    (ann,) = [event for event in plant.of(PostAttendance) if event.account == "ann"]
    assert (ann.verdict, ann.early_s, ann.off_at) == ("attended", 5 * 3600.0, at(5, 15))


def test_nobody_is_at_two_posts_and_nobody_where_they_are_not_rostered() -> None:
    both = Cover(on=at(5, 8).date(), person="ann", shift="day", post="gate")
    plant = Plant(at(5, 8), replace(ROSTER, covers=(both,)))
    with pytest.raises(NotAllowed, match="Dan is not rostered at Desk"):
        plant.do("dan", SignOn(post="desk"))
    plant.do("ann", SignOn(post="desk"))
    assert plant.do("ann", SignOn(post="desk")) == []
    with pytest.raises(WrongState, match="Ann is signed on at Desk"):
        plant.do("ann", SignOn(post="gate"))
    plant.do("wang", CoverPost(post="gate", account="ann", reason="nobody else"))
    off, on = plant.do("ann", SignOn(post="gate"))
    assert isinstance(off, PostSignedOff)
    assert (off.post, off.how) == ("desk", "moved")
    assert isinstance(on, PostSignedOn)
    assert plant.state.posts.present == {"gate": ("ann",)}


def test_a_leader_lets_somebody_else_stand_in_and_excuses_whoever_does_not_come() -> None:
    plant = Plant(at(5, 8))
    plant.until(at(5, 8, 20))
    with pytest.raises(NotAllowed, match="own word"):
        plant.do("dan", CoverPost(post="desk", account="dan", reason="x"))
    with pytest.raises(NotFound, match="bob has no shift at Desk now"):
        plant.do("wang", CoverPost(post="desk", account="dan", instead_of="bob", reason="x"))
    plant.do("wang", CoverPost(post="desk", account="dan", instead_of="ann", reason="Ann is ill"))
    (on, *_) = plant.do("dan", SignOn(post="desk"))
    assert isinstance(on, PostSignedOn)
    assert (on.how, on.until_at) == ("cover", at(5, 20))
    plant.until(at(5, 20, 1))
    assert ("ann", "day", "excused") in verdicts(plant)
    assert [event.how for event in plant.of(PostAbsentOver) if event.account == "ann"] == ["excused"]


def test_a_cover_ends_within_a_day() -> None:
    plant = Plant(at(5, 8))
    with pytest.raises(WrongState, match="within 24 hours"):
        plant.do("wang", CoverPost(post="desk", account="dan", until_at=at(7, 8), reason="x"))


def test_relief_that_does_not_come_is_told_and_whoever_waits_stays_on_record() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20, 4))
    assert plant.of(ReliefMissing) == []
    plant.until(at(5, 20, 5))
    (missing,) = plant.of(ReliefMissing)
    assert (missing.relief, missing.waiting, missing.since_at) == (["bob"], ["ann"], at(5, 20))
    assert plant.state.posts.present == {"desk": ("ann",)}
    with pytest.raises(WrongState, match="Nobody has relieved you at Desk"):
        plant.do("ann", SignOff(post="desk"))
    plant.until(at(5, 20, 30))
    assert [type(event) for event in plant.do("bob", SignOn(post="desk"))] == [
        PostSignedOn,
        PostAbsentOver,
        ReliefCame,
    ]
    (off,) = plant.do("ann", SignOff(post="desk"))
    assert isinstance(off, PostSignedOff)
    assert off.how == "in_time"


def test_whoever_stands_in_without_excusing_anybody_relieves_those_who_wait() -> None:
    plant = Plant(at(5, 7, 50))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20, 20))
    assert len(plant.of(ReliefMissing)) == 1
    plant.do("cid", CoverPost(post="desk", account="dan", reason="Bob cannot be reached."))
    plant.do("dan", SignOn(post="desk"))
    plant.until(at(5, 20, 40))
    assert (len(plant.of(ReliefMissing)), len(plant.of(ReliefCame))) == (1, 1)
    assert plant.state.posts.relief_missing == frozenset()


def test_whoever_had_to_wait_for_the_relief_has_time_to_sign_off() -> None:
    plant = Plant(at(5, 7, 50))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20, 40))
    plant.do("bob", SignOn(post="desk"))
    plant.until(at(5, 20, 54))
    assert plant.of(PostLeftOpen) == []
    plant.until(at(5, 20, 56))
    (left,) = plant.of(PostLeftOpen)
    assert isinstance(left, PostLeftOpen)
    assert left.account == "ann"


def test_whoever_leaves_unrelieved_says_why() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20, 10))
    (off,) = plant.do("ann", SignOff(post="desk", reason="the child is ill"))
    assert isinstance(off, PostSignedOff)
    assert off.how == "unrelieved"
    plant.settle()
    assert len(plant.of(ReliefCame)) == 1
    plant.until(at(5, 20, 15))
    assert [event.post for event in plant.of(PostUnmanned)].count("desk") == 1


def test_leaving_for_good_ends_the_presence_and_the_post_is_unmanned() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 9))
    off, left = plant.do("wang", DismissPerson(account="ann", reason="left the works"))
    assert isinstance(off, PostSignedOff)
    assert (off.post, off.how, off.reason) == ("desk", "by_leader", "left the works")
    assert isinstance(left, PersonLeft)
    assert left.remaining == ["team:a"], "the roster is a file: somebody takes them out of it"
    assert plant.state.posts.present.get("desk") is None
    plant.until(at(5, 10))
    assert [event.post for event in plant.of(PostUnmanned)].count("desk") == 1


def test_leaving_for_good_ends_a_presence_at_a_post_that_the_roster_has_no_more() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    posts = tuple(post for post in ROSTER.posts if post.id != "desk")
    plant.happen(RosterLoaded(roster=replace(ROSTER, posts=posts, patterns=()), zone="Asia/Shanghai"))
    plant.do("wang", DismissPerson(account="ann", reason="left"))
    assert plant.state.posts.signed_on == {}


def test_a_sign_off_that_is_lacking_is_told_and_a_leader_can_make_up_for_it() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20))
    plant.do("bob", SignOn(post="desk"))
    plant.until(at(5, 20, 15))
    (open_,) = plant.of(PostLeftOpen)
    assert (open_.account, open_.until_at) == ("ann", at(5, 20))
    off, closed = plant.do("wang", EndPresence(account="ann", reason="went home"))
    assert isinstance(off, PostSignedOff)
    assert (off.how, off.by_s) == ("by_leader", 0.0)
    assert isinstance(closed, PostClosed)
    plant.until(at(6, 9))
    assert len(plant.of(PostLeftOpen)) == 1
    with pytest.raises(NotFound, match="ann is not signed on"):
        plant.do("wang", EndPresence(account="ann", reason="x"))


def test_shifts_that_passed_while_the_hub_was_down_are_on_record_and_nobody_can_say_who_came() -> None:
    plant = Plant(at(5, 9))
    plant.do("cid", SignOn(post="gate"))
    plant.down_until(at(7, 12))
    passed = [(event.post, event.shift, event.from_at) for event in plant.of(ShiftBegun) if event.passed]
    assert passed == [
        ("desk", "night", at(5, 20)),
        ("desk", "day", at(6, 8)),
        ("gate", "day", at(6, 8)),
        ("desk", "night", at(6, 20)),
    ]
    found = [(event.account, event.from_at, event.verdict) for event in plant.of(PostAttendance)]
    assert sorted(found) == [
        ("ann", at(5, 8), "unseen"),
        ("ann", at(6, 20), "unseen"),
        ("bob", at(5, 20), "unseen"),
        ("bob", at(6, 8), "unseen"),
        ("cid", at(5, 8), "attended"),
        ("cid", at(6, 8), "unseen"),
    ]
    assert not [event for event in plant.of(PostLate) if event.from_at < at(5, 8)]


def test_after_a_downtime_the_grace_begins_anew() -> None:
    plant = Plant(at(5, 7))
    plant.down_until(at(5, 9))
    plant.until(at(5, 9, 4))
    assert [event for event in plant.of(PostLate) if event.from_at == at(5, 8)] == []
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 20, 1))
    assert ("ann", "day", "attended") in verdicts(plant)


def test_a_roster_that_is_changed_during_a_shift_keeps_those_who_are_in_both() -> None:
    plant = Plant(at(5, 8))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 10))
    extra = Cover(on=at(5, 8).date(), person="dan", shift="day", post="desk")
    away = Leave(person="cid", first_on=at(5, 8).date(), last_on=at(5, 8).date())
    plant.happen(RosterLoaded(roster=replace(ROSTER, covers=(extra,), leaves=(away,)), zone="Asia/Shanghai"))
    plant.settle()
    plant.until(at(5, 10, 5))
    assert [event.account for event in plant.of(PostLate) if event.account in ("ann", "dan")] == ["dan"]
    plant.until(at(5, 20, 1))
    assert sorted(each for each in verdicts(plant) if each[1] == "day") == [
        ("ann", "day", "attended"),
        ("cid", "day", "excused"),
        ("dan", "day", "absent"),
    ]


def test_whose_sign_off_is_lacking_and_who_is_on_duty_again_lacks_nothing() -> None:
    plant = Plant(at(5, 8))
    plant.do("cid", SignOn(post="gate"))
    plant.until(at(5, 20, 15))
    assert [event.account for event in plant.of(PostLeftOpen)] == ["cid"]
    plant.until(at(6, 8, 1))
    assert [event.place for event in plant.of(PostClosed)] == ["gate cid"]
    assert plant.state.posts.left_open == frozenset()
    assert not [event for event in plant.of(PostLate) if event.account == "cid"]


def test_a_post_at_which_nobody_signs_on_any_more_waits_for_nobody() -> None:
    plant = Plant(at(5, 8))
    plant.until(at(5, 8, 20))
    posts = tuple(replace(post, sign_on=False) for post in ROSTER.posts)
    plant.happen(RosterLoaded(roster=replace(ROSTER, posts=posts), zone="Asia/Shanghai"))
    plant.settle()
    assert sorted(verdicts(plant)) == [("ann", "day", "excused"), ("cid", "day", "excused")]
    assert {event.how for event in plant.of(PostAbsentOver)} == {"ended"}
    assert plant.state.posts.unmanned == frozenset()


def test_without_training_and_confidentiality_nobody_signs_on() -> None:
    plant = Plant(at(5, 8))
    plant.train("ann", until_at=at(5, 9))
    assert plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 19))
    plant.do("ann", SignOff(post="desk", reason="ill"))
    with pytest.raises(NotAllowed, match="Ann has no valid training or confidentiality agreement"):
        plant.do("ann", SignOn(post="desk"))


def test_who_may_see_no_camera_of_the_post_neither_signs_on_nor_covers_there() -> None:
    plant = Plant(at(5, 8))
    plant.happen(AccountChanged(account="dan", name="Dan", role="watch_officer", domains=["security"]))
    with pytest.raises(NotAllowed, match="Dan has no rights in the domain or department of Desk"):
        plant.do("ann", CoverPost(post="desk", account="dan", reason="ill"))
    with pytest.raises(NotAllowed, match="no rights"):
        plant.do("dan", SignOn(post="desk"))
    plant.do("ann", CoverPost(post="gate", account="dan", reason="ill"))
    assert plant.do("dan", SignOn(post="gate"))


def test_without_the_qualification_of_the_post_nobody_signs_on() -> None:
    posts = tuple(replace(post, qualifications=("watch",)) for post in ROSTER.posts)
    plant = Plant(at(5, 8), replace(ROSTER, posts=posts))
    with pytest.raises(NotAllowed, match="the qualification watch is lacking"):
        plant.do("ann", SignOn(post="desk"))


def test_a_post_that_is_covered_by_an_approved_cover_expects_the_new_person() -> None:
    plant = Plant(at(5, 9))
    plant.do("bob", AskCover(other="dan", on=at(5, 20).date(), reason="wedding"))
    plant.do("dan", AgreeSwap(swap="S-1"))
    plant.do("wang", ApproveSwap(swap="S-1"))
    plant.until(at(5, 20, 5))
    assert [event.account for event in plant.of(PostLate) if event.shift == "night"] == ["dan"]
    assert decisions.next_due(plant.state) is not None
