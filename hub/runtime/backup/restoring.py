"""Puts a site back from a copy: unpacked beside it, proven, and only then put in its place."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pyrage import x25519

from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import FILE
from hub.core.backups import HubRestored
from hub.core.event import Draft, Event
from hub.core.recordings import Adopted
from hub.errors import JournalError, SiteError
from hub.journal.chain import Head
from hub.journal.log import Journal
from hub.runtime.backup.age import decrypting
from hub.runtime.backup.archive import Entry, Manifest, read
from hub.runtime.backup.contents import ACCOUNTS, INDEX, JOURNAL, SECRETS, belongs
from hub.runtime.backup.journal_file import journal_path, journal_store, open_journal
from hub.runtime.backup.recordings import since_copy
from hub.runtime.backup.stage import Unpacking, config_of, of_data, prove, require_one_disk, there, unpack
from hub.runtime.backup.swap import STAGE, Swap, alone, commit, finish
from hub.watch.recording.file import sync_folder

_ASIDE = "before-restore-"
_RECORD_S = 10.0
_AT_ONCE = 1000
_LOGS = ("-wal", "-shm", "-journal")

Progress = Callable[[int], None]
"""Called with how many bytes of the archive were read. What it raises ends the work."""


class Found(NamedTuple):
    """What an archive holds, proven."""

    manifest: Manifest
    head: str
    data: Path
    """Where its data goes, as its hub.toml says."""
    there: list[str]
    """What is in its place now and would be put aside."""
    own_head: str
    """The newest record that would be put aside with it; empty where there is none that can be read."""
    adopted: int = 0
    """How many recordings were made since and put back on record; only when it was restored."""
    adopted_by: Adopted = ""
    """On whose word."""


def check(archive: Path, identities: list[x25519.Identity], stage: Path, progress: Progress | None = None) -> Manifest:
    """Read an archive to its end, and prove the journal in it; `stage` is an empty folder for the journal. Raises
    `SiteError`."""

    def take(entry: Entry) -> None:
        if entry.name == JOURNAL:
            unpack(entry, stage)

    with _opened(archive, identities, progress) as stream:
        manifest = read(stream, take)
    prove(stage / JOURNAL, manifest)
    return manifest


def look(archive: Path, site: Path, identities: list[x25519.Identity], stage: Path) -> Found:
    """What a restore would do; nothing is changed. `stage` is an empty folder. Raises `SiteError`."""

    def take(entry: Entry) -> None:
        if entry.name in (JOURNAL, f"site/{FILE}"):
            unpack(entry, stage)

    with _opened(archive, identities, None) as stream:
        manifest = read(stream, take)
    prove(stage / JOURNAL, manifest)
    config = config_of(stage, site)
    require_one_disk(site, config)
    return Found(manifest, manifest.head, config.data_folder, there(site, config), _own_head(config))


def restore(
    archive: Path,
    site: Path,
    identities: list[x25519.Identity],
    clock: Clock,
    *,
    replace: bool,
    progress: Progress | None = None,
) -> Found:
    """Put the site back. Killed at any moment, the site is the old one or the new one; `hub run` and every restore
    first bring to its end what was decided. `replace`: put aside what is there.

    Raises `SiteError`, saying why; then nothing was changed.
    """
    try:
        site.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(site):
            finish(site)
            return _restore(archive, site.absolute(), identities, clock, replace=replace, progress=progress)
    except OSError as error:
        raise SiteError(
            f"The backup could not be put back: {error.strerror or error} ({error.filename or archive}).",
            hint="See that the disk has room. Nothing was changed, unless `hub restore --finish` says so.",
        ) from error
    except sqlite3.Error as error:
        raise SiteError(f"The backup could not be put back: {error}.", hint="Nothing was changed.") from error


def _restore(
    archive: Path,
    site: Path,
    identities: list[x25519.Identity],
    clock: Clock,
    *,
    replace: bool,
    progress: Progress | None,
) -> Found:
    now = clock.now()
    stage = site / STAGE / "new"
    own = Unpacking(site, stage, replace=replace)
    try:
        stage.mkdir(mode=0o700, parents=True)
        with _opened(archive, identities, progress) as stream:
            manifest = read(stream, own.take)
        config, data_stage = own.placed()
        prove(data_stage / JOURNAL, manifest)
        with _hub_stopped(config):
            found = Found(manifest, manifest.head, config.data_folder, there(site, config), _own_head(config))
            if (data_stage / JOURNAL).is_file():
                restored = HubRestored(
                    archive=archive.name,
                    made_at=manifest.made_at,
                    head=manifest.head,
                    replaced_head=found.own_head,
                )
                seq, _, digest = manifest.head.partition(":")
                since = since_copy(
                    data_stage / JOURNAL,
                    journal_path(config),
                    Head(int(seq), bytes.fromhex(digest)),
                    config.recording_folder,
                    volume=config.recording.folder,
                )
                found = found._replace(adopted=since.segments, adopted_by=since.how)
                asyncio.run(_put_on_record(data_stage / JOURNAL, [restored, *since.events], clock))
            _end_sign_ins(data_stage / ACCOUNTS)
            _look_at_files_again(data_stage / INDEX)
            for each in {stage, data_stage}:
                _sync_all(each)
            commit(site, _swaps(site, config, stage, data_stage, now), [site / STAGE, data_stage])
        return found
    finally:
        # What was decided and failed half-way stays, to be brought to its end.
        if not finish(site):
            shutil.rmtree(own.data_stage, ignore_errors=True)


def _own_head(config: SiteConfig) -> str:
    """The newest record of the journal that is there; empty where none can be read."""
    try:
        store = open_journal(journal_path(config))
    except SiteError:
        return ""
    try:
        newest = store.head()
        return f"{newest.seq}:{newest.hash.hex()}" if newest is not None else ""
    except (SiteError, OSError, sqlite3.Error):
        return ""
    finally:
        store.close()


async def _put_on_record(path: Path, events: Sequence[Event], clock: Clock) -> None:
    journal = Journal(journal_store(path, clock), clock)
    await journal.start()
    try:
        # On a full disk the journal waits for room, which is right for a hub and not for this.
        for first in range(0, len(events), _AT_ONCE):
            async with asyncio.timeout(_RECORD_S):
                await journal.append([Draft(event, actor="hub") for event in events[first : first + _AT_ONCE]])
    except (TimeoutError, JournalError) as error:
        raise SiteError(
            "The record of the restore cannot be written.", hint="See that the disk has room; nothing was changed."
        ) from error
    finally:
        await journal.stop()


def _end_sign_ins(accounts: Path) -> None:
    """Whoever was signed in when the copy was made has to do it again: some may have signed out since."""
    if accounts.is_file():
        with closing(sqlite3.connect(accounts)) as db:
            db.execute("DELETE FROM sessions")
            db.commit()


def _look_at_files_again(index: Path) -> None:
    """The index of recordings forgets what lies in the folder, and that it has read what storages say they hold: the
    hub looks there again at its next start."""
    if index.is_file():
        with closing(sqlite3.connect(index)) as db:
            db.execute("DELETE FROM facts WHERE name = 'volume' OR name GLOB 'catalog of *'")
            db.commit()


def _swaps(site: Path, config: SiteConfig, stage: Path, data_stage: Path, now: datetime) -> list[Swap]:
    aside = f"{_ASIDE}{now:%Y%m%dT%H%M%SZ}"
    data, journal = config.data_folder.absolute(), journal_path(config).name
    swaps = []

    def swap(target: Path, staged: Path | None, base: Path) -> None:
        swaps.append(Swap(str(target), str(base / aside / target.name), str(staged) if staged is not None else None))

    for path in sorted((stage / "site").iterdir()):
        swap(site / path.name, path, site)
    if (stage / SECRETS).is_dir():
        swap(site / SECRETS, stage / SECRETS, site)
    new = {path.name: path for path in (data_stage / "data").glob("*") if belongs(path.name)}
    if (usual := Path(JOURNAL).name) in new:
        new[journal] = new.pop(usual)
    known = {path.name for path in of_data(config)}
    logs = {f"{name}{log}" for name in (journal, "accounts.db", "recordings.db") for log in _LOGS}
    search = {path.name for path in data.glob("search.db*")}
    # Old logs first: one that stood beside a new file would be read into it.
    for name in sorted((logs | search | known) - new.keys()):
        swap(data / name, None, data)
    for name, path in sorted(new.items()):
        swap(data / name, path, data)
    return swaps


@contextmanager
def _hub_stopped(config: SiteConfig) -> Iterator[None]:
    """Keeps hubs from starting on the site. Raises `SiteError` when one runs."""
    lock = journal_path(config)
    fd = os.open(lock.with_name(f"{lock.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SiteError(
                f"A hub runs on {config.folder}.", hint='Stop it first: `hub stop --reason "restoring a backup"`.'
            ) from None
        yield
    finally:
        os.close(fd)


@contextmanager
def _opened(archive: Path, identities: list[x25519.Identity], progress: Progress | None) -> Iterator[BinaryIO]:
    """The plain text of an archive. Raises `SiteError`."""
    try:
        file = archive.open("rb")
    except OSError as error:
        raise SiteError(f"The backup {archive} cannot be read: {error.strerror}.") from error
    encrypted = archive.suffix == ".age"
    if encrypted and not identities:
        file.close()
        raise SiteError(f"{archive.name} is encrypted.", hint="Give the key with --identity FILE, or its passphrase.")
    with file:
        counted: BinaryIO = _Counting(file, progress) if progress is not None else file  # type: ignore[assignment] # only `read` is called
        with decrypting(counted, identities) if encrypted else nullcontext(counted) as stream:
            yield stream


class _Counting:
    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._done += len(block)
        self._progress(self._done)
        return block


def _sync_all(folder: Path) -> None:
    """Everything in the folder is on the disk for good."""
    for where, _, names in os.walk(folder):
        for name in names:
            fd = os.open(Path(where) / name, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        sync_folder(Path(where))
