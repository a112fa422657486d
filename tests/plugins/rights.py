"""Folders that can only be read, and other file systems, on any machine: by a mount where that is allowed, else by what
every process may do for itself."""

import ctypes
import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ELSEWHERE = ("/dev/shm", "/run", "/run/lock", "/var/tmp", "/home")
_CAPABILITIES_3 = 0x20080522
_DAC_OVERRIDE = 1 << 1
"""What lets root write where the rights of a file forbid it."""


def mounted(path: Path, *options: str) -> bool:
    """Mount something at `path`; False where nobody may."""
    return os.geteuid() == 0 and _ran("mount", *options, str(path))


def unmounted(path: Path) -> None:
    assert _ran("umount", "--lazy", str(path))


@contextmanager
def only_readable(folder: Path) -> Iterator[int]:
    """Nothing in `folder` can be written meanwhile, by this thread. Yields the `errno` that says so: that of a
    file system mounted to be read only, or of rights that were taken."""
    if mounted(folder, "--bind", str(folder)):
        try:
            assert mounted(folder, "-o", "remount,ro,bind")
            yield errno.EROFS
        finally:
            unmounted(folder)
    else:
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
        for each in folders:
            each.chmod(0o500)
        try:
            with _obeying_rights():
                yield errno.EACCES
        finally:
            for each in folders:
                each.chmod(0o700)


@contextmanager
def folder_elsewhere(here: Path) -> Iterator[Path]:
    """An empty folder on another file system than `here`."""
    found = (name for name in _ELSEWHERE if _writable(name) and os.stat(name).st_dev != here.stat().st_dev)
    place = next(found, None)
    assert place is not None, f"No folder of {', '.join(_ELSEWHERE)} is on another file system than {here}."
    with tempfile.TemporaryDirectory(prefix="watchroom-test-", dir=place) as folder:
        yield Path(folder)


@contextmanager
def _obeying_rights() -> Iterator[None]:
    """Root is bound by the rights of files in this thread, as everybody else is."""
    before = _capabilities()
    if before is not None:
        _set_capabilities([before[0] & ~_DAC_OVERRIDE, *before[1:]])
    try:
        yield
    finally:
        if before is not None:
            _set_capabilities(before)


def _capabilities() -> list[int] | None:
    """Effective, permitted and inheritable ones of this thread, twice: the low and the high bits. None for those that
    have not the one that matters."""
    found = (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None, use_errno=True).capget(_header(), found) == 0, os.strerror(ctypes.get_errno())
    return list(found) if found[0] & _DAC_OVERRIDE else None


def _set_capabilities(values: list[int]) -> None:
    given = (ctypes.c_uint32 * 6)(*values)
    assert ctypes.CDLL(None, use_errno=True).capset(_header(), given) == 0, os.strerror(ctypes.get_errno())


def _header() -> "ctypes.Array[ctypes.c_uint32]":
    return (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)


def _writable(name: str) -> bool:
    return os.path.isdir(name) and os.access(name, os.W_OK | os.X_OK)


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
