"""The running timer: what it hands over, and when."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apscheduler.events import EVENT_JOB_SUBMITTED

from hub.automation.model import Every, Rule
from hub.automation.schedules.instants import Plan
from hub.automation.schedules.jitter import put_off
from hub.automation.schedules.passed import Clockwork
from hub.clock import SystemClock
from hub.core.calendar import Calendar
from hub.core.text import Text
from hub.runtime.rules import scheduler as scheduler_module
from hub.runtime.rules.scheduler import Scheduler

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKS = Clockwork(SHANGHAI, b"a secret")
ORDINARY = Calendar()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(*at: str) -> Every:
    return Every(at=tuple(time.fromisoformat(each) for each in at))


def rule_of(every: Every, *, rule: str = "weekly", digest: str = "d1") -> Rule:
    return Rule(id=rule, title=Text(en="Weekly"), file="rules/x.toml", digest=digest, every=every)


MONDAY = Every(weekdays=("mon",), at=(time(8, 30),))


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
async def running(heard: Heard, *rules: Rule) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(SystemClock(), WORKS, heard.on_due, heard.on_missed)
    await scheduler.start()
    scheduler.arm(rules, ORDINARY)
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
    soon = (SystemClock().now() + timedelta(seconds=2)).astimezone(SHANGHAI).replace(microsecond=0)
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
        scheduler.arm([kept, later, rule_of(daily("09:30"), rule="new")], ORDINARY)
        assert scheduler.next_due("kept") == utc("2026-01-05T00:30"), "due already, and still to be handed over"
        assert scheduler.next_due("changed") == utc("2026-01-05T01:00")
        assert scheduler.next_due("new") == utc("2026-01-05T01:30")
        assert scheduler.next_due("gone") is None
        await until(lambda: heard.due, scheduler.wake)
        await asyncio.sleep(0.05)
    assert heard.due == [("kept", utc("2026-01-05T00:30"))]


async def test_an_instant_that_comes_while_its_rule_changes_is_handed_over(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    async with running(heard, rule_of(MONDAY)) as scheduler:
        scheduler._scheduler.add_listener(
            lambda event: scheduler.arm([rule_of(daily("09:00"), digest="d2")], ORDINARY), EVENT_JOB_SUBMITTED
        )
        sunday.move_to(utc("2026-01-05T00:30:01"))
        await until(lambda: heard.due, scheduler.wake)
        assert scheduler.next_due("weekly") == utc("2026-01-05T01:00")
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
    scheduler = Scheduler(SystemClock(), WORKS, hanging, Heard().on_missed)
    scheduler.arm([rule_of(MONDAY)], ORDINARY)
    await scheduler.start()
    sunday.move_to(utc("2026-01-05T00:30:01"))
    await until(entered.is_set, scheduler.wake)
    await scheduler.stop()
    await until(lambda: cancelled.is_set() and asyncio.all_tasks() == before)
    assert scheduler.next_due("unknown") is None


async def test_a_scheduler_that_never_started_can_be_stopped() -> None:
    scheduler = Scheduler(SystemClock(), WORKS, Heard().on_due, Heard().on_missed)
    scheduler.arm([rule_of(MONDAY)], ORDINARY)
    assert scheduler.next_due("weekly") is not None
    await scheduler.stop()


async def test_what_is_put_off_comes_at_its_hidden_moment_and_is_told_by_its_planned_one(
    sunday: time_machine.Traveller,
) -> None:
    heard = Heard()
    every = Every(at=(time(8, 30),), jitter_s=3600)
    planned = utc("2026-01-05T00:30")
    at = put_off(Plan(every, SHANGHAI), "weekly", WORKS.secret, planned)
    assert planned < at < planned + timedelta(hours=1)
    async with running(heard, rule_of(every)) as scheduler:
        assert scheduler.next_due("weekly") == planned, "what is shown does not give the moment away"
        sunday.move_to(at - timedelta(seconds=2))
        scheduler.wake()
        await asyncio.sleep(0.05)
        assert heard.due == []
        sunday.move_to(at + timedelta(seconds=1))
        await until(lambda: heard.due, scheduler.wake)
        assert heard.due == [("weekly", planned)]
        assert scheduler.next_due("weekly") == planned + timedelta(days=1)
    assert heard.missed == 0


async def test_a_hub_that_starts_while_an_instant_is_put_off_still_brings_it(sunday: time_machine.Traveller) -> None:
    every = Every(at=(time(8, 30),), jitter_s=3600)
    planned = utc("2026-01-05T00:30")
    at = put_off(Plan(every, SHANGHAI), "weekly", WORKS.secret, planned)
    sunday.move_to(at - timedelta(seconds=2))
    heard = Heard()
    async with running(heard, rule_of(every)) as scheduler:
        sunday.move_to(at + timedelta(seconds=1))
        await until(lambda: heard.due, scheduler.wake)
    assert heard.due == [("weekly", planned)]


async def test_another_calendar_moves_only_what_depends_on_it(sunday: time_machine.Traveller) -> None:
    heard = Heard()
    free = Calendar(holidays={date(2026, 1, 5): Text(en="Anniversary")})
    worked = rule_of(Every(only="workdays", at=(time(8, 30),)), rule="worked")
    always = rule_of(daily("08:30"), rule="always")
    async with running(heard, worked, always) as scheduler:
        assert scheduler.next_due("worked") == utc("2026-01-05T00:30")
        scheduler.arm([worked, always], free)
        assert scheduler.next_due("worked") == utc("2026-01-06T00:30")
        assert scheduler.next_due("always") == utc("2026-01-05T00:30")


async def test_a_thousand_rules_are_armed_within_a_second(sunday: time_machine.Traveller) -> None:
    kinds = (MONDAY, daily("08:30"), Every(interval_s=900), Every(days=(-1,), only="workdays", at=(time(9),)))
    rules = [rule_of(kinds[number % 4], rule=f"rule-{number}") for number in range(1000)]
    async with running(Heard()) as scheduler:
        began_s = thread_time()
        scheduler.arm(rules, ORDINARY)
        assert thread_time() - began_s < 1
        assert scheduler.next_due("rule-999") is not None
