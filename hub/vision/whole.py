"""The measures of the whole picture of which the usual range is learned."""

from hub.vision.picture import Picture
from hub.vision.signals import Signals, jitter


def whole(picture: Picture, signals: Signals) -> dict[str, float]:
    """The measures that are known now, by name.

    Gray levels: `mean`, `contrast`, `p99`, `noise` (in one picture), `grain` (between pictures). Shares: `blown`,
    `structure`. `jitter` in pixels of 160. `hue` and `warmth` as in `hub.vision.colour.Cast`, when there is colour.
    """
    brightness = picture.brightness
    measures = {
        "mean": brightness.mean,
        "contrast": brightness.std,
        "p99": brightness.p99,
        "noise": picture.noise,
        "blown": signals.blown,
        "damage": signals.damage,
    }
    found = jitter(signals)
    if found is not None:
        measures["jitter"] = found
    if signals.grain is not None:
        measures["grain"] = signals.grain
    if signals.structure is not None:
        measures["structure"] = signals.structure
    if picture.colour and signals.tint is not None:
        measures["hue"], measures["warmth"] = signals.tint.middle
    return measures
