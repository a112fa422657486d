"""Recordings: which files there are, how complete they are, and who looks at them."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.client.views import RecordingDay, RecordingView
from hub.core.people.rights import check_right
from hub.core.permits.decisions import in_force_between
from hub.core.permits.excused import excused
from hub.core.recorded import Span
from hub.core.recordings import RecordingViewed
from hub.errors import NotFound
from hub.server.answers import Json, gives, takes
from hub.server.problems import Malformed
from hub.server.requests import Viewing, parse_body, read_body
from hub.server.services import Hub, SignedIn
from hub.server.views import check_camera, covers

MOST_ACCOUNTS = 400
"""Cameras times days in one question: each takes a look at a day's files."""
LONGEST_VIEW = timedelta(hours=24)
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
        span = _span(from_at, to_at)
        if camera:
            check_camera(caller.account, camera, state)
        found = await hub.backend.recordings(span, camera=camera or None, limit=limit)
        return Json([one for one in found if covers(caller.account, one.camera, state)])

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

    @router.post(
        "/recordings/viewings",
        summary="Look at recordings",
        description="Puts on record who looks at what and why, then names the files.",
        responses=gives(list[RecordingView], "The files of the period.", 401, 403, 404, 408, 413, 415, 422, 503),
        openapi_extra=takes(Viewing),
    )
    async def viewing(request: Request, hub: Hub, caller: SignedIn) -> Response:
        wanted = parse_body(await read_body(request), Viewing)
        check_right(caller.account, "playback")
        check_camera(caller.account, wanted.camera, hub.backend.state())
        span = _span(wanted.from_at, wanted.to_at)
        if span.to_at - span.from_at > LONGEST_VIEW:
            raise Malformed("At most 24 hours are looked at at once.")
        found = await hub.backend.recordings(span, camera=wanted.camera, limit=10_000)
        if not found:
            raise NotFound(f"Nothing of {wanted.camera} is on disk from that time.", hint="See `hub recordings list`.")
        viewed = RecordingViewed(
            camera=wanted.camera, from_at=span.from_at, to_at=span.to_at, reason=_plain(wanted.reason)
        )
        await hub.backend.record(viewed, caller.account.actor)
        return Json(found)

    return router


def _span(from_at: datetime, to_at: datetime) -> Span:
    if from_at.tzinfo is None or to_at.tzinfo is None:
        raise Malformed("A time without its zone.", hint="Write 2026-01-05T08:00:00Z, or with +08:00 at its end.")
    if from_at.year not in _YEARS or to_at.year not in _YEARS or from_at >= to_at:
        raise Malformed("The period ends before it begins, or lies far from now.")
    return Span(from_at.astimezone(UTC), to_at.astimezone(UTC))


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text.strip())
