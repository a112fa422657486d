"""Recordings read and compared with what was sealed: one place (a camera on a UTC day) after the other.

For one thread; blocks for the disk. What is in the folder is distrusted: it may be anything, of any size.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

import structlog

from hub.clock import Clock
from hub.core.proof.compare import Compared, Held, compare, parse_name
from hub.core.recorded import Span, day_of
from hub.core.recordings import Listed
from hub.errors import HubError, SiteError
from hub.runtime.proof.ledger import Ledger, Place
from hub.runtime.recording.index import RecordIndex, Sealed

log = structlog.get_logger("recording")

_BLOCK = 1024 * 1024
_LARGEST = 64 * 1024**3
"""No segment is larger, and no file is read further."""
_MOST_FILES = 200_000
"""In one place; a file a second for two days is not so many."""
_LATE_SEAL = timedelta(minutes=10)
"""A file that ended so long before the newest seal and is in none of them does not wait for one."""

Advance = Callable[[int], None]
"""Called with the bytes that were just read; it may wait."""


class Elsewhere(Protocol):
    """Segments that are kept in storages, as `hub.runtime.recording.places.RecordPlaces` gives them."""

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a segment. Raises `SiteError` for one that is not where it should be, and another `HubError`
        where the storage cannot be read now."""
        ...


class Clocks(NamedTuple):
    """How far a camera's clock was ahead, over the segments that know."""

    segments: int
    least_s: float
    most_s: float

    def together(self, other: "Clocks | None") -> "Clocks":
        """Over the segments of both."""
        if other is None:
            return self
        return Clocks(self.segments + other.segments, min(self.least_s, other.least_s), max(self.most_s, other.most_s))


class Proven(NamedTuple):
    """What came of one place."""

    compared: Compared
    unvouched: int
    """Of those that were deleted, how many on the word of records newer than every head that was given."""
    away: int
    """In storages that cannot be read now: nobody can say how they are."""
    clocks: Clocks | None


