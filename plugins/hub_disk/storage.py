"""A folder on another disk or share: written beside, synced, then put in place by a rename."""

import errno
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import NoReturn

import msgspec

from hub.api import (
    NotStored,
    PluginContext,
    StorageRefused,
    StorageSpace,
    StorageUnavailable,
    StoredObject,
)
from hub_disk.options import DiskOptions

_MARK = ".watchroom-storage"
_INCOMING = ".incoming"
_BLOCK = 1024 * 1024
_GB = 1_000_000_000
_PART = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST = 200
_REASONS = {
    errno.EROFS: "it can only be read",
    errno.EFBIG: "it takes no file as large as that",
    errno.EIO: "it reports an input/output error",
    errno.ESTALE: "the share was taken away",
    errno.EHOSTDOWN: "its server is down",
    errno.ENOTCONN: "its server is gone",
    errno.ENOTDIR: "it is not a folder",
}


class DiskStorage:
    """A storage in a folder.

    Which disk it is says a mark in the folder, and the plugin remembers it: neither the empty folder below a mount
    point nor another disk is taken for it.
    """

    def __init__(self, options: DiskOptions, context: PluginContext) -> None:
        self._options = options
        self._folder = context.site / options.path
        self._data = context.data
        known = new_sha256(os.fsencode(self._folder)).hexdigest()[:16]
        self._memory = context.data / f"{known}.json"
        self._meeting = threading.Lock()
        self._tidied = False

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: object) -> None:
        target = self._path(name)
        self._meet()
        self._leave_room(source.stat().st_size)
        waiting = self._folder / _INCOMING / secrets.token_hex(16)
        try:
            waiting.parent.mkdir(mode=0o700, exist_ok=True)
            _copy(source, waiting)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            waiting.rename(target)
            for folder in _between(target.parent, self._folder):
                _sync(folder)
        except OSError as error:
            self._fail(error)
        finally:
            with suppress(OSError):
                waiting.unlink(missing_ok=True)

    def read(self, name: str, start: int, length: int) -> bytes:
        path = self._path(name)
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(length)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self._check()
            raise NotStored(f"{self._folder} holds no {name}.") from None
        except OSError as error:
            self._fail(error)

    def delete(self, name: str) -> None:
        path = self._path(name)
        self._check()
        try:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # it holds more, or is gone already
                for folder in list(_between(path.parent, self._folder))[:-1]:
                    folder.rmdir()
        except NotADirectoryError:
            return
        except OSError as error:
            self._fail(error)

    def names(self, prefix: str) -> Iterator[StoredObject]:
        self._check()
        # Whole folders that cannot begin so are not walked.
        above = prefix.rpartition("/")[0]
        start = self._path(above) if above else self._folder
        try:
            yield from self._walk(start, prefix)
        except OSError as error:
            self._fail(error)

    def space(self) -> StorageSpace:
        self._meet()
        probe = self._folder / _INCOMING / "probe"
        try:
            probe.parent.mkdir(mode=0o700, exist_ok=True)
            with probe.open("wb") as file:
                file.write(b"hub")
                os.fsync(file.fileno())
            found = os.statvfs(self._folder)
        except OSError as error:
            self._fail(error)
        self._leave_room(0)
        return StorageSpace(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)

    def close(self) -> None:
        """Nothing is kept open."""

    def _path(self, name: str) -> Path:
        parts = name.split("/")
        sound = all(_PART.fullmatch(part) and part.strip(".") for part in parts)
        if not sound or len(name) > _LONGEST or parts[0] in (_MARK, _INCOMING):
            raise StorageRefused(f"{name[:_LONGEST]!r} is no name that a storage takes.")
        return self._folder.joinpath(*parts)

    def _walk(self, folder: Path, prefix: str) -> Iterator[StoredObject]:
        waiting = [folder]
        while waiting:
            try:
                entries = list(os.scandir(waiting.pop()))
            except (FileNotFoundError, NotADirectoryError):
                continue
            for entry in entries:
                name = str(Path(entry.path).relative_to(self._folder))
                if name in (_MARK, _INCOMING):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if name.startswith(prefix) or prefix.startswith(f"{name}/"):
                        waiting.append(Path(entry.path))
                elif name.startswith(prefix) and entry.is_file(follow_symlinks=False):
                    with suppress(FileNotFoundError):
                        yield StoredObject(name, entry.stat().st_size)

    def _meet(self) -> None:
        """Use the folder for the first time, or make sure that it is the one that was used before."""
        with self._meeting:
            if not self._memory.exists():
                self._begin()
            self._check()
            if not self._tidied:
                self._tidy()

    def _tidy(self) -> None:
        """Remove what a hub that died had begun to write; called before this one writes anything."""
        try:
            for path in (self._folder / _INCOMING).glob("*"):
                path.unlink(missing_ok=True)
        except OSError as error:
            self._fail(error)
        self._tidied = True

    def _begin(self) -> None:
        self._mounted()
        try:
            self._folder.mkdir(mode=0o700, parents=not self._options.mounted, exist_ok=True)
            mark = self._folder / _MARK
            if not mark.exists():
                _write(mark, secrets.token_hex(16).encode())
            known = mark.read_text(encoding="ascii")[:64]
        except (OSError, UnicodeDecodeError) as error:
            self._fail(error if isinstance(error, OSError) else OSError(str(error)))
        _write(self._memory, msgspec.json.encode({"folder": str(self._folder), "mark": known}))

    def _check(self) -> None:
        self._mounted()
        if not self._memory.exists():
            return
        known = msgspec.json.decode(self._memory.read_bytes(), type=dict[str, str])["mark"]
        try:
            mark = (self._folder / _MARK).read_bytes()[:64]
        except FileNotFoundError:
            if not self._options.mounted:
                raise self._away("its disk is not mounted") from None
            mark = b""
        except OSError as error:
            self._fail(error)
        if mark != known.encode():
            raise StorageRefused(
                f"{self._folder} is another disk than the one that was used before.",
                hint=f"Mount the right one; to begin on this one, remove {self._memory.name} in {self._data}.",
            )

    def _mounted(self) -> None:
        if not self._options.mounted:
            return
        try:
            there = self._folder if self._folder.exists() else self._folder.parent
            if there.stat().st_dev == self._data.stat().st_dev:
                raise self._away("its disk is not mounted", hint="`mounted = false` is for a folder on the same disk.")
        except FileNotFoundError:
            raise self._away("the folder is not there") from None
        except OSError as error:
            self._fail(error)

    def _leave_room(self, size: int) -> None:
        try:
            found = os.statvfs(self._folder)
        except OSError as error:
            self._fail(error)
        if found.f_bavail * found.f_frsize - size < self._options.min_free_gb * _GB:
            raise self._away("it is full", hint="Make room there, or lower `keep_days`.")

    def _fail(self, error: OSError) -> NoReturn:
        code = error.errno or 0
        if code in (errno.ENOSPC, errno.EDQUOT):
            raise self._away("it is full", hint="Make room there, or lower `keep_days`.") from error
        if code in (errno.EACCES, errno.EPERM):
            raise StorageRefused(
                f"{self._folder}: the hub's user may not write there.", hint="Give the hub's user the right to."
            ) from error
        if code == errno.ENOENT:
            self._check()
        raise self._away(_REASONS.get(code, error.strerror or str(error))) from error

    def _away(self, reason: str, hint: str = "") -> StorageUnavailable:
        return StorageUnavailable(f"{self._folder}: {reason}.", hint=hint)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as have, target.open("xb") as copy:
        os.fchmod(copy.fileno(), 0o600)
        while block := have.read(_BLOCK):
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
        # What is read back is then read from the disk, not from memory.
        with suppress(OSError):
            os.posix_fadvise(copy.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            os.posix_fadvise(have.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _write(path: Path, content: bytes) -> None:
    waiting = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with waiting.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _between(folder: Path, root: Path) -> Iterator[Path]:
    """A folder and those above it, up to the root."""
    while folder != root:
        yield folder
        folder = folder.parent
    yield root
