"""How the camera was rolled or zoomed: a rigid change fitted to the shifts of many parts of the picture."""

from typing import NamedTuple

import numpy as np

from hub.vision import gradients
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH
from hub.vision.picture import Picture
from hub.vision.template import Template

# Of fifteen tiles; fewer may agree by chance.
MIN_TILES = 5
MIN_FIT = 0.4
MAX_ERROR = 1.3


class Pose(NamedTuple):
    """The content of the picture as seen from the reference: shifted, rolled and scaled about the middle."""

    dx: float  # pixels of the field (160 wide)
    dy: float
    roll_deg: float  # positive when the content turned clockwise
    zoom: float  # above 1 when the content grew
    displacement: float  # largest shift of a corner, pixels of the field
    tiles: int  # that agree


def find_pose(template: Template, picture: Picture) -> Pose | None:
    """The pose that at least five of fifteen tiles agree on, or None.

    Found for rolls up to about 8 degrees and scales from about 0.85 to 1.2; beyond, a tile no longer fits itself.
    """
    tiles = [
        (x, y, found.dx, found.dy)
        for x, y, found in gradients.align_tiles(picture.field, template.field, template.tile_spectra)
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
            corners = [
                float(np.hypot(tx + a * u - b * v, ty + b * u + a * v))
                for u in (-FIELD_WIDTH / 2, FIELD_WIDTH / 2)
                for v in (-FIELD_HEIGHT / 2, FIELD_HEIGHT / 2)
            ]
            roll = float(np.degrees(np.arctan2(b, 1 + a)))
            return Pose(float(tx), float(ty), roll, float(np.hypot(1 + a, b)), max(corners), len(tiles))
        del tiles[worst]
    return None
