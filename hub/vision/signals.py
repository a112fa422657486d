"""What is followed from picture to picture without a reference."""

import msgspec

from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.picture import Picture


class Signals(msgspec.Struct, frozen=True, kw_only=True):
    """What the detectors of whole-picture faults need to know of the pictures so far."""

    at_s: float | None = None


def follow(signals: Signals, frame: Frame, picture: Picture, alignment: Alignment | None, at_s: float) -> Signals:
    """The signals after one more picture. `alignment` is that with the reference, when there is one."""
    return msgspec.structs.replace(signals, at_s=at_s)
