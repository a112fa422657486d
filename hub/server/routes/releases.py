"""Releases of recordings: those that are open, those that were, the register of all. Changes are commands."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.releases import Register, ReleaseDetail, ReleaseView
from hub.core.event import Record
from hub.core.people.rights import check_right
from hub.core.releases.events import ReleaseEvent
from hub.core.releases.model import Release, Releases, follow
from hub.core.releases.register import TYPES, register_of
from hub.errors import NotFound
from hub.server.answers import Json, gives
from hub.server.backend import Backend
from hub.server.problems import Malformed
from hub.server.services import Hub, SignedIn
from hub.server.views.releases import concerned, entries_for, files_of, may_see_release, release_view
from hub.server.views.state import event_view

MOST_RECORDS = 50_000
"""Of releases and viewings that one question about the register looks through."""
LONGEST_REGISTER = timedelta(days=366 * 3)
_PAGE = 1000
_MOST_STEPS = 500
_COURSE = [name for name in TYPES if name.startswith("release.")]
_YEARS = range(2000, 2200)


def routes() -> APIRouter:
    router = APIRouter(tags=["releases"])

    @router.get(
        "/releases",
        summary="Releases of recordings",
        responses=gives(list[ReleaseView], "Newest first; what the caller may not see is left out.", 401, 422, 503),
    )
    async def releases(
        hub: Hub,
        caller: SignedIn,
        which: Annotated[Literal["open", "all"], Query(description="`all`: also the last 200 that are over.")] = "all",
    ) -> Response:
        state = hub.backend.state()
        chosen = [*state.releases.releases.values(), *(state.releases.past if which == "all" else ())]
        chosen.sort(key=lambda release: release.requested_at, reverse=True)
        seen = (release for release in chosen if may_see_release(caller.account, release, state))
        return Json([release_view(caller.account, release, state) for release in seen])

    @router.get(
        "/releases/register",
        summary="The register of retrievals",
        description="Every release that was asked for in the period, and every look at recordings: reason, content, "
        "person, unit. For those who hand recordings out or decide on it, and for the local reader.",
        responses=gives(Register, "Oldest first; what the caller may not see is left out.", 401, 403, 422, 503),
    )
    async def register(
        hub: Hub,
        caller: SignedIn,
        from_at: Annotated[datetime, Query(description="Beginning of the period, with its zone.")],
        to_at: Annotated[datetime, Query(description="End of the period, with its zone.")],
    ) -> Response:
        if not concerned(caller.account) and caller.account.role != "reader":
            check_right(caller.account, "export")
        begin, end = _instant(from_at), _instant(to_at)
        if not timedelta() < end - begin <= LONGEST_REGISTER:
            raise Malformed("The period ends before it begins, or is longer than three years.")
        state = hub.backend.state()
        records = await asyncio.to_thread(_since, hub.backend, begin)
        entries = [entry for entry in register_of(records, state) if begin <= entry.at < end]
        return Json(Register(from_at=begin, to_at=end, entries=entries_for(caller.account, entries, state)))

    @router.get(
        "/releases/{release}",
        summary="One release and its course",
        responses=gives(ReleaseDetail, "The release with its records, oldest first.", 401, 404, 422, 503),
    )
    async def release(
        release: Annotated[str, Path(max_length=100, pattern=r"^F-[0-9]+$")], hub: Hub, caller: SignedIn
    ) -> Response:
        state = hub.backend.state()
        records = await asyncio.to_thread(_course, hub.backend, release)
        known = state.releases.find(release) or _folded(records, release)
        if known is None or not may_see_release(caller.account, known, state):
            raise NotFound(f"There is no release {release}.", hint="See `hub releases list`.")
        views = [event_view(caller.account, record, state) for record in records]
        files = files_of(caller.account, known, state)
        return Json(ReleaseDetail(view=release_view(caller.account, known, state), records=views, files=files))

    return router


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None or at.year not in _YEARS:
        raise Malformed("A time without its zone, or far from now.", hint="Write 2026-01-05T08:00:00Z.")
    return at.astimezone(UTC)


def _course(backend: Backend, release: str) -> list[Record]:
    return backend.read_last(_MOST_STEPS, types=_COURSE, subject=f"release:{release}")


def _folded(records: list[Record], release: str) -> Release | None:
    """A release that the state has forgotten, from its records."""
    releases = Releases()
    for record in records:
        if isinstance(record.event, ReleaseEvent):
            releases = follow(releases, record, record.event)
    return releases.find(release)


def _since(backend: Backend, begin: datetime) -> list[Record]:
    """The records of the register since `begin`, oldest first; of what was asked for before, some more."""
    pages: list[list[Record]] = []
    before: int | None = None
    while page := backend.read_last(_PAGE, types=TYPES, before=before):
        pages.append(page)
        before = page[0].seq
        if page[0].seen_at < begin or len(page) < _PAGE:
            break
        if len(pages) * _PAGE > MOST_RECORDS:
            raise Malformed(f"More than {MOST_RECORDS} records lie in that time.", hint="Ask for a later beginning.")
    return [record for page in reversed(pages) for record in page]
