"""How far the recordings are proven, and which are not what was sealed."""

from fastapi import APIRouter
from starlette.responses import Response

from hub.client.proof import DamagedCamera, ProofView
from hub.core.text import Text
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.state import covers


def routes() -> APIRouter:
    router = APIRouter(tags=["recordings"])

    @router.get(
        "/recordings/proof",
        summary="How far the recordings are proven",
        responses=gives(ProofView, "And which are not what was sealed.", 401, 403),
    )
    async def proof(hub: Hub, caller: SignedIn) -> Response:
        state = hub.backend.state()
        known = state.proof
        names = {camera.id: camera.name for camera in state.site.cameras}
        return Json(
            ProofView(
                began_at=known.began_at,
                until=known.until,
                proven_at=known.proven_at,
                completed_at=known.completed_at,
                verify_days=hub.backend.footage.verify_days(),
                damaged=[
                    DamagedCamera(
                        camera=camera,
                        camera_name=names.get(camera, Text(en=camera)),
                        since_at=damaged.since_at,
                        count=damaged.count,
                        damaged=damaged.damaged,
                    )
                    for camera, damaged in sorted(known.damaged.items())
                    if covers(caller.account, camera, state)
                ],
                lists=known.lists,
            )
        )

    return router
