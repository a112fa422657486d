"""Real compression: H.264 key frames or JPEG at a fixed quality, and packets that are damaged on the way."""

from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext

from bench.picture.frames import frame_of_planes, halved
from bench.picture.geometry import HEIGHT, WIDTH
from hub.vision.frame import Frame

Picture = npt.NDArray[np.float32]


class Codec:
    """Encoder and decoder of one camera. Every picture stands alone, as key frames do, so one codec may serve every
    fork of a camera; a decoder that is fed damage has a memory and must be a fork's own."""

    def __init__(self, name: str, quality: int) -> None:
        self._name = name
        self._quality = quality
        self._encoders: dict[int, VideoCodecContext] = {}
        self._decoder = self._decode_with()

    def own(self) -> "Codec":
        """The same with a decoder of its own."""
        return Codec(self._name, self._quality)

    def transmit(
        self, planes: Picture, worse: int = 0, damage: np.random.Generator | None = None, share: float = 0.0
    ) -> Frame:
        """The picture (Y, U, V as (3, rows, columns)) after compression. `worse` coarsens it; with `damage`, `share`
        of the packets' bytes beyond the headers are overwritten or cut off."""
        encoder = self._encoder(self._quality + worse)
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuvj420p")
        half = halved(planes[1:])
        for plane, values in zip(frame.planes, (planes[0], half[0], half[1]), strict=True):
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(values.shape[0], plane.line_size)
            rows[:, : values.shape[1]] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
        frame.pict_type = av.video.frame.PictureType.I
        frame.pts = None
        data = b"".join(bytes(packet) for packet in encoder.encode(frame))
        if damage is not None:
            data = damaged(data, damage, share)
            # Every other time the decoder has just been started anew, so that holes are not filled from before.
            if damage.random() < 0.5:
                self._decoder.flush_buffers()
        return self._decode(data)

    def _decode(self, data: bytes) -> Frame:
        try:
            frames = self._decoder.decode(av.Packet(data))
        except av.error.FFmpegError:
            frames = []
        if not frames:
            gray = np.full((HEIGHT, WIDTH), 128, np.uint8)
            return Frame(gray, np.full((2, HEIGHT // 4, WIDTH // 4), 128, np.uint8), True)
        shown = frames[-1]
        y, u, v = (
            np.frombuffer(memoryview(plane), np.uint8).reshape(rows, plane.line_size)[:, :columns]
            for plane, rows, columns in zip(
                shown.planes, (HEIGHT, HEIGHT // 2, HEIGHT // 2), (WIDTH, WIDTH // 2, WIDTH // 2), strict=True
            )
        )
        return frame_of_planes(y, u, v, bool(shown.is_corrupt))

    def _encoder(self, quality: int) -> VideoCodecContext:
        if quality not in self._encoders:
            encoder = av.CodecContext.create("libx264" if self._name == "h264" else "mjpeg", "w")
            encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
            encoder.time_base = Fraction(1, 25)
            encoder.thread_count = 1
            if self._name == "h264":
                # Several slices, as hardware encoders make them: damage then leaves a part of the picture whole.
                parts = f"keyint=1:scenecut=0:slices=4:qp={quality}:log-level=none"
                encoder.options = {"preset": "superfast", "tune": "zerolatency", "x264-params": parts}
            else:
                encoder.options = {"qmin": str(quality), "qmax": str(quality)}
            self._encoders[quality] = encoder
        return self._encoders[quality]

    def _decode_with(self) -> VideoCodecContext:
        decoder = av.CodecContext.create("h264" if self._name == "h264" else "mjpeg", "r")
        decoder.thread_count = 1
        decoder.flags |= av.codec.context.Flags.low_delay
        # Cameras' streams are shown with whatever could be decoded; errors are marked, not refused.
        decoder.flags |= av.codec.context.Flags.output_corrupt
        return decoder


def damaged(data: bytes, rng: np.random.Generator, share: float) -> bytes:
    """Packets lost on the way: a run of bytes is missing or overwritten; the first hundred bytes arrive."""
    kept = bytearray(data)
    for _ in range(max(1, round(3 * share))):
        start = int(rng.integers(min(100, len(kept) - 2), len(kept) - 1))
        length = int(max(16, len(kept) * share * rng.uniform(0.3, 1)))
        if rng.random() < 0.5:
            kept[start : start + length] = rng.integers(
                1, 255, len(kept[start : start + length]), dtype=np.uint8
            ).tobytes()
        else:
            del kept[start : start + length]
    return bytes(kept)
