"""Hours in minutes: 64 streams that come and go for a while, and nothing that may grow grows.

`python -m bench soak --minutes 30`. A real RTSP server shows 64 cameras; every few seconds one of them is cut off,
stalled, brought back, or taken out of the orders and put in again. Threads, open files and memory of the hub's process
and of every worker are sampled; the later half must not hold more than the earlier one. Also counted: losses that were
missed, and losses of cameras that nobody touched.
"""

import asyncio
import logging
import os
import random
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import msgspec
import structlog

from bench.report import Row
from bench.watch import FPS, GROUPS, KEY_EVERY, Watched
from bench.watch_subjects import allow_many_files
from hub.ports import StreamSpec
from hub.watch.messages import WatchOrder, WatchSettings
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

ONLY_BY_NAME = True
"""It takes half an hour: not part of `python -m bench` without a name."""
STREAMS = 64
TROUBLE_EVERY_S = 4.0
SAMPLE_EVERY_S = 5.0
TROUBLE_S = 14.0
"""A camera in trouble is brought back after so long: long enough to be lost."""
SETTLED_AFTER = 0.2
"""Share of the time that passes before the comparison begins: views are learned, buffers find their size."""
MOST_GROWTH = 0.05
"""Memory may differ by so much between the halves; threads and files by `SLACK`."""
SLACK = 6
_SETTINGS = WatchSettings(learn_s=10.0)
_DICE = random.Random(4)


class Sample(msgspec.Struct, frozen=True):
    """What one process holds at a moment."""

    threads: int
    files: int
    rss_bytes: int


