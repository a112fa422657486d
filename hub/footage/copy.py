"""The playable copy: one MP4 for each original, cut to the period, marked, with regions made unrecognisable."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import av

from hub.core.recorded import Span
from hub.core.releases.events import BlurRegion
from hub.footage.marks import blur, boxes_at, mark

_RATE = Fraction(1, 90_000)


class NotPlayable(Exception):
    """Nothing of an original can be decoded."""


def make_copy(
    original: Path,
    target: Path,
    *,
    release: str,
    camera: str,
    begin_at: datetime,
    period: Span,
    zone: ZoneInfo,
    regions: list[BlurRegion],
    look: Callable[[], None],
) -> int:
    """Write the copy of one original; how many pictures it has, with none when none lies in the period.

    `begin_at`: the hub's time of its first picture. `look` is called now and then, and may raise to end it. Raises
    `NotPlayable`, and `OSError` when the copy cannot be written.
    """
    shown = 0
    output: Any = None
    stream: Any = None
    try:
        with av.open(str(original), timeout=30.0) as source:
            if not source.streams.video:
                raise NotPlayable(f"{original.name} holds no pictures.")
            video = source.streams.video[0]
            video.thread_count = 1
            first: float | None = None
            begun: int | None = None
            stamp = -1
            for frame in _frames(source, video):
                if frame.pts is None or frame.time is None:
                    continue
                first = frame.time if first is None else first
                at = begin_at + timedelta(seconds=frame.time - first)
                if not period.from_at <= at < period.to_at:
                    continue
                picture = frame.reformat(
                    width=frame.width // 2 * 2, height=frame.height // 2 * 2, format="yuv420p"
                ).to_ndarray()
                height, width = picture.shape[0] * 2 // 3, picture.shape[1]
                blur(picture, boxes_at(regions, camera, at, width, height))
                mark(picture, release, f"{release}  {camera}  {at.astimezone(zone):%Y-%m-%d %H:%M:%S %z}  COPY")
                if output is None:
                    output = av.open(str(target), "w", format="mp4")
                    stream = _stream(output, width, height)
                if (width, height) != (stream.width, stream.height):
                    raise NotPlayable(f"The pictures of {original.name} change their size.")
                made: Any = av.VideoFrame.from_ndarray(cast(Any, picture), format="yuv420p")
                begun = frame.pts if begun is None else begun
                # A clock finer than the copy's may give two pictures one time; an MP4 holds one picture at a time.
                stamp = max(stamp + 1, int((frame.pts - begun) * frame.time_base / _RATE))
                made.pts, made.time_base = stamp, _RATE
                output.mux(stream.encode(made))
                shown += 1
                if shown % 25 == 0:
                    look()
            if first is None:
                raise NotPlayable(f"No picture of {original.name} can be decoded.")
        if output is not None:
            output.mux(stream.encode(None))
            output.close()
            output = None
    except av.FFmpegError as error:
        if error.errno and error.errno > 0 and not isinstance(error, av.error.InvalidDataError):
            raise OSError(error.errno, f"The copy of {original.name} cannot be written: {error.strerror}") from error
        raise NotPlayable(f"{original.name} cannot be decoded: {error.strerror}.") from error
    finally:
        if output is not None:
            _close_broken(output)
    return shown


def _frames(source: Any, video: Any) -> Any:
    """What can be decoded; a damaged packet costs its picture only."""
    for packet in source.demux(video):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def _stream(output: Any, width: int, height: int) -> Any:
    stream = output.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "23", "bf": "0"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = _RATE
    stream.thread_count = 1
    return stream


def _close_broken(output: Any) -> None:
    """The disk refused before; that it refuses the end as well is no news."""
    try:
        output.close()
    except (av.FFmpegError, OSError):
        return
