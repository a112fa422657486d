"""Pictures in a terminal: two pixels to a character, the upper one as its colour, the lower one as its ground.

Decoding is bounded in size and belongs in a thread; everything else is quick and pure.
"""

from collections.abc import Sequence
from io import BytesIO

import av
import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from hub.client.attachments import LARGEST_ATTACHMENT
from hub.errors import ProtocolError

Image = NDArray[np.uint8]
"""Height x width x 3, RGB."""

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_SIDE = 8192
KEPT_WIDTH = 480
"""Decoded pictures are kept this wide at most: more than any terminal shows."""

_UPPER = "▀"
_PNG = b"\x89PNG"


def decode_jpeg(data: bytes) -> Image:
    """The picture in `data`, at most `KEPT_WIDTH` wide. Raises `ProtocolError` when it is none, or too large."""
    return _decoded(data, "jpeg_pipe", LARGEST_BYTES)


def decode_picture(data: bytes) -> Image:
    """The same for a JPEG or PNG that a person handed over, which may be larger in bytes."""
    return _decoded(data, "png_pipe" if data.startswith(_PNG) else "jpeg_pipe", LARGEST_ATTACHMENT)


def _decoded(data: bytes, form: str, most: int) -> Image:
    if len(data) > most:
        raise ProtocolError(f"The picture has {len(data)} bytes; {most} are the most that is read.")
    try:
        with av.open(BytesIO(data), mode="r", format=form) as container:
            stream = container.streams.video[0]
            if max(stream.codec_context.width, stream.codec_context.height) > LARGEST_SIDE:
                raise ProtocolError(f"The picture is wider or higher than {LARGEST_SIDE} pixels.")
            frame = next(container.decode(stream))
            width = min(frame.width, KEPT_WIDTH)
            height = max(1, round(frame.height * width / frame.width))
            small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
            return np.ascontiguousarray(small.to_ndarray())
    except (av.FFmpegError, StopIteration, IndexError, ValueError) as error:
        raise ProtocolError(f"This is not a picture that can be read ({type(error).__name__}).") from None


def box(image: Image, columns: int, lines: int) -> tuple[int, int]:
    """The largest (columns, lines) within the given ones that keep the picture's shape; a line is two pixels."""
    height, width = image.shape[:2]
    if columns < 1 or lines < 1:
        return 0, 0
    scale = min(columns / width, 2 * lines / height)
    return max(1, min(columns, round(width * scale))), max(1, min(lines, round(height * scale / 2)))


def scaled(image: Image, width: int, height: int) -> Image:
    """The picture at another size, each pixel the mean of those it stands for."""
    rows = _edges(image.shape[0], height)
    columns = _edges(image.shape[1], width)
    sums = np.add.reduceat(np.add.reduceat(image.astype(np.uint32), rows, axis=0), columns, axis=1)
    row_counts = np.diff(np.append(rows, image.shape[0]))
    column_counts = np.diff(np.append(columns, image.shape[1]))
    shares = row_counts[:, None, None] * column_counts[None, :, None]
    taken: Image = (sums // shares).astype(np.uint8)
    if taken.shape[:2] == (height, width):
        return taken
    fill_rows = np.arange(height) * taken.shape[0] // height
    fill_columns = np.arange(width) * taken.shape[1] // width
    filled: Image = taken[fill_rows][:, fill_columns]
    return filled


def greyed(image: Image) -> Image:
    """The picture without colour and half as bright: how a picture that is not live is shown."""
    luma = (image @ np.array([0.299, 0.587, 0.114])) * 0.55 + 20
    grey: Image = np.repeat(luma.astype(np.uint8)[:, :, None], 3, axis=2)
    return grey


_MARK = np.array([255, 96, 32])
_CELL_COLUMNS = 16


def marked(image: Image, cells: Sequence[int]) -> Image:
    """The picture with these cells marked: one number for each row of cells from the top, its 16 bits the columns,
    the highest the leftmost. Slanting stripes show them to those who do not see the colour; without cells the picture
    is given back."""
    if not any(cells):
        return image
    height, width = image.shape[:2]
    set_ = (np.array(cells, np.int64)[:, None] >> np.arange(_CELL_COLUMNS)[::-1]) & 1 == 1
    rows = np.arange(height) * len(cells) // height
    columns = np.arange(width) * _CELL_COLUMNS // width
    inside = set_[rows][:, columns]
    step = max(2, width // (3 * _CELL_COLUMNS))
    striped = (np.arange(height)[:, None] + np.arange(width)[None, :]) // step % 2 == 0
    share = np.where(inside, np.where(striped, 0.55, 0.15), 0.0)[:, :, None]
    mixed: Image = (image * (1 - share) + _MARK * share).astype(np.uint8)
    return mixed


def lines(image: Image, columns: int, rows: int) -> list[list[Segment]]:
    """The picture as lines of segments that fit into `columns` x `rows` characters."""
    width, height = box(image, columns, rows)
    if not width or not height:
        return []
    pixels = scaled(image, width, height * 2)
    return [_line(pixels[2 * row], pixels[2 * row + 1]) for row in range(height)]


def _line(upper: Image, lower: Image) -> list[Segment]:
    pairs = np.concatenate([upper, lower], axis=1)
    starts = np.flatnonzero(np.append(True, np.any(pairs[1:] != pairs[:-1], axis=1)))
    lengths = np.diff(np.append(starts, len(pairs)))
    return [
        Segment(_UPPER * int(length), Style.from_color(Color.from_rgb(*pair[:3]), Color.from_rgb(*pair[3:])))
        for pair, length in zip(pairs[starts].tolist(), lengths, strict=True)
    ]


def _edges(size: int, parts: int) -> NDArray[np.intp]:
    """Where each of `parts` equal slices of `size` begins; fewer slices when there are fewer pixels."""
    return np.unique(np.arange(parts) * size // parts).astype(np.intp)
