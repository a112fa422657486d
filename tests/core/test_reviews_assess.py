"""From records and a scheme to the points of each person: who, how often, after how long, in which month."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised, Priority
from hub.core.attention.events import AttentionMissed
from hub.core.catalogue import ClockStepped
from hub.core.event import Event, Record, wire_name
from hub.core.matching import Match
from hub.core.patrol.events import PatrolMissed
from hub.core.posts.events import PostAttendance, PostSignedOff, PostSignedOn, Verdict
from hub.core.reviews.assess import assess, types_of
from hub.core.reviews.events import PersonCommended
from hub.core.reviews.month import first_day, month_before, month_of, span_of
from hub.core.reviews.points import BY_HAND, PersonReview
from hub.core.reviews.scheme import (
    After,
    AtLeast,
    Best,
    CommendationRule,
    Counted,
    PointRule,
    Scheme,
    digest_of,
)
from hub.core.text import Text
from hub.core.tickets.events import (
    TicketAssigned,
    TicketClosed,
    TicketOverdue,
    TicketRelapsed,
    TicketReopened,
    TicketRepaired,
    TicketVerified,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONTH = "2026-10"
BEGIN = datetime(2026, 9, 30, 16, tzinfo=UTC)
PEOPLE = {"li": "Li Na", "wang": "Wang Fang", "zhang": "Zhang Wei"}
POST = Text(en="Control room")


class Told:
    """Records in the order in which they are told of."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def at(self, after_s: float, *events: Event, by: str = "hub") -> "Told":
        for event in events:
            when = BEGIN + timedelta(seconds=after_s)
            self.records.append(Record(len(self.records) + 1, when, when, by, None, event, None, b""))
        return self

    def assessed(self, scheme: Scheme, month: str = MONTH) -> dict[str, PersonReview]:
        return {each.person: each for each in assess(self.records, scheme, PEOPLE, month, ZONE)}


def point(
    on: str, who: str, *, points: float = -1.0, name: str = "p", at_most: int | None = None, **more: Any
) -> PointRule:
    counted = Counted(on=(on,), who=who, **more)
    return PointRule(id=name, title=Text(en=name), points=points, counted=counted, at_most=at_most)


def attendance(account: str, verdict: Verdict = "attended", late_s: float = 0.0) -> PostAttendance:
    return PostAttendance(
        post="room",
        post_name=POST,
        account=account,
        name=Text(en=account),
        shift="day",
        shift_name=Text(en="Day"),
        team="",
        from_at=BEGIN,
        to_at=BEGIN + timedelta(hours=8),
        verdict=verdict,
        late_s=late_s,
    )


def signed_on(account: str, post: str = "room") -> PostSignedOn:
    return PostSignedOn(post=post, post_name=POST, account=account, name=Text(en=account), how="in_time")


def signed_off(account: str, post: str = "room") -> PostSignedOff:
    return PostSignedOff(post=post, post_name=POST, account=account, name=Text(en=account), how="in_time")


def raised(alarm: str, priority: Priority = "critical") -> AlarmRaised:
    return AlarmRaised(
        alarm=alarm, rule="r", kind="k", subject="camera:c", priority=priority, title=Text(en="Signal lost")
    )


def test_each_record_that_fits_gives_its_points_to_whom_it_names() -> None:
    late = Match(path="verdict", one_of=("late",))
    much = Match(path="late_s", at_least=1800)
    scheme = Scheme(
        points=(
            point("post.attendance", "account", name="late", where=(late,)),
            point("post.attendance", "account", name="very-late", points=-2, where=(late, much)),
        )
    )
    told = Told().at(60, attendance("li"), attendance("wang", "late", 300), attendance("zhang", "late", 3600))
    found = told.assessed(scheme)
    assert [(each.rule, each.points) for each in found["wang"].points] == [("late", -1)]
    assert {each.rule for each in found["zhang"].points} == {"late", "very-late"}
    assert (found["li"].points, found["li"].total, found["zhang"].total) == ((), 0, -3)
    assert found["wang"].points[0].records == (2,)
    assert found["wang"].points[0].why == POST


