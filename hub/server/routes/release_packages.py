"""Sealed packages of releases: fetched by those who hand them over, and pictures to choose regions on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Path, Query
from starlette.responses import Response, StreamingResponse

from hub.client.release_packages import SHA256_HEADER, PackageProgress, ReleaseKey
from hub.core.people.rights import check_right
from hub.core.recordings import RecordingViewed
from hub.core.releases.events import ReleaseFetched
from hub.core.releases.model import Release
from hub.errors import NotFound, SiteError, WrongState
from hub.server.answers import Json, gives, gives_media
from hub.server.problems import Malformed
from hub.server.services import Caller, Hub, Services, SignedIn
from hub.server.views.releases import may_see_release
from hub.server.views.state import check_camera

_BLOCK = 256 * 1024
_ReleaseId = Annotated[str, Path(max_length=100, pattern=r"^F-[0-9]+$")]
_SHOWN = ("approved", "preparing", "prepared")
"""In which there is a package to prepare, and regions to choose."""


def routes() -> APIRouter:
    router = APIRouter(tags=["releases"])

    @router.get(
        "/release-key",
        summary="The key that signs packages of recordings",
        responses=gives(ReleaseKey, "The public key and its fingerprint.", 401, 404, 503),
    )
    async def key(hub: Hub, caller: SignedIn) -> Response:
        return Json(hub.backend.footage.packages.key())

    @router.get(
        "/releases/{release}/package/progress",
        summary="How far the package of a release is",
        responses=gives(PackageProgress, "While it is made.", 401, 403, 404, 422, 503),
    )
    async def progress(release: _ReleaseId, hub: Hub, caller: SignedIn) -> Response:
        known = _release(hub, caller, release)
        found = hub.backend.footage.packages.progress(known.id)
        if found is None:
            raise NotFound(f"No package of {release} is being made.", hint="See `hub releases show`.")
        return Json(found)

    @router.get(
        "/releases/{release}/package",
        summary="Fetch the package of a release",
        description="For those who hand recordings out; that it was fetched, and by whom, goes on record first.",
        response_class=Response,
        responses=gives_media("application/octet-stream", "The package.", 401, 403, 404, 409, 422, 503),
    )
    async def package(release: _ReleaseId, hub: Hub, caller: SignedIn) -> Response:
        known = _release(hub, caller, release)
        made = known.package
        if made is None or known.state != "prepared":
            raise WrongState(f"There is no package of {release} to be handed over.", hint="Have it prepared.")
        opened = await asyncio.to_thread(_open, hub.backend.footage.packages.file(made.name), made.bytes)
        try:
            await hub.backend.record(ReleaseFetched(release=known.id), caller.account.actor)
        except BaseException:
            opened.close()
            raise
        headers = {
            "content-length": str(made.bytes),
            "content-disposition": f'attachment; filename="{made.name}"',
            SHA256_HEADER: made.sha256,
        }
        return StreamingResponse(_blocks(opened), media_type="application/octet-stream", headers=headers)

    @router.get(
        "/releases/{release}/preview",
        summary="A picture of what a release is about",
        description="To choose regions that are to be unrecognisable in the copy. Looking at it is a viewing, and goes "
        "on record once for each camera and person.",
        response_class=Response,
        responses=gives_media("image/jpeg", "The picture at or before that time.", 401, 403, 404, 409, 422, 503),
    )
    async def preview(
        release: _ReleaseId,
        hub: Hub,
        caller: SignedIn,
        camera: Annotated[str, Query(max_length=100, description="One of the release's.")],
        at: Annotated[datetime, Query(description="When, with its zone; within the release's period.")],
        width: Annotated[int, Query(ge=16, le=1920, description="How wide it is at most.")] = 960,
    ) -> Response:
        known = _release(hub, caller, release)
        if known.state not in _SHOWN:
            raise WrongState(f"{release} is {known.state}.", hint="Regions are chosen when it is approved.")
        if at.tzinfo is None or camera not in known.cameras or not known.from_at <= at < known.to_at:
            raise Malformed("The camera or the time is not one of the release's.", hint="See `hub releases show`.")
        check_camera(caller.account, camera, hub.backend.state())
        picture = await hub.backend.footage.viewing.still(camera, at.astimezone(UTC), width)
        if picture is None:
            raise NotFound(f"There is no picture of {camera} at that time.", hint="Choose another time.")
        viewed = RecordingViewed(
            camera=camera, from_at=known.from_at, to_at=known.to_at, reason=f"Release {release}: regions of the copy"
        )
        since = f"{known.decided_at or known.since_at:%Y%m%dT%H%M%S}"
        key = f"preview:{release}:{camera}:{caller.account.actor}:{since}"
        await hub.backend.record(viewed, caller.account.actor, key=key)
        return Response(picture, media_type="image/jpeg")

    return router


def _release(hub: Services, caller: Caller, release: str) -> Release:
    """An open release that the caller hands out. Raises `NotAllowed`, `NotFound`."""
    check_right(caller.account, "export")
    state = hub.backend.state()
    known = state.releases.releases.get(release)
    if known is None or not may_see_release(caller.account, known, state):
        raise NotFound(f"There is no release {release} that is open.", hint="See `hub releases list`.")
    return known


def _open(path: File, size: int) -> BinaryIO:
    try:
        opened = path.open("rb")
    except FileNotFoundError as error:
        raise SiteError("The package is gone from the hub's disk.", hint="Have it prepared again.") from error
    if path.stat().st_size != size:
        opened.close()
        raise SiteError("The package was changed on the hub's disk.", hint="Have it prepared again.")
    return opened


async def _blocks(opened: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while block := await asyncio.to_thread(opened.read, _BLOCK):
            yield block
    finally:
        opened.close()
