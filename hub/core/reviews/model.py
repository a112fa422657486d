"""Reviews of people (考核): made from the record, open to appeal, signed.

    state      means                                            leaves by
    open       made; people may appeal, leaders decide          close → closed · withdraw → withdrawn
    closed     signed for everybody; nothing changes any more   (over)
    withdrawn  taken back as a whole; the month is free again   (over)

Within an open review each point may be appealed against once, by its person; a leader who is neither that person nor
made the review upholds or withdraws the point. A leader signs for everybody whom the leader leads: where nobody leads
all of them, several sign one after another, and the last signature closes it. Totals follow from the points that were
not withdrawn, always.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.reviews.events import (
    AppealDecided,
    AssessmentLoaded,
    PersonCommended,
    PersonReviewed,
    PointAppealed,
    ReviewClosed,
    ReviewEvent,
    ReviewMade,
    ReviewSigned,
    ReviewWithdrawn,
)
from hub.core.reviews.points import PersonReview, total_of
from hub.core.reviews.scheme import Scheme

ReviewState = Literal["open", "closed", "withdrawn"]
AppealState = Literal["waiting", "upheld", "withdrawn"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "review.made", "open"),
    ("open", "review.appealed", "open"),
    ("open", "review.appeal_decided", "open"),
    ("open", "review.signed", "open"),
    ("open", "review.closed", "closed"),
    ("open", "review.withdrawn", "withdrawn"),
)
MOST_PAST = 120
"""Reviews that are over and of which the state keeps a line; the journal has them all."""


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says against a point, and what a leader decided."""

    person: str
    number: int
    reason: str
    at: datetime
    state: AppealState = "waiting"
    decided_by: str = ""
    """As an actor: `person:wang`."""
    decided_at: datetime | None = None
    why: str = ""
    """The reason of the decision."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """The review of one month."""

    id: str
    month: str
    state: ReviewState = "open"
    scheme: str
    made_by: str
    made_at: datetime
    appeal_until_at: datetime
    people: dict[str, PersonReview] = {}
    appeals: tuple[Appeal, ...] = ()
    signed: dict[str, str] = {}
    """Who signed (`person:wang`) for whom, by account, while others are still to sign."""
    over_by: str = ""
    over_at: datetime | None = None
    over_note: str = ""
    digest: str = ""
    """What was signed."""

    @property
    def waiting(self) -> tuple[Appeal, ...]:
        """The appeals that nobody decided on yet."""
        return tuple(appeal for appeal in self.appeals if appeal.state == "waiting")

    def appeal(self, person: str, number: int) -> Appeal | None:
        return next((each for each in self.appeals if (each.person, each.number) == (person, number)), None)

    def withdrawn(self, person: str) -> frozenset[int]:
        """The numbers of the person's points that were taken back."""
        return frozenset(each.number for each in self.appeals if each.person == person and each.state == "withdrawn")

    def total(self, person: str) -> float:
        """The person's points together, but those that were taken back."""
        return total_of(self.people[person].points, self.withdrawn(person))

    @property
    def signers(self) -> tuple[str, ...]:
        """Who signed, as actors, in their order; the last one closed it."""
        last = (self.over_by,) if self.state == "closed" else ()
        return tuple(dict.fromkeys((*self.signed.values(), *last)))

    def totals(self) -> dict[str, float]:
        return {person: self.total(person) for person in sorted(self.people)}


class PastReview(msgspec.Struct, frozen=True, kw_only=True):
    """The line that is kept of a review that is over."""

    id: str
    month: str
    state: ReviewState
    made_at: datetime
    over_at: datetime | None
    over_by: str
    signers: tuple[str, ...] = ()


class Reviews(msgspec.Struct, frozen=True, kw_only=True):
    """The scheme in force, the open reviews by id, and a line of each of those that were over last, newest last."""

    scheme: Scheme | None = None
    open: dict[str, Review] = {}
    past: tuple[PastReview, ...] = ()
    count: int = 0

    def of_month(self, month: str) -> str | None:
        """The id of the review of a month that was not withdrawn; None where there is none."""
        standing = [review.id for review in self.open.values() if review.month == month]
        standing += [past.id for past in self.past if past.month == month and past.state == "closed"]
        return standing[0] if standing else None


def digest_of_totals(totals: Mapping[str, float]) -> str:
    """SHA-256 of what everybody's points come to."""
    return sha256(msgspec.json.encode({who: float(total) for who, total in sorted(totals.items())})).hexdigest()


def follow(reviews: Reviews, record: Record, event: ReviewEvent) -> Reviews:
    """What stands after one more event."""
    match event:
        case AssessmentLoaded(scheme=scheme, there=there):
            return replace(reviews, scheme=scheme if there else None)
        case PersonCommended():
            return reviews
        case ReviewMade():
            made = Review(
                id=event.review,
                month=event.month,
                scheme=event.scheme,
                made_by=record.actor,
                made_at=record.seen_at,
                appeal_until_at=event.appeal_until_at,
            )
            return replace(reviews, open={**reviews.open, made.id: made}, count=reviews.count + 1)
    known = reviews.open.get(event.review)
    if known is None:
        return reviews
    review = after(known, record, event)
    if review.state == "open":
        return replace(reviews, open={**reviews.open, review.id: review})
    line = PastReview(
        id=review.id,
        month=review.month,
        state=review.state,
        made_at=review.made_at,
        over_at=review.over_at,
        over_by=review.over_by,
        signers=review.signers,
    )
    standing = {key: each for key, each in reviews.open.items() if key != review.id}
    return replace(reviews, open=standing, past=(*reviews.past, line)[-MOST_PAST:])


_OfOne = PersonReviewed | PointAppealed | AppealDecided | ReviewSigned | ReviewClosed | ReviewWithdrawn


def after(review: Review, record: Record, event: _OfOne) -> Review:
    """One review after one more event of its own."""
    at, by = record.seen_at, record.actor
    match event:
        case PersonReviewed():
            person = PersonReview(person=event.person, name=event.name, points=event.points)
            return replace(review, people={**review.people, event.person: person})
        case PointAppealed():
            appeal = Appeal(person=event.person, number=event.number, reason=event.reason, at=at)
            return replace(review, appeals=(*review.appeals, appeal))
        case AppealDecided():
            decided = tuple(
                replace(each, state=event.decision, decided_by=by, decided_at=at, why=event.reason)
                if (each.person, each.number) == (event.person, event.number)
                else each
                for each in review.appeals
            )
            return replace(review, appeals=decided)
        case ReviewSigned(people=people):
            return replace(review, signed={**review.signed, **dict.fromkeys(people, by)})
        case ReviewClosed():
            return replace(review, state="closed", over_by=by, over_at=at, over_note=event.note, digest=event.digest)
        case ReviewWithdrawn():
            return replace(review, state="withdrawn", over_by=by, over_at=at, over_note=event.reason)
