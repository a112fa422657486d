"""What is done with cameras because a rule wants it: pictures kept, cameras turned."""

from typing import Annotated

from msgspec import Meta

from hub.core.event import CameraId, Event, RuleId
from hub.core.findings import Evidence


class SnapshotTaken(Event, tag="snapshot.taken", frozen=True, kw_only=True):
    """A picture of what a camera showed was kept because a rule asked for it, or a person who wrote a log entry."""

    camera: CameraId
    rule: Annotated[RuleId, Meta(description="The rule that asked; empty where the cause is an entry of the duty log.")]
    evidence: Annotated[Evidence, Meta(description="The picture, as the one after.")]


class CameraTurned(Event, tag="camera.turned", frozen=True, kw_only=True):
    """A camera was turned to one of its presets because a rule asked for it."""

    camera: CameraId
    rule: RuleId
    preset: Annotated[str, Meta(description="Name of the preset, as the camera's driver knows it.")]
