"""Scheduled rules: planned instants, missed ones, and the running timer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.model import Every, Missed, Rule
from hub.automation.schedule import validate
from hub.clock import SystemClock
from hub.core.state import Schedule
from hub.core.text import Text
from hub.runtime import scheduler as scheduler_module
from hub.runtime.scheduler import MOST_REPORTED, MOST_RUN, Scheduler, fires, instant_of, missed, trigger

BERLIN, SHANGHAI, LORD_HOWE = "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(*at: str) -> Every:
    return Every(at=tuple(time.fromisoformat(each) for each in at))


def rule_of(every: Every, *, policy: Missed = "run-once", rule: str = "weekly", digest: str = "d1") -> Rule:
    return Rule(id=rule, title=Text(en="Weekly"), file="rules/x.toml", digest=digest, every=every, missed=policy)


MONDAY = Every(weekdays=("mon",), at=(time(8, 30),))


# --- planned instants


def test_the_weekly_example_comes_due_on_mondays_at_half_past_eight_local_time() -> None:
    found = fires(MONDAY, SHANGHAI, utc("2026-01-01"), utc("2026-01-20"), 10)
    assert found == [utc("2026-01-05T00:30"), utc("2026-01-12T00:30"), utc("2026-01-19T00:30")]


def test_the_range_leaves_out_its_start_and_takes_in_its_end() -> None:
    first, second = utc("2026-01-05T00:30"), utc("2026-01-12T00:30")
    assert fires(MONDAY, SHANGHAI, first, second, 10) == [second]


def test_the_limit_ends_the_walk() -> None:
    assert len(fires(Every(interval_s=10), "UTC", utc("2026-01-01"), utc("2027-01-01"), 7)) == 7


@pytest.mark.parametrize(
    ("weekday", "day"),
    [("mon", 5), ("tue", 6), ("wed", 7), ("thu", 8), ("fri", 9), ("sat", 10), ("sun", 11)],
)
def test_weekday_names_mean_what_they_say(weekday: str, day: int) -> None:
    every = Every(weekdays=(weekday,), at=(time(12),))  # type: ignore[arg-type]
    assert fires(every, "UTC", utc("2026-01-05"), utc("2026-01-12"), 9) == [datetime(2026, 1, day, 12, tzinfo=UTC)]


def test_several_times_on_several_days_are_all_due_and_in_order() -> None:
    every = Every(weekdays=("fri", "mon"), at=(time(17, 0), time(8, 30)))
    found = [f"{at:%a %H:%M}" for at in fires(every, "UTC", utc("2026-01-05"), utc("2026-01-12"), 9)]
    assert found == ["Mon 08:30", "Mon 17:00", "Fri 08:30", "Fri 17:00"]


def test_days_of_the_month_with_the_last_one() -> None:
    every = Every(days=(15, -1), at=(time(6),))
    found = [at.day for at in fires(every, "UTC", utc("2028-01-01"), utc("2028-03-31T23:00"), 9)]
    assert found == [15, 31, 15, 29, 15, 31]


def test_a_month_without_that_day_is_passed_over() -> None:
    found = [at.month for at in fires(Every(days=(31,), at=(time(6),)), "UTC", utc("2026-01-01"), utc("2026-06-01"), 9)]
    assert found == [1, 3, 5]


def test_weekday_and_day_of_the_month_must_both_match() -> None:
    every = Every(weekdays=("mon",), days=(1,), at=(time(6),))
    assert fires(every, "UTC", utc("2026-01-01"), utc("2027-01-01"), 9) == [utc("2026-06-01T06:00")]


def test_intervals_are_counted_from_a_fixed_instant_so_that_a_restart_does_not_shift_them() -> None:
    every = Every(interval_s=900)
    assert fires(every, BERLIN, utc("2026-01-05T10:07:11"), utc("2026-01-05T10:31"), 9) == [
        utc("2026-01-05T10:15"),
        utc("2026-01-05T10:30"),
    ]


# --- clock changes


def test_in_berlin_a_time_that_spring_leaves_out_is_due_when_the_clocks_jump_past_it() -> None:
    found = fires(daily("02:30"), BERLIN, utc("2026-03-27T12:00"), utc("2026-03-30T12:00"), 9)
    assert found == [utc("2026-03-28T01:30"), utc("2026-03-29T01:00"), utc("2026-03-30T00:30")]


def test_in_berlin_a_time_that_autumn_repeats_is_due_once_the_first_time() -> None:
    found = fires(daily("02:30"), BERLIN, utc("2026-10-24T12:00"), utc("2026-10-26T12:00"), 9)
    assert found == [utc("2026-10-25T00:30"), utc("2026-10-26T01:30")]


def test_two_times_within_the_hour_left_out_are_due_together_once() -> None:
    found = fires(daily("02:10", "02:50", "03:00", "03:10"), BERLIN, utc("2026-03-29"), utc("2026-03-29T02:00"), 9)
    assert found == [utc("2026-03-29T01:00"), utc("2026-03-29T01:10")]


def test_asked_within_the_repeated_hour_the_second_pass_is_not_due() -> None:
    first_pass, second_pass = utc("2026-10-25T00:40"), utc("2026-10-25T01:10")
    for after in (first_pass, second_pass):
        assert fires(daily("02:30"), BERLIN, after, utc("2026-10-26T12:00"), 9) == [utc("2026-10-26T01:30")]


def test_shanghai_has_no_clock_change() -> None:
    found = fires(daily("02:30"), SHANGHAI, utc("2026-01-01"), utc("2027-01-01"), 1000)
    assert len(found) == 365
    assert {at.strftime("%H:%M") for at in found} == {"18:30"}


def test_half_an_hour_of_change_and_a_day_left_out_are_understood() -> None:
    assert instant_of(datetime(2026, 10, 4, 2, 15), ZoneInfo(LORD_HOWE)) == utc("2026-10-03T15:30")
    assert instant_of(datetime(2011, 12, 30, 8, 30), ZoneInfo("Pacific/Apia")) == utc("2011-12-30T10:00")


@settings(max_examples=150, deadline=None)
@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    times=st.lists(st.times().map(lambda t: t.replace(microsecond=0)), min_size=1, max_size=4, unique=True),
    zone=st.sampled_from([BERLIN, SHANGHAI, LORD_HOWE, "America/New_York", "UTC"]),
    cut_h=st.integers(1, 200),
)
def test_every_day_has_each_time_once_and_the_walk_may_begin_anywhere(
    start: datetime, times: list[time], zone: str, cut_h: int
) -> None:
    begin, every = start.replace(tzinfo=UTC), Every(at=tuple(times))
    end = begin + timedelta(days=10)
    found = fires(every, zone, begin, end, 1000)
    local_days = [(begin.astimezone(ZoneInfo(zone)) + timedelta(days=number)).date() for number in range(-2, 13)]
    wanted = {instant_of(datetime.combine(day, at), ZoneInfo(zone)) for day in local_days for at in times}
    assert found == sorted(at for at in wanted if begin < at <= end)
    middle = begin + timedelta(hours=cut_h)
    assert found == fires(every, zone, begin, middle, 1000) + fires(every, zone, middle, end, 1000)


def test_a_schedule_without_times_is_refused_by_the_trigger_as_by_the_check() -> None:
    for bad in (Every(), Every(interval_s=0.0)):
        assert validate(bad)
        with pytest.raises(ValueError):
            trigger(bad, "UTC")


# --- missed instants


def missed_days(policy: Missed, *, last: str | None = "2026-01-01T06:00", now: str = "2026-01-05T12:00") -> list[str]:
    schedule = Schedule(armed_at=utc("2025-12-31T20:00"), last_due_at=utc(last) if last else None)
    found = missed(rule_of(daily("06:00"), policy=policy), schedule, utc(now), "UTC")
    return [f"{each.due_at.day}{'-' if each.skipped else '+'}" for each in found]


def test_run_once_makes_up_for_the_newest_and_reports_the_others() -> None:
    assert missed_days("run-once") == ["2-", "3-", "4-", "5+"]


def test_skip_reports_all() -> None:
    assert missed_days("skip") == ["2-", "3-", "4-", "5-"]


def test_run_all_makes_up_for_all() -> None:
    assert missed_days("run-all") == ["2+", "3+", "4+", "5+"]


def test_a_rule_never_due_before_is_looked_at_since_it_was_armed() -> None:
    assert missed_days("run-all", last=None, now="2026-01-02T12:00") == ["1+", "2+"]


def test_nothing_is_missed_twice() -> None:
    assert missed_days("run-once", last="2026-01-05T06:00") == []


def test_a_rule_without_a_schedule_misses_nothing() -> None:
    rule = Rule(id="x", title=Text(en="X"), file="f", digest="d", on=("signal.lost",))
    assert missed(rule, Schedule(armed_at=utc("2020-01-01")), utc("2026-01-01"), "UTC") == []


def test_run_all_makes_up_for_the_newest_hundred_only() -> None:
    rule = rule_of(Every(interval_s=60), policy="run-all")
    found = missed(rule, Schedule(armed_at=utc("2026-01-01")), utc("2026-01-01T05:00"), "UTC")
    assert len(found) == 300
    assert [each.skipped for each in found] == [True] * (300 - MOST_RUN) + [False] * MOST_RUN


def test_years_without_the_hub_give_a_bounded_report_quickly() -> None:
    began = SystemClock().monotonic()
    for every in (Every(interval_s=10), Every(at=tuple(time(hour, half) for hour in range(24) for half in (0, 30)))):
        found = missed(rule_of(every), Schedule(armed_at=utc("2011-01-01")), utc("2026-01-01"), BERLIN)
        assert len(found) == MOST_REPORTED
        assert [each for each in found if not each.skipped] == [found[-1]]
        assert utc("2026-01-01") - found[-1].due_at < timedelta(minutes=30)
    assert SystemClock().monotonic() - began < 5


# --- the running timer


class Heard:
    """What a scheduler said, in order."""

    def __init__(self) -> None:
        self.due: list[tuple[str, datetime]] = []
        self.missed = 0
        self.fail_with: Exception | None = None

    async def on_due(self, rule_id: str, due_at: datetime) -> None:
        if self.fail_with is not None:
            raise self.fail_with
        self.due.append((rule_id, due_at))

    async def on_missed(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with
        self.missed += 1


async def until(condition: Callable[[], object], wake: Callable[[], object] = lambda: None) -> None:
    """Wait until it holds, at most 5 s of the loop's own time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 5
    while not condition():
        assert loop.time() < deadline, "it did not happen"
        wake()
        await asyncio.sleep(0.005)


