"""Facts about handovers (交接班). Each carries the sheet as it was read, so that it can be read for ever."""

from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import AccountId, Event
from hub.core.posts.commands import RoomAnswer
from hub.core.posts.sheet import Change, Sheet
from hub.core.text import Text

HandoverId = Annotated[str, Meta(description="Id of a handover, such as H-5.")]
_Post = Annotated[str, Meta(description="Post id from rules/roster.toml.")]
_PostName = Annotated[Text, Meta(description="Name of the post.")]
_Name = Annotated[Text, Meta(description="The person's name.")]
_Sheet = Annotated[Sheet, Meta(description="What was handed over.")]
_Digest = Annotated[str, Meta(description="SHA-256 of the sheet: what the signature is about.")]
_Domains = Annotated[list[str], Meta(description="Domains of its cameras; only people with rights in all may read it.")]
_Note = Annotated[str, Meta(description="What the person adds.")]


class HandoverBegun(Event, tag="handover.begun", frozen=True, kw_only=True):
    """The sheet of a handover was made."""

    handover: HandoverId
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    sheet: _Sheet
    digest: _Digest
    domains: _Domains = []


class HandoverSigned(Event, tag="handover.signed", frozen=True, kw_only=True):
    """Whoever goes signed the sheet and answered what the room is like."""

    handover: HandoverId
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    sheet: _Sheet
    digest: _Digest
    room: Annotated[list[RoomAnswer], Meta(description="What the room is like, by item of the checklist.")] = []
    domains: _Domains = []
    note: _Note = ""


class HandoverOverridden(Event, tag="handover.overridden", frozen=True, kw_only=True):
    """A leader lets a post be handed over although critical alarms are not acknowledged."""

    handover: HandoverId
    post: _Post
    post_name: _PostName
    alarms: Annotated[list[str], Meta(description="The alarms that this is about; not those that come later.")]
    reason: Annotated[str, Meta(description="Why.")]


class HandoverTaken(Event, tag="handover.taken", frozen=True, kw_only=True):
    """Whoever comes signed the sheet and is responsible for the post from now on."""

    handover: HandoverId
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    outgoing: Annotated[AccountId, Meta(description="Account of whoever handed it over.")]
    outgoing_name: _Name
    sheet: _Sheet
    digest: _Digest
    since_signed: Annotated[list[Change], Meta(description="What changed after the first signature.")] = []
    room: Annotated[list[RoomAnswer], Meta(description="What the room is like, as the first signed it.")] = []
    domains: _Domains = []
    note: _Note = ""


class HandoverAbandoned(Event, tag="handover.abandoned", frozen=True, kw_only=True):
    """A handover was given up, or begun anew."""

    handover: HandoverId
    post: _Post
    post_name: _PostName
    how: Annotated[Literal["given_up", "anew"], Meta(description="Somebody gave it up; or another one was begun.")]
    reason: Annotated[str, Meta(description="Why.")] = ""


HandoverEvent = HandoverBegun | HandoverSigned | HandoverOverridden | HandoverTaken | HandoverAbandoned
