"""The picture lost its sharpness: out of focus, wet, greasy or dusty all over."""

import math

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.detectors import flat
from hub.vision.reference import Reference
from hub.vision.scene import Scene
from hub.vision.signals import jitter
from hub.vision.template import MIN_TEXTURED, Match, relative_contrast

OTHER_LIGHT = Text(en="how sharp the view is in this light is not known yet", zh="尚不清楚该光照下画面的清晰程度")
HAZE = Text(
    en="behind haze the encoder leaves no fine detail, so how sharp the view is cannot be told",
    zh="雾霭使编码后细节丢失，无法判断画面的清晰程度",
)
SWAYS = Text(
    en="the whole picture moves or flickers, which takes its fine detail as well",
    zh="整个画面晃动或闪烁，细节也随之减弱",
)
UNSTEADY = 1.6
"""Of the usual change between two pictures: a mast in the wind, an exposure that hunts."""
STEADY = 2.0
"""Times the usual jitter; a lens out of focus wavers a little as well."""
SWAY = 3.0
"""Natural logarithm of the sharpness that each pixel of 160 takes by which the picture wavers."""
MOST_SWAY = 0.35


def weakness(match: Match, reference: Reference) -> float:
    """How much more the edges lost than light against dark places, natural logarithm."""
    contrast = relative_contrast(match.contrast, match.observed.mean, reference)
    return math.log(contrast / max(match.energy, 0.05))


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when fine structure is lost against coarse, or all edges while light and dark places stay.

    The second catches heavy blur and blur at night, where noise passes for fine structure. Flat light and haze take
    edges and contrast alike and are no blur; in thick haze nothing can be said.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None or compared.match.similarity < limits.blur_similarity:
        return Answer(False)
    match, reference = compared.match, compared.template.reference
    if match.strange > 1.0 or scene.foreign:
        return Answer(False, unknown=OTHER_LIGHT)
    if flat.detect(scene, 1.0).suspected:
        return Answer(False, unknown=HAZE)
    if int(compared.template.textured.sum()) < MIN_TEXTURED:
        return Answer(False)
    change = scene.usual.of("difference")
    if change is not None and scene.difference is not None and scene.difference > UNSTEADY * change.middle:
        return Answer(False, unknown=SWAYS)
    softer = -match.blur
    weaker = max(0.0, softer) + weakness(match, compared.template.reference)
    natural = 5 * reference.blur_spread
    soft, weak = scene.usual.of("softness"), scene.usual.of("weakness")
    softly = natural if soft is None else max(natural, soft.high + limits.blur_margin)
    weakly = natural if weak is None else max(natural, weak.high + limits.blur_margin)
    softest = limits.blur_softness
    if soft is not None and scene.usual.timed:
        # What is sharper at this hour than the reference has more to lose.
        softest += min(0.0, soft.high)
    swayed = _swayed(scene)
    readings = (
        Reading("softness", softer, max(softest, softly) * ease + swayed),
        Reading("weakness", weaker, max(limits.blur_weakness, weakly) * ease + swayed),
    )
    fine = readings[0].beyond and match.energy < 1.05
    heavy = match.layout > 0.6 and readings[1].beyond
    if not (fine or heavy):
        return Answer(False, readings)
    left = min(1.0, match.energy * math.exp(-max(0.0, softer)))
    detail = Text(
        en=f"the picture is blurred, {100 * left:.0f} % of its fine detail is left",
        zh=f"画面模糊，细节仅剩 {100 * left:.0f} %",
    )
    return Answer(True, readings, detail)


def _swayed(scene: Scene) -> float:
    """How much softer a picture may be because the camera sways in the wind: the exposure smears it, and what differs
    from the picture before passes for noise."""
    usual, now = scene.usual.of("jitter"), jitter(scene.signals)
    if usual is None or now is None:
        return 0.0
    return min(MOST_SWAY, SWAY * max(0.0, now - STEADY * usual.middle))
