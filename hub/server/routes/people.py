"""Signing in and out."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.client.views import Session
from hub.server.answers import Json, failures, gives, takes
from hub.server.requests import SignIn, parse_body, read_body
from hub.server.services import Hub, SignedIn


def routes() -> APIRouter:
    router = APIRouter(tags=["people"])

    @router.post(
        "/sign-in",
        summary="Sign in with a name and a password",
        responses=gives(Session, "The sign-in. Its token is shown this once.", 401, 408, 413, 415, 422, 429, 503),
        openapi_extra=takes(SignIn),
    )
    async def sign_in(request: Request, hub: Hub) -> Response:
        wanted = parse_body(await read_body(request), SignIn)
        peer = request.client.host if request.client is not None else "local"
        session = await hub.desk.sign_in(wanted.account, wanted.password, client=wanted.client, peer=peer)
        return Json(session)

    @router.post(
        "/sign-out",
        summary="End a sign-in",
        status_code=204,
        response_class=Response,
        responses=failures(401, 503),
    )
    async def sign_out(hub: Hub, caller: SignedIn) -> Response:
        await hub.desk.sign_out(caller.token)
        return Response(status_code=204)

    return router
