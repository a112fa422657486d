"""How the camera was rolled or zoomed: a rigid change fitted to the shifts of many parts of the picture."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision import gradients
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.template import Template

# Of fifteen tiles; fewer may agree by chance.
MIN_TILES = 5
MIN_FIT = 0.4
MAX_ERROR = 1.3
# Tiles find rolls up to about 8 degrees, through rain and noise up to 5, and scales from 0.85 to 1.2; beyond, the
# template is turned first.
STARTS = (
    *((1.0, 0.0), (1.3, 0.0), (0.77, 0.0), (1.6, 0.0)),
    *((1.0, 5.5), (1.0, -5.5), (1.0, 11.0), (1.0, -11.0), (1.0, 20.0), (1.0, -20.0)),
)
MIN_QUALITY = 1.15


class Pose(NamedTuple):
    """The content of the picture as seen from the reference: shifted, rolled and scaled about the middle."""

    dx: float  # pixels of the field (160 wide)
    dy: float
    roll_deg: float  # positive when the content turned clockwise
    zoom: float  # above 1 when the content grew
    displacement: float  # largest shift of a corner, pixels of the field
    tiles: int  # that agree


def find_pose(template: Template, field: Field) -> Pose | None:
    """The pose that at least five of fifteen tiles agree on, or None.

    Found for rolls up to about 25 degrees and scales from about 0.7 to 1.8, in 6 ms.
    """
    best, best_quality = (1.0, 0.0), 0.0
    seen = gradients.transform(field)
    for zoom, roll_deg in STARTS:
        expected = _warp(template.field, zoom, roll_deg)
        found = gradients.align(field, expected, gradients.spectrum(gradients.inner(expected)), seen)
        quality = found.quality * max(0.0, found.similarity)
        if found.quality > MIN_QUALITY and quality > best_quality:
            best, best_quality = (zoom, roll_deg), quality
    return _refine(_warp(template.field, *best), field, *best)


def _refine(expected: Field, field: Field, zoom: float, roll_deg: float) -> Pose | None:
    """What the tiles agree on, starting from a template that was scaled and turned already."""
    tiles = [
        (x, y, found.dx, found.dy)
        for x, y, found in gradients.align_tiles(field, expected)
        if found.similarity > MIN_FIT and found.quality > 1.2 and found.overlap > 0.3
    ]
    while len(tiles) >= MIN_TILES:
        x, y, dx, dy = np.array(tiles).T
        one, zero = np.ones(len(tiles)), np.zeros(len(tiles))
        # dx = tx + a x - b y and dy = ty + b x + a y
        rows = np.concatenate([np.stack([one, zero, x, -y], 1), np.stack([zero, one, y, x], 1)])
        (tx, ty, a, b), *_ = np.linalg.lstsq(rows, np.concatenate([dx, dy]), rcond=None)
        error = np.hypot(tx + a * x - b * y - dx, ty + b * x + a * y - dy)
        worst = int(error.argmax())
        if error[worst] <= MAX_ERROR:
            change = complex(1 + a, b) * zoom * np.exp(1j * np.radians(roll_deg))
            moved = complex(tx, ty)
            right, bottom = FIELD_WIDTH / 2, FIELD_HEIGHT / 2
            corners = [complex(u, v) for u in (-right, right) for v in (-bottom, bottom)]
            return Pose(
                dx=float(tx),
                dy=float(ty),
                roll_deg=float(np.degrees(np.angle(change))),
                zoom=float(abs(change)),
                displacement=max(abs(moved + change * corner - corner) for corner in corners),
                tiles=len(tiles),
            )
        del tiles[worst]
    return None


def _warp(field: Field, zoom: float, roll_deg: float) -> Field:
    """A field whose content is scaled and turned about the middle; empty where nothing is known."""
    if zoom == 1.0 and roll_deg == 0.0:
        return field
    index, known = _sources(zoom, roll_deg)
    turned = np.complex64(np.exp(1j * np.radians(roll_deg)))
    return (field.ravel()[index] * known * turned).astype(np.complex64)


@cache
def _sources(zoom: float, roll_deg: float) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """From which pixel each pixel of a scaled and turned field comes, and whether there is one."""
    y, x = np.mgrid[0:FIELD_HEIGHT, 0:FIELD_WIDTH]
    there = (x - (FIELD_WIDTH - 1) / 2) + 1j * (y - (FIELD_HEIGHT - 1) / 2)
    here = there / (zoom * np.exp(1j * np.radians(roll_deg)))
    column = np.rint(here.real + (FIELD_WIDTH - 1) / 2).astype(np.int32)
    row = np.rint(here.imag + (FIELD_HEIGHT - 1) / 2).astype(np.int32)
    known = (column >= 0) & (column < FIELD_WIDTH) & (row >= 0) & (row < FIELD_HEIGHT)
    index = np.clip(row, 0, FIELD_HEIGHT - 1) * FIELD_WIDTH + np.clip(column, 0, FIELD_WIDTH - 1)
    return index.astype(np.int32), known.astype(np.float32)
