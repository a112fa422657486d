"""How long what is suspected has lasted, and what is told of it."""

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision.answer import Answer
from hub.vision.detectors.part import covering, lasting_s
from hub.vision.diagnosis import DETECTORS, DISTURBING, Diagnosis
from hub.vision.measures import Plane
from hub.vision.persistence import Track, advance
from hub.vision.scene import Scene
from hub.vision.view import View

SHARE_STEP = 0.05
STRONGEST = 2.0
# Forgotten slower than it grows, a twitching edge would make a passer-by last.
_FORGET = 1.5
# What was covered before the light became another may be free by now: what is not known must not stand for ever.
_FADE = 0.2


def follow_stuck(view: View, scene: Scene, at_s: float, step_s: float) -> tuple[Plane, npt.NDArray[np.float64]]:
    """For how long each cell has been covered; a moment without counts more against it than one with for it."""
    compared = scene.compared
    if "moved" in scene.held:
        # Other cells than those of the view.
        return np.zeros_like(view.stuck_s), view.stuck_since_s
    if compared is None or scene.hold or scene.foreign or compared.match.strange > 1.0:
        return np.maximum(view.stuck_s - np.float32(_FADE * step_s), np.float32(0.0)), view.stuck_since_s
    if not compared.rest_fits:
        return view.stuck_s, view.stuck_since_s
    if view.diagnosis is not None and any(view.diagnosis.sights[name] == "seen" for name in DISTURBING):
        return view.stuck_s, view.stuck_since_s
    near = compared.covered
    most = np.float32(1.2 * scene.patience * scene.limits.part_persist_s)
    stuck_s = np.clip(view.stuck_s + np.where(near, step_s, -_FORGET * step_s), 0.0, most).astype(np.float32)
    return stuck_s, np.where(near & (view.stuck_s <= 0), at_s, view.stuck_since_s)


def follow_tracks(
    view: View, scene: Scene, found: Diagnosis, at_s: float, step_s: float, stuck_since_s: npt.NDArray[np.float64]
) -> dict[str, Track]:
    limits = scene.limits
    tracks = {}
    for detector in DETECTORS:
        before = view.tracks.get(detector.name, Track())
        # The part's cells have lasted already when it is suspected.
        persist_s = 0.0 if detector.name == "part" else max(limits.persist_s, detector.persist_s)
        if detector.patient:
            persist_s *= max(1.0, scene.patience / strength(found.answers.get(detector.name, Answer(False))))
        if scene.turning:
            persist_s = max(persist_s, detector.turning_s)
        after = advance(before, found.sights[detector.name], at_s, step_s, persist_s, limits.clear_s)
        if detector.name == "part" and after.seen == 1 and not before.seen:
            cells = covering(scene, lasting_s(scene))
            after = msgspec.structs.replace(after, since_s=float(np.median(stuck_since_s[cells])))
        tracks[detector.name] = after
    return tracks


def strength(answer: Answer) -> float:
    """How far beyond its limit the strongest reading is, 1 to 2: what light that changes takes from a view is little
    beyond the limits, so what is far beyond them needs less patience.

    >>> from hub.vision.answer import Reading
    >>> strength(Answer(True, (Reading("softness", 0.45, 0.3), Reading("weakness", 0.2, 0.4))))
    1.5
    """
    beyond = [each.value / each.limit for each in answer.readings if each.beyond and not each.below and each.limit > 0]
    return min(STRONGEST, max(beyond, default=1.0))


def tell(view: View, found: Diagnosis) -> dict[str, Answer]:
    """The words for each finding: those of when it was found, unless the covered share changed noticeably since."""
    told = view.told
    for name, answer in found.answers.items():
        if not answer.suspected:
            continue
        known = told.get(name)
        held = known is not None and view.tracks.get(name, Track()).active
        if held and not _noticeable(known, answer):
            continue
        told = {**told, name: answer}
    return told


def _noticeable(known: Answer | None, answer: Answer) -> bool:
    if known is None or known.share is None or answer.share is None:
        return False
    return abs(answer.share - known.share) >= SHARE_STEP
