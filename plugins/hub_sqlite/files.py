"""Opening the journal's file: the lock beside it, the writer's connection, and connections that only read."""

import errno
import fcntl
import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from hub.api import SiteError

_BUSY_S = 5.0
_CHECKPOINT_PAGES = 4_000
"""16 MB: a checkpoint writes a page once however often it was changed, so rare ones cost less."""

_LARGEST_LOG = 64 * 1024 * 1024

_REFUSALS = {
    sqlite3.SQLITE_FULL: (errno.ENOSPC, "the disk is full"),
    sqlite3.SQLITE_IOERR: (errno.EIO, "the disk reports an input/output error"),
    sqlite3.SQLITE_CANTOPEN: (errno.EIO, "the journal's file cannot be opened"),
    sqlite3.SQLITE_READONLY: (errno.EROFS, "the journal's file can only be read"),
    sqlite3.SQLITE_BUSY: (errno.EBUSY, "another program holds the journal's file"),
    sqlite3.SQLITE_LOCKED: (errno.EBUSY, "another program holds the journal's file"),
    sqlite3.SQLITE_NOMEM: (errno.ENOMEM, "there is no memory left"),
}


def translated(error: sqlite3.Error, path: Path) -> Exception:
    """What `error` means: an `OSError` where trying again later may help, else a `SiteError`."""
    code = getattr(error, "sqlite_errorcode", None)
    refusal = _REFUSALS.get(code & 0xFF) if code is not None else None
    if refusal is not None:
        return OSError(refusal[0], refusal[1], str(path))
    return SiteError(
        f"The journal {path} cannot be used: {error}.",
        hint="`hub verify` finds the first bad record; go on with a copy from before it.",
    )


def take_lock(path: Path) -> int:
    """Make sure that no other hub writes the journal `path`; the lock lasts until the returned file is closed.

    Raises `SiteError` when another one does, or the folder cannot be written.
    """
    beside = path.with_name(path.name + ".lock")
    try:
        lock = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(beside, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.pwrite(lock, b"%d\n" % os.getpid(), 0)
    except BlockingIOError:
        owner = os.pread(lock, 32, 0).decode(errors="replace").strip()
        os.close(lock)
        raise SiteError(
            f"The journal {path} is in use by another hub{f' (process {owner})' if owner else ''}.",
            hint="Stop that one first; two hubs must not write one journal.",
        ) from None
    except OSError as error:
        # A full disk keeps the process number from being written, not the hub from starting.
        if error.errno != errno.ENOSPC:
            os.close(lock)
            raise _unusable(beside, error) from error
    return lock


def make_file(path: Path) -> None:
    """Make the file, for the hub's user alone, unless it is there. Raises `SiteError`."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise _unusable(path, error) from error


def connect_writer(path: Path) -> Database:
    """The one connection that writes; used by one thread at a time. Raises `sqlite3.Error`."""
    db = _connect(path, "mode=rw")
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        db.close()
        raise SiteError(
            f"The disk of {path} cannot keep a write-ahead log.", hint="Put the journal on a local disk, not a share."
        )
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    db.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
    return db


def connect_reader(path: Path) -> Database:
    """A connection that only reads, beside the writer of this process. Raises `sqlite3.Error`."""
    return _connect(path, "mode=ro")


def connect_copy(path: Path) -> Database:
    """A connection that only reads a file which this process does not write: a copy, or a running hub's journal.

    It leaves nothing behind: where no log of a writer stands beside the file, SQLite is told that the file does not
    change, so it makes none either, and a read-only medium will do. Raises `SiteError` and `sqlite3.Error`.
    """
    log = log_of(path)
    if not log.exists():
        return _connect(path, "immutable=1")
    db = _connect(path, "mode=ro")
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if log.stat().st_size == 0:
            return _connect(path, "immutable=1")
        raise SiteError(
            f"The newest records are in {log.name}, which cannot be read on a medium that only reads.",
            hint=f"Copy {path.name} and {log.name} together into a folder that can be written.",
        ) from error
    return db


def log_of(path: Path) -> Path:
    """SQLite's write-ahead log of the file `path`."""
    return path.with_name(path.name + "-wal")


def check_readable(path: Path) -> None:
    """Raise `SiteError`, saying why, unless the file is there and can be read."""
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise SiteError(
            f"There is no journal {path}.", hint="It is made when the hub runs for the first time."
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error


def _connect(path: Path, how: str) -> Database:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=_BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    return Database(connection, execute_plugins=False)


def _unusable(path: Path, error: OSError) -> SiteError:
    return SiteError(
        f"{path} cannot be used: {error.strerror}.",
        hint=f"The hub's user needs the folder {path.parent}, with the right to write in it.",
    )
