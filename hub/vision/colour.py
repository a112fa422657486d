"""The tint of a picture: its colour differences against its brightness, the same in bright and in dim light."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision.measures import Plane

Cells = npt.NDArray[np.bool_]

_PEDESTAL = np.float32(12.0)
# Where a cell is burnt out or nearly black its colour is lost.
_DARK, _BURNT = 14.0, 228.0
MIN_CELLS = 48
_AGREE = 0.5


class Tint(NamedTuple):
    """Colour differences over brightness of each cell, (9, 16), about -0.5 to 0.5, and which cells show any."""

    blue: Plane
    red: Plane
    shown: Cells

    @property
    def middle(self) -> tuple[float, float]:
        """Hue and warmth as in `Cast`, of the middle cell; 0 when no cell shows any colour."""
        if not self.shown.any():
            return 0.0, 0.0
        blue, red = _middle(self.blue[self.shown]), _middle(self.red[self.shown])
        return (red + blue) / 2**0.5, (red - blue) / 2**0.5


class Cast(NamedTuple):
    """A change of tint that all cells share. `warmth` is along the line from blue sky to candle light (positive:
    warmer), on which daylight and lamps lie; `hue` across it (positive: magenta, negative: green), where no light of
    sun, sky or filament lies. `share` of the cells changed by about the same."""

    warmth: float
    hue: float
    share: float


def tint(blue: Plane, red: Plane, levels: Plane) -> Tint:
    """The tint of each cell, from the means of U - 128, V - 128 and the gray levels.

    Examples
    --------
    >>> cells = np.full((9, 16), 1, np.float32)
    >>> [round(float(tint(gain * 20 * cells, 0 * cells, gain * 100 * cells - 12).blue[0, 0]), 3) for gain in (1, 2)]
    [0.2, 0.2]
    """
    over = np.float32(1) / (levels + _PEDESTAL)
    return Tint(blue * over, red * over, (levels > _DARK) & (levels < _BURNT))


def cast(now: Tint, before: Tint) -> Cast | None:
    """What changed over all cells; None when too few show any colour.

    Examples
    --------
    >>> none, shown = np.zeros((9, 16), np.float32), np.ones((9, 16), bool)
    >>> found = cast(Tint(none + 0.1, none + 0.1, shown), Tint(none, none, shown))
    >>> round(found.warmth, 2), round(found.hue, 2), found.share
    (0.0, 0.14, 1.0)
    """
    shown = now.shown & before.shown
    if np.count_nonzero(shown) < MIN_CELLS:
        return None
    blue, red = (now.blue - before.blue)[shown], (now.red - before.red)[shown]
    middle_blue, middle_red = _middle(blue), _middle(red)
    square = _AGREE**2 * (middle_blue**2 + middle_red**2)
    alike = (blue - middle_blue) ** 2 + (red - middle_red) ** 2 < square
    return Cast(
        warmth=(middle_red - middle_blue) / 2**0.5,
        hue=(middle_red + middle_blue) / 2**0.5,
        share=float(np.count_nonzero(alike) / alike.size),
    )


def blend(past: Tint, now: Tint, rate: float) -> Tint:
    """The tint averaged over time; a cell that shows nothing now keeps what it had, one that showed nothing takes it.

    >>> none, shown = np.zeros((9, 16), np.float32), np.ones((9, 16), bool)
    >>> float(blend(Tint(none, none, shown), Tint(none + 1, none, shown), 0.25).blue[0, 0])
    0.25
    """
    weight = np.where(now.shown, np.where(past.shown, np.float32(rate), np.float32(1)), np.float32(0))
    return Tint(
        past.blue + weight * (now.blue - past.blue),
        past.red + weight * (now.red - past.red),
        past.shown | now.shown,
    )


def _middle(values: npt.NDArray[np.float32]) -> float:
    # numpy's median costs ten times as much on so few values.
    return float(np.partition(values, values.size // 2)[values.size // 2])
