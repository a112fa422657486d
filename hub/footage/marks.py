"""What is done to a picture of the playable copy: regions made unrecognisable, the number of the release on it.

A picture is an array of `yuv420p` as PyAV gives it: (height * 3 / 2, width) of uint8, with height and width even.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from hub.core.releases.events import BlurRegion

Picture = NDArray[np.uint8]
_CELLS = 4
"""A region keeps so many cells across and down: too few for a face or a plate."""
_FAINT, _STRONG = 0.22, 0.85


class Box(NamedTuple):
    """Pixels, all even; `right` and `bottom` are behind the last."""

    left: int
    top: int
    right: int
    bottom: int


def boxes_at(regions: list[BlurRegion], camera: str, at: datetime, width: int, height: int) -> list[Box]:
    """The regions of a camera that hold at an instant, rounded outward."""
    return [
        Box(
            int(one.left * width) // 2 * 2,
            int(one.top * height) // 2 * 2,
            min(width, -(-int(one.right * width + 0.999) // 2) * 2),
            min(height, -(-int(one.bottom * height + 0.999) // 2) * 2),
        )
        for one in regions
        if one.camera == camera and (one.from_at is None or one.from_at <= at) and (one.to_at is None or at < one.to_at)
    ]


def blur(picture: Picture, boxes: list[Box]) -> None:
    """Leave nothing of the regions but a few cells of their mean brightness, without colour. In place."""
    height = picture.shape[0] * 2 // 3
    for box in boxes:
        part = picture[box.top : box.bottom, box.left : box.right]
        for rows in np.array_split(np.arange(part.shape[0]), _CELLS):
            for columns in np.array_split(np.arange(part.shape[1]), _CELLS):
                if rows.size and columns.size:
                    cell = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                    cell[:] = int(cell.mean())
        for plane in _chroma(picture, height):
            plane[box.top // 2 : box.bottom // 2, box.left // 2 : box.right // 2] = 128


def _chroma(picture: Picture, height: int) -> list[Picture]:
    """Both planes of colour, as views."""
    width = picture.shape[1]
    both = picture.reshape(-1)[height * width :].reshape(2, height // 2, width // 2)
    return [both[0], both[1]]


def mark(picture: Picture, release: str, line: str) -> None:
    """Write the release faintly over the whole picture and `line` clearly at its lower edge. In place."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    _blend(picture[:height], _over(release, width, height), _FAINT)
    strip = _line(line, width, height)
    _blend(picture[height - strip.shape[0] : height], strip, _STRONG)


def _blend(luma: Picture, mask: Picture, strength: float) -> None:
    """`mask`: 0 leaves the picture, 255 draws light, 1 draws dark."""
    light, dark = mask > 127, (mask > 0) & (mask <= 127)
    luma[light] = (luma[light] * (1 - strength) + 255 * strength).astype(np.uint8)
    luma[dark] = (luma[dark] * (1 - strength)).astype(np.uint8)


@lru_cache(maxsize=8)
def _over(text: str, width: int, height: int) -> Picture:
    size = max(10, height // 10)
    image, font = Image.new("L", (width, height)), _font(size)
    draw = ImageDraw.Draw(image)
    step_x = int(draw.textlength(text, font=font)) + size * 2
    for row, y in enumerate(range(size, height, size * 3)):
        for x in range(-step_x // 2 * (row % 2), width, step_x):
            draw.text((x, y), text, font=font, fill=255, stroke_width=max(1, size // 20), stroke_fill=1)
    return np.asarray(image, dtype=np.uint8)


@lru_cache(maxsize=8)
def _line(text: str, width: int, height: int) -> Picture:
    size = max(10, height // 24)
    image = Image.new("L", (width, size * 3 // 2), 1)
    font: Any = _font(size)
    draw = ImageDraw.Draw(image)
    while size > 6 and draw.textlength(text, font=font) > width - 4:
        size -= 1
        font = _font(size)
    draw.text((2, image.height // 8), text, font=font, fill=255)
    return np.asarray(image, dtype=np.uint8)


def _font(size: int) -> Any:
    return ImageFont.load_default(size)
