"""Something close to the lens covers a part of the view and stays there."""

import numpy as np

from hub.vision.answer import Answer, Reading
from hub.vision.detectors.blur import OTHER_LIGHT
from hub.vision.detectors.cover import describe_cover
from hub.vision.regions import largest, sizable
from hub.vision.scene import Scene
from hub.vision.template import Cells, share

AT_ONCE = 0.6
"""So much of what is covered must have come together, where the light changes: dusk takes one cell after the other."""
TOGETHER_S = 20.0
"""Three fifths of what is covered at once are found covered within this; noise keeps some cells back a little."""
STILL = 0.5
"""So much of what was covered for long must be covered now."""
PATIENCE = 3.25
"""By how many times longer what came at once must last in changing light."""
APART_PATIENCE = 2.0
"""The same of what came within `TOGETHER_S` in light like the reference's, and not when it was switched."""
APART_S = 30.0
"""From a switch of the light; closer to it than this, it may have come with it."""
SPOT = 3
"""Cells; so large is the smallest spot of paint or mud that counts with others."""


def lasting_s(scene: Scene) -> float:
    """For how long cells must have been covered before they count."""
    persist_s = scene.limits.part_persist_s
    if scene.compared is None:
        return scene.patience * persist_s
    covered = int(scene.compared.covered.sum())
    for patience, apart in ((APART_PATIENCE, True), (PATIENCE, False)):
        if scene.patience <= patience:
            break
        region = covering(scene, patience * persist_s)
        at_once = int((region & scene.compared.covered).sum()) >= AT_ONCE * max(1, covered)
        if at_once and not (apart and _relit(scene, region)):
            return patience * persist_s
    return scene.patience * persist_s


def covering(scene: Scene, for_s: float) -> Cells:
    """The cells that have been covered for so long: the largest group of them, or every spot when the spots came
    together and hide much between them. Paint is thrown at once; people and lorries stop one after the other."""
    cells = scene.stuck_s >= for_s
    one = largest(cells)
    if scene.compared is None:
        return one
    spots = sizable(cells, SPOT)
    many = share(scene.compared.template, spots) >= scene.limits.part_spots
    return spots if many and not _crept(scene, spots) else one


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when connected cells have been covered for `part_persist_s` while the rest still fits."""
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return Answer(False)
    if compared.match.strange > 1.0 or scene.foreign:
        return Answer(False, unknown=OTHER_LIGHT)
    template = compared.template
    if "part" in scene.held:
        region = scene.stuck_s >= 0.5 * limits.part_persist_s
        still = share(template, (compared.match.marks.lost | compared.covered) & region)
        readings = (Reading("stuck", still, max(0.5 * limits.part_share, 0.4 * share(template, region))),)
        suspected = readings[0].beyond
    else:
        region = covering(scene, lasting_s(scene))
        stuck = share(template, region)
        readings = (Reading("stuck", stuck, limits.part_share * ease),)
        # What was covered in the light of before may be free in this one.
        still = share(template, region & compared.covered) >= STILL * stuck
        suspected = compared.rest_fits and readings[0].beyond and still
        suspected = suspected and not (compared.relit and _crept(scene, region))
    if not suspected:
        return Answer(False, readings)
    covered = share(template, compared.covered)
    return Answer(True, readings, describe_cover(covered), share=covered, cells=compared.covered)


def _crept(scene: Scene, region: Cells) -> bool:
    """Whether the cells came one after the other, as at dawn; what a hand does is done at once."""
    if not region.any():
        return False
    first, last = np.percentile(scene.stuck_since_s[region], (20, 80))
    return bool(last - first > TOGETHER_S)


def _relit(scene: Scene, region: Cells) -> bool:
    """Whether it may be the light that hid the cells: it is unlike the reference's, they came one after the other, or
    were lost when it became another, as when lamps go on."""
    assert scene.compared is not None
    if scene.compared.match.strange >= scene.limits.part_strange or _crept(scene, region):
        return True
    if scene.switched_s is None or not region.any():
        return False
    return abs(float(np.median(scene.stuck_since_s[region])) - scene.switched_s) < APART_S
