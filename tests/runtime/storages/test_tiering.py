"""Recordings that move to storages and are read from there: real folders, a share that is really unmounted."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage

import hub.runtime.recording.keeper as keeper_module
import hub.runtime.recording.recordings as module
from hub.clock import SystemClock
from hub.core.catalogue import SiteConfigured
from hub.core.event import Draft
from hub.core.recordings import RecordingsMoved, RecordingsRemoved, RecordingsSealed, Segment
from hub.core.retention import Keeping
from hub.core.storage import StorageAway, StorageBack
from hub.core.tiers import Tier
from hub.errors import SiteError, StorageUnavailable
from hub.ports import PluginContext, StorageSpace, StoredObject
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.index import RecordIndex
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.recordings import Recordings
from hub.runtime.storages.calls import StorageCalls
from hub.runtime.storages.tiering import Tiering
from tests.runtime.recording.test_recordings import SITE, plan
from tests.runtime.running import journal_of, records_of, running, until
from tests.runtime.shares import Share, files_in, share
from tests.servers.clips import Clips
from tests.watch.recording import Fed

AT_ONCE = (Tier(storage="nas", after_days=0, cameras=frozenset({"gate"})),)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("tiering")).path("plain")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(module, "HUNG_S", 2.0)
    monkeypatch.setattr(keeper_module, "_SEAL_EVERY_S", 0.2)
    monkeypatch.setattr(keeper_module, "_KEEP_EVERY_S", 0.1)


class House:
    """Recordings, and storages that they move to."""

    def __init__(
        self, core: CoreLoop, recordings: Recordings, tiering: Tiering, folder: Path, moving: asyncio.Task[None]
    ) -> None:
        self.core, self.recordings, self.tiering, self.folder = core, recordings, tiering, folder
        self.moving = moving
        self.places = tiering.places

    def record(self, clip: Path, at: datetime) -> None:
        """One file of six seconds that begins then."""
        fed = Fed(self.folder / "recordings", Past(at), segment_s=60)
        fed.feed(fed.connect(clip))
        fed.recorder.end("stopped")
        fed.recorder.write(room=True)

    def known(self) -> dict[str, str]:
        """Where each segment lies."""
        index = RecordIndex(self.recordings.index_path, create=False)
        try:
            return {one.name: getattr(index.one(one.name), "place", "?") for one in index.oldest()}
        finally:
            index.close()

    def here(self) -> list[Path]:
        return files_in(self.folder / "recordings" / "gate")

    def in_state(self) -> dict[str, list[str]]:
        return dict(self.core.state.storage)


class Past(SystemClock):
    """A clock that stands somewhere in the past and is moved by hand."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at, self._s = at, 0.0

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._s)

    def monotonic(self) -> float:
        return self._s

    def advance(self, seconds: float) -> None:
        self._s += seconds


@asynccontextmanager
async def house(
    folder: Path,
    storages: Sequence[StorageCalls],
    *,
    tiers: Sequence[Tier] = AT_ONCE,
    keeping: Keeping = Keeping(keep_days=10_000),
    bytes_per_s: float | None = None,
) -> AsyncIterator[House]:
    async with running(folder, SystemClock()) as core:
        if core.state.site != SITE:
            await core.propose(lambda state: [Draft(SiteConfigured(site=SITE), actor="hub")])
        wanted = plan(cameras={}, keeping=keeping, storages=frozenset(one.name for one in storages))
        made = Recordings(
            core,
            journal_of(core),
            SystemClock(),
            wanted,
            folder=folder / "recordings",
            data=folder,
            trouble=lambda camera: "nothing",
        )
        core.on_change = made.follow
        await made.start()
        places = RecordPlaces(made.index_path, made.folder, {one.name: one for one in storages})
        tiering = Tiering(
            core,
            SystemClock(),
            made,
            places,
            tiers=lambda: tiers,
            data=folder,
            bytes_per_s=lambda: bytes_per_s,
            idle_s=0.1,
        )
        keeping_on = asyncio.create_task(tiering.keep())
        try:
            yield House(core, made, tiering, folder, keeping_on)
            if keeping_on.done():
                keeping_on.result()
        finally:
            keeping_on.cancel()
            with suppress(asyncio.CancelledError):
                await keeping_on
            await made.stop()