def test_everybody_who_is_named_in_a_list_has_the_point_and_strangers_have_none() -> None:
    scheme = Scheme(points=(point("attention.missed", "people"),))
    missed = AttentionMissed(
        check="C-1", post="room", post_name=POST, people=["li", "stranger", "wang"], since_at=BEGIN
    )
    found = Told().at(5, missed).assessed(scheme)
    assert [found[who].total for who in ("li", "wang", "zhang")] == [-1, -1, 0]
    assert set(found) == set(PEOPLE)


def test_present_are_those_who_are_signed_on_at_the_post_of_the_event_even_since_last_month() -> None:
    scheme = Scheme(points=(point("patrol.missed", "present"),))
    missed = PatrolMissed(post="room", post_name=POST, due_at=BEGIN, unseen=3)
    told = Told().at(-3600, signed_on("li"), signed_on("zhang", "gate")).at(10, signed_on("wang"))
    told.at(20, missed).at(30, signed_off("li")).at(40, missed)
    found = told.assessed(scheme)
    assert [found[who].total for who in ("li", "wang", "zhang")] == [-1, -2, 0]


def test_who_repairs_is_said_by_the_newest_assignment_of_that_ticket() -> None:
    scheme = Scheme(
        points=(
            point("ticket.overdue", "account", name="overdue", of="ticket.assigned", of_same="ticket"),
            point("ticket.relapsed", "actor", name="relapsed", of="ticket.repaired", of_same="ticket"),
        )
    )
    overdue = TicketOverdue(ticket="T-1", title=Text(en="x"), repairer="Wang", estimate_at=BEGIN)
    told = Told()
    told.at(-9000, TicketAssigned(ticket="T-1", repairer="Li", account="li"))
    told.at(1, TicketAssigned(ticket="T-2", repairer="Zhang", account="zhang"))
    told.at(2, TicketAssigned(ticket="T-1", repairer="Wang", account="wang"))
    told.at(3, overdue).at(4, TicketOverdue(ticket="T-9", title=Text(en="x"), repairer="x", estimate_at=BEGIN))
    told.at(5, TicketRepaired(ticket="T-1", cause="dust"), by="person:li")
    told.at(6, TicketRelapsed(ticket="T-1"))
    found = told.assessed(scheme)
    assert [each.rule for each in found["wang"].points] == ["overdue"]
    assert [each.rule for each in found["li"].points] == ["relapsed"]
    assert found["zhang"].points == ()


def not_lasting(**more: Any) -> Scheme:
    counted = Counted(
        on=("ticket.relapsed", "ticket.reopened"), who="actor", of="ticket.repaired", of_same="ticket", **more
    )
    return Scheme(points=(PointRule(id="relapsed", title=Text(en="x"), points=-1, counted=counted),))


REOPENED = TicketReopened(ticket="T-1", title=Text(en="x"))
REPAIRED = TicketRepaired(ticket="T-1", cause="a loose plug")
RELAPSED = TicketRelapsed(ticket="T-1")


def test_a_repair_is_charged_once_however_often_the_fault_comes_back_after_it() -> None:
    told = Told().at(1, REPAIRED, by="person:li")
    for number in range(6):
        told.at(10 + number, RELAPSED)
    told.at(20, REPAIRED, by="person:li")
    for number in range(6):
        told.at(30 + number, RELAPSED, REOPENED)
    found = told.assessed(not_lasting())["li"]
    assert [each.records for each in found.points] == [(2,), (9,)]


def test_a_reopened_fault_that_healed_by_itself_is_not_charged_to_the_repair_before_it() -> None:
    healed = TicketVerified(ticket="T-1", by="watch", since_at=BEGIN)
    closed = TicketClosed(ticket="T-1", cause="It went by itself.")
    told = Told().at(1, REPAIRED, by="person:li").at(2, healed, closed).at(3, REOPENED)
    told.at(4, healed).at(5, closed, by="person:wang").at(6, REOPENED)
    assert [each.records for each in told.assessed(not_lasting())["li"].points] == [(4,)]


def test_after_anothers_repair_only_the_other_is_charged() -> None:
    told = Told().at(1, REPAIRED, by="person:li").at(2, REPAIRED, by="person:wang").at(3, RELAPSED, RELAPSED)
    found = told.assessed(not_lasting())
    assert [found[who].total for who in ("li", "wang")] == [0, -1]


