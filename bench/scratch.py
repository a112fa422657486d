"""Where benches write: beside the project, because /tmp may lie in memory, and gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".bench"
"""Not in version control; what benches install is kept there too."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder on the disk that `BENCH_DISK` names, or the project's."""
    on = Path(os.environ.get("BENCH_DISK") or FOLDER)
    on.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=on) as folder:
        yield Path(folder)
