import stat
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from hub.clock import SystemClock
from hub.core.calendar import Calendar
from hub.core.catalogue import ClockStepped, RulePrint, RulesLoaded, ScheduleDue, ScheduleMissed
from hub.core.event import Draft
from hub.core.rounds.events import RoundDue
from hub.core.rules.events import CalendarLoaded
from hub.core.text import Text
from hub.errors import SiteError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.rules.schedules import Schedules, load_secret
from hub.testing.clock import FakeClock
from tests.runtime.running import records_of, rules_of, running, settled, until

SECRET = b"the secret of a test"
# START is a Monday, 16:00 in Shanghai.
DAILY = """
[[rule]]
id = "daily"
title = "Daily round"
every = { at = "08:30" }
missed = "POLICY"
do = [{ round = "technical", due = "1d" }, { notify = "duty" }]
"""


@asynccontextmanager
async def hub_with(
    folder: Path, clock: FakeClock, text: str, calendar: Calendar = Calendar()
) -> AsyncIterator[CoreLoop]:
    """A core loop with schedules, caught up as at the start of a hub."""
    rules = rules_of(text)
    prints = [RulePrint(rule.id, rule.digest) for rule in rules]
    async with running(folder, clock, text) as core:
        loaded = RulesLoaded(file="rules/test.toml", rules=prints)
        await core.propose(
            lambda state: [] if state.rule_files.get(loaded.file) == prints else [Draft(loaded, actor="hub")]
        )
        schedules = Schedules(core, clock, "Asia/Shanghai", SECRET)
        schedules.use_rules(rules)
        await schedules.catch_up()
        await schedules.use_calendar(calendar)
        await settled(core)
        yield core


@pytest.mark.parametrize(
    ("policy", "due", "missed"), [("run-once", 1, 2), ("skip", 0, 3), ("run-all", 3, 0)], ids=lambda value: str(value)
)
async def test_what_passed_during_downtime_is_run_or_reported_as_the_rule_wants_once_over_two_restarts(
    tmp_path: Path, clock: FakeClock, policy: str, due: int, missed: int
) -> None:
    text = DAILY.replace("POLICY", policy)
    async with hub_with(tmp_path, clock, text) as core:
        assert records_of(core, ScheduleDue, ScheduleMissed, RoundDue) == []
    clock.advance(3 * 86_400)
    for _ in range(2):
        async with hub_with(tmp_path, clock, text) as core:
            happened = records_of(core, ScheduleDue, ScheduleMissed)
            rounds = records_of(core, RoundDue)
            instants = [record.event.due_at.isoformat() for record in happened]
        assert Counter(type(record.event) for record in happened) == Counter(
            {ScheduleDue: due, ScheduleMissed: missed}
        ) - Counter({ScheduleDue: 0})
        assert len(rounds) == due
        assert instants == [f"2026-01-0{day}T00:30:00+00:00" for day in (6, 7, 8)]
        assert all(record.event.late for record in happened if isinstance(record.event, ScheduleDue))
        clock.advance(60)


async def test_a_crash_between_the_instant_and_its_round_makes_one_round(tmp_path: Path, clock: FakeClock) -> None:
    text = DAILY.replace("POLICY", "run-once")
    async with hub_with(tmp_path, clock, text):
        pass
    clock.advance(86_400)
    rules = rules_of(text)
    async with running(tmp_path, clock, text) as core:
        schedules = Schedules(core, clock, "Asia/Shanghai", SECRET)
        schedules.use_rules(rules)
        await schedules.catch_up()
        core.task.cancel()  # type: ignore[union-attr]
    for _ in range(2):
        async with hub_with(tmp_path, clock, text) as core:
            assert len(records_of(core, ScheduleDue)) == 1
            assert len(records_of(core, RoundDue)) == 1


async def test_the_same_instant_met_by_the_timer_and_by_the_catch_up_is_due_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    text = DAILY.replace("POLICY", "run-all")
    async with hub_with(tmp_path, clock, text) as core:
        schedules = Schedules(core, clock, "Asia/Shanghai", SECRET)
        schedules.use_rules(rules_of(text))
        clock.advance(86_400)
        instant = clock.now().replace(hour=0, minute=30)
        await schedules._due("daily", instant)
        await schedules.catch_up()
        await schedules._due("daily", instant)
        await settled(core)
        assert [record.event.due_at for record in records_of(core, ScheduleDue)] == [instant]
        assert len(records_of(core, RoundDue)) == 1


async def test_a_clock_set_back_over_an_instant_does_not_make_it_due_twice(tmp_path: Path, clock: FakeClock) -> None:
    text = DAILY.replace("POLICY", "run-all")
    async with hub_with(tmp_path, clock, text):
        pass
    clock.advance(86_400)
    async with hub_with(tmp_path, clock, text) as core:
        assert len(records_of(core, ScheduleDue)) == 1
    clock.step(-timedelta(hours=12).total_seconds())
    async with hub_with(tmp_path, clock, text):
        pass
    clock.advance(timedelta(hours=12).total_seconds())
    async with hub_with(tmp_path, clock, text) as core:
        assert len(records_of(core, ScheduleDue)) == 1
        assert len(records_of(core, RoundDue)) == 1


