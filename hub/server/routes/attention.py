"""Attention checks: those that are open, those that were, and the picture that one shows."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hub.client.attention import AttentionView, CheckPicture
from hub.errors import NotAllowed, NotFound
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.posts import attention_view


def routes() -> APIRouter:
    router = APIRouter(tags=["attention"])

    @router.get(
        "/attention",
        summary="Attention checks",
        responses=gives(AttentionView, "Those of the caller's posts; all for those who lead.", 401, 503),
    )
    async def attention(hub: Hub, caller: SignedIn) -> Response:
        return Json(attention_view(caller.account, hub.backend.state()))

    @router.get(
        "/attention/{check}/picture",
        summary="The picture that an open check shows",
        description="For those who are asked. Which camera it is, is for them to say.",
        responses=gives(CheckPicture, "The picture as JPEG in Base64.", 401, 403, 404, 422, 503),
    )
    async def attention_picture(
        check: Annotated[str, Path(max_length=100, pattern=r"^C-[0-9]+$")], hub: Hub, caller: SignedIn
    ) -> Response:
        known = hub.backend.state().attention.checks.get(check)
        if known is None:
            raise NotFound(f"No check {check} is open.", hint="It was answered, or its time is over.")
        if caller.account.id not in known.people:
            raise NotAllowed(f"{check} is for those at its post.")
        shown = await hub.backend.picture(known.shown) if known.shown else None
        if shown is None:
            raise NotFound(f"There is no picture to {check}.", hint="Any answer will do.")
        return Json(CheckPicture(shown))

    return router
