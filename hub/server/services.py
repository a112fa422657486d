"""What every route works with, and who is asking."""

import asyncio
from typing import Annotated, cast

import msgspec
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from hub.core.people.account import Account
from hub.errors import NotSignedIn
from hub.server.backend import Backend
from hub.server.concerns import Concerns
from hub.server.sign_in import SignInDesk


class Services:
    """The running hub and what the API keeps beside it. `stopping` is set when streams must end."""

    def __init__(self, backend: Backend, desk: SignInDesk) -> None:
        self.backend = backend
        self.desk = desk
        self.concerns = Concerns(backend)
        self.stopping = asyncio.Event()
        self.streams = 0
        """How many live streams are open."""


class Caller(msgspec.Struct, frozen=True):
    """Who asks, and the token they asked with."""

    account: Account
    token: str

    def __repr__(self) -> str:
        return f"Caller({self.account.id!r}, ***)"


_bearer = HTTPBearer(auto_error=False, description="The token from `/api/sign-in`, or the local reader's.")


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def signed_in(
    hub: Annotated[Services, Depends(services_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who asks. Raises `NotSignedIn`."""
    account = await hub.desk.whose(credentials.credentials) if credentials is not None else None
    if credentials is None or account is None:
        raise NotSignedIn("Nobody is signed in with this token, or the sign-in has expired.", hint="Sign in again.")
    return Caller(account, credentials.credentials)


Hub = Annotated[Services, Depends(services_of)]
SignedIn = Annotated[Caller, Depends(signed_in)]
