"""Devices: recorders and cameras that the hub asks how they are."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hub.client.devices import DeviceNow, DeviceView
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.devices import device_view, device_views, find_device


def routes() -> APIRouter:
    router = APIRouter(tags=["devices"])

    @router.get(
        "/devices",
        summary="The devices",
        description="What is on record about each, and what it said at the last look. What was not told is unknown.",
        responses=gives(list[DeviceView], "As in hub.toml, without those of other domains.", 401, 503),
    )
    async def devices(hub: Hub, caller: SignedIn) -> Response:
        return Json(device_views(caller.account, hub.backend.state(), hub.backend.devices()))

    @router.get(
        "/devices/{device}",
        summary="One device",
        responses=gives(DeviceView, "The device.", 401, 404, 422, 503),
    )
    async def one_device(
        device: Annotated[str, Path(max_length=63, description="Its id in hub.toml.")], hub: Hub, caller: SignedIn
    ) -> Response:
        state = hub.backend.state()
        found = find_device(caller.account, state, device)
        return Json(device_view(caller.account, state, found, hub.backend.devices().get(device, DeviceNow())))

    return router
