"""The picture lost its contrast though the view is in its place: haze on the lens, a failing exposure or sensor.

Fog does the same for an hour or two. It comes over minutes and takes the distance before the foreground; when it is
so thick that nothing of the contrast is left, the picture is of no use either, and the finding says what is seen.
"""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.measures import layout_match
from hub.vision.scene import Scene
from hub.vision.template import relative_contrast


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the gray levels spread far less than they ever do, neither dark nor burnt out nor out of focus."""
    limits, usual, mean = scene.limits.whole, scene.usual.roughly("contrast"), scene.usual.roughly("mean")
    if usual is None or mean is None:
        return Answer(False, unknown=Text(en="the usual contrast is not known yet", zh="尚未得知通常的对比度"))
    now = scene.picture.brightness
    # What noise adds to the spread is no contrast.
    grain = scene.signals.grain or 0.0
    contrast = max(0.0, now.std**2 - grain**2) ** 0.5
    readings = (Reading("contrast", contrast, limits.flat_share * usual.low / ease, below=True),)
    lit = now.mean > 0.5 * mean.low and scene.signals.blown < limits.bright_much
    if not (readings[0].beyond and lit) or _layout_kept(scene):
        return Answer(False, readings)
    return Answer(True, readings, describe(contrast, usual.low, usual.high))


def _layout_kept(scene: Scene) -> bool:
    """Whether light places still differ from dark ones as they did: then it is the fine structure that went, and the
    picture is out of focus."""
    compared = scene.compared
    if compared is None:
        return False
    reference, picture = compared.template.reference, scene.picture
    # Of this picture, not of the last seconds: what is not seen at once is learned from.
    _, contrast = layout_match(picture.levels, reference.levels)
    return relative_contrast(contrast, picture.brightness.mean, reference) > scene.limits.whole.flat_layout


def describe(contrast: float, low: float, high: float) -> Text:
    """
    >>> describe(6.3, 31.0, 48.2).en
    'the picture lost its contrast: 6, usual 31 to 48'
    """
    return Text(
        en=f"the picture lost its contrast: {contrast:.0f}, usual {low:.0f} to {high:.0f}",
        zh=f"画面对比度过低：{contrast:.0f}，通常为 {low:.0f}–{high:.0f}",
    )
