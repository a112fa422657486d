"""Processor time, memory and alertness of watching live RTSP streams, against two others in the same seconds.

Three subjects watch the same cameras of a real RTSP server at the same time: the pool of watch workers with everything
it does (signal, every picture check on one picture in 2 s, statuses); the floor (`bench.watch_floor`: PyAV receives,
decodes the same key frames, nothing else); and Debian's `motion`, detection only. With 150 streams the pool runs alone
with the server, so that the use of the whole machine can be told. In the end some streams are cut off, and the time
until the finding with its picture arrives is taken.
"""

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import structlog

from bench.report import Row
from bench.watch_subjects import Use, allow_many_files, machine_cpu_s, motion_version, start_floor, start_motion, use_of
from hub.clock import SystemClock
from hub.core.status import CameraStatus
from hub.ports import StreamSpec
from hub.watch.messages import WatchOrder, WatchSettings
from hub.watch.pool import WatchPool
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

FPS = 25
KEY_EVERY = 50
"""Pictures from one key frame to the next: every one of them is decoded, by all."""
GROUPS = 10
MEASURED_S = 30.0
READY_WITHIN_S = 150.0
CUT = 5
LOST_WITHIN_S = 10.0
_SETTINGS = WatchSettings(learn_s=10.0)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """So many streams, and who watches them beside us."""

    streams: int
    width: int = 640
    height: int = 360
    bit_rate: int = 500_000
    motion: int = 0
    """How many of the streams `motion` watches: its cost a stream does not depend on their number."""
    alone: bool = False
    """Nobody watches beside us while we are measured; the floor is measured afterwards."""

    def __str__(self) -> str:
        return f"{self.streams} × {self.width}×{self.height} at {FPS}/s"


LOADS = (
    Load(streams=1, motion=1),
    Load(streams=16, motion=8),
    Load(streams=64, motion=8),
    Load(streams=150, alone=True),
    Load(streams=8, width=1920, height=1080, bit_rate=4_000_000, motion=2),
)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One load, measured. Shares of one core; `lost_s` until each cut stream was a finding."""

    load: Load
    ours: float
    ours_pss: int
    ours_rss: int
    floor: float
    floor_pss: int
    motion: float | None
    machine: float
    """Share of all processors that the whole machine took."""
    server: float
    judged: int
    live: int
    factor: float
    lost_s: list[float]


class Watched:
    """A running pool and what it says."""

    def __init__(self, folder: Path) -> None:
        self.before = use_of([os.getpid()])
        self.now: dict[str, CameraStatus] = {}
        self.lost_at: dict[str, float] = {}
        self.pool = WatchPool(
            workers=0,
            folder=folder,
            clock=SystemClock(),
            on_status=self._on_status,
            on_worker=lambda _: None,
            on_learned=lambda _: None,
        )

    def _on_status(self, status: CameraStatus) -> None:
        self.now[status.camera] = status
        if any(finding.kind == "signal.lost" for finding in status.findings):
            self.lost_at.setdefault(status.camera, time.monotonic())

    def live(self) -> int:
        return sum(status.signal == "live" for status in self.now.values())

    def judged(self) -> int:
        return sum(status.signal == "live" and status.not_judged is None for status in self.now.values())

    def pids(self) -> list[int]:
        return [os.getpid(), *self.pool.processes.values()]

    def factor(self) -> float:
        """How many times more seldom than asked for pictures are looked at, at worst."""
        return max((load.picture_factor for load in self.pool.loads.values()), default=1.0)


def run() -> list[Row]:
    """Measure every load; takes about six minutes."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    allow_many_files()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, load in enumerate(LOADS):
            print(f"    {load}", flush=True)
            try:
                rows += _rows(measure(load, Path(folder), f"{number}"))
            except (OSError, RuntimeError, TimeoutError) as error:
                rows.append(Row(bench=f"watch {load}", subject="all", note=f"{error}", failed=True))
    return rows


def measure(load: Load, folder: Path, name: str) -> Measured:
    """Start the server and everybody who watches, and measure. `name` is new for every call."""
    clips = Clips(folder, fps=FPS, key_every=KEY_EVERY, width=load.width, height=load.height, bit_rate=load.bit_rate)
    with ExitStack() as stack:
        groups = min(GROUPS, load.streams)
        farm = stack.enter_context(
            CameraFarm({"plain": clips.path("plain")}, cameras=load.streams, groups=groups, fps=FPS)
        )
        return asyncio.run(_measure(load, farm, folder / name, stack))


