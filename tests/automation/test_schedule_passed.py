"""What becomes of planned instants that passed unseen, whatever happens to the hub and to its clock."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.automation.model import Every, Missed, Rule
from hub.automation.schedules.instants import Plan, fires
from hub.automation.schedules.jitter import put_off
from hub.automation.schedules.passed import GRACE_S, MOST_REPORTED, MOST_RUN, Clockwork, drafts_of_passed, passed
from hub.automation.schedules.schedule import validate
from hub.clock import SystemClock
from hub.core.calendar import Calendar
from hub.core.catalogue import ClockStepped, RulePrint, RulesLoaded, ScheduleDue, ScheduleMissed
from hub.core.event import Draft, Event, Record
from hub.core.fold import fold
from hub.core.rules.events import CalendarLoaded
from hub.core.state import Schedule, State
from hub.core.text import Text
from tests.automation.schedules import BERLIN, CALENDARS, SECRET, SHANGHAI, UTC_ZONE, daily, everies, rule_of, utc


def missed(
    rule: Rule, schedule: Schedule, now: datetime, zone: ZoneInfo = UTC_ZONE
) -> list[ScheduleDue | ScheduleMissed]:
    assert rule.every is not None
    return passed(rule, schedule, Plan(rule.every, zone), now, SECRET)


def said(events: Sequence[ScheduleDue | ScheduleMissed]) -> list[str]:
    """`+` late, `!` on time, `-` not made up for; the day of the month before it."""
    signs = {ScheduleMissed: "-", ScheduleDue: "+"}
    return [
        f"{event.due_at.day}{'!' if isinstance(event, ScheduleDue) and not event.late else signs[type(event)]}"
        for event in events
    ]


def missed_days(policy: Missed, *, last: str | None = "2026-01-01T06:00", now: str = "2026-01-05T12:00") -> list[str]:
    schedule = Schedule(armed_at=utc("2025-12-31T20:00"), last_due_at=utc(last) if last else None)
    return said(missed(rule_of(daily("06:00"), policy=policy), schedule, utc(now)))


def test_run_once_makes_up_for_the_newest_and_reports_the_others() -> None:
    assert missed_days("run-once") == ["2-", "3-", "4-", "5+"]


def test_skip_reports_all() -> None:
    assert missed_days("skip") == ["2-", "3-", "4-", "5-"]


def test_run_all_makes_up_for_all() -> None:
    assert missed_days("run-all") == ["2+", "3+", "4+", "5+"]


@pytest.mark.parametrize("policy", ["run-once", "skip", "run-all"])
def test_what_came_within_the_minute_is_on_time_whatever_the_policy(policy: Missed) -> None:
    assert missed_days(policy, last="2026-01-04T06:00", now="2026-01-05T06:00:59") == ["5!"]
    assert missed_days(policy, last="2026-01-04T06:00", now="2026-01-05T06:01:01") != ["5!"]


def test_why_something_is_not_made_up_for_is_said() -> None:
    schedule = Schedule(armed_at=utc("2026-01-01"))
    for policy, why in (("run-once", "newer"), ("skip", "skip")):
        first = missed(rule_of(daily("06:00"), policy=policy), schedule, utc("2026-01-05"))[0]  # type: ignore[arg-type]
        assert isinstance(first, ScheduleMissed)
        assert first.why == why


def test_a_rule_never_due_before_is_looked_at_since_it_was_armed() -> None:
    assert missed_days("run-all", last=None, now="2026-01-02T12:00") == ["1+", "2+"]


def test_nothing_is_missed_twice() -> None:
    assert missed_days("run-once", last="2026-01-05T06:00") == []


def test_a_schedule_armed_for_the_first_time_does_not_make_up_for_the_past() -> None:
    assert (
        missed(
            rule_of(daily("06:00"), policy="run-all"),
            Schedule(armed_at=utc("2026-01-05T07:00")),
            utc("2026-01-05T12:00"),
        )
        == []
    )


def test_a_rule_without_a_schedule_and_one_that_is_not_on_record_miss_nothing() -> None:
    without = Rule(id="x", title=Text(en="X"), file="f", digest="d", on=("signal.lost",))
    loaded = State(
        rule_files={"f": [RulePrint("x", "d"), RulePrint("weekly", "another digest")]},
        schedules={name: Schedule(armed_at=utc("2020-01-01")) for name in ("x", "weekly")},
    )
    works = Clockwork(UTC_ZONE, SECRET)
    assert drafts_of_passed([without, rule_of(daily("06:00"))], loaded, utc("2026-01-01"), works) == []


def test_run_all_makes_up_for_the_newest_hundred_only() -> None:
    rule = rule_of(Every(interval_s=60), policy="run-all")
    found = missed(rule, Schedule(armed_at=utc("2026-01-01")), utc("2026-01-01T05:00:30"))
    assert len(found) == 300
    older, newer = found[: 300 - MOST_RUN], found[300 - MOST_RUN :]
    assert {(type(event), getattr(event, "why", "")) for event in older} == {(ScheduleMissed, "many")}
    assert all(isinstance(event, ScheduleDue) for event in newer)


def test_more_than_can_be_told_one_by_one_is_told_together() -> None:
    rule = rule_of(Every(interval_s=600))
    together, *rest = missed(rule, Schedule(armed_at=utc("2026-01-01")), utc("2026-01-15T00:05"))
    assert isinstance(together, ScheduleMissed)
    assert (together.why, together.from_at) == ("many", utc("2026-01-01T00:10"))
    assert together.due_at + timedelta(minutes=10) == rest[0].due_at
    assert len(rest) == MOST_REPORTED


def test_years_without_the_hub_give_a_bounded_report_quickly() -> None:
    clock = SystemClock()
    began_s = clock.monotonic()
    often = Every(interval_s=10, between=(time(8), time(7, 59)))
    half_hours = Every(at=tuple(time(hour, half) for hour in range(24) for half in (0, 30)))
    for every in (Every(interval_s=10), often, half_hours):
        found = missed(rule_of(every), Schedule(armed_at=utc("2011-01-01")), utc("2026-01-01"), BERLIN)
        assert len(found) == MOST_REPORTED + 1
        assert [event for event in found if isinstance(event, ScheduleDue)] == [found[-1]]
        assert utc("2026-01-01") - found[-1].due_at <= timedelta(minutes=30)
    assert clock.monotonic() - began_s < 5


def test_what_is_put_off_is_not_missed_before_its_moment() -> None:
    rule = rule_of(Every(at=(time(6),), jitter_s=3600))
    assert rule.every is not None
    at = put_off(Plan(rule.every, UTC_ZONE), rule.id, SECRET, utc("2026-01-05T06:00"))
    schedule = Schedule(armed_at=utc("2026-01-04T12:00"))
    assert missed(rule, schedule, at - timedelta(seconds=1)) == []
    (event,) = missed(rule, schedule, at)
    assert isinstance(event, ScheduleDue)
    assert (event.due_at, event.put_off_s) == (utc("2026-01-05T06:00"), (at - utc("2026-01-05T06:00")).total_seconds())
    assert not event.late


def test_another_calendar_makes_nothing_of_the_past_due() -> None:
    rule = rule_of(Every(at=(time(6),), only="workdays"), policy="run-all")
    hub = Pretended(rule, UTC_ZONE, Calendar(), utc("2026-01-09T12:00"))
    hub.live(utc("2026-01-11T12:00"))
    assert hub.due_days == [], "a weekend"
    hub.record(CalendarLoaded(calendar=Calendar(workdays={date(2026, 1, 10): Text(en="Make-up")})))
    hub.live(utc("2026-01-12T12:00"))
    assert hub.due_days == [12]


# --- whatever happens


class Pretended:
    """A hub without anything around it: a journal in a list, the real fold, the real question of what passed."""

    def __init__(self, rule: Rule, zone: ZoneInfo, calendar: Calendar, begin: datetime) -> None:
        self.rule, self.works, self.now = rule, Clockwork(zone, SECRET), begin
        self.oldest_at = self.newest_at = begin
        self.records: list[Record] = []
        self.keys: set[str] = set()
        self.state = State()
        self.record(CalendarLoaded(calendar=calendar))
        self.record(RulesLoaded(file=rule.file, rules=[RulePrint(rule.id, rule.digest)]))

    def record(self, event: Event, key: str | None = None) -> None:
        if key is not None and key in self.keys:
            return
        self.keys |= {key} if key is not None else set()
        record = Record(len(self.records) + 1, self.now, self.now, "hub", None, event, key, b"")
        self.records.append(record)
        self.state = fold(self.state, record)

    def look(self) -> None:
        """What the timer and the catch-up both come to."""
        for draft in drafts_of_passed([self.rule], self.state, self.now, self.works):
            self.take(draft)

    def take(self, draft: Draft) -> None:
        self.record(draft.event, draft.key)

    def live(self, until: datetime) -> None:
        """Run until then, looking every minute."""
        while self.now < until:
            self.now = min(until, self.now + timedelta(seconds=GRACE_S))
            self.newest_at = max(self.newest_at, self.now)
            self.look()

    def be_down(self, seconds: float) -> None:
        """A SIGKILL, some time without a hub, and a start."""
        self.now += timedelta(seconds=seconds)
        self.newest_at = max(self.newest_at, self.now)
        self.look()

    def step(self, seconds: float) -> None:
        """The clock is set."""
        self.now += timedelta(seconds=seconds)
        self.oldest_at, self.newest_at = min(self.oldest_at, self.now), max(self.newest_at, self.now)
        self.record(ClockStepped(by_s=seconds))
        self.look()

    @property
    def due_days(self) -> list[int]:
        return [record.event.due_at.day for record in self.records if isinstance(record.event, ScheduleDue)]


class Happening(NamedTuple):
    what: str
    seconds: float


HAPPENINGS = st.lists(
    st.one_of(
        st.builds(Happening, st.just("live"), st.integers(60, 3 * 3600).map(float)),
        st.builds(Happening, st.just("down"), st.integers(1, 30 * 3600).map(float)),
        st.builds(Happening, st.just("step"), st.sampled_from([3600.0, -3600.0])),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(
    every=everies(),
    policy=st.sampled_from(["run-once", "skip", "run-all"]),
    zone_begin=st.sampled_from(
        [
            (BERLIN, utc("2026-03-28T18:00")),
            (BERLIN, utc("2026-10-24T18:00")),
            (SHANGHAI, utc("2026-03-28T18:00")),
            (SHANGHAI, utc("2026-12-31T10:00")),
        ]
    ),
    calendar=CALENDARS,
    jitter_s=st.sampled_from([0.0, 0.0, 400.0]),
    happenings=HAPPENINGS,
)
@example(
    every=Every(interval_s=900, months=(3,), only="workdays"),
    policy="run-once",
    zone_begin=(BERLIN, utc("2026-03-28T18:00")),
    calendar=Calendar(workdays={date(2026, 3, 28): Text(en="Make-up")}),
    jitter_s=400.0,
    happenings=[Happening("live", 60.0)],
)
@example(
    every=Every(interval_s=420.0, weekdays=("tue", "mon", "sun", "wed"), months=(3,)),
    policy="run-once",
    zone_begin=(SHANGHAI, utc("2026-03-28T18:00")),
    calendar=Calendar(),
    jitter_s=400.0,
    happenings=[Happening("live", 60.0), Happening("live", 245.0), Happening("step", -3600.0)],
)
def test_neither_kills_nor_clock_jumps_nor_clock_changes_lose_an_instant_or_double_one(
    every: Every,
    policy: Missed,
    zone_begin: tuple[ZoneInfo, datetime],
    calendar: Calendar,
    jitter_s: float,
    happenings: list[Happening],
) -> None:
    assume(not validate(every))
    zone, begin = zone_begin
    rule = rule_of(replace(every, jitter_s=jitter_s), policy=policy)
    hub = Pretended(rule, zone, calendar, begin)
    for what, seconds in happenings:
        match what:
            case "live":
                hub.live(hub.now + timedelta(seconds=seconds))
            case "down":
                hub.be_down(seconds)
            case "step":
                hub.step(seconds)
    hub.live(max(hub.now, hub.newest_at) + timedelta(minutes=30))

    plan = Plan(replace(every, jitter_s=jitter_s), zone, calendar)
    wanted = [
        due_at
        for due_at in fires(plan, hub.oldest_at - timedelta(seconds=jitter_s), hub.newest_at, 100_000)
        if hub.oldest_at < put_off(plan, rule.id, SECRET, due_at) <= hub.newest_at
    ]
    events = [record.event for record in hub.records if isinstance(record.event, ScheduleDue | ScheduleMissed)]
    assert Counter(event.due_at for event in events) == Counter(wanted)


@settings(max_examples=40, deadline=None)
@given(downs=st.lists(st.integers(1, 200), min_size=1, max_size=6), policy=st.sampled_from(["run-once", "run-all"]))
def test_however_often_it_is_killed_the_newest_instant_is_always_run(downs: list[int], policy: Missed) -> None:
    hub = Pretended(rule_of(daily("06:00", "18:00"), policy=policy), BERLIN, Calendar(), utc("2026-03-20"))
    for hours in downs:
        before = len(hub.records)
        hub.be_down(hours * 3600.0)
        new = [record.event for record in hub.records[before:]]
        assert not new or isinstance(new[-1], ScheduleDue)
