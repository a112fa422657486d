"""The tables of the account book, and what their rows mean."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

import msgspec
from sqlite_utils import Database

from hub.core.command import RIGHTS, Right
from hub.core.people.account import ROLES, Account, Domain, Role
from hub.core.people.policy import PeoplePolicy
from hub.errors import SiteError

ChangeWanted = Literal["", "first", "expired"]
"""Why a password must be changed before anything else: somebody else chose it, or it is too old."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACCOUNTS: dict[str, type] = {
    "id": str,
    "name": str,
    "role": str,
    "domains": str,
    "password": str,
    "created_at_us": int,
    "recorded": int,
    "failures": int,
    "locked_until_us": int,
}
_ACCOUNTS_LATER: dict[str, type] = {
    "departments": str,
    "granted": str,
    "withdrawn": str,
    "password_at_us": int,
    "must_change": int,
    "disabled": int,
    "totp": str,
    "totp_step": int,
    "recovery": str,
    "signed_in_us": int,
}
_SESSIONS: dict[str, type] = {"hash": str, "account": str, "created_at_us": int, "expires_at_us": int}
_SESSIONS_LATER: dict[str, type] = {
    "id": str,
    "client": str,
    "place": str,
    "seen_at_us": int,
    "restricted": str,
}
"""Columns that books of earlier versions do not have: empty there, which means none."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An account with what the book keeps beside it. `recorded` is False until the journal has its `AccountCreated`.
    `totp` is the secret of the codes, or empty; `recovery` are hashes."""

    account: Account
    password: str
    password_at: datetime
    created_at: datetime
    recorded: bool
    failures: int
    locked_until_at: datetime | None
    must_change: bool
    disabled: bool
    totp: str
    totp_step: int
    recovery: list[str]
    signed_in_at: datetime | None

    def __repr__(self) -> str:
        return f"Entry({self.account.id!r}, ***)"

    def expires_at(self, policy: PeoplePolicy) -> datetime | None:
        """When the password must be changed; None: never."""
        return self.password_at + timedelta(days=policy.password_days) if policy.password_days else None

    def change_wanted(self, policy: PeoplePolicy, now: datetime) -> ChangeWanted:
        if self.must_change:
            return "first"
        at = self.expires_at(policy)
        return "expired" if at is not None and at <= now else ""


class SessionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that is live. `place` is where, as far as known; `restricted` says why it may change the password
    only."""

    id: str
    account: str
    client: str
    place: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    restricted: ChangeWanted


def create_tables(database: Database) -> None:
    """Make the tables where they are missing, and the columns that an earlier version did not have."""
    accounts, sessions = database.table("accounts"), database.table("sessions")
    required = {"name", "role", "domains", "password", "created_at_us", "recorded", "failures"}
    accounts.create(_ACCOUNTS, pk="id", not_null=required, if_not_exists=True, strict=True)
    sessions.create(
        _SESSIONS, pk="hash", not_null={"account", "created_at_us", "expires_at_us"}, if_not_exists=True, strict=True
    )
    database.table("passwords").create(
        {"account": str, "hash": str, "at_us": int}, not_null={"account", "hash", "at_us"}, if_not_exists=True
    )
    for table, columns in ((accounts, _ACCOUNTS_LATER), (sessions, _SESSIONS_LATER)):
        for name, type_ in columns.items():
            if name not in table.columns_dict:
                table.add_column(name, type_)


def later_columns() -> dict[str, set[str]]:
    """By table, the columns that books of earlier versions may lack."""
    return {"accounts": {*_ACCOUNTS_LATER}, "sessions": {*_SESSIONS_LATER}}


def row_of(account: Account) -> dict[str, Any]:
    """What a person is, as columns."""
    return {
        "name": account.name,
        "role": account.role,
        "domains": " ".join(account.domains),
        "departments": json.dumps(account.departments),
        "granted": " ".join(account.granted),
        "withdrawn": " ".join(account.withdrawn),
    }


def entry_of(row: dict[str, Any]) -> Entry:
    if row["role"] not in ROLES:
        raise SiteError(f"The account {row['id']} has the role {row['role']!r}, which this version does not know.")
    return Entry(
        account=Account(
            id=row["id"],
            name=row["name"],
            role=cast(Role, row["role"]),
            domains=[cast(Domain, domain) for domain in row["domains"].split()],
            departments=json.loads(row["departments"] or "[]"),
            granted=_rights(row["granted"]),
            withdrawn=_rights(row["withdrawn"]),
        ),
        password=row["password"],
        password_at=from_us(row["password_at_us"] or row["created_at_us"]),
        created_at=from_us(row["created_at_us"]),
        recorded=bool(row["recorded"]),
        failures=row["failures"],
        locked_until_at=from_us(row["locked_until_us"]) if row["locked_until_us"] is not None else None,
        must_change=bool(row["must_change"]),
        disabled=bool(row["disabled"]),
        totp=row["totp"] or "",
        totp_step=row["totp_step"] if row["totp_step"] is not None else -1,
        recovery=(row["recovery"] or "").split(),
        signed_in_at=from_us(row["signed_in_us"]) if row["signed_in_us"] is not None else None,
    )


def session_of(row: dict[str, Any]) -> SessionEntry:
    return SessionEntry(
        id=row["id"] or row["hash"][:12],
        account=row["account"],
        client=row["client"] or "",
        place=row["place"] or "",
        created_at=from_us(row["created_at_us"]),
        seen_at=from_us(row["seen_at_us"] or row["created_at_us"]),
        expires_at=from_us(row["expires_at_us"]),
        restricted=row["restricted"] or "",
    )


def to_us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_us(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def _rights(text: str | None) -> list[Right]:
    """Rights that this version does not know any more are none."""
    known: dict[str, Right] = {right: right for right in RIGHTS}
    return [known[right] for right in (text or "").split() if right in known]
