"""What reviews of people are in the log, in words."""

from hub.core.event import Event
from hub.core.reviews.events import (
    AppealDecided,
    AssessmentLoaded,
    PersonCommended,
    PersonReviewed,
    PointAppealed,
    ReviewClosed,
    ReviewMade,
    ReviewSigned,
    ReviewWithdrawn,
)
from hub.core.reviews.points import total_of
from hub.locale import N_, _
from hub.tui import words
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    AssessmentLoaded: N_("The scheme of assessment was read anew and is in force"),
    ReviewMade: N_("{review}: {people} people reviewed for {month}; appeals until {appeal_until_at}"),
    PersonReviewed: N_("{review}: {name} has a score of {points} for {month}"),
    ReviewWithdrawn: N_("{review}: the review of {month} was taken back: {reason}"),
    PointAppealed: N_("{review}: {person} appeals against point {number}: {reason}"),
    AppealDecided: N_("{review}: point {number} of {person} {decision}: {reason}"),
    ReviewSigned: N_("{review}: the review of {month} is signed for {people}"),
    ReviewClosed: N_("{review}: the review of {month} is signed and closed"),
    PersonCommended: N_("{account} commended (points: {points}): {reason}"),
}


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    match event, name, value:
        case (PersonReviewed(points=points), "points", _):
            return f"{total_of(points):+g}"
        case (ReviewSigned(), "people", list()):
            return words.listed(names.person(str(person)) for person in value)
        case (AppealDecided(), "decision", "upheld"):
            return _("stays")
        case (AppealDecided(), "decision", "withdrawn"):
            return _("is taken back")
        case _:
            return None