@asynccontextmanager
async def running(heard: Heard, *rules: Rule, catching_up: bool = True) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(SystemClock(), SHANGHAI, heard.on_due, heard.on_missed if catching_up else None)
    await scheduler.start()
    scheduler.arm(rules)
    try:
        yield scheduler
    finally:
        await scheduler.stop()


@pytest.fixture
def sunday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(utc("2026-01-04T23:00"), tick=False) as traveller:
        yield traveller


async def test_the_weekly_example_really_fires_at_its_planned_instant(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(MONDAY)) as scheduler:
        assert scheduler.next_due("weekly") == utc("2026-01-05T00:30")
        sunday.move_to(utc("2026-01-05T00:29:59"))
        scheduler.wake()
        await asyncio.sleep(0.05)
        assert heard.due == []
        sunday.move_to(utc("2026-01-05T00:30:02"))
        await until(lambda: heard.due, scheduler.wake)
        assert heard.due == [("weekly", utc("2026-01-05T00:30"))]
        assert scheduler.next_due("weekly") == utc("2026-01-12T00:30")
    assert heard.missed == 0


async def test_weeks_follow_one_another(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(MONDAY)) as scheduler:
        for week in range(5):
            sunday.move_to(utc("2026-01-05T00:30:01") + timedelta(weeks=week))
            await until(lambda week=week: len(heard.due) > week, scheduler.wake)
    assert [at for _, at in heard.due] == [utc("2026-01-05T00:30") + timedelta(weeks=week) for week in range(5)]


