"""The picture is black or nearly so: lens capped, lights out, exposure failed. These cannot be told apart."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.scene import Scene

BRIGHT_NOISE = 2.3
"""Standard deviations of noise below which 99 % of it lies."""
FALLEN = 0.6
"""Of the least brightness that is usual at this hour."""
SHOWN = 1.4
"""Contrast of so many times the noise is not all noise: somebody close to the lens dims a night, and can be seen."""


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when 99 % of the pixels are dark, but for the noise that the camera makes of nothing."""
    readings = (Reading("p99", brightest(scene), scene.limits.black_p99 / ease, below=True),)
    if not readings[0].beyond:
        return Answer(False, readings)
    return Answer(True, readings, Text(en="the picture is black", zh="画面全黑"))


def brightest(scene: Scene) -> float:
    """What 99 % of the pixels are darker than; of a picture far darker than ever, without the noise in it."""
    now, usual = scene.picture.brightness, scene.usual.of("mean")
    # A night without lamps is dim and noisy as well, and no darker than ever.
    if usual is None or now.mean >= min(scene.limits.black_p99, FALLEN * usual.low):
        return now.p99
    # The grain is an average over the last pictures, and follows slowly.
    noise = max(scene.picture.noise, scene.signals.grain or 0.0)
    if now.std > SHOWN * noise:
        return now.p99
    return max(now.mean, now.p99 - BRIGHT_NOISE * noise)
