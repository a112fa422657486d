"""Which reference a picture is compared with, and the comparison."""

from datetime import datetime

import msgspec

from hub.vision import bank as banks
from hub.vision.diagnosis import DISTURBING
from hub.vision.gradients import INNER, Alignment, align, squared
from hub.vision.habit import Habit, begin, relative, relit, same_light, strangeness
from hub.vision.lately import Lately
from hub.vision.limits import Limits
from hub.vision.minute import Minute
from hub.vision.minute import follow as follow_minute
from hub.vision.picture import Picture
from hub.vision.reference import LightName, Reference, unpack
from hub.vision.scene import Compared, look
from hub.vision.signals import jitter
from hub.vision.template import STABLE_LENGTH, Template, match, similarity
from hub.vision.usual import Usual
from hub.vision.verdict import Circumstances
from hub.vision.view import View, use

BETTER = 0.04
OTHER_LIGHT = 1.0
DOUBTFUL = 0.8
HALF = 0.5  # of the usual fit of a cell, from which its edges are in their places
# The averages are good enough to choose by after so many pictures.
SETTLED = 3
# While one fits, another is tried once in so many pictures: it may fit better still.
RECONSIDERED = 15
KEPT_SWITCHES = 8
SEEN_HOUR_S = 60.0
OFTEN_S = 2.6
IN_PLACE = 0.4  # pixels of 160
NEW_S = 1800.0
# What is not the view at all must not become what the last minute showed.
SPOILING = DISTURBING | {"frozen", "cover"}


def compare(
    view: View, picture: Picture, at_s: float, circumstances: Circumstances, limits: Limits
) -> tuple[View, Compared | None]:
    """Compare the last seconds with the reference that fits best, of those for this position and mode."""
    lately = view.lately
    if lately is None or circumstances.moving:
        return view, None
    view = _choose(view, lately, at_s, circumstances)
    if view.approved is None or view.rolling is None:
        return view, None
    alignment, aligned_s = view.alignment, view.aligned_s
    if alignment is None or not _lies_still(view, alignment):
        alignment, aligned_s = align(picture.field, view.approved.field, view.approved.spectrum), at_s
    minute = _follow_minute(view, view.rolling, lately, at_s)
    compared = look(view.rolling, view.approved, match(view.rolling, lately), alignment, lately, limits, minute)
    return msgspec.structs.replace(
        view,
        minute=minute,
        fit=compared.match.similarity,
        strange=compared.match.strange,
        alignment=alignment,
        aligned_s=aligned_s,
    ), compared


def _follow_minute(view: View, template: Template, lately: Lately, at_s: float) -> Minute:
    """The averages of the last minute with these seconds, unless what is seen is not the view at all."""
    found = view.diagnosis
    if "moved" in view.tracks and view.tracks["moved"].active:
        return Minute()
    spoiled = found is not None and any(found.sights[name] == "seen" for name in SPOILING)
    if spoiled or at_s < view.hold_until_s or lately.count < SETTLED:
        return view.minute
    return follow_minute(view.minute, template, lately, at_s)


def _lies_still(view: View, alignment: Alignment) -> bool:
    """Whether this picture need not be aligned: the last one was, and the view lies in its place as ever. Where
    pictures are rare each is needed, to tell a camera that shakes."""
    return (
        view.aligned_s == view.at_s
        and view.interval_s <= OFTEN_S
        and view.fit >= DOUBTFUL
        and max(abs(alignment.dx), abs(alignment.dy)) < IN_PLACE
        and (jitter(view.signals) or 0.0) < IN_PLACE
        and view.diagnosis is not None
        and not view.diagnosis.name
    )


def usable(reference: Reference) -> bool:
    """Whether pictures may be judged by it."""
    return reference.approved or reference.proven


def foreign(view: View, colour: bool | None) -> bool:
    """Whether the reference in use is of the other mode, for want of a better one."""
    return view.reference is not None and colour is not None and (view.reference.light == "infrared") == colour


def unsettled(view: View, at_s: float, at: datetime | None, limits: Limits) -> bool:
    """Whether the light is about to change, or just did: near the hours at which it was seen to change, or after the
    reference changed for one of another light."""
    if view.strange > limits.strange:
        return True
    if view.switched_s is not None and at_s - view.switched_s < limits.switch_s:
        return True
    return turns(view, at, limits)


def turns(view: View, at: datetime | None, limits: Limits) -> bool:
    """Whether this is an hour at which the light was seen to change, or one that nothing is known of."""
    if at is None:
        return False
    # An hour in which this reference was never in use may bring any change of light; not so soon after it was learned.
    usual = None if view.reference is None else view.usuals.get(view.reference.id)
    if usual is not None and usual.hours and not _seen(usual, at.hour) and _seen_s(usual) >= NEW_S:
        return True
    hour = at.hour + at.minute / 60
    return any(min(abs(each - hour), 24 - abs(each - hour)) < limits.twilight_h for each in view.switches)


