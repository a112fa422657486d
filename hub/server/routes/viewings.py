"""Looking at cameras: recorded and live. Who looks at what and why goes on record before anything is shown."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hub.client.viewings import STILL_WIDTH, LinkWish, LiveWish, ViewingView
from hub.core.people.rights import check_right
from hub.core.recorded import Span
from hub.core.viewings.limits import LONGEST_LINK, LONGEST_VIEWING
from hub.core.viewings.reel import Part, cuts_of, size_of
from hub.errors import NotFound
from hub.server.answers import Json, gives, gives_media, takes
from hub.server.books.viewings import OpenViewing, Reel
from hub.server.footage import LiveShow
from hub.server.problems import Malformed
from hub.server.requests import Viewing, parse_body, plain, read_body
from hub.server.routes.recordings import span_of
from hub.server.services import Hub, Services, SignedIn
from hub.server.views.state import check_camera

_MP4 = "video/mp4"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_BLOCK = 256 * 1024
_Id = Annotated[str, Path(max_length=100, pattern=r"^[0-9a-f]+$", description="The viewing's id.")]
_Token = Annotated[str, Path(max_length=100)]
_Name = Annotated[str, Path(max_length=200, description="What players show as a title.")]


def routes() -> APIRouter:
    router = APIRouter(tags=["viewings"])

    @router.post(
        "/viewings",
        summary="Look at what a camera recorded",
        description="Puts on record who looks at what and why, then answers with links that each play once. A period "
        "that is longer than a link may be has none: ask for links to parts of it.",
        responses=gives(ViewingView, "The viewing and its links.", 401, 403, 404, 408, 413, 415, 422, 503),
        openapi_extra=takes(Viewing),
    )
    async def view_recording(request: Request, hub: Hub, caller: SignedIn) -> Response:
        wanted = parse_body(await read_body(request), Viewing)
        check_right(caller.account, "playback")
        check_camera(caller.account, wanted.camera, hub.backend.state())
        span = span_of(wanted.from_at, wanted.to_at)
        if span.to_at - span.from_at > LONGEST_VIEWING:
            raise Malformed("At most 24 hours are looked at at once.")
        if not await hub.backend.recordings(span, camera=wanted.camera, limit=1):
            raise _nothing(wanted.camera)
        parts = await _parts(hub, wanted.camera, span) if span.to_at - span.from_at <= LONGEST_LINK else []
        viewing = OpenViewing(caller.account, caller.token, wanted.camera, hub.backend.clock, span=span)
        await hub.viewing_book.begin(viewing, plain(wanted.reason))
        return Json(hub.viewing_book.view(viewing, hub.viewing_book.links(viewing, parts)))

    @router.post(
        "/viewings/live",
        summary="Look at a camera live",
        description="Puts on record who looks at which camera and why, then answers with a link that plays once.",
        responses=gives(ViewingView, "The viewing and its link.", 401, 403, 404, 408, 413, 415, 422, 503),
        openapi_extra=takes(LiveWish),
    )
    async def view_live(request: Request, hub: Hub, caller: SignedIn) -> Response:
        wanted = parse_body(await read_body(request), LiveWish)
        check_right(caller.account, "live")
        check_camera(caller.account, wanted.camera, hub.backend.state())
        clock = hub.backend.clock
        viewing = OpenViewing(caller.account, caller.token, wanted.camera, clock, stream=wanted.stream)
        await hub.viewing_book.begin(viewing, plain(wanted.reason))
        return Json(hub.viewing_book.view(viewing, hub.viewing_book.links(viewing, None)))

    @router.post(
        "/viewings/{viewing}/links",
        summary="Play a part of an open viewing",
        responses=gives(ViewingView, "The viewing with new links.", 401, 404, 408, 413, 415, 422, 503),
        openapi_extra=takes(LinkWish),
    )
    async def more_links(viewing: _Id, request: Request, hub: Hub, caller: SignedIn) -> Response:
        wanted = parse_body(await read_body(request), LinkWish)
        own = await hub.viewing_book.own(viewing, caller.account)
        span = span_of(wanted.from_at, wanted.to_at)
        if own.span is None or span.from_at < own.span.from_at or span.to_at > own.span.to_at:
            raise Malformed("This lies outside of the period of the viewing.", hint="Begin another one.")
        if span.to_at - span.from_at > LONGEST_LINK:
            raise Malformed("A link plays 4 hours at most.", hint="Ask for a shorter part.")
        parts = await _parts(hub, own.camera, span)
        return Json(hub.viewing_book.view(own, hub.viewing_book.links(own, parts)))

    @router.get(
        "/viewings/{viewing}/still",
        summary="One picture of an open viewing",
        response_class=Response,
        responses=gives_media("image/jpeg", "The last key frame at or before that time.", 401, 404, 422, 503),
    )
    async def still(
        viewing: _Id,
        hub: Hub,
        caller: SignedIn,
        at: Annotated[datetime, Query(description="When, with its zone.")],
        width: Annotated[int, Query(ge=16, le=STILL_WIDTH, description="Pixels at most.")] = 320,
    ) -> Response:
        own = await hub.viewing_book.own(viewing, caller.account)
        if at.tzinfo is None or own.span is None or not own.span.from_at <= at < own.span.to_at:
            raise Malformed("This time lies outside of the period of the viewing.", hint="Begin another one.")
        picture = await hub.backend.footage.viewing.still(own.camera, at.astimezone(UTC), width)
        if picture is None:
            raise NotFound("There is no picture of that time.", hint="Nothing was recorded then, or it is damaged.")
        own.thumbnails += 1
        own.used_s = hub.backend.clock.monotonic()
        return Response(picture, media_type="image/jpeg")

    @router.post(
        "/viewings/{viewing}/end",
        summary="Close a viewing",
        responses=gives(ViewingView, "The viewing that was closed.", 401, 404, 422, 503),
    )
    async def end(viewing: _Id, hub: Hub, caller: SignedIn) -> Response:
        own = await hub.viewing_book.own(viewing, caller.account)
        await hub.viewing_book.end(own, "closed")
        return Json(hub.viewing_book.view(own, []))

    @router.get(
        "/viewings/open/{ticket}/{name}",
        summary="Open a link: leads the first player that asks to what it plays",
        include_in_schema=False,
    )
    async def open_link(ticket: _Token, name: _Name, request: Request, hub: Hub) -> Response:
        return RedirectResponse(await hub.viewing_book.opened(ticket, _peer(request)), status_code=302)

    @router.get(
        "/viewings/reel/{reel}/{name}",
        summary="What a link plays: a recording as one MP4 file, any range of it, or a live picture without end",
        include_in_schema=False,
    )
    async def play(reel: _Token, name: _Name, request: Request, hub: Hub) -> Response:
        found = await hub.viewing_book.reel(reel, _peer(request))
        if found.part is not None:
            return _recorded(hub, found, found.part, request.headers.get("range", ""))
        show = await hub.backend.footage.viewing.live(found.viewing.camera, found.viewing.stream)
        return _Shown(StreamingResponse(_live(hub, found.viewing, show), media_type=show.media), show)

    return router


class _Shown(Response):
    """A live picture whose connection ends with the answer, whether it was begun or not."""

    def __init__(self, inner: Response, show: LiveShow) -> None:
        super().__init__()
        self._inner = inner
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._inner(scope, receive, send)
        finally:
            await self._show.close()


async def _parts(hub: Services, camera: str, span: Span) -> list[Part]:
    parts = await hub.backend.footage.viewing.parts(camera, span)
    if not parts:
        raise _nothing(camera)
    return parts


def _nothing(camera: str) -> NotFound:
    return NotFound(f"Nothing of {camera} is on disk from that time.", hint="See `hub recordings list`.")


def _peer(request: Request) -> str:
    """Where a player asks from; behind the unix socket all are the same machine's."""
    return request.client.host if request.client is not None else "local"