def run(minutes: float = 30.0) -> list[Row]:
    """Let cameras come and go for so many minutes; a row for each process, failed when it grew."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    allow_many_files()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        clips = Clips(Path(folder), fps=FPS, key_every=KEY_EVERY)
        try:
            farm = stack.enter_context(
                CameraFarm({"plain": clips.path("plain")}, cameras=STREAMS, groups=GROUPS, fps=FPS)
            )
        except (OSError, RuntimeError) as error:
            return [Row(bench="soak", subject="the RTSP test server", note=str(error), failed=True)]
        return asyncio.run(_soak(farm, Path(folder) / "data", minutes))


class Trouble:
    """Makes trouble on the farm and knows what must be found of it."""

    def __init__(self, farm: CameraFarm, watched: Watched) -> None:
        self.caused: dict[str, int] = {}
        self.touched: set[str] = set()
        self.missed: list[str] = []
        self._farm = farm
        self._watched = watched
        self._orders = {
            f"camera-{n}": WatchOrder(f"camera-{n}", StreamSpec(farm.url(n)), _SETTINGS) for n in range(STREAMS)
        }

    async def begin(self) -> None:
        await self._watched.pool.watch(list(self._orders.values()))

    async def one(self) -> None:
        """One camera is cut off, or its group stalls, or it is no longer wanted; and then it is back."""
        number = _DICE.randrange(STREAMS)
        camera, kind = f"camera-{number}", _DICE.choice(("cut", "cut", "close", "stall", "leave"))
        if camera in self.touched:
            return
        # A stall is its whole group's.
        affected = {f"camera-{n}" for n in range(number % GROUPS, STREAMS, GROUPS)} if kind == "stall" else {camera}
        if affected & self.touched:
            return
        self.caused[kind] = self.caused.get(kind, 0) + 1
        self.touched |= affected
        for each in affected:
            self._watched.lost_at.pop(each, None)
        await self._make(kind, number, camera)
        if kind in ("cut", "stall"):
            self.missed += [each for each in affected if each not in self._watched.lost_at]
        for _ in range(300):
            if all(each in self._watched.now and self._watched.now[each].signal == "live" for each in affected):
                break
            await asyncio.sleep(0.2)
        self.touched -= affected
        for each in affected:
            self._watched.lost_at.pop(each, None)

    async def _make(self, kind: str, number: int, camera: str) -> None:
        farm = self._farm
        if kind == "close":
            await asyncio.to_thread(farm.close, number)
            return
        if kind == "leave":
            order = self._orders.pop(camera)
            await self.begin()
            await asyncio.sleep(TROUBLE_S)
            self._orders[camera] = order
            await self.begin()
            return
        begin, end = (farm.kill, farm.add) if kind == "cut" else (farm.stall, self._go_on)
        await asyncio.to_thread(begin, number)
        await asyncio.sleep(TROUBLE_S)
        await asyncio.to_thread(end, number)

    def _go_on(self, number: int) -> None:
        self._farm.stall(number, on=False)


async def _soak(farm: CameraFarm, folder: Path, minutes: float) -> list[Row]:
    watched = Watched(folder)
    await watched.pool.start()
    samples: dict[str, list[Sample]] = {}
    trouble = Trouble(farm, watched)
    surprises: set[str] = set()
    pids_before: set[int] = set()
    tasks: set[asyncio.Task[None]] = set()
    try:
        await trouble.begin()
        end_s = time.monotonic() + 60 * minutes
        next_s = time.monotonic() + 30.0
        while time.monotonic() < end_s:
            await asyncio.sleep(SAMPLE_EVERY_S)
            processes = {"hub": os.getpid(), **watched.pool.processes}
            pids_before |= set(processes.values())
            for name, pid in processes.items():
                samples.setdefault(name, []).append(sample(pid))
            surprises |= watched.lost_at.keys() - trouble.touched
            while time.monotonic() >= next_s and time.monotonic() < end_s - 2 * TROUBLE_S:
                next_s += TROUBLE_EVERY_S
                task = asyncio.create_task(trouble.one())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        deaths = len(pids_before) - len(samples)
    finally:
        await watched.pool.stop()
    return _rows(minutes, samples, trouble, surprises, deaths)


def sample(pid: int) -> Sample:
    """What a process holds now."""
    rss = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Sample(len(os.listdir(f"/proc/{pid}/task")), len(os.listdir(f"/proc/{pid}/fd")), rss)


def halves(samples: list[Sample]) -> tuple[Sample, Sample]:
    """The most that was held in each half of the time after settling."""
    settled = samples[int(len(samples) * SETTLED_AFTER) :]
    middle = len(settled) // 2

    def most(part: list[Sample]) -> Sample:
        return Sample(max(s.threads for s in part), max(s.files for s in part), max(s.rss_bytes for s in part))

    return most(settled[:middle]), most(settled[middle:])


def grew(early: Sample, late: Sample) -> bool:
    return (
        late.threads > early.threads + SLACK
        or late.files > early.files + SLACK
        or late.rss_bytes > early.rss_bytes * (1 + MOST_GROWTH)
    )


def _rows(
    minutes: float, samples: dict[str, list[Sample]], trouble: Trouble, surprises: set[str], deaths: int
) -> list[Row]:
    bench = f"soak, {minutes:g} min, {STREAMS} streams"
    rows = []
    for name, held in sorted(samples.items()):
        early, late = halves(held)
        memory = f"{early.rss_bytes / 1e6:.0f} → {late.rss_bytes / 1e6:.0f} MB"
        counts = f"threads {early.threads} → {late.threads}, files {early.files} → {late.files}"
        rows.append(
            Row(
                bench=bench,
                subject=name,
                figure=memory,
                note=f"it grew: {memory}, {counts}" if grew(early, late) else counts,
                failed=grew(early, late),
            )
        )
    caused = ", ".join(f"{number} × {kind}" for kind, number in sorted(trouble.caused.items()))
    names = _named("missed", trouble.missed) + _named("invented", surprises)
    rows.append(
        Row(
            bench=bench,
            subject="losses",
            figure=f"{len(trouble.missed)} missed, {len(surprises)} invented",
            note=f"{caused}; workers that died: {deaths}{names}",
            failed=bool(trouble.missed or surprises or deaths),
        )
    )
    return rows


def _named(what: str, cameras: Iterable[str]) -> str:
    names = sorted(set(cameras))
    return f"; {what}: {', '.join(names[:8])}" if names else ""
