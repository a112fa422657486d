"""What the detectors look at: one picture, what it is compared with, and the light before it."""

from collections.abc import Set
from typing import NamedTuple

import msgspec
import numpy as np

from hub.vision import gradients
from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.limits import Limits
from hub.vision.measures import Plane
from hub.vision.picture import Picture
from hub.vision.regions import grounded
from hub.vision.signals import Signals
from hub.vision.template import Cells, Evidence, Match, Template, mark, share, similarity
from hub.vision.usual import Usual


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """The last picture in which the view was as it should be, and when it was first lost after that."""

    at_s: float
    mean: float
    noise: float
    lost_s: float | None = None


class Compared(NamedTuple):
    """A picture against the reference. `near` are the lost cells that lost their detail too: what covers them is
    flat or out of focus, as things close to the lens are, and people in the scene are not. `covered` are the groups
    of lost cells that were near to a good part in the last seconds; `rest_fits` says that the other cells show what
    they should, as clearly as they should: else it is the light that goes, and with it one cell after the other."""

    template: Template
    approved: Template
    match: Match
    alignment: Alignment
    near: Cells
    covered: Cells
    rest_fits: bool
    covered_share: float  # of this picture alone
    mostly: float  # the share that makes it a cover over the whole lens
    empty_share: float


class Scene(NamedTuple):
    """Everything a detector may use. `compared` and `usual` are None while there is no reference for this light.

    `usual` are the ranges that were learned for this view in this light, `signals` what is followed from picture to
    picture without any reference, `held` the names of the detectors whose findings stand.
    """

    frame: Frame
    signals: Signals
    usual: Usual | None
    held: Set[str]
    picture: Picture
    difference: float | None
    liveness: float
    compared: Compared | None
    light: Light | None
    lost_for_s: float  # since the last familiar picture, or the first of all
    stuck_s: Plane  # how long each cell has been covered
    limits: Limits


def look(
    template: Template,
    approved: Template,
    levels: Plane,
    match: Match,
    lately: Evidence,
    alignment: Alignment,
    limits: Limits,
) -> Compared:
    """Put together what is known of a picture against the reference."""
    marks = match.marks
    near = marks.lost & (marks.empty | marks.soft)
    gone = near
    # Noise fits anything now and then; where nothing of the view is left, emptiness alone is enough.
    if match.similarity < limits.covered_similarity:
        gone = marks.empty | near
    before = mark(template, lately, strictness=1.5)
    covered = grounded(before.lost & (levels < limits.blown), before.empty | before.soft, limits.part_near)
    explained = share(template, before.lost & ~covered) <= limits.part_unexplained
    return Compared(
        template=template,
        approved=approved,
        match=match,
        alignment=alignment,
        near=near,
        covered=covered,
        rest_fits=explained and _fits(template, lately, template.judged & ~before.lost, limits),
        covered_share=share(template, gone),
        mostly=limits.cover_share_lost if match.similarity < limits.other_similarity else limits.cover_share,
        empty_share=share(template, marks.empty),
    )


def _fits(template: Template, lately: Evidence, cells: Cells, limits: Limits) -> bool:
    """Whether cells that match do so as well as ever, or fairly well and with all their structure: a pattern laid
    over the lens disturbs its neighbours, but only dim light and haze thin out what still matches."""
    if not cells.any():
        return False
    usual = np.maximum(template.reference.cell_similarity, 0.2)
    fit = float(np.median((similarity(template, lately)[1] / usual)[cells]))
    expected = np.maximum(template.reference.structure, 1e-4)
    kept = float(np.median((lately.detail.structure / expected)[cells]))
    return fit >= limits.part_rest or (fit >= limits.part_rest_least and kept >= limits.part_structure)


def follow_light(light: Light | None, picture: Picture, similarity: float, at_s: float, limits: Limits) -> Light | None:
    """Keep the brightness and noise of the last familiar pictures, smoothed, and when the view was lost."""
    if similarity >= limits.familiar_similarity:
        mean, noise = picture.brightness.mean, picture.noise
        if light is None:
            return Light(at_s=at_s, mean=mean, noise=noise)
        return Light(at_s=at_s, mean=0.7 * light.mean + 0.3 * mean, noise=0.7 * light.noise + 0.3 * noise)
    if light is not None and light.lost_s is None and similarity < limits.other_similarity:
        return msgspec.structs.replace(light, lost_s=at_s)
    return light


def sudden(scene: Scene) -> bool:
    """Whether the view was lost within a moment of being as it should be, as under a hand, not as at dusk."""
    light = scene.light
    if light is None or light.lost_s is None:
        return False
    return light.lost_s - light.at_s <= scene.limits.sudden_s


def darker(scene: Scene) -> bool:
    """Whether the picture is much darker than when the reference was learned."""
    assert scene.compared is not None
    return scene.picture.brightness.mean < scene.limits.darker * scene.compared.approved.reference.mean_low


def other_light(scene: Scene) -> bool:
    """Whether brightness or noise say that the light is another one than in the last familiar pictures."""
    light, limits = scene.light, scene.limits
    if light is None:
        return True
    ratio = scene.picture.brightness.mean / max(light.mean, 1.0)
    noisy = scene.picture.noise > limits.noisier * light.noise + 2.0
    return noisy or not limits.darker <= ratio <= limits.brighter


def same_place(template: Template, picture: Picture) -> float:
    """Whether edges lie where they lay, whatever side of them is brighter: lamps and infra-red turn many around.

    Similarity of the doubled angles at the place, less the mean of that at eight other places, which any two
    pictures have in common because the world is upright. About 0 for another view, up to 1 for the same edges.
    """
    field, expected = _unpolar(picture.field), _unpolar(template.field)
    here = gradients.similarity(field, expected, template.stable)
    elsewhere = [
        gradients.similarity(np.roll(field, (down, across), (0, 1)), expected, template.stable)
        for down in (-11, 0, 11)
        for across in (-17, 0, 17)
        if down or across
    ]
    return here - float(np.mean(elsewhere))


def _unpolar(field: gradients.Field) -> gradients.Field:
    return (field * field / (np.abs(field) + np.float32(1e-6))).astype(np.complex64)
