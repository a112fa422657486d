"""What the detectors look at: one picture, what it is compared with, and the light before it."""

from collections.abc import Set
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision import gradients
from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.habit import Habit, lighting
from hub.vision.lasting import Lasting
from hub.vision.lately import Lately
from hub.vision.limits import Limits
from hub.vision.measures import Plane, quantile
from hub.vision.minute import Minute
from hub.vision.minute import covered as covered_in_minute
from hub.vision.picture import Picture
from hub.vision.place import unpolar
from hub.vision.regions import beside, grounded, label
from hub.vision.signals import Signals
from hub.vision.template import Cells, Match, Template, share
from hub.vision.trend import Trend
from hub.vision.usual import Expected

REST = 4
"""One in so many of the cells that are not lost must lie away from what is covered to speak for the rest."""


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """The last picture in which the view was as it should be, and when it was first lost after that."""

    at_s: float
    mean: float
    noise: float
    lost_s: float | None = None


class Compared(NamedTuple):
    """The last seconds against the reference. `template` follows slow change, `approved` is as it was approved.

    `near` are the lost cells that lost their detail too: what covers them is flat or out of focus, as things close to
    the lens are, and people in the scene are not. `covered` are the groups of lost cells that were near to a good
    part, in the last seconds or the last minute; `rest_fits` says that the other cells show what they should, as
    clearly as they should: else it is the light that goes, and with it one cell after the other. `relit`: light and
    dark have gone from those other cells, as at dawn, when the sky lights up behind the roofs and their edges vanish
    and turn around. `alignment` is that of the newest picture, `field` are the edges of the last seconds, `elsewhere`
    how well these fit at that shift.
    """

    template: Template
    approved: Template
    match: Match
    alignment: Alignment
    elsewhere: float
    field: gradients.Field
    near: Cells
    covered: Cells
    rest_fits: bool
    relit: bool
    covered_share: float
    mostly: float  # the share that makes it a cover over the whole lens
    empty_share: float


class Scene(NamedTuple):
    """Everything a detector may use. `compared` is None while there is no reference for this light.

    `usual` are the ranges that were learned for this view in this light, `signals` what is followed from picture to
    picture without any reference, `held` the names of the detectors whose findings stand. `at` is the wall-clock
    time. `seeks_pose`: rolling and zooming are looked for in this picture. `hold`: the camera just changed its mode.
    `foreign`: the reference is of the other mode, there is none for this one. `unsettled`: the light is about to
    change, or just did; `turning`: at this hour it does, or may for all that is known; `switched_s` is when another
    light came into use last; `patience` is by how many times longer what resembles that must last. `proven`: it is
    certain that the camera shows the approved place, whatever the light. `lasting` is what has been so for minutes and
    more, `trend` from day to day.
    """

    frame: Frame
    signals: Signals
    usual: Expected
    held: Set[str]
    picture: Picture
    difference: float | None
    liveness: float
    compared: Compared | None
    light: Light | None
    lost_for_s: float  # since the last familiar picture, or the first of all
    stuck_s: Plane  # how long each cell has been covered,
    stuck_since_s: npt.NDArray[np.float64]  # and since when
    limits: Limits
    at: datetime | None = None
    seeks_pose: bool = False
    hold: bool = False
    foreign: bool = False
    unsettled: bool = False
    turning: bool = False
    switched_s: float | None = None
    patience: float = 1.0
    proven: bool = False
    lasting: Lasting = Lasting()
    trend: Trend = Trend()


