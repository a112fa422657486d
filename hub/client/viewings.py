"""Looking at cameras through the hub: recorded, and live. Every viewing goes on record with its reason."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.client import HubClient
from hub.core.command import Moment
from hub.core.recordings import Stream
from hub.core.viewings.events import Shown

OVER = "This viewing is over, or is not yours."
"""What the hub says of a viewing that it does not know any more."""

STILL_WIDTH = 480
"""Single pictures are so wide at most."""


class PlayLink(msgspec.Struct, frozen=True, kw_only=True):
    """What one player plays, once."""

    path: str
    """Below the address of the hub. It is good once, for two minutes, and needs nobody to be signed in."""
    seconds: float = 0.0
    """How long it plays; 0 for a live picture."""
    media: str = "video/mp4"


class ViewingView(msgspec.Struct, frozen=True, kw_only=True):
    """A viewing that is open."""

    id: str
    camera: str
    shown: Shown
    from_at: datetime | None = None
    to_at: datetime | None = None
    links: list[PlayLink] = []
    """One for each part that plays in one go; none for a period that is longer than a link may be."""


class LiveWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who looks at a camera live says at which, and why."""

    camera: Annotated[str, Meta(max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S", description="For the record.")]
    stream: Annotated[Stream, Meta(description="Which stream of the camera.")] = "watched"


class LinkWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which part of an open viewing is to be played."""

    from_at: Moment
    to_at: Moment


async def begin(client: HubClient, camera: str, from_at: datetime, to_at: datetime, reason: str) -> ViewingView:
    """Look at what a camera recorded. Raises `NotAllowed`, `NotFound` when there is nothing, `Refused`."""
    body = {"camera": camera, "from_at": from_at, "to_at": to_at, "reason": reason}
    return await client.post("viewings", body, ViewingView)


async def begin_live(client: HubClient, camera: str, reason: str, stream: Stream = "watched") -> ViewingView:
    """Look at a camera live. Raises `NotAllowed`, `NotFound`, `Refused`."""
    return await client.post("viewings/live", LiveWish(camera=camera, reason=reason, stream=stream), ViewingView)


async def links(client: HubClient, viewing: str, from_at: datetime, to_at: datetime) -> ViewingView:
    """New links to a part of an open viewing. Raises `NotFound` when it is over, or nothing was recorded then."""
    return await client.post(f"viewings/{viewing}/links", LinkWish(from_at=from_at, to_at=to_at), ViewingView)


async def still(client: HubClient, viewing: str, at: datetime, width: Literal[160, 320, 480] = 320) -> bytes:
    """The picture of an open viewing at a time, as JPEG: the last key frame before. Raises `NotFound`."""
    return await client.fetch(f"viewings/{viewing}/still", {"at": at.isoformat(), "width": width})


async def end(client: HubClient, viewing: str) -> None:
    """Close a viewing; what it plays ends. One that is over already is none to complain about."""
    await client.post(f"viewings/{viewing}/end", {}, ViewingView)
