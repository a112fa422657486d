"""Noise between two pictures, and what a picture shows beyond noise."""

import numpy as np

from hub.vision.measures import Plane, cell_means

# Of 144 cells, 30 %; people and cars move in the others.
_STILL = 43


def grain(before: Plane, after: Plane) -> float:
    """Standard deviation of the noise, in gray levels of the whole picture (0 to about 75).

    From the change between neighbours of the change between the pictures: of light that changes over a larger area
    nothing is left. Measured along rows and along columns, and the lesser counts: stripes change along one only.
    For white noise it is the deviation itself; compression leaves some 50 to 80 % of it.

    Parameters
    ----------
    before, after
        `hub.vision.measures.half` of the two pictures, shape (90, 160).

    References
    ----------
    J. Immerkaer, Fast Noise Variance Estimation, CVIU 64(2), 1996, for the idea of a mask that cancels structure.

    Examples
    --------
    >>> still = np.full((90, 160), 90, np.float32)
    >>> grain(still, still + 20)
    0.0
    """
    change = after - before
    # The last row and column repeat, so that the cells come out even.
    across, down = np.zeros_like(change), np.zeros_like(change)
    np.subtract(change[:, 1:], change[:, :-1], out=across[:, 1:])
    np.subtract(change[1:], change[:-1], out=down[1:])
    lesser = min(_still(cell_means(across * across)), _still(cell_means(down * down)))
    return float(lesser**0.5)


def structure(lasting: Plane, noise: float) -> float:
    """Share of the cells that show anything but noise, 0 to 1.

    Parameters
    ----------
    lasting
        The mean of the pictures of some seconds at half size, (90, 160).
    noise
        `grain` of those pictures; a third of it is taken to be left in the mean.

    Examples
    --------
    >>> structure(np.full((90, 160), 30, np.float32), 4.0)
    0.0
    """
    across = np.zeros_like(lasting)
    np.subtract(lasting[:, 1:], lasting[:, :-1], out=across[:, 1:])
    # A cell counts from its mean square on: an edge of 12 gray levels along half of its height is enough.
    return float((cell_means(across * across) > 4.0 + (noise / 3.0) ** 2).mean())


def _still(square: Plane) -> float:
    return float(np.partition(square.ravel(), _STILL)[_STILL])
