"""The order in which the detectors are asked, and what each finding makes unknowable.

The order is that of V. Raghavan et al., Tamper detection for active surveillance systems: what makes the other
questions meaningless is asked first, and one cause gives one answer.
"""

from collections.abc import Callable, Set
from typing import NamedTuple

from hub.vision.detectors import black, blur, cover, frozen, moved, part
from hub.vision.persistence import Sight
from hub.vision.scene import Scene, Suspicion

Detect = Callable[[Scene, bool], Suspicion | None]


class Detector(NamedTuple):
    """One fault that is looked for. `hides` names the faults that cannot be judged while this one is seen."""

    name: str
    kind: str
    detect: Detect
    hides: frozenset[str]
    compares: bool = True


class Diagnosis(NamedTuple):
    """What one picture shows: the answer of each detector, and the one suspicion if there is one."""

    sights: dict[str, Sight]
    name: str
    suspicion: Suspicion | None


DETECTORS: tuple[Detector, ...] = (
    Detector("black", "picture.black", black.detect, frozenset({"frozen", "moved", "cover", "blur", "part"}), False),
    Detector("frozen", "picture.frozen", frozen.detect, frozenset({"moved", "cover", "blur", "part"}), False),
    Detector("moved", "view.moved", moved.detect, frozenset({"blur", "part"})),
    Detector("cover", "view.obstructed", cover.detect, frozenset({"moved", "blur", "part"})),
    Detector("blur", "picture.blurred", blur.detect, frozenset({"part"})),
    Detector("part", "view.obstructed", part.detect, frozenset()),
)
KINDS: tuple[str, ...] = tuple(dict.fromkeys(detector.kind for detector in DETECTORS))


def diagnose(scene: Scene, held: Set[str]) -> Diagnosis:
    """Ask the detectors in order until one suspects; `held` names the faults that are findings already.

    A picture that does not fit the reference for no known reason (another light, a crowd) leaves everything that
    is compared with the reference unknown.
    """
    unknown: set[str] = set()
    name, suspicion = "", None
    for detector in DETECTORS:
        if detector.compares and scene.compared is None:
            continue
        suspicion = detector.detect(scene, detector.name in held)
        if suspicion is not None:
            name = detector.name
            unknown |= detector.hides
            break
    if scene.compared is None or (suspicion is None and scene.compared.match.similarity < scene.limits.weak_similarity):
        unknown |= {detector.name for detector in DETECTORS if detector.compares}
    if name != "frozen" and frozen.undecidable(scene):
        unknown.add("frozen")
    sights: dict[str, Sight] = {
        detector.name: "seen" if detector.name == name else "unknown" if detector.name in unknown else "gone"
        for detector in DETECTORS
    }
    return Diagnosis(sights, name, suspicion)
