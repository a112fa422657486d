"""What a report of a month costs: put together, shown as a page, a workbook and on paper.

In a process of its own (`bench.reports_subjects`), over a journal of the real store.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

from bench.figures_subjects import CAMERAS, DAYS
from bench.report import Row
from bench.reports_subjects import Measured

MADE_S = 2.0
"""At most, whatever the report, once the past was counted."""

_ROOT = Path(__file__).parent.parent


def run() -> list[Row]:
    """Measure all; takes about a minute."""
    command = [sys.executable, "-m", "bench.reports_subjects"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=900, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    found = msgspec.json.decode(done.stdout, type=Measured)
    subject = f"{CAMERAS} cameras, {DAYS} days, {found.records:,} records"
    rows = [
        Row(
            bench=f"report: {name}",
            subject=subject,
            figure=f"{cost.wall_s * 1e3:,.0f} ms",
            cpu=f"{cost.cpu_s * 1e3:,.0f} ms",
            note="counts the past" if first else f"at most {MADE_S:g} s of processor time",
            failed=not first and cost.cpu_s > MADE_S,
        )
        for name, cost in found.made.items()
        for first in ("first" in name,)
    ]
    rows += [
        Row(
            bench=f"report of the month {name}",
            subject=subject,
            figure=f"{cost.wall_s * 1e3:,.0f} ms",
            cpu=f"{cost.cpu_s * 1e3:,.0f} ms",
            note=f"{cost.bytes / 1024:,.0f} KiB",
        )
        for name, cost in found.shown.items()
    ]
    return rows
