"""Signing in and out, and who there is."""

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.client.people import PersonView, TotpOffer
from hub.client.views import Session
from hub.core.people import totp
from hub.errors import NotAllowed
from hub.server.answers import Json, failures, gives, takes
from hub.server.requests import SignIn, parse_body, plain, read_body
from hub.server.services import Hub, SignedIn, SignedInAnyhow
from hub.server.views.people import person_views


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
        session = await hub.desk.sign_in(
            wanted.account,
            wanted.password,
            client=wanted.client,
            peer=peer,
            code=wanted.code,
            place=plain(wanted.place),
        )
        return Json(session)

    @router.post(
        "/sign-out",
        summary="End a sign-in",
        status_code=204,
        response_class=Response,
        responses=failures(401, 503),
    )
    async def sign_out(hub: Hub, caller: SignedInAnyhow) -> Response:
        await hub.desk.sign_out(caller.token)
        return Response(status_code=204)

    @router.get(
        "/people",
        summary="People, their sign-ins and their records",
        responses=gives(
            list[PersonView], "Everybody, for those who lead or administer; oneself, for everybody else.", 401, 403, 503
        ),
    )
    async def people(hub: Hub, caller: SignedIn) -> Response:
        backend, book = hub.backend, hub.desk.book
        now = backend.clock.now()
        entries = await hub.desk.on_book(book.entries)
        sessions = await hub.desk.on_book(book.sessions, now)
        return Json(
            person_views(caller.account, caller.session, backend.state(), entries, sessions, backend.policy, now)
        )

    @router.get(
        "/people/totp",
        summary="A fresh secret for codes of six digits, and recovery codes; nothing is kept before `totp.enrol`",
        responses=gives(TotpOffer, "What a telephone needs to show codes.", 401, 403),
    )
    async def totp_offer(hub: Hub, caller: SignedIn) -> Response:
        if caller.account.role == "reader":
            raise NotAllowed(f"{caller.account.name} is nobody's own account.", hint="Sign in first.")
        secret = totp.encode_secret(secrets.token_bytes(totp.SECRET_BYTES))
        issuer = f"Watchroom {hub.backend.state().site.name.in_('en')}".strip()
        return Json(
            TotpOffer(
                secret=secret,
                uri=totp.otpauth_uri(secret, caller.account.id, issuer),
                recovery=[totp.recovery_code(secrets.token_bytes(7)) for _ in range(totp.RECOVERY_CODES)],
            )
        )

    return router
