"""The judgement of one camera's pictures over time: findings with persistence and hysteresis.

    view = fresh(reference)
    for gray, at_s in pictures:
        view, verdict = judge(view, gray, at_s, limits)

Pure: the same pictures and times give the same verdicts. A `View` is never changed, so it can be kept or dropped at
any time; one view serves one camera, and calls for it must come in order.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.core.text import Text
from hub.vision import learning as learn
from hub.vision.answer import Answer
from hub.vision.diagnosis import DETECTORS, KINDS, Diagnosis, diagnose
from hub.vision.frame import Frame, check
from hub.vision.gradients import align
from hub.vision.learning import Learning
from hub.vision.limits import Limits
from hub.vision.measures import COLUMNS, ROWS, Plane, difference
from hub.vision.persistence import Track, advance
from hub.vision.picture import Detail, Picture, detail, measure
from hub.vision.reference import Reference
from hub.vision.regions import largest, pack_cells
from hub.vision.scene import Compared, Light, Scene, follow_light, look
from hub.vision.signals import Signals, follow
from hub.vision.template import Evidence, Template, adapt, blend, build_template, gather, match

__all__ = ["KINDS", "Limits", "PictureFinding", "Verdict", "View", "fresh", "judge"]

# A gap in the pictures proves nothing about the time between them.
MAX_STEP_S = 5.0
DIFFERENCES_KEPT = 32
MIN_DIFFERENCES = 8
SHARE_STEP = 0.05


class PictureFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that has lasted. `kind` is the wire name, `since_s` the time of the first picture that showed
    it, `share` the covered share of the judged view (0 to 1) where that has a meaning, `detail` plain words."""

    kind: str
    since_s: float
    share: float | None = None
    cells: list[int] = []
    detail: Text = Text(en="")
    measures: dict[str, float] = {}


class Circumstances(NamedTuple):
    """What is known from outside the picture. `at` is the wall-clock time in the site's zone (None: unknown), for
    what is learned by time of day. `preset` names the position of a steered camera, `moving` says that it is being
    steered: then nothing is compared."""

    at: datetime | None = None
    preset: str = ""
    moving: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the picture now.

    `findings` are the conditions that hold; one that cannot be judged at the moment stays, and its kind is in
    `undecided` as well. `undecided` names the kinds of which neither presence nor absence can be said. `learned` is
    True on the one step that completed a reference (`View.reference`). `reason` says why learning began anew
    ("dark", "no structure", "moving", "unsteady") or "".
    """

    findings: tuple[PictureFinding, ...] = ()
    learning: bool = False
    learned: bool = False
    undecided: tuple[str, ...] = ()
    reason: str = ""
    measures: dict[str, float] = {}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Everything remembered of one camera's pictures, about 1 MB. `reference` is the approved look, never adapted;
    a copy of it follows slow change (seasons, dirt that is swept, furniture) while nothing is suspected."""

    reference: Reference | None = None
    approved: Template | None = None
    rolling: Template | None = None
    adapted_s: float = 0.0
    learning: Learning = Learning()
    light: Light | None = None
    before: Picture | None = None
    began_s: float | None = None
    at_s: float | None = None
    differences: tuple[float, ...] = ()
    tracks: dict[str, Track] = {}
    told: dict[str, Answer] = {}
    signals: Signals = Signals()
    lately: Evidence | None = None
    stuck_s: Plane = msgspec.field(default_factory=lambda: np.zeros((ROWS, COLUMNS), np.float32))
    stuck_since_s: npt.NDArray[np.float64] = msgspec.field(default_factory=lambda: np.zeros((ROWS, COLUMNS)))


