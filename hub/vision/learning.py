"""Learning a reference view from a quiet period."""

from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np

from hub.vision import gradients
from hub.vision.gradients import Field
from hub.vision.lately import Lately
from hub.vision.measures import Plane
from hub.vision.picture import Detail, Picture, energy, sharpness
from hub.vision.reference import Reference, pack
from hub.vision.template import Template, build_template, similarity, structured
from hub.vision.usual import begin as begin_usual

# Why a period did not count, or "" while nothing is against it.
Refusal = Literal["", "dark", "no structure", "moving", "unsteady"]

MIN_PICTURES = 8
# The last pictures count; more would only cost memory.
KEPT_PICTURES = 32
# Averages need so many pictures before they say what is usual.
MIN_AVERAGED = 3
MIN_CELL_ENERGY = 6.0
MIN_CELLS = 12
DARK_P99 = 40.0
MAX_SHIFT = 1.5
IN_PLACE = "in_place"
"""Among the usual ranges of a reference: how well a single picture fits it where it should."""
MIN_SIMILARITY = 0.35


class Sample(msgspec.Struct, frozen=True):
    """What one picture adds."""

    mean: float
    noise: float
    difference: float
    similarity: float | None
    cell_similarity: Plane | None
    levels: Plane
    blue: Plane
    red: Plane
    structure: Plane
    detail: Detail
    whole: Mapping[str, float]


class Learning(msgspec.Struct, frozen=True, kw_only=True):
    """The quiet period so far. `refusal` says why the last one was thrown away."""

    since_s: float | None = None
    count: int = 0
    total: Field | None = None
    samples: tuple[Sample, ...] = ()
    refusal: Refusal = ""


def learn(
    learning: Learning,
    picture: Picture,
    lately: Lately,
    difference: float,
    whole: Mapping[str, float],
    at_s: float,
    learn_s: float,
) -> tuple[Learning, Reference | None]:
    """Take in one more picture; gives the reference when `learn_s` seconds and enough pictures are together.

    `difference` is the change since the picture before, `whole` are the measures of the whole picture by name.

    A picture that is dark, has no structure, or lies elsewhere than the ones before ends the period, and a new one
    begins: what is learned must be the view, not a cover, the night or a camera being turned.
    """
    refusal = _refusal(learning, picture, lately)
    if refusal == "moving":
        learning = Learning(refusal=refusal)
    elif refusal:
        return Learning(refusal=refusal), None
    fit, cells = None, None
    if learning.total is not None and learning.count >= 4 and lately.count >= MIN_AVERAGED:
        rough = _rough(learning.total, learning.count)
        fit, cells = similarity(rough, lately.field, lately.part * lately.detail.rustle)
        whole = {**whole, IN_PLACE: gradients.similarity_at(picture.field, rough.field, 0, 0)}
    sample = Sample(
        mean=picture.brightness.mean,
        noise=picture.noise,
        difference=difference,
        similarity=fit,
        cell_similarity=cells,
        levels=picture.levels,
        blue=picture.blue,
        red=picture.red,
        structure=lately.structure,
        detail=lately.detail,
        whole=whole,
    )
    learning = Learning(
        since_s=at_s if learning.since_s is None else learning.since_s,
        count=learning.count + 1,
        total=picture.field if learning.total is None else learning.total + picture.field,
        samples=(*learning.samples, sample)[-KEPT_PICTURES:],
        refusal=learning.refusal,
    )
    assert learning.since_s is not None
    compared = sum(each.similarity is not None for each in learning.samples)
    if learning.count < MIN_PICTURES or compared < MIN_AVERAGED or at_s - learning.since_s < learn_s:
        return learning, None
    reference = _reference(learning)
    if not structured(build_template(reference)):
        return Learning(refusal="no structure"), None
    if reference.similarity < MIN_SIMILARITY:
        return Learning(refusal="unsteady"), None
    return learning, reference


def progress(learning: Learning, at_s: float, learn_s: float) -> float:
    """How much of the quiet period is done, 0 to 1."""
    if learning.since_s is None:
        return 0.0
    waited = (at_s - learning.since_s) / learn_s if learn_s > 0 else 1.0
    return max(0.0, min(1.0, waited, learning.count / MIN_PICTURES))


