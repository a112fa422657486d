"""The journal in one SQLite file: write-ahead log, `synchronous=FULL`, one writer, many readers."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing, suppress
from functools import cache
from itertools import chain

import msgspec
from sqlite_utils import Database

from hub.api import OutboxEntry, PluginContext, SiteError, StoredRecord, Transaction
from hub_sqlite.files import (
    check_readable,
    connect_copy,
    connect_reader,
    connect_writer,
    make_file,
    take_lock,
    translated,
)
from hub_sqlite.options import SqliteOptions
from hub_sqlite.readers import Readers
from hub_sqlite.schema import INDEX_SUBJECTS, check_ours, migrations, steps_of
from hub_sqlite.search import RECORD, following, search

_SIZES = (4, 16, 64, 256, 1024, 3072)
"""Records that one statement writes; SQLite takes 32,766 values at once."""

_COLUMNS = len(StoredRecord._fields)
_NUMBERED = tuple(enumerate(StoredRecord._fields, 1))
_NOTHING = (None,) * _COLUMNS
_OUTBOX = OutboxEntry.__struct_fields__
_OUTBOX_PLACES = f"outbox ({', '.join(_OUTBOX)}) VALUES ({', '.join('?' * len(_OUTBOX))})"


class SqliteStore:
    """Implements `hub.api.Store`.

    `open(create=True)` opens for writing: it makes the file if there is none, and holds a lock beside it against other
    hubs. `open(create=False)` opens for reading only, needs no lock and writes nothing; so a journal can be verified
    while its hub runs, and a copy on a medium that only reads.
    """

    def __init__(self, options: SqliteOptions, context: PluginContext) -> None:
        self._path = context.data / options.file
        self._lock: int | None = None
        self._writer: Database | None = None
        self._readers: Readers | None = None
        self._in_doubt = False

    def open(self, *, create: bool) -> None:
        if self._readers is not None:
            raise SiteError(f"The journal {self._path} is open already.")
        if create:
            self._open_for_writing()
        else:
            check_readable(self._path)
            self._readers = Readers(self._path, connect_copy, guarded=True)
            try:
                with self._readers.reading() as db:
                    check_ours(db, str(self._path), empty_is_ours=False)
            except BaseException:
                self.close()
                raise

    def commit(self, transactions: Sequence[Transaction]) -> None:
        if self._lock is None:
            raise SiteError(f"The journal {self._path} is open for reading only.")
        try:
            if self._writer is None:
                self._writer = connect_writer(self._path)
            if self._in_doubt and self._has_last_of(transactions):
                self._in_doubt = False
                return
            self._in_doubt = True
            _write(self._writer.conn, transactions)
            self._in_doubt = False
        except BaseException as error:
            self._drop_writer()
            if isinstance(error, sqlite3.Error):
                raise translated(error, self._path) from error
            raise

    def head(self) -> StoredRecord | None:
        rows = self._rows(f"SELECT {RECORD} FROM record ORDER BY seq DESC LIMIT 1", ())  # noqa: S608
        return rows[0] if rows else None

    def read(self, after: int, limit: int, *, types: Iterable[str] = ()) -> list[StoredRecord]:
        return self._rows(*following(after, limit, types))

    def read_last(
        self, limit: int, *, types: Iterable[str] = (), subject: str = "", before: int | None = None
    ) -> list[StoredRecord]:
        """The newest records, oldest first.

        `subject` is `camera:gate-1` (the field `camera` of the event is `gate-1`) or words that all stand in the
        event, whatever the case of Latin letters.
        """
        rows = self._rows(*search(limit, types, subject, before))
        rows.reverse()
        return rows

    def known_keys(self, keys: Iterable[str]) -> dict[str, int]:
        asked = msgspec.json.encode(list(keys)).decode()
        with self._reading() as db:
            rows = db.query(
                "SELECT key, seq FROM record WHERE key IN (SELECT value FROM json_each(?))",
                [asked],
            )
            return {row["key"]: row["seq"] for row in rows}

    def document(self, name: str) -> bytes | None:
        with self._reading() as db:
            return next((row["value"] for row in db.query("SELECT value FROM document WHERE name = ?", [name])), None)

    def outbox_due(self, now_us: int, limit: int) -> list[OutboxEntry]:
        with self._reading() as db:
            rows = db.query(
                f"SELECT {', '.join(_OUTBOX)} FROM outbox WHERE state = 'pending' AND next_at_us <= ? "  # noqa: S608
                "ORDER BY next_at_us, created_at_us LIMIT ?",
                [now_us, limit],
            )
            return [OutboxEntry(**row) for row in rows]

    def outbox_counts(self) -> dict[str, int]:
        with self._reading() as db:
            rows = db.query("SELECT state, count(*) AS entries FROM outbox GROUP BY state")
            return {row["state"]: row["entries"] for row in rows}

    def steps(self) -> tuple[list[str], list[str], list[str]]:
        """The migrations that the file has gone through, those that opening it for writing will do, and those of it
        that this version does not know."""
        with self._reading() as db:
            return steps_of(db)

    def close(self) -> None:
        if self._readers is not None:
            self._readers.close()
            self._readers = None
        if self._writer is not None:
            with suppress(sqlite3.Error):  # the log then stays beside the file, and is as durable there
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._drop_writer()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _open_for_writing(self) -> None:
        self._lock = take_lock(self._path)
        try:
            make_file(self._path)
            with closing(connect_reader(self._path)) as db:  # what is not ours is not touched
                check_ours(db, str(self._path), empty_is_ours=True)
            self._writer = connect_writer(self._path)
            migrations.apply(self._writer)
            self._readers = Readers(self._path, connect_reader, guarded=False)
        except sqlite3.Error as error:
            self.close()
            raise _as_site_error(translated(error, self._path)) from error
        except BaseException:
            self.close()
            raise

    def _reading(self) -> AbstractContextManager[Database]:
        if self._readers is None:
            raise SiteError(f"The journal {self._path} is not open.")
        return self._readers.reading()

    def _rows(self, sql: str, given: Sequence[object]) -> list[StoredRecord]:
        with self._reading() as db:
            try:
                return [StoredRecord(*row) for row in db.conn.execute(sql, given)]
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
            # A text that is no UTF-8 was not written by a hub. It is handed on as it is, for verify to name.
            db.conn.text_factory = _bytes_kept
            try:
                return [StoredRecord(*row) for row in db.conn.execute(sql, given)]
            finally:
                db.conn.text_factory = str

    def _has_last_of(self, transactions: Sequence[Transaction]) -> bool:
        """Whether a commit that reported an error went through all the same, as one may whose last sync failed."""
        assert self._writer is not None
        last = next((t.records[-1] for t in reversed(transactions) if t.records), None)
        if last is None:
            return False
        found = self._writer.conn.execute("SELECT hash FROM record WHERE seq = ?", (last.seq,)).fetchone()
        return found is not None and found[0] == last.hash

    def _drop_writer(self) -> None:
        """Close the writer's connection, and with it whatever transaction it had begun."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _write(connection: sqlite3.Connection, transactions: Sequence[Transaction]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for transaction in transactions:
        if transaction.records:
            _write_records(connection, transaction.records)
        if transaction.outbox_new:
            connection.executemany(f"INSERT OR IGNORE INTO {_OUTBOX_PLACES}", _values(transaction.outbox_new))
        if transaction.outbox_changed:
            connection.executemany(f"INSERT OR REPLACE INTO {_OUTBOX_PLACES}", _values(transaction.outbox_changed))
        if transaction.documents:
            connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?)", transaction.documents.items())
    connection.execute("COMMIT")


