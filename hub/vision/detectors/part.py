"""Something close to the lens covers a part of the view and stays there."""

from hub.vision.detectors.cover import describe_cover
from hub.vision.regions import largest
from hub.vision.scene import Scene, Suspicion
from hub.vision.template import share


def detect(scene: Scene, held: bool) -> Suspicion | None:
    """Suspect when connected cells have been covered for `part_persist_s` while the rest still fits."""
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return None
    template = compared.template
    if held:
        region = scene.stuck_s >= 0.5 * limits.part_persist_s
        still = share(template, compared.match.marks.lost & region)
        if still < max(0.5 * limits.part_share, 0.4 * share(template, region)):
            return None
    elif not compared.rest_fits or share(template, largest(scene.stuck_s >= limits.part_persist_s)) < limits.part_share:
        return None
    covered = share(template, compared.covered)
    return Suspicion(
        describe_cover(covered),
        share=covered,
        measures={"similarity": compared.match.similarity},
    )
