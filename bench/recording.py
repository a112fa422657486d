"""What recording costs on top of receiving: two processes read the same live streams in the same seconds, one of them
records. Also what the container adds to the camera's bytes.

`python -m bench.recording record|receive FOLDER URL …` is one of the two processes.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from av.packet import Packet

from bench.report import Row
from bench.watch_subjects import use_of
from hub.clock import SystemClock
from hub.ports import StreamSpec
from hub.watch.messages import RecordOrder, WatchSettings
from hub.watch.recording.file import CLOSED, OPEN, read_closed
from hub.watch.recording.line import RecordLine
from hub.watch.recording.recorder import CameraRecorder, RecordDesk
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

STREAMS = 16
FPS = 25
KEY_EVERY = 50
SEGMENT_S = 10.0
WARM_S = 12.0
MEASURED_S = 40.0


class _Deaf(CameraRecorder):
    """Takes nothing: what is left is receiving."""

    def take(self, packet: "Packet[Any]", arrived_s: float) -> None:
        return


class Side(NamedTuple):
    cpu_percent: float
    megabytes: float


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("clips", f"rec/{OPEN}", f"rec/{CLOSED}"):
            (folder / name).mkdir(parents=True)
        clips = Clips(folder / "clips", fps=FPS, key_every=KEY_EVERY)
        with CameraFarm({"plain": clips.path("plain")}, cameras=STREAMS, fps=FPS) as farm:
            urls = [farm.url(number) for number in range(STREAMS)]
            sides = {mode: _start(mode, folder / "rec", urls) for mode in ("record", "receive")}
            try:
                time.sleep(WARM_S)
                used = _measure({mode: process.pid for mode, process in sides.items()})
            finally:
                for process in sides.values():
                    process.communicate(b"\n", timeout=30)
        overhead = _overhead(folder / "rec")
    what = f"recording {STREAMS} × 640×360 at {FPS}/s"
    record, receive = used["record"], used["receive"]
    return [
        _row(what, "Watchroom, receiving and recording", record, overhead),
        _row(what, "the same, receiving only", receive),
        Row(
            bench=what,
            subject="so recording costs",
            figure=f"{(record.megabytes - receive.megabytes) / STREAMS:.1f} MB a stream",
            cpu=f"{(record.cpu_percent - receive.cpu_percent) / STREAMS:.3f} % of a core a stream",
        ),
    ]


def _row(what: str, subject: str, side: Side, note: str = "") -> Row:
    return Row(
        bench=what,
        subject=subject,
        figure=f"{side.megabytes / STREAMS:.1f} MB a stream",
        cpu=f"{side.cpu_percent / STREAMS:.3f} % of a core a stream",
        note=note,
    )


def _start(mode: str, folder: Path, urls: list[str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.recording", mode, str(folder), *urls]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "MALLOC_ARENA_MAX": "2"})


def _measure(pids: dict[str, int]) -> dict[str, Side]:
    before = {mode: use_of([pid]) for mode, pid in pids.items()}
    began_s = time.monotonic()
    time.sleep(MEASURED_S)
    passed_s = time.monotonic() - began_s
    after = {mode: use_of([pid]) for mode, pid in pids.items()}
    return {
        mode: Side(100 * (after[mode].cpu_s - before[mode].cpu_s) / passed_s, after[mode].pss_bytes / 1e6)
        for mode in pids
    }


def _overhead(folder: Path) -> str:
    """The container's share in the files, against the elementary streams that ffmpeg takes out of them."""
    files = [path for path in (folder / CLOSED).iterdir() if read_closed(path) is not None]
    on_disk = sum(path.stat().st_size for path in files)
    elementary = 0
    for path in files:
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-c", "copy", "-f", "h264", "-"]
        elementary += len(subprocess.run(command, capture_output=True, check=True).stdout)
    share = 100 * (on_disk / elementary - 1)
    return f"{len(files)} files of {SEGMENT_S:g} s; the container adds {share:.2f} % to the camera's bytes"


def main() -> None:
    """Read, or read and record, until a line comes on stdin."""
    mode, folder, *urls = sys.argv[1:]
    clock = SystemClock()
    desk = RecordDesk(clock)
    desk.start()
    lines = []
    for number, url in enumerate(urls):
        order = RecordOrder(folder=folder, segment_s=SEGMENT_S)
        recorder = desk.recorder(f"cam-{number}", order) if mode == "record" else _Deaf("", order, clock)
        line = RecordLine(recorder, StreamSpec(url), WatchSettings(), clock=clock, dice=random.Random())
        lines.append(line)
        line.start()
        threading.Event().wait(0.02)
    sys.stdin.readline()
    for line in lines:
        line.stop()
    desk.finish(20)


if __name__ == "__main__":
    main()
