"""Noise or snow lies over the picture: a bad line, interference, a failing sensor."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.detectors import shaking
from hub.vision.detectors.striped import rolling
from hub.vision.scene import Scene


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when still places flicker far more than they do in this light at this time. Stripes that roll and a
    view that shakes flicker too and are left to their own detectors; rain, insects and passers touch few places at a
    time."""
    limits, usual, grain = scene.limits.whole, scene.usual.of("grain"), scene.signals.grain
    if grain is None:
        return Answer(False)
    limit = limits.noisy_unknown
    if usual is not None:
        most = max(usual.middle + limits.noisy_jump, 1.15 * usual.high + 1)
        limit = max(limits.noisy_least, min(limits.noisy_share * usual.high + limits.noisy_above, most))
    readings = (Reading("grain", grain, limit * ease),)
    if not readings[0].beyond or rolling(scene.signals, limits, 1.0) is not None:
        return Answer(False, readings)
    # A picture under so much noise lies nowhere for certain, one that shakes is found in another place each time.
    if shaking.detect(scene, 1.0).suspected:
        return Answer(False, readings)
    return Answer(True, readings, describe(grain, None if usual is None else usual.high))


def describe(grain: float, usual: float | None) -> Text:
    """
    >>> describe(17.2, 2.04).en
    'noise lies over the picture: 17 gray levels, usual up to 2'
    """
    words = Text(en=f"noise lies over the picture: {grain:.0f} gray levels", zh=f"画面有噪声干扰：{grain:.0f} 灰度级")
    if usual is None:
        return words
    return Text(en=f"{words.en}, usual up to {usual:.0f}", zh=f"{words.zh}，通常不超过 {usual:.0f}")
