"""What is usual for a view in one light, cell by cell: learned over days, slowly, from pictures nothing is wrong with.

The approved reference says how the view must look; the habit says by how much it naturally differs from that.
"""

import math
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.measures import COLUMNS, ROWS, Plane, quantile
from hub.vision.reference import Edges, Reference, pack, unpack

EVERY_S = 10.0
"""Between two pictures that count: those in between say the same again."""
FIELD_EVERY_S = 300.0
LONG = 24 * 360
"""Pictures that count, after which new ones weigh no more than old ones: about a day."""
FIELD_LONG = 24 * 12
RARE = 0.03
LEAST_ENERGY = 0.005


PLANES = (
    *("fit", "fit_spread", "sharp", "sharp_spread", "structure", "energy", "energy_spread"),
    *("levels", "levels_spread", "blue", "red", "tint_spread"),
)
COUNTS = ("count", "fields")
NUMBERS = ("similarity", "similarity_low", "softness", "softness_spread", "mean", "noise", *COUNTS)


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """One picture, or the last seconds, in the terms of a habit. Planes of cells (9, 16)."""

    fit: Plane  # similarity of the edges with the approved ones
    sharp: Plane  # fine against coarse, logarithm
    structure: Plane
    energy: Plane  # raw edges against brightness, logarithm
    levels: Plane  # gray levels, relative to the picture's, logarithm
    blue: Plane
    red: Plane
    similarity: float
    softness: float
    mean: float  # brightness of the picture
    noise: float  # mean square that it gives the normalised gradients of one picture


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """Usual values (median-like means) and spreads of what `Observed` tells; `structure` is what is rarely undercut.

    `edges` is a copy of the reference's field that follows slow change. `similarity_low` is rarely undercut,
    `softness_high` rarely exceeded. `count` pictures and `fields` fields went into it.
    """

    edges: Edges
    fit: Plane
    fit_spread: Plane
    sharp: Plane
    sharp_spread: Plane
    structure: Plane
    energy: Plane
    energy_spread: Plane
    levels: Plane
    levels_spread: Plane
    blue: Plane
    red: Plane
    tint_spread: Plane
    similarity: float
    similarity_low: float
    softness: float
    softness_spread: float
    mean: float
    noise: float
    count: int = 0
    fields: int = 0


def begin(reference: Reference) -> Habit:
    """What the short period of learning says of a view; its spreads are taken as wider than they showed."""
    levels = relative(reference.levels)
    return Habit(
        edges=reference.edges,
        fit=reference.cell_similarity,
        fit_spread=reference.cell_similarity_spread + np.float32(0.05),
        sharp=reference.sharpness,
        sharp_spread=reference.sharpness_spread + np.float32(0.06),
        structure=reference.structure,
        energy=np.log(reference.energy + np.float32(LEAST_ENERGY)),
        energy_spread=np.full_like(levels, 0.15),
        levels=levels,
        levels_spread=np.full_like(levels, 0.12),
        blue=reference.blue,
        red=reference.red,
        tint_spread=np.full_like(levels, 4.0),
        similarity=reference.similarity,
        similarity_low=0.8 * reference.similarity,
        softness=0.0,
        softness_spread=reference.blur_spread + 0.04,
        mean=0.5 * (reference.mean_low + reference.mean_high),
        noise=reference.rustle,
    )


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """A habit as it is kept over a restart."""

    edges: bytes
    planes: bytes
    numbers: dict[str, float]


def pack_habit(habit: Habit) -> Packed:
    """A habit in about 36 kB."""
    return Packed(
        edges=habit.edges.tobytes(),
        planes=np.stack([getattr(habit, name) for name in PLANES]).astype(np.float32).tobytes(),
        numbers={name: float(getattr(habit, name)) for name in NUMBERS},
    )


