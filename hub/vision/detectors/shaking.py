"""The camera shakes: a loose bracket, a machine, a storm."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.measures import WIDTH
from hub.vision.scene import Scene
from hub.vision.signals import jitter

_UNKNOWN = Text(
    en="the pictures cannot be laid on the reference view well enough to say whether the camera shakes",
    zh="画面与参考画面对不准，无法判断摄像机是否抖动",
)


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture lies elsewhere each time, by more than wind usually moves it."""
    limits, usual, found = scene.limits.whole, scene.usual.of("jitter"), jitter(scene.signals)
    if found is None or "blur" in scene.held:
        return Answer(False, unknown=_UNKNOWN)
    limit = limits.shaking
    if usual is not None:
        limit = min(limits.shaking_most, max(limits.shaking, limits.shaking_share * usual.high))
    readings = (Reading("jitter", found, limit * ease),)
    if not readings[0].beyond:
        return Answer(False, readings)
    return Answer(True, readings, describe(found * WIDTH / 160))


def describe(pixels: float) -> Text:
    """
    >>> describe(3.2).en
    'the camera shakes: by about 3 of 320 pixels from picture to picture'
    """
    return Text(
        en=f"the camera shakes: by about {pixels:.0f} of {WIDTH} pixels from picture to picture",
        zh=f"摄像机抖动：相邻画面偏移约 {pixels:.0f} 像素（画面宽 {WIDTH}）",
    )
