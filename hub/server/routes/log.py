"""The duty log. Writing into it is a command."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.attachments import AttachmentView
from hub.client.log import EntryDetail, EntryView, KeptPictureView
from hub.client.search import LONGEST_QUERY
from hub.core.dutylog.events import EntryKind
from hub.core.dutylog.model import Entry
from hub.core.people.account import Account
from hub.core.state import State
from hub.errors import NotAllowed, NotFound, SiteError
from hub.journal.codec import to_us
from hub.journal.projection import Projection
from hub.journal.search import SearchFile, Wanted, reading, words_of
from hub.server.answers import Json, gives
from hub.server.backend import Backend
from hub.server.problems import Malformed
from hub.server.routes.site import LARGEST_SEQ
from hub.server.services import Hub, SignedIn
from hub.server.views.state import covers, sees_everything

T = TypeVar("T")

MOST_ENTRIES = 500
WAIT_S = 2.0
"""How long an answer waits for entries that were written a moment ago."""
_YEARS = range(2000, 2200)

Query_ = Annotated[str, Query(alias="q", max_length=LONGEST_QUERY, description="Only those that hold these words.")]
Camera = Annotated[str, Query(max_length=100, description="Only what is about this camera.")]
From = Annotated[datetime | None, Query(alias="from", description="Not before this time, with its zone.")]
To = Annotated[datetime | None, Query(alias="to", description="Before this time, with its zone.")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_SEQ, description="Only records before this number.")]


def routes() -> APIRouter:
    router = APIRouter(tags=["log"])

    @router.get(
        "/log",
        summary="The duty log",
        responses=gives(list[EntryView], "The newest entries that the caller may see, newest first.", 401, 422, 503),
    )
    async def entries(
        hub: Hub,
        caller: SignedIn,
        limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES, description="How many at most.")] = 200,
        before: Before = None,
        kinds: Annotated[list[EntryKind], Query(max_length=4, description="Only these kinds of entries.")] = [],  # noqa: B006
        camera: Camera = "",
        from_at: From = None,
        to_at: To = None,
        query: Query_ = "",
    ) -> Response:
        wanted = Wanted(
            words=words_of(query),
            kinds=tuple(kinds),
            camera=camera,
            from_us=instant(from_at, 0),
            to_us=instant(to_at, LARGEST_SEQ),
            before=before if before is not None else LARGEST_SEQ,
            seen=seen_by(caller.account, hub.backend.state()),
        )
        return Json(await asyncio.to_thread(entries_for, hub.backend, wanted, limit))

    @router.get(
        "/log/{entry}",
        summary="One entry of the duty log",
        responses=gives(EntryDetail, "With those that it follows and that follow it.", 401, 403, 404, 422, 503),
    )
    async def entry(
        entry: Annotated[str, Path(max_length=20, description="Such as L-7.")], hub: Hub, caller: SignedIn
    ) -> Response:
        return Json(await asyncio.to_thread(entry_for, hub.backend, caller.account, entry))

    return router


def entries_for(backend: Backend, wanted: Wanted, limit: int) -> list[EntryView]:
    """A page of the duty log, newest first. For a thread other than the event loop's. Raises `SiteError`."""
    state = backend.state()

    def read(index: SearchFile) -> list[EntryView]:
        return [_view(index, entry, state) for entry in index.find_entries(wanted, limit)]

    return _read(backend, state, read)


def entry_for(backend: Backend, account: Account, entry: str) -> EntryDetail:
    """One entry, as far as the account may see. Raises `NotFound`, `NotAllowed` and `SiteError`."""
    state = backend.state()

    def read(index: SearchFile) -> EntryDetail:
        found = index.entry(entry)
        if found is None:
            raise NotFound(f"There is no duty log entry {entry}.", hint="See `hub log list` for those there are.")
        if not _readable(index, account, found, state):
            raise NotAllowed(f"{entry} is about a domain that {account.name} has no rights in.")
        return _detail(index, account, found, state)

    return _read(backend, state, read)


def instant(at: datetime | None, default: int) -> int:
    """Microseconds since 1970 UTC of a time in a question. Raises `Malformed`."""
    if at is None:
        return default
    if at.tzinfo is None:
        raise Malformed("A time without its zone.", hint="Write 2026-01-05T08:00:00Z, or with +08:00 at its end.")
    if at.year not in _YEARS:
        raise Malformed(f"A time in the year {at.year}.")
    return to_us(at.astimezone(UTC))


def seen_by(account: Account, state: State) -> tuple[str, ...] | None:
    """The cameras whose records an account may find; None for one that sees everything."""
    if sees_everything(account):
        return None
    return tuple(camera.id for camera in state.site.cameras if covers(account, camera.id, state))


def _read(backend: Backend, state: State, ask: Callable[[SearchFile], T]) -> T:
    index: Projection = backend.index
    newest = state.dutylog.recent[-1].seq if state.dutylog.recent else 0
    if not index.wait_for(newest, WAIT_S):
        reason = index.fault or f"{index.behind} records are still to be read"
        raise SiteError(f"The duty log is being arranged: {reason}.", hint="Try again in a minute.")
    # A picture may have been kept with an entry a moment ago; nobody asks again by themselves.
    index.wait_for(state.position, WAIT_S)
    with reading(index.path, backend.clock) as opened:
        return ask(opened)


def _detail(index: SearchFile, account: Account, entry: Entry, state: State) -> EntryDetail:
    def other(entry_id: str) -> EntryView | None:
        found = index.entry(entry_id) if entry_id else None
        return _view(index, found, state) if found and _readable(index, account, found, state) else None

    return EntryDetail(
        view=_view(index, entry, state),
        about=other(entry.about),
        corrects=other(entry.corrects),
        following=[
            _view(index, each, state) for each in index.following(entry.id) if _readable(index, account, each, state)
        ],
    )


def _readable(index: SearchFile, account: Account, entry: Entry, state: State) -> bool:
    cameras: Sequence[str] = index.cameras_of(entry.seq)
    return all(covers(account, camera, state) for camera in cameras)


def _view(index: SearchFile, entry: Entry, state: State) -> EntryView:
    line = index.line(entry)
    files = [state.attachments[name] for name in entry.attachments if name in state.attachments]
    return EntryView(
        entry=entry,
        corrected_by=line.corrected_by,
        left_at=line.left.happened_at if line.left else None,
        left=line.left.id if line.left else "",
        pictures=[KeptPictureView(camera=each.camera, path=each.path) for each in line.pictures],
        attachments=[
            AttachmentView(id=file.id, name=file.name, media=file.media, bytes=file.bytes)  # type: ignore[arg-type]
            for file in files
        ],
    )
