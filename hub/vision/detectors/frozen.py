"""The stream goes on but the picture stands still, noise included."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene

_NO_SIGN = Text(
    en="this scene hardly changes even when all is well, so a frozen picture cannot be told",
    zh="该画面正常时也几乎不变，无法判断是否冻结",
)


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture changes far less than it ever does.

    A smooth cover leaves the encoder nothing to change and looks frozen; it is left to the cover's own detector.
    """
    limits = scene.limits
    if scene.difference is None or scene.liveness < limits.live_change:
        return Answer(False, unknown=_NO_SIGN)
    threshold = min(limits.frozen_share * scene.liveness, limits.frozen_change) / ease
    readings = (Reading("difference", scene.difference, threshold, below=True),)
    covered = scene.compared is not None and scene.compared.covered_share >= scene.compared.mostly
    if covered or not readings[0].beyond:
        return Answer(False, readings)
    return Answer(True, readings, Text(en="the picture no longer changes", zh="画面不再变化"))
