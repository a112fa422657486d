"""From simulated pictures to what the judge gets."""

from typing import Any

import numpy as np
import numpy.typing as npt

from hub.vision.frame import Frame

_BGR_TO_YUV = np.array([[0.114, 0.587, 0.299], [0.5, -0.331264, -0.168736], [-0.081312, -0.418688, 0.5]], np.float32)
"""Rows Y, U and V of BT.601, full range, for blue, green, red."""


def planes_of(bgr: npt.NDArray[np.uint8] | npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    """Y, U and V as float32 (3, height, width); U and V around 128."""
    planes = _BGR_TO_YUV @ np.moveaxis(bgr, -1, 0).reshape(3, -1).astype(np.float32)
    planes[1:] += 128.0
    return planes.reshape(3, *bgr.shape[:2])


def frame_of_bgr(bgr: npt.NDArray[np.uint8]) -> Frame:
    """A picture of 320×180 in blue, green, red as a `Frame`."""
    planes = planes_of(bgr)
    chroma = planes[1:].reshape(2, 45, 4, 80, 4).mean((2, 4))
    return Frame(_bytes(planes[0]), _bytes(chroma))


def frame_of_planes(
    gray: npt.NDArray[np.uint8], u: npt.NDArray[np.uint8], v: npt.NDArray[np.uint8], damaged: bool = False
) -> Frame:
    """The planes of a decoded 4:2:0 picture of 320×180 as a `Frame`."""
    chroma = halved(np.stack([u, v]).astype(np.float32))
    return Frame(np.ascontiguousarray(gray), _bytes(chroma), damaged)


def halved(planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Planes at half size, the mean of each two by two points: ten times as fast as numpy's mean over short axes."""
    upper, lower = planes[:, ::2], planes[:, 1::2]
    total = (upper[..., ::2] + upper[..., 1::2]) + (lower[..., ::2] + lower[..., 1::2])
    mean: npt.NDArray[np.float32] = total * np.float32(0.25)
    return mean


def _bytes(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint8]:
    levels: npt.NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return levels