def _refusal(learning: Learning, picture: Picture, lately: Lately) -> Refusal:
    if picture.brightness.p99 < DARK_P99:
        return "dark"
    if int((lately.detail.coarse[1:-1] > MIN_CELL_ENERGY**2).sum()) < MIN_CELLS:
        return "no structure"
    if learning.total is not None and learning.count >= 2:
        rough = _rough(learning.total, learning.count)
        found = gradients.align(picture.field, rough.field, rough.spectrum)
        if max(abs(found.dx), abs(found.dy)) >= MAX_SHIFT and found.quality > 1.3:
            return "moving"
        if similarity(rough, lately.field)[0] < MIN_SIMILARITY:
            return "moving"
    return ""


def _rough(total: Field, count: int) -> Template:
    """The view as known so far."""
    cells = np.ones((9, 16), np.float32)
    mean = (total / np.float32(count)).astype(np.complex64)
    return build_template(
        Reference(
            edges=pack(mean),
            cell_similarity=cells,
            cell_similarity_spread=cells,
            energy=cells,
            structure=cells,
            sharpness=cells,
            sharpness_spread=cells,
            levels=cells,
            coarse=cells,
            blue=cells,
            red=cells,
            similarity=1.0,
            mean_low=0.0,
            mean_high=255.0,
            noise=0.0,
            difference=0.0,
            blur_spread=0.0,
            rustle=0.0,
            pictures=count,
        )
    )


def _reference(learning: Learning) -> Reference:
    assert learning.total is not None
    samples = learning.samples
    fine = _middle(np.stack([sample.detail.fine for sample in samples]))[0]
    coarse = _middle(np.stack([sample.detail.coarse for sample in samples]))[0]
    usual = samples[-1].detail._replace(fine=fine, coarse=coarse)
    levels, _ = _middle(np.stack([sample.levels for sample in samples]))
    structure = np.percentile(np.stack([sample.structure for sample in samples]), 5, axis=0)
    sharpnesses = np.stack([sharpness(sample.detail) for sample in samples])
    compared = [sample.cell_similarity for sample in samples if sample.cell_similarity is not None]
    cells, cells_spread = _middle(np.stack(compared))
    textured = usual.coarse > MIN_CELL_ENERGY**2
    blur = np.median((sharpnesses - sharpness(usual))[:, textured], axis=1) if textured.any() else np.zeros(1)
    means = [sample.mean for sample in samples]
    return Reference(
        usual=begin_usual([sample.whole for sample in samples]),
        edges=pack(learning.total / learning.count),
        cell_similarity=cells,
        cell_similarity_spread=cells_spread + np.float32(0.03),
        energy=energy(usual, levels),
        structure=np.maximum(structure, 0.0).astype(np.float32),
        sharpness=sharpness(usual),
        sharpness_spread=_middle(sharpnesses)[1] + np.float32(0.08),
        levels=levels,
        blue=_middle(np.stack([sample.blue for sample in samples]))[0],
        red=_middle(np.stack([sample.red for sample in samples]))[0],
        coarse=np.sqrt(np.maximum(usual.coarse, 0.0, dtype=np.float32)),
        # The cosine of a still picture with its own mean can round to a little above 1.
        similarity=min(
            1.0, float(np.median([sample.similarity for sample in samples if sample.similarity is not None]))
        ),
        mean_low=min(means),
        mean_high=max(means),
        noise=float(np.median([sample.noise for sample in samples])),
        difference=float(np.percentile([sample.difference for sample in samples], 10)),
        blur_spread=float(1.4826 * np.median(np.abs(blur - np.median(blur)))),
        rustle=float(np.median([sample.detail.rustle for sample in samples])),
        pictures=learning.count,
    )


def _middle(values: Plane) -> tuple[Plane, Plane]:
    """Median and robust deviation over the first axis."""
    median = np.median(values, axis=0)
    return median.astype(np.float32), (1.4826 * np.median(np.abs(values - median), axis=0)).astype(np.float32)
