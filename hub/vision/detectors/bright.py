"""The picture is washed out: exposure failing, a lamp or the sun full in the lens, the infra-red lamp reflected."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when most of the picture is burnt out, or much of it and the whole is far brighter than it ever is."""
    limits, mean, blown = scene.limits.whole, scene.usual.of("mean"), scene.usual.of("blown")
    usually = 0.0 if blown is None else blown.high
    brightest = limits.bright_unknown if mean is None else mean.high
    readings = (
        Reading("blown", scene.signals.blown, min(0.9, max(limits.bright_blown, usually + 0.2)) * ease),
        Reading("mean", scene.picture.brightness.mean, max(limits.bright_mean, brightest + limits.bright_above) * ease),
    )
    much = scene.signals.blown > max(limits.bright_much, usually + 0.1) * ease
    if not (readings[0].beyond or (readings[1].beyond and much)):
        return Answer(False, readings)
    return Answer(True, readings, describe(scene.picture.brightness.mean, scene.signals.blown))


def describe(mean: float, blown: float) -> Text:
    """
    >>> describe(243.6, 0.71).en
    'the picture is washed out: mean 244, 71 % of it burnt out'
    """
    return Text(
        en=f"the picture is washed out: mean {mean:.0f}, {100 * blown:.0f} % of it burnt out",
        zh=f"画面过亮：平均亮度 {mean:.0f}，{100 * blown:.0f} % 的画面过曝",
    )
