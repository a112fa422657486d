"""What may be asked about reviews of people."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Id, Moment, Note, Order, Reason, Right
from hub.core.reviews.events import Decision
from hub.core.reviews.month import PATTERN
from hub.core.reviews.points import PersonReview

Month = Annotated[str, Meta(pattern=PATTERN)]
Number = Annotated[int, Meta(ge=1, le=100_000)]


class MakeReview(Command, tag="review.make", frozen=True, kw_only=True):
    """Review everybody for a month that is over. The hub does so by itself some days after its end."""

    NEEDS: ClassVar[Right | None] = "lead"
    month: Month


class WithdrawReview(Command, tag="review.withdraw", frozen=True, kw_only=True):
    """Take a review back that was not closed; the month can be reviewed anew."""

    NEEDS: ClassVar[Right | None] = "lead"
    review: Id
    reason: Reason


class AppealPoint(Command, tag="review.appeal", frozen=True, kw_only=True):
    """Appeal against one of one's own points, once for each."""

    NEEDS: ClassVar[Right | None] = None
    review: Id
    number: Number
    reason: Reason


class DecideAppeal(Command, tag="review.decide_appeal", frozen=True, kw_only=True):
    """Decide on somebody else's appeal."""

    NEEDS: ClassVar[Right | None] = "lead"
    review: Id
    person: Id
    number: Number
    decision: Decision
    reason: Reason


class CloseReview(Command, tag="review.close", frozen=True, kw_only=True):
    """Sign a review for everybody whom one leads, when nobody can appeal any more and no appeal of theirs waits."""

    NEEDS: ClassVar[Right | None] = "lead"
    review: Id
    note: Note = ""


class CommendPerson(Command, tag="review.commend", frozen=True, kw_only=True):
    """Put somebody's good work on record; it counts in the review of this month."""

    NEEDS: ClassVar[Right | None] = "lead"
    account: Id
    points: Annotated[float, Meta(gt=0, le=100)]
    reason: Reason
    about_at: Moment | None = None
    records: Annotated[list[Annotated[int, Meta(ge=1)]], Meta(max_length=20)] = []


class RecordReview(Order, tag="review.record", frozen=True, kw_only=True):
    """Put on record what the records of a month came to. The hub asks for it when it has counted."""

    month: Month
    scheme: str
    """SHA-256 of the scheme by which it was counted."""
    position: int
    people: tuple[PersonReview, ...]


ReviewCommand = MakeReview | WithdrawReview | AppealPoint | DecideAppeal | CloseReview | CommendPerson
ReviewOrder = RecordReview
