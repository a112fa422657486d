"""The judgement of one camera's pictures over time: findings with persistence and hysteresis.

    view = fresh(bank)
    for frame, at_s in pictures:
        view, verdict = judge(view, frame, at_s, limits)

Pure: the same pictures and times give the same verdicts. A `View` is never changed, so it can be kept or dropped at
any time; one view serves one camera, and calls for it must come in order.
"""

from collections.abc import Set

import msgspec
import numpy as np

from hub.vision.ageing import age
from hub.vision.comparing import compare, foreign, turns, unsettled
from hub.vision.diagnosis import DISTURBING, KINDS, diagnose
from hub.vision.frame import Frame, check
from hub.vision.lately import Lately, agreement, begin, jumped
from hub.vision.lately import follow as follow_average
from hub.vision.learning import IN_PLACE
from hub.vision.limits import Limits
from hub.vision.measures import difference
from hub.vision.memory import remember
from hub.vision.picture import Picture, detail, measure
from hub.vision.report import build_verdict, measures_of
from hub.vision.scene import Compared, Scene, follow_light
from hub.vision.signals import follow
from hub.vision.tracking import follow_stuck, follow_tracks, tell
from hub.vision.upkeep import RETURNS, keep
from hub.vision.usual import expected
from hub.vision.verdict import Circumstances, PictureFinding, Verdict
from hub.vision.view import View, approve, forget, fresh, usual_of

__all__ = [
    "KINDS",
    "Circumstances",
    "Limits",
    "PictureFinding",
    "Verdict",
    "View",
    "approve",
    "forget",
    "fresh",
    "judge",
    "remember",
]

# A gap in the pictures proves nothing about the time between them.
MAX_STEP_S = 5.0
LONG_GAP_S = 120.0
DIFFERENCES_KEPT = 32
MIN_DIFFERENCES = 8
DISTURBED_PICTURES = 2


def judge(
    view: View, frame: Frame, at_s: float, limits: Limits, circumstances: Circumstances = Circumstances()
) -> tuple[View, Verdict]:
    """Judge one more picture.

    Parameters
    ----------
    view
        What the call before gave, or `fresh()`.
    frame
        It is kept until the next call and must not be changed. ValueError if it is not as `Frame` says.
    at_s
        Monotonic seconds of the picture. A time before the last one counts as no time passed.
    limits
        Thresholds; may differ from call to call.
    circumstances
        What is known from outside the picture.
    """
    check(frame)
    picture = measure(frame.gray, frame.chroma)
    passed_s = 0.0 if view.at_s is None else max(0.0, at_s - view.at_s)
    if passed_s > max(LONG_GAP_S, 4 * view.interval_s):
        view = msgspec.structs.replace(view, before=None, lately=None)
    step_s = min(passed_s, max(MAX_STEP_S, 1.5 * view.interval_s))
    change = None if view.before is None else difference(view.before.gray, frame.gray)
    began_s = at_s if view.began_s is None else view.began_s
    view = msgspec.structs.replace(
        view,
        lately=_follow_lately(view, picture, step_s),
        hold_until_s=at_s + limits.hold_s if _switched(view, picture) else view.hold_until_s,
        interval_s=view.interval_s + 0.1 * (min(passed_s, 60.0) - view.interval_s),
        pictures=view.pictures + 1,
    )
    view, compared = compare(view, picture, at_s, circumstances, limits)
    scene = _scene(view, frame, picture, change, compared, at_s, began_s, limits, circumstances)
    stuck_s, stuck_since_s = follow_stuck(view, scene, at_s, step_s)
    scene = scene._replace(stuck_s=stuck_s, stuck_since_s=stuck_since_s)
    found = diagnose(scene)
    differences = view.differences
    if change is not None and found.name not in ("frozen", "black"):
        differences = (*differences, change)[-DIFFERENCES_KEPT:]
    after = msgspec.structs.replace(
        view,
        light=scene.light,
        before=picture,
        began_s=began_s,
        at_s=at_s,
        differences=differences,
        tracks=follow_tracks(view, scene, found, at_s, step_s, stuck_since_s),
        told=tell(view, found),
        diagnosis=found,
        signals=scene.signals,
        stuck_s=stuck_s,
        stuck_since_s=stuck_since_s,
        posed_s=at_s if scene.seeks_pose else view.posed_s,
    )
    if _returned(view, after):
        after = msgspec.structs.replace(after, returned_s=(*after.returned_s, at_s)[-RETURNS:])
    measures = measures_of(after, scene, at_s)
    after = age(after, view.tracks, scene, found, measures, at_s, limits, circumstances)
    after, learned = keep(after, scene, found, measures, at_s, limits, circumstances)
    verdict = build_verdict(after, scene, found, measures, learned, moving=circumstances.moving)
    if _disturbance_ended(view, after):
        after = msgspec.structs.replace(after, lately=None)
    return after, verdict


