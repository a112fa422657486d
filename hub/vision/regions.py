"""Groups of cells that touch."""

import numpy as np
import numpy.typing as npt

from hub.vision.template import Cells


def pack_cells(cells: Cells | None) -> list[int]:
    """Cells as one number for each row, the highest of its bits the leftmost cell; empty for none.

    >>> pack_cells(np.array([[1, 0, 0], [0, 1, 1]], bool))
    [4, 3]
    """
    if cells is None or not cells.any():
        return []
    weights = 1 << np.arange(cells.shape[1])[::-1]
    return [int(row @ weights) for row in cells]


def label(cells: Cells) -> npt.NDArray[np.int64]:
    """Number each group of cells that touch, diagonally too; 0 where no cell is set.

    >>> labels = label(np.array([[1, 0, 0], [1, 0, 1], [0, 0, 0]], bool))
    >>> bool(labels[0, 0] == labels[1, 0] != labels[1, 2])
    True
    """
    if not cells.any():
        return np.zeros(cells.shape, np.int64)
    labels = np.where(cells, np.arange(1, cells.size + 1).reshape(cells.shape), 0)
    while True:
        padded = np.pad(labels, 1)
        rows = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
        grown = np.where(cells, np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:]), 0)
        if np.array_equal(grown, labels):
            return labels
        labels = grown


def largest(cells: Cells) -> Cells:
    """The largest group.

    >>> int(largest(np.array([[1, 0, 0], [1, 0, 1], [0, 0, 0]], bool)).sum())
    2
    """
    labels = label(cells)
    counts = np.bincount(labels.ravel(), minlength=2)
    counts[0] = 0
    found: Cells = cells & (labels == int(counts.argmax()))
    return found


def sizable(cells: Cells, least: int) -> Cells:
    """The groups of at least so many cells.

    >>> sizable(np.array([[1, 0, 0], [1, 0, 1], [0, 0, 0]], bool), 2).astype(int).tolist()
    [[1, 0, 0], [1, 0, 0], [0, 0, 0]]
    """
    labels = label(cells)
    kept = np.bincount(labels.ravel(), minlength=1) >= least
    kept[0] = False
    found: Cells = kept[labels]
    return found


def beside(cells: Cells) -> Cells:
    """The cells and those that touch them, diagonally too.

    >>> beside(np.array([[1, 0, 0], [0, 0, 0], [0, 0, 0]], bool)).astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    padded = np.pad(cells, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    found: Cells = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return found


def grounded(cells: Cells, seeds: Cells, least: float) -> Cells:
    """The groups of `cells` of which at least the share `least` is `seeds`.

    >>> cells = np.array([[1, 1, 0, 1]], bool)
    >>> grounded(cells, np.array([[1, 0, 0, 0]], bool), 0.5).tolist()
    [[True, True, False, False]]
    """
    labels = label(cells).ravel()
    size = np.bincount(labels)
    kept = np.bincount(labels, weights=seeds.ravel()) >= least * np.maximum(size, 1)
    kept[0] = False
    found: Cells = kept[labels].reshape(cells.shape)
    return found