def _write_records(connection: sqlite3.Connection, records: Sequence[StoredRecord]) -> None:
    # One statement writes many records: the interpreter's lock is given up once a statement, and behind a busy event
    # loop it takes up to 5 ms each time to get it back.
    for start in range(0, len(records), _SIZES[-1]):
        part = records[start : start + _SIZES[-1]]
        size = next(size for size in _SIZES if size >= len(part))
        connection.execute(_insert(size), list(chain(*part, *[_NOTHING] * (size - len(part)))))
    connection.execute(INDEX_SUBJECTS, (records[0].seq, records[-1].seq))


@cache
def _insert(size: int) -> str:
    """A statement with places for `size` records; those left empty are not written."""
    row = f"({', '.join('?' * _COLUMNS)})"
    taken = ", ".join(f"CAST(column{n} AS TEXT)" if name == "body" else f"column{n}" for n, name in _NUMBERED)
    return (
        f"INSERT INTO record ({', '.join(StoredRecord._fields)}) "  # noqa: S608
        f"SELECT {taken} FROM (VALUES {', '.join([row] * size)}) WHERE column1 IS NOT NULL"
    )


def _values(entries: Sequence[OutboxEntry]) -> Iterable[tuple[object, ...]]:
    return map(msgspec.structs.astuple, entries)


def _bytes_kept(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _as_site_error(error: Exception) -> SiteError:
    if isinstance(error, SiteError):
        return error
    return SiteError(
        f"The journal cannot be opened: {error}.", hint="See to the disk that holds it, then start the hub again."
    )
