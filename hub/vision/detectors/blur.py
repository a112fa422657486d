"""The picture lost its sharpness: out of focus, wet, greasy or dusty all over."""

import math

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene
from hub.vision.template import MIN_TEXTURED


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when fine structure is lost against coarse, or all edges while light and dark places stay.

    The second catches heavy blur and blur at night, where noise passes for fine structure. Flat light and haze take
    edges and contrast alike and are no blur.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None or compared.match.similarity < limits.blur_similarity:
        return Answer(False)
    match, reference = compared.match, compared.template.reference
    if int(compared.template.textured.sum()) < MIN_TEXTURED:
        return Answer(False)
    softer = -match.blur
    usual, now = float(reference.levels.mean()), float(scene.picture.levels.mean())
    contrast = match.contrast * (usual + 15) / (now + 15)
    weaker = math.log(min(1.0, max(contrast, 0.05)) / max(match.energy, 0.05))
    natural = 5 * reference.blur_spread
    readings = (
        Reading("softness", softer, max(limits.blur_softness, natural) * ease),
        Reading("weakness", max(0.0, softer) + weaker, max(limits.blur_weakness, natural) * ease),
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
