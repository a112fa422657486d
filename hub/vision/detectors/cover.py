"""Something covers the lens, all of it or nearly."""

from hub.core.text import Text
from hub.vision.scene import Scene, Suspicion, darker, sudden


def detect(scene: Scene, held: bool) -> Suspicion | None:
    """Suspect when most of the view's edges are gone and nothing sharp is there instead.

    In the dark, lamps leave lit islands in a picture without edges; a cover is uniform, and it comes suddenly.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None or compared.covered_share < compared.mostly * (0.8 if held else 1.0):
        return None
    if not held and darker(scene):
        brightness, noise = scene.picture.brightness, scene.picture.noise
        if not sudden(scene) or brightness.std**2 - noise**2 > limits.contrast_in_dark**2:
            return None
    return Suspicion(
        describe_cover(compared.covered_share),
        share=compared.covered_share,
        measures={"similarity": compared.match.similarity},
    )


def describe_cover(share: float) -> Text:
    """
    >>> describe_cover(0.874).en
    '87 % of the view is covered'
    """
    return Text(en=f"{100 * share:.0f} % of the view is covered", zh=f"画面的 {100 * share:.0f} % 被遮挡")
