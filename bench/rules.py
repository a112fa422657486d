"""What rules cost: an event with few and many of them loaded, timers, loading, explaining; and Home Assistant's.

Everything is measured in processes of its own (`bench.rules_subjects`), and as processor time, since it is all one
thread's work. The peer has the same hundred rules: an automation for each, in the fastest way that it has. It and ours
take turns, three times; the best counts.
"""

import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bench import peer
from bench.report import Row
from bench.rules_subjects import PEER_CAMERAS, Cost, Explained, Loaded, Steps, Waiting, Worked, peer_rules

FLAT = 1.5
"""However many rules are loaded, an event costs at most so many times what it costs with the fewest."""
EVENT_US = 60.0
"""At most, with a thousand rules."""
LOAD_S = 1.0
"""At most, for a thousand rules."""
EXPLAIN_S = 20.0
"""At most, for a million records."""

_PEER_EVENTS = 1_980
_ROUNDS = 3
_ROOT = Path(__file__).parent.parent
T = TypeVar("T")


def run() -> list[Row]:
    """Measure all; takes some minutes, and some more the first time, when the peer is installed."""
    steps = _measured("steps", Steps)
    waiting = _measured("timers", Waiting)
    loaded = _measured("load", Loaded)
    explained = _measured("explained", Explained)
    return [
        *_step_rows("an event that 3 rules are about, 1 acts", steps.passing, must_us=EVENT_US),
        *_step_rows("an event that 3 rules are about, 3 act", steps.firing),
        *_timer_rows(waiting),
        Row(
            bench="loading rules",
            subject=f"{loaded.rules:,} rules, 10 files",
            figure=f"{loaded.seconds:.2f} s",
            note=f"checked and arranged; at most {LOAD_S:g} s",
            failed=loaded.seconds > LOAD_S,
        ),
        Row(
            bench="explaining a rule",
            subject=f"{explained.records:,} records of a week",
            figure=f"{explained.wall_s:.1f} s",
            cpu=f"{explained.cpu_s:.1f} s",
            note=f"it fired {explained.fired:,} times; half of the records matter to it; at most {EXPLAIN_S:g} s",
            failed=explained.cpu_s > EXPLAIN_S,
        ),
        *_peer_rows(),
    ]


def _step_rows(bench: str, costs: list[Cost], must_us: float | None = None) -> list[Row]:
    first = costs[0].us
    rows = []
    for cost in costs:
        must = f", at most {FLAT:g}"
        dear = cost.us > FLAT * first
        if must_us is not None and cost.rules == 1_000:
            must += f"; at most {must_us:g} µs"
            dear = dear or cost.us > must_us
        rows.append(
            Row(
                bench=bench,
                subject=f"{cost.rules:,} rules loaded",
                cpu=f"{cost.us:.1f} µs an event",
                note=f"{cost.us / first:.2f} times {costs[0].rules} rules{must}",
                failed=dear,
            )
        )
    return rows


def _timer_rows(waiting: Waiting) -> list[Row]:
    bench = f"{waiting.timers:,} timers pending"
    return [
        Row(
            bench=bench,
            subject="an event that begins 3 more, and its end",
            cpu=f"{waiting.event_us:.0f} µs",
            note=f"{waiting.event_alone_us:.0f} µs where none waits",
        ),
        Row(bench=bench, subject="the next one comes due", cpu=f"{waiting.due_us:.0f} µs", note="with its message"),
        Row(
            bench=bench,
            subject="an event and its message, durable",
            cpu=f"{waiting.round_ms:.1f} ms",
            note=f"with what a start needs; {waiting.round_alone_ms:.1f} ms where none waits",
        ),
        Row(bench=bench, subject="memory", figure=f"{waiting.bytes_each:.0f} bytes each"),
        Row(bench=bench, subject="a start after a crash", cpu=f"{waiting.start_s:.2f} s"),
    ]


def _peer_rows() -> list[Row]:
    bench = "100 rules, 3 messages an event"
    fault = peer.install()
    alone, whole, theirs = [], [], []
    for _ in range(_ROUNDS):
        alone.append(_measured("pure", Worked))
        whole.append(_measured("durable", Worked))
        if not fault:
            theirs.append(_peer())
    ours = f"Watchroom {importlib.metadata.version('watchroom')}"
    rows = [
        _worked_row(bench, f"{ours}, the engine", min(alone, key=_cpu), "state, texts in two languages, reasons"),
        _worked_row(bench, f"{ours}, durable", min(whole, key=_cpu), "20 at once; event and messages are on the disk"),
    ]
    name = "Home Assistant" if fault else f"Home Assistant {peer.version()}"
    if fault:
        return [*rows, Row(bench=bench, subject=name, note=fault, failed=True)]
    best = min(theirs, key=_cpu)
    times = f"{_cpu(best) / _cpu(min(whole, key=_cpu)):.1f} times ours, durable"
    return [*rows, _worked_row(bench, name, best, f"20 at once; nothing is written; {times}")]


def _worked_row(bench: str, subject: str, worked: Worked, note: str) -> Row:
    return Row(
        bench=bench,
        subject=subject,
        figure=f"{1 / _cpu(worked):,.0f} events/s a core",
        cpu=f"{_cpu(worked) * 1e6:.0f} µs an event",
        note=f"{note}; loaded in {worked.load_s * 1e3:.0f} ms",
    )


def _cpu(worked: Worked) -> float:
    return worked.cpu_s / worked.events


def _measured(name: str, kind: type[T]) -> T:
    return _in_a_process(kind, sys.executable, "-m", "bench.rules_subjects", name)


def _peer() -> Worked:
    cameras = [f"cam-{number}" for number in range(PEER_CAMERAS)]
    asked = {"rules": peer_rules(), "cameras": cameras, "events": _PEER_EVENTS}
    script = str(_ROOT / "bench" / "peer_homeassistant.py")
    return _in_a_process(Worked, str(peer.PYTHON), script, given=asked)


def _in_a_process(kind: type[T], *command: str, given: Any = None) -> T:
    handed = msgspec.json.encode(given)
    done = subprocess.run(command, cwd=_ROOT, input=handed, capture_output=True, timeout=900, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return msgspec.json.decode(done.stdout, type=kind)
