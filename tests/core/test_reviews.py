"""A review from the making to the signature: appeals, who decides, and that totals follow from what stands."""

from datetime import timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.catalogue import subject_of
from hub.core.decisions import decide
from hub.core.event import Event, wire_name
from hub.core.people.events import AccountCreated
from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    RecordReview,
    WithdrawReview,
)
from hub.core.reviews.decisions import MOST_OPEN
from hub.core.reviews.events import (
    AssessmentLoaded,
    Decision,
    PersonCommended,
    PersonReviewed,
    ReviewClosed,
    ReviewMade,
    ReviewSigned,
)
from hub.core.reviews.model import TRANSITIONS, Reviews, digest_of_totals
from hub.core.reviews.points import PersonReview, Point, total_of
from hub.core.reviews.scheme import Scheme, digest_of
from hub.core.reviews.sight import sees_person
from hub.core.text import Text
from hub.errors import HubError, NotAllowed, NotFound, Refused, WrongState

from .conftest import START, History

SCHEME = Scheme()
BOTH = ["production", "security"]


def points(*values: float) -> tuple[Point, ...]:
    return tuple(
        Point(number=number, rule="late", title=Text(en="Late"), points=value, at=START, records=(1,))
        for number, value in enumerate(values, 1)
    )


PEOPLE = (
    PersonReview(person="li", name="Li Na", points=points(-1, -2)),
    PersonReview(person="zhang", name="Zhang Wei", points=points(3)),
    PersonReview(person="zhao", name="Zhao Lei"),
)


def account(
    name: str, role: str = "watch_officer", domains: list[str] | None = None, *departments: str
) -> AccountCreated:
    return AccountCreated(
        account=name, name=name.title(), role=role, domains=domains or BOTH, departments=list(departments)
    )


@pytest.fixture
def plant(history: History) -> History:
    """Two leaders, an officer, a repairer, and a scheme."""
    history.happen(account("zhao", "leader"), account("wang", "leader"), account("li"), account("zhang", "repairer"))
    history.happen(AssessmentLoaded(scheme=SCHEME))
    return history


def make(plant: History, month: str = "2026-02", by: str = "hub") -> str:
    order = RecordReview(month=month, scheme=digest_of(SCHEME), position=5, people=PEOPLE)
    made = plant.decide(decide, order, by)[0]
    assert isinstance(made, ReviewMade)
    return made.review


def ask(plant: History, command: object, by: str) -> list[Event]:
    return plant.decide(decide, command, f"person:{by}")


def appeal(plant: History, by: str = "li", number: int = 2, review: str = "V-1") -> list[Event]:
    return ask(plant, AppealPoint(review=review, number=number, reason="the bus broke down"), by)


def decision(
    plant: History, by: str, chosen: Decision = "withdrawn", person: str = "li", number: int = 2
) -> list[Event]:
    command = DecideAppeal(review="V-1", person=person, number=number, decision=chosen, reason="so it was")
    return ask(plant, command, by)


def test_a_review_is_a_record_of_itself_and_one_of_each_person(plant: History) -> None:
    review = make(plant)
    assert review == "V-1"
    made = [record.event for record in plant.records[-4:]]
    assert [wire_name(event) for event in made] == ["review.made", *["review.person"] * 3]
    assert {subject_of(event) for event in made} == {"review:V-1"}
    assert isinstance(made[1], PersonReviewed)
    assert made[1].points == PEOPLE[0].points
    known = plant.state.reviews.open["V-1"]
    assert known.totals() == {"li": -3, "zhang": 3, "zhao": 0}
    assert (known.made_by, known.month) == ("hub", "2026-02")
    assert known.appeal_until_at - known.made_at == timedelta(days=14)


def test_a_month_is_reviewed_once_and_again_only_when_it_was_taken_back(plant: History) -> None:
    make(plant)
    with pytest.raises(WrongState, match="2026-02 was reviewed already: V-1"):
        ask(plant, MakeReview(month="2026-02"), "zhao")
    ask(plant, WithdrawReview(review="V-1", reason="wrong scheme"), "zhao")
    assert ask(plant, MakeReview(month="2026-02"), "zhao") == []
    assert make(plant) == "V-2"
    with pytest.raises(WrongState, match="V-1 is withdrawn"):
        appeal(plant)


