"""The picture is black or nearly so: lens capped, lights out, exposure failed. These cannot be told apart."""

from hub.core.text import Text
from hub.vision.scene import Scene, Suspicion


def detect(scene: Scene, held: bool) -> Suspicion | None:
    """Suspect when 99 % of the pixels are dark."""
    brightness = scene.picture.brightness
    if brightness.p99 >= scene.limits.black_p99 * (1.25 if held else 1.0):
        return None
    return Suspicion(
        Text(en="the picture is black", zh="画面全黑"), measures={"mean": brightness.mean, "p99": brightness.p99}
    )
