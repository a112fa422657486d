"""Files written whole, and read within bounds."""

import os
from pathlib import Path

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; a larger file was not written by us."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there completely or not at all, also after a power cut. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.part")
    try:
        with making.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_bounded(path: Path) -> bytes:
    """A file's bytes. Raises `OSError`, and `ValueError` when it is larger than `LARGEST_FILE`."""
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {LARGEST_FILE} bytes")
    return data
