"""Finding records by words, and entries of the duty log by kind, camera and day: the questions to the search file.

Words of three characters and more are found by an index of trigrams, which needs no spaces between words and so does
for Chinese; shorter ones by reading the texts, the newest first. All words must stand in a record.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hub.clock import Clock
from hub.core.dutylog.model import Entry
from hub.errors import SiteError
from hub.journal.search_words import folded

MOST_WORDS = 8
LONGEST_S = 2.0
"""How long one question may take; what was found by then is the answer."""

_SHORTEST = 3
_NUMBERED = re.compile(r"[A-Z]{1,2}-[1-9][0-9]{0,9}")
_NO_END = 2**63 - 1


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. `words` are all to be found; empty for everything that the rest leaves."""

    words: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    """First parts of wire names, such as `ticket`."""
    kinds: tuple[str, ...] = ()
    """Kinds of duty log entries."""
    camera: str = ""
    from_us: int = 0
    to_us: int = _NO_END
    before: int = _NO_END
    seen: tuple[str, ...] | None = None
    """The cameras whose records may be found; None: all."""


class Place(NamedTuple):
    """A record that was found, and the text that it was found by."""

    seq: int
    text: str


class Page(NamedTuple):
    """What was found, the newest first. `complete`: it was not cut off because it took too long."""

    found: list[Place]
    complete: bool


class KeptPicture(msgspec.Struct, frozen=True):
    """A picture that was kept with an entry: the camera, and its path below the evidence folder."""

    camera: str
    path: str


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the duty log and what later ones say of it."""

    entry: Entry
    corrected_by: str = ""
    left: Entry | None = None
    """With the arrival of a visitor: the entry of the leaving."""
    pictures: list[KeptPicture] = []


def words_of(query: str) -> tuple[str, ...]:
    """The words of a question, at most `MOST_WORDS`, each once."""
    return tuple(dict.fromkeys(folded(query).split()))[:MOST_WORDS]


def number_of(words: Sequence[str]) -> str:
    """The numbered thing that is asked for, `T-7` for `t-7`; empty when it is something else."""
    return words[0].upper() if len(words) == 1 and _NUMBERED.fullmatch(words[0].upper()) else ""


class SearchFile:
    """The search file, for one thread and some questions; `reading` opens it. Methods raise `sqlite3.Error`."""

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def find(self, wanted: Wanted, limit: int) -> Page:
        """The newest records that hold all words."""
        sql, given = _matching(wanted, "entry.seq, entry.text")
        return self._page(sql, [*given, limit])

    def find_numbered(self, number: str, wanted: Wanted, limit: int) -> Page:
        """The newest records about a numbered thing itself."""
        where, given = _where(wanted)
        sql = "SELECT entry.seq, entry.text FROM numbered CROSS JOIN entry USING (seq)"
        sql += f" WHERE numbered.id = ? AND numbered.seq < ?{where} ORDER BY numbered.seq DESC LIMIT ?"
        return self._page(sql, [number, wanted.before, *given, limit])

    def find_entries(self, wanted: Wanted, limit: int) -> list[Entry]:
        """The newest entries of the duty log, newest first, by when they were written. The period is that in which
        they happened."""
        sql, given = _matching(wanted, "log.body", log=True)
        rows, _complete = self._rows(sql, [*given, limit])
        return [_entry(body) for (body,) in rows]

    def entry(self, entry_id: str) -> Entry | None:
        found = self._db.execute("SELECT body FROM log WHERE id = ?", (entry_id,)).fetchone()
        return _entry(found[0]) if found else None

    def following(self, entry_id: str, limit: int = 100) -> list[Entry]:
        """The entries that follow one: measures, the leaving of a visitor. Oldest first."""
        rows = self._db.execute("SELECT body FROM log WHERE about = ? ORDER BY seq LIMIT ?", (entry_id, limit))
        return [_entry(body) for (body,) in rows]

    def cameras_of(self, seq: int) -> list[str]:
        """The cameras that a record is about."""
        return [camera for (camera,) in self._db.execute("SELECT camera FROM about WHERE seq = ?", (seq,))]

    def line(self, entry: Entry) -> LogLine:
        """An entry with what later ones say of it."""
        correction = self._db.execute(
            "SELECT id FROM log WHERE corrects = ? ORDER BY seq LIMIT 1", (entry.id,)
        ).fetchone()
        left, pictures = None, list[KeptPicture]()
        if entry.kind == "visitor" and not entry.leaving:
            gone = "SELECT body FROM log WHERE about = ? AND leaving ORDER BY seq LIMIT 1"
            row = self._db.execute(gone, (entry.id,)).fetchone()
            left = _entry(row[0]) if row else None
        if entry.picture_of:
            rows = self._db.execute("SELECT camera, path FROM picture WHERE cause = ? ORDER BY seq", (entry.seq,))
            pictures = [KeptPicture(camera, path) for camera, path in rows]
        return LogLine(entry=entry, corrected_by=correction[0] if correction else "", left=left, pictures=pictures)

    def _page(self, sql: str, given: Sequence[object]) -> Page:
        rows, complete = self._rows(sql, given)
        return Page([Place(*row) for row in rows], complete)

    def _rows(self, sql: str, given: Sequence[object]) -> tuple[list[tuple[Any, ...]], bool]:
        """The rows, or those that were found within `LONGEST_S`; whether these are all."""
        until_s = self._clock.monotonic() + LONGEST_S
        self._db.set_progress_handler(lambda: self._clock.monotonic() > until_s, 4_000)
        found: list[tuple[Any, ...]] = []
        try:
            for row in self._db.execute(sql, given):
                found.append(row)  # noqa: PERF402  what came before an interruption is kept
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return found, False
        finally:
            self._db.set_progress_handler(None, 0)
        return found, True


@contextmanager
def reading(path: Path, clock: Clock) -> Iterator[SearchFile]:
    """The file, for one thread. Raises `SiteError` while it cannot be read."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=2.0, isolation_level=None)) as db:
            yield SearchFile(db, clock)
    except sqlite3.Error as error:
        raise SiteError(
            f"The search file cannot be read: {error}.",
            hint="It is made anew from the journal; try again in a minute, then see the hub's log.",
        ) from error


