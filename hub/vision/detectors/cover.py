"""Something covers the lens, all of it or nearly."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene, darker, sudden


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when most of the view's edges are gone and nothing sharp is there instead.

    In the dark, lamps leave lit islands in a picture without edges, and so does infra-red; a cover is uniform or has
    hardly any edges, and it comes suddenly.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return Answer(False)
    readings = (Reading("covered", compared.covered_share, compared.mostly * ease),)
    if not readings[0].beyond:
        return Answer(False, readings)
    if "cover" not in scene.held and (darker(scene) or scene.foreign):
        brightness, noise = scene.picture.brightness, scene.picture.noise
        uniform = brightness.std**2 - noise**2 <= limits.contrast_in_dark**2
        if not (sudden(scene) or scene.foreign) or not (uniform or compared.match.energy < limits.cover_energy):
            return Answer(False, readings)
    share = compared.covered_share
    return Answer(True, readings, describe_cover(share), share=share, cells=compared.near)


def describe_cover(share: float) -> Text:
    """
    >>> describe_cover(0.874).en
    '87 % of the view is covered'
    """
    return Text(en=f"{100 * share:.0f} % of the view is covered", zh=f"画面的 {100 * share:.0f} % 被遮挡")