async def test_the_timer_fires_by_itself_in_real_time() -> None:
    heard = Heard()
    soon = (SystemClock().now() + timedelta(seconds=2)).astimezone(ZoneInfo(SHANGHAI)).replace(microsecond=0)
    async with running(heard, rule_of(Every(at=(soon.time(),)))):
        await until(lambda: heard.due)
    assert heard.due == [("weekly", soon.astimezone(UTC))]


async def test_instants_slept_through_are_looked_for_and_not_dropped(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(MONDAY)) as scheduler:
        sunday.move_to(utc("2026-01-05T03:00"))
        await until(lambda: heard.missed, scheduler.wake)
        assert heard.due == []
        sunday.move_to(utc("2026-01-12T00:30:01"))
        await until(lambda: heard.due, scheduler.wake)
    assert (heard.missed, heard.due) == (1, [("weekly", utc("2026-01-12T00:30"))])


async def test_several_instants_that_come_due_together_are_looked_for(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(Every(interval_s=20))) as scheduler:
        sunday.shift(65)
        await until(lambda: heard.missed, scheduler.wake)
    assert heard.due == []


async def test_without_a_catch_up_the_newest_instant_is_handed_over_late(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(MONDAY), catching_up=False) as scheduler:
        sunday.move_to(utc("2026-01-13T03:00"))
        await until(lambda: heard.due, scheduler.wake)
    assert heard.due == [("weekly", utc("2026-01-12T00:30"))]


