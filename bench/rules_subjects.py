"""What `bench.rules` measures, each in a process of its own: `python -m bench.rules_subjects NAME` prints JSON."""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore
from msgspec.structs import replace

from bench.rules_written import (
    AT,
    KNOWN,
    LONG,
    MINUTE,
    NOTIFYING,
    RAISING,
    WAITING,
    Working,
    about_cameras,
    lost,
    parsed,
)
from bench.scratch import scratch
from hub.automation import engine
from hub.automation.engine import build_index
from hub.clock import SystemClock
from hub.config.rules.file import load_rules
from hub.core.catalogue import ScheduleDue
from hub.core.delivery import EffectDone
from hub.core.event import Draft, Event
from hub.core.findings import SignalRestored, ViewClear, ViewObstructed
from hub.journal.log import Journal
from hub.ports import PluginContext
from hub.runtime.core_loop import CoreLoop
from hub.runtime.rules.replay import explain
from hub.runtime.snapshot import restore

SIZES = (10, 100, 1_000, 10_000)
PEER_RULES = 100
PEER_CAMERAS = 33
"""Each has three of the rules."""
RECORDS = 1_000_000

_MANY = 333
_CAMERAS = 300
_AT_ONCE = 20


class Cost(msgspec.Struct, frozen=True):
    """Under so many rules: microseconds of processor time an event."""

    rules: int
    us: float


class Steps(msgspec.Struct, frozen=True):
    """The engine alone, with the fold of the site's state: three rules are about each event."""

    passing: list[Cost]
    """The conditions of two do not hold, the third sends a message."""
    firing: list[Cost]
    """All three raise an alarm and send a message."""


class Waiting(msgspec.Struct, frozen=True):
    """With so many timers pending, against none; processor time."""

    timers: int
    event_us: float
    """An event that begins three timers, and the one that ends them."""
    event_alone_us: float
    due_us: float
    """One timer that comes due and sends its message."""
    bytes_each: float
    round_ms: float
    """One event with one message until both are durable, and what is needed to go on after a crash."""
    round_alone_ms: float
    start_s: float
    """Until the engine goes on after a crash."""


class Loaded(msgspec.Struct, frozen=True):
    rules: int
    seconds: float


class Worked(msgspec.Struct, frozen=True):
    """Events until what they led to is out; the processor time is the whole process's."""

    events: int
    actions: int
    wall_s: float
    cpu_s: float
    load_s: float


class Explained(msgspec.Struct, frozen=True):
    records: int
    fired: int
    wall_s: float
    cpu_s: float


# --- the cost of an event ---------------------------------------------------------------------------------------


def steps() -> Steps:
    """The sizes take turns, so that a busy moment of the machine meets all of them; the best of each counts."""
    return Steps(passing=_by_size(NOTIFYING, "measures.silent_s > 7"), firing=_by_size(RAISING, ""))


def _by_size(text: str, failing: str) -> list[Cost]:
    working = {size: Working(about_cameras(text, size, failing=failing)) for size in SIZES}
    best = dict.fromkeys(SIZES, float("inf"))
    for _ in range(9):
        for size, subject in working.items():
            best[size] = min(best[size], subject.lose_and_restore(300))
    return [Cost(size, us) for size, us in best.items()]


# --- a hundred thousand timers ----------------------------------------------------------------------------------


def timers() -> Waiting:
    """Of 300 cameras that are lost under 333 rules with a `for` each, beside three rules on another event."""
    waiting = parsed(WAITING)
    rules = [replace(waiting, id=f"rule-{n}", digest=f"rule-{n}") for n in range(_MANY)]
    rules += [replace(waiting, id=f"other-{n}", digest=f"other-{n}", on=("view.obstructed",)) for n in range(3)]
    alone, full = Working(rules), Working(rules)
    gc.collect()
    before = _resident()
    for number in range(_CAMERAS):
        full.at += timedelta(seconds=1)
        full.take(lost(f"cam-{number}"))
    gc.collect()
    grown = _resident() - before
    best = {id(alone): float("inf"), id(full): float("inf")}
    for _ in range(7):
        for subject in (alone, full):
            best[id(subject)] = min(best[id(subject)], _cover_and_uncover(subject))
    many = sum(1 for _ in full.state.pending.values())
    if many != _MANY * _CAMERAS:
        raise SystemExit(f"{many} timers are pending")
    due_at = engine.next_due(full.state)
    assert due_at is not None
    fired, spent = 0, time.process_time_ns()
    for second in range(30):
        step = engine.step(full.index, full.state, None, due_at + timedelta(seconds=second))
        full.state, fired = step.state, fired + len(step.effects)
    spent = time.process_time_ns() - spent
    round_ms, start_s = asyncio.run(_rounds(_CAMERAS))
    round_alone_ms, _ = asyncio.run(_rounds(0))
    return Waiting(
        timers=many,
        event_us=best[id(full)],
        event_alone_us=best[id(alone)],
        due_us=spent / fired / 1e3,
        bytes_each=grown / many,
        round_ms=round_ms,
        round_alone_ms=round_alone_ms,
        start_s=start_s,
    )


