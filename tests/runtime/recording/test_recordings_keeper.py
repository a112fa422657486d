import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.recorded import Span
from hub.core.recordings import RecordingGap, RecordingRecovered, parse_manifest, seal_of
from hub.core.retention import Keeping
from hub.runtime.recording.keeper import Keeper
from hub.runtime.recording.reading import RecordReading
from hub.testing.clock import FakeClock
from hub.watch.recording.file import CLOSED, OPEN
from tests.servers.clips import Clips
from tests.watch.recording import Fed, played

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("keeper")).path("plain")


class Shelf:
    """A keeper on a folder of its own, and a recorder that fills it, on one clock."""

    def __init__(self, folder: Path, clip: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.folder = folder / "recordings"
        self.clip = clip
        self.clock = FakeClock()
        self.keeping = Keeping()
        self.keeper = self.opened()

    def opened(self) -> Keeper:
        keeper = Keeper(self.folder, self.data, self.clock, self.keeping)
        keeper.open()
        return keeper

    def again(self) -> Keeper:
        """As after a restart of the hub."""
        self.keeper.close()
        self.keeper = self.opened()
        return self.keeper

    def plan(self) -> None:
        self.keeper.index.plan("gate", "watched", self.clock.now())

    def record(self, *, end: str = "stopped") -> None:
        """Six seconds in a file of their own."""
        fed = Fed(self.folder, self.clock, segment_s=60)
        fed.feed(fed.connect(self.clip))
        fed.recorder.end(end)  # type: ignore[arg-type]
        fed.recorder.write(room=True)

    def look(self, **how: bool):
        return self.keeper.look(**how)

    def names(self) -> list[str]:
        return [segment.name for segment in self.keeper.index.oldest()]

    def on_disk(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob("[a-z]*/*/*.mp4"))


@pytest.fixture
def shelf(tmp_path: Path, clip: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path, clip)
    made.look()
    made.plan()
    yield made
    made.keeper.close()


def test_a_finished_file_is_indexed_and_put_in_its_place(shelf: Shelf) -> None:
    shelf.record()
    assert shelf.look().finished == {"gate"}
    assert shelf.look().finished == frozenset()
    assert shelf.names() == shelf.on_disk() == ["gate/2026-01-05/gate_watched_20260105T080000.100Z.mp4"]
    assert list((shelf.folder / CLOSED).iterdir()) == []
    [segment] = shelf.keeper.index.oldest()
    assert (segment.frames, segment.ended) == (60, "stopped")


def test_a_crash_between_the_index_and_the_move_loses_nothing_and_doubles_nothing(shelf: Shelf) -> None:
    shelf.record()
    [waiting] = (shelf.folder / CLOSED).iterdir()
    shelf.look()
    (shelf.folder / shelf.names()[0]).rename(waiting)
    shelf.again().look()
    assert shelf.names() == shelf.on_disk()
    assert len(shelf.names()) == 1


def test_a_gap_is_told_once_with_its_cause_when_it_is_over(shelf: Shelf) -> None:
    shelf.record(end="camera")
    shelf.look()
    shelf.clock.advance(30)
    shelf.record()
    [gap] = shelf.look().events
    assert isinstance(gap, RecordingGap)
    assert (gap.camera, gap.cause) == ("gate", "camera")
    assert (gap.to_at - gap.from_at).total_seconds() == pytest.approx(30, abs=0.2)
    assert shelf.look().events == []


def test_a_seam_is_no_gap(shelf: Shelf) -> None:
    shelf.record(end="camera")
    shelf.clock.advance(1.5)
    shelf.record()
    assert shelf.look().events == []


def test_time_in_which_the_hub_did_not_run_is_the_hub_s(shelf: Shelf) -> None:
    shelf.record(end="network")
    shelf.look()
    shelf.clock.advance(3600)
    shelf.again().look()
    shelf.record()
    [gap] = shelf.look().events
    assert gap.cause == "hub"


def test_a_file_that_a_dead_writer_left_is_recovered_and_told(shelf: Shelf) -> None:
    fed = Fed(shelf.folder, shelf.clock, segment_s=60)
    packets = fed.connect(shelf.clip)
    fed.feed(packets[:35])
    assert shelf.look().events == []
    shelf.clock.advance(6)
    assert shelf.look().events == [], "its writer lives"
    assert fed.recorder._segment is not None
    fed.recorder._segment._file.abandon()  # its lock ends with its writer
    [told] = shelf.look().events
    assert isinstance(told, RecordingRecovered)
    [segment] = shelf.keeper.index.oldest()
    assert (segment.recovered, segment.frames) == (True, 30)
    assert played(shelf.folder / segment.name).frames == 30


def test_what_is_recorded_without_a_gap_goes_on_over_files_and_ends_with_a_gap(shelf: Shelf) -> None:
    begun = shelf.clock.now()
    shelf.record(end="rolled")
    shelf.record(end="camera")
    [stretch] = shelf.look().stretches.values()
    second = shelf.keeper.index.last_before("gate", shelf.clock.now() + DAY)
    assert second is not None
    assert (stretch.since_at - begun).total_seconds() < 1
    assert (stretch.to_at, stretch.closed_at) == (second.end_at, second.end_at)
    shelf.clock.advance(30)
    fed = Fed(shelf.folder, shelf.clock, segment_s=60)
    fed.feed(fed.connect(shelf.clip)[:25])
    stretch = shelf.look().stretches["gate"]
    assert (stretch.since_at - second.end_at).total_seconds() > 29
    assert stretch.to_at > stretch.since_at
    assert stretch.closed_at == second.end_at
    fed.recorder.finish()


def test_after_a_restart_the_last_finished_file_is_known(shelf: Shelf) -> None:
    shelf.record()
    shelf.look()
    [segment] = shelf.keeper.index.oldest()
    shelf.clock.advance(3600)
    assert shelf.again().look().stretches["gate"].closed_at == segment.end_at


def test_what_grows_is_seen_and_what_stands_still_is_not_called_new(shelf: Shelf) -> None:
    fed = Fed(shelf.folder, shelf.clock, segment_s=60)
    packets = fed.connect(shelf.clip)
    fed.feed(packets[:25])
    [first] = shelf.look().growing.values()
    shelf.clock.advance(3)
    [second] = shelf.look().growing.values()
    assert second == first
    fed.feed(packets[25:])
    [third] = shelf.look().growing.values()
    assert third.grown_s > second.grown_s
    assert third.size > second.size
    fed.recorder.finish()


def test_a_seal_lists_every_segment_once_and_its_root_is_theirs(shelf: Shelf) -> None:
    for _ in range(3):
        shelf.record()
    shelf.look()
    seal = shelf.look(last=True).seal
    assert seal is not None
    listed = parse_manifest((shelf.folder / seal.event.manifest).read_text())
    assert [one.name for one in listed] == shelf.on_disk()
    assert (seal.event.root, seal.event.count) == (seal_of(listed), 3)
    assert seal.event.bytes == sum((shelf.folder / one.name).stat().st_size for one in listed)
    shelf.keeper.sealed(seal)
    assert shelf.look(last=True).seal is None


def test_a_seal_that_did_not_get_on_record_is_made_again(shelf: Shelf) -> None:
    shelf.record()
    shelf.look()
    first = shelf.look(last=True).seal
    shelf.clock.advance(1)
    second = shelf.look(last=True).seal
    assert first is not None
    assert second is not None
    assert (first.names, first.event.root) == (second.names, second.event.root)


def test_old_recordings_go_when_that_is_on_record_and_not_before(shelf: Shelf) -> None:
    shelf.record()
    shelf.look()
    shelf.clock.advance(31 * 86400)
    shelf.record()
    [removal] = shelf.look().removals
    assert removal.rule == "days"
    assert len(shelf.on_disk()) == 2
    shelf.keeper.remove(removal.segments)
    assert len(shelf.on_disk()) == len(shelf.names()) == 1
    assert not (shelf.folder / "gate" / "2026-01-05").exists(), "an empty day is cleared away"


def test_what_is_protected_stays(shelf: Shelf) -> None:
    shelf.record()
    shelf.look()
    [segment] = shelf.keeper.index.oldest()
    shelf.keeper.index.protect("7", "gate", Span(segment.begin_at, segment.end_at), shelf.clock.now() + 60 * DAY)
    shelf.clock.advance(31 * 86400)
    assert shelf.look().removals == []
    shelf.clock.advance(30 * 86400)
    assert [removal.rule for removal in shelf.look().removals] == ["days"]


def test_a_shortage_that_nothing_may_end_is_told(shelf: Shelf) -> None:
    shelf.keeper.keeping = Keeping(max_bytes=1, min_days=1)
    shelf.record()
    shelf.look()
    shelf.clock.advance(11)
    seen = shelf.look()
    assert seen.removals == []
    assert seen.short_bytes > 100_000
    shelf.keeper.keeping = Keeping()
    shelf.clock.advance(11)
    assert shelf.look().short_bytes == 0


@pytest.mark.parametrize("seal", [True, False])
def test_an_index_that_is_lost_is_made_anew_from_the_files(shelf: Shelf, seal: bool) -> None:
    for _ in range(3):
        shelf.record(end="network")
    shelf.look()
    if seal:
        made = shelf.look(last=True).seal
        assert made is not None
        shelf.keeper.sealed(made)
    before = list(shelf.keeper.index.oldest())
    shelf.keeper.close()
    for path in shelf.data.glob("recordings.db*"):
        path.unlink()
    shelf.keeper = shelf.opened()
    shelf.look()
    assert list(shelf.keeper.index.oldest()) == before
    assert [one.segment for one in shelf.keeper.index.within(Span(before[0].begin_at, before[-1].end_at))] == before
    assert bool(shelf.keeper.index.unsealed(9)) is not seal


def test_an_index_that_is_damaged_is_put_aside_and_made_anew(shelf: Shelf) -> None:
    shelf.record()
    shelf.look()
    names = shelf.names()
    shelf.keeper.close()
    (shelf.data / "recordings.db").write_bytes(b"nothing that SQLite knows" * 100)
    shelf.keeper = shelf.opened()
    shelf.look()
    assert shelf.names() == names
    assert len(list(shelf.data.glob("recordings.*.damaged"))) == 1


def test_a_volume_that_is_not_mounted_is_gone_and_nothing_is_written_below_it(shelf: Shelf, tmp_path: Path) -> None:
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=8m tmpfs {shelf.folder}") != 0:
        # Without the right to mount: the folder itself goes, as with a disk whose mount point goes with it.
        shelf.folder.rename(tmp_path / "gone")
        assert shelf.look().volume.problem == "the folder is not there"
        assert not shelf.folder.exists()
        return
    try:
        shelf.keeper.index.remember("volume", "null")
        shelf.keeper._known = None
        assert shelf.look().volume.problem == ""
        shelf.record()
        shelf.look()
        assert len(shelf.on_disk()) == 1
        os.system(f"mount -o remount,ro {shelf.folder}")
        assert shelf.look().volume.problem == "it can only be read"
        os.system(f"mount -o remount,rw {shelf.folder}")
        assert shelf.look().volume.problem == ""
    finally:
        os.system(f"umount -l {shelf.folder}")
    before = sorted(shelf.folder.rglob("*"))
    assert shelf.look().volume.problem == "its disk is not mounted"
    assert sorted(shelf.folder.rglob("*")) == before


def test_the_account_of_a_day_knows_what_is_being_written(shelf: Shelf) -> None:
    reading = RecordReading(shelf.keeper.index_path, shelf.folder, shelf.clock, "UTC", lambda: shelf.look().growing)
    begun = shelf.clock.now()
    shelf.record(end="camera")
    shelf.look()
    shelf.clock.advance(20)
    fed = Fed(shelf.folder, shelf.clock, segment_s=60)
    fed.feed(fed.connect(shelf.clip)[:41])
    [day] = reading.days(["gate", "yard"], [begun.date()])
    assert day.planned_s == pytest.approx(30, abs=0.3)
    assert [gap.cause for gap in day.gaps] == ["camera"]
    assert day.planned_s - day.actual_s == pytest.approx(20, abs=0.3)
    views = reading.find(Span(begun, shelf.clock.now() + DAY), camera="gate", limit=10)
    assert [view.open for view in views] == [False, True]
    fed.recorder.finish()
    assert not list((shelf.folder / OPEN).iterdir())


def test_a_file_that_stays_open_and_does_not_grow_is_no_recording(shelf: Shelf) -> None:
    """Its writer hangs, or the disk takes nothing: what is on disk counts, not that somebody has a file open."""
    reading = RecordReading(shelf.keeper.index_path, shelf.folder, shelf.clock, "UTC", lambda: shelf.look().growing)
    fed = Fed(shelf.folder, shelf.clock, segment_s=60)
    fed.feed(fed.connect(shelf.clip)[:41])
    [day] = reading.days(["gate"], [shelf.clock.now().date()])
    assert day.gaps == []
    shelf.clock.advance(10)
    [day] = reading.days(["gate"], [shelf.clock.now().date()])
    assert day.gaps == [], "bytes may be on their way"
    shelf.clock.advance(290)
    [day] = reading.days(["gate"], [shelf.clock.now().date()])
    assert day.planned_s - day.actual_s == pytest.approx(300, abs=2)
    assert [gap.cause for gap in day.gaps] == ["unknown"]
    fed.recorder.finish()
