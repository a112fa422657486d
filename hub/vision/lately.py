"""What the last seconds showed: averages in which noise and passers-by fade and what stays remains."""

import math

import msgspec
import numpy as np

from hub.vision import gradients
from hub.vision.gradients import Field
from hub.vision.measures import Plane
from hub.vision.picture import Detail, Picture

AVERAGE_S = 8.0
SLOW_S = 14.0
# A picture that agrees so little with the last seconds begins them anew, else its ghosts would be judged.
JUMP_SIMILARITY = 0.35


class Lately(msgspec.Struct, frozen=True, kw_only=True):
    """Averages over the last seconds. Fields of edges need no registering: wind shifts them by less than their grain.

    `field` is the mean field of normalised gradients, `structure` its squared length in each cell less what noise
    leaves of itself; `detail`, `levels`, `blue` and `red` are means over `AVERAGE_S`, `slow` is the detail over
    `SLOW_S`. `count` pictures and `age_s` seconds are in it; `steady` is the usual similarity of one picture with the
    mean; `part` says how much of one picture's noise is left.
    """

    field: Field
    structure: Plane
    detail: Detail
    slow: Detail
    levels: Plane
    blue: Plane
    red: Plane
    colour: bool | None
    mean: float
    steady: float
    count: int
    age_s: float
    part: float


def jumped(lately: Lately, picture: Picture, agreement: float) -> bool:
    """Whether this picture begins something new: another mode of the camera, or another view. `agreement` is that of
    its edges with the averages."""
    if picture.colour is not None and lately.colour is not None and picture.colour != lately.colour:
        return True
    if lately.count < 3:
        return False
    return agreement < JUMP_SIMILARITY * lately.steady - 0.05


def begin(picture: Picture, detail: Detail) -> Lately:
    """The averages of one picture."""
    return Lately(
        field=picture.field,
        structure=detail.structure,
        detail=detail,
        slow=detail,
        levels=picture.levels,
        blue=picture.blue,
        red=picture.red,
        colour=picture.colour,
        mean=picture.brightness.mean,
        steady=0.0,
        count=1,
        age_s=0.0,
        part=1.0,
    )


def follow(lately: Lately, picture: Picture, detail: Detail, step_s: float, agreement: float) -> Lately:
    """The averages with one more picture, taken `step_s` after the last; `agreement` is that with them."""
    rate = max(1.0 - math.exp(-step_s / AVERAGE_S), 1.0 / (lately.count + 1))
    slow = max(1.0 - math.exp(-step_s / SLOW_S), 1.0 / (lately.count + 1))
    keep, take = np.float32(1.0 - rate), np.float32(rate)
    field = lately.field * keep + picture.field * take
    part = (1.0 - rate) ** 2 * lately.part + rate**2
    mixed = _mix(lately.detail, detail, rate)
    return Lately(
        field=field,
        structure=gradients.cell_energy(field) - np.float32(part * mixed.rustle),
        detail=mixed,
        slow=_mix(lately.slow, detail, slow),
        levels=keep * lately.levels + take * picture.levels,
        blue=keep * lately.blue + take * picture.blue,
        red=keep * lately.red + take * picture.red,
        colour=picture.colour,
        mean=(1.0 - rate) * lately.mean + rate * picture.brightness.mean,
        steady=lately.steady + max(0.1, 1.0 / lately.count) * (agreement - lately.steady),
        count=lately.count + 1,
        age_s=lately.age_s + step_s,
        part=part,
    )


def _mix(old: Detail, new: Detail, rate: float) -> Detail:
    keep, take = np.float32(1.0 - rate), np.float32(rate)
    return Detail(
        fine=keep * old.fine + take * new.fine,
        coarse=keep * old.coarse + take * new.coarse,
        structure=keep * old.structure + take * new.structure,
        rustle=(1.0 - rate) * old.rustle + rate * new.rustle,
    )


def agreement(one: Field, other: Field) -> float:
    """Cosine between two fields, over every fourth pixel but the outermost lines."""
    a, b = one[gradients.INNER][::2, ::2], other[gradients.INNER][::2, ::2]
    norm = float(np.vdot(a, a).real) * float(np.vdot(b, b).real)
    return float(np.vdot(a, b).real) / norm**0.5 if norm > 1e-6 else 0.0