def _cover_and_uncover(subject: Working) -> float:
    spent = time.process_time_ns()
    for number in range(100):
        subject.take(ViewObstructed(camera=f"cam-{number}", since_at=AT))
        subject.take(ViewClear(camera=f"cam-{number}"))
    return (time.process_time_ns() - spent) / 100 / 1e3


async def _rounds(cameras: int) -> tuple[float, float]:
    """Processor time of an event with a message while the timers of so many lost cameras wait, in milliseconds; and
    how long a start takes then, in seconds."""
    waiting = parsed(WAITING)
    rules = [replace(waiting, id=f"rule-{n}", digest=f"rule-{n}") for n in range(_MANY)]
    rules.append(replace(waiting, id="told", digest="told", on=("view.obstructed",), for_s=0.0))
    index = build_index(rules)
    with scratch() as folder:
        clock = _SteppedClock()
        journal = Journal(_store(folder), clock)
        await journal.start()
        core = CoreLoop(journal, clock, targets=lambda route: ["paper"])
        await core.start(index)
        await _happen(core, [lost(f"cam-{number}") for number in range(cameras)])
        took: list[float] = []
        for number in range(30):
            before = time.process_time()
            await _happen(core, [ViewObstructed(camera=f"cam-{number}", since_at=AT)])
            took.append(time.process_time() - before)
        before = time.process_time()
        restore(journal, index, clock.now())
        start_s = time.process_time() - before
        await core.stop()
        await journal.stop()
    return sum(took) / len(took) * 1e3, start_s


def _resident() -> int:
    """Bytes that the process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# --- loading ----------------------------------------------------------------------------------------------------


def load() -> Loaded:
    """A thousand rules in ten files, checked and arranged; processor time, the best of three."""
    with scratch() as folder:
        (folder / "rules").mkdir()
        for file in range(10):
            rules = [LONG.replace("NUMBER", f"{file * 100 + number}") for number in range(100)]
            (folder / "rules" / f"file-{file}.toml").write_text("".join(rules), encoding="utf-8")
        best = float("inf")
        for _ in range(3):
            before = time.process_time()
            found = load_rules(folder, KNOWN)
            build_index(found.rules)
            best = min(best, time.process_time() - before)
    if len(found.rules) != 1_000:
        raise SystemExit(f"{len(found.rules)} rules of 1,000: {found.problems}"[:2000])
    return Loaded(len(found.rules), best)


# --- the same rules as the peer ---------------------------------------------------------------------------------


def peer_rules() -> list[dict[str, Any]]:
    """The rules of `pure` and `durable`, for `bench/peer_homeassistant.py`."""
    text = "{{ trigger.event.data.camera }}: no signal"
    return [{"id": f"rule-{n}", "camera": f"cam-{n // 3}", "limit": 5, "text": text} for n in range(PEER_RULES)]


def pure(events: int = 6_600) -> Worked:
    """The engine alone."""
    before = time.process_time()
    subject = Working(about_cameras(NOTIFYING, PEER_RULES), PEER_CAMERAS)
    load_s = time.process_time() - before
    seconds = subject.lose_and_restore(events) * events / 1e6
    return Worked(events, events * 3, seconds, seconds, load_s)


async def durable(events: int = 6_600) -> Worked:
    """The core loop on a journal, as in a hub: an event is on the disk, and its messages are in the outbox."""
    before = time.process_time()
    index = build_index(about_cameras(NOTIFYING, PEER_RULES))
    load_s = time.process_time() - before
    with scratch() as folder:
        clock = _SteppedClock()
        journal = Journal(_store(folder), clock)
        await journal.start()
        core = CoreLoop(journal, clock, targets=lambda route: ["paper"])
        await core.start(index)
        wall_s = cpu_s = 0.0
        cameras = [f"cam-{number}" for number in range(PEER_CAMERAS)]
        for _ in range(0, events, PEER_CAMERAS):
            wall, cpu = time.perf_counter(), time.process_time()
            await _happen(core, [lost(camera) for camera in cameras])
            wall_s, cpu_s = wall_s + time.perf_counter() - wall, cpu_s + time.process_time() - cpu
            await _happen(core, [SignalRestored(camera=camera) for camera in cameras])
            clock.advance(MINUTE)
        waiting = len(journal.outbox_due(clock.now() + MINUTE, 1_000_000))
        await core.stop()
        await journal.stop()
    if waiting != events * 3:
        raise SystemExit(f"{waiting} messages of {events * 3} are in the outbox")
    return Worked(events, waiting, wall_s, cpu_s, load_s)


async def _happen(core: CoreLoop, events: Sequence[Event]) -> None:
    """So many events at once, and the next when what they led to is out."""
    for first in range(0, len(events), _AT_ONCE):
        some = events[first : first + _AT_ONCE]
        await asyncio.gather(*(core.propose(_saying(event)) for event in some))
        await core.propose(lambda state: [])  # the round after the records carries what they led to


def _saying(event: Event) -> Callable[[Any], Sequence[Draft]]:
    return lambda state: [Draft(event, "watch")]


class _SteppedClock(SystemClock):
    """The machine's clock, further ahead each time: the same camera is lost a hundred times a second."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead.total_seconds()

    def advance(self, by: timedelta) -> None:
        self._ahead += by


