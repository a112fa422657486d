"""Recording for the tests: a folder of recordings, packets of clips, and what ordinary players say of a file."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av

from hub.clock import Clock, SystemClock
from hub.core.recordings import Segment
from hub.watch.messages import RecordOrder
from hub.watch.recording.file import CLOSED, OPEN, read_closed
from hub.watch.recording.recorder import CameraRecorder, RecordDesk


class Played(NamedTuple):
    """What ffprobe found after decoding every frame."""

    seconds: float
    frames: int
    codec: str
    size: tuple[int, int]


def played(path: Path) -> Played:
    """Decode the whole file as players do; any complaint is a failure."""
    # Each frame at its own time: at a constant rate ffmpeg complains about its own rounding.
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-enc_time_base", "-1", "-fps_mode", "passthrough"]
    shown = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, ""), path.name
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(probed.stdout)
    stream = said["streams"][0]
    return Played(
        float(said["format"]["duration"]),
        int(stream["nb_read_frames"]),
        stream["codec_name"],
        (stream["width"], stream["height"]),
    )


def folder_of_recordings(folder: Path) -> Path:
    for name in (OPEN, CLOSED):
        (folder / name).mkdir(parents=True)
    return folder


def order_for(folder: Path, **changes: Any) -> RecordOrder:
    return RecordOrder(folder=str(folder), **{"segment_s": 3.0, **changes})


def segments_in(folder: Path) -> list[tuple[Path, Segment]]:
    """The finished files, in order."""
    found = [(path, read_closed(path)) for path in sorted((folder / CLOSED).iterdir())]
    return [(path, segment) for path, segment in found if segment is not None]


def open_in(folder: Path) -> list[Path]:
    return sorted((folder / OPEN).iterdir())


class Fed:
    """A recorder that is fed by hand with the packets of a clip, on a clock of the test's."""

    def __init__(self, folder: Path, clock: Any, **changes: Any) -> None:
        self.clock = clock
        self.recorder = CameraRecorder("gate", order_for(folder, **changes), clock)

    def connect(self, clip: Path) -> list[Any]:
        """Begin as a connection does; returns the packets of the clip, which outlive their container."""
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            self.recorder.begin(stream)
        return packets

    def feed(self, packets: list[Any], *, fps: int = 10, stamp: Callable[[int], Any] | None = None) -> None:
        """Hand packets over as they would arrive; `stamp` gives each its (pts, dts) in milliseconds, or None."""
        for number, packet in enumerate(packets):
            self.clock.advance(1 / fps)
            pts, dts = stamp(number) if stamp else (self.clock.monotonic() * 1000,) * 2
            packet.time_base = _MS
            packet.pts, packet.dts = (None if at is None else round(at) for at in (pts, dts))
            packet.duration = 1000 // fps
            self.recorder.take(packet, self.clock.monotonic())
            self.recorder.write(room=True)


@contextmanager
def desk(clock: Clock | None = None) -> Iterator[RecordDesk]:
    running = RecordDesk(clock or SystemClock())
    running.start()
    try:
        yield running
    finally:
        running.finish(5.0)
        assert "recording" not in {thread.name for thread in threading.enumerate()}


def until(condition: Callable[[], Any], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


_MS = Fraction(1, 1000)
