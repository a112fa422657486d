"""The picture lost its sharpness: out of focus, wet, greasy or dusty all over."""

import math

from hub.vision.scene import Scene, Suspicion
from hub.vision.template import MIN_TEXTURED


def detect(scene: Scene, held: bool) -> Suspicion | None:
    """Suspect when fine structure is lost against coarse, or all edges while light and dark places stay.

    The second catches heavy blur, where sensor noise passes for fine structure. A flat light or haze takes edges
    and contrast alike and is no blur.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None or compared.match.similarity < limits.blur_similarity:
        return None
    match, reference = compared.match, compared.template.reference
    if int(compared.template.textured.sum()) < MIN_TEXTURED:
        return None
    ease = 0.7 if held else 1.0
    softer = -match.blur
    fine = softer > max(limits.blur_softness, 5 * reference.blur_spread) * ease and match.energy < 1.05
    usual, now = float(reference.levels.mean()), float(scene.picture.levels.mean())
    contrast = match.contrast * (usual + 15) / (now + 15)
    heavy = match.layout > 0.6 and match.energy < limits.blur_energy / ease * min(1.0, contrast)
    if not (fine or heavy):
        return None
    left = min(1.0, match.energy * math.exp(-max(0.0, softer)))
    return Suspicion(
        f"the picture is blurred, {100 * left:.0f} % of its fine detail is left",
        measures={"softness": softer, "energy": match.energy},
    )
