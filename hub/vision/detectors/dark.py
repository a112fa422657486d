"""The picture is far too dark, though not black: exposure failing, lens nearly capped, lights gone out.

Whether somebody switched off the light or the camera failed cannot be told from the picture; it is of no use either
way. Dusk is slower, and a cloud takes less.
"""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.detectors.black import brightest
from hub.vision.scene import Scene

# Added to both sides of a ratio, so that it means something near black.
_PEDESTAL = 2.0


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture lost most of its brightness within minutes, or has far less than at this time of any
    day; and shows its bright places still. Without them it is a cover or black, and left to those detectors."""
    limits, usual = scene.limits.whole, scene.usual.of("mean")
    now = scene.picture.brightness
    before = now.mean if scene.signals.level is None else scene.signals.level.level
    left = (now.mean + _PEDESTAL) / (before + _PEDESTAL)
    low = limits.dark_unknown if usual is None else usual.low
    lowest = limits.dark_share * low if scene.usual.timed or _own_lamps(scene) else 0.0
    readings = (
        Reading("left", left, limits.dark_left / ease, below=True),
        Reading("mean", now.mean, max(lowest, limits.dark_below * low) / ease, below=True),
    )
    fell = readings[0].beyond and readings[1].beyond
    always = now.mean < lowest / ease
    black = brightest(scene) < scene.limits.black_p99
    if not (fell or always) or black or now.p99 < _peak(scene) * now.mean:
        return Answer(False, readings)
    return Answer(True, readings, describe(now.mean, usual.low if usual else before, usual.high if usual else before))


def _own_lamps(scene: Scene) -> bool:
    """Whether the camera would light the view itself: by its infra-red lamps it is as bright at any hour. So dark a
    picture by day has no colour left, and is compared with that of the night."""
    if scene.usual.of("mean") is None or scene.compared is None:
        return False
    return scene.compared.template.reference.light == "infrared"


def _peak(scene: Scene) -> float:
    """How far the brightest places must stand above the mean: half as far as they usually do."""
    mean, p99 = scene.usual.of("mean"), scene.usual.of("p99")
    if mean is None or p99 is None or mean.middle < 1:
        return scene.limits.whole.dark_peak
    return 1 + 0.5 * max(0.2, p99.middle / mean.middle - 1)


def describe(mean: float, low: float, high: float) -> Text:
    """
    >>> describe(9.2, 60.1, 110.4).en
    'the picture is far too dark: mean 9, usual 60 to 110'
    """
    usual, usually = (f"{low:.0f} to {high:.0f}", f"{low:.0f}–{high:.0f}")
    if high - low < 1:
        usual = usually = f"{high:.0f}"
    return Text(
        en=f"the picture is far too dark: mean {mean:.0f}, usual {usual}",
        zh=f"画面过暗：平均亮度 {mean:.0f}，通常为 {usually}",
    )
