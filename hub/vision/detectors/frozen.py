"""The stream goes on but the picture stands still, noise included."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.detectors import flat
from hub.vision.scene import Scene

_NO_SIGN = Text(
    en="this scene hardly changes even when all is well, so a frozen picture cannot be told",
    zh="该画面正常时也几乎不变，无法判断是否冻结",
)
_NOT_LONG_ENOUGH = Text(
    en="how little the picture ever changes in this light is not known yet", zh="尚不清楚该光照下画面变化的最小程度"
)
_PATCHED = Text(
    en="the decoder filled gaps with the picture before, so standing still says nothing",
    zh="解码器用前一画面补缺，画面不变不能说明问题",
)
_HAZE = Text(
    en="haze leaves the encoder nothing to change, so a frozen picture cannot be told",
    zh="雾霭使编码器无可更新的内容，无法判断是否冻结",
)


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture changes far less than it ever does.

    A smooth cover leaves the encoder nothing to change and looks frozen, and so does haze; they are left to their own
    detectors.
    """
    limits = scene.limits
    if scene.frame.damaged:
        return Answer(False, unknown=_PATCHED)
    if scene.difference is None or scene.liveness < limits.live_change:
        return Answer(False, unknown=_NO_SIGN)
    threshold = min(limits.frozen_share * scene.liveness, limits.frozen_change) / ease
    readings = (Reading("difference", scene.difference, threshold, below=True),)
    covered = scene.compared is not None and scene.compared.covered_share >= scene.compared.mostly
    if covered or not readings[0].beyond:
        return Answer(False, readings)
    if flat.detect(scene, 1.0).suspected:
        return Answer(False, readings, unknown=_HAZE)
    return Answer(True, readings, Text(en="the picture no longer changes", zh="画面不再变化"))


def detect_recoded(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture changes much less than it ever did in this light although it is as bright as ever.

    A still picture that is encoded again, or sent on with noise of its own, changes a little all the time. Where a
    lamp is switched on the noise falls as well, but the picture is another one; so it is in fog and out of focus,
    which leave the encoder little to change: a frozen picture shows what was there before, as clearly.
    """
    limits, usual, bright = scene.limits, scene.usual.of("difference"), scene.usual.of("mean")
    if scene.frame.damaged:
        return Answer(False, unknown=_PATCHED)
    if scene.difference is None or usual is None or bright is None or usual.low < limits.live_change:
        return Answer(False, unknown=_NO_SIGN)
    if usual.seen_s < limits.recoded_known_s:
        return Answer(False, unknown=_NOT_LONG_ENOUGH)
    mean = scene.picture.brightness.mean
    readings = (Reading("difference", scene.difference, min(limits.recoded_share * usual.low, 2.0) / ease, below=True),)
    natural = 0.93 * bright.low <= mean <= 1.07 * bright.high
    if not natural or not readings[0].beyond or not _clear(scene):
        return Answer(False, readings)
    return Answer(True, readings, Text(en="the picture no longer changes", zh="画面不再变化"))


def _clear(scene: Scene) -> bool:
    """Whether the picture shows the view with its usual contrast, edges and sharpness."""
    limits, contrast, compared = scene.limits, scene.usual.of("contrast"), scene.compared
    if contrast is not None and scene.picture.brightness.std < limits.recoded_clear * contrast.low:
        return False
    if compared is None:
        return True
    match = compared.match
    covered = compared.covered_share >= compared.mostly
    return not covered and match.energy >= limits.recoded_clear and -match.blur < 0.75 * limits.blur_softness
