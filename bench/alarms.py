"""What alarms cost: the figures of a quarter, and the panel with many alarms and cameras.

Each in a process of its own (`bench.alarms_subjects`).
"""

import subprocess
import sys
from pathlib import Path
from typing import TypeVar

import msgspec

from bench.alarms_subjects import ALARMS, CAMERAS, DAYS, STANDING, Counted, Shown
from bench.report import Row

AGAIN_S = 1.0
"""At most, once they were counted."""
KEY_MS = 100.0
"""At most, from a key to the screen."""

_ROOT = Path(__file__).parent.parent
T = TypeVar("T")


def run() -> list[Row]:
    """Measure all; takes about half a minute."""
    counted, shown = _measured("counted", Counted), _measured("shown", Shown)
    subject = f"{ALARMS:,} alarms in {DAYS} days, {counted.records:,} records"
    slowest = max(shown.keys, key=lambda key: shown.keys[key])
    return [
        Row(
            bench="alarm figures, asked again",
            subject=subject,
            figure=f"{counted.again_s * 1e3:.0f} ms",
            note=f"with a hundred new alarms; at most {AGAIN_S:g} s",
            failed=counted.again_s > AGAIN_S,
        ),
        Row(
            bench="alarm figures, the first time",
            subject=subject,
            figure=f"{counted.first_s:.1f} s",
            note=f"asked {counted.asked} times; the counting goes on with each",
        ),
        Row(bench="alarm history", subject="200 of the newest", figure=f"{counted.history_s * 1e3:.1f} ms"),
        Row(
            bench="alarms panel, key to screen",
            subject=f"{STANDING} alarms, {CAMERAS} cameras",
            cpu=f"{shown.keys[slowest]:.0f} ms",
            note=f"the slowest key, {slowest}; at most {KEY_MS:g} ms",
            failed=shown.keys[slowest] > KEY_MS,
        ),
        Row(
            bench="the site as it is sent",
            subject=f"{STANDING} alarms, {CAMERAS} cameras",
            figure=f"{shown.view_ms:.1f} ms",
        ),
    ]


def _measured(name: str, kind: type[T]) -> T:
    command = [sys.executable, "-m", "bench.alarms_subjects", name]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=900, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return msgspec.json.decode(done.stdout, type=kind)