def unpack_habit(packed: Packed) -> Habit | None:
    """What `pack_habit` packed, or None when it cannot be."""
    shape = (len(PLANES), ROWS, COLUMNS)
    if len(packed.edges) != 2 * FIELD_HEIGHT * FIELD_WIDTH or len(packed.planes) != 4 * int(np.prod(shape)):
        return None
    planes = np.frombuffer(packed.planes, np.float32).reshape(shape)
    numbers = packed.numbers
    if set(numbers) != set(NUMBERS) or not np.isfinite([*numbers.values()]).all() or not np.isfinite(planes).all():
        return None
    counts: dict[str, Any] = {name: int(numbers[name]) for name in COUNTS}
    if min(counts.values()) < 0:
        return None
    values: dict[str, Any] = {name: numbers[name] for name in NUMBERS if name not in COUNTS}
    cells: dict[str, Any] = dict(zip(PLANES, planes, strict=True))
    edges = np.frombuffer(packed.edges, np.int8).reshape(2, FIELD_HEIGHT, FIELD_WIDTH)
    return Habit(edges=np.maximum(edges, -127), **cells, **values, **counts)


def relative(levels: Plane) -> Plane:
    """Brightness of the cells against the picture's, on a scale in which gain is an offset."""
    logs = np.log(levels + np.float32(12.0))
    levelled: Plane = logs - np.float32(quantile(logs, 0.5))
    return levelled.astype(np.float32)


QUIET = 0.12
"""Noise below this comes and goes by day as well."""
RELIT = 0.7
"""Of the correlation between light and dark places. Clouds and shadows that wander take up to a third of it."""
RELIEF = 0.1
"""Standard deviation of the relative brightness below which a view has no light and dark places to speak of."""
FAINT = 0.05
"""The same of a picture, below which its light and dark places are no surer than noise."""
MIN_LEVELS = 24
"""Fewer cells than this say nothing of how the light lies."""
SURELY = 0.6
"""Of a change of light; with less it is none, as far as brightness and noise can tell."""
ALIKE = 0.6
"""Correlation of light and dark places from which they lie as ever; what covers a third of them disturbs it."""
FITTING = 0.5
"""Where less of the usual edges is in its place, other things than the light may have changed the brightness."""


def strangeness(habit: Habit, mean: float, noise: float) -> float:
    """How unlike the light is in which the habit was learned, by brightness and noise: 0 the same, above 1 another.

    Pictures in another light fit by their edges, but not by their sharpness or structure.
    """
    brighter = abs(math.log((mean + 12.0) / (habit.mean + 12.0)))
    noisier = math.log((noise + QUIET) / (habit.noise + QUIET))
    return max(brighter / 0.5, noisier / 0.65, -noisier / 0.9)


def relit(habit: Habit, levels: Plane, fit: float, cells: npt.NDArray[np.bool_] | None = None) -> float:
    """How unlike light and dark lie over the view, as when lamps take over from the sky: 0 the same, above 1 another
    light, whatever the brightness that the camera has made of it.

    Parameters
    ----------
    levels
        `relative` brightness of the cells.
    fit
        How much of the usual edges is in its place, about 1 all. Of a view that is not there nothing can be said: 0.
    cells
        Those to look at, where others may be covered.
    """
    if fit < FITTING:
        return 0.0
    lit = lighting(habit, levels, cells)
    return 0.0 if lit is None else (1.0 - lit.alike) / RELIT


class Lighting(NamedTuple):
    """Light and dark places against the usual ones: correlation, and how much of their contrast is kept."""

    alike: float
    kept: float


def lighting(habit: Habit, levels: Plane, cells: npt.NDArray[np.bool_] | None = None) -> Lighting | None:
    """How light and dark lie over the view, of all cells or of those; None where there is too little of either."""
    now, before = (levels, habit.levels) if cells is None else (levels[cells], habit.levels[cells])
    if now.size < MIN_LEVELS or float(before.std()) < RELIEF:
        return None
    common = float(((now - now.mean()) * (before - before.mean())).mean())
    deviation = float(before.std())
    return Lighting(common / (deviation * max(FAINT, float(now.std()))), common / deviation**2)


