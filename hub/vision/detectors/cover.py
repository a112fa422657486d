"""Something covers the lens, all of it or nearly."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.gradients import Alignment
from hub.vision.limits import Limits
from hub.vision.scene import Compared, Scene, darker, sudden


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when most of the view's edges are gone and nothing sharp is there instead.

    In the dark, lamps leave lit islands in a picture without edges, and so does infra-red; a cover is uniform or has
    hardly any edges, and it comes suddenly. When a camera shakes, the mean of the last seconds has lost its edges and
    each picture shows them.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return Answer(False)
    readings = (Reading("covered", compared.covered_share, compared.mostly * ease),)
    if not readings[0].beyond or shown(compared.alignment, limits):
        return Answer(False, readings)
    if "cover" not in scene.held and not _certain(scene, compared):
        return Answer(False, readings)
    share = compared.covered_share
    return Answer(True, readings, describe_cover(share), share=share, cells=compared.near)


def _certain(scene: Scene, compared: Compared) -> bool:
    """Whether what hides the view is a cover, and neither the dark nor what passes by."""
    limits = scene.limits
    # People and lorries side by side hide as much, and go on.
    if compared.covered_share < limits.cover_certain and scene.lost_for_s < limits.cover_doubt_s:
        return False
    if not (darker(scene) or scene.foreign):
        return True
    brightness, noise = scene.picture.brightness, scene.picture.noise
    uniform = brightness.std**2 - noise**2 <= limits.contrast_in_dark**2
    return (sudden(scene) or scene.foreign) and (uniform or compared.match.energy < limits.cover_energy)


def shown(alignment: Alignment, limits: Limits) -> bool:
    """Whether a single picture shows the view for certain, wherever it lies."""
    return alignment.similarity >= limits.shown_similarity and alignment.quality >= limits.shown_quality


def describe_cover(share: float) -> Text:
    """
    >>> describe_cover(0.874).en
    '87 % of the view is covered'
    """
    return Text(en=f"{100 * share:.0f} % of the view is covered", zh=f"画面的 {100 * share:.0f} % 被遮挡")
