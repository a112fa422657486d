"""What the figures of a month cost: the first answer after a start, and the next ones.

In a process of its own (`bench.figures_subjects`), over a journal of the real store.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

from bench.figures_subjects import CAMERAS, DAYS, Measured
from bench.report import Row

FIRST_S = 2.0
"""At most, the first time after a start."""
AGAIN_S = 0.2
"""At most, once it was counted."""

_ROOT = Path(__file__).parent.parent


def run() -> list[Row]:
    """Measure all; takes about a minute."""
    found = _measured()
    subject = f"{CAMERAS} cameras, {DAYS} days, {found.records:,} records"
    rows = [
        Row(
            bench="figures, the first time",
            subject=subject,
            figure=f"{found.first_s:.2f} s",
            note=f"of processor time; at most {FIRST_S:g} s",
            failed=found.first_s > FIRST_S,
        )
    ]
    rows += [
        Row(
            bench=f"figures by {by}, asked again",
            subject=subject,
            figure=f"{again_s * 1e3:.0f} ms",
            note=f"of processor time, with new records; {size / 1024:.0f} KiB sent; at most {AGAIN_S * 1e3:.0f} ms",
            failed=again_s > AGAIN_S,
        )
        for by, (again_s, size) in found.again.items()
    ]
    return rows


def _measured() -> Measured:
    command = [sys.executable, "-m", "bench.figures_subjects"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=900, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return msgspec.json.decode(done.stdout, type=Measured)
