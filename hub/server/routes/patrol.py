"""Walking the wall: the posts that have one, and how far each walk is."""

from fastapi import APIRouter
from starlette.responses import Response

from hub.client.views import PatrolView
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.posts import patrol_views


def routes() -> APIRouter:
    router = APIRouter(tags=["patrol"])

    @router.get(
        "/patrols",
        summary="Walks of the wall, by post",
        responses=gives(list[PatrolView], "The posts whose whole wall the caller may see.", 401, 503),
    )
    async def patrols(hub: Hub, caller: SignedIn) -> Response:
        return Json(patrol_views(caller.account, hub.backend.state()))

    return router
