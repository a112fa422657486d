"""The account book: who may sign in, and which sign-ins are live. `data/accounts.db`, readable by the hub's user only.

Passwords are kept as argon2id hashes, tokens as SHA-256. Everything here is synchronous and for one thread at a time:
`hub init` calls it directly, the running hub through `hub.server.sign_in`.
"""

import hashlib
import os
import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlite_utils import Database
from sqlite_utils.db import Table

from hub.core.people.account import DOMAINS, ROLES, Account, Domain, Role
from hub.errors import Refused, SiteError, WrongState

BOOK = "accounts.db"
LOCAL = "local"
"""Name of the account behind the local token; no person can have it."""
SESSION = timedelta(hours=12)
"""How long a sign-in lasts: one shift."""
SESSIONS_AT_ONCE = 20
"""Sign-ins that one account can have; a further one ends the oldest."""
FREE_TRIES = 5
"""Failed attempts before an account is locked."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_PASSWORD_LENGTH = range(8, 201)


Refusal = Literal["unknown", "password", "locked"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An account with what the book keeps beside it. `recorded` is False until the journal has its `AccountCreated`."""

    account: Account
    password: str
    created_at: datetime
    recorded: bool
    failures: int
    locked_until_at: datetime | None

    def __repr__(self) -> str:
        return f"Entry({self.account.id!r}, ***)"


