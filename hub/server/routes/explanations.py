"""Why a camera is judged as it is."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from hub.core.explanation import Explanation
from hub.errors import DeviceUnreachable
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.state import check_camera

_EXPLAIN_S = 5.0


def routes() -> APIRouter:
    router = APIRouter(tags=["pictures"])

    @router.get(
        "/cameras/{camera}/explanation",
        summary="Why a camera is judged as it is",
        responses=gives(
            Explanation, "Every finding, measure, limit and history as they are now.", 401, 403, 404, 422, 503
        ),
    )
    async def explanation(camera: str, hub: Hub, caller: SignedIn) -> Response:
        state = hub.backend.state()
        check_camera(caller.account, camera, state)
        try:
            async with asyncio.timeout(_EXPLAIN_S):
                explained = await hub.backend.explain(camera)
        except TimeoutError as error:
            raise DeviceUnreachable(f"The watch of {camera} did not answer in time.") from error
        if explained is None:
            raise DeviceUnreachable(
                f"The watch of {camera} says nothing at the moment.",
                hint="Its worker may be starting, or the camera has no stream; see `hub status`.",
            )
        return Json(explained)

    return router
