"""A disk that is full, for real: a small tmpfs where mounting is allowed, else the system's limit on file sizes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class SmallDisk(NamedTuple):
    fill: Callable[[], None]
    free: Callable[[], None]


@contextmanager
def small_disk(folder: Path, pid: Callable[[], int], *, megabytes: int = 8) -> Iterator[SmallDisk]:
    """Let `folder` lie on a disk that can be filled and freed. `pid`: the process that is to meet the limit, where
    nothing can be mounted: it may be another one when the disk is filled than when it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and _ran("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)):
        ballast = folder / "ballast"
        try:
            yield SmallDisk(lambda: _fill(ballast), ballast.unlink)
        finally:
            _ran("umount", "--lazy", str(folder))
    else:
        # A module compiled under the limit would be cut off in its cache without a word, for whoever imports it later.
        sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = True, "1"
        limited: set[int] = set()

        def limit(who: int, size: int) -> None:
            limited.add(who)
            assert _ran("prlimit", f"--fsize={size}:", "--pid", str(who))

        def free() -> None:
            while limited:
                _ran("prlimit", "--fsize=unlimited:", "--pid", str(limited.pop()))  # it may have ended meanwhile

        limit(os.getpid(), megabytes * 1024 * 1024)
        try:
            yield SmallDisk(lambda: limit(pid(), 4096), free)
        finally:
            free()


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
