"""The volume that recordings are kept on: whether it is the right one, and whether it can be written."""

import errno
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec

from hub.watch.recording.file import CLOSED, OPEN, SEALS

_PROBE = ".probe"
_REASONS = {
    errno.ENOSPC: "it is full",
    errno.EDQUOT: "it is full",
    errno.EROFS: "it can only be read",
    errno.EIO: "it reports an input/output error",
    errno.EACCES: "the hub's user may not write there",
    errno.EPERM: "the hub's user may not write there",
    errno.ENOTDIR: "it is not a folder",
}


class Known(msgspec.Struct, frozen=True):
    """What was found when the folder was used first."""

    folder: str
    apart: bool
    """It lies on another file system than the data folder; where that is not there, the disk is gone."""


class Volume(NamedTuple):
    """How the volume is now. `problem` is why it cannot be written; empty when it can."""

    problem: str
    free_bytes: int = 0


def meet(folder: Path, data: Path) -> Known:
    """Use a folder for the first time. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Known(str(folder), folder.stat().st_dev != data.stat().st_dev)


def look_at(known: Known, data: Path) -> Volume:
    """Whether the folder can be written, by writing. May take as long as the disk hangs."""
    folder = Path(known.folder)
    try:
        if known.apart and folder.stat().st_dev == data.stat().st_dev:
            # Writing would fill the disk below it, which is the journal's.
            return Volume("its disk is not mounted")
        for name in (OPEN, CLOSED, SEALS):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        fd = os.open(folder / _PROBE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, b"hub")
            os.fsync(fd)
        finally:
            os.close(fd)
        return Volume("", shutil.disk_usage(folder).free)
    except FileNotFoundError:
        return Volume("the folder is not there")
    except OSError as error:
        return Volume(_REASONS.get(error.errno or 0, error.strerror or type(error).__name__))