def fresh(reference: Reference | None = None) -> View:
    """The state of a camera of which no picture was judged yet; without a reference it learns one first."""
    if reference is None:
        return View()
    template = build_template(reference)
    return View(reference=reference, approved=template, rolling=template)


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
    picture = measure(frame.gray)
    step_s = 0.0 if view.at_s is None else min(MAX_STEP_S, max(0.0, at_s - view.at_s))
    change = None if view.before is None else difference(view.before.gray, frame.gray)
    seen = None if view.before is None else detail(picture, view.before)
    lately, compared = _compare(view, picture, seen, step_s, limits)
    began_s = at_s if view.began_s is None else view.began_s
    light = view.light
    if compared is not None and picture.brightness.p99 >= limits.black_p99:
        light = follow_light(light, picture, compared.match.similarity, at_s, limits)
    signals = follow(view.signals, frame, picture, None if compared is None else compared.alignment, at_s)
    held = {name for name, track in view.tracks.items() if track.active}
    scene = Scene(
        frame=frame,
        signals=signals,
        usual=None,
        held=held,
        picture=picture,
        difference=change,
        liveness=_liveness(view),
        compared=compared,
        light=light,
        lost_for_s=at_s - (light.at_s if light is not None else began_s),
        stuck_s=view.stuck_s,
        limits=limits,
    )
    stuck_s, stuck_since_s = _follow_stuck(view, scene, at_s, step_s)
    scene = scene._replace(stuck_s=stuck_s)
    found = diagnose(scene)
    tracks = _follow_tracks(view, scene, found, at_s, step_s, stuck_since_s)
    told = _tell(view, found)
    differences = view.differences
    if change is not None and found.name not in ("frozen", "black"):
        differences = (*differences, change)[-DIFFERENCES_KEPT:]
    after = msgspec.structs.replace(
        view,
        light=light,
        before=picture,
        began_s=began_s,
        at_s=at_s,
        differences=differences,
        tracks=tracks,
        told=told,
        signals=signals,
        stuck_s=stuck_s,
        stuck_since_s=stuck_since_s,
        lately=lately,
    )
    learned = False
    if seen is not None and change is not None:
        if view.approved is not None:
            after = _adapt(after, picture, seen, found, at_s, limits)
        elif found.name != "frozen":
            after, learned = _learn(after, picture, seen, change, at_s, limits)
    return after, _verdict(after, scene, found, at_s, learned)


def _compare(
    view: View, picture: Picture, seen: Detail | None, step_s: float, limits: Limits
) -> tuple[Evidence | None, Compared | None]:
    if view.approved is None or view.rolling is None or seen is None:
        return view.lately, None
    evidence = gather(view.rolling, picture, seen)
    matched = match(view.rolling, picture, evidence)
    lately = view.lately
    if lately is None or matched.similarity >= limits.blur_similarity:
        lately = blend(lately, evidence, min(1.0, step_s / limits.part_average_s))
    alignment = align(picture.field, view.approved.field, view.approved.spectrum)
    return lately, look(view.rolling, view.approved, picture.levels, matched, lately, alignment, limits)


def _liveness(view: View) -> float:
    """The least change between pictures that is usual: as learned, else as seen lately, else unknown (0)."""
    if view.reference is not None and view.reference.difference > 0.05:
        return view.reference.difference
    if len(view.differences) < MIN_DIFFERENCES:
        return 0.0
    return float(np.percentile(view.differences, 10))


def _follow_stuck(view: View, scene: Scene, at_s: float, step_s: float) -> tuple[Plane, npt.NDArray[np.float64]]:
    """For how long each cell has been covered; a moment without counts double against it."""
    if scene.compared is None or not scene.compared.rest_fits:
        return view.stuck_s, view.stuck_since_s
    near = scene.compared.covered
    most = np.float32(1.2 * scene.limits.part_persist_s)
    stuck_s = np.clip(view.stuck_s + np.where(near, step_s, -1.5 * step_s), 0.0, most).astype(np.float32)
    return stuck_s, np.where(near & (view.stuck_s <= 0), at_s, view.stuck_since_s)


def _follow_tracks(
    view: View, scene: Scene, found: Diagnosis, at_s: float, step_s: float, stuck_since_s: npt.NDArray[np.float64]
) -> dict[str, Track]:
    limits = scene.limits
    tracks = {}
    for detector in DETECTORS:
        before = view.tracks.get(detector.name, Track())
        # The part's cells have lasted already when it is suspected.
        persist_s = 0.0 if detector.name == "part" else max(limits.persist_s, detector.persist_s)
        after = advance(before, found.sights[detector.name], at_s, step_s, persist_s, limits.clear_s)
        if detector.name == "part" and after.seen == 1 and not before.seen:
            cells = largest(scene.stuck_s >= limits.part_persist_s)
            after = msgspec.structs.replace(after, since_s=float(np.median(stuck_since_s[cells])))
        tracks[detector.name] = after
    return tracks


