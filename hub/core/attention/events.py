"""Facts about attention checks (注意力抽查)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.attention.posts import PostPlan
from hub.core.event import AccountId, CameraId, Event
from hub.core.text import Text

_Check = Annotated[str, Meta(description="Check id, such as C-12.")]
_Post = Annotated[str, Meta(description="Post id from rules/roster.toml.")]
_PostName = Annotated[Text, Meta(description="Name of the post.")]
_People = Annotated[list[AccountId], Meta(description="Accounts of those who were at the post.")]


class AttentionPlanned(Event, tag="attention.planned", frozen=True, kw_only=True):
    """The roster was read: how often those at posts are asked, and how often they walk the wall."""

    posts: Annotated[list[PostPlan], Meta(description="The posts of which anything is asked.")]


class AttentionAsked(Event, tag="attention.asked", frozen=True, kw_only=True):
    """Those at a post were asked whether they are there, for the first time or once more."""

    check: _Check
    post: _Post
    post_name: _PostName
    people: _People
    until_at: Annotated[datetime, Meta(description="An answer after this is too late.")]
    shown: Annotated[
        CameraId, Meta(description="The camera whose picture was shown; not told while the check is open.")
    ] = ""
    choices: Annotated[list[CameraId], Meta(description="The cameras to choose from; empty: any key will do.")] = []
    again: Annotated[bool, Meta(description="True: nobody had answered the first time.")] = False


class AttentionMissed(Event, tag="attention.missed", frozen=True, kw_only=True):
    """Nobody at a post answered, though asked twice."""

    check: _Check
    post: _Post
    post_name: _PostName
    people: _People
    since_at: Annotated[datetime, Meta(description="When they were asked first: since then nobody is known to watch.")]


class AttentionAnswered(Event, tag="attention.answered", frozen=True, kw_only=True):
    """Somebody at a post answered a check."""

    check: _Check
    post: _Post
    delay_s: Annotated[float, Meta(description="Seconds since the first question.")]
    right: Annotated[bool | None, Meta(description="Whether the camera was named rightly; none: nothing was to name.")]
    chosen: Annotated[CameraId, Meta(description="The camera that was named.")] = ""
    shown: Annotated[CameraId, Meta(description="The camera that was shown.")] = ""
    note: Annotated[str, Meta(description="What was typed instead or besides.")] = ""


class AttentionOver(Event, tag="attention.over", frozen=True, kw_only=True):
    """A check is over that was missed, or that nobody is left to answer."""

    CLEARS: ClassVar[type[Event] | None] = AttentionMissed
    check: _Check
    post: _Post
    how: Annotated[
        Literal["answered", "left"],
        Meta(description="`answered`: somebody did at last. `left`: those who were asked are at the post no more."),
    ]
    unwatched_s: Annotated[float, Meta(description="Seconds for which nobody is known to have watched.")]


AttentionEvent = AttentionPlanned | AttentionAsked | AttentionMissed | AttentionAnswered | AttentionOver