async def test_an_instant_that_could_not_be_recorded_is_tried_again(
    sunday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler_module, "_RETRY_S", 0.02)
    heard = Heard()
    heard.fail_with = OSError("disk full")
    async with running(heard, rule_of(MONDAY)) as scheduler:
        sunday.move_to(utc("2026-01-05T00:30:01"))
        await until(lambda: "trying again" in caplog.text, scheduler.wake)
        heard.fail_with = None
        await until(lambda: heard.missed)
    assert heard.due == []


async def test_jobs_of_unchanged_rules_are_left_alone_and_changed_ones_begin_anew(
    sunday: time_machine.Traveller,
) -> None:
    heard = Heard()
    kept, changed, gone = (rule_of(MONDAY, rule=name) for name in ("kept", "changed", "gone"))
    async with running(heard, kept, changed, gone) as scheduler:
        sunday.move_to(utc("2026-01-05T00:30:05"))
        later = rule_of(Every(at=(time(9),)), rule="changed", digest="d2")
        scheduler.arm([kept, later, rule_of(daily("09:30"), rule="new")])
        assert scheduler.next_due("kept") == utc("2026-01-05T00:30"), "due already, and still to be handed over"
        assert scheduler.next_due("changed") == utc("2026-01-05T01:00")
        assert scheduler.next_due("new") == utc("2026-01-05T01:30")
        assert scheduler.next_due("gone") is None
        await until(lambda: heard.due, scheduler.wake)
        await asyncio.sleep(0.05)
    assert heard.due == [("kept", utc("2026-01-05T00:30"))]


async def test_arming_after_an_earlier_moment_leaves_no_gap_behind_it(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard) as scheduler:
        sunday.move_to(utc("2026-01-05T00:30:10"))
        scheduler.arm([rule_of(MONDAY)], after=utc("2026-01-05T00:29:59"))
        await until(lambda: heard.due, scheduler.wake)
    assert heard.due == [("weekly", utc("2026-01-05T00:30"))]


async def test_a_clock_that_ran_years_ahead_and_is_set_right_strands_no_job() -> None:
    heard = Heard()
    with time_machine.travel(utc("2031-05-01"), tick=False) as traveller:
        async with running(heard, rule_of(MONDAY)) as scheduler:
            assert scheduler.next_due("weekly") == utc("2031-05-05T00:30")
            traveller.move_to(utc("2026-01-04T23:00"))
            scheduler.wake()
            assert scheduler.next_due("weekly") == utc("2026-01-05T00:30")


async def test_a_hundred_rules_due_at_once_are_all_handed_over(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    rules = [rule_of(MONDAY, rule=f"rule-{number}") for number in range(100)]
    async with running(heard, *rules) as scheduler:
        sunday.move_to(utc("2026-01-05T00:30:01"))
        await until(lambda: len(heard.due) == 100, scheduler.wake)
    assert {name for name, _ in heard.due} == {rule.id for rule in rules}


async def test_stopping_cancels_a_call_that_hangs_and_leaves_nothing_behind(sunday: time_machine.Traveller) -> None:
    entered, cancelled = asyncio.Event(), asyncio.Event()

    async def hang(rule_id: str, due_at: datetime) -> None:
        entered.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    hanging: Callable[[str, datetime], Awaitable[None]] = hang
    before = asyncio.all_tasks()
    scheduler = Scheduler(SystemClock(), SHANGHAI, hanging)
    scheduler.arm([rule_of(MONDAY)])
    await scheduler.start()
    sunday.move_to(utc("2026-01-05T00:30:01"))
    await until(entered.is_set, scheduler.wake)
    await scheduler.stop()
    await until(lambda: cancelled.is_set() and asyncio.all_tasks() == before)
    assert scheduler.next_due("unknown") is None


async def test_a_scheduler_that_never_started_can_be_stopped() -> None:
    scheduler = Scheduler(SystemClock(), SHANGHAI, Heard().on_due)
    scheduler.arm([rule_of(MONDAY)])
    assert scheduler.next_due("weekly") is not None
    await scheduler.stop()
