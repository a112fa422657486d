"""The playable copy of an original, where the original is not as a textbook's."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av

from hub.core.recorded import Span
from hub.footage.copy import make_copy
from tests.footage.packing import BEGIN, SIZE, picture

CLOCK = 90_000


def write_pictures(path: Path, stamps: list[int], clock: int) -> None:
    """An original whose pictures lie at `stamps`, in parts of `clock` to the second."""
    options = {"video_track_timescale": str(clock)}
    with av.open(str(path), "w", format="mp4", options=options) as target:
        stream: Any = target.add_stream("libx264", rate=25, options={"preset": "ultrafast", "bf": "0"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, clock)
        for number, stamp in enumerate(stamps):
            frame: Any = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = stamp, Fraction(1, clock)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def stamps_of(path: Path) -> list[int]:
    with av.open(str(path)) as source:
        return [round(frame.time * CLOCK) for frame in source.decode(video=0)]


def copy_of(original: Path, copy: Path) -> int:
    return make_copy(
        original,
        copy,
        release="R1",
        camera="gate",
        begin_at=BEGIN,
        period=Span(BEGIN, BEGIN + timedelta(hours=2)),
        zone=ZoneInfo("UTC"),
        regions=[],
        look=lambda: None,
    )


def test_the_pictures_of_a_burst_lie_in_the_copy_exactly_where_they_lie_in_the_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original.mp4", tmp_path / "copy.mp4"
    # 26/90,000 s and 27/90,000 s are one whole number of 1/90,000 s when reckoned in floating point.
    stamps = [0, 26, 27, 18_000, 18_001, 18_002, 36_000]
    write_pictures(original, stamps, CLOCK)
    assert copy_of(original, copy) == len(stamps)
    assert stamps_of(copy) == stamps


def test_pictures_closer_than_the_clock_of_the_copy_are_all_in_it_one_after_the_other(tmp_path: Path) -> None:
    original, copy = tmp_path / "original.mp4", tmp_path / "copy.mp4"
    write_pictures(original, [0, 500_000, 500_001, 500_002, 600_000], 1_000_000)
    assert copy_of(original, copy) == 5
    assert stamps_of(copy) == [0, 45_000, 45_001, 45_002, 54_000]