def _recorded(hub: Services, reel: Reel, part: Part, wanted: str) -> Response:
    size = size_of(part)
    start, end = _range(wanted, size)
    if start >= end:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if wanted:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    body = _bytes(hub, reel.viewing, part, start, end)
    return StreamingResponse(body, status_code=206 if wanted else 200, headers=headers, media_type=_MP4)


def _range(wanted: str, size: int) -> tuple[int, int]:
    """Begin and end of what is asked for (RFC 9110, section 14); all of it where it cannot be understood."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or found[0] == "bytes=-":
        return 0, size
    if not found[1]:
        return max(0, size - int(found[2])), size
    return int(found[1]), min(size, int(found[2]) + 1) if found[2] else size


async def _bytes(hub: Services, viewing: OpenViewing, part: Part, start: int, end: int) -> AsyncIterator[bytes]:
    desk = hub.backend.footage.viewing
    for cut in cuts_of(part, start, end - start):
        whole = await (desk.opening(part) if cut.piece is None else desk.piece(part.pieces[cut.piece]))
        for at in range(cut.begin, cut.end, _BLOCK):
            data = whole[at : min(at + _BLOCK, cut.end)]
            await _paid(hub, viewing, len(data))
            if viewing.over.is_set():
                return
            yield data


async def _live(hub: Services, viewing: OpenViewing, show: LiveShow) -> AsyncIterator[bytes]:
    over = asyncio.create_task(viewing.over.wait())
    chunks = aiter(show.chunks())
    coming: asyncio.Future[bytes] | None = None
    try:
        while not over.done():
            coming = coming or asyncio.ensure_future(anext(chunks, b""))
            waited: set[asyncio.Future[Any]] = {coming, over}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                data, coming = coming.result(), None
                if not data:
                    return
                await _paid(hub, viewing, len(data))
                yield data
    finally:
        over.cancel()
        if coming is not None:
            coming.cancel()


async def _paid(hub: Services, viewing: OpenViewing, count: int) -> None:
    """Wait until so many bytes may go out, or the viewing is over."""
    limit = hub.backend.footage.viewing.limits.bytes_s
    wait_s = viewing.wait_s(count, limit, hub.backend.clock.monotonic())
    if wait_s > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await viewing.over.wait()
