"""What is done with recordings on disk: recovered, taken into the index, sealed, deleted; and what is seen there.

A `Keeper` belongs to one thread, which may hang with the disk. It decides nothing that has to be on record first:
what it gives out is recorded by `hub.runtime.recording.recordings`, which then lets it go on.
"""

import itertools
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from hub.clock import Clock
from hub.core.event import Event
from hub.core.recorded import Covered, Span, Stretch, cut, extend, gaps_in
from hub.core.recordings import (
    RecordingGap,
    RecordingRecovered,
    Segment,
    Stream,
    at_of,
    parse_file_name,
    stamp,
)
from hub.core.retention import Keeping
from hub.runtime.recording.choice import Removal, removals
from hub.runtime.recording.index import RecordIndex
from hub.runtime.recording.rebuild import rebuild
from hub.runtime.recording.seals import Seal, drop_manifests, write_seal
from hub.runtime.recording.volume import Known, Volume, look_at, meet
from hub.watch.recording.file import (
    CLOSED,
    OPEN,
    read_closed,
    recover,
)

log = structlog.get_logger("recording")

TOLD = "told"
_STILL_S = 5.0
"""A file that does not grow for so long may have lost its writer."""
_JUST_NOW = timedelta(seconds=5)
_KEEP_EVERY_S = 5.0
_KEEP_SHARE = 20.0
"""Looking for what may be deleted takes no more than about a twentieth of the time."""
_SEAL_EVERY_S = 300.0
_MOST_SEALED = 10_000
_MOST_ADOPTED = 500
_MOST_CLEARED = 500
_REBUILD_S = 1.0


class Growing(NamedTuple):
    """A file that is being written: since when, its size, when it was last seen to have changed (monotonic and hub
    time)."""

    camera: str
    stream: Stream
    begin_at: datetime
    size: int
    grown_s: float
    grown_at: datetime


class Seen(NamedTuple):
    """One look at the disk."""

    volume: Volume
    growing: Mapping[str, Growing]
    """By file."""
    finished: frozenset[str]
    """The cameras of which files were finished just now."""
    events: list[Event]
    """What is to go on record."""
    removals: list[Removal]
    seal: Seal | None
    short_bytes: int
    """What is missing and may not be had by deleting."""
    stretches: Mapping[str, Stretch]
    """What is on disk without a gap, by camera."""


