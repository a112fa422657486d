"""Keeping the references: habits that follow slow change, and references for further lights and positions."""

import math
from collections.abc import Set

import msgspec

from hub.vision import bank as banks
from hub.vision import habit as habits
from hub.vision import learning as learn
from hub.vision.comparing import fit_of, light_of, like, note_switch, usable
from hub.vision.diagnosis import MAY_BE_UNKNOWN, SLOW, Diagnosis
from hub.vision.learning import Learning
from hub.vision.left import Left, leave, resume
from hub.vision.limits import Limits
from hub.vision.place import Trust, same_edges, sudden, trust
from hub.vision.reference import Reference
from hub.vision.scene import Light, Scene
from hub.vision.template import build_template, share
from hub.vision.usual import learn as learn_usual
from hub.vision.verdict import Circumstances
from hub.vision.view import View, use, usual_of
from hub.vision.whole import whole

# Until so many pictures counted (a day and more), what is suspected for a moment is learned from as well: else nothing
# that is natural but rare could ever become usual.
YOUNG = 6000
KNOWN_UNAPPROVED = 0.75
PASSING_S = 10.0
FAMILIAR_AGAIN = 0.7
# The share of the known cells with structure that another light must show too.
RICH = 0.8
RETURNS = 3
PATROL_S = 3600.0
ASIDE = 0.9
# What does not show the view as it is must not be learned from.
MISLEADING = frozenset(
    {"black", "frozen", "recoded", "moved", "cover", "blur", "part", "noisy", "striped", "damaged", "tinted"}
)
# Nor must haze become usual, through which the view still shows.
FADING = frozenset({"flat"})


def keep(
    view: View,
    scene: Scene,
    found: Diagnosis,
    measures: dict[str, float],
    at_s: float,
    limits: Limits,
    circumstances: Circumstances,
) -> tuple[View, Reference | None]:
    """The view after learning from one more picture, and the reference that it completed, if any."""
    lately = view.lately
    if lately is None or scene.difference is None or circumstances.moving:
        # Every picture begins a new scene: a camera on its way, or no picture at all.
        refused = Learning(refusal="moving" if view.approved is None and view.pictures > 1 else "")
        return msgspec.structs.replace(view, learning=refused), None
    if circumstances.preset != view.trust.preset:
        view = _turn(view, circumstances.preset, at_s)
    familiar = scene.compared is not None and not scene.foreign and view.fit >= limits.familiar_similarity
    active = misled(view)
    if view.fit >= limits.fitting_similarity and not scene.foreign:
        view = msgspec.structs.replace(view, fitting_s=at_s)
    if not active:
        view = msgspec.structs.replace(view, trust=trust(view.trust, lately, at_s, familiar=familiar))
    if familiar and not in_other_light(view):
        if not active:
            view = _follow_habit(view, scene, found, measures, at_s, circumstances)
        return msgspec.structs.replace(view, unfamiliar_s=None, learning=Learning()), None
    return _learn(view, scene, found, at_s, limits, circumstances)


def _turn(view: View, preset: str, at_s: float) -> View:
    """The view when the camera looks at another of its positions: it goes on there where it left off."""
    here = Left(
        trust=view.trust,
        fitting_s=view.fitting_s,
        unfamiliar_s=view.unfamiliar_s,
        left_s=at_s,
    )
    learned = {reference.preset for reference in view.bank.references}
    left = leave(view.left, view.trust.preset, here, learned)
    there = resume(left, preset, at_s)
    if there is None:
        return msgspec.structs.replace(view, left=left, trust=Trust(preset=preset), unfamiliar_s=None)
    return msgspec.structs.replace(
        view, left=left, trust=there.trust, fitting_s=there.fitting_s, unfamiliar_s=there.unfamiliar_s
    )


def in_other_light(view: View) -> bool:
    """Whether the reference in use was learned in clearly other light; a light about the edge of it stays another."""
    return view.strange >= (1.0 if view.unfamiliar_s is None else FAMILIAR_AGAIN)


def misled(view: View, *, but: Set[str] = frozenset()) -> bool:
    """Whether a finding stands that hides the view, but for those named."""
    return any(track.active and name in MISLEADING - but for name, track in view.tracks.items())