# --- explaining -------------------------------------------------------------------------------------------------


async def explained(records: int = RECORDS) -> Explained:
    """`hub rules explain` on the journal of a week: half of its records are about what the rule is about."""
    rule = replace(parsed(WAITING), for_s=20.0)
    with scratch() as folder:
        clock = _WeekClock()
        journal = Journal(_store(folder), clock)
        await journal.start()
        drafts = _week()

        async def append(first: int) -> None:
            clock.passed = first
            await journal.append([next(drafts) for _ in range(25)])

        for first in range(0, records, 5_000):
            await asyncio.gather(*(append(first + more) for more in range(0, 5_000, 25)))
        await journal.stop()
        store = _store(folder)
        store.open(create=False)
        wall, cpu = time.perf_counter(), time.process_time()
        account = explain(store, build_index([rule]), rule, since=AT, until=AT + timedelta(days=8))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        store.close()
    if not account.fired:
        raise SystemExit("the rule never fired")
    return Explained(records, account.fired, wall, cpu)


def _week() -> Iterator[Draft]:
    """300 cameras that are lost and restored, messages that get out, and a schedule."""
    number = 0
    while True:
        for first in range(0, _CAMERAS, 50):
            for event in (lost, SignalRestored):
                for camera in range(first, first + 50):
                    number += 1
                    key = f"rule:{number}:0>duty/paper:0"
                    yield Draft(event(camera=f"cam-{camera}"), "watch")
                    yield (
                        Draft(EffectDone(key=key, kind="message", target="duty", attempts=1), "hub")
                        if number % 2
                        else Draft(ScheduleDue(rule="often", due_at=AT + timedelta(seconds=number)), "hub")
                    )


class _WeekClock(SystemClock):
    """Spreads the records over a week."""

    passed = 0

    def now(self) -> datetime:
        return AT + timedelta(days=7) * (self.passed / RECORDS)


def _store(folder: Path) -> SqliteStore:
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=SystemClock(), language="en")
    return SqliteStore(SqliteOptions(), context)


def main() -> None:
    subjects: dict[str, Callable[[], Any]] = {
        "steps": steps,
        "timers": timers,
        "load": load,
        "pure": pure,
        "durable": lambda: asyncio.run(durable()),
        "explained": lambda: asyncio.run(explained()),
    }
    print(msgspec.json.encode(subjects[sys.argv[1]]()).decode())


if __name__ == "__main__":
    main()
