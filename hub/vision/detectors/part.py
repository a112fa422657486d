"""Something close to the lens covers a part of the view and stays there."""

from hub.vision.answer import Answer, Reading
from hub.vision.detectors.cover import describe_cover
from hub.vision.regions import largest
from hub.vision.scene import Scene
from hub.vision.template import share


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when connected cells have been covered for `part_persist_s` while the rest still fits."""
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return Answer(False)
    template = compared.template
    if "part" in scene.held:
        region = scene.stuck_s >= 0.5 * limits.part_persist_s
        still = share(template, compared.match.marks.lost & region)
        readings = (Reading("stuck", still, max(0.5 * limits.part_share, 0.4 * share(template, region))),)
        suspected = readings[0].beyond
    else:
        stuck = share(template, largest(scene.stuck_s >= limits.part_persist_s))
        readings = (Reading("stuck", stuck, limits.part_share * ease),)
        suspected = compared.rest_fits and readings[0].beyond
    if not suspected:
        return Answer(False, readings)
    covered = share(template, compared.covered)
    return Answer(True, readings, describe_cover(covered), share=covered, cells=compared.covered)
