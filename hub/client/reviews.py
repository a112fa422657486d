"""Reviews of people, as the API tells of them."""

from collections.abc import Sequence

import msgspec

from hub.client import EventView, HubClient
from hub.client.views import ReviewLine
from hub.core.reviews.model import Appeal
from hub.core.reviews.points import Point

MOST_RECORDS = 30
"""Records of one point that are fetched."""


class ReviewedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What a review says of one person."""

    person: str
    name: str
    total: float
    """All points but those that were taken back."""
    points: list[Point] = []
    appeals: list[Appeal] = []

    def appeal(self, number: int) -> Appeal | None:
        return next((appeal for appeal in self.appeals if appeal.number == number), None)


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """One review with the people whom the reader may see, by account."""

    line: ReviewLine
    people: list[ReviewedPerson] = []
    scheme: str = ""
    """SHA-256 of the scheme by which it was counted."""
    digest: str = ""
    """SHA-256 of the totals that a leader signed; empty while it is open."""
    note: str = ""
    """What was said when it was closed or withdrawn."""


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """What a month comes to so far; nothing of it is on record as a review."""

    month: str
    people: list[ReviewedPerson] = []


async def reviews(client: HubClient) -> list[ReviewLine]:
    """All reviews, newest month first."""
    return await client.read("reviews", list[ReviewLine])


async def review(client: HubClient, review_id: str) -> ReviewView:
    """One review, however old. Raises `NotFound`."""
    return await client.read(f"reviews/{review_id}", ReviewView)


async def so_far(client: HubClient, month: str = "") -> MonthView:
    """What a month comes to by the scheme in force; without one, the present month."""
    return await client.read("reviews/so-far", MonthView, {"month": month})


async def records(client: HubClient, numbers: Sequence[int]) -> list[EventView]:
    """The records with these numbers that the reader may see, oldest first; the newest `MOST_RECORDS` of them."""
    found: list[EventView] = []
    for number in sorted(numbers)[-MOST_RECORDS:]:
        found += [view for view in await client.events(limit=1, before=number + 1) if view.seq == number]
    return found
