"""Plants grow into the view: from a border, over hours and days, wavering or green."""

import math

import numpy as np

from hub.core.text import Text
from hub.vision import trend
from hub.vision.answer import Answer, Reading
from hub.vision.lasting import MIN_JUDGED, Lasting, known_now
from hub.vision.limits import Limits
from hub.vision.regions import label
from hub.vision.scene import Scene
from hub.vision.template import Cells

UNUSABLE_SHARE = 0.4
_LEAFY = 0.4
_WAVER = 0.12
_NEW = 0.7
_SMALLEST = 3


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when cells at a border no longer show the reference view, what is there now is green or wavers, and it
    came little by little. What comes at once is dirt or an obstruction; what is called so already gets no second
    name."""
    limits, lasting = scene.limits, scene.lasting
    if lasting.sight is None:
        return Answer(
            False, unknown=Text(en="it takes an hour of pictures in the same light", zh="需要同一光照下一小时的画面")
        )
    sight = lasting.sight
    count = int(sight.judged.sum())
    if count < MIN_JUDGED:
        return Answer(False, unknown=Text(en="the view has too little structure", zh="画面结构过少"))
    grown = region(lasting, limits, held="overgrown" in scene.held)
    share = float(grown.sum()) / count
    readings = (Reading("overgrown", share, limits.overgrown_share * ease),)
    if not readings[0].beyond or ("soiled" in scene.held and "overgrown" not in scene.held):
        mean = lasting.mean
        young = mean is None or mean.at_s - mean.began_s < limits.overgrown_persist_s + 300
        unknown = Text(en="it takes an hour of pictures in the same light", zh="需要同一光照下一小时的画面")
        return Answer(False, readings, unknown=unknown if young else None)
    words = Text(
        en=f"plants cover {100 * share:.0f} % of the view from its border",
        zh=f"植物自画面边缘遮住 {100 * share:.0f} %",
    )
    found = [decline for light in scene.trend.lights if (decline := trend.decline(scene.trend, light, "free"))]
    slope = min((decline.most for decline in found), default=0.0)
    if slope >= -1e-4:
        return Answer(True, readings, words, share=share, cells=grown)
    weekly = -7 * min(decline.slope for decline in found)
    days = max(0.0, (UNUSABLE_SHARE - share) / (weekly / 7))
    told = Text(en=f"{words.en}, {100 * weekly:.1f} % more each week", zh=f"{words.zh}，每周增加 {100 * weekly:.1f} %")
    return Answer(True, readings, told, share=share, cells=grown, forecast_days=days if math.isfinite(days) else None)


def region(lasting: Lasting, limits: Limits, *, held: bool = False) -> Cells:
    """The cells that plants have grown into; they touch a border and came one after another."""
    sight, known = lasting.sight, known_now(lasting)
    assert sight is not None
    assert known is not None
    cells = sight.gone & (known.gone_s >= limits.overgrown_persist_s)
    if not cells.any():
        return cells
    groups = label(cells)
    found = np.zeros_like(cells)
    for number in np.unique(groups[groups > 0]):
        group = groups == number
        rim = group[0].any() or group[-1].any() or group[:, 0].any() or group[:, -1].any()
        plants = held or (_leafy(lasting, group) and _crept(lasting, group, limits))
        if rim and int(group.sum()) >= _SMALLEST and plants:
            found |= group
    return found


def _leafy(lasting: Lasting, group: Cells) -> bool:
    sight = lasting.sight
    assert sight is not None
    return float(np.mean((sight.green | (sight.flutter > _WAVER))[group])) >= _LEAFY


def _crept(lasting: Lasting, group: Cells, limits: Limits) -> bool:
    """What the view has been follows slowly, so what it has taken in came slowly; the rest must have come in turn."""
    sight, known = lasting.sight, known_now(lasting)
    assert sight is not None
    assert known is not None
    new = group & sight.lost
    if float(new.sum()) < _NEW * float(group.sum()):
        return True
    low, high = np.percentile(known.since_s[new], (20, 80))
    return bool(high - low >= limits.creeping_s)
