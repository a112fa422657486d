"""What is followed of a view over minutes, days and months, beside the judgement of the moment."""

import msgspec

from hub.vision import history, lasting, trend
from hub.vision.diagnosis import DETECTORS, SLOW, Diagnosis
from hub.vision.lasting import Lasting
from hub.vision.limits import Limits
from hub.vision.persistence import Track
from hub.vision.scene import Scene
from hub.vision.trend import Trend
from hub.vision.upkeep import in_other_light
from hub.vision.usual import noisier_hour
from hub.vision.verdict import Circumstances
from hub.vision.view import View, usual_of

_PARTIAL = SLOW | {"part", "blur"}
"""What covers a part of the view leaves the rest to look at, and what is soft has its edges in their places."""


def age(
    view: View,
    tracks: dict[str, Track],
    scene: Scene,
    found: Diagnosis,
    measures: dict[str, float],
    at_s: float,
    limits: Limits,
    circumstances: Circumstances,
) -> View:
    """The view after one more picture, already judged (10 microseconds; 1 ms once a minute). `tracks` are those before
    it."""
    time_s = at_s if circumstances.at is None else circumstances.at.timestamp()
    kept = {reading.name: reading.value for answer in found.answers.values() for reading in answer.readings}
    view = msgspec.structs.replace(
        view, time_s=time_s, history=history.follow(view.history, {**kept, **measures}, time_s)
    )
    if view.lately is None or scene.compared is None:
        return view
    hidden = any(
        found.sights[each.name] == "seen" and "soiled" in each.hides for each in DETECTORS if each.name not in _PARTIAL
    )
    before = view.lasting
    if any(_ended(tracks[name], view.tracks[name], at_s) for name in set(scene.held) - SLOW):
        before = lasting.begin_anew(before)
    after = lasting.follow(
        before,
        scene.picture,
        view.lately.detail,
        view.reference,
        at_s,
        usable=not (hidden or circumstances.moving or scene.hold or scene.foreign or in_other_light(view)),
        held=not SLOW.isdisjoint(scene.held),
        changing=scene.unsettled,
        noisy=noisier_hour(usual_of(view), circumstances.at),
        ignored=view.ignored,
    )
    known = view.trend
    if after.looked_s != view.lasting.looked_s and after.sight is not None and circumstances.at is not None:
        known = _follow_trend(known, after, found, limits, circumstances)
    return msgspec.structs.replace(view, lasting=after, trend=known)


def _ended(before: Track, after: Track, at_s: float) -> bool:
    """Whether a finding is over that lasted so long that the averages hold more of it than of the view."""
    return before.active and not after.active and at_s - before.since_s >= lasting.AVERAGE_S


def _follow_trend(known: Trend, seen: Lasting, found: Diagnosis, limits: Limits, circumstances: Circumstances) -> Trend:
    """One sample of a quiet picture: a fault of the moment is no sign of age."""
    sight = seen.sight
    assert sight is not None
    assert circumstances.at is not None
    quiet = all(name in SLOW for name, seen_as in found.sights.items() if seen_as == "seen")
    if sight.sharpness is None or sight.contrast is None or not quiet:
        return known
    grown = float((sight.gone & sight.judged).sum()) / max(1, int(sight.judged.sum()))
    light = seen.reference.partition("-")[0] + circumstances.preset
    return trend.follow(known, light, circumstances.at, (sight.sharpness, sight.contrast, 1.0 - grown))