class Prover:
    """Compares what the ledger lists with what is there."""

    def __init__(
        self, ledger: Ledger, folder: Path, index: Path, clock: Clock, *, elsewhere: Elsewhere | None = None
    ) -> None:
        """`index`: the file of the index; it says what is not sealed yet, and what the cameras' clocks said."""
        self.ledger = ledger
        self._folder = folder
        self._index = index
        self._clock = clock
        self._elsewhere = elsewhere

    def places(self) -> list[Place]:
        """Every place that is sealed or lies in the folder, in order."""
        return sorted({*self.ledger.places(), *self._folders()})

    def prove(
        self,
        place: Place,
        *,
        advance: Advance,
        only: Collection[str] | None = None,
        within: Span | None = None,
        held: dict[str, Held] | None = None,
        noted: Callable[[], None] = lambda: None,
    ) -> Proven:
        """Read what is in a place and compare it. `only`: these names, and no others. `within`: what began in it.

        `held` is what was read before; what is read now is added to it, and `noted` called after each file.
        """
        held = {} if held is None else held
        away: set[str] = set()
        wanted = self._wanted(place, only, within)
        for name in sorted(wanted):
            if name not in held:
                one = self._read(name, advance, wanted[name], away)
                if one is not None:
                    held[name] = one
                    noted()
        listed = self._listed(place, only, within)
        found = {name: one for name, one in held.items() if name in wanted}
        if listed.keys() - away != found.keys():
            # What was sealed or deleted meanwhile is on record by now; what was put away lies in its place.
            self.ledger.catch_up()
            listed = self._listed(place, only, within)
            for name in listed.keys() - found.keys() - away:
                if (
                    not self.ledger.removed(name)
                    and (again := self._read(name, advance, listed[name], away)) is not None
                ):
                    found[name] = held[name] = again
        known = self._known(place)
        compared = compare(
            {name: one for name, one in listed.items() if name not in away},
            {name: one for name, one in found.items() if name in listed or not self._has_gone(name)},
            removed=self.ledger.removed,
            waiting=self._waiting(known, found),
            sealed_as=self.ledger.sealed_as,
        )
        unvouched = sum(
            1 for name in listed if name not in found and name not in away and not self.ledger.vouched(name)
        )
        return Proven(compared, unvouched, len(away), _clocks_of(known.values(), listed))

    def _wanted(self, place: Place, only: Collection[str] | None, within: Span | None) -> dict[str, Listed | None]:
        """The names to read: those that are sealed and not deleted, and those in the folder."""
        wanted: dict[str, Listed | None] = {name: None for name in self._files(place) if _fits(name, only, within)}
        for name, one in self._listed(place, only, within).items():
            if name in wanted or not self.ledger.removed(name):
                wanted[name] = one
        return wanted

    def _listed(self, place: Place, only: Collection[str] | None, within: Span | None) -> dict[str, Listed]:
        return {name: one for name, one in self.ledger.listed(place).items() if _fits(name, only, within)}

    def _folders(self) -> Iterator[Place]:
        """Where something lies; where no recording belongs (above the days), with an empty day or camera."""
        for camera in _scan(self._folder):
            if camera.name.startswith("."):
                continue
            if not camera.is_dir(follow_symlinks=False):
                yield "", ""
                continue
            for day in _scan(Path(camera.path)):
                yield (day.name if day.is_dir(follow_symlinks=False) else ""), camera.name

    def _files(self, place: Place) -> list[str]:
        day, camera = place
        entries = _scan(self._folder / camera / day)
        if not day:
            entries = [one for one in entries if not one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
        found = ["/".join(part for part in (camera, day, entry.name) if part) for entry in entries]
        return sorted(found)[:_MOST_FILES]

    def _has_gone(self, name: str) -> bool:
        """Whether a file that no seal knows is not there any more: the hub deleted it, or it was put away."""
        return not os.path.lexists(self._folder / name)

    def _read(self, name: str, advance: Advance, listed: Listed | None, away: set[str]) -> Held | None:
        """The file as it is; None for none, and for one that is away."""
        try:
            fd = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return self._read_elsewhere(name, advance, away) if listed is not None else None
        except OSError:
            return Held(listed.bytes if listed is not None else 0, "")
        try:
            size = os.fstat(fd).st_size
            if not stat.S_ISREG(os.fstat(fd).st_mode) or size > _LARGEST:
                return Held(size, "")
            return _digest(fd, advance)
        except OSError:
            return Held(size, "")
        finally:
            os.close(fd)

    def _read_elsewhere(self, name: str, advance: Advance, away: set[str]) -> Held | None:
        if self._elsewhere is None:
            return None
        digest, size = sha256(), 0
        try:
            for block in self._elsewhere.blocks(name):
                digest.update(block)
                size += len(block)
                advance(len(block))
        except SiteError:
            return None
        except HubError as error:
            if not self.ledger.moved(name):
                return None  # an index that says so alone would hide whatever was deleted
            if not away:
                log.warning("storage_not_proven", name=name, error=error.message)
            away.add(name)
            return None
        return Held(size, digest.hexdigest())

    def _known(self, place: Place) -> dict[str, Sealed]:
        """What the index says of a place; nothing where there is no index that can be read."""
        day, camera = place
        try:
            span = day_of(datetime.fromisoformat(day).date(), "UTC")
            index = RecordIndex(self._index, create=False)
        except (ValueError, sqlite3.Error):
            return {}
        try:
            return {one.segment.name: one for one in index.within(span, camera)}
        except sqlite3.Error:
            return {}
        finally:
            index.close()

    def _waiting(self, known: Mapping[str, Sealed], found: Mapping[str, Held]) -> set[str]:
        """The files that the index knows as they are and that are too new to stand in a seal; and all that are newer
        than the last seal of a chain that does not hold: their seals cannot be read."""
        sealed_at = self.ledger.last_sealed_at()
        unread = {
            name
            for name in found
            if not self.ledger.holds
            and (named := parse_name(name)) is not None
            and (sealed_at is None or named.begin_at > sealed_at - _LATE_SEAL)
        }
        return unread | {
            name
            for name, one in known.items()
            if one.seal is None
            and (sealed_at is None or one.segment.end_at > sealed_at - _LATE_SEAL)
            and found.get(name) == Held(one.segment.bytes, one.segment.sha256)
        }


def _fits(name: str, only: Collection[str] | None, within: Span | None) -> bool:
    if only is not None:
        return name in only
    if within is None:
        return True
    named = parse_name(name)
    return named is None or within.from_at <= named.begin_at < within.to_at


def _scan(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        # What may not be read, such as `lost+found` of a disk, holds nothing of the hub's; a camera's files are then
        # missed, or cannot be read.
        return []


def _digest(fd: int, advance: Advance) -> Held:
    digest, size = sha256(), 0
    block = bytearray(_BLOCK)
    view = memoryview(block)
    while count := os.readv(fd, [block]):
        digest.update(view[:count])
        # Recordings are read once: what others use is not to be driven out of memory for them.
        os.posix_fadvise(fd, size, count, os.POSIX_FADV_DONTNEED)
        size += count
        advance(count)
    return Held(size, digest.hexdigest())


def _clocks_of(known: Collection[Sealed], listed: Collection[str]) -> Clocks | None:
    told: list[float] = [
        segment.device_offset_s
        for segment in (one.segment for one in known)
        if segment.device_offset_s is not None and segment.name in listed
    ]
    return Clocks(len(told), min(told), max(told)) if told else None
