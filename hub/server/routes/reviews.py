"""Reviews of people: all months, one of them, and what a month comes to so far. Changes are commands."""

import asyncio
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.reviews import MonthView, ReviewView
from hub.client.views import ReviewLine
from hub.core.event import wire_name
from hub.core.reviews.events import AssessmentLoaded, PersonCommended, ReviewEvent
from hub.core.reviews.model import Review, Reviews, after, follow
from hub.core.reviews.month import month_of
from hub.errors import NotFound
from hub.server.answers import Json, gives
from hub.server.backend import Backend
from hub.server.reports.reviews import so_far
from hub.server.services import Hub, SignedIn
from hub.server.views.reviews import people_views, review_lines, review_view

_TYPES = [wire_name(event) for event in get_args(ReviewEvent) if event not in (AssessmentLoaded, PersonCommended)]
_MOST_RECORDS = 5_000


def routes() -> APIRouter:
    router = APIRouter(tags=["reviews"])

    @router.get(
        "/reviews",
        summary="Reviews of people, by month",
        responses=gives(list[ReviewLine], "Newest month first; the last 120 that are over, too.", 401, 503),
    )
    async def reviews(hub: Hub, caller: SignedIn) -> Response:
        return Json(review_lines(caller.account, hub.backend.state()))

    @router.get(
        "/reviews/so-far",
        summary="What a month comes to so far",
        description="Counted now, by the scheme in force. Nothing of it is on record as a review.",
        responses=gives(MonthView, "Oneself, and the people whom the caller leads.", 401, 404, 422, 503),
    )
    async def month_so_far(
        hub: Hub,
        caller: SignedIn,
        month: Annotated[
            str, Query(max_length=7, pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$", description="Empty: this month.")
        ] = "",
    ) -> Response:
        backend = hub.backend
        wanted = month or month_of(backend.clock.now().astimezone(ZoneInfo(backend.timezone)).date())
        async with hub.review_turn:
            found = await so_far(backend, wanted)
        return Json(MonthView(month=wanted, people=people_views(caller.account, found, backend.state())))

    @router.get(
        "/reviews/{review}",
        summary="One review",
        responses=gives(ReviewView, "Oneself, and the people whom the caller leads.", 401, 404, 422, 503),
    )
    async def review(
        review: Annotated[str, Path(max_length=100, pattern=r"^V-[0-9]+$")], hub: Hub, caller: SignedIn
    ) -> Response:
        state = hub.backend.state()
        known = state.reviews.open.get(review) or await asyncio.to_thread(_past, hub.backend, review)
        if known is None:
            raise NotFound(f"There is no review {review}.", hint="See `hub reviews list`.")
        return Json(review_view(caller.account, known, state))

    return router


def _past(backend: Backend, review: str) -> Review | None:
    """A review that is over, from its records."""
    known: Review | None = None
    for record in backend.read_last(_MOST_RECORDS, types=_TYPES, subject=f"review:{review}"):
        if getattr(record.event, "review", None) != review:
            continue
        if known is None:
            known = follow(Reviews(), record, record.event).open.get(review)  # type: ignore[arg-type]
        else:
            known = after(known, record, record.event)  # type: ignore[arg-type]
    return known
