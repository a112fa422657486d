"""What follows from commands and orders about cameras, their reference views and their recordings."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from hub.core.cameras.commands import (
    ApproveReference,
    CameraCommand,
    CameraOrder,
    ProtectRecording,
    RejectReference,
    RelearnCamera,
    RetryCamera,
)
from hub.core.event import Event
from hub.core.findings import CameraRelearned, CameraRetried
from hub.core.recordings import RecordingProtected
from hub.core.references import References, approve, reject
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound


def decide(state: State, command: CameraCommand | CameraOrder, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case RetryCamera():
            _camera(state, command.camera)
            return [CameraRetried(camera=command.camera)]
        case RelearnCamera():
            _camera(state, command.camera)
            return [CameraRelearned(camera=command.camera, reason=command.reason)]
        case ApproveReference():
            return approve(_references(state, command.camera), command.camera, command.reference, command.beside)
        case RejectReference():
            return reject(_references(state, command.camera), command.camera, command.reference, command.reason)
        case ProtectRecording():
            return [
                RecordingProtected(
                    camera=command.camera,
                    from_at=command.from_at,
                    to_at=command.to_at,
                    until_at=command.until_at,
                    reason=command.reason,
                )
            ]


def cameras(state: State, command: CameraCommand | CameraOrder) -> Sequence[str | None]:
    return [command.camera]


def _camera(state: State, camera_id: str) -> None:
    if state.site.camera(camera_id) is None:
        raise NotFound(f"No camera {camera_id} in hub.toml.")


def _references(state: State, camera_id: str) -> References:
    _camera(state, camera_id)
    known = state.cameras.get(camera_id)
    return known.references if known is not None else {}


SUBJECT = Subject(commands=get_args(CameraCommand | CameraOrder), decide=decide, cameras=cameras)