class Keeper:
    """For one thread."""

    def __init__(self, folder: Path, data: Path, clock: Clock, keeping: Keeping) -> None:
        """`data` holds the index. Call `open` before anything else."""
        self.folder = folder
        self.keeping = keeping
        self._data = data
        self._clock = clock
        self._started_at = clock.now()
        self._index: RecordIndex | None = None
        self._known: Known | None = None
        self._used = 0
        self._growing: dict[str, Growing] = {}
        self._short = 0
        self._keep_s = float("-inf")
        self._sealed_s = clock.monotonic()
        self._gone = self._looked = False
        self._rebuilding: Iterator[None] | None = None
        self._puzzling: set[str] = set()
        self._stretches: dict[str, Stretch] = {}

    @property
    def index_path(self) -> Path:
        return self._data / "recordings.db"

    @property
    def index(self) -> RecordIndex:
        assert self._index is not None, "open() comes first"
        return self._index

    def open(self) -> int:
        """Open the index; returns the last record of the journal that it was told.

        One that cannot be read is put aside: it is made anew from the files.
        """
        try:
            self._index = RecordIndex(self.index_path, create=True)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            log.error("index_damaged", error=str(error), doing="it is made anew from the files")
            for suffix in ("-wal", "-shm"):
                self.index_path.with_name(self.index_path.name + suffix).unlink(missing_ok=True)
            self.index_path.rename(self.index_path.with_name(f"recordings.{stamp(self._clock.now())}.damaged"))
            self._index = RecordIndex(self.index_path, create=True)
        known = self.index.fact("volume")
        self._known = msgspec.json.decode(known, type=Known) if known else None
        if self._known is None or self._known.folder != str(self.folder):
            self._known = None
            self.index.forget_segments()
            self._rebuilding = rebuild(self.folder, self.index)
        _, self._used = self.index.totals()
        self._stretches = {one.camera: _extended(None, one) for one in self.index.newest()}
        return int(self.index.fact(TOLD) or 0)

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def look(self, *, last: bool = False) -> Seen:
        """One look: what is there, and what is to be done about it. `last`: the hub stops, and seals what it has."""
        now, now_s = self._clock.now(), self._clock.monotonic()
        volume = self._volume()
        if volume.problem:
            self._gone = True
            return Seen(volume, {}, frozenset(), [], [], None, self._short, self._stretches)
        self.index.ran(self._started_at, now)
        events: list[Event] = []
        self._scan(now, now_s)
        self._recover(now_s, events)
        finished = self._adopt(events, now)
        self._stretch()
        self._go_on_rebuilding(now_s)
        self._gone, self._looked = False, True
        removals: list[Removal] = []
        if self._rebuilding is None and now_s >= self._keep_s:
            self._clear()
            removals = self._choose(volume, now)
            done_s = self._clock.monotonic()
            self._keep_s = done_s + max(_KEEP_EVERY_S, _KEEP_SHARE * (done_s - now_s))
        seal = None
        if last or now_s - self._sealed_s >= _SEAL_EVERY_S:
            self._sealed_s = now_s
            seal = self._seal(now)
        return Seen(volume, dict(self._growing), finished, events, removals, seal, self._short, dict(self._stretches))

    def remove(self, segments: list[Segment]) -> None:
        """Delete files whose removal is on record; what lies in storages is deleted there by whoever speaks to them."""
        names = [segment.name for segment in segments]
        self._used -= self.index.bytes_here(names)
        with self.index.together():
            self.index.leave(names)
        self._clear()
        earliest = self.index.earliest()
        if earliest is not None:
            drop_manifests(self.folder, earliest)

    def moved(self, names: Sequence[str], place: str) -> None:
        """Segments lie in a storage now, which is on record; their files here go."""
        self._used -= self.index.bytes_here(names)
        with self.index.together():
            self.index.moved(names, place)
        self._clear()

    def _clear(self) -> None:
        """Delete the files of segments that are not here any more."""
        while names := self.index.leftovers("", _MOST_CLEARED):
            gone = []
            for name in names:
                try:
                    (self.folder / name).unlink(missing_ok=True)
                except OSError as error:
                    log.error("recording_not_deleted", name=name, error=error.strerror)
                    continue
                gone.append(name)
            with self.index.together():
                self.index.cleared("", gone)
            for day in {(self.folder / name).parent for name in gone}:
                with suppress(OSError):  # it holds more, or is gone already
                    day.rmdir()
            if len(gone) < len(names):
                break

    def sealed(self, seal: Seal) -> None:
        """The seal is on record."""
        with self.index.together():
            self.index.seal(seal.names, seal.event.manifest)

    # --- parts of a look ----------------------------------------------------------------------------------------

    def _volume(self) -> Volume:
        if self._known is None:
            try:
                self._known = meet(self.folder, self._data)
            except OSError as error:
                return Volume(error.strerror or type(error).__name__)
            self.index.remember("volume", msgspec.json.encode(self._known).decode())
        return look_at(self._known, self._data)

    def _scan(self, now: datetime, now_s: float) -> None:
        seen: dict[str, Growing] = {}
        for entry in (self.folder / OPEN).iterdir():
            named = parse_file_name(entry.name)
            if named is None:
                continue
            try:
                size = entry.stat().st_size
            except FileNotFoundError:
                continue
            before = self._growing.get(entry.name)
            if before is None or before.size != size:
                seen[entry.name] = Growing(named[0], named[1], named[2], size, now_s, now)
            else:
                seen[entry.name] = before
        self._growing = seen

    def _recover(self, now_s: float, events: list[Event]) -> None:
        """Files that nobody writes any more: their writer was killed."""
        for name, growing in list(self._growing.items()):
            if self._looked and now_s - growing.grown_s < _STILL_S:
                continue
            try:
                found = recover(self.folder / OPEN / name, "storage" if self._gone else "crash")
            except FileNotFoundError:
                continue
            if found is None:
                continue
            del self._growing[name]
            if found.segment is None:
                continue
            one = found.segment
            log.warning("recording_recovered", name=one.name, lost_bytes=found.lost_bytes)
            events.append(
                RecordingRecovered(
                    camera=one.camera,
                    segment=one.name,
                    begin_at=one.begin_at,
                    end_at=one.end_at,
                    lost_bytes=found.lost_bytes,
                    sha256=one.sha256,
                )
            )

    def _adopt(self, events: list[Event], now: datetime) -> frozenset[str]:
        """Finished files: into the index first, then to their place, so that none is ever in its place unknown.

        Returns the cameras of which some were finished just now.
        """
        waiting = sorted(itertools.islice((self.folder / CLOSED).iterdir(), _MOST_ADOPTED))
        found: list[tuple[Path, Segment]] = []
        for path in waiting:
            segment = read_closed(path)
            if segment is not None:
                found.append((path, segment))
            elif path.name not in self._puzzling:
                self._puzzling.add(path.name)
                log.warning("file_not_ours", file=path.name)
        if not found:
            return frozenset()
        down, planned = self.index.down(), self.index.planned(self._clock.now())
        with self.index.together():
            for _, segment in found:
                if not self.index.knows(segment.name):
                    events += self._gaps(segment, planned.get(segment.camera, []), down)
                    self._used += segment.bytes
                    self.index.add([segment])
                    self._stretches[segment.camera] = _extended(self._stretches.get(segment.camera), segment)
        for path, segment in found:
            target = self.folder / segment.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(target)
        return frozenset(one.camera for _, one in found if now - one.end_at < _JUST_NOW and not one.recovered)

    def _stretch(self) -> None:
        """With what is being written; of two files of a camera with the older one, which is about to be finished."""
        newest_first = sorted(self._growing.values(), key=lambda one: one.begin_at, reverse=True)
        for camera, one in {one.camera: one for one in newest_first}.items():
            span = Span(one.begin_at, max(one.begin_at, one.grown_at))
            self._stretches |= {camera: extend(self._stretches.get(camera), span, closed=False)} if one.size else {}

    def _gaps(self, segment: Segment, planned: list[Span], down: list[Span]) -> list[Event]:
        before = self.index.last_before(segment.camera, segment.begin_at)
        if before is None or before.end_at >= segment.begin_at:
            return []
        between = Span(before.end_at, segment.begin_at)
        covered = [Covered(before.begin_at, before.end_at, before.ended)]
        return [
            RecordingGap(camera=segment.camera, from_at=gap.from_at, to_at=gap.to_at, cause=gap.cause)
            for gap in gaps_in(cut(planned, between), covered, [], down)
        ]

    def _choose(self, volume: Volume, now: datetime) -> list[Removal]:
        being_written = sum(growing.size for growing in self._growing.values())
        found, self._short = removals(
            self.index,
            self.keeping,
            self._stretches,
            used_bytes=self._used + being_written,
            free_bytes=volume.free_bytes,
            now=now,
        )
        return found

    def _seal(self, now: datetime) -> Seal | None:
        segments = self.index.unsealed(_MOST_SEALED)
        return write_seal(self.folder, segments, now) if segments else None

    def _go_on_rebuilding(self, now_s: float) -> None:
        while self._rebuilding is not None and self._clock.monotonic() - now_s < _REBUILD_S:
            if next(self._rebuilding, self) is self:
                self._rebuilding = None
                _, self._used = self.index.totals()


def _extended(known: Stretch | None, segment: Segment) -> Stretch:
    holes = [Span(at_of(hole.from_us), at_of(hole.to_us)) for hole in segment.holes]
    return extend(known, Span(segment.begin_at, segment.end_at), holes=holes, closed=True)
