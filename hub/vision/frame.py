"""What the judgement gets of one picture."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision.measures import HEIGHT, WIDTH, Gray

CHROMA_HEIGHT, CHROMA_WIDTH = HEIGHT // 4, WIDTH // 4
Chroma = npt.NDArray[np.uint8]


class Frame(NamedTuple):
    """One picture, made small. The arrays are kept until the next picture and must not be changed.

    `gray` is the luma, uint8 of shape (180, 320), area-averaged, 0 black to 255 white. `chroma` holds the colour
    differences U (blue) and V (red) of BT.601 as uint8 of shape (2, 45, 80), 128 without colour; None when the
    stream has none. `damaged` says that the decoder reported errors in this picture.
    """

    gray: Gray
    chroma: Chroma | None = None
    damaged: bool = False


def check(frame: Frame) -> None:
    """ValueError unless shapes and types are as promised."""
    gray, chroma = frame.gray, frame.chroma
    if gray.dtype != np.uint8 or gray.shape != (HEIGHT, WIDTH):
        raise ValueError(f"expected a gray picture of uint8 ({HEIGHT}, {WIDTH}), got {gray.dtype} {gray.shape}")
    if chroma is not None and (chroma.dtype != np.uint8 or chroma.shape != (2, CHROMA_HEIGHT, CHROMA_WIDTH)):
        expected = f"(2, {CHROMA_HEIGHT}, {CHROMA_WIDTH})"
        raise ValueError(f"expected chroma of uint8 {expected}, got {chroma.dtype} {chroma.shape}")
