from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import ClockStepped
from hub.core.event import Draft
from hub.core.state import State
from hub.journal.verify import verify
from hub.runtime.clock_watch import ClockWatch
from hub.testing.clock import START, FakeClock
from tests.runtime.running import (
    LONG_LOST_RULE,
    happens,
    lost,
    names_of,
    records_of,
    restored,
    running,
    settled,
    store_in,
)


def test_time_that_passes_is_no_step(clock: FakeClock) -> None:
    watch = ClockWatch(clock, START)
    for seconds in (0.1, 3_600, 0.0, 86_400):
        clock.advance(seconds)
        assert watch.stepped_s() == 0


@pytest.mark.parametrize("by_s", [-3_600.0, -2.5, 2.5, 86_400.0])
def test_a_step_is_told_once_and_by_its_size(clock: FakeClock, by_s: float) -> None:
    watch = ClockWatch(clock, None)
    clock.advance(10)
    clock.step(by_s)
    assert watch.stepped_s() == pytest.approx(by_s)
    assert watch.stepped_s() == 0


def test_slewing_is_no_step(clock: FakeClock) -> None:
    watch = ClockWatch(clock, None)
    for _ in range(100):
        clock.advance(1)
        clock.step(-0.4)
        assert watch.stepped_s() == 0


def test_a_clock_behind_the_newest_record_was_set_back_while_nobody_looked(clock: FakeClock) -> None:
    watch = ClockWatch(clock, START + timedelta(seconds=90))
    assert watch.stepped_s() == -90
    assert watch.stepped_s() == 0
    assert ClockWatch(clock, START - timedelta(days=3)).stepped_s() == 0


async def test_a_clock_that_is_set_while_a_round_thinks_brings_no_timer_forward(
    tmp_path: Path, clock: FakeClock
) -> None:
    def think(state: State) -> list[Draft]:
        clock.step(3_600)
        return [lost("meanwhile")]

    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, lost("before"))
        clock.advance(10)
        await core.propose(think)
        await settled(core)
        assert records_of(core, AlarmRaised) == []
        (stepped,) = records_of(core, ClockStepped)
        assert stepped.event.by_s == 3_600  # type: ignore[attr-defined]
        clock.advance(20)
        await settled(core)
        assert [record.event.camera for record in records_of(core, AlarmRaised)] == ["before"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("by_s", [-3_600.0, 3_600.0])
async def test_timers_move_with_a_clock_that_is_set_while_the_hub_runs(
    tmp_path: Path, clock: FakeClock, by_s: float
) -> None:
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, lost("before"))
        clock.advance(20)
        clock.step(by_s)
        await settled(core)
        assert records_of(core, AlarmRaised) == []
        (stepped,) = records_of(core, ClockStepped)
        assert stepped.event.by_s == pytest.approx(by_s)
        clock.advance(9.5)
        await settled(core)
        assert records_of(core, AlarmRaised) == []
        clock.advance(1)
        await settled(core)
        assert [record.event.subject for record in records_of(core, AlarmRaised)] == ["camera:before"]


@pytest.mark.parametrize("by_s", [-3_600.0, 3_600.0])
async def test_what_happens_after_the_step_is_timed_by_the_clock_as_it_is_now(
    tmp_path: Path, clock: FakeClock, by_s: float
) -> None:
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, restored("x"))
        clock.step(by_s)
        # In the same breath as the step: before anybody could have looked at the clock.
        await happens(core, lost("after"))
        clock.advance(29)
        await settled(core)
        assert records_of(core, AlarmRaised) == []
        clock.advance(1.5)
        await settled(core)
        assert len(records_of(core, AlarmRaised)) == 1
        assert names_of(records_of(core)) == ["signal.restored", "clock.stepped", "signal.lost", "alarm.raised"]
        times = [record.seen_at for record in records_of(core)]
        assert times[1] == times[0] + timedelta(seconds=by_s)
        assert times[1:] == sorted(times[1:])


async def test_a_clock_set_back_while_the_hub_was_down_costs_no_timer(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, lost("a"))
        clock.advance(20)
        await happens(core, lost("b"))
    clock.step(-86_400)
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await settled(core)
        assert records_of(core, AlarmRaised) == []
        (stepped,) = records_of(core, ClockStepped)
        assert stepped.event.by_s == pytest.approx(-86_400)
        clock.advance(10.5)
        await settled(core)
        assert [record.event.subject for record in records_of(core, AlarmRaised)] == ["camera:a"]
        clock.advance(20)
        await settled(core)
        assert [record.event.subject for record in records_of(core, AlarmRaised)] == ["camera:a", "camera:b"]
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await settled(core)
        assert len(records_of(core, ClockStepped)) == 1
        assert len(records_of(core, AlarmRaised)) == 2
    store = store_in(tmp_path)
    store.open(create=False)
    assert verify(store).ok
    store.close()


async def test_downtime_counts_for_a_timer(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, lost("a"))
    clock.advance(3_600)
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await settled(core)
        assert len(records_of(core, AlarmRaised)) == 1