def _seen_s(usual: Usual) -> float:
    return sum(max((known.seen_s for known in hour.values()), default=0.0) for hour in usual.hours)


def _seen(usual: Usual, hour: int) -> bool:
    return any(known.seen_s >= SEEN_HOUR_S for known in usual.hours[hour].values())


def _choose(view: View, lately: Lately, at_s: float, circumstances: Circumstances) -> View:
    known = banks.of_preset(view.bank, circumstances.preset)
    same = [each for each in banks.of_light(view.bank, circumstances.preset, colour=lately.colour) if usable(each)]
    candidates = same or [each for each in known if usable(each)]
    current = view.reference
    if current is not None and not any(each.id == current.id for each in candidates):
        current = None
    if not candidates:
        return use(view, None) if view.reference is not None else view
    if current is None or lately.count in (1, SETTLED):
        best = max(candidates, key=lambda each: _score(view, each))
    elif view.fit < DOUBTFUL or view.strange > 0.5:
        best = candidates[view.pictures % len(candidates)]
    elif view.pictures % RECONSIDERED == 0:
        best = candidates[view.pictures // RECONSIDERED % len(candidates)]
    else:
        best = current
    if current is not None and best.id != current.id:
        better = _score(view, best) >= _score(view, current) + BETTER
        # What fits badly in its own light is an altered view; a view of another light has few edges and fits anything.
        if not better or (like(view, current, lately) and not like(view, best, lately)):
            best = current
    if view.reference is not None and best.id == view.reference.id:
        return view
    switched = view.reference is not None and best.light != view.reference.light
    after = use(view, best)
    if switched and circumstances.at is not None:
        return msgspec.structs.replace(after, switches=note_switch(view.switches, circumstances.at), switched_s=at_s)
    return msgspec.structs.replace(after, switched_s=at_s) if switched else after


def _score(view: View, reference: Reference) -> float:
    """How well a reference suits the last seconds: first by brightness and noise, then by its edges, against how well
    they fit in its own light. A night view has few edges: they fit any day, and a day out of focus best of all."""
    lately = view.lately
    assert lately is not None
    habit = _habit(view, reference)
    fit = fit_of(reference, lately) / max(0.05, habit.similarity)
    strange = strangeness(habit, lately.mean, lately.detail.rustle)
    # Somebody close by lays light and dark elsewhere for a moment as well, and must not pass for another light.
    unlike = max(strange, relit(habit, relative(lately.levels), fit))
    return fit - 0.1 * min(2.0, unlike) - (OTHER_LIGHT if strange > 1.0 else 0.0)


def like(view: View, reference: Reference, lately: Lately) -> bool:
    """Whether the light is surely that in which a reference was learned: what does not fit is then an altered view."""
    habit, cells = _habit(view, reference), None
    if view.rolling is not None and view.rolling.reference.id == reference.id:
        # Only where the edges are in their places: what covers the others is as bright as it likes.
        _, fit = similarity(view.rolling, lately.field, lately.part * lately.detail.rustle)
        cells = view.rolling.judged & (fit >= HALF * habit.fit)
    return same_light(habit, relative(lately.levels), lately.mean, lately.detail.rustle, cells)


def _habit(view: View, reference: Reference) -> Habit:
    return view.habits.get(reference.id) or begin(reference)


def note_switch(switches: tuple[float, ...], at: datetime) -> tuple[float, ...]:
    """The hours at which the light was seen to change, with this one; near one that is known it is the same."""
    hour = at.hour + at.minute / 60
    others = [each for each in switches if min(abs(each - hour), 24 - abs(each - hour)) > 0.25]
    return (*others, hour)[-KEPT_SWITCHES:]


def fit_of(reference: Reference, lately: Lately) -> float:
    """Cosine between the stable edges of a reference and those of the last seconds."""
    field = unpack(reference.edges)[INNER]
    square = squared(field)
    stable = square > STABLE_LENGTH**2
    seen = lately.field[INNER][stable]
    own = field[stable]
    noise = lately.part * lately.detail.rustle * seen.size
    weight = max(0.02 * seen.size, float(squared(seen).sum()) - noise) * float(square[stable].sum())
    return float((own.real * seen.real + own.imag * seen.imag).sum()) / weight**0.5 if weight > 0 else 0.0


def light_of(colour: bool | None, mean: float, known: tuple[Reference, ...]) -> LightName:
    """What to call the light of a picture: without colour, or dim beside the brightest that is known, or day."""
    if colour is False:
        return "infrared"
    brightest = max((each.mean_high for each in known if each.light == "day"), default=0.0)
    return "dim" if mean < 50.0 or mean < 0.55 * brightest else "day"
