"""Facts about posts: who signed on and off, who did not come, and what became of each rostered place."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.event import AccountId, Event
from hub.core.text import Text

Verdict = Literal["attended", "late", "absent", "unseen", "excused"]
_Over = Literal["came", "absent", "excused", "ended"]

_Post = Annotated[str, Meta(description="Post id from rules/roster.toml.")]
_PostName = Annotated[Text, Meta(description="Name of the post.")]
_Name = Annotated[Text, Meta(description="The person's name.")]
_Place = Annotated[str, Meta(description="The post and the account, separated by a blank.")]
_ShiftName = Annotated[Text, Meta(description="Name of the shift.")]
_From = Annotated[datetime, Meta(description="When the shift begins by the roster.")]
_To = Annotated[datetime, Meta(description="When it ends by the roster.")]
_How = Annotated[
    _Over,
    Meta(
        description="The person came; is absent now and no longer only late; was excused; or the shift ended without "
        "the person."
    ),
]


class PostSignedOn(Event, tag="post.signed_on", frozen=True, kw_only=True):
    """A person signed on at a post."""

    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    how: Annotated[
        Literal["early", "in_time", "late", "cover"],
        Meta(
            description="Before the shift, with its beginning, after the grace; `cover`: a leader put the person there."
        ),
    ]
    by_s: Annotated[float, Meta(description="Seconds by which it was early or late.")] = 0.0
    until_at: Annotated[datetime | None, Meta(description="When the person's time at the post ends.")] = None
    by_handover: Annotated[str, Meta(description="The handover by which the post was taken over; empty for none.")] = ""


class PostSignedOff(Event, tag="post.signed_off", frozen=True, kw_only=True):
    """A person signed off at a post."""

    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    how: Annotated[
        Literal["early", "in_time", "relieved", "unrelieved", "moved", "by_leader"],
        Meta(
            description="Before the end; at the end; by a handover; without anybody who takes over; to another post; "
            "by a leader in place of the person."
        ),
    ]
    by_s: Annotated[float, Meta(description="Seconds by which it was early.")] = 0.0
    reason: Annotated[str, Meta(description="Why, where that is asked.")] = ""


class PostLate(Event, tag="post.late", frozen=True, kw_only=True):
    """A person who is rostered at a post has not signed on in time."""

    place: _Place
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    shift: Annotated[str, Meta(description="Shift id.")]
    shift_name: _ShiftName
    from_at: _From


class PostLateOver(Event, tag="post.late_over", frozen=True, kw_only=True):
    """A person is no longer only late."""

    CLEARS: ClassVar[type[Event] | None] = PostLate
    place: _Place
    post_name: _PostName
    account: AccountId
    name: _Name
    how: _How


class PostAbsent(Event, tag="post.absent", frozen=True, kw_only=True):
    """A person who is rostered at a post did not come."""

    place: _Place
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    shift: Annotated[str, Meta(description="Shift id.")]
    shift_name: _ShiftName
    from_at: _From


class PostAbsentOver(Event, tag="post.absent_over", frozen=True, kw_only=True):
    """A person who was absent came after all, was excused, or the shift is over."""

    CLEARS: ClassVar[type[Event] | None] = PostAbsent
    place: _Place
    post_name: _PostName
    account: AccountId
    name: _Name
    how: _How


class PostUnmanned(Event, tag="post.unmanned", frozen=True, kw_only=True):
    """During a shift nobody is signed on at the post."""

    post: _Post
    post_name: _PostName
    since_at: Annotated[datetime, Meta(description="Since when nobody has been there.")]
    names: Annotated[Text, Meta(description="Names of those who are rostered.")]


class PostManned(Event, tag="post.manned", frozen=True, kw_only=True):
    """Somebody is signed on again, or nobody need be."""

    CLEARS: ClassVar[type[Event] | None] = PostUnmanned
    post: _Post
    post_name: _PostName


class PostLeftOpen(Event, tag="post.left_open", frozen=True, kw_only=True):
    """A person's time at a post is over and nobody waits for relief, but the person has not signed off."""

    place: _Place
    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    until_at: Annotated[datetime, Meta(description="When the person's time ended.")]


class PostClosed(Event, tag="post.closed", frozen=True, kw_only=True):
    """A person whose sign-off was lacking is signed off, or on duty again."""

    CLEARS: ClassVar[type[Event] | None] = PostLeftOpen
    place: _Place
    post_name: _PostName
    name: _Name


class ReliefMissing(Event, tag="relief.missing", frozen=True, kw_only=True):
    """A shift began, and nobody of it relieved those who are at the post; they stay."""

    post: _Post
    post_name: _PostName
    relief: Annotated[list[AccountId], Meta(description="Accounts of those who should have come.")]
    relief_names: Annotated[Text, Meta(description="Their names.")]
    waiting: Annotated[list[AccountId], Meta(description="Accounts of those who wait to be relieved.")]
    waiting_names: Annotated[Text, Meta(description="Their names.")]
    since_at: Annotated[datetime, Meta(description="When the relief should have been there.")]


class ReliefCame(Event, tag="relief.came", frozen=True, kw_only=True):
    """Those who waited are relieved, or nobody waits any more."""

    CLEARS: ClassVar[type[Event] | None] = ReliefMissing
    post: _Post
    post_name: _PostName


class PostCovered(Event, tag="post.covered", frozen=True, kw_only=True):
    """A leader lets a person who is not rostered there sign on at a post."""

    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    instead_of: Annotated[AccountId, Meta(description="Account of whoever is excused by it; empty for nobody.")] = ""
    until_at: Annotated[datetime, Meta(description="Until when.")]
    reason: Annotated[str, Meta(description="Why.")]


class PostAttendance(Event, tag="post.attendance", frozen=True, kw_only=True):
    """What became of a person's place in a shift that is over: one of these for each."""

    post: _Post
    post_name: _PostName
    account: AccountId
    name: _Name
    shift: Annotated[str, Meta(description="Shift id.")]
    shift_name: _ShiftName
    team: Annotated[str, Meta(description="Team id; empty for people who are rostered on their own.")]
    from_at: _From
    to_at: _To
    verdict: Annotated[
        Verdict,
        Meta(
            description="`unseen`: the hub was down, nobody can say. `excused`: a leader's cover, or a changed roster."
        ),
    ]
    late_s: Annotated[float, Meta(description="Seconds by which the person was late.")] = 0.0
    early_s: Annotated[float, Meta(description="Seconds by which the person left early.")] = 0.0
    on_at: Annotated[datetime | None, Meta(description="When the person signed on.")] = None
    off_at: Annotated[datetime | None, Meta(description="When the person left early.")] = None


PresenceEvent = (
    PostSignedOn
    | PostSignedOff
    | PostLate
    | PostLateOver
    | PostAbsent
    | PostAbsentOver
    | PostUnmanned
    | PostManned
    | PostLeftOpen
    | PostClosed
    | ReliefMissing
    | ReliefCame
    | PostCovered
    | PostAttendance
)
