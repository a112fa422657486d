"""The picture is black or nearly so: lens capped, lights out, exposure failed. These cannot be told apart."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene

BRIGHT_NOISE = 2.3
"""Standard deviations of noise below which 99 % of it lies."""


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when 99 % of the pixels are dark, but for the noise that the camera makes of nothing."""
    now, limit = scene.picture.brightness, scene.limits.black_p99 / ease
    brightest = now.p99
    if scene.signals.grain is not None and now.mean < limit:
        brightest = max(now.mean, brightest - BRIGHT_NOISE * scene.signals.grain)
    readings = (Reading("p99", brightest, limit, below=True),)
    if not readings[0].beyond:
        return Answer(False, readings)
    return Answer(True, readings, Text(en="the picture is black", zh="画面全黑"))
