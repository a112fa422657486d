"""The order in which the detectors are asked, and what each finding makes unknowable.

The order is that of V. Raghavan et al., Tamper detection for active surveillance systems: what makes the other
questions meaningless is asked first, and one cause gives one answer.
"""

from collections.abc import Callable
from typing import NamedTuple

from hub.vision.answer import Answer
from hub.vision.detectors import black, blur, cover, frozen, moved, part
from hub.vision.persistence import Sight
from hub.vision.scene import Scene

Detect = Callable[[Scene, float], Answer]

HELD_EASE = 0.75
"""A finding ends only when its measures are well within their limits."""


class Detector(NamedTuple):
    """One fault that is looked for. `hides` names the faults that cannot be judged while this one is seen.

    `compares`: it needs a reference view. `persist_s`: how long it must last at least; more than the site's setting
    where passing causes look the same.
    """

    name: str
    kind: str
    detect: Detect
    hides: frozenset[str]
    compares: bool = True
    persist_s: float = 0.0


class Diagnosis(NamedTuple):
    """What one picture shows: sight and answer of each detector, and the name of the one suspicion, if any."""

    sights: dict[str, Sight]
    answers: dict[str, Answer]
    name: str


DETECTORS: tuple[Detector, ...] = (
    Detector("black", "picture.black", black.detect, frozenset({"frozen", "moved", "cover", "blur", "part"}), False),
    Detector("frozen", "picture.frozen", frozen.detect, frozenset({"moved", "cover", "blur", "part"}), False),
    Detector("moved", "view.moved", moved.detect, frozenset({"blur", "part"})),
    Detector("cover", "view.obstructed", cover.detect, frozenset({"moved", "blur", "part"})),
    Detector("blur", "picture.blurred", blur.detect, frozenset({"part"})),
    Detector("part", "view.obstructed", part.detect, frozenset()),
)
KINDS: tuple[str, ...] = tuple(dict.fromkeys(detector.kind for detector in DETECTORS))


def diagnose(scene: Scene) -> Diagnosis:
    """Ask the detectors in order until one suspects.

    A picture that does not fit the reference for no known reason (another light, a crowd) leaves everything that
    is compared with the reference unknown. A detector whose sensitivity is 0 is not asked.
    """
    unknown: set[str] = set()
    answers: dict[str, Answer] = {}
    name = ""
    for detector in DETECTORS:
        sensitivity = scene.limits.sensitivity.get(detector.kind, 1.0)
        if sensitivity <= 0 or (detector.compares and scene.compared is None):
            continue
        ease = (HELD_EASE if detector.name in scene.held else 1.0) / sensitivity
        answer = answers[detector.name] = detector.detect(scene, ease)
        if answer.suspected:
            name = detector.name
            unknown |= detector.hides
            break
    unknown |= {asked for asked, answer in answers.items() if answer.unknown is not None}
    if scene.compared is None or (not name and scene.compared.match.similarity < scene.limits.weak_similarity):
        unknown |= {detector.name for detector in DETECTORS if detector.compares}
    sights: dict[str, Sight] = {
        detector.name: "seen" if detector.name == name else "unknown" if detector.name in unknown else "gone"
        for detector in DETECTORS
    }
    return Diagnosis(sights, answers, name)