def look(
    template: Template,
    approved: Template,
    match: Match,
    alignment: Alignment,
    lately: Lately,
    limits: Limits,
    minute: Minute = Minute(),
) -> Compared:
    """Put together what is known of the last seconds, and the last minute, against the reference."""
    marks = match.marks
    near = marks.lost & (marks.empty | marks.soft)
    gone = near
    # Noise fits anything now and then; where nothing of the view is left, emptiness alone is enough.
    if match.similarity < limits.covered_similarity:
        gone = marks.empty | near
    # A cloth or a hand has edges of its own, but far weaker ones than any view.
    if match.similarity < limits.other_similarity and match.energy < limits.other_energy:
        gone = gone | marks.lost
    covered = grounded(marks.lost & (lately.levels < limits.blown), marks.empty | marks.soft, limits.part_near)
    if match.strange >= limits.part_strange:
        covered = covered & ~_shown(template, match, covered, limits)
    by_minute = covered_in_minute(minute, template, match.observed.fit)
    if by_minute is not None and match.strange < limits.part_strange:
        covered = covered | (by_minute & (lately.levels < limits.blown))
    rest = _rest(template, marks.lost, covered)
    lit = lighting(template.habit, match.observed.levels, rest)
    explained = share(template, marks.lost & ~covered) <= limits.part_unexplained
    return Compared(
        template=template,
        approved=approved,
        match=match,
        alignment=alignment,
        field=lately.field,
        elsewhere=_fit_at(approved, template.habit, lately, alignment),
        near=near,
        covered=covered,
        rest_fits=explained and _fits(template, match, rest, limits),
        relit=lit is not None and lit.kept < limits.part_lit,
        covered_share=share(template, gone),
        mostly=limits.cover_share_lost if match.similarity < limits.other_similarity else limits.cover_share,
        empty_share=share(template, marks.empty),
    )


def _fit_at(approved: Template, habit: Habit, lately: Lately, alignment: Alignment) -> float:
    """How well the picture fits where it was found, against what is usual in place."""
    there = gradients.similarity_at(lately.field, approved.field, alignment.dx, alignment.dy)
    return there / max(0.05, habit.similarity)


def _rest(template: Template, lost: Cells, covered: Cells) -> Cells:
    """The cells that show the view for certain: what is close to the lens is out of focus and fades into the cells
    around it. All that are not lost when hardly any others remain."""
    found = template.judged & ~lost
    clear = found & ~beside(covered)
    return clear if REST * int(clear.sum()) >= int(found.sum()) else found


def _shown(template: Template, match: Match, covered: Cells, limits: Limits) -> Cells:
    """The groups in which most cells are as clear as ever and the view still shows: snow lies on the ground, or the sun
    stands elsewhere. What is close to the lens leaves nothing of the view, or a little and out of focus."""
    kept = np.clip(match.observed.fit / np.maximum(template.habit.fit, 0.2), -1.0, 1.0).ravel()
    clear = ~(match.marks.empty | match.marks.soft).ravel()
    labels = label(covered).ravel()
    size = np.bincount(labels)
    shown = np.bincount(labels, weights=kept) >= limits.part_shown * size
    shown &= np.bincount(labels, weights=clear) >= limits.part_clear * size
    shown[0] = False
    found: Cells = shown[labels].reshape(covered.shape)
    return found


def _fits(template: Template, match: Match, cells: Cells, limits: Limits) -> bool:
    """Whether cells that match do so as well as ever, or fairly well and with all their structure: a pattern laid
    over the lens disturbs its neighbours, but only dim light and haze thin out what still matches."""
    if not cells.any():
        return False
    habit = template.habit
    fit = quantile((match.observed.fit / np.maximum(habit.fit, 0.2))[cells], 0.5)
    kept = quantile((match.observed.structure / np.maximum(habit.structure, 1e-4))[cells], 0.5)
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


def same_place(template: Template, seen: gradients.Field) -> float:
    """Whether edges lie where they lay, whatever side of them is brighter: lamps and infra-red turn many around.

    Similarity of the doubled angles at the place, less the mean of that at eight other places, which any two
    pictures have in common because the world is upright. About 0 for another view, up to 1 for the same edges.
    """
    field, expected = unpolar(seen), unpolar(template.field)
    here = gradients.similarity(field, expected, template.stable)
    elsewhere = [
        gradients.similarity(np.roll(field, (down, across), (0, 1)), expected, template.stable)
        for down in (-11, 0, 11)
        for across in (-17, 0, 17)
        if down or across
    ]
    return here - float(np.mean(elsewhere))