def disk(folder: Path, name: str, path: Path, *, mounted: bool = False, **how: float) -> StorageCalls:
    data = folder / "plugins" / "disk"
    data.mkdir(parents=True, exist_ok=True)
    context = PluginContext(plugin="disk", data=data, site=folder, clock=SystemClock(), language="en")
    return StorageCalls(name, DiskStorage(DiskOptions(path=path, mounted=mounted, min_free_gb=0.0), context), **how)


@pytest.fixture
def nas(tmp_path: Path) -> Iterator[Share]:
    with share(tmp_path) as made:
        yield made


def nas_disk(folder: Path, nas: Share, **how: float) -> StorageCalls:
    return disk(folder, "nas", nas.path, mounted=nas.mounted, **how)


OLD = datetime(2026, 1, 5, 8, tzinfo=UTC)


async def all_moved(home: House, count: int) -> None:
    await until(lambda: list(home.known().values()) == ["nas"] * count and home.here() == [])


async def test_what_is_old_enough_is_copied_read_back_put_on_record_and_only_then_deleted_here(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        there: list[int] = []
        follow = home.core.on_change

        def look(records: Any) -> None:
            there.extend(len(home.here()) for record in records if isinstance(record.event, RecordingsMoved))
            follow(records)

        home.core.on_change = look
        for minute in range(3):
            home.record(clip, OLD + timedelta(minutes=minute))
        await all_moved(home, 3)
        moved = [record.event for record in records_of(home.core, RecordingsMoved)]
        assert sum(run.count for event in moved for run in event.runs) == 3
        assert {event.storage for event in moved} == {"nas"}
        assert there[0] == 3, "what is not on record is not deleted"
        sealed = records_of(home.core, RecordingsSealed)
        assert sealed[0].seq < records_of(home.core, RecordingsMoved)[0].seq, "what is not sealed is not moved"
        await until(lambda: not os.listdir(tmp_path / "recordings" / "gate"), 5)


async def test_files_go_into_a_storage_no_faster_than_they_may(tmp_path: Path, clip: Path, nas: Share) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)], bytes_per_s=1_000.0) as home:
        for minute in range(3):
            home.record(clip, OLD + timedelta(minutes=minute))
        await until(lambda: len(files_in(nas.path / "gate")) == 1)
        assert not records_of(home.core, RecordingsMoved), "it waits before it goes on"
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 5, "and is stopped at once"


async def test_a_moved_segment_is_read_from_where_it_is(tmp_path: Path, clip: Path, nas: Share) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
        [name] = home.known()
        index = RecordIndex(home.recordings.index_path, create=False)
        segment = getattr(index.one(name), "segment", None)
        index.close()
        assert isinstance(segment, Segment)
        content = b"".join(home.places.blocks(name))
        assert (len(content), hashlib.sha256(content).hexdigest()) == (segment.bytes, segment.sha256)
        assert home.places.open_range(name, 100, 50) == content[100:150]
        home.places.fetch(name, tmp_path / "fetched.mp4")
        assert (tmp_path / "fetched.mp4").read_bytes() == content
        assert home.places.here(name) is None
        assert home.places.place_of(name) == "nas"
        for wrong in ("../../etc/passwd", "gate/2026-01-05/none", name.replace("gate/", "gate/../gate/")):
            with pytest.raises(SiteError):
                home.places.open_range(wrong, 0, 10)


