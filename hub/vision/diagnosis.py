"""The order in which the detectors are asked, and what each finding makes unknowable.

The order is that of V. Raghavan et al., Tamper detection for active surveillance systems: what makes the other
questions meaningless is asked first, and one cause gives one answer.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from hub.vision.answer import Answer
from hub.vision.detectors import (
    black,
    blur,
    bright,
    cover,
    damaged,
    dark,
    flat,
    frozen,
    moved,
    night,
    noisy,
    overgrown,
    part,
    shaking,
    soiled,
    striped,
    tinted,
)
from hub.vision.persistence import Sight
from hub.vision.scene import Scene

Detect = Callable[[Scene, float], Answer]

HELD_EASE = 0.75
"""A finding ends only when its measures are well within their limits."""


class Detector(NamedTuple):
    """One fault that is looked for. `hides` names the faults that cannot be judged while this one is seen.

    `compares`: it needs a reference view. `persist_s`: how long it must last at least; more than the site's setting
    where passing causes look the same. `patient`: longer still while the light changes. `turning_s` is the same as
    `persist_s` for the hours at which the light changes suddenly.
    """

    name: str
    kind: str
    detect: Detect
    hides: frozenset[str]
    compares: bool = True
    persist_s: float = 0.0
    patient: bool = False
    turning_s: float = 0.0


class Diagnosis(NamedTuple):
    """What one picture shows: sight and answer of each detector, and the name of the first suspicion, if any.
    `unfit`: the picture fits its reference too badly, for no known reason, to say anything by it."""

    sights: dict[str, Sight]
    answers: dict[str, Answer]
    name: str
    unfit: bool = False


SLOW = frozenset({"soiled", "overgrown"})
"""What is judged by averages over minutes and more: it is not known at once, and nothing of the moment shows in it."""

COMPARED = frozenset({"moved", "cover", "blur", "part"})
"""What is judged by the place of edges and their sharpness."""
STILL = frozenset({"frozen", "recoded"})
WHOLE = frozenset({"noisy", "striped", "shaking", "flat", "tinted", "tinged", "night"})
"""What lies over the whole picture, besides its brightness and damage."""

DISTURBING = frozenset({"damaged", "black", "dark", "bright", "noisy", "striped", "shaking", "tinted"})
"""What lies over the whole picture and spoils every average: they are begun anew when it ends."""

MAY_BE_UNKNOWN = frozenset({"shaking", "flat", "tinted", "tinged", "recoded"})
"""What cannot be known of some good pictures: those without colour, without structure, or not seen at this hour yet."""

DETECTORS: tuple[Detector, ...] = (
    Detector(
        "damaged",
        "picture.damaged",
        damaged.detect,
        STILL | COMPARED | WHOLE | SLOW,
        False,
        persist_s=8.0,
    ),
    # When the lamps go out, a camera takes seconds to turn to infra-red.
    Detector("black", "picture.black", black.detect, STILL | COMPARED | WHOLE | SLOW, False, turning_s=16.0),
    Detector("dark", "picture.dark", dark.detect, STILL | COMPARED | WHOLE | SLOW, False, persist_s=30.0),
    Detector("bright", "picture.bright", bright.detect, STILL | COMPARED | WHOLE | SLOW, False, persist_s=12.0),
    Detector("frozen", "picture.frozen", frozen.detect, COMPARED | WHOLE | SLOW, False),
    Detector("recoded", "picture.frozen", frozen.detect_recoded, frozenset(), False, persist_s=30.0),
    Detector(
        "noisy", "picture.noisy", noisy.detect, STILL | COMPARED | (WHOLE - {"noisy"}) | SLOW, False, persist_s=6.0
    ),
    Detector(
        "striped", "picture.striped", striped.detect, STILL | COMPARED | {"flat", "night"} | SLOW, False, persist_s=6.0
    ),
    Detector("shaking", "view.shaking", shaking.detect, COMPARED | STILL | SLOW, False, persist_s=8.0),
    Detector(
        "moved", "view.moved", moved.detect, frozenset({"cover", "blur", "part", "flat", "tinged", "night"}) | SLOW
    ),
    Detector(
        "cover",
        "view.obstructed",
        cover.detect,
        frozenset({"moved", "blur", "part", "flat", "tinted", "tinged", "night"}) | SLOW,
    ),
    Detector("blur", "picture.blurred", blur.detect, frozenset({"part", "flat"}) | SLOW, persist_s=16.0, patient=True),
    Detector("part", "view.obstructed", part.detect, frozenset({"flat", "tinged"}) | SLOW),
    Detector("flat", "picture.flat", flat.detect, frozenset({"night"}), False, persist_s=180.0),
    Detector("tinted", "picture.tinted", tinted.detect, frozenset({"tinged"}), False, persist_s=45.0),
    Detector("tinged", "picture.tinted", tinted.detect_mild, frozenset(), False, persist_s=1800.0),
    Detector("night", "night.unusable", night.detect, frozenset(), False, persist_s=600.0),
    Detector("overgrown", "view.overgrown", overgrown.detect, frozenset({"soiled"}), False),
    Detector("soiled", "lens.soiled", soiled.detect, frozenset(), False),
)
KINDS: tuple[str, ...] = tuple(dict.fromkeys(detector.kind for detector in DETECTORS))
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {kind: tuple(detector.name for detector in DETECTORS if detector.kind == kind) for kind in KINDS}
)
"""The detectors of each kind."""


def diagnose(scene: Scene) -> Diagnosis:
    """Ask the detectors in order; those that an earlier suspicion hides are not asked, and unknown.

    A picture that does not fit the reference for no known reason (another light, a crowd) leaves everything that
    is compared with the reference unknown, and so does a camera that just changed its mode. A detector whose
    sensitivity is 0 is not asked.
    """
    unknown: set[str] = set()
    answers: dict[str, Answer] = {}
    suspected: list[str] = []
    blind = {detector.name for detector in DETECTORS if detector.compares}
    for detector in DETECTORS:
        sensitivity = scene.limits.sensitivity.get(detector.kind, 1.0)
        if sensitivity <= 0 or detector.name in unknown:
            continue
        if detector.compares and (scene.compared is None or scene.hold):
            continue
        ease = (HELD_EASE if detector.name in scene.held else 1.0) / sensitivity
        answer = answers[detector.name] = detector.detect(scene, ease)
        if answer.suspected:
            suspected.append(detector.name)
            unknown |= detector.hides
        elif answer.unknown is not None:
            unknown.add(detector.name)
    # What is seen stands, whatever a later suspicion hides.
    unknown -= set(suspected)
    compared = scene.compared
    unfit = compared is not None and not blind & set(suspected)
    unfit = unfit and compared is not None and compared.match.similarity < scene.limits.weak_similarity
    unfit = unfit and compared is not None and not compared.rest_fits
    if compared is None or scene.hold or unfit:
        unknown |= blind - set(suspected)
    sights: dict[str, Sight] = {
        detector.name: "seen" if detector.name in suspected else "unknown" if detector.name in unknown else "gone"
        for detector in DETECTORS
    }
    return Diagnosis(sights, answers, suspected[0] if suspected else "", unfit)
