"""Where the file of a segment is, and its bytes, wherever that is: in the folder of recordings, or in a storage."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from hub.core.recordings import parse_file_name, segment_name
from hub.errors import NotStored, SiteError, StorageUnavailable
from hub.runtime.recording.index import RecordIndex
from hub.runtime.storages.calls import StorageCalls

T = TypeVar("T")

_BLOCK = 4 * 1024 * 1024


class RecordPlaces:
    """All methods may be called from any thread, and block for the disk or the network.

    They raise `SiteError` (there is no such file, or it cannot be read here) and `StorageError` (where it is cannot be
    reached now).
    """

    def __init__(self, index: Path, folder: Path, storages: Mapping[str, StorageCalls]) -> None:
        """`index`: the file of the index; `folder`: that of the recordings; `storages`: by id."""
        self.storages = storages
        self._index = index
        self._folder = folder

    def place_of(self, name: str) -> str:
        """The storage that a segment lies in; empty: the folder of recordings, also for what no index knows."""
        _check(name)
        try:
            with closing(RecordIndex(self._index, create=False)) as index:
                known = index.one(name)
        except sqlite3.Error as error:
            raise SiteError(
                f"The index of recordings cannot be read: {error}.", hint="See the log; it can be made anew."
            ) from error
        return known.place if known is not None else ""

    def here(self, name: str) -> Path | None:
        """The segment's file, where it lies in the folder of recordings; it may be moved away at any time."""
        return self._folder / name if self.place_of(name) == "" else None

    def fetch(self, name: str, into: Path) -> None:
        """Write a copy of a finished segment to the file `into`, which is replaced."""
        with into.open("wb") as file:
            for block in self.blocks(name):
                file.write(block)

    def open_range(self, name: str, start: int, length: int) -> bytes:
        """`length` bytes of a segment from `start` on; fewer at its end, none behind it."""
        return self._wherever(name, lambda path: _read(path, start, length), lambda one: one.read(name, start, length))

    def blocks(self, name: str) -> Iterator[bytes]:
        """A whole segment in pieces of 4 MiB."""
        start = 0
        while block := self.open_range(name, start, _BLOCK):
            yield block
            start += len(block)

    def _wherever(self, name: str, here: Callable[[Path], T], there: Callable[[StorageCalls], T]) -> T:
        place = self.place_of(name)
        try:
            return self._in(place, name, here, there)
        except (FileNotFoundError, NotStored) as error:
            # It may have been moved between the look into the index and this.
            now = self.place_of(name)
            if now == place:
                raise SiteError(f"The recording {name} is not there.", hint=f"It should be {_where(place)}.") from error
        try:
            return self._in(now, name, here, there)
        except (FileNotFoundError, NotStored) as error:
            raise SiteError(f"The recording {name} is not there.", hint=f"It should be {_where(now)}.") from error

    def _in(self, place: str, name: str, here: Callable[[Path], T], there: Callable[[StorageCalls], T]) -> T:
        if place:
            storage = self.storages.get(place)
            if storage is None:
                raise StorageUnavailable(
                    f"The storage {place}, in which the recording {name} lies, is not in use.",
                    hint="Is it in [[storages]] of hub.toml, and its plugin working?",
                )
            return there(storage)
        try:
            return here(self._folder / name)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise SiteError(
                f"The recording {name} cannot be read: {error.strerror}.", hint="Look at the disk."
            ) from error


def _check(name: str) -> None:
    """Names come from people, too: nothing outside the folder is ever read."""
    named = parse_file_name(name.rpartition("/")[2])
    if named is None or segment_name(*named) != name:
        raise SiteError(f"There is no recording {name[:200]!r}.", hint="`hub recordings list` shows their names.")


def _read(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _where(place: str) -> str:
    return f"in the storage {place}" if place else "in the folder of recordings"
