"""The picture is black or nearly so: lens capped, lights out, exposure failed. These cannot be told apart."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when 99 % of the pixels are dark."""
    readings = (Reading("p99", scene.picture.brightness.p99, scene.limits.black_p99 / ease, below=True),)
    if not readings[0].beyond:
        return Answer(False, readings)
    return Answer(True, readings, Text(en="the picture is black", zh="画面全黑"))