def _follow_lately(view: View, picture: Picture, step_s: float) -> Lately | None:
    """The averages with this picture; none yet with the first of a new scene, whose noise cannot be told."""
    if view.before is None:
        return None
    if view.lately is None:
        return begin(picture, detail(picture, view.before))
    alike = agreement(view.lately.field, picture.field)
    if jumped(view.lately, picture, alike):
        return None
    return follow_average(view.lately, picture, detail(picture, view.before), step_s, alike)


def _returned(before: View, after: View) -> bool:
    """Whether a camera that was found moved shows its view again."""
    moved = before.tracks.get("moved")
    return moved is not None and moved.active and not after.tracks["moved"].active


def _seeks_pose(view: View, compared: Compared, lost_for_s: float, at_s: float, held: Set[str], limits: Limits) -> bool:
    """Whether rolling and zooming are looked for now, which costs as much as all the rest: for a while after the view
    was lost, from time to time, and in each picture once something was found."""
    if held & {"moved", "blur"} or lost_for_s > limits.pose_s:
        return False
    if compared.match.similarity >= limits.familiar_similarity or compared.covered_share >= compared.mostly:
        return False
    found = view.diagnosis is not None and view.diagnosis.sights["moved"] == "seen"
    return found or view.posed_s is None or at_s - view.posed_s >= limits.pose_every_s


def _disturbance_ended(before: View, after: View) -> bool:
    """Whether something that lay over the whole picture is gone: the averages still hold it."""
    assert after.diagnosis is not None
    return any(
        before.diagnosis is not None
        and before.diagnosis.sights[name] == "seen"
        and after.diagnosis.sights[name] == "gone"
        and (before.tracks[name].active or before.tracks[name].seen >= DISTURBED_PICTURES)
        for name in DISTURBING
    )


def _switched(view: View, picture: Picture) -> bool:
    before = None if view.before is None else view.before.colour
    return before is not None and picture.colour is not None and picture.colour != before


def _scene(
    view: View,
    frame: Frame,
    picture: Picture,
    change: float | None,
    compared: Compared | None,
    at_s: float,
    began_s: float,
    limits: Limits,
    circumstances: Circumstances,
) -> Scene:
    light = view.light
    if compared is not None and picture.brightness.p99 >= limits.black_p99:
        light = follow_light(light, picture, compared.match.similarity, at_s, limits)
    held = {name for name, track in view.tracks.items() if track.active}
    alignment = compared.alignment if compared is not None and view.aligned_s == at_s else None
    lost_for_s = at_s - (light.at_s if light is not None else began_s)
    changing = unsettled(view, at_s, circumstances.at, limits)
    return Scene(
        frame=frame,
        signals=follow(view.signals, frame, picture, alignment, at_s, held, _usual_fit(view, picture), view.interval_s),
        usual=expected(usual_of(view), circumstances.at),
        held=held,
        picture=picture,
        difference=change,
        liveness=_liveness(view),
        compared=compared,
        light=light,
        lost_for_s=lost_for_s,
        seeks_pose=compared is not None and _seeks_pose(view, compared, lost_for_s, at_s, held, limits),
        stuck_s=view.stuck_s,
        stuck_since_s=view.stuck_since_s,
        limits=limits,
        at=circumstances.at,
        hold=at_s < view.hold_until_s,
        foreign=compared is not None and foreign(view, picture.colour),
        unsettled=changing,
        turning=turns(view, circumstances.at, limits),
        switched_s=view.switched_s,
        patience=limits.patience if changing else 1.0,
        proven=view.trust.proven,
        lasting=view.lasting,
        trend=view.trend,
    )


def _usual_fit(view: View, picture: Picture) -> float | None:
    """How well a single picture usually fits the reference, as far as that is known in this mode."""
    known = None if foreign(view, picture.colour) else usual_of(view).ranges.get(IN_PLACE)
    return None if known is None else known.middle


def _liveness(view: View) -> float:
    """The least change between pictures that is usual: as learned, else as seen lately, else unknown (0)."""
    if view.reference is not None and view.reference.difference > 0.05:
        return view.reference.difference
    if len(view.differences) < MIN_DIFFERENCES:
        return 0.0
    return float(np.percentile(view.differences, 10))
