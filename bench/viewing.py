"""What looking at recordings costs the hub: finding its way in 240 files, giving them out, single pictures.

The floor reads the same files and does nothing with them. All is in memory, so that the disk is in neither.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bench.report import Row
from hub.client.views import RecordingView
from hub.clock import SystemClock
from hub.core.recorded import Span
from hub.core.viewings.limits import ViewingLimits
from hub.runtime.recording.reading import RecordReading
from hub.runtime.viewing.files import RecordFiles
from hub.runtime.viewing.viewing import Viewings
from hub.testing.clock import FakeClock
from tests.servers.clips import Clips
from tests.watch.recording import Fed, folder_of_recordings, segments_in

FILES = 240
STILLS = 20
_CAMERA = "gate-1"
_BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)


class _Index:
    """The same recording again and again, one after the other."""

    def __init__(self, name: str, size: int, seconds: float) -> None:
        step = timedelta(seconds=seconds)
        self.views = [_view(f"{number}-{name}", size, _BEGIN + number * step, step) for number in range(FILES)]

    def find(self, span: Span, *, camera: str, limit: int) -> list[RecordingView]:
        found = [view for view in self.views if view.begin_at < span.to_at and view.end_at > span.from_at]
        return found[:limit]


def run() -> list[Row]:
    """Measure all; takes about half a minute."""
    with tempfile.TemporaryDirectory() as scratch:
        return asyncio.run(_measure(Path(scratch)))


async def _measure(scratch: Path) -> list[Row]:
    (scratch / "clips").mkdir()
    (scratch / "made").mkdir()
    clips = Clips(scratch / "clips")
    made = folder_of_recordings(scratch / "made")
    fed = Fed(made, FakeClock(), segment_s=60.0)
    fed.feed(fed.connect(clips.path("plain")), fps=clips.fps)
    fed.recorder.end("stopped")
    fed.recorder.write(room=True)
    [(path, segment)] = segments_in(made)
    data, seconds = path.read_bytes(), (segment.end_at - segment.begin_at).total_seconds()
    folder = scratch / "recordings"
    folder.mkdir()
    index = _Index(path.name, len(data), seconds)
    for view in index.views:
        (folder / view.name).write_bytes(data)
    viewings = Viewings(
        clock=SystemClock(),
        reading=cast(RecordReading, index),
        files=RecordFiles(folder, _nowhere),
        driver=lambda camera: None,
        limits=ViewingLimits,
    )
    span = Span(_BEGIN, _BEGIN + FILES * timedelta(seconds=seconds))
    what = f"{FILES} files of {len(data) / 1024:,.0f} KiB and {seconds:.0f} s"
    try:
        first_s, [part] = await _cost(viewings.parts(_CAMERA, span))
        again_s, _ = await _cost(viewings.parts(_CAMERA, span))
        given_s, given = await _cost(_all(viewings, part.pieces))
        floor_s, read = _timed(lambda: sum(len((folder / view.name).read_bytes()) for view in index.views))
        whole = abs(part.seconds - FILES * seconds) < FILES * 0.2 and given > 0.95 * read
        started_s, still = await _cost(viewings.still(_CAMERA, _BEGIN, 320))
        times = [
            (await _cost(viewings.still(_CAMERA, _BEGIN + (n + 0.5) * timedelta(seconds=seconds), 320)))[0]
            for n in range(STILLS)
        ]
    finally:
        await viewings.stop()
    return [
        Row(bench="viewing: the index of a period", subject=what, figure=f"{first_s * 1e3:,.0f} ms", note="first time"),
        Row(bench="viewing: the index of a period", subject=what, figure=f"{again_s * 1e3:,.0f} ms", note="again"),
        Row(
            bench="viewing: given out, with new times",
            subject=what,
            figure=f"{given / given_s / 1e6:,.0f} MB/s",
            note=f"{len(part.pieces)} pieces" if whole else "not all of it came",
            failed=not whole,
        ),
        Row(
            bench="viewing: given out, with new times",
            subject="floor: the files are read",
            figure=f"{read / floor_s / 1e6:,.0f} MB/s",
        ),
        Row(
            bench="viewing: a single picture",
            subject=what,
            figure=f"{started_s * 1e3:,.0f} ms",
            note="starts the decoder",
            failed=still is None,
        ),
        Row(
            bench="viewing: a single picture",
            subject=what,
            figure=f"{statistics.median(times) * 1e3:,.0f} ms",
            note=f"the next {STILLS}, median; at most {max(times) * 1e3:,.0f} ms",
        ),
    ]


async def _all(viewings: Viewings, pieces: Any) -> int:
    return sum([len(await viewings.piece(piece)) for piece in pieces])


async def _cost(work: Any) -> tuple[float, Any]:
    began_s = time.perf_counter()
    done = await work
    return time.perf_counter() - began_s, done


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    began_s = time.perf_counter()
    done = work()
    return time.perf_counter() - began_s, done


def _nowhere(name: str, start: int, length: int) -> bytes:
    raise FileNotFoundError(name)


def _view(name: str, size: int, begin_at: datetime, lasts: timedelta) -> RecordingView:
    return RecordingView(
        camera=_CAMERA,
        stream="watched",
        begin_at=begin_at,
        end_at=begin_at + lasts,
        bytes=size,
        path="",
        name=name,
    )
