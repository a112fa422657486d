"""Facts about walking the wall: each channel of a post looked at and confirmed."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from hub.core.event import CameraId, Event
from hub.core.text import Text

_Patrol = Annotated[str, Meta(description="Patrol id, such as W-4.")]
_Post = Annotated[str, Meta(description="Post id from rules/roster.toml.")]
_PostName = Annotated[Text, Meta(description="Name of the post.")]


class Look(msgspec.Struct, frozen=True):
    """One camera that was looked at."""

    camera: Annotated[str, Meta(description="Camera id from hub.toml.", min_length=1, max_length=100)]
    looked_s: Annotated[float, Meta(description="For how many seconds.", ge=0, le=86400)]
    good: Annotated[bool, Meta(description="Whether the person found the picture good.")] = True
    remark: Annotated[str, Meta(description="What is wrong with it.", max_length=500)] = ""


class PatrolBegun(Event, tag="patrol.begun", frozen=True, kw_only=True):
    """Somebody began to walk the wall of a post."""

    patrol: _Patrol
    post: _Post
    post_name: _PostName
    cameras: Annotated[list[CameraId], Meta(description="The channels to be confirmed, in their order.")]
    at_post: Annotated[bool, Meta(description="Whether the person was at that post.")] = True


class PatrolSeen(Event, tag="patrol.seen", frozen=True, kw_only=True):
    """Channels of the wall were looked at, one after another."""

    patrol: _Patrol
    post: _Post
    looks: Annotated[list[Look], Meta(description="The cameras, with what the person found.")]


class PatrolMissed(Event, tag="patrol.missed", frozen=True, kw_only=True):
    """The wall of a post was not walked in time."""

    post: _Post
    post_name: _PostName
    due_at: Annotated[datetime, Meta(description="When every channel should have been confirmed.")]
    unseen: Annotated[int, Meta(description="How many channels were not.")]


class PatrolDone(Event, tag="patrol.done", frozen=True, kw_only=True):
    """Every channel of a post's wall was confirmed."""

    CLEARS: ClassVar[type[Event] | None] = PatrolMissed
    patrol: _Patrol
    post: _Post
    good: Annotated[int, Meta(description="How many pictures were good.")]
    bad: Annotated[int, Meta(description="How many were not.")]
    took_s: Annotated[float, Meta(description="Seconds from its beginning.")]
    looked_s: Annotated[float, Meta(description="Seconds for which pictures were looked at.")]


PatrolEvent = PatrolBegun | PatrolSeen | PatrolMissed | PatrolDone
