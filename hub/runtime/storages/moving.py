"""Copies recordings into a storage, and tells the storage itself what it holds. Blocking; for a thread of its own.

Beside the recordings a storage gets the manifests that they were sealed with, below `.seals/`, and what the index knows
of them, below `.catalog/DAY/`: so what it holds can be read, and proven, when nothing else is left.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from hub.clock import Clock
from hub.core.recordings import Segment, parse_file_name, segment_name, stamp
from hub.errors import NotStored, SiteError, StorageError, StorageLocked
from hub.runtime.proof.run import Pace
from hub.runtime.recording.index import Sealed
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.storages.calls import Miscopied, StorageCalls

log = structlog.get_logger("recording")

CATALOG, SEALS = ".catalog", ".seals"
_LARGEST_PAGE = 16 * 1024 * 1024


class Moved(NamedTuple):
    """What was copied, and what cannot be: it is not there, or not what was recorded."""

    done: list[Sealed]
    puzzling: list[str]


class Mover:
    """Moves into one storage. For one thread."""

    def __init__(self, storage: StorageCalls, places: RecordPlaces, *, folder: Path, data: Path, clock: Clock) -> None:
        """`folder`: of the recordings; `data`: the site's, for a file that is on its way between two storages."""
        self.storage = storage
        self._places = places
        self._folder = folder
        self._waiting = data / f"moving-{storage.name}.tmp"
        self._clock = clock
        self._manifests: set[str] = set()

    def copy(
        self, due: Sequence[Sealed], keep_until: Callable[[Segment], datetime], *, within_s: float, pace: Pace
    ) -> Moved:
        """Copy what is due, as much as can be begun within the time and no faster than `pace`, and list it in the
        storage.

        Raises `StorageError`; what was copied until then is copied again.
        """
        end_s = self._clock.monotonic() + within_s
        moved = Moved([], [])
        for one in due:
            if moved.done and self._clock.monotonic() >= end_s:
                break
            try:
                self._copy(one, keep_until(one.segment))
            except Miscopied as error:
                if error.source_sha256 == one.segment.sha256:
                    raise
                log.error("recording_not_moved", name=one.segment.name, reason="it is not what was recorded")
                moved.puzzling.append(one.segment.name)
            except (OSError, SiteError) as error:
                log.error("recording_not_moved", name=one.segment.name, reason=str(error))
                moved.puzzling.append(one.segment.name)
            else:
                moved.done.append(one)
                pace.take(one.segment.bytes)
        if moved.done:
            self._list(moved.done)
        return moved

    def clear(self, names: Sequence[str]) -> list[str]:
        """Delete what is no longer wanted; returns what is gone: what is locked is left. Raises `StorageError`."""
        gone: list[str] = []
        for name in names:
            try:
                self.storage.delete(name)
            except StorageLocked as error:
                log.info("recording_not_deleted_there", storage=self.storage.name, name=name, reason=error.message)
                continue
            gone.append(name)
        return gone

    def listed(self) -> Iterator[Sealed]:
        """What the storage says it holds, as far as it is there. Raises `StorageError`."""
        there: dict[str, frozenset[str]] = {}
        for page in sorted(one.name for one in self.storage.names(f"{CATALOG}/")):
            for one in self._read_page(page):
                folder = one.segment.name.rpartition("/")[0]
                if folder not in there:
                    there[folder] = frozenset(found.name for found in self.storage.names(f"{folder}/"))
                if one.segment.name in there[folder]:
                    yield one._replace(place=self.storage.name)

    def _copy(self, one: Sealed, keep_until_at: datetime) -> None:
        segment = one.segment
        if one.place == "":
            self._store(segment, self._folder / segment.name, keep_until_at)
            return
        try:
            self._places.fetch(segment.name, self._waiting)
            self._store(segment, self._waiting, keep_until_at)
        finally:
            self._waiting.unlink(missing_ok=True)

    def _store(self, segment: Segment, source: Path, keep_until_at: datetime) -> None:
        try:
            self.storage.store(segment, source, keep_until_at=keep_until_at)
        except Miscopied:
            with suppress(StorageError):
                self.storage.delete(segment.name)
            raise

    def _list(self, done: Sequence[Sealed]) -> None:
        for manifest in sorted({one.seal for one in done if one.seal} - self._manifests):
            path = self._folder / manifest
            if not path.is_file():
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self.storage.put(f"{SEALS}/{path.name}", path, sha256=digest, keep_until_at=None)
            self._manifests.add(manifest)
        content = msgspec.json.encode([(one.segment, one.seal) for one in done])
        newest = max(one.segment.end_at for one in done)
        try:
            self._waiting.write_bytes(content)
            name = f"{CATALOG}/{newest:%Y-%m-%d}/{stamp(self._clock.now())}.json"
            digest = hashlib.sha256(content).hexdigest()
            self.storage.put(name, self._waiting, sha256=digest, keep_until_at=None)
        finally:
            self._waiting.unlink(missing_ok=True)

    def _read_page(self, page: str) -> Iterator[Sealed]:
        try:
            content = self.storage.read(page, 0, _LARGEST_PAGE)
            listed = msgspec.json.decode(content, type=list[tuple[Segment, str | None]])
        except (NotStored, msgspec.MsgspecError) as error:
            log.warning("catalog_unreadable", storage=self.storage.name, page=page, error=str(error)[:200])
            return
        for segment, seal in listed:
            named = parse_file_name(segment.name.rpartition("/")[2])
            if named is not None and segment_name(*named) == segment.name:
                yield Sealed(segment, seal)