def same_light(
    habit: Habit, levels: Plane, mean: float, noise: float, cells: npt.NDArray[np.bool_] | None = None
) -> bool:
    """Whether the light is surely the one in which the habit was learned, by brightness, by noise and by where light
    and dark lie, however badly the edges fit: of a view without light and dark places, whether it has none now.
    `cells` are those to look at, where others may be covered; all when they are too few."""
    if strangeness(habit, mean, noise) >= SURELY:
        return False
    if cells is None or int(cells.sum()) < MIN_LEVELS:
        cells = np.ones(levels.shape, np.bool_)
    lit = lighting(habit, levels, cells)
    return float(levels[cells].std()) < 2 * RELIEF if lit is None else lit.alike >= ALIKE


def follow(habit: Habit, seen: Observed) -> Habit:
    """The habit with one more picture that counts."""
    rate = max(1.0 / (habit.count + 30), 1.0 / LONG)
    part = np.float32(rate)
    fit, fit_spread = _follow(habit.fit, habit.fit_spread, seen.fit, part)
    sharp, sharp_spread = _follow(habit.sharp, habit.sharp_spread, seen.sharp, part)
    energy, energy_spread = _follow(habit.energy, habit.energy_spread, seen.energy, part)
    levels, levels_spread = _follow(habit.levels, habit.levels_spread, seen.levels, part)
    blue, _ = _follow(habit.blue, habit.tint_spread, seen.blue, part)
    red, _ = _follow(habit.red, habit.tint_spread, seen.red, part)
    tint = np.maximum(np.abs(seen.blue - habit.blue), np.abs(seen.red - habit.red))
    step = part * 0.5 * (habit.structure + np.float32(0.002))
    below = seen.structure < habit.structure
    low_step = rate * 0.3
    soft, soft_spread = _follow_one(habit.softness, habit.softness_spread, seen.softness, rate)
    structure: Plane = habit.structure + np.where(below, -step * np.float32(1 - RARE), step * np.float32(RARE))
    return msgspec.structs.replace(
        habit,
        fit=fit,
        fit_spread=fit_spread,
        sharp=sharp,
        sharp_spread=sharp_spread,
        energy=energy,
        energy_spread=energy_spread,
        levels=levels,
        levels_spread=levels_spread,
        blue=blue,
        red=red,
        tint_spread=habit.tint_spread + part * (np.float32(1.25) * tint - habit.tint_spread),
        structure=structure,
        similarity=habit.similarity + rate * (seen.similarity - habit.similarity),
        similarity_low=habit.similarity_low
        + (-low_step * (1 - RARE) if seen.similarity < habit.similarity_low else low_step * RARE),
        softness=soft,
        softness_spread=soft_spread,
        mean=habit.mean + rate * (seen.mean - habit.mean),
        noise=habit.noise + rate * (seen.noise - habit.noise),
        count=habit.count + 1,
    )


def follow_field(habit: Habit, field: Field) -> Habit:
    """The habit with its copy of the edges a little closer to these."""
    rate = max(1.0 / (habit.fields + 12), 1.0 / FIELD_LONG)
    moved = unpack(habit.edges)
    moved += np.float32(rate) * (field - moved)
    # Steps of 1/127 are too coarse for so small changes unless rounded by chance.
    dice = np.random.default_rng(habit.fields)
    return msgspec.structs.replace(habit, edges=pack(moved, dice), fields=habit.fields + 1)


def _follow(middle: Plane, spread: Plane, value: Plane, rate: np.float32) -> tuple[Plane, Plane]:
    """Middle and spread (as a standard deviation, from the mean distance); a far value counts as a few spreads."""
    off = value - middle
    bounded = np.clip(off, -4 * spread, 4 * spread)
    return middle + rate * bounded, spread + rate * (np.float32(1.25) * np.abs(bounded) - spread)


def _follow_one(middle: float, spread: float, value: float, rate: float) -> tuple[float, float]:
    off = max(-4 * spread, min(4 * spread, value - middle))
    return middle + rate * off, spread + rate * (1.25 * abs(off) - spread)
