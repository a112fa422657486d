"""One stream, read with libav: every packet is noted, only key frames are decoded.

Everything here runs in the thread that opened the stream, which also closes it: closing a container under another
thread's read leaves that thread hanging for ever.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import av
import av.error
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
from hub.watch.pinned import FINGERPRINT, pinned_options
from hub.watch.pulse import read_timeout_s

LARGEST_PACKET = 16 * 1024 * 1024
LARGEST_PICTURE = 8192 * 8192
"""Bytes and pixels; what is beyond them is taken as nonsense, not as a camera."""

_RTSP = ("rtsp:", "rtsps:")
_RTSP_OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtsps,rtp,tcp,udp,tls,crypto",
}
_HTTP = ("http:", "https:")
_HTTP_OPTIONS = {"protocol_whitelist": "http,https,tcp,tls"}
_TLS = ("rtsps:", "https:")
# Without it a certificate is not looked at: libav's own default.
_TLS_OPTIONS = {"tls_verify": "1"}
_PROBE_OPTIONS = {"probesize": "500000", "analyzeduration": "200000", "max_pixels": str(LARGEST_PICTURE)}
REST_S = 0.5
"""So long the reader lets packets gather before it reads again. Waking up for every packet costs more than reading."""
_REST_BYTES = 48 * 1024
"""No more than about this may gather, or the sender's window closes."""
_BLOCKED_S = 0.002
"""A read that took so long found nothing waiting."""
_WIDE = 1280
"""Pictures so wide are made so much smaller that smoothing the edges of their blocks first, a tenth of the cost of
decoding, changes the small picture by an eighth of a gray level on average."""
_LIBAV = (av.error.FFmpegError, OSError, ValueError)
_REFUSED = (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError)
_TIMED_OUT = (TimeoutError, av.error.ExitError)
_NONSENSE = (av.error.InvalidDataError, av.error.HTTPBadRequestError, av.error.HTTPOtherClientError, ValueError)


class Arrival(NamedTuple):
    """One packet, taken in at `at_s` (monotonic). `frame` is set when it was a key frame that was asked for and could
    be decoded."""

    packet: "Packet[Any]"
    video: bool
    frame: VideoFrame | None
    at_s: float


class Source:
    """An open stream. Only for the thread that opened it."""

    def __init__(
        self, container: InputContainer, video: VideoStream, where: str, clock: Clock, *, may_rest: bool
    ) -> None:
        self.video = video
        self.late_s = 0.0
        """How much later than asked for the thread woke from all its rests together."""
        self.rests = 0
        self._container = container
        self._where = where
        self._clock = clock
        self._may_rest = may_rest

    def arrivals(self, wanted: Callable[[], bool]) -> Iterator[Arrival]:
        """Every packet as it comes; ends when the stream does. Raises a `DeviceError` when it breaks.

        `wanted` is asked at every key frame whether it is to be decoded.
        """
        monotonic = self._clock.monotonic
        index = self.video.index
        gathered = 0
        asked_s = rested_s = monotonic()
        try:
            # All streams, not the picture's alone: a camera that only sends sound is dark but its reader is well.
            for packet in self._container.demux():
                size = packet.size
                if size == 0:
                    return
                if size > LARGEST_PACKET:
                    raise ProtocolError(f"{self._where} sent a packet of {size} bytes.")
                at_s = monotonic()
                blocked = at_s - asked_s > _BLOCKED_S
                gathered += size
                video = packet.stream_index == index
                decode = video and packet.is_keyframe and wanted()
                yield Arrival(packet, video, self._decode(packet) if decode else None, at_s)
                if blocked and self._may_rest:
                    self._rest(gathered / max(monotonic() - rested_s, REST_S))
                    gathered, rested_s = 0, monotonic()
                asked_s = monotonic()
        except _LIBAV as error:
            raise classify(error, self._where) from None

    def _rest(self, bytes_per_s: float) -> None:
        """Let packets gather in the kernel, for as long as they have room there."""
        rest_s = min(REST_S, _REST_BYTES / max(bytes_per_s, 1.0))
        before_s = self._clock.monotonic()
        time.sleep(rest_s)
        self.late_s += self._clock.monotonic() - before_s - rest_s
        self.rests += 1

    def _decode(self, packet: "Packet[Any]") -> VideoFrame | None:
        decoder = self.video.codec_context
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
    with ExitStack() as stack:
        options = stream_options(stream, settings)
        if (fingerprint := options.pop(FINGERPRINT, None)) is not None:
            options |= stack.enter_context(pinned_options(stream.url, fingerprint, where, settings.open_timeout_s))
        asked_s = clock.monotonic()
        try:
            # PyAV's own limit on reading would take the interpreter's lock three times for every RTP packet: the
            # limit of libav's sockets (`stream_options`) serves while reading.
            container = av.open(stream.url, options=options, timeout=(settings.open_timeout_s, None))
        except _LIBAV as error:
            # A server that accepts and says nothing ends as invalid data: only the time that passed tells them apart.
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
        if video.width >= _WIDE:
            video.codec_context.options = {"skip_loop_filter": "all"}
        yield Source(container, video, where, clock, may_rest=_may_rest(stream))
    finally:
        container.close()


def _may_rest(stream: StreamSpec) -> bool:
    """Whether what gathers is held back by the sender and never lost: over TCP, and not when datagrams overflow."""
    scheme = stream.url.partition(":")[0].lower()
    if scheme in ("rtsp", "rtsps"):
        return stream.options.get("rtsp_transport", "tcp") == "tcp"
    return scheme in ("http", "https", "tcp")


def stream_options(stream: StreamSpec, settings: WatchSettings) -> dict[str, str]:
    """FFmpeg's options: ours where the plugin gives none, the time limit in every case."""
    url = stream.url.lower()
    defaults = dict(_PROBE_OPTIONS)
    for schemes, more in ((_RTSP, _RTSP_OPTIONS), (_HTTP, _HTTP_OPTIONS), (_TLS, _TLS_OPTIONS)):
        if url.startswith(schemes):
            defaults |= more
    return defaults | stream.options | {"timeout": str(round(read_timeout_s(settings) * 1_000_000))}


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
