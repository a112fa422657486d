"""Makes a copy of the site, while the hub runs or not: whole, read again and compared, or not at all."""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pyrage import x25519

from hub import __version__
from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import load_site
from hub.errors import SiteError
from hub.journal.verify import verify
from hub.runtime.backup.age import KEY_SUFFIX, encrypting, key_beside, make_key
from hub.runtime.backup.archive import FORMAT, Manifest, Writer
from hub.runtime.backup.contents import JOURNAL, Item, contents
from hub.runtime.backup.journal_file import open_journal
from hub.watch.recording.file import sync_folder

NAME = re.compile(r"watchroom-\d{8}T\d{6}Z\.tar(\.age)?")
"""How archives are called, so that one sorts behind those before it."""
_PART, _STAGE, _LOCK = ".watchroom.part", ".watchroom.stage", ".watchroom.lock"
_PAGES = 2000
_BLOCK = 1024 * 1024
_BUSY_S = 5.0

Progress = Callable[[int, int], None]
"""Called with how many bytes are done, and about how many there are. What it raises ends the work."""


class Made(NamedTuple):
    """An archive that was made."""

    path: Path
    bytes: int
    sha256: str
    files: int
    head: str
    removed: list[str]


class Wish(NamedTuple):
    """How a copy is to be made."""

    folder: Path
    secrets: bool = False
    recipients: Sequence[x25519.Recipient] = ()
    """Who may read it; everybody who can read the file, where there is none."""
    passphrase: str = ""
    keep: int | None = None
    """So many archives stay in the folder, with the new one; None: all of them."""


def make_backup(site: Path, wish: Wish, clock: Clock, progress: Progress | None = None) -> Made:
    """Make a copy of the site in a folder. Raises `SiteError`, saying why; then nothing new is there."""
    config = load_site(site)
    folder = wish.folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            return _make(config, wish, clock.now(), progress or _quiet)
    except sqlite3.Error as error:
        raise SiteError(f"No backup could be made: {error}.", hint="Look at the disk, and run `hub verify`.") from error
    except UnicodeError as error:
        raise SiteError("No backup could be made: the name of a file is no text.", hint="Rename it.") from error
    except OSError as error:
        raise SiteError(
            f"No backup could be made in {folder}: {error.strerror or error}.",
            hint="See that the disk is there and has room, and that the hub's user may write.",
        ) from error


def _make(config: SiteConfig, wish: Wish, now: datetime, progress: Progress) -> Made:
    folder = wish.folder
    name = f"watchroom-{now:%Y%m%dT%H%M%SZ}.tar"
    recipients, key = [*wish.recipients], b""
    if wish.passphrase:
        recipient, key = make_key(wish.passphrase)
        recipients.append(recipient)
    path = folder / (f"{name}.age" if recipients else name)
    if path.exists():
        raise SiteError(f"There is {path} already.", hint="One backup a second is enough.")
    part, stage = folder / _PART, folder / _STAGE
    stage.mkdir(mode=0o700)
    try:
        with _private(part) as out:
            hashed = _Hashing(out)
            if recipients:
                with encrypting(hashed, recipients) as inner:  # type: ignore[arg-type] # only `write` is called
                    manifest = _write(config, wish, stage, inner, now, progress)
            else:
                manifest = _write(config, wish, stage, hashed, now, progress)  # type: ignore[arg-type] # as above
            out.flush()
            os.fsync(out.fileno())
        size, sha256 = hashed.size, hashed.digest.hexdigest()
        _read_again(part, sha256)
        if key:
            with _private(stage / "key") as out:
                out.write(key)
                out.flush()
                os.fsync(out.fileno())
            (stage / "key").rename(key_beside(path))
        part.rename(path)
        sync_folder(folder)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(stage, ignore_errors=True)
    removed = _thin_out(folder, wish.keep)
    return Made(path, size, sha256, len(manifest.files), manifest.head, removed)


