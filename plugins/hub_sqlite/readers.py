"""Connections for reading: one for each thread that reads at the moment, kept for the next one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from hub_sqlite.files import log_of, translated

_KEPT = 4

Stamp = tuple[bool, int, int]
"""Whether a log stands beside the file, and the file's time of change and size."""


class Readers:
    """A pool. Every reader has a connection to itself while it reads; any thread, at any time.

    `guarded` is for a file that another process may write: a connection is thrown away when the file changed since it
    was opened, because it may have been opened as one that never does.
    """

    def __init__(self, path: Path, connect: Callable[[Path], Database], *, guarded: bool) -> None:
        self._path = path
        self._connect = connect
        self._guarded = guarded
        self._idle: list[tuple[Stamp | None, Database]] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection. SQLite's errors come out as `OSError` or `SiteError`."""
        stamp = self._stamp()
        try:
            db = self._take(stamp)
            try:
                yield db
            except BaseException:
                db.close()
                raise
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
        if self._closed or len(self._idle) >= _KEPT:
            db.close()
        else:
            self._idle.append((stamp, db))

    def close(self) -> None:
        """Close what is idle now, and the rest as it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop()[1].close()

    def _take(self, stamp: Stamp | None) -> Database:
        while True:
            try:
                known, db = self._idle.pop()
            except IndexError:
                return self._connect(self._path)
            if known == stamp:
                return db
            db.close()

    def _stamp(self) -> Stamp | None:
        if not self._guarded:
            return None
        file = self._path.stat()
        return log_of(self._path).exists(), file.st_mtime_ns, file.st_size
