"""A reference made ready for comparing, and the comparison of one picture with it."""

from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision import gradients, measures, picture
from hub.vision.gradients import Field, TileSpectra
from hub.vision.measures import Plane
from hub.vision.picture import Detail, Picture
from hub.vision.reference import Reference

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


class Template(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What is computed once from a reference. `judged` are the cells with structure of their own."""

    reference: Reference
    stable: Plane
    field: Field  # the stable edges only
    norm: float
    cell_norm: Plane
    judged: Cells
    textured: Cells  # judged cells with enough structure to judge sharpness
    fine: Cells  # textured cells whose finest structure stands out of the noise

    @cached_property
    def spectrum(self) -> Field:
        """For `align`; only a picture that does not fit needs it."""
        return gradients.spectrum(self.field)

    @cached_property
    def tile_spectra(self) -> TileSpectra:
        """For `align_tiles`."""
        return gradients.tile_spectra(self.field)


class Evidence(NamedTuple):
    """What a comparison rests on, cell by cell, in a form that can be averaged over pictures."""

    agreement: Plane  # scalar product of expected and seen edges
    weight: Plane  # squared length of the edges seen where some are expected
    detail: Detail


class Marks(NamedTuple):
    """What has become of each judged cell."""

    lost: Cells  # its edges are not where they were
    empty: Cells  # it shows clearly less structure than is natural
    soft: Cells  # it is clearly less sharp than is natural


class Match(NamedTuple):
    """One picture compared with a template."""

    similarity: float  # of the whole, against what is usual: about 1 is good, 0 nothing in common
    cell_similarity: Plane  # the same cell by cell
    marks: Marks
    lost_share: float  # of the judged cells
    energy: float  # edge energy against brightness over the usual, median of the textured cells
    blur: float  # sharpness less the usual, median of the fine cells: below 0 is softer
    layout: float  # correlation of light and dark places
    contrast: float  # how much of their contrast is kept


def build_template(reference: Reference) -> Template:
    """Make a reference ready for comparing (0.2 ms)."""
    square = gradients.squared(reference.field)
    stable = (square > STABLE_LENGTH**2).astype(np.float32)
    textured = reference.coarse > MIN_TEXTURE
    judged = (measures.cell_means(stable) > MIN_STABLE_SHARE) & (reference.cell_similarity > MIN_CELL_SIMILARITY)
    return Template(
        reference=reference,
        stable=stable,
        field=(reference.field * stable).astype(np.complex64),
        norm=float((square * stable).sum()) ** 0.5,
        cell_norm=measures.cell_means(square * stable),
        judged=judged,
        textured=judged & textured,
        fine=judged & textured & (reference.sharpness_spread < MAX_SHARPNESS_SPREAD),
    )


def structured(template: Template) -> bool:
    """Whether the view has enough structure to say when it changes."""
    return int(template.judged[1:-1].sum()) >= MIN_JUDGED


def share(template: Template, cells: Cells) -> float:
    """Share of the judged cells, 0 to 1."""
    return float((cells & template.judged).sum()) / max(1, int(template.judged.sum()))


def gather(template: Template, seen: Picture, detail: Detail) -> Evidence:
    """What one picture says, cell by cell."""
    agreement = measures.cell_means(gradients.product(template.field, seen.field))
    weight = measures.cell_means(gradients.squared(seen.field) * template.stable)
    return Evidence(agreement, weight, detail)


def blend(past: Evidence | None, now: Evidence, rate: float) -> Evidence:
    """Evidence averaged over time: `rate` (0 to 1) is the weight of the newest picture."""
    if past is None:
        return now
    keep, take = np.float32(1 - rate), np.float32(rate)
    detail = Detail(*(keep * old + take * new for old, new in zip(past.detail, now.detail, strict=True)))
    return Evidence(keep * past.agreement + take * now.agreement, keep * past.weight + take * now.weight, detail)


def similarity(template: Template, evidence: Evidence) -> tuple[float, Plane]:
    """Cosine between the stable edges and those seen, over the whole and cell by cell."""
    total = template.norm * float(evidence.weight.sum() * template.stable.size / evidence.weight.size) ** 0.5
    whole = float(evidence.agreement.sum()) * template.stable.size / evidence.agreement.size
    cells = evidence.agreement / (np.sqrt(template.cell_norm * evidence.weight) + np.float32(0.003))
    return (whole / total if total > 1e-3 else 0.0), cells


def mark(template: Template, evidence: Evidence, strictness: float = 3.0) -> Marks:
    """Judge each cell. `strictness` is by how many natural deviations a cell must agree less than usual: averaged
    evidence needs fewer than that of one picture.

    Dim light and haze thin out the structure everywhere; a cell is empty when it has much less than the cells that
    still match have kept.
    """
    reference, (_, cells) = template.reference, similarity(template, evidence)
    usual, spread = reference.cell_similarity, reference.cell_similarity_spread
    softness = picture.sharpness(evidence.detail) - reference.sharpness
    lost = template.judged & (cells < np.minimum(0.5 * usual, usual - strictness * spread))
    found = template.judged & ~lost
    kept = 1.0
    if 2 * int(found.sum()) > int(template.judged.sum()):
        kept = float(np.median((evidence.detail.structure / np.maximum(reference.structure, 1e-4))[found]))
    return Marks(
        lost=lost,
        empty=template.judged & (evidence.detail.structure < 0.5 * min(1.0, kept) * reference.structure),
        soft=template.textured & (softness < np.minimum(-0.5, -0.5 * strictness * reference.sharpness_spread)),
    )


def match(template: Template, seen: Picture, evidence: Evidence) -> Match:
    """Compare a picture with a template."""
    reference, textured = template.reference, template.textured
    whole, cells = similarity(template, evidence)
    marks = mark(template, evidence)
    layout, contrast = measures.layout_match(seen.levels, reference.levels)
    energy, blur = 1.0, 0.0
    if int(textured.sum()) >= MIN_TEXTURED:
        energies = picture.energy(evidence.detail, seen.levels) / np.maximum(reference.energy, 1e-3)
        energy = float(np.median(energies[textured]))
    if int(template.fine.sum()) >= MIN_FINE:
        blur = float(np.median((picture.sharpness(evidence.detail) - reference.sharpness)[template.fine]))
    return Match(
        similarity=whole / reference.similarity,
        cell_similarity=cells,
        marks=marks,
        lost_share=share(template, marks.lost),
        energy=energy,
        blur=blur,
        layout=layout,
        contrast=contrast,
    )


def adapt(template: Template, seen: Picture, detail: Detail, rate: float) -> Template:
    """A template a little closer to a picture (`rate` 0 to 1). Sharpness stays as approved: dirt comes slowly."""
    reference, part = template.reference, np.float32(rate)
    least = np.minimum(detail.structure, 1.2 * reference.structure)
    now = picture.energy(detail, seen.levels)
    return build_template(
        msgspec.structs.replace(
            reference,
            field=(reference.field + part * (seen.field - reference.field)).astype(np.complex64),
            energy=reference.energy + part * (now - reference.energy),
            structure=reference.structure + part * (least - reference.structure),
            levels=reference.levels + part * (seen.levels - reference.levels),
        )
    )