class AccountBook:
    """The file `accounts.db`. Every method may raise `SiteError` when the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the book, and make it where it is missing. Only its owner can read the file afterwards."""
        with self._trouble():
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.fchmod(descriptor, 0o600)
            os.close(descriptor)
            self._connection = sqlite3.connect(self._path, timeout=5.0, check_same_thread=False)
            self._database = Database(self._connection)
            self._database.enable_wal()
            self._create()

    def _create(self) -> None:
        self._table("accounts").create(
            {
                "id": str,
                "name": str,
                "role": str,
                "domains": str,
                "password": str,
                "created_at_us": int,
                "recorded": int,
                "failures": int,
                "locked_until_us": int,
            },
            pk="id",
            not_null={"name", "role", "domains", "password", "created_at_us", "recorded", "failures"},
            if_not_exists=True,
            strict=True,
        )
        self._table("sessions").create(
            {"hash": str, "account": str, "created_at_us": int, "expires_at_us": int},
            pk="hash",
            not_null={"account", "created_at_us", "expires_at_us"},
            if_not_exists=True,
            strict=True,
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def add(self, account: Account, password_hash: str, now: datetime) -> None:
        """Keep a new account, not recorded yet. Raises `WrongState` when the name is taken."""
        check_account(account)
        if self.find(account.id) is not None:
            raise WrongState(f"There is an account {account.id} already.", hint="Choose another name.")
        with self._trouble():
            self._table("accounts").insert(
                {
                    "id": account.id,
                    "name": account.name,
                    "role": account.role,
                    "domains": " ".join(account.domains),
                    "password": password_hash,
                    "created_at_us": _to_us(now),
                    "recorded": 0,
                    "failures": 0,
                    "locked_until_us": None,
                }
            )

    def find(self, account_id: str) -> Entry | None:
        return next(iter(self._entries("id = ?", [account_id])), None)

    def unrecorded(self) -> list[Entry]:
        """Accounts that the journal has no `AccountCreated` of yet."""
        return self._entries("recorded = 0", [])

    def everybody(self) -> list[Account]:
        return [entry.account for entry in self._entries("1", [])]

    def mark_recorded(self, account_id: str) -> None:
        with self._trouble():
            self._table("accounts").update(account_id, {"recorded": 1})

    def remove(self, account_id: str) -> None:
        with self._trouble():
            self._table("sessions").delete_where("account = ?", [account_id])
            self._table("accounts").delete_where("id = ?", [account_id])

    def attempt(self, account_id: str, matches: bool, now: datetime) -> Refusal | None:
        """Judge an attempt to sign in, and count it when it failed: None when it may succeed.

        Deciding and counting are one step, so that guesses at the same moment get no more tries than guesses in a
        row. After `FREE_TRIES` failures each one locks the account, twice as long as the one before; what is tried
        while it is locked changes nothing, or a stranger could keep a person out for ever.
        """
        entry = self.find(account_id)
        if entry is None:
            return "unknown"
        if entry.locked_until_at is not None and now < entry.locked_until_at:
            return "locked"
        if matches:
            return None
        failures = entry.failures + 1
        locked = lock_after(failures)
        until = _to_us(now + locked) if locked else None
        with self._trouble():
            self._table("accounts").update(account_id, {"failures": failures, "locked_until_us": until})
        return "password"

    def begin(self, account_id: str, token: str, now: datetime, password_hash: str | None) -> datetime:
        """Keep a sign-in that succeeded and forget the failures before it; returns when it expires.

        `password_hash` replaces the stored one where today's hash is stronger than it.
        """
        changes: dict[str, Any] = {"failures": 0, "locked_until_us": None}
        if password_hash is not None:
            changes["password"] = password_hash
        expires_at = now + SESSION
        with self._trouble(), self._database.atomic():
            self._table("accounts").update(account_id, changes)
            self._table("sessions").delete_where("expires_at_us <= ?", [_to_us(now)])
            self._table("sessions").insert(
                {
                    "hash": token_hash(token),
                    "account": account_id,
                    "created_at_us": _to_us(now),
                    "expires_at_us": _to_us(expires_at),
                }
            )
            self._table("sessions").delete_where(
                "account = :account and rowid not in "
                "(select rowid from sessions where account = :account order by rowid desc limit :keep)",
                {"account": account_id, "keep": SESSIONS_AT_ONCE},
            )
        return expires_at

    def whose(self, token: str, now: datetime) -> Account | None:
        """The account behind a token, unless it is unknown or has expired."""
        with self._trouble():
            found = list(
                self._table("sessions").rows_where(
                    "hash = ? and expires_at_us > ?", [token_hash(token), _to_us(now)], limit=1
                )
            )
        entry = self.find(found[0]["account"]) if found else None
        return entry.account if entry is not None else None

    def end(self, token: str) -> None:
        with self._trouble():
            self._table("sessions").delete_where("hash = ?", [token_hash(token)])

    def _entries(self, where: str, values: Sequence[object]) -> list[Entry]:
        with self._trouble():
            rows = list(self._table("accounts").rows_where(where, list(values), order_by="id"))
        return [_entry(row) for row in rows]

    def _table(self, name: Literal["accounts", "sessions"]) -> Table:
        return self._database.table(name)

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise SiteError(
                f"The accounts in {self._path} cannot be used: {error}.",
                hint="See that the data folder belongs to the hub's user and that its disk is not full.",
            ) from error


def create_first_administrator(data: Path, account_id: str, name: str, password: str, now: datetime) -> Account:
    """Make the account that `hub init` starts a site with. Takes about 0.1 s; writes `accounts.db` below `data`.

    The hub writes its `AccountCreated` down at its first start. Raises `WrongState` when the name is taken.
    """
    check_password(password)
    account = Account(id=account_id, name=name, role="administrator", domains=list(DOMAINS))
    check_account(account)
    book = AccountBook(data / BOOK)
    book.open()
    try:
        book.add(account, hash_password(PasswordHasher(), password), now)
    finally:
        book.close()
    return account


def load_accounts(data: Path) -> list[Account]:
    """The accounts of a site, by name. Raises `SiteError`."""
    book = AccountBook(data / BOOK)
    book.open()
    try:
        return book.everybody()
    finally:
        book.close()


def check_account(account: Account) -> None:
    """Raise `Refused` for an account that nobody may have."""
    if account.id == LOCAL or not _NAME.fullmatch(account.id):
        raise Refused(
            f"{account.id!r} cannot be the name of an account.",
            hint="2 to 32 small Latin letters, digits, dots, dashes or underscores, a letter first; not `local`.",
        )
    if not account.domains:
        raise Refused("An account without a domain could see nothing.", hint=f"Name one of {', '.join(DOMAINS)}.")


def check_password(password: str) -> None:
    """Raise `Refused` for a password that is too short or too long."""
    if len(password) not in _PASSWORD_LENGTH:
        raise Refused("This password cannot be used.", hint="It needs 8 to 200 characters.")


def lock_after(failures: int) -> timedelta | None:
    """How long an account is locked by its `failures`-th failed attempt in a row."""
    if failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def new_token() -> str:
    """A token of 32 random bytes."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(hasher: PasswordHasher, password: str) -> str:
    return hasher.hash(_normal(password))


def verify_password(hasher: PasswordHasher, stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> bytes:
    """Two keyboards can type the same letter differently; the same letter is the same password."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _entry(row: dict[str, Any]) -> Entry:
    if row["role"] not in ROLES:
        raise SiteError(f"The account {row['id']} has the role {row['role']!r}, which this version does not know.")
    return Entry(
        account=Account(
            id=row["id"],
            name=row["name"],
            role=cast(Role, row["role"]),
            domains=[cast(Domain, domain) for domain in row["domains"].split()],
        ),
        password=row["password"],
        created_at=_from_us(row["created_at_us"]),
        recorded=bool(row["recorded"]),
        failures=row["failures"],
        locked_until_at=_from_us(row["locked_until_us"]) if row["locked_until_us"] is not None else None,
    )


def _to_us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _from_us(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
