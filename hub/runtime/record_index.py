"""The index of recordings: an SQLite file beside the journal, with one writer. It can be made anew from the files.

Times are microseconds since 1970 UTC. What is in it beside segments (plans, protections, when the hub ran) is on
record in the journal, too.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlite_utils import Database

from hub.core.recorded import Span
from hub.core.recordings import Hole, Segment, Stream, at_of, us_of

VERSION = 1
_BUSY_S = 5.0
_PAGE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS segments (
    name TEXT PRIMARY KEY, camera TEXT NOT NULL, stream TEXT NOT NULL, begin_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL, media_s REAL NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL, codec TEXT NOT NULL, ended TEXT NOT NULL, recovered INTEGER NOT NULL,
    device_offset_s REAL, holes TEXT NOT NULL, seal TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_camera ON segments (camera, begin_us);
CREATE INDEX IF NOT EXISTS by_end ON segments (end_us, name);
CREATE INDEX IF NOT EXISTS unsealed ON segments (end_us) WHERE seal IS NULL;
CREATE TABLE IF NOT EXISTS plans (
    camera TEXT, stream TEXT, from_us INTEGER, to_us INTEGER, PRIMARY KEY (camera, from_us)
);
CREATE TABLE IF NOT EXISTS protections (
    key TEXT PRIMARY KEY, camera TEXT, from_us INTEGER, to_us INTEGER, until_us INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (started_us INTEGER PRIMARY KEY, seen_us INTEGER);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_COLUMNS = (
    *("name", "camera", "stream", "begin_us", "end_us", "media_s", "frames", "bytes"),
    *("sha256", "codec", "ended", "recovered", "device_offset_s", "holes"),
)


class Sealed(NamedTuple):
    """A segment and the seal that it belongs to; None while it is not sealed yet."""

    segment: Segment
    seal: str | None


class RecordIndex:
    """For one thread. Raises `sqlite3.Error` when the file cannot be used."""

    def __init__(self, path: Path, *, create: bool) -> None:
        how = "rwc" if create else "ro"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={how}", uri=True, timeout=_BUSY_S, isolation_level=None
        )
        self._db = Database(connection, execute_plugins=False)
        if not create:
            return
        try:
            path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode = WAL")
            # What a power cut takes from the index, the files still say.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.conn.executescript(_SCHEMA)
            if self.fact("version") not in (None, str(VERSION)):
                raise sqlite3.DatabaseError("of another version")
            self.remember("version", str(VERSION))
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # --- segments ---

    def add(self, segments: Iterable[Segment], *, seal: str | None = None) -> None:
        """Add segments; one that is known stays sealed as it was."""
        rows = [(*_row(segment), seal) for segment in segments]
        columns = ", ".join((*_COLUMNS, "seal"))
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        self._db.conn.executemany(f"INSERT OR IGNORE INTO segments ({columns}) VALUES ({marks})", rows)  # noqa: S608

    def remove(self, names: Iterable[str]) -> None:
        self._db.conn.executemany("DELETE FROM segments WHERE name = ?", [(name,) for name in names])

    def seal(self, names: Iterable[str], manifest: str) -> None:
        self._db.conn.executemany("UPDATE segments SET seal = ? WHERE name = ?", [(manifest, name) for name in names])

    def unsealed(self, limit: int) -> list[Segment]:
        return [one.segment for one in self._select("seal IS NULL ORDER BY end_us, name LIMIT ?", (limit,))]

    def oldest(self) -> Iterator[Segment]:
        """All segments in the order of their end, read as they are asked for; write nothing meanwhile."""
        after: tuple[int, str] = (-1, "")
        while page := self._select("(end_us, name) > (?, ?) ORDER BY end_us, name LIMIT ?", (*after, _PAGE)):
            yield from (one.segment for one in page)
            after = us_of(page[-1].segment.end_at), page[-1].segment.name

    def forget_segments(self) -> None:
        """Begin anew, in another folder."""
        self._db.execute("DELETE FROM segments")

    def within(self, span: Span, camera: str | None = None, *, limit: int = -1) -> list[Sealed]:
        """What has any part in a period, in the order of camera and time."""
        where, values = "begin_us < ? AND end_us > ?", [us_of(span.to_at), us_of(span.from_at)]
        if camera is not None:
            return self._select(f"camera = ? AND {where} ORDER BY begin_us LIMIT ?", (camera, *values, limit))
        return self._select(f"{where} ORDER BY camera, begin_us LIMIT ?", (*values, limit))

    def knows(self, name: str) -> bool:
        return bool(self._db.execute("SELECT 1 FROM segments WHERE name = ?", (name,)).fetchone())

    def last_before(self, camera: str, at: datetime) -> Segment | None:
        """The newest segment of a camera that begins before `at`."""
        found = self._select("camera = ? AND begin_us < ? ORDER BY begin_us DESC LIMIT 1", (camera, us_of(at)))
        return found[0].segment if found else None

    def newest(self) -> list[Segment]:
        """The newest segment of every camera."""
        newest = "(SELECT camera, max(begin_us) FROM segments GROUP BY camera)"
        return [one.segment for one in self._select(f"(camera, begin_us) IN {newest}", ())]

    def totals(self) -> tuple[int, int]:
        """How many segments there are, and their bytes."""
        count, size = self._db.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM segments").fetchone()
        return count, size

    def earliest(self) -> datetime | None:
        found = self._db.execute("SELECT min(begin_us) FROM segments").fetchone()[0]
        return at_of(found) if found is not None else None

    def _select(self, where: str, values: Sequence[Any]) -> list[Sealed]:
        sql = f"SELECT {', '.join(_COLUMNS)}, seal FROM segments WHERE {where}"  # noqa: S608
        return [Sealed(_segment(row), row[-1]) for row in self._db.execute(sql, values)]

    # --- what was planned, what is kept, when the hub ran ---

    def plan(self, camera: str, stream: Stream | None, at: datetime) -> None:
        """From `at` on the camera is to be recorded, or (None) not; the record of its former plan ends then."""
        us = us_of(at)
        self._db.execute(
            "UPDATE plans SET to_us = ? WHERE camera = ? AND to_us IS NULL AND from_us < ?", (us, camera, us)
        )
        if stream is not None:
            self._db.execute("INSERT OR IGNORE INTO plans VALUES (?, ?, ?, NULL)", (camera, stream, us))

    def planned(self, now: datetime) -> dict[str, list[Span]]:
        """When each camera was to be recorded, up to now."""
        found: dict[str, list[Span]] = {}
        for camera, from_us, to_us in self._db.execute("SELECT camera, from_us, to_us FROM plans ORDER BY from_us"):
            end = at_of(to_us) if to_us is not None else now
            if end > at_of(from_us):
                found.setdefault(camera, []).append(Span(at_of(from_us), end))
        return found

    def protect(self, key: str, camera: str, span: Span, until_at: datetime | None) -> None:
        until_us = us_of(until_at) if until_at is not None else None
        row = (key, camera, us_of(span.from_at), us_of(span.to_at), until_us)
        self._db.execute("INSERT OR IGNORE INTO protections VALUES (?, ?, ?, ?, ?)", row)

    def protected(self, now: datetime) -> dict[str, list[Span]]:
        """The periods that are kept now, by camera."""
        sql = "SELECT camera, from_us, to_us FROM protections WHERE until_us IS NULL OR until_us > ? ORDER BY from_us"
        found: dict[str, list[Span]] = {}
        for camera, from_us, to_us in self._db.execute(sql, (us_of(now),)):
            found.setdefault(camera, []).append(Span(at_of(from_us), at_of(to_us)))
        return found

    def ran(self, started_at: datetime, seen_at: datetime) -> None:
        """The hub that was started then is running now."""
        self._db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", (us_of(started_at), us_of(seen_at)))

    def down(self) -> list[Span]:
        """The times between two runs of the hub."""
        runs = list(self._db.execute("SELECT started_us, seen_us FROM runs ORDER BY started_us"))
        return [Span(at_of(before), at_of(after)) for (_, before), (after, _) in pairwise(runs) if after > before]

    def fact(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def remember(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def _row(segment: Segment) -> tuple[Any, ...]:
    return (
        segment.name,
        segment.camera,
        segment.stream,
        us_of(segment.begin_at),
        us_of(segment.end_at),
        segment.media_s,
        segment.frames,
        segment.bytes,
        segment.sha256,
        segment.codec,
        segment.ended,
        segment.recovered,
        segment.device_offset_s,
        msgspec.json.encode(segment.holes).decode(),
    )


def _segment(row: Sequence[Any]) -> Segment:
    return Segment(
        camera=row[1],
        stream=row[2],
        begin_at=at_of(row[3]),
        end_at=at_of(row[4]),
        media_s=row[5],
        frames=row[6],
        bytes=row[7],
        sha256=row[8],
        codec=row[9],
        ended=row[10],
        recovered=bool(row[11]),
        device_offset_s=row[12],
        holes=msgspec.json.decode(row[13], type=list[Hole]),
    )
