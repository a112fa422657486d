"""What follows from commands about reviews. The counting itself is `assess`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.event import Event
from hub.core.people.four_eyes import different
from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    RecordReview,
    ReviewCommand,
    WithdrawReview,
)
from hub.core.reviews.events import (
    AppealDecided,
    PersonCommended,
    PersonReviewed,
    PointAppealed,
    ReviewClosed,
    ReviewMade,
    ReviewSigned,
    ReviewWithdrawn,
)
from hub.core.reviews.model import Review, digest_of_totals
from hub.core.reviews.scheme import Scheme, digest_of
from hub.core.reviews.sight import check_leads, unsigned
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import HubError, NotAllowed, NotFound, Refused, WrongState

MOST_OPEN = 12
FURTHEST_BACK = timedelta(days=31)
"""How old the good work may be that somebody is commended for."""


def decide(state: State, command: ReviewCommand | RecordReview, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case MakeReview():
            # What it comes to is counted first: see `RecordReview`. Here is only whether it may be begun.
            check_new(state, command.month)
            return []
        case RecordReview():
            return _record(state, command, now)
        case WithdrawReview():
            review = _open(state, command.review)
            _check_leads_all(state, review, actor)
            return [ReviewWithdrawn(review=review.id, month=review.month, reason=command.reason)]
        case AppealPoint():
            return [_appeal(state, command, actor, now)]
        case DecideAppeal():
            return [_decided(state, command, actor)]
        case CloseReview():
            return [_close(state, command, actor, now)]
        case CommendPerson():
            return [_commend(state, command, actor, now)]


def check_new(state: State, month: str) -> Scheme:
    """The scheme by which a month may be reviewed now. Raises `WrongState` where there is no scheme, the month was
    reviewed already, or too many reviews are open."""
    if state.reviews.scheme is None:
        raise WrongState("There is no scheme of assessment.", hint="Write rules/assessment.toml.")
    known = state.reviews.of_month(month)
    if known is not None:
        raise WrongState(
            f"{month} was reviewed already: {known}.",
            hint="Withdraw that review first, if it is wrong and not closed yet.",
        )
    if len(state.reviews.open) >= MOST_OPEN:
        raise WrongState(f"{MOST_OPEN} reviews are open.", hint="Close the oldest ones first.")
    return state.reviews.scheme


def _record(state: State, order: RecordReview, now: datetime) -> list[Event]:
    scheme = check_new(state, order.month)
    if digest_of(scheme) != order.scheme:
        raise WrongState("The scheme was changed while the month was counted.", hint="Ask for the review again.")
    review = f"V-{state.reviews.count + 1}"
    made = ReviewMade(
        review=review,
        month=order.month,
        scheme=order.scheme,
        position=order.position,
        people=len(order.people),
        appeal_until_at=now + timedelta(seconds=scheme.appeal_s),
    )
    each = [
        PersonReviewed(review=review, month=order.month, person=one.person, name=one.name, points=one.points)
        for one in order.people
    ]
    return [made, *each]


def _appeal(state: State, command: AppealPoint, actor: str, now: datetime) -> PointAppealed:
    review, person = _open(state, command.review), actor.removeprefix("person:")
    point = review.people[person].point(command.number) if person in review.people else None
    if point is None:
        raise NotFound(
            f"You have no point {command.number} in {review.id}.", hint=f"See `hub reviews show {review.id}`."
        )
    if review.appeal(person, command.number) is not None:
        raise WrongState("You have appealed against this point already.", hint="There is one appeal for each point.")
    if now >= review.appeal_until_at:
        raise WrongState(f"The time to appeal in {review.id} is over.", hint="Speak with your leader.")
    return PointAppealed(review=review.id, person=person, number=command.number, reason=command.reason)


def _decided(state: State, command: DecideAppeal, actor: str) -> AppealDecided:
    review = _open(state, command.review)
    appeal = review.appeal(command.person, command.number)
    if appeal is None:
        raise NotFound(
            f"{command.person} has not appealed against point {command.number} of {review.id}.",
            hint=f"See `hub reviews show {review.id}`.",
        )
    if appeal.state != "waiting":
        raise WrongState("This appeal was decided on already.", hint="A decision is final.")
    if actor == review.made_by:
        raise NotAllowed(f"You made {review.id} yourself.", hint="A leader who did not make it decides on appeals.")
    different(f"person:{appeal.person}", actor)
    check_leads(actor, appeal.person, state)
    return AppealDecided(
        review=review.id,
        person=appeal.person,
        number=appeal.number,
        decision=command.decision,
        reason=command.reason,
    )


def _close(state: State, command: CloseReview, actor: str, now: datetime) -> ReviewSigned | ReviewClosed:
    review = _open(state, command.review)
    mine = unsigned(review, actor, state)
    if not mine and review.people:
        raise _nothing_to_sign(state, review, actor)
    # Whoever signs last answers for all of it: an appeal against what another leader signed for does not come any more.
    if waiting := [each for each in review.waiting if each.person in mine]:
        names = ", ".join(f"{each.person} {each.number}" for each in waiting[:5])
        raise WrongState(f"Appeals wait in {review.id}: {names}.", hint="Decide on them first.")
    if now < review.appeal_until_at:
        raise WrongState(
            f"People may appeal in {review.id} until {review.appeal_until_at:%Y-%m-%d %H:%M} UTC.",
            hint="Close it after that.",
        )
    totals = review.totals()
    if set(review.people) - set(review.signed) - set(mine):
        theirs = digest_of_totals({person: totals[person] for person in mine})
        return ReviewSigned(review=review.id, month=review.month, people=mine, digest=theirs, note=command.note)
    return ReviewClosed(review=review.id, month=review.month, digest=digest_of_totals(totals), note=command.note)


def _nothing_to_sign(state: State, review: Review, actor: str) -> HubError:
    left = next(person for person in review.people if person not in review.signed)
    if actor in review.signed.values():
        return WrongState(
            f"You have signed {review.id} for those whom you lead.", hint="Leaders of the others sign for theirs."
        )
    return NotAllowed(
        f"{state.staff.name(left)} belongs to a domain or department that you do not lead.",
        hint="Ask a leader of theirs.",
    )


def _commend(state: State, command: CommendPerson, actor: str, now: datetime) -> PersonCommended:
    if state.staff.person(command.account) is None:
        raise NotFound(f"There is nobody with the account {command.account}.", hint="See `hub people list`.")
    if actor == f"person:{command.account}":
        raise NotAllowed("Nobody commends themselves.", hint="Another leader can.")
    check_leads(actor, command.account, state)
    if command.about_at is not None and not now - FURTHEST_BACK <= command.about_at <= now:
        raise Refused("That is too long ago, or still to come.", hint="Good work of the last 31 days is commended.")
    if any(number > state.position for number in command.records):
        raise NotFound(f"The journal has {state.position} records.", hint="Name records that there are.")
    return PersonCommended(
        account=command.account,
        points=command.points,
        reason=command.reason,
        about_at=command.about_at,
        records=sorted(set(command.records)),
    )


def _check_leads_all(state: State, review: Review, actor: str) -> None:
    """A review is taken back by somebody who may see all of it."""
    for person in review.people:
        check_leads(actor, person, state)


def _open(state: State, review: str) -> Review:
    known = state.reviews.open.get(review)
    if known is not None:
        return known
    past = next((each for each in state.reviews.past if each.id == review), None)
    if past is not None:
        raise WrongState(f"The review {review} is {past.state}.", hint="What is over does not change any more.")
    raise NotFound(f"There is no review {review}.", hint="See `hub reviews list`.")


SUBJECT = Subject(commands=(*get_args(ReviewCommand), RecordReview), decide=decide)