async def test_a_share_that_disappears_is_told_and_everything_is_made_up_for_when_it_returns(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
        [moved] = home.known()
        nas.leave()
        await until(lambda: home.in_state().get("nas") == ["storage.away"])
        [gone] = records_of(home.core, StorageAway)
        assert "not mounted" in gone.event.reason
        with pytest.raises(StorageUnavailable):
            home.places.open_range(moved, 0, 10)
        home.record(clip, OLD + timedelta(minutes=1))
        await until(lambda: len(home.known()) == 2)
        await asyncio.sleep(0.5)
        folder, away = await home.tiering.now()
        assert (folder.storage, folder.segments, folder.problem) == ("", 1, "")
        assert (away.storage, away.segments, away.waiting) == ("nas", 1, 1)
        assert "not mounted" in away.problem
        assert len(home.here()) == 1, "it stays here meanwhile"
        assert list(nas.path.glob("*")) == [] if nas.mounted else True, "nothing is written below the mount point"
        nas.come_back()
        await all_moved(home, 2)
        await until(lambda: home.in_state() == {})
        assert len(records_of(home.core, StorageBack)) == 1


async def test_what_is_to_be_deleted_while_the_share_is_away_is_deleted_when_it_returns(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
        nas.leave()
        await until(lambda: "nas" in home.in_state())
        home.recordings.use(plan(cameras={}, keeping=Keeping(keep_days=1), storages=frozenset({"nas"})))
        await until(lambda: home.known() == {})
        [removed] = records_of(home.core, RecordingsRemoved)
        assert removed.event.rule == "days"
        nas.come_back()
        await until(lambda: not files_in(nas.path / "gate"))


async def test_room_here_is_made_of_what_lies_here_only(tmp_path: Path, clip: Path, nas: Share) -> None:
    storages = [nas_disk(tmp_path, nas)]
    async with house(tmp_path, storages) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
    full = Keeping(keep_days=10_000, min_free_bytes=10**15)
    async with house(tmp_path, [nas_disk(tmp_path, nas)], tiers=(), keeping=full) as home:
        home.record(clip, OLD + timedelta(minutes=1))
        await until(lambda: len(records_of(home.core, RecordingsRemoved)) == 1)
        await until(lambda: list(home.known().values()) == ["nas"])


class Lying:
    """A storage that keeps something else than it is given, for a while."""

    def __init__(self, true: DiskStorage) -> None:
        self.true, self.lies = true, True

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: datetime | None) -> None:
        if not self.lies or not name.endswith(".mp4"):
            return self.true.put(name, source, sha256=sha256, keep_until_at=keep_until_at)
        wrong = source.with_suffix(".wrong")
        content = bytearray(source.read_bytes())
        content[len(content) // 2] ^= 1
        wrong.write_bytes(content)
        self.true.put(name, wrong, sha256=sha256, keep_until_at=keep_until_at)
        return wrong.unlink()

    def read(self, name: str, start: int, length: int) -> bytes:
        return self.true.read(name, start, length)

    def delete(self, name: str) -> None:
        self.true.delete(name)

    def names(self, prefix: str) -> Iterator[StoredObject]:
        return self.true.names(prefix)

    def space(self) -> StorageSpace:
        return self.true.space()

    def close(self) -> None:
        self.true.close()


async def test_one_flipped_bit_on_the_way_is_found_and_the_file_stays_here(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    lying = Lying(nas_disk(tmp_path, nas)._storage)  # type: ignore[arg-type]
    async with house(tmp_path, [StorageCalls("nas", lying)]) as home:
        home.record(clip, OLD)
        await until(lambda: "nas" in home.in_state())
        [gone] = records_of(home.core, StorageAway)
        assert "otherwise than it was sent" in gone.event.reason
        assert len(home.here()) == 1
        assert files_in(nas.path / "gate") == [], "the bad copy is not left there"
        lying.lies = False
        await all_moved(home, 1)
        await until(lambda: home.in_state() == {})


async def test_an_original_that_is_damaged_already_is_never_moved_and_holds_up_no_other(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)], tiers=()) as home:
        home.record(clip, OLD)
        home.record(clip, OLD + timedelta(minutes=1))
        await until(lambda: len(home.here()) == 2 and bool(records_of(home.core, RecordingsSealed)))
        damaged = home.here()[0]
        content = bytearray(damaged.read_bytes())
        content[1000] ^= 1
        damaged.write_bytes(content)
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        await until(lambda: sorted(home.known().values()) == ["", "nas"])
        await until(lambda: home.here() == [damaged])
        assert "nas" not in home.in_state()


async def test_a_crash_between_the_record_and_the_deletion_leaves_the_file_in_one_place(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)], tiers=()) as home:
        home.record(clip, OLD)
        await until(lambda: len(home.here()) == 1 and bool(records_of(home.core, RecordingsSealed)))
        [name] = home.known()
        nas_disk(tmp_path, nas).put(name, home.here()[0], sha256="", keep_until_at=None)
    index = RecordIndex(tmp_path / "recordings.db", create=True)
    with index.together():
        index.moved([name], "nas")
    index.close()
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        await until(lambda: home.here() == [])
        assert home.known() == {name: "nas"}
        assert home.places.open_range(name, 4, 4) == b"ftyp"


