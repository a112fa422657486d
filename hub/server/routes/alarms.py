"""Alarms of the past and the figures of alarms. Those that stand now are part of `/api/site`."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.client.alarms import AlarmFigures, PastAlarm
from hub.core.alarms.events import Verdict
from hub.server.answers import Json, gives
from hub.server.books.alarms import MOST_DAYS, Wanted, number_of
from hub.server.problems import Malformed
from hub.server.services import Hub, SignedIn

_YEARS = range(2000, 2200)
Moment = Annotated[datetime | None, Query(description="With its zone.")]
Name = Annotated[str, Query(max_length=200)]


def routes() -> APIRouter:
    router = APIRouter(tags=["alarms"])

    @router.get(
        "/alarms/figures",
        summary="The figures by which the alarms are judged",
        description=(
            "As IEC 62682, ISA-18.2 and EEMUA 191 define them, of whole hours; without a period, of the last 24 hours. "
            "A domain's operators are one post."
        ),
        responses=gives(AlarmFigures, "The figures of the caller's domains.", 401, 422, 503),
    )
    async def alarm_figures(hub: Hub, caller: SignedIn, from_at: Moment = None, to_at: Moment = None) -> Response:
        now = hub.backend.clock.now()
        end = min(_utc(to_at) or now, now)
        begin = _utc(from_at) or end - timedelta(hours=24)
        if begin >= end:
            raise Malformed("The period ends before it begins.")
        if end - begin > timedelta(days=MOST_DAYS):
            raise Malformed(f"Alarms are counted over {MOST_DAYS} days at most.", hint="Ask for a shorter period.")
        found = await asyncio.to_thread(
            hub.alarm_book.figures, caller.account, hub.backend.state(), from_at=begin, to_at=end
        )
        return Json(found)

    @router.get(
        "/alarms/history",
        summary="Alarms of the past and of now, newest first",
        responses=gives(list[PastAlarm], "What the caller may not see is left out.", 401, 422, 503),
    )
    async def alarm_history(
        hub: Hub,
        caller: SignedIn,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
        before: Annotated[str, Query(max_length=100, description="Only those numbered below this alarm.")] = "",
        camera: Name = "",
        kind: Name = "",
        rule: Name = "",
        verdict: Annotated[Verdict | Literal["none", ""], Query(description="`none`: without a verdict.")] = "",
        cleared: Annotated[bool, Query(description="Only those that are over.")] = False,
    ) -> Response:
        if before and not number_of(before):
            raise Malformed(f"{before[:100]!r} is not the number of an alarm.", hint="It looks like A-12.")
        state = hub.backend.state()
        wanted = Wanted(camera=camera, kind=kind, rule=rule, verdict=verdict, cleared=cleared)
        lives = await asyncio.to_thread(
            hub.alarm_book.history, caller.account, state, limit=limit, before=before, find=wanted
        )
        names = {each.id: each.name for each in state.site.cameras}
        return Json([PastAlarm(life=life, camera_name=names.get(life.camera or "")) for life in lives])

    return router


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None or at.year not in _YEARS:
        raise Malformed("A time needs its zone and a year of ours.", hint="It looks like 2026-03-02T08:00:00+08:00.")
    return at.astimezone(UTC)