def test_without_a_scheme_nobody_is_reviewed(plant: History) -> None:
    plant.happen(AssessmentLoaded(scheme=Scheme(), there=False))
    with pytest.raises(WrongState, match="no scheme"):
        ask(plant, MakeReview(month="2026-02"), "zhao")


def test_a_scheme_that_changed_while_it_was_counted_is_not_the_one_in_force(plant: History) -> None:
    plant.happen(AssessmentLoaded(scheme=Scheme(by_hand_most=1)))
    with pytest.raises(WrongState, match="changed while"):
        make(plant)


def test_reviews_that_nobody_signs_do_not_pile_up_for_ever(plant: History) -> None:
    for month in range(1, MOST_OPEN + 1):
        make(plant, f"2025-{month:02}")
    with pytest.raises(WrongState, match="reviews are open"):
        make(plant, "2026-01")


def test_a_point_that_was_appealed_against_and_withdrawn_counts_no_more(plant: History) -> None:
    make(plant)
    appeal(plant)
    assert plant.state.reviews.open["V-1"].waiting[0].number == 2
    assert plant.state.reviews.open["V-1"].total("li") == -3
    decision(plant, "wang")
    review = plant.state.reviews.open["V-1"]
    assert (review.total("li"), review.withdrawn("li"), review.waiting) == (-1, {2}, ())
    stood = review.appeal("li", 2)
    assert stood is not None
    assert (stood.decided_by, stood.why) == ("person:wang", "so it was")


def test_a_point_that_was_upheld_stays(plant: History) -> None:
    make(plant)
    appeal(plant)
    decision(plant, "zhao", "upheld")
    assert plant.state.reviews.open["V-1"].total("li") == -3


def test_people_appeal_against_their_own_points_once_and_in_time(plant: History) -> None:
    make(plant)
    with pytest.raises(NotFound, match="You have no point 3"):
        appeal(plant, number=3)
    with pytest.raises(NotFound, match="You have no point 1"):
        appeal(plant, "wang", 1)
    with pytest.raises(NotFound, match="no review V-7"):
        appeal(plant, review="V-7")
    appeal(plant)
    with pytest.raises(WrongState, match="appealed against this point already"):
        appeal(plant)
    plant.pass_time(days=14)
    with pytest.raises(WrongState, match="time to appeal"):
        appeal(plant, number=1)


def test_nobody_decides_on_their_own_appeal_nor_on_one_against_a_review_that_they_made(plant: History) -> None:
    make(plant, by="person:wang")
    appeal(plant)
    with pytest.raises(NotAllowed, match="You made V-1 yourself"):
        decision(plant, "wang")
    plant.happen(account("li", "leader"))
    with pytest.raises(NotAllowed, match="four eyes"):
        decision(plant, "li")
    decision(plant, "zhao")
    with pytest.raises(WrongState, match="decided on already"):
        decision(plant, "zhao", "upheld")
    with pytest.raises(NotFound, match="has not appealed"):
        decision(plant, "zhao", number=1)


def test_a_leader_decides_for_those_whom_they_lead(plant: History) -> None:
    plant.happen(account("li", "watch_officer", ["production"], "workshop"))
    plant.happen(
        account("fang", "leader", ["production"], "furnace"), account("ma", "leader", ["production"], "workshop")
    )
    make(plant)
    appeal(plant)
    with pytest.raises(NotAllowed, match="that you do not lead"):
        decision(plant, "fang")
    decision(plant, "ma")