def patrols(view: View, at_s: float) -> bool:
    """Whether the camera went elsewhere and came back so often that it is on a patrol nobody told of."""
    return len(view.returned_s) >= RETURNS and at_s - view.returned_s[-RETURNS] <= PATROL_S


def _quiet(view: View, found: Diagnosis) -> bool:
    """Whether nothing at all is suspected or unknown."""
    slow = {name for name in SLOW if found.sights[name] == "unknown"}
    bad = {name for name, sight in found.sights.items() if sight != "gone" and name not in slow}
    if any(name not in MAY_BE_UNKNOWN or found.sights[name] == "seen" for name in bad - {"frozen"}):
        return False
    return not view.stuck_s.any() and not any(track.seen for track in view.tracks.values())


def _lasting(view: View) -> bool:
    """Whether something is suspected for longer than people pass by."""
    tracks = (view.tracks[name] for name in MISLEADING | FADING if name in view.tracks)
    return float(view.stuck_s.max()) > PASSING_S or any(track.lasted_s > PASSING_S for track in tracks)


def _follow_habit(
    view: View,
    scene: Scene,
    found: Diagnosis,
    measures: dict[str, float],
    at_s: float,
    circumstances: Circumstances,
) -> View:
    reference, compared, lately = view.reference, scene.compared, view.lately
    assert reference is not None
    assert compared is not None
    assert lately is not None
    if at_s - view.learned_s < habits.EVERY_S or scene.hold or found.name in ("black", "frozen"):
        return view
    known = compared.template.habit
    quiet = _quiet(view, found)
    if not quiet and (known.count >= YOUNG or _lasting(view)):
        return view
    near = view.strange < scene.limits.strange
    # Else a habit would slide from light to light, from dusk into the night and back into the day.
    known = habits.follow(known, compared.match.observed) if near else known
    usual = usual_of(view)
    if not any(track.seen for track in view.tracks.values()):
        usual = learn_usual(usual, measures, habits.EVERY_S, circumstances.at)
    view = msgspec.structs.replace(
        view,
        learned_s=at_s,
        habits={**view.habits, reference.id: known},
        usuals={**view.usuals, reference.id: usual},
    )
    if quiet and near and at_s - view.fielded_s >= habits.FIELD_EVERY_S:
        known = habits.follow_field(known, lately.field)
        view = msgspec.structs.replace(view, fielded_s=at_s, habits={**view.habits, reference.id: known})
        return msgspec.structs.replace(view, rolling=build_template(reference, known, ignored=view.ignored))
    assert view.rolling is not None
    return msgspec.structs.replace(view, rolling=msgspec.structs.replace(view.rolling, habit=known))


