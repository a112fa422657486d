"""The reference views of the cameras. Approving and rejecting them are commands."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.client.views import CameraReference
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.state import check_camera, references_of


def routes() -> APIRouter:
    router = APIRouter(tags=["references"])

    @router.get(
        "/references",
        summary="Reference views",
        description="Those in use, those that wait for approval, and the last former ones, by camera and oldest first.",
        responses=gives(list[CameraReference], "The views; their pictures are evidence.", 401, 403, 404, 422, 503),
    )
    async def references(
        hub: Hub,
        caller: SignedIn,
        camera: Annotated[str, Query(max_length=100, description="Only those of this camera.")] = "",
    ) -> Response:
        state = hub.backend.state()
        if camera:
            check_camera(caller.account, camera, state)
        found = references_of(caller.account, state, hub.backend.statuses())
        return Json([each for each in found if not camera or each.camera == camera])

    return router
