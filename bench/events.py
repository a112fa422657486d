"""Durable events a second through the journal to ten subscribers, against Home Assistant's event bus in memory.

Both sides do the same in a process of their own: make an event (a lost signal, with its measures), give it out, and
have ten subscribers take each one and count it. Ours are also encoded, hashed, on the disk (`synchronous=FULL`) before
any subscriber sees them; theirs are gone when the process ends. The two run in turns, three times; the best counts.
"""

import asyncio
import importlib.metadata
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from bench import peer
from bench.report import Row
from bench.scratch import scratch
from hub.clock import SystemClock
from hub.core.event import Draft
from hub.core.findings import SignalLost
from hub.core.text import Text
from hub.journal.log import Journal
from hub.ports import PluginContext

SUBSCRIBERS = 10
ROUNDS = 3

_CAMERAS = 300
_HERE = Path(__file__).parent


class Load(msgspec.Struct, frozen=True):
    """How the events come: so many producers, each appending so many at once and waiting until they are durable."""

    producers: int
    at_once: int
    events: int

    def __str__(self) -> str:
        if self.producers == 1:
            return "one at a time"
        return (
            f"{self.producers} producers, {self.at_once} at once" if self.at_once > 1 else f"{self.producers} producers"
        )


LOADS = (Load(64, 64, 250_000), Load(64, 1, 60_000), Load(1, 1, 3_000))


class Result(msgspec.Struct, frozen=True):
    """What one run measured; times in seconds, latencies in milliseconds."""

    events: int
    wall_s: float
    cpu_s: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0

    @property
    def rate(self) -> float:
        return self.events / self.wall_s


def run() -> list[Row]:
    """Measure both; takes about a minute, and some more the first time, when the peer is installed."""
    fault = peer.install()
    ours: dict[Load, list[Result]] = {load: [] for load in LOADS}
    theirs: list[Result] = []
    for _ in range(ROUNDS):
        for load in LOADS:
            ours[load].append(_in_a_process(sys.executable, "-m", "bench.events", msgspec.json.encode(load).decode()))
        if not fault:
            theirs.append(_in_a_process(str(peer.PYTHON), str(_HERE / "peer_bus.py"), str(SUBSCRIBERS)))
    rows = [_our_row(load, min(results, key=_wall)) for load, results in ours.items()]
    return [*rows, _peer_row(theirs, fault)]


def _our_row(load: Load, best: Result) -> Row:
    return Row(
        bench=f"events to {SUBSCRIBERS} subscribers",
        subject=f"Watchroom {importlib.metadata.version('watchroom')}, durable",
        figure=f"{best.rate:,.0f} events/s",
        cpu=f"{best.cpu_s / best.events * 1e6:.1f} µs an event",
        note=f"{load}; append p50 {best.p50_ms:.2f} ms, p99 {best.p99_ms:.2f} ms",
    )


def _peer_row(results: list[Result], fault: str) -> Row:
    bench = f"events to {SUBSCRIBERS} subscribers"
    if fault:
        return Row(bench=bench, subject="Home Assistant, in memory", note=fault, failed=True)
    best = min(results, key=_wall)
    return Row(
        bench=bench,
        subject=f"Home Assistant {peer.version()}, in memory",
        figure=f"{best.rate:,.0f} events/s",
        cpu=f"{best.cpu_s / best.events * 1e6:.1f} µs an event",
        note="nothing is written; listeners run at once, the loop turns every 1,000 events",
    )


def _wall(result: Result) -> float:
    return result.wall_s / result.events


def _in_a_process(*command: str) -> Result:
    done = subprocess.run(command, cwd=_HERE.parent, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return msgspec.json.decode(done.stdout, type=Result)


async def measure(load: Load, folder: Path) -> Result:
    """Put `load` through a journal in `folder`, with every subscriber counting every record."""
    clock = SystemClock()
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=clock, language="en")
    journal = Journal(SqliteStore(SqliteOptions(), context), clock)
    await journal.start()
    subscribers = [asyncio.create_task(_subscriber(journal, load.events)) for _ in range(SUBSCRIBERS)]
    await asyncio.sleep(0)
    latencies: list[float] = []
    each = load.events // load.producers
    wall, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as producers:
        for number in range(load.producers):
            producers.create_task(_producer(journal, number, each, load.at_once, latencies.append))
    await _rest(journal, load, each)
    await asyncio.gather(*subscribers)
    result_wall, result_cpu = time.perf_counter() - wall, time.process_time() - cpu
    await journal.stop()
    latencies.sort()
    return Result(
        events=load.events,
        wall_s=result_wall,
        cpu_s=result_cpu,
        p50_ms=latencies[len(latencies) // 2] * 1e3,
        p99_ms=latencies[len(latencies) * 99 // 100] * 1e3,
    )


async def _producer(journal: Journal, number: int, events: int, at_once: int, took: Callable[[float], None]) -> None:
    for first in range(0, events, at_once):
        began = time.perf_counter()
        await journal.append([_draft(number + i) for i in range(first, min(first + at_once, events))])
        took(time.perf_counter() - began)


async def _rest(journal: Journal, load: Load, each: int) -> None:
    if rest := load.events - each * load.producers:
        await journal.append([_draft(i) for i in range(rest)])


def _draft(number: int) -> Draft:
    event = SignalLost(
        camera=f"camera-{number % _CAMERAS}",
        since_at=datetime.now(UTC),
        detail=Text(en="No packet for 6.0 s."),
        measures={"silent_s": 6.0, "reconnects": 2.0},
    )
    return Draft(event, "watch:worker-1")


async def _subscriber(journal: Journal, events: int) -> None:
    seen = 0
    subscription = journal.subscribe(0)
    async for batch in subscription:
        for record in batch:
            seen += 1
            if record.seq != seen:
                raise AssertionError(f"record {record.seq} came where {seen} was due")
        if seen == events:
            break
    subscription.close()


def main() -> None:
    """One run in this process; the load comes as JSON, the result goes to standard output as JSON."""
    load = msgspec.json.decode(sys.argv[1], type=Load)
    with scratch() as folder:
        print(msgspec.json.encode(asyncio.run(measure(load, folder))).decode())


if __name__ == "__main__":
    main()
