"""What the last minute showed of a view: who passes by fades from such an average, noise with him, and what covers a
part of the view remains, however busy or dim it is.

The averages over some seconds see a cover sooner where the view is clear and quiet. Where traffic, noise or leaves that
sway hide in every other picture what is missing, it shows in the mean of the minute only.
"""

import msgspec
import numpy as np

from hub.vision import gradients, measures, picture
from hub.vision.gradients import Field
from hub.vision.habit import LEAST_ENERGY
from hub.vision.lately import Lately
from hub.vision.measures import Plane
from hub.vision.picture import Detail
from hub.vision.regions import grounded, label, sizable
from hub.vision.template import Cells, Template

GATHER_S = 8.0
"""As long as the averages are that go into this one, so that every picture counts about once."""
AVERAGE_S = 60.0
DETAIL_S = 24.0
"""The same of detail, which is a mean of squares: a third of a minute of the view would outweigh what covers it."""
RIPE = 5
MOST_STEP_S = 30.0
LOST = 0.6
"""Of the edges of a cell, against the cells that have kept most: half a minute of something else leaves as much."""
FAINT = -0.65
SOFT = -0.4
"""Natural logarithms of edge energy and sharpness against the usual and against the cells that are kept."""
NEAR = 0.3
"""Of a group's cells are faint or soft, as behind anything close to the lens; a parked lorry is neither."""
LEFT = 0.14
"""Of the edges of a group, in the last seconds: what is close to the lens leaves none, but for those at its rim; snow
on the ground and shadows leave a quarter and more."""
SPOT = 3
MIN_FOUND = 12
SHOWN = 0.75
"""Of the usual fit in the last seconds; such a cell is free, whatever the minute still holds."""


class Minute(msgspec.Struct, frozen=True, kw_only=True):
    """The averages, in the light of one reference, and the cells that were covered by them."""

    reference: str = ""
    field: Field | None = None
    detail: Detail | None = None
    levels: Plane | None = None
    gathered: int = 0
    at_s: float = 0.0
    covered: Cells | None = None


def follow(minute: Minute, template: Template, lately: Lately, at_s: float) -> Minute:
    """The averages with the last seconds, taken in once in `GATHER_S`; begun anew with another reference."""
    if minute.reference != template.reference.id or minute.field is None:
        return Minute(
            reference=template.reference.id,
            field=lately.field,
            detail=lately.detail,
            levels=lately.levels,
            gathered=1,
            at_s=at_s,
        )
    passed_s = at_s - minute.at_s
    if passed_s < GATHER_S:
        return minute
    assert minute.detail is not None
    assert minute.levels is not None
    least = 1 / (minute.gathered + 1)
    rate = np.float32(max(min(passed_s, MOST_STEP_S) / AVERAGE_S, least))
    soon = np.float32(max(min(1.0, passed_s / DETAIL_S), least))
    detail, now = minute.detail, lately.detail
    mixed = Detail(
        fine=detail.fine + soon * (now.fine - detail.fine),
        coarse=detail.coarse + soon * (now.coarse - detail.coarse),
        structure=detail.structure,
        rustle=detail.rustle,
    )
    after = Minute(
        reference=minute.reference,
        field=minute.field + rate * (lately.field - minute.field),
        detail=mixed,
        levels=minute.levels + soon * (lately.levels - minute.levels),
        gathered=minute.gathered + 1,
        at_s=at_s,
    )
    if after.gathered < RIPE:
        return after
    return msgspec.structs.replace(after, covered=_covered(after, template, lately.field))


def covered(minute: Minute, template: Template, fit: Plane) -> Cells | None:
    """The cells that the last minute shows covered, but for those that have come free in the last seconds, as their
    `fit` says; None while nothing can be said."""
    if minute.covered is None or minute.reference != template.reference.id:
        return None
    free: Cells = fit >= SHOWN * template.habit.fit
    return minute.covered & ~free


def _covered(minute: Minute, template: Template, now: Field) -> Cells | None:
    """The groups of cells whose edges are gone, of which the last seconds, too, show hardly any, and that are faint or
    soft to a good part."""
    assert minute.field is not None
    assert minute.detail is not None
    assert minute.levels is not None
    judged, usual = template.judged, template.habit
    if int(judged.sum()) < MIN_FOUND:
        return None
    kept = _kept(template, minute.field)
    best = min(1.0, measures.quantile(kept[judged], 0.8))
    lost = judged & (kept < LOST * best)
    found = judged & ~lost
    if not lost.any() or int(found.sum()) < MIN_FOUND:
        return None
    lost = _left_empty(sizable(lost, SPOT), _kept(template, now), LEFT * best)
    energy = np.log(picture.energy(minute.detail, minute.levels) + np.float32(LEAST_ENERGY)) - usual.energy
    sharp = picture.sharpness(minute.detail) - usual.sharp
    clear = found & template.textured
    faint = energy < FAINT + min(0.0, measures.quantile(energy[found], 0.5))
    softer = min(0.0, measures.quantile(sharp[clear], 0.5)) if clear.any() else 0.0
    soft = template.textured & (sharp < SOFT + softer)
    return grounded(lost, faint | soft, NEAR)


def _kept(template: Template, field: Field) -> Plane:
    """How much of the expected edges is there, cell by cell: 1 all, 0 none, whatever else is there."""
    there: Plane = gradients.cell_product(template.field, field) / (template.cell_norm + np.float32(1e-3))
    return there


def _left_empty(cells: Cells, kept: Plane, most: float) -> Cells:
    """The groups of cells that show no more than that between them."""
    labels = label(cells).ravel()
    size = np.bincount(labels)
    shown = np.bincount(labels, weights=np.clip(kept, -1.0, 1.0).ravel())
    empty = shown <= most * size
    empty[0] = False
    found: Cells = empty[labels].reshape(cells.shape)
    return found
