"""Parts of the view that are left out of the judgement: from shapes drawn by a person to cells."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hub.vision.measures import COLUMNS, ROWS
from hub.vision.template import Cells

Point = tuple[float, float]
Polygon = Sequence[Point]
"""Corners in order, each as (x, y) in percent of the picture's width and height, from the top left."""

_SAMPLES = 20
"""Points looked at along each side of a cell: a share is right to within a few percent."""
_HALF = 0.5


def ignored_cells(polygons: Sequence[Polygon]) -> Cells:
    """The cells, shape (9, 16), of which the polygons together cover at least half.

    A point belongs to a polygon when a ray from it crosses the outline an odd number of times.

    >>> int(ignored_cells([[(0, 0), (50, 0), (50, 100), (0, 100)]]).sum())
    72
    """
    covered = np.zeros((ROWS * _SAMPLES, COLUMNS * _SAMPLES), bool)
    for polygon in polygons:
        covered |= _inside(polygon)
    shares = covered.reshape(ROWS, _SAMPLES, COLUMNS, _SAMPLES).mean(axis=(1, 3))
    cells: Cells = shares >= _HALF
    return cells


def _inside(polygon: Polygon) -> npt.NDArray[np.bool_]:
    """Which of the sample points lie in the polygon."""
    down, across = ROWS * _SAMPLES, COLUMNS * _SAMPLES
    y = ((np.arange(down) + 0.5) * (100 / down))[:, None]
    x = ((np.arange(across) + 0.5) * (100 / across))[None, :]
    inside = np.zeros((down, across), bool)
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if y1 == y2:
            continue
        rows = (y1 > y) != (y2 > y)
        inside ^= rows & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    return inside
