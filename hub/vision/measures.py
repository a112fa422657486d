"""Measures of one gray picture, or of two in a row. Pure functions of 320x180 pictures.

Cells are a grid of 9 rows and 16 columns, each 20x20 pixels of the picture.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

HEIGHT, WIDTH = 180, 320
ROWS, COLUMNS = 9, 16
# Cameras write clock and name into the outermost lines, bright and sharp whatever the lens sees.
MARGIN = 18
# Without its filter a camera sends colour differences that are neutral almost to the bit, or off it by the same
# everywhere; a gray corridor by day has some noise and some tint in them. A few coloured points are a line of text.
NEUTRAL = 1
MOST_OFFSET = 3
COLOURED_SHARE = 0.03


class Brightness(NamedTuple):
    """Gray levels (0 to 255) of a picture without its outermost lines."""

    mean: float
    std: float
    p1: float
    p99: float


@cache
def _pool(size: int, cells: int) -> Plane:
    pool: Plane = (np.arange(size)[None, :] // (size // cells) == np.arange(cells)[:, None]).astype(np.float32)
    return pool


def cell_means(plane: Plane) -> Plane:
    """Mean of each cell, shape (9, 16).

    Parameters
    ----------
    plane
        Any values, shape (9 m, 16 n).

    Examples
    --------
    >>> cell_means(np.full((90, 160), 3, np.float32))[0, :2].tolist()
    [3.0, 3.0]
    """
    rows, columns = plane.shape
    sums: Plane = np.matmul(_pool(rows, ROWS) @ plane, _pool(columns, COLUMNS).T, dtype=np.float32)
    sums *= np.float32(ROWS * COLUMNS / plane.size)
    return sums


def colour_means(chroma: npt.NDArray[np.uint8] | None) -> tuple[Plane, Plane]:
    """Mean blue and red difference of each cell, 0 without colour, from planes of uint8 (2, 45, 80).

    >>> [float(plane.max()) for plane in colour_means(np.full((2, 45, 80), 131, np.uint8))]
    [3.0, 3.0]
    """
    if chroma is None:
        return np.zeros((ROWS, COLUMNS), np.float32), np.zeros((ROWS, COLUMNS), np.float32)
    blue, red = (cell_means(plane.astype(np.float32)) - np.float32(128) for plane in chroma)
    return blue, red


def coloured(chroma: npt.NDArray[np.uint8]) -> bool:
    """Whether a picture shows any colour: an infra-red one shows none, not even noise.

    >>> offset = np.full((2, 45, 80), 130, np.uint8)
    >>> coloured(offset), coloured(offset + np.arange(80, dtype=np.uint8) % 3)
    (False, True)
    """
    few = COLOURED_SHARE * chroma.size
    if int(np.count_nonzero((chroma < 128 - NEUTRAL) | (chroma > 128 + NEUTRAL))) <= few:
        return False
    first = chroma[:, :1, :1]
    common = np.abs(first.astype(np.int16) - 128).max() <= MOST_OFFSET
    return not (common and int(np.count_nonzero(chroma != first)) <= few)


def quantile(values: npt.NDArray[np.floating[Any]], share: float) -> float:
    """The value that so large a share of the others stay below (0.5: the middle one); several times as fast as
    numpy's, which matters for a few hundred values.

    >>> quantile(np.array([5, 1, 9], np.float32), 0.5)
    5.0
    """
    flat = values.ravel()
    rank = min(flat.size - 1, int(share * flat.size))
    return float(np.partition(flat, rank)[rank])


def brightness(gray: Gray) -> Brightness:
    """Mean, standard deviation, 1st and 99th percentile of the gray levels, from the histogram
    of every second row.

    The top and bottom tenth of the picture are left out: a clock drawn into a black picture must not make it bright.

    Examples
    --------
    >>> brightness(np.full((180, 320), 30, np.uint8))
    Brightness(mean=30.0, std=0.0, p1=30.0, p99=30.0)
    """
    counts = np.bincount(gray[MARGIN:-MARGIN:2].ravel(), minlength=256)
    total = int(counts.sum())
    levels = np.arange(256)
    mean = float(counts @ levels) / total
    variance = max(0.0, float(counts @ (levels * levels)) / total - mean * mean)
    p1, p99 = np.searchsorted(np.cumsum(counts), (0.01 * total, 0.99 * total))
    return Brightness(mean, variance**0.5, float(p1), float(p99))


def noise(gray: Gray) -> float:
    """Standard deviation of the sensor's noise, in gray levels (0 to about 60).

    Mean of the lower 60 % of the response to a mask that cancels planes and edges, scaled for Gaussian noise; the
    rest is left out because it is texture. A median would fall to 0 after JPEG or H.264.

    Assumes that at least half of the picture is not fine texture; overestimates otherwise.

    References
    ----------
    J. Immerkaer, Fast Noise Variance Estimation, CVIU 64(2), 1996.

    Examples
    --------
    >>> noise(np.full((180, 320), 90, np.uint8))
    0.0
    >>> rough = np.random.default_rng(1).normal(100, 5, (180, 320)).astype(np.uint8)
    >>> bool(4.5 < noise(rough) < 5.5)
    True
    """
    values = gray.astype(np.int16)
    rows = values[:-2:2] - 2 * values[1:-1:2] + values[2::2]
    response = np.abs(rows[:, :-2:2] - 2 * rows[:, 1:-1:2] + rows[:, 2::2]).ravel()
    keep = int(response.size * 0.6)
    lower = np.partition(response, keep)[:keep]
    return float(lower.mean(dtype=np.float64)) * (2.55 / 6.0)


def difference(before: Gray, after: Gray) -> float:
    """Median over the cells of the mean absolute change between two pictures, in gray levels (0 to 255).

    A running clock or a few moving people change few cells and leave the median alone; sensor noise changes them
    all. Live streams give 0.15 to several levels; a frozen picture encoded again gives less than 0.1.

    Examples
    --------
    >>> still = np.full((180, 320), 90, np.uint8)
    >>> difference(still, still), difference(still, still + np.uint8(2))
    (0.0, 2.0)
    """
    change = np.maximum(before, after) - np.minimum(before, after)
    return quantile(cell_means(change.astype(np.float32)), 0.5)


def half(gray: Gray) -> Plane:
    """The picture at half size (90, 160): the mean of each two by two pixels.

    Examples
    --------
    >>> half(np.full((180, 320), 7, np.uint8)).shape
    (90, 160)
    """
    rows = gray[::2].astype(np.uint16) + gray[1::2]
    total = rows[:, ::2] + rows[:, 1::2]
    return total.astype(np.float32) * np.float32(0.25)


def laplacian(gray: Gray) -> npt.NDArray[np.int16]:
    """Four times each pixel minus its neighbours (-1020 to 1020, 0 at the border): what is fine in a picture. Of every
    second row, which is enough for means over cells.

    Noise of deviation s gives it a mean square of 20 s².

    Examples
    --------
    >>> bool(laplacian(np.full((180, 320), 7, np.uint8)).any())
    False
    """
    values = gray.astype(np.int16)
    result = np.zeros((gray.shape[0] // 2, gray.shape[1]), np.int16)
    inner = result[:-1, 1:-1]
    np.left_shift(values[1:-2:2, 1:-1], 2, out=inner)
    inner -= values[:-3:2, 1:-1]
    inner -= values[2:-1:2, 1:-1]
    inner -= values[1:-2:2, :-2]
    inner -= values[1:-2:2, 2:]
    return result


def sharpness(fine: Plane, coarse: Plane) -> Plane:
    """Logarithm of fine over coarse structure in each cell; about -3 (no detail) to 1 (crisp).

    A ratio, because a darker or flatter picture loses both; a blurred one loses the fine part first.

    Parameters
    ----------
    fine
        Root mean square of the `laplacian` without noise, in gray levels.
    coarse
        Root mean square of the gradient at half size without noise, in gray levels.

    References
    ----------
    S. Pertuz, D. Puig, M. A. Garcia, Analysis of focus measure operators, Pattern Recognition 46(5), 2013.

    Examples
    --------
    >>> coarse = np.full((9, 16), 40, np.float32)
    >>> crisp, soft = (sharpness(np.full((9, 16), fine, np.float32), coarse)[0, 0] for fine in (20, 10))
    >>> round(float(soft - crisp), 2)
    -0.68
    """
    sharp: Plane = np.log((fine + np.float32(0.25)) / (coarse + np.float32(1.0)))
    return sharp


def layout_match(cells: Plane, expected: Plane) -> tuple[float, float]:
    """How far the brightness of the cells lies as expected: correlation (-1 to 1) and slope (contrast kept).

    A blurred picture keeps its light and dark places, a covered one does not. Without contrast in `expected`
    nothing can be said and both are 0.

    Examples
    --------
    >>> cells = np.arange(144, dtype=np.float32).reshape(9, 16)
    >>> [round(v, 3) for v in layout_match(cells * 0.5 + 20, cells)]
    [1.0, 0.5]
    """
    a = cells - cells.mean()
    b = expected - expected.mean()
    aa, bb, ab = float((a * a).sum()), float((b * b).sum()), float((a * b).sum())
    if bb < 144.0 or aa < 1e-3:
        return 0.0, 0.0
    return ab / (aa * bb) ** 0.5, ab / bb
