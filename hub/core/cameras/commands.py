"""What may be asked about cameras, their reference views and their recordings."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Order, Right


class RetryCamera(Command, tag="camera.retry", frozen=True, kw_only=True):
    """Try a camera again that refused the credentials."""

    NEEDS: ClassVar[Right] = "repair"
    camera: str


class RelearnCamera(Command, tag="camera.relearn", frozen=True, kw_only=True):
    """Learn a camera's reference view anew."""

    NEEDS: ClassVar[Right] = "reference"
    camera: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class ApproveReference(Command, tag="reference.approve", frozen=True, kw_only=True):
    """Approve a reference view: what the camera shows in it is right."""

    NEEDS: ClassVar[Right] = "reference"
    camera: str
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    beside: bool = False
    """Keep the approved views of the same light in use as well: the same place under another sun or lamp."""


class RejectReference(Command, tag="reference.reject", frozen=True, kw_only=True):
    """Refuse or withdraw a reference view; the watch forgets it and learns anew where it has no other."""

    NEEDS: ClassVar[Right] = "reference"
    camera: str
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class ProtectRecording(Order, tag="protect_recording", frozen=True, kw_only=True):
    """Keep what `camera` recorded from `from_at` to `to_at` from deletion until `until_at`."""

    rule: str
    camera: str
    from_at: datetime
    to_at: datetime
    until_at: datetime
    reason: str


CameraCommand = RetryCamera | RelearnCamera | ApproveReference | RejectReference
CameraOrder = ProtectRecording