def test_what_the_month_before_counted_of_a_repair_is_not_counted_again() -> None:
    told = Told().at(-90, REPAIRED, by="person:li").at(-60, RELAPSED).at(60, RELAPSED)
    assert told.assessed(not_lasting())["li"].points == ()
    assert told.assessed(not_lasting(), "2026-09")["li"].total == -1
    late = Told().at(-90, REPAIRED, by="person:li").at(60, RELAPSED)
    assert late.assessed(not_lasting())["li"].total == -1


def test_what_does_not_fit_the_scheme_leaves_the_earlier_record_to_what_does() -> None:
    by_rule = Match(path="rule", one_of=("signal-lost",))
    counted = Counted(on=("ticket.reopened",), who="actor", of="ticket.repaired", of_same="ticket", where=(by_rule,))
    scheme = Scheme(points=(PointRule(id="p", title=Text(en="p"), points=-1, counted=counted),))
    told = Told().at(1, REPAIRED, by="person:li").at(2, REOPENED)
    told.at(3, TicketReopened(ticket="T-1", title=Text(en="x"), rule="signal-lost"))
    assert [each.records for each in told.assessed(scheme)["li"].points] == [(3,)]


def test_a_commendation_counts_each_earlier_record_once_and_a_point_of_the_same_beside_it() -> None:
    counted = Counted(on=("ticket.relapsed",), who="actor", of="ticket.repaired", of_same="ticket")
    asked = CommendationRule(id="c", title=Text(en="c"), points=2, at_least=(AtLeast(counted=counted, number=2),))
    rule = PointRule(id="p", title=Text(en="p"), points=-1, counted=counted)
    scheme = Scheme(points=(rule, replace(rule, id="q")), commendations=(asked,))
    told = Told().at(1, REPAIRED, by="person:li").at(2, RELAPSED, RELAPSED)
    assert [each.rule for each in told.assessed(scheme)["li"].points] == ["p", "q"]
    told.at(3, REPAIRED, by="person:li").at(4, RELAPSED)
    assert [each.rule for each in told.assessed(scheme)["li"].points] == ["p", "q", "c", "p", "q"]


def slow(**more: Any) -> Scheme:
    after = After(event="alarm.raised", same="alarm", longer_than_s=300, **more)
    return Scheme(points=(point("alarm.acknowledged", "actor", after=after),))


def acknowledged_after(seconds: float, *, alarm: str = "A-1", by: str = "person:li") -> Told:
    return Told().at(0, raised(alarm)).at(seconds, AlarmAcknowledged(alarm=alarm), by=by)


@given(st.integers(min_value=1, max_value=3600))
def test_a_time_counts_from_the_earlier_event_to_this_one(seconds: int) -> None:
    found = acknowledged_after(seconds).assessed(slow())["li"]
    assert bool(found.points) is (seconds > 300)
    if found.points:
        assert found.points[0].records == (1, 2)
        assert found.points[0].why.en.startswith("Signal lost: after ")


def test_an_alarm_that_was_raised_anew_counts_from_then() -> None:
    told = Told().at(0, raised("A-1")).at(400, raised("A-1")).at(500, AlarmAcknowledged(alarm="A-1"), by="person:li")
    assert told.assessed(slow())["li"].points == ()


def test_the_earlier_event_has_to_be_as_it_is_asked_for() -> None:
    critical = (Match(path="priority", one_of=("critical",)),)
    told = Told().at(0, raised("A-1", "low")).at(900, AlarmAcknowledged(alarm="A-1"), by="person:li")
    assert told.assessed(slow(where=critical))["li"].points == ()
    assert told.assessed(slow())["li"].total == -1


def test_without_an_earlier_event_there_is_no_time_and_no_point() -> None:
    told = Told().at(900, AlarmAcknowledged(alarm="A-1"), by="person:li")
    assert told.assessed(slow())["li"].points == ()


def test_a_step_of_the_clock_is_no_time_that_somebody_took() -> None:
    forward = Told().at(0, raised("A-1")).at(3610, ClockStepped(by_s=3600)).at(3660, AlarmAcknowledged(alarm="A-1"))
    forward.records[-1] = Record(
        3, *[forward.records[-1].at] * 2, "person:li", None, forward.records[-1].event, None, b""
    )
    assert forward.assessed(slow())["li"].points == ()


