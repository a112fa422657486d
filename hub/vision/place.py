"""Whether a picture in an unfamiliar light is of the same place.

Two proofs: it came from a familiar picture by a slow and unbroken change; or its edges lie where they lay, whatever
side of them is brighter, because lamps and infra-red turn contrasts around but the corners of a building stay.
A picture whose colour, contrast or sharpness changed at once came from no slow change, however well its edges fit.
"""

import math

import msgspec
import numpy as np

from hub.vision import gradients
from hub.vision.gradients import Field
from hub.vision.lately import Lately
from hub.vision.measures import Plane, quantile
from hub.vision.picture import sharpness
from hub.vision.reference import Edges, pack, unpack
from hub.vision.template import Template

EVERY_S = 10.0
CHAIN_SIMILARITY = 0.72
CHAIN_STRUCTURE = 0.6
MIN_QUALITY = 1.25
MAX_SHIFT = 1.5
# Of the brightness, in all colours alike; natural logarithm of the contrast over the brightness; logarithm of fine
# over coarse structure. What changes so much between two pictures of the chain did not come slowly.
MAX_TINT_STEP = 0.05
MAX_CONTRAST_STEP = 0.3
MAX_SHARPNESS_STEP = 0.25


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """The newest picture that is surely of the place, and whether the present one is."""

    preset: str = ""
    edges: Edges | None = None
    structure: float = 0.0
    levels: Plane | None = None
    blue: float = 0.0
    red: float = 0.0
    sharpness: float = 0.0
    at_s: float = 0.0
    proven: bool = False


def trust(known: Trust, lately: Lately, at_s: float, *, familiar: bool) -> Trust:
    """What is trusted after one more picture; `familiar` says that it fits a reference."""
    if at_s - known.at_s < EVERY_S and known.proven == familiar:
        return known
    if familiar or _linked(known, lately):
        blue, red = _tint(lately)
        return Trust(
            preset=known.preset,
            edges=pack(lately.field),
            structure=float(lately.structure.mean()),
            levels=lately.levels,
            blue=blue,
            red=red,
            sharpness=_sharpness(lately),
            at_s=at_s,
            proven=True,
        )
    return msgspec.structs.replace(known, at_s=at_s, proven=False)


def _linked(known: Trust, lately: Lately) -> bool:
    if known.edges is None or float(lately.structure.mean()) < CHAIN_STRUCTURE * known.structure:
        return False
    if sudden(known, lately):
        return False
    before, now = unpack(known.edges)[gradients.INNER], lately.field[gradients.INNER]
    noise = lately.part * lately.detail.rustle
    sizes = [max(1e-6, float(gradients.squared(field).mean()) - noise) for field in (before, now)]
    alike = float(gradients.product(before, now).mean()) / (sizes[0] * sizes[1]) ** 0.5
    return bool(alike >= CHAIN_SIMILARITY)


def sudden(known: Trust, lately: Lately) -> bool:
    """Whether colour, contrast or sharpness are others than in the newest picture that was surely of the place."""
    if known.levels is None:
        return False
    blue, red = _tint(lately)
    tinted = math.hypot(blue - known.blue, red - known.red) > MAX_TINT_STEP
    contrasts = [float(levels.std()) / (float(levels.mean()) + 12.0) + 0.02 for levels in (known.levels, lately.levels)]
    faded = abs(math.log(contrasts[1] / contrasts[0])) > MAX_CONTRAST_STEP
    return tinted or faded or abs(_sharpness(lately) - known.sharpness) > MAX_SHARPNESS_STEP


def _tint(lately: Lately) -> tuple[float, float]:
    """What most cells have of blue and red, over the brightness."""
    over = lately.levels + np.float32(12.0)
    return quantile(lately.blue / over, 0.5), quantile(lately.red / over, 0.5)


def _sharpness(lately: Lately) -> float:
    return quantile(sharpness(lately.slow), 0.75)


def same_edges(template: Template, field: Field) -> float:
    """How certainly edges lie where they lay, whatever side of them is brighter: 0 when the best fit of the doubled
    angles lies elsewhere, else by how many times it is the best (at least 1)."""
    expected = unpolar(template.field)
    found = gradients.align(unpolar(field), expected, gradients.spectrum(gradients.inner(expected)))
    return found.quality if max(abs(found.dx), abs(found.dy)) <= MAX_SHIFT else 0.0


def unpolar(field: Field) -> Field:
    """A field with its angles doubled: opposite edges become equal."""
    return (field * field / (np.abs(field) + np.float32(1e-6))).astype(np.complex64)
