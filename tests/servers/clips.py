"""Short H.264 clips for the test cameras: rendered with numpy, encoded with PyAV.

    clips = Clips(folder, fps=10)
    clips.path("plain")      # made on first use, then kept for the session

Every clip is Annex B with access unit delimiters and parameter sets at every key frame, one key frame a second, and
loops without a seam that matters.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.float32]
Pictures = list[npt.NDArray[np.uint8]]
WIDTH, HEIGHT = 640, 360
SECONDS = 6
NOISE = 4.0
"""Standard deviation of the sensor noise, in gray levels."""


def backdrop(seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Gray:
    """A still scene with texture at every scale: walls, edges and grain. Gray levels, about 20 to 235."""
    dice = np.random.default_rng(seed)
    picture = np.full((height, width), 110, np.float32)
    for cells, strength in ((4, 35), (12, 25), (40, 18), (90, 12)):
        coarse = dice.normal(0, strength, (cells * height // width + 1, cells + 1)).astype(np.float32)
        rows = np.linspace(0, coarse.shape[0] - 1, height).astype(int)
        columns = np.linspace(0, coarse.shape[1] - 1, width).astype(int)
        picture += coarse[rows][:, columns]
    for _ in range(25):
        top, left = int(dice.integers(0, height - 40)), int(dice.integers(0, width - 60))
        tall, wide = int(dice.integers(15, 120)), int(dice.integers(10, 90))
        picture[top : top + tall, left : left + wide] += dice.normal(0, 45)
    return picture.clip(20, 235)


def blurred(picture: Gray, radius: int) -> Gray:
    """A box blur over `2 * radius + 1` pixels in both directions."""
    side = 2 * radius + 1
    for axis in (0, 1):
        padded = np.pad(picture, [(side // 2 + 1, side // 2) if a == axis else (0, 0) for a in (0, 1)], "edge")
        sums = np.cumsum(padded, axis=axis, dtype=np.float64)
        upper = np.take(sums, range(side, sums.shape[axis]), axis=axis)
        lower = np.take(sums, range(sums.shape[axis] - side), axis=axis)
        picture = ((upper - lower) / side).astype(np.float32)
    return picture


def _with_traffic(picture: Gray, share: float) -> Gray:
    """Two things that move through the scene; `share` is how far the clip has got, 0 to 1."""
    busy = picture.copy()
    height, width = picture.shape
    x = int(share * (width - 60))
    busy[height * 2 // 3 : height * 2 // 3 + 45, x : x + 60] = 220
    y = int((0.5 - 0.5 * np.cos(2 * np.pi * share)) * (height - 50))
    busy[y : y + 50, width // 4 : width // 4 + 22] = 40
    return busy


def _plain(still: Gray, share: float) -> Gray:
    return _with_traffic(still, share)


def _blurred(still: Gray, share: float) -> Gray:
    return blurred(_with_traffic(still, share), 9)


def _moved(still: Gray, share: float) -> Gray:
    return _with_traffic(np.roll(still, (60, 150), (0, 1)), share)


def _covered(still: Gray, _share: float) -> Gray:
    ramp = np.linspace(70, 95, still.shape[1], dtype=np.float32)
    return np.broadcast_to(ramp, still.shape).copy()


def _black(still: Gray, _share: float) -> Gray:
    return np.full_like(still, 16)


SCENES: dict[str, tuple[Callable[[Gray, float], Gray], float]] = {
    "plain": (_plain, NOISE),
    "blurred": (_blurred, NOISE),
    "moved": (_moved, NOISE),
    "covered": (_covered, 2.0),
    "black": (_black, 0.7),
    "frozen": (lambda still, _share: _with_traffic(still, 0.37), 0.0),
}
"""Scene → how it looks at a point of the clip, and the noise on top. `frozen` is `plain`, standing still."""


def render(scene: str, *, fps: int, seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Pictures:
    """The gray pictures of one clip."""
    look, noise = SCENES[scene]
    still = backdrop(seed, width, height)
    dice = np.random.default_rng(seed + 1000)
    grain = dice.normal(0, noise, (height + 64, width + 64)).astype(np.float32)
    pictures = []
    for n in range(fps * SECONDS):
        top, left = dice.integers(0, 64, 2)
        picture = look(still, n / (fps * SECONDS)) + grain[top : top + height, left : left + width]
        pictures.append(picture.clip(0, 255).astype(np.uint8))
    return pictures


def encode(
    pictures: Pictures,
    path: Path,
    *,
    fps: int,
    key_every: int = 0,
    b_frames: int = 0,
    codec: str = "libx264",
    bit_rate: int = 500_000,
    start_s: float = 0.0,
) -> None:
    """Write a raw Annex B clip, or any container that `path`'s name asks for.

    `key_every` counts pictures from one key frame to the next; 0: a second's worth. `start_s` is the first timestamp.
    """
    key_every = key_every or fps
    height, width = pictures[0].shape
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, fps)
        stream.bit_rate = bit_rate
        parameters = f"keyint={key_every}:min-keyint={key_every}:scenecut=0:bframes={b_frames}:aud=1:repeat-headers=1"
        if codec == "mjpeg":
            stream.pix_fmt = "yuvj420p"
        name = "x265-params" if codec == "libx265" else "x264-params"
        if codec != "mjpeg":
            stream.options = {
                "preset": "veryfast",
                name: parameters + (":log-level=none" if codec == "libx265" else ""),
            }
        stream.codec_context.thread_count = 1
        for n, gray in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(gray, format="gray").reformat(format=stream.pix_fmt)
            frame.pts = n + round(start_s * fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


class Clips:
    """Clips in a folder, each made when it is first asked for. `key_every` and `bit_rate` as in `encode`; `codec` is
    libx264 or libx265."""

    def __init__(
        self,
        folder: Path,
        *,
        fps: int = 10,
        key_every: int = 0,
        codec: str = "libx264",
        width: int = WIDTH,
        height: int = HEIGHT,
        bit_rate: int = 500_000,
    ) -> None:
        self.folder = folder
        self.fps = fps
        self._size = (width, height)
        self._coding = {"key_every": key_every, "codec": codec, "bit_rate": bit_rate}
        self._ending = {"libx264": "h264", "libx265": "h265"}[codec]

    def path(self, scene: str, *, seed: int = 1) -> Path:
        """The clip of a scene; another `seed` is another place."""
        width, height = self._size
        path = self.folder / f"{scene}-{seed}-{self.fps}-{width}x{height}.{self._ending}"
        if not path.exists():
            making = path.with_suffix(f".making.{self._ending}")
            pictures = render(scene, fps=self.fps, seed=seed, width=width, height=height)
            encode(pictures, making, fps=self.fps, **self._coding)
            making.rename(path)
        return path


def damaged(clip: Path) -> Path:
    """The same H.264 clip after a bad line, beside it: in every picture some bytes are others. It plays on, and the
    decoder patches what it cannot read."""
    data, start_code = bytearray(clip.read_bytes()), b"\x00\x00\x01"
    begin = data.find(start_code)
    while begin >= 0:
        after = data.find(start_code, begin + 3)
        end = len(data) if after < 0 else after
        if data[begin + 3] & 0x1F in (1, 5):
            length = end - begin
            for offset in range(begin + 3 + length // 4, end - 8, max(16, length // 12)):
                data[offset] ^= 0x55
        begin = after
    path = clip.with_stem(f"{clip.stem}-damaged")
    path.write_bytes(data)
    return path
