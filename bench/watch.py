"""Processor time of watching live RTSP streams, against ffmpeg decoding the same key frames to nothing.

Three subjects watch the same local cameras during the same seconds: the pool of watch workers with everything it does
(signal, judgement of one picture a second, statuses), one `ffmpeg -skip_frame nokey` process per stream, and the floor:
PyAV in one process, a thread per stream, receiving every packet and decoding the same key frames, nothing else.
"""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import structlog

from bench.report import Row
from hub.clock import SystemClock
from hub.ports import StreamSpec
from hub.watch.messages import WatchOrder, WatchSettings
from hub.watch.pool import WatchPool
from hub.watch.reader import open_stream
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

STREAMS = 16
FPS = 25
WARM_UP_S = 12.0
MEASURED_S = 30.0
_SETTINGS = WatchSettings(learn_s=8.0)
_BENCH = f"watch {STREAMS} streams, 640x360 at {FPS}/s"
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Use(msgspec.Struct, frozen=True):
    """Processor seconds used so far and memory held now."""

    cpu_s: float
    rss_bytes: int


def run() -> list[Row]:
    """Measure all three at once; takes about a minute."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        clip = Clips(Path(folder), fps=FPS).path("plain")
        try:
            farm = stack.enter_context(CameraFarm({"plain": clip}, cameras=STREAMS, fps=FPS))
        except (OSError, RuntimeError) as error:
            return [Row(bench=_BENCH, subject="the RTSP test server", note=str(error), failed=True)]
        urls = [farm.url(number) for number in range(STREAMS)]
        return asyncio.run(_measure(Path(folder) / "data", urls, stack))


async def _measure(folder: Path, urls: Sequence[str], stack: ExitStack) -> list[Row]:
    live: set[str] = set()
    pool = WatchPool(
        workers=0,
        folder=folder,
        clock=SystemClock(),
        on_status=lambda status: (live.add if status.signal == "live" else live.discard)(status.camera),
        on_worker=lambda _: None,
        on_learned=lambda _: None,
    )
    await pool.start()
    try:
        await pool.watch([WatchOrder(f"camera-{n}", StreamSpec(url), _SETTINGS) for n, url in enumerate(urls)])
        floor = [_start(stack, sys.executable, "-m", "bench.watch", *urls)]
        ffmpeg = [_start(stack, *_ffmpeg(url)) for url in urls] if shutil.which("ffmpeg") else []
        await asyncio.sleep(WARM_UP_S)
        subjects: dict[str, Callable[[], list[int]]] = {
            "Watchroom": lambda: [os.getpid(), *pool.processes.values()],
            "floor": lambda: [process.pid for process in floor],
            "ffmpeg": lambda: [process.pid for process in ffmpeg],
        }
        before = {name: _use(pids()) for name, pids in subjects.items()}
        began = time.perf_counter()
        await asyncio.sleep(MEASURED_S)
        passed_s = time.perf_counter() - began
        after = {name: _use(pids()) for name, pids in subjects.items()}
        well = len(live) == len(urls) and all(process.poll() is None for process in (*floor, *ffmpeg))
    finally:
        await pool.stop()
    if not well:
        return [Row(bench=_BENCH, subject="all", note=f"only {len(live)} of the streams were live", failed=True)]
    return list(_rows(before, after, passed_s))


def _rows(before: dict[str, Use], after: dict[str, Use], passed_s: float) -> list[Row]:
    share = {name: (after[name].cpu_s - before[name].cpu_s) / passed_s / STREAMS for name in after}
    notes = {
        "Watchroom": ("Watchroom, pool and workers", "one picture a second judged, evidence and statuses ready"),
        "floor": ("PyAV alone, one process", "receives, decodes the same key frames, nothing else"),
        "ffmpeg": (f"{_ffmpeg_version()}, one process each", "-skip_frame nokey -threads 1 -f null -"),
    }
    rows = []
    for name, (subject, note) in notes.items():
        if share[name] == 0:
            note = "the ffmpeg command is not installed"
            rows.append(Row(bench=_BENCH, subject=subject, note=note, failed=True))
            continue
        ratio = share["Watchroom"] / share[name]
        rows.append(
            Row(
                bench=_BENCH,
                subject=subject,
                figure=f"{after[name].rss_bytes / 1e6 / STREAMS:.0f} MB a stream",
                cpu=f"{share[name]:.2%} of a core a stream",
                note=note if name == "Watchroom" else f"{note}; Watchroom takes {ratio:.2f} times this",
            )
        )
    return rows


def _ffmpeg(url: str) -> list[str]:
    quiet = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp"]
    return [*quiet, "-skip_frame", "nokey", "-threads", "1", "-i", url, "-f", "null", "-"]


def _ffmpeg_version() -> str:
    try:
        first = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return "ffmpeg"
    return " ".join(first.split()[:3:2])


def _start(stack: ExitStack, *command: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _use(pids: Sequence[int]) -> Use:
    """What these processes have used, all their threads included."""
    cpu_s, rss_bytes = 0.0, 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        cpu_s += (int(fields[11]) + int(fields[12])) / _TICKS
        rss_bytes += int(fields[21]) * _PAGE
    return Use(cpu_s, rss_bytes)


def floor(urls: Sequence[str]) -> None:
    """Receive and decode for ever, one thread per stream."""

    def watch(url: str) -> None:
        with open_stream(StreamSpec(url), _SETTINGS, SystemClock()) as source:
            for _ in source.arrivals(lambda: True):
                pass

    threads = [threading.Thread(target=watch, args=(url,), daemon=True) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    floor(sys.argv[1:])