def test_who_signed_on_after_the_alarm_is_measured_from_then_where_the_scheme_says_so() -> None:
    told = (
        Told().at(0, raised("A-1")).at(1000, signed_on("li")).at(1100, AlarmAcknowledged(alarm="A-1"), by="person:li")
    )
    assert told.assessed(slow(on_duty=True))["li"].points == ()
    assert told.assessed(slow())["li"].total == -1
    long_there = Told().at(-500, signed_on("li")).at(0, raised("A-1"))
    long_there.at(1100, AlarmAcknowledged(alarm="A-1"), by="person:li")
    assert long_there.assessed(slow(on_duty=True))["li"].total == -1


def test_more_than_at_most_does_not_count() -> None:
    scheme = Scheme(points=(point("alarm.acknowledged", "actor", points=0.1, at_most=3),))
    told = Told()
    for number in range(10):
        told.at(number, AlarmAcknowledged(alarm=f"A-{number}"), by="person:li")
    found = told.assessed(scheme)["li"]
    assert [each.records for each in found.points] == [(1,), (2,), (3,)]
    assert found.total == 0.3


@pytest.mark.parametrize(("after_s", "inside"), [(-1, False), (0, True), (31 * 86400 - 1, True), (31 * 86400, False)])
def test_a_month_lasts_from_midnight_to_midnight_of_the_site(after_s: float, *, inside: bool) -> None:
    scheme = Scheme(points=(point("post.attendance", "account"),))
    assert bool(Told().at(after_s, attendance("li")).assessed(scheme)["li"].points) is inside


def test_months_are_written_and_follow_one_another() -> None:
    assert month_of(first_day("2026-02")) == "2026-02"
    assert month_before(first_day("2026-01")) == "2025-12"
    assert span_of("2026-12", ZONE).to_at == span_of("2027-01", ZONE).from_at
    for wrong in ("2026-13", "26-10", "2026-1", "1999-01", "2026-10\n", ""):
        with pytest.raises(ValueError, match="2026-10"):
            first_day(wrong)


def test_a_leaders_commendation_counts_up_to_what_the_scheme_allows() -> None:
    told = Told().at(1, PersonCommended(account="li", points=6, reason="put out a fire", records=[7]), by="person:zhao")
    told.at(
        2, PersonCommended(account="li", points=6, reason="again"), PersonCommended(account="x", points=1, reason="")
    )
    found = told.assessed(Scheme(by_hand_most=10))["li"]
    assert [(each.rule, each.points, each.records) for each in found.points] == [
        (BY_HAND, 6, (1, 7)),
        (BY_HAND, 4, (2,)),
    ]
    assert found.points[0].why.en == "put out a fire"


def attended(number: int, **more: Any) -> CommendationRule:
    counted = Counted(on=("post.attendance",), who="account", where=(Match(path="verdict", one_of=("attended",)),))
    asked = (AtLeast(counted=counted, number=number),)
    return CommendationRule(id="full", title=Text(en="full"), points=3, at_least=asked, **more)


def test_a_commendation_asks_for_enough_records_and_for_nothing_against() -> None:
    scheme = Scheme(points=(point("alarm.acknowledged", "actor"),), commendations=(attended(3, without=("*",)),))
    told = Told()
    for number in range(3):
        told.at(number, attendance("li"), attendance("zhang"), *([attendance("wang")] if number else []))
    told.at(9, AlarmAcknowledged(alarm="A-1"), by="person:zhang")
    found = told.assessed(scheme)
    assert [(each.rule, each.points, len(each.records)) for each in found["li"].points] == [("full", 3, 3)]
    assert found["li"].points[0].why.en == "3 (at least 3)"
    assert found["wang"].points == ()
    assert [each.rule for each in found["zhang"].points] == ["p"]


def test_a_named_point_spoils_a_commendation_and_another_does_not() -> None:
    told = Told().at(0, attendance("li")).at(9, AlarmAcknowledged(alarm="A-1"), by="person:li")
    rules = (point("alarm.acknowledged", "actor", name="slow"),)
    spoilt = Scheme(points=rules, commendations=(attended(1, without=("slow",)),))
    kept = Scheme(points=rules, commendations=(attended(1, without=("other",)),))
    assert told.assessed(spoilt)["li"].total == -1
    assert told.assessed(kept)["li"].total == 2