def test_people_see_themselves_and_leaders_whom_they_lead(plant: History) -> None:
    plant.happen(account("li", "watch_officer", ["production"], "workshop"))
    plant.happen(
        account("fang", "leader", ["production"], "furnace"), account("ma", "leader", ["production"], "workshop")
    )
    staff = plant.state.staff.people
    seen = {
        who: sorted(other for other in (*staff, "gone") if sees_person(person.account, other, plant.state))
        for who, person in staff.items()
    }
    assert seen["li"] == ["li"]
    assert seen["zhang"] == ["zhang"]
    assert seen["fang"] == ["fang"]
    assert seen["ma"] == ["li", "ma"]
    assert seen["wang"] == ["fang", "gone", "li", "ma", "wang", "zhang", "zhao"]


def test_a_review_is_signed_when_nobody_can_appeal_any_more_and_none_waits(plant: History) -> None:
    make(plant)
    appeal(plant)
    with pytest.raises(WrongState, match="Appeals wait in V-1: li 2"):
        ask(plant, CloseReview(review="V-1"), "zhao")
    decision(plant, "wang")
    with pytest.raises(WrongState, match="may appeal in V-1 until"):
        ask(plant, CloseReview(review="V-1"), "zhao")
    plant.pass_time(days=14)
    (closed,) = ask(plant, CloseReview(review="V-1", note="well done"), "zhao")
    assert isinstance(closed, ReviewClosed)
    assert closed.digest == digest_of_totals({"zhang": 3, "zhao": 0, "li": -1})
    assert plant.state.reviews.open == {}
    assert plant.state.reviews.past[-1].state == "closed"
    with pytest.raises(WrongState, match="was reviewed already"):
        ask(plant, MakeReview(month="2026-02"), "zhao")
    with pytest.raises(WrongState, match="V-1 is closed"):
        ask(plant, WithdrawReview(review="V-1", reason="r"), "zhao")


def test_only_who_may_see_all_of_it_signs_a_review_or_takes_it_back(plant: History) -> None:
    plant.happen(account("fang", "leader", ["production"]))
    make(plant)
    plant.pass_time(days=14)
    for command in (CloseReview(review="V-1"), WithdrawReview(review="V-1", reason="r")):
        with pytest.raises(NotAllowed, match="do not lead"):
            ask(plant, command, "fang")


def test_leaders_of_departments_sign_each_for_their_own_and_the_last_signature_closes_it(plant: History) -> None:
    plant.happen(account("li", "watch_officer", ["production"], "workshop"))
    plant.happen(account("ma", "leader", ["production"], "workshop"))
    make(plant)
    appeal(plant)
    plant.pass_time(days=14)
    with pytest.raises(WrongState, match="Appeals wait in V-1: li 2"):
        ask(plant, CloseReview(review="V-1"), "ma")
    decision(plant, "ma")
    (signed,) = ask(plant, CloseReview(review="V-1", note="for the workshop"), "ma")
    assert isinstance(signed, ReviewSigned)
    assert (signed.people, signed.digest) == (["li"], digest_of_totals({"li": -1}))
    assert (plant.state.reviews.open["V-1"].state, plant.state.reviews.open["V-1"].signed) == (
        "open",
        {"li": "person:ma"},
    )
    with pytest.raises(WrongState, match="You have signed V-1 for those whom you lead"):
        ask(plant, CloseReview(review="V-1"), "ma")
    (closed,) = ask(plant, CloseReview(review="V-1"), "wang")
    assert isinstance(closed, ReviewClosed)
    assert closed.digest == digest_of_totals({"zhang": 3, "zhao": 0, "li": -1})
    assert plant.state.reviews.past[-1].signers == ("person:ma", "person:wang")


def test_good_work_goes_on_record_and_nobody_commends_themselves(plant: History) -> None:
    (event,) = ask(plant, CommendPerson(account="li", points=2, reason="put out a fire", records=[3, 3, 1]), "zhao")
    assert event == PersonCommended(account="li", points=2, reason="put out a fire", records=[1, 3])
    with pytest.raises(NotAllowed, match="themselves"):
        ask(plant, CommendPerson(account="zhao", points=2, reason="r"), "zhao")
    with pytest.raises(NotFound, match="nobody with the account"):
        ask(plant, CommendPerson(account="nobody", points=2, reason="r"), "zhao")
    with pytest.raises(NotFound, match="The journal has"):
        ask(plant, CommendPerson(account="li", points=2, reason="r", records=[10**6]), "zhao")
    with pytest.raises(Refused, match="too long ago"):
        ask(plant, CommendPerson(account="li", points=2, reason="r", about_at=START - timedelta(days=40)), "zhao")


