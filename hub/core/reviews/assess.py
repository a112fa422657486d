"""From the record and the scheme to the points of each person in a month. Pure: the same records, the same points.

A record belongs to the month in which the hub took it in (`seen_at`, in the site's time zone). The records that are
given may begin before the month (`LEAD`): what happened then gives no point, but says who is signed on, when an alarm
was raised, and who was named to repair.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta, tzinfo

from msgspec.structs import replace

from hub.core.event import Record, wire_name
from hub.core.reviews.commendations import commended
from hub.core.reviews.counting import ALWAYS, Counting
from hub.core.reviews.month import span_of
from hub.core.reviews.points import PersonReview, Point
from hub.core.reviews.scheme import Scheme

LEAD = timedelta(days=31)
"""So long before the month the records should begin: a repair that took longer counts as one without a beginning."""


def types_of(scheme: Scheme) -> tuple[str, ...]:
    """Wire names of the records that `assess` looks at."""
    found = {wire_name(event) for event in ALWAYS}
    for counted in scheme.counted:
        found |= {*counted.on, counted.of, counted.after.event if counted.after is not None else ""}
    return tuple(sorted(found - {""}))


def assess(
    records: Iterable[Record], scheme: Scheme, people: Mapping[str, str], month: str, zone: tzinfo
) -> tuple[PersonReview, ...]:
    """The points of each of `people` (names by account) in a month such as `2026-10`, by account.

    `records` are those of `types_of(scheme)`, in their order, from about `LEAD` before the month up to its end; others
    do no harm. Raises `ValueError` for what is no month.
    """
    counting = Counting(scheme, people, span_of(month, zone))
    for record in records:
        counting.take(record)
    found = {person: list(counting.points[person]) for person in people}
    for rule in scheme.commendations:
        for person, point in commended(rule, counting):
            found[person].append(point)
    return tuple(
        PersonReview(person=person, name=name, points=_numbered(found[person]))
        for person, name in sorted(people.items())
    )


def _numbered(points: Iterable[Point]) -> tuple[Point, ...]:
    """In the order in which it happened."""
    ordered = sorted(points, key=lambda point: (point.at, point.records[-1], point.rule))
    return tuple(replace(point, number=number) for number, point in enumerate(ordered, 1))