# --- the calendar


WORKDAYS = DAILY.replace('{ at = "08:30" }', '{ at = "08:30", only = "workdays" }')
MAKE_UP = Calendar(workdays={date(2026, 1, 10): Text(en="Make-up day", zh="调休上班")})


async def test_a_make_up_saturday_comes_due_and_a_public_holiday_does_not(tmp_path: Path, clock: FakeClock) -> None:
    text = WORKDAYS.replace("POLICY", "run-all")
    calendar = Calendar(holidays={date(2026, 1, 8): Text(en="Anniversary")}, workdays=MAKE_UP.workdays)
    async with hub_with(tmp_path, clock, text, calendar):
        pass
    clock.advance(7 * 86_400)
    async with hub_with(tmp_path, clock, text, calendar) as core:
        # From Tuesday the 6th to Monday the 12th: without Thursday, with Saturday.
        assert [record.event.due_at.day for record in records_of(core, ScheduleDue)] == [6, 7, 9, 10, 12]
        assert len(records_of(core, CalendarLoaded)) == 1, "it is on record once"


async def test_a_calendar_that_changed_during_downtime_does_not_change_what_was_planned_meanwhile(
    tmp_path: Path, clock: FakeClock
) -> None:
    text = WORKDAYS.replace("POLICY", "run-all")
    async with hub_with(tmp_path, clock, text):
        pass
    clock.advance(6 * 86_400)  # it is Sunday
    async with hub_with(tmp_path, clock, text, MAKE_UP) as core:
        assert [record.event.due_at.day for record in records_of(core, ScheduleDue)] == [6, 7, 8, 9]
        assert core.state.calendar == MAKE_UP


# --- really, with the timer of APScheduler, over a night in which the clocks change

OFTEN = """
[[rule]]
id = "often"
title = "Often"
every = { every = "30m", between = ["22:00", "06:00"] }
missed = "run-all"
do = [{ round = "look" }]

[[rule]]
id = "nightly"
title = "In the hour that changes"
every = { at = ["02:15", "02:45"] }
missed = "run-all"
do = [{ round = "look" }]
"""


@pytest.mark.parametrize(
    ("evening", "planned"),
    [
        (datetime(2026, 3, 28, 20, 50, tzinfo=UTC), 14 + 1),  # seven hours, and both times at the moment of the change
        (datetime(2026, 10, 24, 19, 50, tzinfo=UTC), 18 + 2),  # nine hours, each time once
    ],
    ids=["spring", "autumn"],
)
async def test_a_night_of_clock_changes_and_a_clock_that_is_set_loses_nothing_and_doubles_nothing(
    tmp_path: Path, evening: datetime, planned: int
) -> None:
    with time_machine.travel(evening, tick=False) as traveller:
        clock = SystemClock()
        async with running(tmp_path, clock, OFTEN) as core:
            schedules = Schedules(core, clock, "Europe/Berlin", SECRET)
            core.on_change = schedules.follow
            rules = rules_of(OFTEN)
            loaded = RulesLoaded(file="rules/test.toml", rules=[RulePrint(rule.id, rule.digest) for rule in rules])
            await core.propose(lambda state: [Draft(loaded, actor="hub")])
            schedules.use_rules(rules)
            await schedules.start()
            try:
                # On to 22:30; an hour back and forth again, as the core finds out; then on by quarters of an hour.
                for minutes in (40, 45, -60, 60, *[15] * 42):
                    traveller.move_to(clock.now() + timedelta(minutes=minutes))
                    await settled(core)
                    schedules._scheduler.wake()
                    await until(lambda: all((schedules.next_due(rule.id) or evening) > clock.now() for rule in rules))
                    await settled(core)
                await until(lambda: len(records_of(core, ScheduleDue)) >= planned)
            finally:
                await schedules.stop()
            due = [(record.event.rule, record.event.due_at) for record in records_of(core, ScheduleDue)]
            assert len(due) == len(set(due)) == planned
            assert records_of(core, ScheduleMissed) == []
            assert [round(record.event.by_s) for record in records_of(core, ClockStepped)].count(-3600) == 1


# --- the secret


def test_the_secret_is_made_once_and_only_the_hub_may_read_it(tmp_path: Path) -> None:
    secret = load_secret(tmp_path)
    assert len(secret) == 32
    assert load_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "schedules.key").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["schedules.key"]


def test_a_secret_that_is_damaged_or_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "schedules.key").write_bytes(b"short")
    with pytest.raises(SiteError, match="damaged"):
        load_secret(tmp_path)
    with pytest.raises(SiteError, match="cannot be used"):
        load_secret(tmp_path / "nowhere")
