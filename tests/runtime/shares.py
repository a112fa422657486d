"""A network share for the tests: a file system of its own that is unmounted and mounted again with all it holds."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Share:
    """`path` is where it is mounted. Where nothing may be mounted, the folder itself is taken away."""

    def __init__(self, folder: Path, *, size: str = "64m") -> None:
        self.path, self._disk = folder / "share", folder / "share-disk"
        self.path.mkdir()
        self._disk.mkdir()
        self.mounted = os.geteuid() == 0 and _ran(
            "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self._disk)
        )
        if self.mounted:
            self.come_back()

    def leave(self) -> None:
        if self.mounted:
            assert _ran("umount", "--lazy", str(self.path))
        else:
            self.path.rename(self._disk / "away")

    def come_back(self) -> None:
        if self.mounted:
            assert _ran("mount", "--bind", str(self._disk), str(self.path))
        else:
            (self._disk / "away").rename(self.path)

    def end(self) -> None:
        if self.mounted:
            _ran("umount", "--lazy", str(self.path))
            _ran("umount", "--lazy", str(self._disk))


@contextmanager
def share(folder: Path, *, size: str = "64m") -> Iterator[Share]:
    made = Share(folder, size=size)
    try:
        yield made
    finally:
        made.end()


def files_in(folder: Path) -> list[Path]:
    """The recordings below it; folders may vanish while it is looked at, which `glob` does not bear."""
    return sorted(Path(at) / name for at, _, names in os.walk(folder) for name in names if name.endswith(".mp4"))


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
