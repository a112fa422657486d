"""The index of recordings: an SQLite file beside the journal, with one writer. It can be made anew from the files.

Times are microseconds since 1970 UTC. What is in it beside segments (plans, protections, when the hub ran) is on
record in the journal, too.

A segment lies in one place: the folder of recordings, which is called by the empty name, or a storage. What is still to
be deleted where a segment lay before is a leftover, until it is gone.
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

VERSION = 2
_BUSY_S = 5.0
_PAGE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS segments (
    name TEXT PRIMARY KEY, camera TEXT NOT NULL, stream TEXT NOT NULL, begin_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL, media_s REAL NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL, codec TEXT NOT NULL, ended TEXT NOT NULL, recovered INTEGER NOT NULL,
    device_offset_s REAL, holes TEXT NOT NULL, seal TEXT,
    place TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_camera ON segments (camera, begin_us);
CREATE INDEX IF NOT EXISTS by_end ON segments (end_us, name);
CREATE INDEX IF NOT EXISTS unsealed ON segments (end_us) WHERE seal IS NULL;
CREATE INDEX IF NOT EXISTS here ON segments (end_us, name) WHERE place = '';
CREATE INDEX IF NOT EXISTS away ON segments (end_us, name) WHERE place != '';
CREATE INDEX IF NOT EXISTS by_place ON segments (place, camera, end_us, bytes);
CREATE TABLE IF NOT EXISTS leftovers (place TEXT, name TEXT, PRIMARY KEY (place, name)) WITHOUT ROWID;
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


_UPGRADES = {"1": "ALTER TABLE segments ADD COLUMN place TEXT NOT NULL DEFAULT ''"}
"""What makes an index of an older version one of the next."""


class Sealed(NamedTuple):
    """A segment, the seal that it belongs to (None while it is not sealed yet), and where it lies."""

    segment: Segment
    seal: str | None
    place: str = ""


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
            self._upgrade()
            self._db.conn.executescript(_SCHEMA)
            self.remember("version", str(VERSION))
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        self._db.close()

    def _upgrade(self) -> None:
        if not self._db["facts"].exists():
            return
        version = self.fact("version")
        while version in _UPGRADES:
            following = str(int(version) + 1)
            with self.together():
                self._db.execute(_UPGRADES[version])
                self.remember("version", following)
            version = following
        if version not in (None, str(VERSION)):
            raise sqlite3.DatabaseError("of another version")

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

    def add(self, segments: Iterable[Segment], *, seal: str | None = None, place: str = "") -> None:
        """Add segments; one that is known stays sealed as it was, and where it is."""
        rows = [(*_row(segment), seal, place) for segment in segments]
        columns = ", ".join((*_COLUMNS, "seal", "place"))
        marks = ", ".join("?" * (len(_COLUMNS) + 2))
        self._db.conn.executemany(f"INSERT OR IGNORE INTO segments ({columns}) VALUES ({marks})", rows)  # noqa: S608

    def remove(self, names: Iterable[str]) -> None:
        self._db.conn.executemany("DELETE FROM segments WHERE name = ?", [(name,) for name in names])

    def seal(self, names: Iterable[str], manifest: str) -> None:
        self._db.conn.executemany("UPDATE segments SET seal = ? WHERE name = ?", [(manifest, name) for name in names])

    def unsealed(self, limit: int) -> list[Segment]:
        return [one.segment for one in self._select("seal IS NULL ORDER BY end_us, name LIMIT ?", (limit,))]

    def oldest(self, *, here: bool | None = None) -> Iterator[Segment]:
        """Segments in the order of their end, read as they are asked for; write nothing meanwhile. `here`: those in the
        folder of recordings, or (False) those that lie elsewhere; without it, all."""
        after: tuple[int, str] = (-1, "")
        where, by = "(end_us, name) > (?, ?) ORDER BY end_us, name LIMIT ?", "by_end"
        if here is not None:
            where, by = f"place {'=' if here else '!='} '' AND {where}", "here" if here else "away"
        while page := self._select(where, (*after, _PAGE), by=by):
            yield from (one.segment for one in page)
            after = us_of(page[-1].segment.end_at), page[-1].segment.name

    def ended_by(self, camera: str, at: datetime, *, here: bool) -> Iterator[Segment]:
        """The segments of a camera that ended until then, in the order of their beginning, read as they are asked for;
        write nothing meanwhile."""
        after = -1
        where = f"place {'=' if here else '!='} '' AND camera = ? AND begin_us > ? AND begin_us < ? AND end_us <= ?"
        where += " ORDER BY begin_us LIMIT ?"
        while page := self._select(where, (camera, after, us_of(at), us_of(at), _PAGE)):
            yield from (one.segment for one in page)
            after = us_of(page[-1].segment.begin_at)

    def forget_segments(self) -> None:
        """Begin anew, in another folder; what lies in storages is where it was."""
        self._db.execute("DELETE FROM segments WHERE place = ''")
        self._db.execute("DELETE FROM leftovers WHERE place = ''")

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

    def totals(self, place: str = "") -> tuple[int, int]:
        """How many segments there are in a place, and their bytes."""
        sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM segments WHERE place = ?"
        count, size = self._db.execute(sql, (place,)).fetchone()
        return count, size

    def sum_of(
        self, camera: str, ended_after: datetime, begun_by: datetime, *, here: bool = False
    ) -> tuple[int, datetime | None]:
        """The bytes of a camera's segments with any part in a period, and when the earliest of them begins. `here`:
        only of those in the folder of recordings."""
        where = "camera = ? AND end_us > ? AND begin_us < ?"
        if here:
            where = f"place = '' AND {where}"
        sql = f"SELECT coalesce(sum(bytes), 0), min(begin_us) FROM segments WHERE {where}"  # noqa: S608
        size, first = self._db.execute(sql, (camera, us_of(ended_after), us_of(begun_by))).fetchone()
        return size, at_of(first) if first is not None else None

    def earliest(self) -> datetime | None:
        found = self._db.execute("SELECT min(begin_us) FROM segments").fetchone()[0]
        return at_of(found) if found is not None else None

    def _select(self, where: str, values: Sequence[Any], *, by: str = "") -> list[Sealed]:
        # Left to itself SQLite would rather sort all that lies in a place than go along the order of ends.
        table = f"segments INDEXED BY {by}" if by else "segments"
        sql = f"SELECT {', '.join(_COLUMNS)}, seal, place FROM {table} WHERE {where}"  # noqa: S608
        return [Sealed(_segment(row), row[-2], row[-1]) for row in self._db.execute(sql, values)]

    # --- where they lie ---

    def one(self, name: str) -> Sealed | None:
        """The segment of this name."""
        found = self._select("name = ?", (name,))
        return found[0] if found else None

    def places(self) -> dict[str, tuple[int, int]]:
        """How many segments lie in each place, and their bytes."""
        sql = "SELECT place, count(*), sum(bytes) FROM segments GROUP BY place"
        return {place: (count, size) for place, count, size in self._db.execute(sql)}

    def count_due(self, place: str, camera: str, ended_after: datetime, ended_by: datetime) -> int:
        """How many segments `due` has in all."""
        sql = (
            "SELECT count(*) FROM segments"
            " WHERE place = ? AND camera = ? AND end_us > ? AND end_us <= ? AND seal IS NOT NULL"
        )
        values = (place, camera, us_of(ended_after), us_of(ended_by))
        return int(self._db.execute(sql, values).fetchone()[0])

    def due(self, place: str, camera: str, ended_after: datetime, ended_by: datetime, limit: int) -> list[Sealed]:
        """The sealed segments of a camera in a place that ended in a period, the oldest first."""
        where = "place = ? AND camera = ? AND end_us > ? AND end_us <= ? AND seal IS NOT NULL"
        values = (place, camera, us_of(ended_after), us_of(ended_by), limit)
        return self._select(f"{where} ORDER BY end_us LIMIT ?", values)

    def bytes_here(self, names: Iterable[str]) -> int:
        """How many bytes of these lie in the folder of recordings."""
        found = (self.one(name) for name in names)
        return sum(known.segment.bytes for known in found if known is not None and known.place == "")

    def moved(self, names: Sequence[str], place: str) -> None:
        """They lie in another place now; what was where they lay is a leftover."""
        rows = [(name,) for name in names]
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO leftovers SELECT place, name FROM segments WHERE name = ? AND place != ?",
            [(name, place) for name in names],
        )
        self._db.conn.executemany("DELETE FROM leftovers WHERE place = ? AND name = ?", [(place, *row) for row in rows])
        self._db.conn.executemany("UPDATE segments SET place = ? WHERE name = ?", [(place, *row) for row in rows])
        # What was deleted while it was being copied lies there now, and nobody wants it.
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO leftovers SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM segments WHERE name = ?)",
            [(place, name, name) for name in names],
        )

    def unwanted(self, names: Sequence[str], place: str) -> None:
        """They may lie in that place too, where they do not belong: leftovers."""
        self._db.conn.executemany("INSERT OR IGNORE INTO leftovers VALUES (?, ?)", [(place, name) for name in names])

    def leave(self, names: Sequence[str]) -> None:
        """Take segments out of the index; what they leave behind is a leftover until it is deleted."""
        rows = [(name,) for name in names]
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO leftovers SELECT place, name FROM segments WHERE name = ?", rows
        )
        self.remove(names)

    def leftovers(self, place: str, limit: int, *, after: str = "") -> list[str]:
        """What is still to be deleted in a place, in the order of names."""
        sql = "SELECT name FROM leftovers WHERE place = ? AND name > ? ORDER BY name LIMIT ?"
        return [name for (name,) in self._db.execute(sql, (place, after, limit))]

    def count_leftovers(self) -> dict[str, int]:
        """How much is still to be deleted, by place."""
        return dict(self._db.execute("SELECT place, count(*) FROM leftovers GROUP BY place"))

    def cleared(self, place: str, names: Iterable[str]) -> None:
        """The leftovers are gone."""
        rows = [(place, name) for name in names]
        self._db.conn.executemany("DELETE FROM leftovers WHERE place = ? AND name = ?", rows)

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

    def unprotect(self, key: str) -> None:
        self._db.execute("DELETE FROM protections WHERE key = ?", (key,))

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
