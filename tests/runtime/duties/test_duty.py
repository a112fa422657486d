"""Duty on record: by a real journal over restarts and crashes, and by a whole hub whose roster is changed."""

import asyncio
import time as steady
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.calendar import Calendar
from hub.core.catalogue import ConfigAccepted, ConfigRejected, ScheduleDue
from hub.core.duty.roster import Cover, Leave, Pattern, Person, Post, Roster, Shift, Team, Turn
from hub.core.duty.shifts import RosterFilled, RosterGap, ShiftBegun, ShiftEnded, ShiftEndsSoon
from hub.core.duty.swap_events import SwapApproved
from hub.core.event import Draft
from hub.core.rounds.events import RoundDue, RoundsLoaded
from hub.core.text import Text
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.rostered import Rostered
from hub.runtime.duties.duty import DutyWatch
from hub.testing.clock import FakeClock
from tests.runtime.running import names_of, records_of, running, until
from tests.runtime.sites import CONFIG_RULE, make_site, running_hub

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAME = Text(en="x")
ROSTER = Roster(
    people=tuple(Person(id=name, name=Text(en=name.title())) for name in ("ann", "bob")),
    teams=tuple(Team(id=name[0], name=NAME, people=(name,)) for name in ("ann", "bob")),
    posts=(Post(id="desk", name=NAME),),
    shifts=(
        Shift(id="day", name=NAME, begin=time(8), end=time(20)),
        Shift(id="night", name=NAME, begin=time(20), end=time(8)),
    ),
    patterns=(
        Pattern(
            id="main",
            post="desk",
            cycle=("day", "night"),
            start_on=date(2026, 1, 1),
            turns=(Turn(team="a"), Turn(team="b", offset=1)),
        ),
    ),
)
"""The clock of the tests begins on 5 January 2026, 16:00 in Shanghai: ann's day, then bob's night."""


@asynccontextmanager
async def on_duty(folder: Path, clock: FakeClock, roster: Roster = ROSTER) -> AsyncIterator[tuple[CoreLoop, DutyWatch]]:
    """A core loop with duty, as after a start of the hub."""
    async with running(folder, clock) as core:
        duty = DutyWatch(core, clock, Rostered(roster, SHANGHAI, Calendar()))
        core.on_change = duty.follow
        await duty.look()
        yield core, duty


def shifts(core: CoreLoop) -> list[tuple[str, str, str]]:
    events = [record.event for record in records_of(core, ShiftBegun, ShiftEndsSoon, ShiftEnded)]
    return [(type(event).__name__, event.shift, ",".join(event.people)) for event in events]  # type: ignore[attr-defined]


async def test_shifts_begin_end_and_are_announced_once_over_restarts(tmp_path: Path, clock: FakeClock) -> None:
    for _ in range(2):
        async with on_duty(tmp_path, clock) as (core, _duty):
            assert shifts(core) == [("ShiftBegun", "day", "ann")]
    clock.advance(3 * 3600 + 50 * 60)
    for _ in range(2):
        async with on_duty(tmp_path, clock) as (core, _duty):
            assert shifts(core)[1:] == [("ShiftEndsSoon", "day", "ann")]
    clock.advance(600)
    for _ in range(2):
        async with on_duty(tmp_path, clock) as (core, duty):
            await duty.look()
            assert shifts(core)[2:] == [("ShiftEnded", "day", "ann"), ("ShiftBegun", "night", "bob")]
            assert core.state.duty.at_post("desk") == ("bob",)


async def test_a_crash_while_it_is_put_on_record_neither_loses_nor_doubles_it(tmp_path: Path, clock: FakeClock) -> None:
    async with on_duty(tmp_path, clock):
        pass
    clock.advance(4 * 3600)
    async with running(tmp_path, clock) as core:
        duty = DutyWatch(core, clock, Rostered(ROSTER, SHANGHAI, Calendar()))
        looking = asyncio.create_task(duty.look())
        await asyncio.sleep(0)
        core.task.cancel()  # type: ignore[union-attr]
        await asyncio.gather(looking, return_exceptions=True)
    async with on_duty(tmp_path, clock) as (core, _duty):
        assert shifts(core) == [
            ("ShiftBegun", "day", "ann"),
            ("ShiftEnded", "day", "ann"),
            ("ShiftBegun", "night", "bob"),
        ]


