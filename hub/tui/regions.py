"""Regions to blur, on the picture that they are chosen on. Pure."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace

from hub.core.releases.events import BlurRegion
from hub.tui.halfblocks import Image

Change = Callable[[BlurRegion], BlurRegion]

GRID = 10
"""Parts that the lines over a picture divide its width and its height into: one is ten percent."""
STEP = 0.02
"""How far one key moves a region or one of its edges, as a share of the picture."""
LEAST = 0.02
"""The smallest width and height of a region here."""
FIRST = (0.4, 0.4, 0.6, 0.6)
"""Left, top, right and bottom edge of a new region."""
_CELLS = 4
_FINE = 96
"""Lines are a so-manieth part of the picture wide: at least one pixel of a terminal of usual width."""
_CHOSEN, _OTHER = np.array([255, 144, 32]), np.array([64, 200, 255])
_FAINT, _MIDDLE = 0.35, 128


def new(camera: str) -> BlurRegion:
    """A region in the middle of a camera's picture."""
    left, top, right, bottom = FIRST
    return BlurRegion(camera=camera, left=left, top=top, right=right, bottom=bottom)


def moved(region: BlurRegion, across: int, down: int) -> BlurRegion:
    """The region so many steps to the right and down, within the picture."""
    right = _within(across * STEP, -region.left, 1 - region.right)
    lower = _within(down * STEP, -region.top, 1 - region.bottom)
    return replace(
        region,
        left=_share(region.left + right),
        right=_share(region.right + right),
        top=_share(region.top + lower),
        bottom=_share(region.bottom + lower),
    )


def sized(region: BlurRegion, across: int, down: int) -> BlurRegion:
    """The region with its right and its lower edge so many steps further, within the picture."""
    return replace(
        region,
        right=_share(_within(region.right + across * STEP, min(1.0, region.left + LEAST), 1.0)),
        bottom=_share(_within(region.bottom + down * STEP, min(1.0, region.top + LEAST), 1.0)),
    )


def drawn(image: Image, regions: Sequence[BlurRegion], chosen: int) -> Image:
    """The picture as the copy will show it: regions as a few grey cells, framed, the chosen one in another colour; and
    the lines of the grid. `chosen` is its place in `regions`."""
    height, width = image.shape[:2]
    found: Image = image.copy()
    for region in regions:
        left, top, right, bottom = _pixels(region, width, height)
        _hide(found[top:bottom, left:right])
    thick = max(1, width // _FINE)
    for number in range(1, GRID):
        for line in (
            found[:, number * width // GRID : number * width // GRID + thick],
            found[number * height // GRID : number * height // GRID + thick],
        ):
            # Light on what is dark and dark on what is light: they show on any picture.
            line[:] = (line * (1 - _FAINT) + np.where(line < _MIDDLE, 255, 0) * _FAINT).astype(np.uint8)
    for place, region in enumerate(regions):
        left, top, right, bottom = _pixels(region, width, height)
        part = found[top:bottom, left:right]
        colour = _CHOSEN if place == chosen else _OTHER
        for edge in (part[: 2 * thick], part[-2 * thick :], part[:, : 2 * thick], part[:, -2 * thick :]):
            edge[:] = colour
    return found


def _hide(part: Image) -> None:
    for rows in np.array_split(np.arange(part.shape[0]), _CELLS):
        for columns in np.array_split(np.arange(part.shape[1]), _CELLS):
            if rows.size and columns.size:
                cell = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                cell[:] = int(cell.mean())


def _pixels(region: BlurRegion, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = min(int(region.left * width), width - 1), min(int(region.top * height), height - 1)
    return left, top, max(left + 1, round(region.right * width)), max(top + 1, round(region.bottom * height))


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _share(value: float) -> float:
    """Steps add up to what a person reads as a round percentage."""
    return round(_within(value, 0.0, 1.0), 4)
