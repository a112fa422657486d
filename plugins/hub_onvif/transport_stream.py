"""Pictures into a file that any player plays: an MPEG transport stream, muxed by libav and never encoded anew.

A transport stream is written from the beginning to the end without going back, holds H.264 and H.265 as they come,
parameter sets and changes of the picture's size included, and can be played however it was cut off.
"""

from fractions import Fraction

import av
import av.error

from hub.api import ProtocolError
from hub_onvif.pictures import Picture
from hub_onvif.sdp import Codec

MEDIA_TYPE = "video/mp2t"
TICKS = 90_000
_DEEPEST = 16
"""Pictures that may stand between one and those it is made from, in H.264 and H.265."""


class Order:
    """When each picture is decoded, from when each is shown: a device tells the latter only.

    A picture is shown before one that came earlier where it was made from both sides (B-frames). How far they may
    stand apart shows in the first pictures, which are held back for it.
    """

    def __init__(self) -> None:
        self._first: list[int] | None = []
        self._window: list[int] = []
        self._last: int | None = None

    def take(self, shown: int) -> list[int]:
        """The decoding times of this picture and of those that were held back, in the order they came."""
        if self._first is None:
            return [self._next(shown)]
        self._first.append(shown)
        return self.rest() if len(self._first) >= _DEEPEST else []

    def rest(self) -> list[int]:
        """Of those that are held back still."""
        held, self._first = self._first or [], None
        if not self._window and held:
            depth = max(sum(other > shown for other in held[:place]) for place, shown in enumerate(held))
            steps = [after - before for before, after in zip(sorted(held), sorted(held)[1:], strict=False)]
            step = min((each for each in steps if each > 0), default=TICKS // 25)
            self._window = [min(held) - step * (depth - place) for place in range(depth)]
        return [self._next(shown) for shown in held]

    def _next(self, shown: int) -> int:
        self._window = sorted([*self._window, shown])
        decoded = self._window.pop(0)
        if self._last is not None:
            decoded = max(decoded, self._last + 1)
        self._last = decoded
        return decoded


class TransportStream:
    """One file, written piece by piece. For one thread; `close` it."""

    def __init__(self, codec: Codec) -> None:
        self._chunk = _Chunk()
        self._container = av.open(self._chunk, "w", format="mpegts")
        self._stream = self._container.add_mux_stream(codec, rate=25)
        self._order = Order()
        self._held: list[tuple[Picture, int]] = []

    def add(self, picture: Picture, shown_us: int) -> bytes:
        """What is to be written now. `shown_us`: microseconds since the first picture."""
        shown = shown_us * TICKS // 1_000_000
        self._held.append((picture, shown))
        self._mux(self._order.take(shown))
        return self._chunk.take()

    def finish(self) -> bytes:
        """What is to be written last."""
        self._mux(self._order.rest())
        self.close()
        return self._chunk.take()

    def close(self) -> None:
        """Let go of libav's memory; again does nothing."""
        try:
            self._container.close()
        except av.error.FFmpegError as error:
            raise ProtocolError(f"The footage cannot be put into a file: {error.strerror}.") from None

    def _mux(self, decoded: list[int]) -> None:
        for at in decoded:
            picture, shown = self._held.pop(0)
            packet = av.Packet(picture.data)
            packet.stream = self._stream
            packet.time_base = Fraction(1, TICKS)
            packet.dts, packet.pts = at, max(shown, at)
            packet.is_keyframe = picture.key
            try:
                self._container.mux(packet)
            except (av.error.FFmpegError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "it is no picture"
                raise ProtocolError(f"The footage cannot be put into a file: {reason}.") from None


class _Chunk:
    """What libav writes, gathered, so that no fault of the sink passes through it."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data
