"""Files that people hand over, and read again."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.client.attachments import LARGEST_ATTACHMENT, AttachmentView
from hub.core.attachments.events import AttachmentAdded
from hub.errors import NotAllowed, NotFound
from hub.server.answers import Json, gives, gives_media
from hub.server.attachments import fetch, keep
from hub.server.problems import Busy, Malformed
from hub.server.requests import plain, read_bytes
from hub.server.services import Hub, SignedIn

_UPLOAD_S = 120.0
_AT_ONCE = 4
"""Files that are taken in at the same time: each is in memory as a whole."""

AttachmentId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


def routes() -> APIRouter:
    router = APIRouter(tags=["attachments"])
    room = asyncio.Semaphore(_AT_ONCE)

    @router.post(
        "/attachments",
        summary="Hand a file over",
        description="A JPEG or PNG picture or a PDF, as the body; commands name it by the id that comes back.",
        responses=gives(AttachmentView, "What was kept.", 401, 403, 408, 409, 413, 422, 503),
    )
    async def attach(
        request: Request,
        hub: Hub,
        caller: SignedIn,
        name: Annotated[str, Query(min_length=1, max_length=200, description="What it is called.")],
    ) -> Response:
        if caller.account.role == "reader":
            raise NotAllowed("The local reader hands nothing over.", hint="Sign in with an account.")
        called = plain(name)
        if not called:
            raise Malformed("The file has no name.", hint="Give the name that people will see.")
        if room.locked():
            raise Busy("Several files are being handed over at the moment.", hint="Try again in a minute.")
        async with room:
            data = await read_bytes(request, LARGEST_ATTACHMENT, _UPLOAD_S)
            digest, media = await asyncio.to_thread(keep, hub.backend.attachments, data)
        added = AttachmentAdded(
            attachment=digest, name=called, media=media, bytes=len(data), domains=list(caller.account.domains)
        )
        # The same file from a person of another domain is on record again: that domain may read it from then on.
        key = f"attachment:{digest}:{'+'.join(sorted(added.domains))}"
        await hub.backend.record(added, caller.account.actor, key=key)
        return Json(AttachmentView(id=digest, name=called, media=media, bytes=len(data)))

    @router.get(
        "/attachments/{attachment}",
        summary="A file that was handed over",
        response_class=Response,
        responses=gives_media("application/octet-stream", "Its bytes, unchanged.", 401, 403, 404, 422, 503),
    )
    async def attachment(attachment: AttachmentId, hub: Hub, caller: SignedIn) -> Response:
        known = hub.backend.state().attachments.get(attachment)
        if known is None:
            raise NotFound("No such file was handed over.", hint="Files are named by the records that speak of them.")
        mine = known.by == caller.account.actor
        if not mine and not set(known.domains) & set(caller.account.domains):
            raise NotAllowed(f"{caller.account.name} has no rights in the domain of this file.")
        data = await asyncio.to_thread(fetch, hub.backend.attachments, attachment)
        return Response(data, media_type=known.media)

    return router