def _entry(body: bytes) -> Entry:
    return msgspec.json.decode(body, type=Entry)


def _matching(wanted: Wanted, columns: str, *, log: bool = False) -> tuple[str, list[object]]:
    """SQL for the records, or entries of the duty log, that hold all words: the newest first, `LIMIT` still open."""
    where, given = _where(wanted, log=log)
    long = [word for word in wanted.words if len(word) >= _SHORTEST]
    short = [word for word in wanted.words if len(word) < _SHORTEST]
    where += " AND entry.text LIKE ? ESCAPE '\\'" * len(short)
    given += [_containing(word) for word in short]
    match = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    # Read backwards from the end, in the order of the answer: what is common is found at once.
    first = "word" if match else "about" if wanted.camera else "log" if log else "entry"
    key = "word.rowid" if match else f"{first}.seq"
    joins = [name for name in ("log", "entry") if name != first and (name == "entry" or log)]
    source = " ".join([first, *(f"CROSS JOIN {name} ON {name}.seq = {key}" for name in joins)])
    matched = f"word MATCH ? AND {key} < ?" if match else f"{key} < ?"
    if first == "about":
        matched += " AND about.camera = ?"
    sql = f"SELECT {columns} FROM {source} WHERE {matched}{where} ORDER BY {key} DESC LIMIT ?"  # noqa: S608
    of_camera = [wanted.camera] if first == "about" else []
    return sql, [*([match] if match else []), wanted.before, *of_camera, *given]


def _where(wanted: Wanted, *, log: bool = False) -> tuple[str, list[object]]:
    where, given = "", list[object]()
    at = "log.happened_us" if log else "entry.at_us"
    for column, names in (("entry.area", wanted.areas), ("log.kind", wanted.kinds)):
        if names and (log or column == "entry.area"):
            where += f" AND {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
            given.append(_listed(names))
    if wanted.from_us or wanted.to_us != _NO_END:
        where += f" AND {at} >= ? AND {at} < ?"
        given += [wanted.from_us, wanted.to_us]
    if wanted.camera:
        where += " AND EXISTS (SELECT 1 FROM about AS of WHERE of.seq = entry.seq AND of.camera = ?)"
        given.append(wanted.camera)
    if wanted.seen is not None:
        # Whatever a record says of cameras that somebody may not see, that person does not find it.
        unseen = "other.camera NOT IN (SELECT value FROM json_each(?))"
        where += f" AND NOT EXISTS (SELECT 1 FROM about AS other WHERE other.seq = entry.seq AND {unseen})"  # noqa: S608
        given.append(_listed(wanted.seen))
    return where, given


def _listed(names: Sequence[str]) -> str:
    return msgspec.json.encode(list(names)).decode()


def _containing(word: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
