"""Facts about where steered cameras stand."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.event import CameraId, Event
from hub.core.homes.position import Position
from hub.core.text import Text

_Preset = Annotated[str, Meta(description="The camera's home preset, as hub.toml names it.")]


class HomeLearned(Event, tag="home.learned", frozen=True, kw_only=True):
    """It is known where a steered camera stands at its home preset: it was turned there, or somebody approved it."""

    camera: CameraId
    preset: _Preset
    position: Annotated[Position, Meta(description="Where that is.")]
    how: Annotated[
        Literal["turned", "approved", "units"],
        Meta(description="It was sent there first; somebody approved it; it tells positions in other units now."),
    ] = "turned"
    reason: Annotated[str, Meta(description="Why somebody approved another place.")] = ""


class CameraStrayed(Event, tag="camera.strayed", frozen=True, kw_only=True):
    """A steered camera stands still, and not at its home preset."""

    camera: CameraId
    preset: _Preset
    position: Annotated[Position, Meta(description="Where it stands.")]
    since_at: Annotated[datetime, Meta(description="When the hub found it first.")]
    detail: Annotated[Text, Meta(description="What differs, in plain words.")] = Text(en="")


class CameraHome(Event, tag="camera.home", frozen=True, kw_only=True):
    """A steered camera is at its home preset again, or none is kept for it any more."""

    CLEARS: ClassVar[type[Event] | None] = CameraStrayed
    camera: CameraId
    preset: _Preset


class ReturnOrdered(Event, tag="home.return_ordered", frozen=True, kw_only=True):
    """Somebody sends a steered camera back to its home preset."""

    camera: CameraId
    preset: _Preset
    reason: Annotated[str, Meta(description="Why; it may be left out.")] = ""


class ReturnFailed(Event, tag="home.return_failed", frozen=True, kw_only=True):
    """A steered camera could not be sent to its home preset."""

    camera: CameraId
    preset: _Preset
    detail: Annotated[Text, Meta(description="Why, in plain words.")]


HomeEvent = HomeLearned | CameraStrayed | CameraHome | ReturnOrdered | ReturnFailed
