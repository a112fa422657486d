"""What is kept beside the journal so that it can be searched: one SQLite file that follows the journal.

Everything in it follows from the journal. So it may lag behind, and may be thrown away at any time: when it is missing,
of another version, of another journal, or broken, it is made anew. One thread of its own reads the journal in batches
and writes; readers open the file for themselves (`hub.journal.search.reading`).
"""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import structlog

from hub.clock import Clock
from hub.core.event import Record, wire_name
from hub.errors import JournalDamaged
from hub.journal import search_tables as tables
from hub.journal.codec import to_record
from hub.journal.log import Head
from hub.journal.search_words import SEARCHED, Names
from hub.ports import Store, StoredRecord

VERSION = "1"
FILE = "search.db"
BATCH = 500
"""Records that are written together: few, so that the threads of the hub wait little for this one."""
WAIT_S = 30.0
"""How long after a failure it is tried again."""

_NAMING = ("site.configured", "account.created")
"""Read for the names in them, beside what is looked through."""

log = structlog.get_logger("search")


class Projection:
    """Keeps `path` up to the journal. `start` and `stop` once each; the rest from any thread.

    `head` gives the newest durable record. A fault never leaves the thread: it is logged, shown by `fault`, and tried
    again after `WAIT_S`.
    """

    def __init__(self, path: Path, store: Store, head: Callable[[], Head], clock: Clock) -> None:
        self.path = path
        self.fault = ""
        """Why it cannot follow at the moment; empty when all is well."""
        self._store = store
        self._head = head
        self._clock = clock
        self._position = -1
        """-1 as long as there is nothing to read at all."""
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="search", daemon=True)

    @property
    def position(self) -> int:
        """`seq` of the last record that can be found."""
        return max(0, self._position)

    @property
    def behind(self) -> int:
        """How many records cannot be found yet."""
        return max(0, self._head().seq - self.position)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End, after the batch under way. Blocks for a moment."""
        self._stopping.set()
        self._wanted.set()
        if self._thread.ident is not None:
            self._thread.join(10.0)

    def poke(self) -> None:
        """The journal has more records."""
        self._wanted.set()

    def wait_for(self, seq: int, within_s: float) -> bool:
        """Wait until the record `seq` can be found (0: until there is a file to ask); False when that takes longer."""
        with self._moved:
            return self._moved.wait_for(lambda: self._position >= seq, within_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(self._opened()) as db:
                    self.fault = ""
                    self._follow(db)
            except sqlite3.DatabaseError as error:
                self._fail(f"{type(error).__name__}: {error}", again=not _broken(error))
            except Exception as error:  # whatever a store or a disk raises: searching must not end for ever
                self._fail(f"{type(error).__name__}: {error}", again=True)

    def _fail(self, reason: str, *, again: bool) -> None:
        self.fault = reason
        log.warning("search_stopped", reason=reason, made_anew=not again)
        if not again:
            _delete(self.path)
        self._stopping.wait(WAIT_S if again else 1.0)

    def _opened(self) -> sqlite3.Connection:
        """The file, ready to go on from its position; a new one when there is none that fits the journal."""
        with suppress(sqlite3.DatabaseError):
            db = _connect(self.path)
            if self._fits(db):
                return db
            db.close()
            log.info("search_made_anew", file=self.path.name)
        _delete(self.path)
        db = _connect(self.path)
        tables.create(db)
        _remember(db, "version", VERSION)
        db.commit()
        self._move(0)
        return db

    def _fits(self, db: sqlite3.Connection) -> bool:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact'").fetchone():
            return False
        facts: dict[str, str] = dict(db.execute("SELECT name, value FROM fact"))
        if facts.get("version") != VERSION or db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            return False
        position, known = int(facts.get("position", 0)), facts.get("hash", "")
        if position:
            here = self._store.read(position - 1, 1)
            if not here or here[0].seq != position or here[0].hash.hex() != known:
                return False
        self._move(position)
        return True

    def _follow(self, db: sqlite3.Connection) -> None:
        names = tables.load_names(db)
        wanted = sorted({*SEARCHED, *_NAMING})
        while not self._stopping.is_set():
            self._wanted.clear()
            head = self._head().seq
            began_s = self._clock.monotonic()
            batch = self._store.read(self._position, BATCH, types=wanted)
            if batch:
                last = batch[-1]
                names = _take(db, batch, names)
            elif head > self._position:
                # Only records that nobody looks for: they are passed over, and need no place in the file.
                last = self._store.read(head - 1, 1)[0]
            else:
                self._wanted.wait(1.0)
                continue
            _remember(db, "position", str(last.seq))
            _remember(db, "hash", last.hash.hex())
            db.commit()
            self._move(last.seq)
            if len(batch) == BATCH:
                self._stopping.wait(self._clock.monotonic() - began_s)  # half of the time belongs to the others

    def _move(self, position: int) -> None:
        with self._moved:
            self._position = position
            self._moved.notify_all()


def _take(db: sqlite3.Connection, batch: list[StoredRecord], names: Names) -> Names:
    """Write a batch; returns the names as they are after it."""
    for stored in batch:
        try:
            record = to_record(stored)
        except JournalDamaged as error:
            log.warning("record_not_searched", seq=stored.seq, error=str(error))
            continue
        names = tables.named(db, names, record)
        if _looked_through(record):
            tables.add(db, record, names)
    return names


def _looked_through(record: Record) -> bool:
    return wire_name(record.event) in SEARCHED


def _remember(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5.0)
    try:
        path.chmod(0o600)
        db.execute("PRAGMA journal_mode = WAL")
        # What a power cut takes from it is read from the journal again.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA journal_size_limit = 16777216")
    except BaseException:
        db.close()
        raise
    return db


def _broken(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is at fault, not the disk below it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA)


def _delete(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
