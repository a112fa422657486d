"""Stripes that lie over a picture: a wave of one length and direction all over it.

Looked for in what changed between two pictures (rolling stripes), and in what a picture of the last seconds shows
beyond one of the last minutes (standing ones). In both the scene itself has gone; a fence or a brick wall comes back
when it sways or when the sun comes out, but never stronger than it is in the scene's own spectrum.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision.measures import Plane, cell_means

Spectrum = npt.NDArray[np.float32]  # (90, 81): amplitude of each wave, gray levels
Cells = npt.NDArray[np.bool_]

_HEIGHT, _WIDTH = 90, 160
_BLOCK = 9  # (90, 81) is 10 by 9 blocks
_BESIDE = np.arange(-1, 2)
_STEPS = np.array((-6, -5, -4, -3, 3, 4, 5, 6))  # along a direction, past the foot of a peak
_FLOOR = np.float32(0.02)  # gray levels


class Wave(NamedTuple):
    """The wave that stands out most. `down` and `across` are its number over the height (negative: the other slant)
    and the width; `amplitude` in gray levels; `height` how far it stands over its neighbours in the spectrum (noise
    alone gives up to 4)."""

    down: int
    across: int
    amplitude: float
    height: float


@cache
def _window() -> Plane:
    return np.outer(np.hanning(_HEIGHT), np.hanning(_WIDTH)).astype(np.float32)


@cache
def _waves() -> Plane:
    """The number of waves over the height, whatever their direction, at least 1. The spectra of scenes fall as one
    over it; times it they are level."""
    down = np.fft.fftfreq(_HEIGHT, 1 / _HEIGHT)[:, None]
    across = np.fft.rfftfreq(_WIDTH, 1 / _WIDTH)[None] * (_HEIGHT / _WIDTH)
    waves: Plane = np.maximum(np.hypot(down, across), 1).astype(np.float32)
    return waves


def spectrum(plane: Plane) -> Spectrum:
    """The amplitude of each wave in a plane of shape (90, 160), in its own units.

    Examples
    --------
    >>> wave = 5 * np.cos(2 * np.pi * 15 * np.arange(90) / 90)[:, None] * np.ones((90, 160))
    >>> round(float(spectrum(wave.astype(np.float32))[15, 0]), 1)
    4.9
    """
    # Half the weight of the window: a wave of amplitude a gives two peaks of a/2.
    found: Spectrum = np.abs(np.fft.rfft2(plane * _window())) * np.float32(8.0 / (_HEIGHT * _WIDTH))
    return found


def own_waves(scene: Plane) -> Spectrum:
    """The waves of the scene itself, such as a fence or a brick wall has: how far each, or one beside it, stands over
    the waves around. Such a wave comes and goes by twice its amplitude when the picture sways by half its length.

    Examples
    --------
    >>> fence = 20 * np.cos(2 * np.pi * 30 * np.arange(160) / 160)[None] * np.ones((90, 160))
    >>> waves = own_waves(fence.astype(np.float32))
    >>> bool(waves[0, 30] > 15), float(waves[20, 20])
    (True, 0.0)
    """
    found = spectrum(scene)
    beyond = np.maximum(found - 2 * _around(found * _waves()) / _waves(), 0)
    above = np.maximum(np.maximum(np.roll(beyond, 1, 0), np.roll(beyond, -1, 0)), beyond)
    wide: Spectrum = above.copy()
    np.maximum(wide[:, 1:], above[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], above[:, 1:], out=wide[:, :-1])
    return wide


def strongest(change: Spectrum, own: Spectrum, least: float, slowest: float) -> Wave | None:
    """The wave of at least `least` gray levels that stands out most, or None.

    Parameters
    ----------
    change
        Spectrum of what changed.
    own
        `own_waves` of the scene; twice their amplitude is taken off.
    slowest
        Waves over the height; fewer are light and shadow.
    """
    left = change - 2 * own
    waves = _waves()
    level = (change + _FLOOR) * waves
    heights = level / (_around(level) + np.float32(1e-6))
    heights[(left < least) | (waves < slowest)] = 0
    down, across = divmod(int(heights.argmax()), heights.shape[1])
    if heights[down, across] <= 0:
        return None
    down, across = _summit(left, down, across)
    return Wave(
        down=down if down <= _HEIGHT // 2 else down - _HEIGHT,
        across=across,
        amplitude=float(left[down, across]),
        height=_height(level, down, across),
    )


def alike(one: Wave, other: Wave) -> bool:
    """Whether two waves are the same within one wave over the picture.

    >>> alike(Wave(15, 0, 5.0, 9.0), Wave(14, 1, 7.0, 8.0)), alike(Wave(15, 0, 5.0, 9.0), Wave(-15, 3, 5.0, 9.0))
    (True, False)
    """
    turned = max(abs(one.down + other.down), one.across + other.across) <= 1
    return turned or max(abs(one.down - other.down), abs(one.across - other.across)) <= 1


def spread(plane: Plane, wave: Wave) -> Cells:
    """Where a wave lies: the cells, (9, 16), that show at least a third of what the middle one of the better half
    shows, in step with its neighbours."""
    rows = np.exp(-2j * np.pi * wave.down * np.arange(_HEIGHT) / _HEIGHT)
    columns = np.exp(-2j * np.pi * wave.across * np.arange(_WIDTH) / _WIDTH)
    beat = (plane - plane.mean()) * rows.astype(np.complex64)[:, None] * columns.astype(np.complex64)[None]
    real, imaginary = cell_means(np.ascontiguousarray(beat.real)), cell_means(np.ascontiguousarray(beat.imag))
    local = np.hypot(real, imaginary)
    found: Cells = local >= np.partition(local.ravel(), 108)[108] / 3
    return found


def _summit(left: Spectrum, down: int, across: int) -> tuple[int, int]:
    """The strongest wave beside that one: at the border of two blocks the foot of a peak may stand out more."""
    rows, columns = (down + _BESIDE) % _HEIGHT, np.clip(across + _BESIDE, 0, left.shape[1] - 1)
    row, column = divmod(int(left[np.ix_(rows, columns)].argmax()), len(columns))
    return int(rows[row]), int(columns[column])


def _height(level: Plane, down: int, across: int) -> float:
    """The peak against the waves around it, without the peak's own foot, and against longer and shorter waves of its
    direction: the edge of a shadow has all of them, stripes have one."""
    rows = np.arange(down - 6, down + 7) % _HEIGHT
    columns = np.arange(max(0, across - 6), min(level.shape[1], across + 7))
    near = level[np.ix_(rows, columns)]
    far = (np.abs(np.arange(-6, 7))[:, None] > 2) | (np.abs(columns - across)[None] > 2)
    signed = down if down <= _HEIGHT // 2 else down - _HEIGHT
    length = max(1.0, (signed * signed + across * across) ** 0.5)
    y = np.rint(signed * (1 + _STEPS / length)).astype(np.intp)[:, None, None] + _BESIDE[:, None]
    x = np.rint(across * (1 + _STEPS / length)).astype(np.intp)[:, None, None] + _BESIDE
    along = level[y % _HEIGHT, np.clip(x, 0, level.shape[1] - 1)].max((1, 2))
    around = max(_middle(near[far]), 0.4 * _middle(along))
    return float(level[down, across]) / around


def _middle(values: npt.NDArray[np.float32]) -> float:
    return float(np.partition(values, values.size // 2)[values.size // 2])


def _around(level: Spectrum) -> Spectrum:
    """The mean of the block of waves around each."""
    means = level.reshape(_HEIGHT // _BLOCK, _BLOCK, -1, _BLOCK).mean((1, 3))
    return np.repeat(np.repeat(means, _BLOCK, 0), _BLOCK, 1)
