"""Writing without ever taking the last of a disk that the journal lies on."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

_BLOCK = 1024 * 1024
_LOOK_EVERY = 16


def check_room(folder: Path, reserve_bytes: int, needed_bytes: int = 0) -> None:
    """Raises `OSError` (ENOSPC) when the disk has not `needed_bytes` besides `reserve_bytes`."""
    free = free_bytes(folder)
    if free < reserve_bytes + needed_bytes:
        raise OSError(
            errno.ENOSPC,
            f"{_mb(free)} MB are free, and {_mb(reserve_bytes + needed_bytes)} MB are needed"
            f"{f', {_mb(reserve_bytes)} MB of them for the journal' if reserve_bytes else ''}",
        )


def free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def copy_hashed(source: Path, target: Path, *, reserve_bytes: int, on_bytes: Callable[[int], None]) -> tuple[str, int]:
    """Copy a file durably; SHA-256 and length of what was read. Raises `OSError`."""
    digest, size, blocks = hashlib.sha256(), 0, 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(_BLOCK):
            if blocks % _LOOK_EVERY == 0:
                check_room(target.parent, reserve_bytes, len(block))
            blocks += 1
            writing.write(block)
            digest.update(block)
            size += len(block)
            on_bytes(len(block))
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest(), size


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file. Raises `OSError`."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as reading:
        while block := reading.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, survive a power cut. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mb(size: int) -> int:
    return -(-size // 1_000_000)
