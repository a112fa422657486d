"""People as the API tells of them."""

from datetime import datetime

import msgspec

from hub.client import HubClient
from hub.core.command import Right
from hub.core.people.account import Account
from hub.core.people.model import Paper, PersonState


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that is live. `mine`: the one that asks. `seen_at` is exact to a minute."""

    id: str
    account: str
    client: str
    place: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    mine: bool = False


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """One person: account, sign-ins and records."""

    account: Account
    rights: list[Right]
    """What the person may do, all told."""
    state: PersonState
    why: str = ""
    """Why the account is disabled or the person left."""
    qualified: bool = False
    papers: list[Paper] = []
    sessions: list[SessionView] = []
    signed_in_at: datetime | None = None
    """The last time."""
    locked_until_at: datetime | None = None
    must_change: str = ""
    """Why the password must be changed: first, expired; empty when it need not."""
    password_expires_at: datetime | None = None
    totp: bool = False
    recovery_left: int = 0
    in_two_places: bool = False


class TotpOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What one needs to sign in with codes. Nothing of it is kept by the hub before `EnrolTotp` hands it back."""

    secret: str
    uri: str
    recovery: list[str]

    def __repr__(self) -> str:
        return "TotpOffer(***)"


async def people(client: HubClient) -> list[PersonView]:
    """Everybody, for leaders and administrators; oneself, for everybody else."""
    return await client.read("people", list[PersonView])


async def totp_offer(client: HubClient) -> TotpOffer:
    """A fresh secret for one's telephone, shown this once."""
    return await client.read("people/totp", TotpOffer)
