"""A disk that is full, for real: a small tmpfs where mounting is allowed, else the system's limit on file sizes."""

import os
import subprocess
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
    nothing can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and _ran("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)):
        ballast = folder / "ballast"
        try:
            yield SmallDisk(lambda: _fill(ballast), ballast.unlink)
        finally:
            _ran("umount", "--lazy", str(folder))
    else:

        def limit(size: str) -> None:
            assert _ran("prlimit", f"--fsize={size}:", "--pid", str(pid()))

        yield SmallDisk(lambda: limit("4096"), lambda: limit("unlimited"))


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
