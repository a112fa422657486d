"""Reading about duty: posts, shifts, handovers, attendance. Everything is done by `POST /api/commands`."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.client.duty_views import AttendanceView, DutyView, HandoverView, PastHandover, ShiftView
from hub.core.duty.decisions import zone_of
from hub.server.answers import Json, gives
from hub.server.problems import Malformed
from hub.server.services import Hub, SignedIn
from hub.server.views.duty import attendance, calendar, duty_view, handovers_now, past_handovers

_YEARS = range(2000, 2200)


def routes() -> APIRouter:
    router = APIRouter(tags=["duty"])

    @router.get(
        "/duty",
        summary="Who watches which post now and next",
        responses=gives(DutyView, "The posts, the caller's own shifts, and exchanges that wait.", 401, 503),
    )
    async def duty(hub: Hub, caller: SignedIn) -> Response:
        return Json(duty_view(caller.account, hub.backend.state(), hub.backend.clock.now()))

    @router.get(
        "/duty/calendar",
        summary="Every shift of a few days",
        responses=gives(list[ShiftView], "By the roster in force, approved exchanges included.", 401, 422, 503),
    )
    async def duty_calendar(
        hub: Hub,
        caller: SignedIn,
        first: Annotated[str, Query(max_length=10, description="The first day, as 2026-11-23; default: today.")] = "",
        days: Annotated[int, Query(ge=1, le=62)] = 14,
    ) -> Response:
        state = hub.backend.state()
        today = hub.backend.clock.now().astimezone(zone_of(state)).date()
        begin = _day(first) if first else today
        return Json(await asyncio.to_thread(calendar, state, begin, days))

    @router.get(
        "/duty/handovers",
        summary="Handovers that are not finished",
        responses=gives(list[HandoverView], "Each with its sheet as of now and what a signature must name.", 401, 503),
    )
    async def duty_handovers(hub: Hub, caller: SignedIn) -> Response:
        return Json(handovers_now(caller.account, hub.backend.state()))

    @router.get(
        "/duty/handovers/past",
        summary="Handovers that were finished, newest first",
        responses=gives(list[PastHandover], "With the sheets as they were signed.", 401, 422, 503),
    )
    async def duty_handovers_past(
        hub: Hub,
        caller: SignedIn,
        post: Annotated[str, Query(max_length=100, description="Only of this post.")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Only records before this number.")] = None,
    ) -> Response:
        found = await asyncio.to_thread(
            past_handovers, hub.backend, caller.account, post=post, limit=limit, before=before
        )
        return Json(found)

    @router.get(
        "/duty/attendance",
        summary="What became of everybody's shifts in a month",
        responses=gives(AttendanceView, "Counted by person, and each shift with its record.", 401, 422, 503),
    )
    async def duty_attendance(
        hub: Hub,
        caller: SignedIn,
        month: Annotated[str, Query(max_length=7, description="As 2026-11; default: this month.")] = "",
        account: Annotated[str, Query(max_length=64, description="Only of this person.")] = "",
    ) -> Response:
        state = hub.backend.state()
        today = hub.backend.clock.now().astimezone(zone_of(state)).date()
        first = _day(f"{month}-01") if month else today.replace(day=1)
        return Json(await asyncio.to_thread(attendance, hub.backend, state, first, account))

    return router


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Malformed(f"{text[:10]!r} is no day.", hint="It looks like 2026-11-23, a month like 2026-11.") from None
    if day.year not in _YEARS:
        raise Malformed(f"The year {day.year} is none of ours.")
    return day
