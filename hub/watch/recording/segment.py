"""One segment while it is written: packets in, a growing fragmented MP4 out, remuxed and never encoded anew.

Fragments of two seconds at most bound what a crash costs and what libav holds in memory.
"""

from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from hub.core.recordings import Ended, Hole
from hub.watch.messages import RecordOrder
from hub.watch.recording.file import Facts, SegmentFile, open_path
from hub.watch.recording.timeline import TICKS, Clock, Stamps, begin, go_on

CODECS = frozenset({"h264", "hevc"})
"""What is recorded: what ordinary players find in an MP4 file."""
_FRAGMENT_S = 2.0
_MOST_HOLES = 200
_BASE = Fraction(1, TICKS)
_START = b"\0\0\1"
_PICTURES = {"h264": frozenset(range(1, 6)), "hevc": frozenset(range(32))}
_PARAMETERS = {"h264": frozenset({7, 8}), "hevc": frozenset({32, 33, 34})}
"""Types of NAL units."""
_OPTIONS = {
    # `delay_moov`: cameras that leave their parameter sets out of the description send them with the first key frame.
    "movflags": "empty_moov+delay_moov+default_base_moof+frag_keyframe+skip_trailer",
    "frag_duration": str(round(_FRAGMENT_S * 1_000_000)),
    "video_track_timescale": str(TICKS),
}


class Template:
    """What a file must know of a stream, copied, so that the stream may end while its last packets are written."""

    def __init__(self, stream: VideoStream) -> None:
        """Raises `av.error.FFmpegError` or `ValueError` where libav cannot put the stream into a file."""
        self.codec = stream.codec_context.name
        self._holder = av.open(BytesIO(), "w", format="mp4")
        self.stream = self._holder.add_stream_from_template(stream)
        self._says = bytes(stream.codec_context.extradata or b"")

    def tells(self, parameters: bytes) -> bool:
        """Whether the stream's description holds these parameter sets already."""
        return all(one in self._says for one in parameters.split(_START))


def template_of(key_frame: "Packet[Any]", codec: str) -> Template | None:
    """A template made from a key frame that carries its own parameter sets; None when it does not.

    Used where a camera changed the format of its picture: what it said at first no longer holds.
    """
    try:
        with av.open(BytesIO(bytes(key_frame)), format=codec) as container:
            stream = container.streams.video[0]
            return Template(stream) if stream.codec_context.extradata else None
    except (av.error.FFmpegError, ValueError, IndexError):
        return None


def parameter_sets(start: bytes, codec: str) -> bytes:
    """The parameter sets in front of a key frame's picture, as one; empty when it has none.

    `start` is the beginning of a packet with start codes (ITU-T H.264 and H.265, Annex B).
    """
    kept = []
    at = start.find(_START)
    while at >= 0 and at + 3 < len(start):
        following = start.find(_START, at + 3)
        head = start[at + 3]
        kind = head & 0x1F if codec == "h264" else head >> 1 & 0x3F
        if kind in _PICTURES[codec]:
            break
        if kind in _PARAMETERS[codec]:
            kept.append(start[at + 3 : following if following >= 0 else len(start)].rstrip(b"\0"))
        at = following
    return _START.join(kept)


class OpenSegment:
    """A file that is being written. For one thread."""

    def __init__(self, order: RecordOrder, camera: str, template: Template, *, begin_us: int) -> None:
        """Raises `OSError` when the file cannot be made."""
        # The name of a file is its beginning, and names carry milliseconds.
        self.begin_us = begin_us // 1000 * 1000
        self.broken = False
        """The camera's timestamps broke: the next key frame belongs into another file."""
        self._order = order
        self._camera = camera
        self._clock: Clock | None = None
        self._begin_s = 0.0
        self._frame_s = 0.0
        self._holes: list[Hole] = []
        self._file = SegmentFile(open_path(Path(order.folder), camera, order.name, self.begin_us))
        try:
            self._container: OutputContainer = av.open(self._file, "w", format="mp4", options=_OPTIONS)
            self._stream = self._container.add_stream_from_template(template.stream)
        except BaseException:
            self._file.abandon()
            raise

    @property
    def seconds(self) -> float:
        """From the arrival of the first packet to that of the last."""
        return self._clock.arrived_s - self._begin_s if self._clock is not None else 0.0

    @property
    def error(self) -> OSError | None:
        """What the disk refused."""
        return self._file.error

    def add(self, packet: "Packet[Any]", arrived_s: float) -> None:
        """Append a packet; the first one is a key frame. Raises `av.error.FFmpegError` for one that libav refuses."""
        stamps = Stamps(packet.pts, packet.dts, packet.duration, packet.time_base, arrived_s)
        if self._clock is None:
            self._begin_s = arrived_s
            self._clock, placed = begin(stamps)
        else:
            self._clock, placed = go_on(self._clock, stamps)
        self.broken = self.broken or placed.broke
        if placed.hole_s and len(self._holes) < _MOST_HOLES:
            to_us = self._us(arrived_s)
            self._holes.append(Hole(max(self.begin_us, to_us - round(placed.hole_s * 1_000_000)), to_us))
        self._frame_s = placed.duration / TICKS
        packet.stream = self._stream
        packet.time_base = _BASE
        packet.pts, packet.dts, packet.duration = placed.pts, placed.dts, placed.duration
        self._container.mux(packet)

    def sync(self) -> None:
        """Raises `OSError`."""
        self._file.sync()

    def finish(self, ended: Ended, device_offset_s: float | None = None) -> bool:
        """Close the file and hand it over; whether it held anything. Raises `OSError`, see `SegmentFile.finish`.

        `device_offset_s`: by how much the camera's clock was ahead at its end, where that is known.
        """
        # Where nothing was written to it, or libav refuses its end, what is whole is kept all the same.
        with suppress(av.error.FFmpegError, ValueError):
            self._container.close()
        last_s = self._clock.arrived_s if self._clock is not None else self._begin_s
        facts = Facts(
            camera=self._camera,
            stream=self._order.name,
            begin_us=self.begin_us,
            end_us=self._us(last_s + self._frame_s),
            ended=ended,
            device_offset_s=device_offset_s,
            holes=self._holes,
        )
        return self._file.finish(facts)

    def _us(self, arrived_s: float) -> int:
        return self.begin_us + round((arrived_s - self._begin_s) * 1_000_000)
