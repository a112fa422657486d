"""What every route works with, and who is asking."""

import asyncio
from pathlib import Path
from typing import Annotated, cast

import msgspec
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from hub.core.people.account import Account
from hub.errors import NotAllowed, NotSignedIn
from hub.server.accounts.sign_in import SignInDesk
from hub.server.backend import Backend
from hub.server.books.alarms import AlarmBook
from hub.server.books.figures import FigureBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook
from hub.server.books.viewings import ViewingBook
from hub.server.concerns import Concerns
from hub.server.metrics.page import MetricsPage
from hub.server.reports.desk import ReportDesk
from hub.server.reports.making import ReportMaker


class Services:
    """The running hub and what the API keeps beside it. `stopping` is set when streams must end."""

    def __init__(self, backend: Backend, desk: SignInDesk, data: Path, *, address: str = "") -> None:
        """`address`: where people reach the hub with a browser; empty: nobody said."""
        self.backend = backend
        self.desk = desk
        self.data = data
        """The site's data folder."""
        self.metrics = MetricsPage(backend)
        self.concerns = Concerns(backend)
        self.alarm_book = AlarmBook(backend)
        self.round_book = RoundBook(backend)
        self.ticket_book = TicketBook(backend)
        self.figure_book = FigureBook(
            backend, lambda: backend.timezone, self.alarm_book, self.ticket_book, self.round_book
        )
        self.viewing_book = ViewingBook(backend, desk)
        maker = ReportMaker(
            backend,
            self.concerns,
            figures=self.figure_book,
            alarms=self.alarm_book,
            tickets=self.ticket_book,
            rounds=self.round_book,
        )
        self.reports = ReportDesk(backend, maker, data / "reports", address=address)
        self.review_turn = asyncio.Semaphore(1)
        """Counting a month takes seconds of a thread: one at a time."""
        self.stopping = asyncio.Event()
        self.streams = 0
        """How many live streams are open."""


class Caller(msgspec.Struct, frozen=True):
    """Who asks, and the token they asked with."""

    account: Account
    token: str
    session: str = ""
    """Id of the sign-in; empty for the local reader."""
    must_change: str = ""
    """Why nothing can be done but changing the password; empty when all can."""

    def __repr__(self) -> str:
        return f"Caller({self.account.id!r}, ***)"


_bearer = HTTPBearer(auto_error=False, description="The token from `/api/sign-in`, or the local reader's.")


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def signed_in_anyhow(
    hub: Annotated[Services, Depends(services_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who asks, be it somebody who must change the password first. Raises `NotSignedIn`."""
    signed = await hub.desk.whose(credentials.credentials) if credentials is not None else None
    if credentials is None or signed is None:
        raise NotSignedIn("Nobody is signed in with this token, or the sign-in has expired.", hint="Sign in again.")
    if signed.session is None:
        return Caller(signed.account, credentials.credentials)
    return Caller(signed.account, credentials.credentials, signed.session.id, signed.session.restricted)


async def signed_in(caller: Annotated[Caller, Depends(signed_in_anyhow)]) -> Caller:
    """Who asks. Raises `NotSignedIn`, and `NotAllowed` as long as the password must be changed."""
    if caller.must_change:
        raise change_first()
    return caller


def change_first() -> NotAllowed:
    """The answer to everything as long as the password must be changed."""
    return NotAllowed(
        "The password must be changed before anything else.",
        hint="Change it with `hub people password`, or sign in at the screen.",
    )


Hub = Annotated[Services, Depends(services_of)]
SignedIn = Annotated[Caller, Depends(signed_in)]
SignedInAnyhow = Annotated[Caller, Depends(signed_in_anyhow)]
