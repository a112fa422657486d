"""Reading: the site, its rules, its journal, its health."""

import difflib
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from hub.client.views import EventView, HealthView, RuleView, SiteView
from hub.core.catalogue import CATALOGUE
from hub.server.answers import Json, gives, gives_media
from hub.server.problems import Malformed
from hub.server.reading import newest, rules_for
from hub.server.services import Hub, SignedIn
from hub.server.stream import EventStream
from hub.server.views.state import health_view, site_view

LARGEST_SEQ = 2**63 - 1


def routes() -> APIRouter:
    router = APIRouter(tags=["site"])

    @router.get(
        "/site",
        summary="Everything the caller may see now",
        responses=gives(SiteView, "The site, true for the journal record `position`.", 401, 503),
    )
    async def site(hub: Hub, caller: SignedIn) -> Response:
        backend = hub.backend
        return Json(
            site_view(
                caller.account,
                backend.state(),
                backend.statuses(),
                backend.health(),
                now=backend.clock.now(),
                timezone=backend.timezone,
                recorded=backend.recorded_now(),
                lock_after_s=backend.policy.lock_after_s,
            )
        )

    @router.get(
        "/rules",
        summary="The rules in force",
        responses=gives(list[RuleView], "Every rule, with when it fired last and comes due next.", 401, 503),
    )
    async def rules(hub: Hub, caller: SignedIn) -> Response:
        return Json(await rules_for(hub.backend, hub.concerns, caller.account))

    @router.get(
        "/health",
        summary="How the hub itself is",
        responses=gives(HealthView, "Journal, plugins, workers, problems in files.", 401, 503),
    )
    async def health(hub: Hub, caller: SignedIn) -> Response:
        return Json(health_view(caller.account, hub.backend.health(), hub.backend.state()))

    @router.get(
        "/events",
        summary="The newest journal records",
        responses=gives(list[EventView], "Oldest first; what the caller may not see is left out.", 401, 422, 503),
    )
    async def events(
        hub: Hub,
        caller: SignedIn,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
        types: Annotated[
            list[str], Query(max_length=100, description="Only events of these wire names, such as `alarm.raised`.")
        ] = [],  # noqa: B006
        subject: Annotated[str, Query(max_length=200, description="Only records with these words in them.")] = "",
        before: Annotated[
            int | None, Query(ge=1, le=LARGEST_SEQ, description="Only records before this number.")
        ] = None,
    ) -> Response:
        _check_types(types)
        return Json(
            await newest(
                hub.backend, hub.concerns, caller.account, limit=limit, types=types, subject=subject, before=before
            )
        )

    @router.get(
        "/stream",
        summary="Journal records as they happen",
        description=(
            "Server-sent events. `records` carries a list of events, `pulse` an empty list (at least every 5 s, and "
            "whenever a camera's status changed), `end` an error, after which the stream closes. The id of each is "
            "the number of the last record; send it back as `Last-Event-ID`, or as `after`, to go on without a gap."
        ),
        response_class=Response,
        responses=gives_media("text/event-stream", "The stream.", 401, 409, 422, 503),
    )
    async def stream(
        hub: Hub,
        caller: SignedIn,
        after: Annotated[
            int | None, Query(ge=0, le=LARGEST_SEQ, description="The last record that the caller has; default: now.")
        ] = None,
        last_event_id: Annotated[
            int | None, Header(ge=0, le=LARGEST_SEQ, description="The same; it goes before `after`.")
        ] = None,
    ) -> Response:
        return EventStream(hub, caller, after if last_event_id is None else last_event_id)

    return router


def _check_types(types: list[str]) -> None:
    for name in types:
        if name not in CATALOGUE:
            near = difflib.get_close_matches(name[:100], CATALOGUE, n=1)
            raise Malformed(f"There is no event {name[:100]!r}.", hint=f"Did you mean {near[0]}?" if near else "")
