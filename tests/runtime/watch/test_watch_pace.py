"""How the watch's workers keep up, on a real journal: shown at once, on record when it lasts."""

from pathlib import Path

from hub.core.pace import LASTING_S, WatchOverloaded, WatchRelieved
from hub.runtime.watch.pace import WatchPace
from hub.testing.clock import FakeClock
from hub.watch.messages import WorkerLoad
from tests.runtime.running import records_of, running

LOADED = WorkerLoad(lag_s=0.31, cpu=0.92, picture_factor=2.5, picture_every_s=2.0)
WELL = WorkerLoad(lag_s=0.01, cpu=0.3, picture_factor=1.0, picture_every_s=2.0)


async def test_a_busy_worker_is_shown_at_once_and_on_record_when_it_lasts(tmp_path: Path, clock: FakeClock) -> None:
    loads = {"watch-1": LOADED, "watch-2": WELL}
    async with running(tmp_path, clock) as core:
        pace = WatchPace(core, clock, loads=lambda: loads, placed=lambda: {"watch-1": ["gate"], "watch-2": []})
        began_at = clock.now()
        await pace.look()
        clock.advance(10)
        shown = pace.views()
        assert (shown["watch-1"].picture_every_s, shown["watch-1"].asked_every_s) == (5.0, 2.0)
        assert (shown["watch-1"].slow_since_at, shown["watch-1"].cameras) == (began_at, ["gate"])
        assert (shown["watch-2"].picture_every_s, shown["watch-2"].slow_since_at) == (2.0, None)
        assert records_of(core, WatchOverloaded) == []
        clock.advance(LASTING_S)
        await pace.look()
        await pace.look()
        [overloaded] = records_of(core, WatchOverloaded)
        assert (overloaded.actor, overloaded.event.worker) == ("watch:watch-1", "watch-1")
        assert core.state.overloaded == ["watch-1"]

        loads["watch-1"] = WELL
        await pace.look()
        assert pace.views()["watch-1"].slow_since_at is None
        clock.advance(LASTING_S)
        await pace.look()
        assert [record.event.worker for record in records_of(core, WatchRelieved)] == ["watch-1"]


async def test_what_was_on_record_before_a_restart_ends_when_nobody_is_slow_any_more(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:
        pace = WatchPace(core, clock, loads=lambda: {"watch-7": LOADED}, placed=dict)
        await pace.look()
        clock.advance(LASTING_S)
        await pace.look()
    async with running(tmp_path, clock) as core:
        assert core.state.overloaded == ["watch-7"]
        pace = WatchPace(core, clock, loads=dict, placed=dict)
        await pace.look()
        assert pace.views() == {}
        clock.advance(LASTING_S)
        await pace.look()
        assert core.state.overloaded == []
