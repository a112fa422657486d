"""Facts about reviews of people (考核)."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import AccountId, Event
from hub.core.reviews.points import Point
from hub.core.reviews.scheme import Scheme

Decision = Literal["upheld", "withdrawn"]
"""About a point that was appealed against: it stays, or it is taken back."""

ReviewId = Annotated[str, Meta(description="Id of the review of a month, such as V-3.")]
_Month = Annotated[str, Meta(description="The month, such as 2026-10.")]
_Person = Annotated[AccountId, Meta(description="Account of the person whose point it is.")]
_Number = Annotated[int, Meta(description="Number of the point among the person's.")]


class AssessmentLoaded(Event, tag="assessment.loaded", frozen=True, kw_only=True):
    """rules/assessment.toml was read: people are reviewed by this scheme from now on."""

    scheme: Annotated[Scheme, Meta(description="What is counted, and for how many points.")]
    there: Annotated[bool, Meta(description="False: the site has no such file, and nobody is reviewed.")] = True


class ReviewMade(Event, tag="review.made", frozen=True, kw_only=True):
    """The records of a month were counted by the scheme. What it came to follows, a record for each person."""

    review: ReviewId
    month: _Month
    scheme: Annotated[str, Meta(description="SHA-256 of the scheme by which it was counted.")]
    position: Annotated[int, Meta(description="Number of the last record that was looked at.")]
    people: Annotated[int, Meta(description="How many people were reviewed.")]
    appeal_until_at: Annotated[datetime, Meta(description="Until when people may appeal.")]


class PersonReviewed(Event, tag="review.person", frozen=True, kw_only=True):
    """What the review of a month came to for one person."""

    review: ReviewId
    month: _Month
    person: _Person
    name: Annotated[str, Meta(description="Name of the person.")]
    points: Annotated[tuple[Point, ...], Meta(description="The points, oldest first.")] = ()


class ReviewWithdrawn(Event, tag="review.withdrawn", frozen=True, kw_only=True):
    """A leader took a whole review back: the scheme was wrong, say. The month can be reviewed anew."""

    review: ReviewId
    month: _Month
    reason: Annotated[str, Meta(description="Why.")]


class PointAppealed(Event, tag="review.appealed", frozen=True, kw_only=True):
    """A person does not agree with a point."""

    review: ReviewId
    person: _Person
    number: _Number
    reason: Annotated[str, Meta(description="Why the point is wrong, as the person says.")]


class AppealDecided(Event, tag="review.appeal_decided", frozen=True, kw_only=True):
    """A leader decided on an appeal."""

    review: ReviewId
    person: _Person
    number: _Number
    decision: Annotated[Decision, Meta(description="`upheld`: the point stays. `withdrawn`: it is taken back.")]
    reason: Annotated[str, Meta(description="Why.")]


class ReviewSigned(Event, tag="review.signed", frozen=True, kw_only=True):
    """A leader signed for the people whom the leader leads; it is closed when everybody in it is signed for."""

    review: ReviewId
    month: _Month
    people: Annotated[list[AccountId], Meta(description="For whom.")]
    digest: Annotated[str, Meta(description="SHA-256 of their totals after appeals: what was signed.")]
    note: Annotated[str, Meta(description="What the leader adds.")] = ""


class ReviewClosed(Event, tag="review.closed", frozen=True, kw_only=True):
    """The last leader signed the review of a month; nothing of it changes any more."""

    review: ReviewId
    month: _Month
    digest: Annotated[str, Meta(description="SHA-256 of everybody's total after appeals: what was signed.")]
    note: Annotated[str, Meta(description="What the leader adds.")] = ""


class PersonCommended(Event, tag="review.commended", frozen=True, kw_only=True):
    """A leader put good work on record; it counts in the review of that month."""

    account: AccountId
    points: Annotated[float, Meta(description="How many points it is worth.")]
    reason: Annotated[str, Meta(description="What was done.")]
    about_at: Annotated[datetime | None, Meta(description="When it was done, where that is not now.")] = None
    records: Annotated[list[int], Meta(description="Numbers of the records that it is about.")] = []


ReviewEvent = (
    AssessmentLoaded
    | ReviewMade
    | PersonReviewed
    | ReviewWithdrawn
    | PointAppealed
    | AppealDecided
    | ReviewSigned
    | ReviewClosed
    | PersonCommended
)
