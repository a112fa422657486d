"""A camera's stream as it comes, for people who look: a process of its own that can be killed.

    python -m hub.watch.live < ORDER > CHUNKS

The order comes on stdin, so that no credentials are in a process list. Nothing is encoded anew: H.264 and H.265 go
into MPEG-TS, which a player can begin to play at any key frame, MJPEG into a series of pictures.
Each chunk on stdout is headed by its kind and length (`hub.watch.viewing_pipes`). The process ends when nobody reads,
when the camera ends the stream, or when it is silent for too long; why, it says in its last chunk.
"""

import os
import sys
from fractions import Fraction
from typing import Any, BinaryIO

import av
import av.error
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from msgspec.json import decode

from hub.clock import SystemClock
from hub.errors import AuthRejected, DeviceError, Unsupported
from hub.watch.reader import open_stream
from hub.watch.recording.segment import Template
from hub.watch.recording.timeline import TICKS, Clock, Stamps, begin, go_on
from hub.watch.viewing_pipes import CHUNK, FAILED, KEY, MEDIA, MORE, REFUSED, LiveOrder
from hub.watch.workerlog import configure_log

MEDIA_TYPES = {"h264": "video/mp2t", "hevc": "video/mp2t", "mjpeg": "multipart/x-mixed-replace;boundary=ffmpeg"}
_FORMATS = {"video/mp2t": "mpegts"}
_BASE = Fraction(1, TICKS)
_OPTIONS = {"mpegts": {"mpegts_flags": "pat_pmt_at_frames", "flush_packets": "1"}}


class _Chunk:
    """What a muxer writes, gathered for one packet."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data


def show(order: LiveOrder, out: BinaryIO) -> None:
    """Write chunks until the stream ends. Raises `DeviceError`, and `BrokenPipeError` when nobody reads any more."""
    clock = SystemClock()
    with open_stream(order.stream, order.settings, clock) as source:
        codec = source.video.codec_context.name
        media = MEDIA_TYPES.get(codec)
        if media is None:
            raise Unsupported(f"{order.camera} sends {codec}, which cannot be shown live.")
        _say(out, MEDIA, media.encode())
        muxer = _Muxer(source.video, _FORMATS.get(media, "mpjpeg"))
        for arrival in source.arrivals(lambda: False):
            if arrival.video and (data := muxer.take(arrival.packet, clock.monotonic())):
                _say(out, KEY if muxer.at_key else MORE, data)


class _Muxer:
    """Packets of one stream as a player takes them, beginning with a key frame."""

    def __init__(self, video: VideoStream, form: str) -> None:
        self.at_key = False
        self._alone = form == "mpjpeg"
        self._chunk = _Chunk()
        self._template = Template(video)
        self._container: OutputContainer = av.open(self._chunk, "w", format=form, options=_OPTIONS.get(form, {}))
        self._stream = self._container.add_stream_from_template(self._template.stream)
        self._clock: Clock | None = None

    def take(self, packet: "Packet[Any]", arrived_s: float) -> bytes:
        """What goes out for a packet; nothing before the first key frame."""
        self.at_key = self._alone or packet.is_keyframe
        if not packet.size or (self._clock is None and not self.at_key):
            return b""
        stamps = Stamps(packet.pts, packet.dts, packet.duration, packet.time_base, arrived_s)
        self._clock, placed = begin(stamps) if self._clock is None else go_on(self._clock, stamps)
        packet.stream = self._stream
        packet.time_base = _BASE
        packet.pts, packet.dts, packet.duration = placed.pts, placed.dts, placed.duration
        try:
            self._container.mux(packet)
        except av.error.InvalidDataError:
            # One damaged packet is no reason to leave the stream.
            return b""
        return self._chunk.take()


def _say(out: BinaryIO, kind: bytes, data: bytes) -> None:
    out.write(CHUNK.pack(kind, len(data)))
    out.write(data)
    out.flush()


def main() -> None:
    configure_log()
    order = decode(sys.stdin.buffer.readline(), type=LiveOrder)
    out = sys.stdout.buffer
    try:
        try:
            show(order, out)
            _say(out, FAILED, f"{order.camera} ended the stream.".encode())
        except DeviceError as error:
            _say(out, REFUSED if isinstance(error, AuthRejected) else FAILED, str(error).encode())
    except BrokenPipeError:
        # Nobody looks any more; what is left in the buffer has nowhere to go, and the interpreter must not try.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
