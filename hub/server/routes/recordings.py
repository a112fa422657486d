"""Recordings: which files there are, and how complete they are. They are looked at in `hub.server.routes.viewings`."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from msgspec.structs import replace
from starlette.responses import Response

from hub.client.storages import StorageView
from hub.client.views import RecordingDay, RecordingView
from hub.core.permits.decisions import in_force_between
from hub.core.permits.excused import excused
from hub.core.recorded import Span
from hub.core.storage_forecast import Forecast
from hub.server.accounts.book import LOCAL
from hub.server.answers import Json, gives
from hub.server.problems import Malformed
from hub.server.services import Hub, SignedIn
from hub.server.views.state import check_camera, covers

MOST_ACCOUNTS = 400
"""Cameras times days in one question: each takes a look at a day's files."""
_YEARS = range(2000, 2200)


def routes() -> APIRouter:
    router = APIRouter(tags=["recordings"])

    @router.get(
        "/recordings",
        summary="The files of recordings",
        responses=gives(list[RecordingView], "Those with any part in the period.", 401, 403, 404, 422, 503),
    )
    async def recordings(
        hub: Hub,
        caller: SignedIn,
        from_at: Annotated[datetime, Query(description="Beginning of the period, with its zone.")],
        to_at: Annotated[datetime, Query(description="End of the period, with its zone.")],
        camera: Annotated[str, Query(max_length=100, description="Only those of this camera.")] = "",
        limit: Annotated[int, Query(ge=1, le=10_000, description="How many at most.")] = 1000,
    ) -> Response:
        state = hub.backend.state()
        span = span_of(from_at, to_at)
        if camera:
            check_camera(caller.account, camera, state)
        found = await hub.backend.recordings(span, camera=camera or None, limit=limit)
        seen = (one for one in found if covers(caller.account, one.camera, state))
        # Where files lie is for those who could read them anyway: everybody else looks at them through the hub.
        local = caller.account.id == LOCAL
        return Json([one if local else replace(one, path="") for one in seen])

    @router.get(
        "/recordings/days",
        summary="Planned and recorded time by camera and day",
        responses=gives(list[RecordingDay], "Every gap with its cause, as far as known.", 401, 403, 404, 422, 503),
    )
    async def recording_days(
        hub: Hub,
        caller: SignedIn,
        first: Annotated[date, Query(description="First day, in the site's time zone.")],
        last: Annotated[date, Query(description="Last day.")],
        camera: Annotated[str, Query(max_length=100, description="Only this camera.")] = "",
    ) -> Response:
        state = hub.backend.state()
        if camera:
            check_camera(caller.account, camera, state)
        names = {one.id: one.name for one in state.site.cameras if covers(caller.account, one.id, state)}
        cameras = [camera] if camera else list(names)
        days = (last - first).days + 1
        if first.year not in _YEARS or last.year not in _YEARS or days < 1 or days * len(cameras) > MOST_ACCOUNTS:
            raise Malformed(
                f"At most {MOST_ACCOUNTS} cameras times days are answered at once.", hint="Name a camera or fewer days."
            )
        accounts = await hub.backend.recording_days(cameras, [first + timedelta(days=n) for n in range(days)])
        return Json(
            [
                RecordingDay(
                    camera=one.camera,
                    camera_name=names[one.camera],
                    day=one.day,
                    planned_s=one.planned_s,
                    actual_s=one.actual_s,
                    gaps=excused(one.gaps, list(in_force_between(state, one.camera))),
                )
                for one in accounts
            ]
        )

    @router.get(
        "/recordings/forecast",
        summary="For how long there will be room",
        responses=gives(
            Forecast | None,
            "If everything goes on as in the last day; the figures of the cameras that the caller may see. Nothing "
            "while nothing was recorded.",
            *(401, 403, 503),
        ),
    )
    async def recording_forecast(hub: Hub, caller: SignedIn) -> Response:
        state = hub.backend.state()
        found = await hub.backend.footage.forecast()
        if found is not None:
            cameras = [one for one in found.cameras if covers(caller.account, one.camera, state)]
            unknown = [one for one in found.unknown if covers(caller.account, one, state)]
            found = replace(found, cameras=cameras, unknown=unknown)
        return Json(found)

    @router.get(
        "/recordings/storages",
        summary="Where recordings lie",
        responses=gives(
            list[StorageView], "The folder of recordings and each storage, and what waits to be moved.", 401, 403, 503
        ),
    )
    async def recording_storages(hub: Hub, _caller: SignedIn) -> Response:
        return Json(await hub.backend.footage.storages())

    return router


def span_of(from_at: datetime, to_at: datetime) -> Span:
    """A period that somebody asks for. Raises `Malformed`."""
    if from_at.tzinfo is None or to_at.tzinfo is None:
        raise Malformed("A time without its zone.", hint="Write 2026-01-05T08:00:00Z, or with +08:00 at its end.")
    if from_at.year not in _YEARS or to_at.year not in _YEARS or from_at >= to_at:
        raise Malformed("The period ends before it begins, or lies far from now.")
    return Span(from_at.astimezone(UTC), to_at.astimezone(UTC))