def test_a_total_of_many_tenths_is_what_one_would_write_down() -> None:
    assert total_of(points(*[0.1] * 3)) == 0.3
    assert total_of(points(0.1, 0.2, -0.3)) == 0.0


def test_what_stands_is_the_same_after_it_was_written_down_and_read(plant: History) -> None:
    make(plant)
    appeal(plant)
    again = msgspec.json.decode(msgspec.json.encode(plant.state.reviews), type=Reviews)
    assert again == plant.state.reviews
    assert again.scheme is not None
    assert digest_of(again.scheme) == digest_of(SCHEME)


STEPS = st.lists(
    st.one_of(
        st.builds(MakeReview, month=st.sampled_from(["2026-01", "2026-02"])),
        st.builds(AppealPoint, review=st.sampled_from(["V-1", "V-2"]), number=st.integers(1, 3), reason=st.just("r")),
        st.builds(
            DecideAppeal,
            review=st.sampled_from(["V-1", "V-2"]),
            person=st.sampled_from(["li", "zhang"]),
            number=st.integers(1, 3),
            decision=st.sampled_from(get_args(Decision)),
            reason=st.just("r"),
        ),
        st.builds(CloseReview, review=st.sampled_from(["V-1", "V-2"])),
        st.builds(WithdrawReview, review=st.sampled_from(["V-1", "V-2"]), reason=st.just("r")),
        st.integers(1, 20),
    ),
    max_size=25,
)


@given(STEPS, st.lists(st.sampled_from(["li", "zhang", "zhao", "wang"]), min_size=25, max_size=25))
def test_whatever_is_asked_states_change_as_the_table_says_and_totals_follow_from_what_stands(
    steps: list[object], people: list[str]
) -> None:
    plant = History()
    plant.happen(account("zhao", "leader"), account("wang", "leader"), account("li"), account("zhang", "repairer"))
    plant.happen(AssessmentLoaded(scheme=SCHEME))
    allowed = set(TRANSITIONS)
    for step, who in zip(steps, people, strict=False):
        if isinstance(step, int):
            plant.pass_time(days=step)
            continue
        before = _states(plant)
        try:
            if isinstance(step, MakeReview):
                make(plant, step.month, f"person:{who}")
            else:
                ask(plant, step, who)
        except HubError:
            continue
        for review, state in _states(plant).items():
            if state != before.get(review) or getattr(step, "review", "") == review:
                assert (before.get(review, "[*]"), _of_review(plant, review), state) in allowed
        for known in plant.state.reviews.open.values():
            for person in PEOPLE:
                standing = [p for p in person.points if p.number not in known.withdrawn(person.person)]
                assert known.total(person.person) == total_of(tuple(standing))
            for one in known.appeals:
                assert one.decided_by not in (f"person:{one.person}", known.made_by)
    for past in plant.state.reviews.past:
        if past.state == "closed":
            assert past.over_at is not None
            assert past.over_at - past.made_at >= timedelta(days=14)
    months = [r.month for r in plant.state.reviews.open.values()]
    months += [past.month for past in plant.state.reviews.past if past.state == "closed"]
    assert len(months) == len(set(months))


def _states(plant: History) -> dict[str, str]:
    reviews = plant.state.reviews
    return {r.id: r.state for r in reviews.open.values()} | {past.id: past.state for past in reviews.past}


def _of_review(plant: History, review: str) -> str:
    """The newest event about a review that is in the table."""
    names = {event for _source, event, _target in TRANSITIONS}
    about = [record.event for record in plant.records if getattr(record.event, "review", "") == review]
    return next(wire_name(event) for event in reversed(about) if wire_name(event) in names)
