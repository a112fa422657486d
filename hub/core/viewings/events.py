"""Facts about who looks at a camera live, and when each viewing ended. `recording.viewed` is with the recordings."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import CameraId, Event
from hub.core.recordings import Stream

ViewingId = Annotated[str, Meta(description="Id of one viewing; what began it and what ended it have the same.")]
Shown = Literal["recording", "live"]
Why = Literal["closed", "idle", "signed_out", "withdrawn", "hub"]
"""Why a viewing ended: the person closed it; nobody looked any more; the person's sign-in ended; the person has no
right to it any more; the hub stopped."""


class LiveViewed(Event, tag="live.viewed", frozen=True, kw_only=True):
    """Somebody began to look at a camera live; who, says the record's actor."""

    viewing: ViewingId
    camera: CameraId
    stream: Annotated[Stream, Meta(description="Which stream of the camera.")]
    reason: Annotated[str, Meta(description="Why, as that person gave it.")]


class ViewingEnded(Event, tag="viewing.ended", frozen=True, kw_only=True):
    """The viewing of a camera is over; who looked, says the record's actor."""

    viewing: ViewingId
    camera: CameraId
    shown: Annotated[Shown, Meta(description="Whether a recording was looked at, or the camera live.")]
    began_at: Annotated[datetime, Meta(description="When it began.")]
    ended: Annotated[Why, Meta(description="Why it ended.")]
    bytes: Annotated[int, Meta(description="What was sent to the player, without thumbnails.", ge=0)] = 0
    thumbnails: Annotated[int, Meta(description="How many single pictures were shown.", ge=0)] = 0
