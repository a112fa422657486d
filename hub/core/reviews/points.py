"""What a review says of each person: points, and the records that each of them comes from."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.text import Text

BY_HAND = "by-hand"
"""What points are called that a leader gave for good work."""
MOST_RECORDS = 100
"""Records that one point names: the first ones of those that were counted."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point, or one commendation."""

    number: Annotated[int, Meta(description="Its number among those of the person, from 1 on.")]
    rule: Annotated[str, Meta(description="Id of the [[point]] or [[commendation]]; `by-hand`: a leader gave it.")]
    title: Annotated[Text, Meta(description="What the scheme calls it.")]
    points: Annotated[float, Meta(description="Less than nothing: against the person.")]
    at: Annotated[datetime, Meta(description="When it happened; of a commendation the last record of it.")]
    records: Annotated[tuple[int, ...], Meta(description="Numbers of the records that it comes from.")]
    clause: Annotated[str, Meta(description="Clause of the regulation.")] = ""
    why: Annotated[Text, Meta(description="What was found there.")] = Text(en="")


class PersonReview(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one person in one month, oldest first. The total follows from them, always."""

    person: Annotated[str, Meta(description="Account name.")]
    name: Annotated[str, Meta(description="Name of the person.")]
    points: Annotated[tuple[Point, ...], Meta(description="By number.")] = ()

    @property
    def total(self) -> float:
        """All points together, as they were before any appeal."""
        return total_of(self.points)

    def point(self, number: int) -> Point | None:
        return next((point for point in self.points if point.number == number), None)


def total_of(points: tuple[Point, ...], withdrawn: frozenset[int] = frozenset()) -> float:
    """All points together but those that were withdrawn, to a hundredth.

    >>> total_of(())
    0.0
    """
    return round(sum((point.points for point in points if point.number not in withdrawn), 0.0), 2) + 0.0
