"""Pictures: the newest of a camera, and those kept as evidence."""

import asyncio
import os
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from hub.core.people.rights import check_right
from hub.errors import DeviceUnreachable, NotAllowed, NotFound
from hub.server.answers import gives_media
from hub.server.services import Hub, SignedIn
from hub.server.views.state import check_camera, covers

_PICTURE_S = 5.0
_LONGEST_NAME = 255
"""Bytes in a file's name, on every usual file system."""
_LARGEST = 16 * 1024 * 1024
_JPEG = "image/jpeg"


def routes() -> APIRouter:
    router = APIRouter(tags=["pictures"])

    @router.get(
        "/cameras/{camera}/picture",
        summary="A camera's newest picture",
        response_class=Response,
        responses=gives_media(
            _JPEG, "JPEG. `last_picture_at` in the site says how old it is.", 401, 403, 404, 422, 503
        ),
    )
    async def picture(camera: str, hub: Hub, caller: SignedIn) -> Response:
        state = hub.backend.state()
        check_right(caller.account, "live")
        check_camera(caller.account, camera, state)
        try:
            async with asyncio.timeout(_PICTURE_S):
                data = await hub.backend.picture(camera)
        except TimeoutError as error:
            raise DeviceUnreachable(f"The watch of {camera} did not answer in time.") from error
        if data is None:
            raise NotFound(f"There is no picture of {camera}.", hint="The watch has not received one yet.")
        return Response(data, media_type=_JPEG)

    @router.get(
        "/evidence/{path:path}",
        summary="A picture kept as evidence",
        description="The path as an event, an alarm or a camera's `reference` gives it.",
        response_class=Response,
        responses=gives_media(_JPEG, "JPEG.", 401, 403, 404, 422, 503),
    )
    async def evidence(path: str, hub: Hub, caller: SignedIn) -> Response:
        check_right(caller.account, "live")
        missing = NotFound("There is no such picture.", hint="Evidence is named by the records that speak of it.")
        folder = hub.backend.evidence
        # Whether the file is there is asked first: to look for a name in the whole journal takes its time.
        if not is_plain(path) or not await asyncio.to_thread((folder / path).is_file):
            raise missing
        state = hub.backend.state()
        camera = await asyncio.to_thread(hub.concerns.camera_of_picture, path, state)
        if camera is None:
            raise missing
        if not covers(caller.account, camera, state):
            who = caller.account.name
            raise NotAllowed(f"This picture belongs to a domain or department that {who} has no rights in.")
        data = await asyncio.to_thread(read_below, folder, path)
        if data is None:
            raise missing
        return Response(data, media_type=_JPEG)

    return router


def is_plain(path: str) -> bool:
    """Whether `path` names a JPEG file below a folder without any way out of it."""
    parts = path.split("/")
    return (
        path.endswith((".jpg", ".jpeg"))
        and len(path) <= 500
        and not any(part in ("", ".", "..") or len(os.fsencode(part)) > _LONGEST_NAME for part in parts)
        and not any(character in path for character in "\\\0")
    )


def read_below(folder: Path, path: str) -> bytes | None:
    """The file, or None when it is missing, too large, or reached over a link that leads out of the folder."""
    try:
        file = (folder / path).resolve(strict=True)
        if not file.is_relative_to(folder.resolve()) or not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        return file.read_bytes()
    except FileNotFoundError:
        return None
