"""By night the picture shows too little to be of use: infra-red lamp dead or too weak, gain at its end.

Not an alarm but something to be put right by day.
"""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when it is night and hardly a place in the picture shows any structure that is not noise."""
    limits, signals, usual = scene.limits.whole, scene.signals, scene.usual.of("structure")
    if signals.structure is None:
        return Answer(False)
    now = scene.picture.brightness
    least = limits.night_structure if usual is None else max(limits.night_structure, limits.night_share * usual.low)
    readings = (
        Reading("structure", signals.structure, least / ease, below=True),
        Reading("p99", now.p99, limits.night_p99 / ease, below=True),
    )
    night = scene.picture.colour is False or now.mean < limits.night_mean
    if not night or not (readings[0].beyond or readings[1].beyond):
        return Answer(False, readings)
    return Answer(True, readings, describe(signals.structure))


def describe(structure: float) -> Text:
    """
    >>> describe(0.06).en
    'the night picture is of no use: 6 % of it show anything'
    """
    return Text(
        en=f"the night picture is of no use: {100 * structure:.0f} % of it show anything",
        zh=f"夜间画面不可用：仅 {100 * structure:.0f} % 的画面有内容",
    )