async def _measure(load: Load, farm: CameraFarm, folder: Path, stack: ExitStack) -> Measured:
    urls = [farm.url(number) for number in range(load.streams)]
    cameras = [f"camera-{number}" for number in range(load.streams)]
    watched = Watched(folder)
    await watched.pool.start()
    try:
        await watched.pool.watch(
            [WatchOrder(camera, StreamSpec(url), _SETTINGS) for camera, url in zip(cameras, urls, strict=True)]
        )
        floor = [] if load.alone else start_floor(stack, urls, _processes(load))
        motion = None
        if load.motion:
            size = {"width": load.width, "height": load.height, "fps": FPS}
            motion = start_motion(stack, folder / "motion", urls[: load.motion], **size)
        await _until(lambda: watched.live() == load.streams, READY_WITHIN_S, f"only {watched.live()} were live")
        await _settle(watched, load.streams)
        parties = {"ours": watched.pids(), "server": [farm.pid]}
        parties |= {"floor": [process.pid for process in floor]} if floor else {}
        parties |= {"motion": [motion.pid]} if motion else {}
        shares, machine = await _shares(parties)
        ours = use_of(watched.pids())
        floor_pss = use_of([process.pid for process in floor]).pss_bytes
        if any(process.poll() is not None for process in floor):
            raise RuntimeError("the floor ended by itself")
        live, judged, factor = watched.live(), watched.judged(), watched.factor()
        lost_s = await _cut(watched, farm, cameras)
    finally:
        await watched.pool.stop()
    if load.alone:
        floor = start_floor(stack, urls, _processes(load))
        await asyncio.sleep(5 + 0.02 * load.streams)
        shares |= (await _shares({"floor": [process.pid for process in floor]}))[0]
        floor_pss = use_of([process.pid for process in floor]).pss_bytes
    return Measured(
        load=load,
        ours=shares["ours"],
        ours_pss=ours.pss_bytes - watched.before.pss_bytes,
        ours_rss=ours.rss_bytes - watched.before.rss_bytes,
        floor=shares["floor"],
        floor_pss=floor_pss,
        motion=shares.get("motion") if motion is not None and motion.poll() is None else None,
        machine=machine,
        server=shares["server"],
        live=live,
        judged=judged,
        factor=factor,
        lost_s=lost_s,
    )


def _processes(load: Load) -> int:
    """As many as we have: one process with more than a hundred streams would cost the floor more."""
    return min(os.cpu_count() or 1, load.streams)


async def _settle(watched: Watched, streams: int) -> None:
    """Wait until every camera is judged, which needs its view learned; go on without after a while."""
    try:
        await _until(lambda: watched.judged() == streams, 60.0, "")
    except TimeoutError:
        return


async def _shares(parties: dict[str, list[int]]) -> tuple[dict[str, float], float]:
    """What share of one core each took while `MEASURED_S` passed, and what share of all processors was taken."""
    before = {name: use_of(pids) for name, pids in parties.items()}
    machine = machine_cpu_s()
    began_s = time.monotonic()
    await asyncio.sleep(MEASURED_S)
    after = {name: use_of(pids) for name, pids in parties.items()}
    passed_s = time.monotonic() - began_s
    shares = {name: (after.get(name, Use()).cpu_s - before[name].cpu_s) / passed_s for name in parties}
    return shares, (machine_cpu_s() - machine) / passed_s / (os.cpu_count() or 1)


async def _cut(watched: Watched, farm: CameraFarm, cameras: Sequence[str]) -> list[float]:
    """Cut a few streams off, one group's worth apart, and wait for their findings; seconds for each."""
    numbers = range(0, len(cameras), max(1, len(cameras) // CUT))[:CUT]
    cut_at: dict[str, float] = {}
    for number in numbers:
        cut_at[cameras[number]] = time.monotonic()
        await asyncio.to_thread(farm.kill, number)
    await _until(lambda: all(camera in watched.lost_at for camera in cut_at), 3 * LOST_WITHIN_S, "a loss was missed")
    return [watched.lost_at[camera] - at_s for camera, at_s in cut_at.items()]


async def _until(condition: Callable[[], bool], within_s: float, problem: str) -> None:
    deadline_s = time.monotonic() + within_s
    for _ in iter(condition, True):
        if time.monotonic() > deadline_s:
            raise TimeoutError(problem)
        await asyncio.sleep(0.05)


def _rows(measured: Measured) -> list[Row]:
    load, streams = measured.load, measured.load.streams
    ratio = measured.ours / measured.floor
    held = f"{measured.ours_rss / 1e6 / streams:.1f} MB RSS; {measured.judged} of {measured.live} live ones judged"
    pace = "" if measured.factor == 1 else f", pictures {measured.factor:g} times more seldom"
    bench = f"watch {load}"
    rows = [
        Row(
            bench=bench,
            subject="Watchroom, pool and workers",
            figure=f"{measured.ours_pss / 1e6 / streams:.1f} MB a stream",
            cpu=f"{measured.ours / streams:.3%} of a core a stream",
            note=held + pace,
            failed=measured.live < streams,
        ),
        Row(
            bench=bench,
            subject="floor: PyAV receives, decodes the same key frames",
            figure=f"{measured.floor_pss / 1e6 / streams:.1f} MB a stream",
            cpu=f"{measured.floor / streams:.3%} of a core a stream",
            note=f"Watchroom takes {ratio:.2f} times this" + (" (one after the other)" if load.alone else ""),
        ),
    ]
    if load.motion:
        rows.append(_motion_row(measured, bench))
    worst = max(measured.lost_s)
    own = (measured.ours + measured.server) / (os.cpu_count() or 1)
    rows.append(
        Row(
            bench=bench,
            subject=f"signal loss, {len(measured.lost_s)} streams cut",
            figure=f"{worst:.1f} s at most",
            note=f"pool and server take {own:.0%} of all processors, the server {measured.server:.1%} of one core; "
            f"the whole machine with all else on it {measured.machine:.0%}",
            failed=worst > LOST_WITHIN_S,
        )
    )
    return rows


def _motion_row(measured: Measured, bench: str) -> Row:
    if measured.motion is None:
        note = "motion is not installed, or ended; apt-get install motion"
        return Row(bench=bench, subject="motion", note=note, failed=True)
    each = measured.motion / measured.load.motion
    return Row(
        bench=bench,
        subject=f"{motion_version()}, detection only",
        cpu=f"{each:.3%} of a core a stream",
        note=f"{measured.load.motion} streams; {each / (measured.ours / measured.load.streams):.1f} times Watchroom",
    )