async def test_the_loop_looks_by_itself_when_a_shift_changes(tmp_path: Path) -> None:
    # A clock that runs, just before 20:00 in Shanghai.
    clock = RunningClock(datetime(2026, 1, 5, 11, 59, 59, 500_000, tzinfo=UTC))
    async with running(tmp_path, clock) as core:
        duty = DutyWatch(core, clock, Rostered(ROSTER, SHANGHAI, Calendar()))
        task = asyncio.create_task(duty.keep())
        try:
            await until(lambda: ("ShiftBegun", "night", "bob") in shifts(core), within_s=10)
        finally:
            task.cancel()
        assert [kind for kind, _, _ in shifts(core)] == ["ShiftBegun", "ShiftEnded", "ShiftBegun"]


class RunningClock(FakeClock):
    """Goes on by itself from where it was set."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._begun_s = steady.monotonic()

    def monotonic(self) -> float:
        return steady.monotonic() - self._begun_s

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.monotonic())


async def test_gaps_are_told_once_and_closed_by_a_changed_roster(tmp_path: Path, clock: FakeClock) -> None:
    leave = Leave(person="bob", first_on=date(2026, 1, 7), last_on=date(2026, 1, 7))
    roster = replace(ROSTER, leaves=(leave,))
    for _ in range(2):
        async with on_duty(tmp_path, clock, roster) as (core, duty):
            (gap,) = records_of(core, RosterGap)
            assert gap.event.why.en == "Bob is on leave"  # type: ignore[attr-defined]
        clock.advance(86_400)
    async with on_duty(tmp_path, clock, roster) as (core, duty):
        cover = Cover(on=date(2026, 1, 7), person="ann", instead_of="bob")
        await duty.use_roster(replace(roster, covers=(cover,)))
        await duty.use_roster(replace(roster, covers=(cover,)))
        assert names_of(records_of(core, RosterGap, RosterFilled)) == ["roster.gap", "roster.filled"]


ROSTER_FILE = """
[[person]]
id = "ann"
name = { en = "Ann", zh = "安" }

[[team]]
id = "a"
name = { en = "Team A", zh = "甲班" }
people = ["ann"]

[[post]]
id = "desk"
name = { en = "Desk", zh = "监控台" }

[[shift]]
id = "all-day"
name = { en = "All day", zh = "全天" }
from = "00:00"
to = "00:00"

[[pattern]]
id = "main"
post = "desk"
cycle = ["all-day"]
start = 2026-01-01
teams = ["a"]
"""
GAP_RULE = """
[[rule]]
id = "roster-gap"
title = { en = "Nobody at $post_name from $from_at: $why", zh = "$post_name 自 $from_at 起无人值班：$why" }
on = "roster.gap"
if = "on_duty('desk')"
do = [{ alarm = "roster", priority = "medium" }]
"""
ROUNDS_FILE = """
[[round]]
id = "technical"
name = { en = "Technical round", zh = "技术维护" }
team = "a"
due = "2h"
every = "6h"

[[round.checklist]]
of = "room"