def test_the_best_are_those_with_the_shortest_median_who_did_it_often_enough() -> None:
    counted = Counted(on=("alarm.acknowledged",), who="actor", after=After(event="alarm.raised", same="alarm"))
    best = Best(counted=counted, by="time", number=2)
    scheme = Scheme(commendations=(CommendationRule(id="best", title=Text(en="best"), points=2, best=best),))
    told = Told()
    number = 0
    for who, delays in (("li", (10, 20, 600)), ("wang", (40, 50)), ("zhang", (1,))):
        for delay in delays:
            number += 1
            told.at(number * 1000, raised(f"A-{number}"))
            told.at(number * 1000 + delay, AlarmAcknowledged(alarm=f"A-{number}"), by=f"person:{who}")
    found = told.assessed(scheme)
    assert [len(found[who].points) for who in ("li", "wang", "zhang")] == [1, 0, 0]
    assert found["li"].points[0].why.en == "the shortest: median 20 s of 3"


def test_who_are_equally_good_are_all_best() -> None:
    best = Best(counted=Counted(on=("post.attendance",), who="account"), by="number", number=1)
    scheme = Scheme(commendations=(CommendationRule(id="most", title=Text(en="most"), points=1, best=best),))
    told = Told().at(0, *[attendance("li")] * 2, *[attendance("wang")] * 2, attendance("zhang"))
    assert {who: each.total for who, each in told.assessed(scheme).items()} == {"li": 1, "wang": 1, "zhang": 0}


def test_points_are_numbered_in_the_order_in_which_things_happened() -> None:
    scheme = Scheme(
        points=(point("alarm.acknowledged", "actor", name="b"), point("post.attendance", "account", name="a"))
    )
    told = Told().at(1, attendance("li")).at(2, AlarmAcknowledged(alarm="A-1"), by="person:li").at(3, attendance("li"))
    found = told.assessed(scheme)["li"]
    assert [(each.number, each.rule) for each in found.points] == [(1, "a"), (2, "b"), (3, "a")]
    assert found.point(2) == found.points[1]
    assert found.point(4) is None


ANY = st.one_of(
    st.builds(attendance, st.sampled_from(["li", "wang", "x"]), st.sampled_from(["attended", "late", "absent"])),
    st.builds(signed_on, st.sampled_from(["li", "wang"])),
    st.builds(signed_off, st.sampled_from(["li", "wang"])),
    st.builds(raised, st.sampled_from(["A-1", "A-2"])),
    st.builds(AlarmAcknowledged, alarm=st.sampled_from(["A-1", "A-2"])),
    st.builds(PatrolMissed, post=st.just("room"), post_name=st.just(POST), due_at=st.just(BEGIN), unseen=st.just(1)),
)
SCHEME = Scheme(
    points=(
        point("post.attendance", "account", name="late", where=(Match(path="verdict", one_of=("late",)),), at_most=2),
        point("patrol.missed", "present", name="patrol"),
        *slow(on_duty=True).points,
    ),
    commendations=(attended(2, without=("*",)),),
)


@given(st.lists(st.tuples(st.integers(0, 900), ANY, st.sampled_from(["hub", "person:li", "person:wang"])), max_size=40))
def test_whatever_happens_every_point_names_records_of_the_month_and_records_of_no_use_change_nothing(
    happened: list[tuple[int, Event, str]],
) -> None:
    told, clock = Told(), -2000.0
    for step, event, actor in happened:
        clock += step
        told.at(clock, event, by=actor)
    found = told.assessed(SCHEME)
    by_seq = {record.seq: record for record in told.records}
    span = span_of(MONTH, ZONE)
    for person in found.values():
        assert [each.number for each in person.points] == list(range(1, len(person.points) + 1))
        assert sum(each.rule == "late" for each in person.points) <= 2
        for each in person.points:
            assert span.from_at <= by_seq[each.records[-1]].seen_at < span.to_at
            assert each.at == by_seq[each.records[-1]].seen_at
    needed = [record for record in told.records if wire_name(record.event) in types_of(SCHEME)]
    assert assess(needed, SCHEME, PEOPLE, MONTH, ZONE) == tuple(found.values())


def test_a_scheme_has_a_digest_of_what_it_says() -> None:
    assert digest_of(SCHEME) == digest_of(Scheme(points=SCHEME.points, commendations=SCHEME.commendations))
    assert digest_of(SCHEME) != digest_of(Scheme())