def _write(config: SiteConfig, wish: Wish, stage: Path, out: BinaryIO, now: datetime, progress: Progress) -> Manifest:
    items = list(contents(config, secrets=wish.secrets, without=[wish.folder]))
    total = sum(item.source.stat().st_size for item in items if item.source.exists())
    writer, head, done = Writer(out), "", 0

    def step(more: int) -> None:
        progress(min(done + more, total), total)

    for item in items:
        source = item.source
        if item.sqlite:
            source = stage / "database"
            _copy_database(item, source, step)
        if item.name == JOURNAL:
            head = _head_of(source)
        try:
            file = source.open("rb")
        except FileNotFoundError:
            if item.name.startswith("site/"):
                raise
            continue  # what the hub made away with since the folder was read belongs to no copy
        with file:
            state = os.fstat(file.fileno())
            writer.add(item.name, file, state.st_size, now)
            done += state.st_size
        step(0)
        if item.sqlite:
            source.unlink()
    manifest = Manifest(
        format=FORMAT,
        version=__version__,
        made_at=now,
        site=config.site.name.en or config.site.name.zh,
        head=head,
        secrets=wish.secrets,
        files=writer.files,
    )
    writer.finish(manifest)
    return manifest


def _copy_database(item: Item, target: Path, step: Callable[[int], None]) -> None:
    """A database as it is at one moment, whoever writes it meanwhile. Raises `OSError` for a full disk."""
    log = item.source.with_name(item.source.name + "-wal")
    # Without a log beside it nobody writes it: SQLite need not leave one behind.
    how = "mode=ro" if log.exists() else "immutable=1"
    uri = f"{item.source.absolute().as_uri()}?{how}"
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        size = source.execute("PRAGMA page_size").fetchone()[0]
        # The copy is one moment's: without this, it would begin anew with every record that is written.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            source.backup(
                copy, pages=_PAGES, progress=lambda _, left, all_pages: step((all_pages - left) * size), sleep=0
            )
            # Every byte in the one file; the hub makes a log of its own again.
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise _as_os_error(error, target) from error


def _as_os_error(error: sqlite3.OperationalError, path: Path) -> Exception:
    full = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    return OSError(28, "No space left on device", str(path)) if full else error


def _head_of(journal: Path) -> str:
    """The newest record of a copy of the journal, every record of which holds. Raises `SiteError`."""
    store = open_journal(journal)
    try:
        verdict = verify(store)
    finally:
        store.close()
    if not verdict.ok:
        raise SiteError(
            f"The journal is damaged and no copy of it is made: {verdict.problem}",
            hint="Keep the backups that you have; docs/operate/backup.md says how to go on.",
        )
    return f"{verdict.head.seq}:{verdict.head.hash.hex()}"


def _read_again(part: Path, sha256: str) -> None:
    """Compare what is on the disk with what was written; the kernel is asked to forget what it holds of it first.

    One hash covers every byte, so the files in it need not be unpacked and hashed once more.
    """
    with part.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise SiteError("The disk does not give back what was written on it.", hint="Use another disk.")


def _thin_out(folder: Path, keep: int | None) -> list[str]:
    """Delete the oldest archives, with their keys, beyond so many."""
    if keep is None:
        return []
    names = sorted(path.name for path in folder.iterdir() if NAME.fullmatch(path.name))
    removed = names[: max(0, len(names) - max(1, keep))]
    for name in removed:
        (folder / name).unlink(missing_ok=True)
        key_beside(folder / name).unlink(missing_ok=True)
    return removed


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder; what one left behind that was killed is taken away."""
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (folder / _PART).unlink(missing_ok=True)
        shutil.rmtree(folder / _STAGE, ignore_errors=True)
        archives = {path.name for path in folder.iterdir()}
        for name in archives:
            if name.startswith("watchroom-") and name.endswith(KEY_SUFFIX):
                archive = name.removesuffix(KEY_SUFFIX) + ".tar.age"
                if archive not in archives:
                    (folder / name).unlink(missing_ok=True)
        yield
    except BlockingIOError:
        raise SiteError(f"A backup is being made in {folder} already.", hint="Wait for it.") from None
    finally:
        os.close(fd)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file that only the hub's user can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb", _BLOCK) as file:
        yield file


class _Hashing:
    """Hashes what is written, on its way to the disk."""

    def __init__(self, out: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._out = out

    def write(self, block: bytes) -> int:
        self._out.write(block)
        self.digest.update(block)
        self.size += len(block)
        return len(block)


def _quiet(done: int, total: int) -> None:
    """Nobody looks."""
