"""Pictures for tests: a small plant scene made with numpy, encoded as JPEG with PyAV."""

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray


def scene(*, seed: int = 0, step: int = 0, width: int = 320, height: int = 180) -> NDArray[np.uint8]:
    """A hall with a floor, machines in different colours and a person who walks on with every step."""
    rng = np.random.default_rng(seed)
    y = np.linspace(0, 1, height)[:, None, None]
    image = np.broadcast_to(np.array([70, 82, 96]) * (1.25 - 0.5 * y), (height, width, 3)).copy()
    floor = height * 3 // 5
    image[floor:] = np.array([96, 92, 84]) * (0.75 + 0.35 * y[floor:])
    for left in range(0, width, width // 8):
        image[4:10, left + 6 : left + width // 8 - 6] = (236, 240, 225)
    for index in range(4):
        left = int(width * (0.06 + 0.23 * index) + rng.integers(-6, 6))
        top = int(floor - height * (0.12 + 0.2 * rng.random()))
        wide = int(width * (0.12 + 0.05 * rng.random()))
        colour = np.array([(176, 96, 48), (58, 118, 156), (86, 134, 80), (170, 150, 60)][(index + seed) % 4])
        image[top : floor + height // 10, left : left + wide] = colour
        image[top : top + 4, left : left + wide] = colour * 1.3
        image[floor : floor + 3, left : left + wide] = colour * 0.5
    x = (step * 9 + seed * 37) % (width - 14)
    image[floor - 8 : floor + 34, x + 2 : x + 10] = (235, 160, 30)
    image[floor - 17 : floor - 8, x + 3 : x + 9] = (224, 190, 160)
    image += rng.normal(0, 2.0, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def covered(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same view with a cloth over two thirds of it."""
    dark = image.copy()
    dark[:, : image.shape[1] * 2 // 3] = (48, 40, 36)
    return dark


def jpeg(image: NDArray[np.uint8]) -> bytes:
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = image.shape[1], image.shape[0], "yuvj420p"
    codec.time_base = Fraction(1, 25)
    codec.qmin = codec.qmax = 3
    frame = av.VideoFrame.from_ndarray(image, format="rgb24")
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])
