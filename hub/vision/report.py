"""From the state of a view to what is said of it."""

from hub.vision import learning as learn
from hub.vision.detectors.blur import weakness
from hub.vision.diagnosis import DETECTORS, NAMES, Diagnosis
from hub.vision.persistence import Track
from hub.vision.reference import Reference
from hub.vision.regions import pack_cells
from hub.vision.scene import Scene
from hub.vision.verdict import NotJudged, PictureFinding, Verdict
from hub.vision.view import View
from hub.vision.whole import whole


def build_verdict(
    view: View, scene: Scene, found: Diagnosis, measures: dict[str, float], learned: Reference | None, *, moving: bool
) -> Verdict:
    """What is known of the picture now."""
    learning = view.approved is None
    return Verdict(
        findings=_findings(view),
        learning=learning,
        learned=learned,
        undecided=_undecided(view, found),
        reference=view.reference.id if view.reference is not None else "",
        light=view.reference.light if view.reference is not None else None,
        not_judged=_not_judged(view, scene, found, learning=learning, moving=moving),
        reason=view.learning.refusal if learning else "",
        measures=measures,
    )


def _not_judged(view: View, scene: Scene, found: Diagnosis, *, learning: bool, moving: bool) -> NotJudged | None:
    if moving:
        return "moving"
    if learning:
        return "learning"
    if scene.hold or scene.foreign:
        return "light"
    if found.unfit and not any(track.active for track in view.tracks.values()):
        return "light" if scene.proven or scene.unsettled else "view"
    return None


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
                forecast_days=None if told.forecast_days is None else round(told.forecast_days, 1),
            )
    return tuple(findings.values())


def _undecided(view: View, found: Diagnosis) -> tuple[str, ...]:
    """A kind is undecided when all that could show it is hidden, or a finding of it is."""
    kinds = []
    for kind, names in NAMES.items():
        hidden = [name for name in names if found.sights[name] == "unknown"]
        if len(hidden) == len(names) or any(view.tracks[name].active for name in hidden):
            kinds.append(kind)
    return tuple(kinds)


def measures_of(view: View, scene: Scene, at_s: float) -> dict[str, float]:
    """The measures of one picture by name, rounded."""
    compared, measures = scene.compared, whole(scene.picture, scene.signals)
    if scene.difference is not None:
        measures["difference"] = scene.difference
    if compared is not None:
        measures["similarity"] = compared.match.similarity
        measures["covered"] = compared.covered_share
        measures["softness"] = -compared.match.blur
        measures["weakness"] = max(0.0, -compared.match.blur) + weakness(compared.match, compared.template.reference)
        measures["shift_x"] = compared.alignment.dx / 160
        measures["shift_y"] = compared.alignment.dy / 90
    if view.approved is None:
        measures["learning"] = learn.progress(view.learning, at_s, scene.limits.learn_s)
    return {name: round(value, 3) for name, value in measures.items()}
