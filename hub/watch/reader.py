"""One stream, read with libav: every packet is noted, only key frames are decoded.

Everything here runs in the thread that opened the stream, which also closes it: closing a container under another
thread's read leaves that thread hanging for ever.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, Protocol

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from hub.clock import Clock
from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, ProtocolError
from hub.ports import StreamSpec
from hub.secret import redact
from hub.watch.messages import WatchSettings
from hub.watch.pulse import read_timeout_s

GRAY_WIDTH, GRAY_HEIGHT = 320, 180
STILL_WIDTH = 640
"""Pictures are kept no wider than this."""
LARGEST_PACKET = 16 * 1024 * 1024
LARGEST_PICTURE = 8192 * 8192
"""Bytes and pixels; what is beyond them is taken as nonsense, not as a camera."""

_RTSP = ("rtsp:", "rtsps:")
_RTSP_OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtsps,rtp,tcp,udp,tls,crypto",
}
_PROBE_OPTIONS = {"probesize": "500000", "analyzeduration": "200000", "max_pixels": str(LARGEST_PICTURE)}
_LIBAV = (av.error.FFmpegError, OSError, ValueError)
_REFUSED = (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError)
_TIMED_OUT = (TimeoutError, av.error.ExitError)
_NONSENSE = (av.error.InvalidDataError, av.error.HTTPBadRequestError, av.error.HTTPOtherClientError, ValueError)


Ending = Literal["ended", "silent", "failed", "refused", "stopped"]
"""How a connection ended: the camera closed it, fell silent, broke it, refused it; or we did, who no longer watch."""


class Recorder(Protocol):
    """Keeps the packets of one camera. Every method is called by the camera's thread and returns at once: what takes
    time (a disk) belongs to another thread. What it raises is logged and costs the recording, never the watch."""

    def begin(self, video: VideoStream) -> None:
        """A connection stands; `video` describes its pictures and is valid until `end`."""
        ...

    def take(self, packet: "Packet[Any]", arrived_s: float) -> None:
        """One packet of the picture, in the order of arrival. `arrived_s` is monotonic and at most 0.3 s late."""
        ...

    def end(self, reason: Ending) -> None:
        """The connection is over; called once for every `begin`, before the stream is closed."""
        ...


class Arrival(NamedTuple):
    """One packet. `frame` is set when it was a key frame that was asked for and could be decoded."""

    packet: "Packet[Any]"
    video: bool
    frame: VideoFrame | None


class Source:
    """An open stream. Only for the thread that opened it."""

    def __init__(self, container: InputContainer, video: VideoStream, where: str) -> None:
        self._container = container
        self._video = video
        self._where = where

    def arrivals(self, wanted: Callable[[], bool]) -> Iterator[Arrival]:
        """Every packet as it comes; ends when the stream does. Raises a `DeviceError` when it breaks.

        `wanted` is asked at every key frame whether it is to be decoded.
        """
        index = self._video.index
        try:
            # All streams, not the picture's alone: a camera that only sends sound is dark but its reader is well.
            for packet in self._container.demux():
                if packet.size == 0:
                    return
                if packet.size > LARGEST_PACKET:
                    raise ProtocolError(f"{self._where} sent a packet of {packet.size} bytes.")
                video = packet.stream_index == index
                decode = video and packet.is_keyframe and wanted()
                yield Arrival(packet, video, self._decode(packet) if decode else None)
        except _LIBAV as error:
            raise classify(error, self._where) from None

    def _decode(self, packet: "Packet[Any]") -> VideoFrame | None:
        decoder = self._video.codec_context
        try:
            frames = decoder.decode(packet)
            if not frames:
                # A stream with B-frames leaves its picture in the decoder until the next one comes.
                frames = decoder.decode(None)
                decoder.flush_buffers()
        except (av.error.InvalidDataError, av.error.EOFError):
            # A damaged key frame is no reason to leave the stream; without any picture the camera is not judged.
            decoder.flush_buffers()
            return None
        return frames[-1] if frames else None


@contextmanager
def open_stream(stream: StreamSpec, settings: WatchSettings, clock: Clock) -> Iterator[Source]:
    """Open a stream within bounded time and close it at the end.

    Raises `DeviceUnreachable` (try again), `AuthRejected` (a person must act) or `ProtocolError` (an answer that makes
    no sense). No message holds the credentials.
    """
    where = redact(stream.url)
    asked_s = clock.monotonic()
    try:
        container = av.open(
            stream.url,
            options=stream_options(stream, settings),
            timeout=(settings.open_timeout_s, read_timeout_s(settings)),
        )
    except _LIBAV as error:
        # A server that accepts and says nothing ends as invalid data: only the time that passed tells the two apart.
        if clock.monotonic() - asked_s >= settings.open_timeout_s * 0.95:
            raise DeviceUnreachable(f"{where} did not answer within {settings.open_timeout_s:g} s.") from None
        raise classify(error, where) from None
    try:
        if not container.streams.video:
            raise ProtocolError(f"{where} has no video.")
        video = container.streams.video[0]
        video.codec_context.skip_frame = "NONKEY"
        video.codec_context.thread_count = 1
        video.codec_context.flags |= Flags.low_delay
        yield Source(container, video, where)
    finally:
        container.close()


def stream_options(stream: StreamSpec, settings: WatchSettings) -> dict[str, str]:
    """FFmpeg's options: ours where the plugin gives none, the time limit in every case."""
    rtsp = stream.url.lower().startswith(_RTSP)
    defaults = _PROBE_OPTIONS | (_RTSP_OPTIONS if rtsp else {})
    return defaults | stream.options | {"timeout": str(round(settings.open_timeout_s * 1_000_000))}


def classify(error: Exception, where: str) -> DeviceError:
    """What a libav error means for the watch. Its own text is left out: it holds the URL with the password."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, _REFUSED):
        return AuthRejected(f"{where} refused the user name or password ({reason}).")
    if isinstance(error, _TIMED_OUT):
        return DeviceUnreachable(f"{where} fell silent.")
    if isinstance(error, _NONSENSE):
        return ProtocolError(f"{where}: {reason}.")
    return DeviceUnreachable(f"{where}: {reason}.")


def gray_of(frame: VideoFrame) -> npt.NDArray[np.uint8]:
    """The picture as the judge wants it: 180 rows of 320 gray bytes."""
    small = frame.reformat(GRAY_WIDTH, GRAY_HEIGHT, "gray", interpolation="AREA", threads=1)
    plane = small.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(GRAY_HEIGHT, plane.line_size)
    return np.ascontiguousarray(rows[:, :GRAY_WIDTH])


def still_of(frame: VideoFrame) -> VideoFrame:
    """The picture to keep: the frame itself, or a smaller one when it is wide (a 4K frame holds 12 MB)."""
    if frame.width <= STILL_WIDTH:
        return frame
    height = max(2, round(frame.height * STILL_WIDTH / frame.width / 2) * 2)
    return frame.reformat(STILL_WIDTH, height, "yuv420p", interpolation="AREA", threads=1)