def _learn(
    view: View, scene: Scene, found: Diagnosis, at_s: float, limits: Limits, circumstances: Circumstances
) -> tuple[View, Reference | None]:
    """Learn the first reference of a position, or one for a light that none fits."""
    lately, change = view.lately, scene.difference
    assert lately is not None
    assert change is not None
    preset = circumstances.preset
    known = banks.of_preset(view.bank, preset)
    since_s = at_s if view.unfamiliar_s is None else view.unfamiliar_s
    view = msgspec.structs.replace(view, unfamiliar_s=since_s)
    blocked = found.name in ("frozen", "black") or scene.hold
    patrol = False
    if known:
        patrol = patrols(view, at_s) and found.sights["moved"] == "seen"
        blocked = blocked or misled(view, but={"moved"} if patrol else set()) or not banks.room(view.bank, preset)
        blocked = blocked or (bool(found.name) and not view.trust.proven and not patrol)
        blocked = blocked or found.sights["recoded"] == "seen"
        blocked = blocked or (not patrol and (_hidden(view, scene, limits) or _suspicious(view, found, scene)))
        # A lens out of focus or half covered fits no reference either; another light is brighter,
        # darker, noisier, or came slowly.
        slow = view.trust.proven and since_s - view.fitting_s >= limits.slow_s
        same = banks.of_light(view.bank, preset, colour=lately.colour)
        lit = scene.foreign or scene.unsettled or view.strange >= 0.8
        lit = patrol or slow or (lit and not any(usable(each) and like(view, each, lately) for each in same))
        if blocked or not lit or (at_s - since_s < limits.unfamiliar_s and not patrol):
            return msgspec.structs.replace(view, learning=Learning()), None
        if any(
            not (each.approved or each.proven) and fit_of(each, lately) > KNOWN_UNAPPROVED * each.similarity
            for each in same
        ):
            return view, None
    elif blocked:
        dark = Learning(refusal="dark") if found.name == "black" else view.learning
        return msgspec.structs.replace(view, learning=dark), None
    measures = whole(scene.picture, scene.signals)
    learning, reference = learn.learn(view.learning, scene.picture, lately, change, measures, at_s, limits.learn_s)
    if reference is None:
        return msgspec.structs.replace(view, learning=learning), None
    rich = not known or patrol or _rich(view, reference)
    if not rich and not scene.foreign and not in_other_light(view):
        return msgspec.structs.replace(view, learning=Learning(refusal="no structure")), None
    # At night a lamp may reach only a part of the view: whether that is all there is, a person must say.
    proven = not known or (
        rich and not _aside(scene, limits) and (view.trust.proven or (not patrol and _same_place(view, limits)))
    )
    light = light_of(lately.colour, scene.picture.brightness.mean, known)
    bank, reference = banks.add(view.bank, reference, light, preset, proven=proven)
    view = msgspec.structs.replace(view, bank=bank, learning=Learning(), unfamiliar_s=None)
    if not patrol and circumstances.at is not None and view.reference is not None and light != view.reference.light:
        # The evening on which a night is learned is the first of many.
        view = msgspec.structs.replace(view, switches=note_switch(view.switches, circumstances.at))
    if known and proven:
        view = msgspec.structs.replace(view, switched_s=at_s)
    elif not known:
        # A hand over the lens right after learning came suddenly, too.
        now = scene.picture
        light_now = Light(at_s=at_s, mean=now.brightness.mean, noise=now.noise)
        trusted = trust(view.trust, lately, at_s, familiar=True)
        view = msgspec.structs.replace(view, light=light_now, trust=trusted, fitting_s=at_s)
    return (use(view, reference) if proven else view), reference


def _suspicious(view: View, found: Diagnosis, scene: Scene) -> bool:
    """Whether anything counts that hides the view, or the change came at once and was none of the brightness alone.

    After a change of mode everything is another, and what is compared with a picture of the other mode says nothing.
    """
    assert view.lately is not None
    if scene.foreign:
        return False
    standing = any(track.active for name, track in view.tracks.items() if name not in SLOW)
    stuck = scene.compared is not None and share(scene.compared.template, view.stuck_s > PASSING_S)
    if standing or stuck > scene.limits.part_share:
        return True
    return not view.trust.proven and (bool(found.name) or sudden(view.trust, view.lately))


def _rich(view: View, reference: Reference) -> bool:
    """Whether a view shows as much as the one that is known: a web, a film and a hand hide some."""
    if view.approved is None:
        return True
    return share(view.approved, build_template(reference).judged) >= RICH


def _hidden(view: View, scene: Scene, limits: Limits) -> bool:
    """Whether the view may be covered, in part or by something that took its edges evenly."""
    compared = scene.compared
    if compared is None:
        return False
    if compared.match.energy < limits.learn_energy:
        return True
    # What a light does not reach is as empty as what is covered; a light that came slowly may leave more of it.
    most = limits.learn_dim if view.trust.proven and view.strange > 1.0 else limits.learn_covered
    return not scene.foreign and share(compared.template, compared.near) > most


def _aside(scene: Scene, limits: Limits) -> bool:
    """Whether the view fits elsewhere as well as in its place, as that of a camera that was turned does where the scene
    repeats itself; light moves no edges."""
    compared = scene.compared
    if compared is None or scene.foreign:
        return False
    alignment = compared.alignment
    fits = compared.elsewhere >= max(limits.weak_similarity, ASIDE * compared.match.similarity)
    return fits and math.hypot(alignment.dx, alignment.dy) >= limits.moved_shift


def _same_place(view: View, limits: Limits) -> bool:
    if view.approved is None or view.lately is None:
        return False
    return same_edges(view.approved, view.lately.field) >= limits.same_place_quality
