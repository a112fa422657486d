"""Permits to cover a camera: those that are open, those that were, and the course of each. Changes are commands."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.permits import PermitDetail, PermitView
from hub.core.catalogue import CATALOGUE
from hub.core.event import Record
from hub.core.permits.model import Permit, Permits, follow
from hub.core.state import State
from hub.errors import NotFound
from hub.server.answers import Json, gives
from hub.server.backend import Backend
from hub.server.services import Hub, SignedIn
from hub.server.views.posts import may_see, permit_view, permit_views
from hub.server.views.state import event_view

_TYPES = [name for name in CATALOGUE if name.startswith("permit.")]
_MOST_RECORDS = 200


def routes() -> APIRouter:
    router = APIRouter(tags=["permits"])

    @router.get(
        "/permits",
        summary="Permits to cover a camera",
        responses=gives(list[PermitView], "Newest first; what the caller may not see is left out.", 401, 422, 503),
    )
    async def permits(
        hub: Hub,
        caller: SignedIn,
        which: Annotated[Literal["open", "all"], Query(description="`all`: also the last 200 that are over.")] = "all",
        camera: Annotated[str, Query(max_length=100, description="Only those for this camera.")] = "",
    ) -> Response:
        state = hub.backend.state()
        chosen = [*state.permits.permits.values(), *(state.permits.past if which == "all" else ())]
        chosen = sorted(chosen, key=lambda permit: permit.applied_at, reverse=True)
        wanted = (permit for permit in chosen if not camera or camera in permit.cameras)
        return Json(permit_views(caller.account, state, wanted))

    @router.get(
        "/permits/{permit}",
        summary="One permit and its course",
        responses=gives(PermitDetail, "The permit with its records, oldest first.", 401, 404, 422, 503),
    )
    async def permit(
        permit: Annotated[str, Path(max_length=100, pattern=r"^P-[0-9]+$")], hub: Hub, caller: SignedIn
    ) -> Response:
        state = hub.backend.state()
        records = await asyncio.to_thread(_course, hub.backend, permit)
        known = state.permits.find(permit) or _folded(records, permit)
        if known is None or not may_see(caller.account, known, state):
            raise NotFound(f"There is no permit {permit}.", hint="See `hub permits list`.")
        views = [event_view(caller.account, record, state) for record in records]
        return Json(PermitDetail(view=permit_view(known, state), records=views))

    return router


def _course(backend: Backend, permit: str) -> list[Record]:
    found = backend.read_last(_MOST_RECORDS, types=_TYPES, subject=f"permit:{permit}")
    return [record for record in found if getattr(record.event, "permit", None) == permit]


def _folded(records: list[Record], permit: str) -> Permit | None:
    """A permit that the state has forgotten, from its records."""
    permits = State().permits
    for record in records:
        permits = follow(permits, record, record.event)  # type: ignore[arg-type]
    return Permits.find(permits, permit)
