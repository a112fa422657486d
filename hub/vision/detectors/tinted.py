"""The colours are wrong all over: a stuck filter, a failing sensor, a broken white balance.

The light of sun, sky, candles and lamps changes along one line from blue to orange, slowly or together with the
brightness. What leaves that line is no light, and little of it is enough; along it more is needed.
"""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene

_NO_COLOUR = Text(en="the picture has no colour now", zh="当前画面没有颜色")


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when all cells took on the same tint within minutes."""
    limits, signals = scene.limits.whole, scene.signals
    if not scene.picture.colour or signals.cast is None:
        return Answer(False, unknown=_NO_COLOUR)
    cast = signals.cast
    readings = (
        Reading("hue_change", abs(cast.hue), limits.tinted_hue * ease),
        Reading("warmth_change", abs(cast.warmth), limits.tinted_warmth * ease),
    )
    before = scene.picture.brightness.mean if signals.level is None else signals.level.level
    relit = abs(scene.picture.brightness.mean - before) > limits.tinted_relit * before
    warmed = readings[1].beyond and (not relit or "tinted" in scene.held)
    if not (readings[0].beyond or warmed) or cast.share < limits.tinted_share * ease:
        return Answer(False, readings)
    return Answer(True, readings, describe(cast.hue, cast.warmth))


def detect_mild(scene: Scene, ease: float) -> Answer:
    """Suspect when the tint lies beyond what it ever is at this time of day: slight, but it must last for long."""
    limits, tint = scene.limits.whole, scene.signals.tint
    hue, warmth = scene.usual.of("hue"), scene.usual.of("warmth")
    if not scene.picture.colour or tint is None:
        return Answer(False, unknown=_NO_COLOUR)
    if hue is None or warmth is None or not scene.usual.timed:
        unknown = Text(en="the usual colours of this time of day are not known yet", zh="尚未得知此时段通常的色彩")
        return Answer(False, unknown=unknown)
    from_hue, from_warmth = tint.middle
    off_hue = max(hue.low - from_hue, from_hue - hue.high)
    off_warmth = max(warmth.low - from_warmth, from_warmth - warmth.high)
    readings = (
        Reading("off_hue", off_hue, limits.tinged_hue * ease),
        Reading("off_warmth", off_warmth, limits.tinged_warmth * ease),
    )
    if not (readings[0].beyond or readings[1].beyond):
        return Answer(False, readings)
    return Answer(True, readings, describe(from_hue - hue.middle, from_warmth - warmth.middle))


def describe(hue: float, warmth: float) -> Text:
    """
    >>> describe(-0.15, -0.02).en
    'all colours are shifted towards green, by 15 % of the brightness'
    >>> describe(0.02, -0.1).en
    'all colours are shifted towards blue, by 10 % of the brightness'
    """
    if abs(hue) >= abs(warmth):
        en, zh = ("magenta", "品红") if hue > 0 else ("green", "绿")
    else:
        en, zh = ("orange", "橙") if warmth > 0 else ("blue", "蓝")
    by = 100 * max(abs(hue), abs(warmth))
    return Text(
        en=f"all colours are shifted towards {en}, by {by:.0f} % of the brightness",
        zh=f"画面整体偏{zh}，幅度为亮度的 {by:.0f} %",
    )
