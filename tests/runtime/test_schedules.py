from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.catalogue import RoundDue, RulePrint, RulesLoaded, ScheduleDue, ScheduleMissed
from hub.core.event import Draft
from hub.runtime.core_loop import CoreLoop
from hub.runtime.schedules import Schedules
from hub.testing.clock import FakeClock
from tests.runtime.running import records_of, rules_of, running, settled

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
async def hub_with(folder: Path, clock: FakeClock, text: str) -> AsyncIterator[CoreLoop]:
    """A core loop with schedules, caught up as at the start of a hub."""
    rules = rules_of(text)
    prints = [RulePrint(rule.id, rule.digest) for rule in rules]
    async with running(folder, clock, text) as core:
        loaded = RulesLoaded(file="rules/test.toml", rules=prints)
        await core.propose(
            lambda state: [] if state.rule_files.get(loaded.file) == prints else [Draft(loaded, actor="hub")]
        )
        schedules = Schedules(core, clock, "Asia/Shanghai")
        schedules.use_rules(rules)
        await schedules.catch_up()
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
        schedules = Schedules(core, clock, "Asia/Shanghai")
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
        schedules = Schedules(core, clock, "Asia/Shanghai")
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
