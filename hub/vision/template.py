"""A reference made ready for comparing, and the comparison of the last seconds with it."""

import math
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision import gradients, habit, measures, picture
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.habit import Habit, Observed
from hub.vision.lately import Lately
from hub.vision.measures import COLUMNS, ROWS, Plane
from hub.vision.reference import Reference, unpack

Cells = npt.NDArray[np.bool_]

# An edge is part of the view when it pointed the same way in most pictures.
STABLE_LENGTH = 0.3
MIN_STABLE_SHARE = 0.06
MIN_CELL_SIMILARITY = 0.25
# Fewer cells with structure than this, of 112 away from the lines with the clock, say nothing about a view.
MIN_JUDGED = 12
MIN_TEXTURE = 8.0
MIN_TEXTURED = 6
MIN_FINE = 10
MAX_SHARPNESS_SPREAD = 0.4
EMPTY_ENERGY = math.log(0.4)


class Template(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What is computed once from a reference and its habit. `judged` are the cells with structure of their own."""

    reference: Reference
    habit: Habit
    stable: Cells  # pixels of the field where an edge belongs to the view
    field: Field  # the stable edges only
    norm: float
    cell_norm: Plane
    cell_stable: Plane  # share of each cell that stable edges fill
    judged: Cells
    textured: Cells  # judged cells with enough structure to judge sharpness
    fine: Cells  # textured cells whose finest structure stands out of the noise

    @cached_property
    def spectrum(self) -> Field:
        """For `align`; worked out where it is needed, because it is large."""
        return gradients.spectrum(gradients.inner(self.field))


class Marks(NamedTuple):
    """What has become of each judged cell."""

    lost: Cells  # its edges are not where they were
    empty: Cells  # it shows clearly less structure than is natural
    soft: Cells  # it is clearly less sharp than is natural


class Match(NamedTuple):
    """The last seconds compared with a template."""

    similarity: float  # of the whole, against what is usual: about 1 is good, 0 nothing in common
    cell_similarity: Plane  # of each cell, not against the usual
    marks: Marks
    energy: float  # edge energy against brightness over the usual, median of the textured cells
    blur: float  # sharpness less the usual, median of the fine cells: below 0 is softer
    layout: float  # correlation of light and dark places
    contrast: float  # how much of their contrast is kept
    strange: float  # how unlike the reference's the light is; above 1 it is another
    observed: Observed


def build_template(reference: Reference, usual: Habit | None = None, ignored: Cells | None = None) -> Template:
    """Make a reference ready for comparing (0.4 ms), with its own edges or those that its habit has adapted, but for
    the cells that are left out."""
    usual = habit.begin(reference) if usual is None else usual
    field = unpack(usual.edges)
    if ignored is not None:
        field *= np.kron(~ignored, np.ones((FIELD_HEIGHT // ROWS, FIELD_WIDTH // COLUMNS), np.bool_))
    square = gradients.squared(field)
    stable = square > STABLE_LENGTH**2
    cell_stable = measures.cell_means(stable.astype(np.float32))
    textured = reference.coarse > MIN_TEXTURE
    judged = (cell_stable > MIN_STABLE_SHARE) & (usual.fit > MIN_CELL_SIMILARITY)
    kept = (field * stable).astype(np.complex64)
    return Template(
        reference=reference,
        habit=usual,
        stable=stable,
        field=kept,
        norm=float((square * stable)[gradients.INNER].sum()) ** 0.5,
        cell_norm=measures.cell_means(square * stable),
        cell_stable=cell_stable,
        judged=judged,
        textured=judged & textured,
        fine=judged & textured & (usual.sharp_spread < MAX_SHARPNESS_SPREAD),
    )


def structured(template: Template) -> bool:
    """Whether the view has enough structure to say when it changes."""
    return int(template.judged[1:-1].sum()) >= MIN_JUDGED


def share(template: Template, cells: Cells) -> float:
    """Share of the judged cells, 0 to 1."""
    return float((cells & template.judged).sum()) / max(1, int(template.judged.sum()))


def similarity(template: Template, field: Field, noise: float = 0.0) -> tuple[float, Plane]:
    """Cosine between the stable edges and a field, over the whole but its outermost lines, and cell by cell. `noise`
    is the mean square that noise adds to the field."""
    agreement = gradients.cell_product(template.field, field)
    weight = measures.cell_means(gradients.squared(field) * template.stable) - np.float32(noise) * template.cell_stable
    weight = np.maximum(weight, np.float32(0.02) * template.cell_stable)
    size = template.stable.size / agreement.size
    total = template.norm * float(weight[1:-1].sum() * size) ** 0.5
    cells = agreement / (np.sqrt(template.cell_norm * weight) + np.float32(0.003))
    return (float(agreement[1:-1].sum()) * size / total if total > 1e-3 else 0.0), cells


def relative_contrast(contrast: float, mean: float, reference: Reference) -> float:
    """How much is kept of the contrast between light and dark places, against the brightness: all of it in dimmer
    light and out of focus, little in haze. 0.05 to 1, from the slope of `measures.layout_match` and the mean."""
    kept = contrast * (float(reference.levels.mean()) + 15) / (mean + 15)
    return min(1.0, max(kept, 0.05))


def mark(template: Template, seen: Observed, strictness: float) -> Marks:
    """Judge each cell. `strictness` is by how many natural deviations a cell must agree less than usual.

    Dim light and haze thin out the structure everywhere; a cell is empty when it has much less than the cells that
    still match have kept.
    """
    usual = template.habit
    lost = template.judged & (seen.fit < np.minimum(0.5 * usual.fit, usual.fit - strictness * usual.fit_spread))
    found = template.judged & ~lost
    kept, bare = 1.0, 0.0
    if 2 * int(found.sum()) > int(template.judged.sum()):
        kept = measures.quantile((seen.structure / np.maximum(usual.structure, 1e-4))[found], 0.5)
        bare = min(0.0, measures.quantile((seen.energy - usual.energy)[found], 0.5))
    faint = seen.energy - usual.energy - bare < np.minimum(EMPTY_ENERGY, -strictness * usual.energy_spread)
    return Marks(
        lost=lost,
        empty=template.judged & (faint | (seen.structure < 0.5 * min(1.0, kept) * usual.structure)),
        soft=template.textured & (seen.sharp - usual.sharp < np.minimum(-0.5, -strictness * usual.sharp_spread)),
    )


def match(template: Template, lately: Lately, strictness: float = 3.0) -> Match:
    """Compare the last seconds with a template."""
    reference, textured, usual = template.reference, template.textured, template.habit
    whole, cells = similarity(template, lately.field, lately.part * lately.detail.rustle)
    sharp = picture.sharpness(lately.slow)
    layout, contrast = measures.layout_match(lately.levels, reference.levels)
    energy, blur = 1.0, 0.0
    energies = picture.energy(lately.detail, lately.levels)
    if int(textured.sum()) >= MIN_TEXTURED:
        energy = measures.quantile((energies / np.exp(usual.energy))[textured], 0.5)
    seen = Observed(
        fit=cells,
        sharp=picture.sharpness(lately.detail),
        structure=lately.structure,
        energy=np.log(energies + np.float32(habit.LEAST_ENERGY)),
        levels=habit.relative(lately.levels),
        blue=lately.blue,
        red=lately.red,
        similarity=whole,
        softness=0.0,
        mean=lately.mean,
        noise=lately.detail.rustle,
    )
    marks = mark(template, seen, strictness)
    # What covers a part is soft; the view is when the rest is.
    found = template.fine & ~marks.lost
    judged = found if 2 * int(found.sum()) >= int(template.fine.sum()) else template.fine
    if int(judged.sum()) >= MIN_FINE:
        blur = measures.quantile((sharp - usual.sharp)[judged], 0.5)
    seen = msgspec.structs.replace(seen, softness=-blur)
    fit = whole / max(0.05, usual.similarity)
    light = habit.strangeness(usual, lately.mean, lately.detail.rustle)
    return Match(
        similarity=fit,
        cell_similarity=cells,
        marks=marks,
        energy=energy,
        blur=blur,
        layout=layout,
        contrast=contrast,
        strange=max(light, habit.relit(usual, seen.levels, fit, template.judged & ~marks.lost)),
        observed=seen,
    )