class Dying(Exception):
    """Stands for the end of the hub's process, at the worst moment."""


@contextmanager
def dies_before_the_record(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    async def dies(self: Tiering, storage: str, done: object) -> None:
        raise Dying

    with monkeypatch.context() as patched:
        patched.setattr(Tiering, "_record", dies)
        yield


async def copied_and_not_on_record(folder: Path, clip: Path, nas: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    async def copy() -> None:
        async with house(folder, [nas_disk(folder, nas)]) as home:
            home.record(clip, OLD)
            await until(lambda: len(files_in(nas.path / "gate")) == 1)
            await until(lambda: home.moving.done())

    with dies_before_the_record(monkeypatch), pytest.raises(ExceptionGroup):
        await copy()


async def test_a_copy_that_no_record_tells_of_is_taken_over_by_the_next_hub(
    tmp_path: Path, clip: Path, nas: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copied_and_not_on_record(tmp_path, clip, nas, monkeypatch)
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        await all_moved(home, 1)
        assert len(files_in(nas.path / "gate")) == 1
        assert len(records_of(home.core, RecordingsMoved)) == 1


@pytest.mark.parametrize("why", ["it does not belong there any more", "the recording is deleted"])
async def test_a_copy_that_no_record_tells_of_and_nobody_wants_is_deleted_there(
    tmp_path: Path, clip: Path, nas: Share, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    await copied_and_not_on_record(tmp_path, clip, nas, monkeypatch)
    if "deleted" in why:
        async with house(tmp_path, [], keeping=Keeping(keep_days=1)) as home:
            await until(lambda: home.known() == {})
    assert len(files_in(nas.path / "gate")) == 1
    async with house(tmp_path, [nas_disk(tmp_path, nas)], tiers=()) as home:
        await until(lambda: not files_in(nas.path / "gate"))
        assert len(home.here()) == (0 if "deleted" in why else 1)


async def test_an_index_that_is_lost_learns_from_the_storage_what_lies_there(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        for minute in range(3):
            home.record(clip, OLD + timedelta(minutes=minute))
        await all_moved(home, 3)
        before = home.known()
    for path in tmp_path.glob("recordings.db*"):
        path.unlink()
    files_in(nas.path / "gate")[0].unlink()
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        await until(lambda: len(home.known()) == 2)
        assert home.known().items() < before.items(), "what is not there is not believed"


async def test_from_one_storage_to_the_next_with_age(tmp_path: Path, clip: Path, nas: Share) -> None:
    later = Tier(storage="archive", after_days=0.5, cameras=frozenset({"gate"}))
    storages = [nas_disk(tmp_path, nas), disk(tmp_path, "archive", tmp_path / "archive")]
    async with house(tmp_path, storages[:1]) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
    storages = [nas_disk(tmp_path, nas), disk(tmp_path, "archive", tmp_path / "archive")]
    async with house(tmp_path, storages, tiers=(*AT_ONCE, later)) as home:
        home.record(clip, SystemClock().now() - timedelta(minutes=1))
        await until(lambda: sorted(home.known().values()) == ["archive", "nas"])
        await until(lambda: len(files_in(nas.path / "gate")) == 1)
        assert len(files_in(tmp_path / "archive" / "gate")) == 1
        old = next(name for name, place in home.known().items() if place == "archive")
        assert home.places.open_range(old, 4, 4) == b"ftyp"


async def test_a_storage_that_has_left_hub_toml_is_no_longer_told_to_be_away(
    tmp_path: Path, clip: Path, nas: Share
) -> None:
    async with house(tmp_path, [nas_disk(tmp_path, nas)]) as home:
        home.record(clip, OLD)
        await all_moved(home, 1)
        [name] = home.known()
        nas.leave()
        await until(lambda: home.in_state() == {"nas": ["storage.away"]})
    async with house(tmp_path, [], tiers=()) as home:
        await until(lambda: home.in_state() == {})
        with pytest.raises(StorageUnavailable, match="not in use"):
            home.places.open_range(name, 0, 10)
        _, gone = await home.tiering.now()
        assert (gone.storage, gone.segments) == ("nas", 1)
        assert gone.problem
