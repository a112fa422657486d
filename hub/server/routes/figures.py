"""The figures by which the control room is judged, of any period."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.client.figures import By, FiguresView
from hub.server.answers import Json, gives
from hub.server.books.figures import MOST_DAYS
from hub.server.problems import Malformed
from hub.server.services import Hub, SignedIn

_YEARS = range(2000, 2200)
_DAY = timedelta(days=1)
Moment = Annotated[datetime | None, Query(description="With its zone.")]


def routes() -> APIRouter:
    router = APIRouter(tags=["figures"])

    @router.get(
        "/figures",
        summary="The figures by which the control room is judged",
        description=(
            "Of the days of the site in which the period lies; without one, of this month. Each figure comes with its "
            "numerator and its denominator; docs/operate/figures.md says what they are."
        ),
        responses=gives(FiguresView, "The figures of what the caller may see.", 401, 422, 503),
    )
    async def figures(
        hub: Hub, caller: SignedIn, from_at: Moment = None, to_at: Moment = None, by: By = "site"
    ) -> Response:
        zone = ZoneInfo(hub.backend.timezone)
        today = hub.backend.clock.now().astimezone(zone).date()
        first = _local(from_at, zone).date() if from_at is not None else today.replace(day=1)
        last = (_local(to_at, zone) - timedelta.resolution).date() if to_at is not None else last_of_month(first)
        if last < first:
            raise Malformed("The period ends before it begins.")
        if last - first >= timedelta(days=MOST_DAYS):
            raise Malformed(f"Figures are counted over {MOST_DAYS} days at most.", hint="Ask for a shorter period.")
        unbroken_since = {camera: now.since_at for camera, now in hub.backend.recorded_now().items()}
        found = await asyncio.to_thread(
            hub.figure_book.figures,
            caller.account,
            hub.backend.state(),
            first=first,
            last=last,
            by=by,
            unbroken_since=unbroken_since,
        )
        return Json(found)

    return router


def last_of_month(day: date) -> date:
    """The last day of the month in which `day` lies.

    >>> last_of_month(date(2026, 2, 11))
    datetime.date(2026, 2, 28)
    """
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    if at.tzinfo is None or at.year not in _YEARS:
        raise Malformed("A time needs its zone and a year of ours.", hint="It looks like 2026-03-02T08:00:00+08:00.")
    return at.astimezone(zone)