def _tell(view: View, found: Diagnosis) -> dict[str, Answer]:
    """The words for each finding: those of when it was found, unless the covered share changed noticeably since."""
    if not found.name:
        return view.told
    known = view.told.get(found.name)
    if known is not None and view.tracks.get(found.name, Track()).active:
        now, before = found.answers[found.name].share, known.share
        if now is None or before is None or abs(now - before) < SHARE_STEP:
            return view.told
    return {**view.told, found.name: found.answers[found.name]}


def _learn(view: View, picture: Picture, seen: Detail, change: float, at_s: float, limits: Limits) -> tuple[View, bool]:
    learning, reference = learn.learn(view.learning, picture, seen, change, at_s, limits.learn_s)
    if reference is None:
        return msgspec.structs.replace(view, learning=learning), False
    template = build_template(reference)
    done = msgspec.structs.replace(
        view, reference=reference, approved=template, rolling=template, learning=Learning(), adapted_s=at_s
    )
    return done, True


def _adapt(view: View, picture: Picture, seen: Detail, found: Diagnosis, at_s: float, limits: Limits) -> View:
    """Let the rolling copy follow, in steps, while nothing at all is suspected or unknown."""
    assert view.rolling is not None
    passed_s = at_s - view.adapted_s
    if passed_s < limits.adapt_every_s:
        return view
    quiet = all(sight == "gone" for name, sight in found.sights.items() if name != "frozen")
    if not quiet or any(track.seen for track in view.tracks.values()) or view.stuck_s.any():
        return view
    rate = min(0.05, limits.adapt_every_s / limits.adapt_s)
    return msgspec.structs.replace(view, rolling=adapt(view.rolling, picture, seen, rate), adapted_s=at_s)


def _verdict(view: View, scene: Scene, found: Diagnosis, at_s: float, learned: bool) -> Verdict:
    learning = view.approved is None
    return Verdict(
        findings=_findings(view),
        learning=learning,
        learned=learned,
        undecided=_undecided(view, found),
        reason=view.learning.refusal if learning else "",
        measures=_measures(view, scene, at_s),
    )


def _findings(view: View) -> tuple[PictureFinding, ...]:
    findings: dict[str, PictureFinding] = {}
    for detector in DETECTORS:
        track, told = view.tracks.get(detector.name, Track()), view.told.get(detector.name)
        if track.active and told is not None and detector.kind not in findings:
            findings[detector.kind] = PictureFinding(
                kind=detector.kind,
                since_s=track.since_s,
                share=None if told.share is None else round(told.share, 3),
                cells=pack_cells(told.cells),
                detail=told.detail,
                measures={reading.name: round(reading.value, 3) for reading in told.readings},
            )
    return tuple(findings.values())


def _undecided(view: View, found: Diagnosis) -> tuple[str, ...]:
    """A kind is undecided when all that could show it is hidden, or a finding of it is."""
    kinds = []
    for kind in KINDS:
        names = [detector.name for detector in DETECTORS if detector.kind == kind]
        hidden = [name for name in names if found.sights[name] == "unknown"]
        if len(hidden) == len(names) or any(view.tracks[name].active for name in hidden):
            kinds.append(kind)
    return tuple(kinds)


def _measures(view: View, scene: Scene, at_s: float) -> dict[str, float]:
    picture, compared = scene.picture, scene.compared
    measures = {
        "mean": picture.brightness.mean,
        "contrast": picture.brightness.std,
        "p99": picture.brightness.p99,
        "noise": picture.noise,
    }
    if scene.difference is not None:
        measures["difference"] = scene.difference
    if compared is not None:
        measures["similarity"] = compared.match.similarity
        measures["covered"] = compared.covered_share
        measures["softness"] = -compared.match.blur
        measures["shift_x"] = compared.alignment.dx / 160
        measures["shift_y"] = compared.alignment.dy / 90
    if view.approved is None:
        measures["learning"] = learn.progress(view.learning, at_s, scene.limits.learn_s)
    return {name: round(value, 3) for name, value in measures.items()}