[[round.checklist.item]]
id = "clean"
ask = { en = "Clean", zh = "清洁" }
answer = "yes-no"
"""


async def test_a_hub_follows_its_roster_file_and_keeps_the_last_good_one(tmp_path: Path) -> None:
    site = make_site(tmp_path, config=CONFIG_RULE, gap=GAP_RULE)
    file = site / "rules" / "roster.toml"
    file.write_text(ROSTER_FILE, encoding="utf-8")
    async with running_hub(site) as run:
        begun = await run.until(ShiftBegun, post="desk")
        assert begun.event.people == ["ann"]
        assert run.hub.book.on_duty("desk", run.hub.core.state.at) == ("ann",)

        with_gate = ROSTER_FILE + '\n[[post]]\nid = "gate"\nname = { en = "Gate", zh = "大门" }\n'
        file.write_text(with_gate, encoding="utf-8")
        gap = await run.until(RosterGap, post="gate")
        alarm = await run.until(AlarmRaised, rule="roster-gap")
        assert alarm.event.subject == f"gap:{gap.event.gap}"
        assert alarm.event.title.en.startswith("Nobody at Gate from 20")
        assert alarm.event.title.zh.endswith("无人排班")

        file.write_text(with_gate.replace('people = ["ann"]', 'people = ["anne"]'), encoding="utf-8")
        rejected = await run.until(ConfigRejected, file="rules/roster.toml")
        assert "Did you mean `ann`?" in rejected.event.problems[0].en
        assert run.hub.core.state.duty.at_post("desk") == ("ann",)

        file.write_text(ROSTER_FILE, encoding="utf-8")
        await run.until(ConfigAccepted, file="rules/roster.toml")
        await run.until(RosterFilled, gap=gap.event.gap)
        await run.until(AlarmReturned, alarm=alarm.event.alarm)

        file.unlink()
        ended = await run.until(ShiftEnded, post="desk")
        assert ended.event.names == Text(en="ann", zh="ann")
        assert len(run.records(ShiftBegun)) == 1


async def test_rounds_with_an_interval_come_due_with_what_their_file_says_of_them(tmp_path: Path) -> None:
    site = make_site(tmp_path, config=CONFIG_RULE)
    (site / "rules" / "roster.toml").write_text(ROSTER_FILE, encoding="utf-8")
    file = site / "rules" / "rounds.toml"
    file.write_text(ROUNDS_FILE, encoding="utf-8")
    async with running_hub(site) as run:
        loaded = await run.until(RoundsLoaded)
        assert [kind.id for kind in loaded.event.kinds] == ["technical"]
        assert run.hub.schedules.next_due("round-technical") is not None
        came_due = ScheduleDue(rule="round-technical", due_at=run.hub.core.state.at)
        await run.hub.core.propose(lambda state: [Draft(came_due, actor="hub")])
        due = await run.until(RoundDue, rule="round-technical")
        assert due.event.team == "a"
        assert due.event.title == Text(en="Technical round", zh="技术维护")
        assert 7199 <= (due.event.due_at - due.seen_at).total_seconds() <= 7201

        file.write_text(ROUNDS_FILE.replace('answer = "yes-no"', 'answer = "perhaps"'), encoding="utf-8")
        await run.until(ConfigRejected, file="rules/rounds.toml")
        assert [rule.id for rule in run.hub.rules if rule.id == "round-technical"] == ["round-technical"]
        file.write_text(ROUNDS_FILE.replace('every = "6h"\n', ""), encoding="utf-8")
        await run.until(ConfigAccepted, file="rules/rounds.toml")
        await run.until(RoundsLoaded, count=1)
        assert [rule.id for rule in run.hub.rules if rule.id == "round-technical"] == []


async def test_shifts_that_passed_while_the_hub_was_down_are_put_on_record_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with on_duty(tmp_path, clock):
        pass
    clock.advance(30 * 3600)  # from the day of the 5th, 16:00, to the evening of the 6th, 22:00
    for _ in range(2):
        async with on_duty(tmp_path, clock) as (core, _duty):
            begun = [(e.shift, ",".join(e.people), e.passed) for r in records_of(core, ShiftBegun) if (e := r.event)]  # type: ignore[attr-defined]
            assert begun == [
                ("day", "ann", False),
                ("night", "bob", True),
                ("day", "bob", True),
                ("night", "ann", False),
            ]
            assert [r.event.passed for r in records_of(core, ShiftEnded)] == [False, True, True]  # type: ignore[attr-defined]


async def test_a_roster_that_was_changed_meanwhile_says_nothing_of_the_time_before(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with on_duty(tmp_path, clock):
        pass
    clock.advance(30 * 3600)
    other = replace(ROSTER, patterns=(replace(ROSTER.patterns[0], turns=(Turn(team="b"),)),))
    async with on_duty(tmp_path, clock, other) as (core, _duty):
        passed = [",".join(r.event.people) for r in records_of(core, ShiftBegun) if r.event.passed]  # type: ignore[attr-defined]
        assert passed == ["bob", "bob"], "as the roster of that time had it"
        assert core.state.duty.file == other


async def test_an_approved_swap_changes_who_is_rostered_at_once(tmp_path: Path, clock: FakeClock) -> None:
    async with on_duty(tmp_path, clock) as (core, duty):
        on = date(2026, 1, 7)
        change = Cover(on=on, person="bob", instead_of="ann", shift="day", post="desk")
        approved = SwapApproved(swap="S-1", asker_name=NAME, other_name=NAME, changes=[change])
        await core.propose(lambda state: [Draft(approved, actor="person:wang")])
        at = datetime(2026, 1, 7, 4, tzinfo=UTC)
        assert duty._rostered.people("desk", at) == ("bob",)
    async with on_duty(tmp_path, clock) as (core, duty):
        assert duty._rostered.people("desk", at) == ("bob",), "after a restart as well"
        assert core.state.duty.roster.covers == (change,)
