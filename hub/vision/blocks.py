"""Areas of a picture that were never decoded.

What a decoder leaves where data is missing depends on it: H.265 in libav leaves zeros, which are a green that no light
can have (all of Y, U and V at 0), others fill with the middle of the range, an even gray. H.264 repeats the picture
before and says that it is damaged.
"""

import numpy as np
import numpy.typing as npt

from hub.vision.frame import Chroma
from hub.vision.measures import COLUMNS, HEIGHT, ROWS, Gray, Plane, cell_means

Cells = npt.NDArray[np.bool_]

# Pure green, the farthest that a real colour goes, has U 44 and V 21 (BT.601), pure magenta 212 and 235.
_IMPOSSIBLE_LOW, _IMPOSSIBLE_HIGH = 30, 225
_MIDDLE = 128


def impossible_cells(chroma: Chroma | None) -> Cells:
    """The cells, (9, 16), of which a good part has a colour that no light has.

    Examples
    --------
    >>> bool(impossible_cells(np.zeros((2, 45, 80), np.uint8)).all())
    True
    """
    if chroma is None:
        return np.zeros((ROWS, COLUMNS), bool)
    blue, red = chroma
    both_low = np.maximum(blue, red) < _IMPOSSIBLE_LOW
    both_high = np.minimum(blue, red) > _IMPOSSIBLE_HIGH
    return _mostly(both_low | both_high, 0.4)


def blank_cells(gray: Gray, chroma: Chroma | None) -> Cells:
    """The cells, (9, 16), that hold one and the same middle gray, from somewhere in the picture to its end: pictures
    are sent line by line, and what is missing is missing to the end.

    Examples
    --------
    >>> bool(blank_cells(np.full((180, 320), 128, np.uint8), None).all())
    True
    >>> bool(blank_cells(np.full((180, 320), 90, np.uint8), None).any())
    False
    """
    none = np.zeros((ROWS, COLUMNS), bool)
    level = int(gray[-2, -2])
    if abs(level - _MIDDLE) > 3 or not (gray[-HEIGHT // ROWS :: 4, ::4] == level).all():
        return none
    same = gray[2::4, 1::4] == level
    if chroma is not None:
        for plane in chroma:
            same &= (plane >= _MIDDLE - 1) & (plane <= _MIDDLE + 1)
    return _mostly(same, 0.97)


def _mostly(pixels: npt.NDArray[np.bool_], least: float) -> Cells:
    shares: Plane = cell_means(pixels.astype(np.float32))
    found: Cells = shares > least
    return found
