"""Parts of the picture cannot be decoded: packets lost on the way, a failing encoder."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when a good part of the last pictures was damaged: as the decoder says, or as dead areas show."""
    limits, signals = scene.limits.whole, scene.signals
    readings = (
        Reading("damage", signals.damage, limits.damaged_share * ease),
        Reading("dead", signals.dead, limits.damaged_dead * ease),
    )
    if readings[1].beyond:
        return Answer(True, readings, describe_dead(signals.dead), share=signals.dead, cells=signals.dead_cells)
    if readings[0].beyond:
        return Answer(True, readings, describe(signals.damage))
    return Answer(False, readings)


def describe(share: float) -> Text:
    """
    >>> describe(0.47).en
    'the decoder found errors in 47 % of the last pictures'
    """
    return Text(
        en=f"the decoder found errors in {100 * share:.0f} % of the last pictures",
        zh=f"最近的画面中有 {100 * share:.0f} % 解码出错",
    )


def describe_dead(share: float) -> Text:
    """
    >>> describe_dead(0.3).en
    '30 % of the picture is missing: gray or green areas, or smears'
    """
    return Text(
        en=f"{100 * share:.0f} % of the picture is missing: gray or green areas, or smears",
        zh=f"画面的 {100 * share:.0f} % 缺失：灰块、绿块或拖影",
    )
