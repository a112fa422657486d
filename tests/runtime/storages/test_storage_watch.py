"""The forecast on a real index and a real journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from hub.core.recorded import Span
from hub.core.recordings import Segment
from hub.core.retention import Keeping, Terms
from hub.core.storage import StorageAmple, StorageShort
from hub.core.tiers import Tier
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.index import RecordIndex
from hub.runtime.storages.room import StorageWatch, wanted_here
from hub.testing.clock import FakeClock
from tests.core.test_recordings import segment
from tests.runtime.running import records_of, running

MB = 1_000_000


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.path = folder / "recordings.db"
        self.index = RecordIndex(self.path, create=True)
        self.folder = folder

    def hour(self, camera: str, hours_ago: float, size: int) -> Segment:
        begin_at = self.clock.now() - timedelta(hours=hours_ago)
        one = segment(camera=camera, begin_at=begin_at, end_at=begin_at + timedelta(hours=1), bytes=size)
        self.index.add([one])
        return one


@asynccontextmanager
async def watching(
    tmp_path: Path, keeping: Keeping, cameras: tuple[str, ...] = ("gate",), tiers: tuple[Tier, ...] = ()
) -> AsyncIterator[tuple[CoreLoop, Shelf, StorageWatch, SimpleNamespace]]:
    shelf = Shelf(tmp_path)
    plan = SimpleNamespace(keeping=keeping, cameras=dict.fromkeys(cameras, "watched"), volume="recordings")
    recordings = SimpleNamespace(plan=plan, index_path=shelf.path, folder=tmp_path)
    async with running(tmp_path, shelf.clock) as core:
        yield core, shelf, StorageWatch(core, shelf.clock, recordings, tiers=lambda: tiers), recordings  # type: ignore[arg-type] # what it reads of them
    shelf.index.close()


async def test_a_shortage_goes_on_record_once_and_ends_with_more_room(tmp_path: Path) -> None:
    async with watching(tmp_path, Keeping(max_bytes=1000 * MB)) as (core, shelf, watch, recordings):
        for hour in range(1, 49):
            shelf.hour("gate", hour, 4 * MB)
        made = await watch.look()
        assert made is not None
        assert made.day_bytes == 96 * MB
        assert made.needed_bytes == 30 * 96 * MB
        [told] = records_of(core, StorageShort)
        assert isinstance(told.event, StorageShort)
        ahead = (told.event.short_at - shelf.clock.now()) / timedelta(days=1)
        assert 8.3 < ahead < 8.5, "808 MB are left, 96 are written a day"
        await watch.look()
        assert len(records_of(core, StorageShort)) == 1
        recordings.plan.keeping = Keeping(max_bytes=5000 * MB)
        await watch.look()
        [ended] = records_of(core, StorageAmple)
        assert ended.event == StorageAmple(volume="recordings")
        assert core.state.storage == {}
        assert watch.short_at is None


async def test_a_volume_that_is_no_longer_used_is_not_short(tmp_path: Path) -> None:
    async with watching(tmp_path, Keeping(max_bytes=100 * MB)) as (core, shelf, watch, recordings):
        for hour in range(1, 4):
            shelf.hour("gate", hour, 4 * MB)
        await watch.look()
        recordings.plan.volume = "/srv/new"
        recordings.plan.keeping = Keeping()
        await watch.look()
        assert [record.event for record in records_of(core, StorageAmple)] == [StorageAmple(volume="recordings")]


async def test_what_is_held_takes_room_beyond_the_days_that_are_wanted(tmp_path: Path) -> None:
    keeping = Keeping(cameras={"gate": Terms(keep_days=2, by="camera:gate")})
    async with watching(tmp_path, keeping) as (_, shelf, watch, _recordings):
        for hour in range(1, 97):
            shelf.hour("gate", hour, 4 * MB)
        now = shelf.clock.now()
        shelf.index.protect("1", "gate", Span(now - timedelta(hours=96), now - timedelta(hours=72)), None)
        made = await watch.look()
        assert made is not None
        held = made.needed_bytes - 2 * 96 * MB
        assert 23 * 4 * MB <= held <= 25 * 4 * MB


async def test_a_site_that_never_recorded_has_no_forecast(tmp_path: Path) -> None:
    async with watching(tmp_path, Keeping(), cameras=()) as (_core, shelf, watch, _recordings):
        made = await watch.look()
        assert made is not None
        assert (made.cameras, made.short_at) == ([], None)
        shelf.index.close()
        for path in tmp_path.glob("recordings.db*"):
            path.unlink()
        assert await watch.look() is None


def test_what_is_moved_to_a_storage_needs_no_room_here() -> None:
    keeping = Keeping(min_days=60, keep_days=90, cameras={"vault": Terms(keep_days=365, min_days=200)})
    tier = Tier(storage="nas", after_days=7, cameras=frozenset({"gate"}))
    wanted = wanted_here(keeping, frozenset({"gate", "road"}), (tier,))
    assert wanted == {"gate": 7, "road": 60, "vault": 200}
