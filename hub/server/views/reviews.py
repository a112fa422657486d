"""What a person sees of reviews: one's own points, and a leader those of the people whom the leader leads. Pure."""

from collections.abc import Iterable

from hub.client.reviews import ReviewedPerson, ReviewView
from hub.client.views import ReviewLine
from hub.core.people.account import Account
from hub.core.reviews.events import AppealDecided, PersonCommended, PersonReviewed, PointAppealed, ReviewEvent
from hub.core.reviews.model import PastReview, Review
from hub.core.reviews.points import PersonReview
from hub.core.reviews.sight import sees_person, unsigned
from hub.core.state import State


def may_read_review(account: Account, event: ReviewEvent, state: State) -> bool:
    """Whether the account may read a record about reviews: what is about a person, as `sees_person`."""
    match event:
        case PersonReviewed() | PointAppealed() | AppealDecided():
            return sees_person(account, event.person, state)
        case PersonCommended():
            return sees_person(account, event.account, state)
        case _:
            return True


def open_reviews(account: Account, state: State) -> list[ReviewLine]:
    """The reviews that are not closed yet, newest month first."""
    opened = sorted(state.reviews.open.values(), key=lambda review: review.month, reverse=True)
    return [_line(account, review, state) for review in opened]


def review_lines(account: Account, state: State) -> list[ReviewLine]:
    """Every review that the state knows of, newest month first."""
    lines = [*open_reviews(account, state), *map(_past_line, reversed(state.reviews.past))]
    return sorted(lines, key=lambda line: (line.month, line.made_at), reverse=True)


def review_view(account: Account, review: Review, state: State) -> ReviewView:
    return ReviewView(
        line=_line(account, review, state),
        people=[
            ReviewedPerson(
                person=person.person,
                name=person.name,
                total=review.total(person.person),
                points=list(person.points),
                appeals=[appeal for appeal in review.appeals if appeal.person == person.person],
            )
            for person in _seen(account, review.people.values(), state)
        ],
        scheme=review.scheme,
        digest=review.digest,
        note=review.over_note,
    )


def people_views(account: Account, people: Iterable[PersonReview], state: State) -> list[ReviewedPerson]:
    """What was counted, without appeals: nothing of it is on record."""
    return [
        ReviewedPerson(person=person.person, name=person.name, total=person.total, points=list(person.points))
        for person in _seen(account, people, state)
    ]


def _seen(account: Account, people: Iterable[PersonReview], state: State) -> list[PersonReview]:
    return [person for person in people if sees_person(account, person.person, state)]


def _line(account: Account, review: Review, state: State) -> ReviewLine:
    seen = {person.person for person in _seen(account, review.people.values(), state)}
    return ReviewLine(
        id=review.id,
        month=review.month,
        state=review.state,
        made_at=review.made_at,
        made_by=review.made_by,
        appeal_until_at=review.appeal_until_at,
        over_at=review.over_at,
        over_by=review.over_by,
        people=len(seen),
        waiting=sum(appeal.person in seen for appeal in review.waiting),
        unsigned=len(unsigned(review, account.actor, state)),
        left=len(review.people.keys() - review.signed.keys()) if review.state == "open" else 0,
        signers=list(review.signers),
    )


def _past_line(past: PastReview) -> ReviewLine:
    return ReviewLine(
        id=past.id,
        month=past.month,
        state=past.state,
        made_at=past.made_at,
        over_at=past.over_at,
        over_by=past.over_by,
        signers=list(past.signers),
    )
