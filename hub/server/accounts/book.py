"""The account book: who may sign in, and which sign-ins are live. `data/accounts.db`, readable by the hub's user only.

Passwords are kept as argon2id hashes, tokens and recovery codes as SHA-256; the secret of a telephone's codes can only
be kept as it is. Everything here is synchronous and for one thread at a time: `hub init` calls it directly, the running
hub through `hub.server.accounts.sign_in`.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec
from argon2 import PasswordHasher
from sqlite_utils import Database
from sqlite_utils.db import Table

from hub.core.people import totp
from hub.core.people.account import DOMAINS, Account
from hub.core.people.naming import LOCAL, check_account
from hub.core.people.places import elsewhere
from hub.errors import SiteError, WrongState
from hub.server.accounts.passwords import check_password, hash_password, token_hash
from hub.server.accounts.tables import (
    ChangeWanted,
    Entry,
    SessionEntry,
    create_tables,
    entry_of,
    row_of,
    session_of,
    to_us,
)

__all__ = ["BOOK", "LOCAL", "AccountBook", "create_first_administrator", "load_accounts"]

BOOK = "accounts.db"
SESSION = timedelta(hours=12)
"""How long a sign-in lasts: one shift."""
SESSIONS_AT_ONCE = 20
"""Sign-ins that one account can have; a further one ends the oldest."""
FREE_TRIES = 5
"""Failed attempts before an account is locked."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
IN_USE = timedelta(minutes=5)
"""A sign-in that was used within this time is in use: two of one account at two places are one too many."""
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the book knows when a sign-in was used last."""

Refusal = Literal["unknown", "password", "locked", "code", "disabled"]


class Attempt(msgspec.Struct, frozen=True):
    """What came of an attempt to sign in. `wants_code`: name and password are right, and a code is asked for.
    `recovery_left`: a recovery code was used up, and so many are left."""

    refusal: Refusal | None = None
    wants_code: bool = False
    recovery_left: int | None = None


class Signed(msgspec.Struct, frozen=True):
    """Who is behind a token. `elsewhere`: the place where the account is in use besides, when this sign-in has just
    come into use; else empty."""

    account: Account
    session: SessionEntry | None = None
    """None: of the local reader."""
    elsewhere: str = ""

    def __repr__(self) -> str:
        return f"Signed({self.account.id!r})"


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
            create_tables(self._database)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    # --- accounts -------------------------------------------------------------------------------------------------

    def add(self, account: Account, password_hash: str, now: datetime, *, must_change: bool = False) -> None:
        """Keep a new account, not recorded yet. Raises `WrongState` when the name is taken."""
        check_account(account)
        if self.find(account.id) is not None:
            raise WrongState(f"There is an account {account.id} already.", hint="Choose another name.")
        with self._trouble():
            self._table("accounts").insert(
                {
                    "id": account.id,
                    **row_of(account),
                    "password": password_hash,
                    "password_at_us": to_us(now),
                    "must_change": int(must_change),
                    "created_at_us": to_us(now),
                    "recorded": 0,
                    "failures": 0,
                }
            )

    def find(self, account_id: str) -> Entry | None:
        return next(iter(self._entries("id = ?", [account_id])), None)

    def entries(self) -> list[Entry]:
        return self._entries("1", [])

    def mark_recorded(self, account_id: str) -> None:
        self._update(account_id, recorded=1)

    def remove(self, account_id: str) -> None:
        with self._trouble(), self._database.atomic():
            for table, column in (("sessions", "account"), ("passwords", "account"), ("accounts", "id")):
                self._database.table(table).delete_where(f"{column} = ?", [account_id])

    def put(self, account: Account) -> None:
        """What a person is was changed; their live sign-ins have it at once."""
        self._update(account.id, **row_of(account))

    def disable(self, account_id: str) -> None:
        """Let nobody sign in, and end what is live."""
        self._update(account_id, disabled=1)
        self.end_sessions(account_id)

    def enable(self, account_id: str) -> None:
        """Let the person sign in again, with failures forgotten."""
        self._update(account_id, disabled=0, failures=0, locked_until_us=None)

    def set_password(self, account_id: str, password_hash: str, now: datetime, *, must_change: bool, keep: int) -> None:
        """Replace a password and remember the `keep` last ones before it."""
        entry = self.find(account_id)
        if entry is None:
            return
        with self._trouble(), self._database.atomic():
            self._table("passwords").insert({"account": account_id, "hash": entry.password, "at_us": to_us(now)})
            self._table("passwords").delete_where(
                "account = :account and rowid not in "
                "(select rowid from passwords where account = :account order by rowid desc limit :keep)",
                {"account": account_id, "keep": keep},
            )
        self._update(
            account_id,
            password=password_hash,
            password_at_us=to_us(now),
            must_change=int(must_change),
            failures=0,
            locked_until_us=None,
        )

    def former_passwords(self, account_id: str, most: int) -> list[str]:
        """Hashes of the last passwords, the present one first."""
        entry = self.find(account_id)
        with self._trouble():
            rows = self._table("passwords").rows_where(
                "account = ?", [account_id], order_by="rowid desc", limit=max(most - 1, 0)
            )
            former = [row["hash"] for row in rows]
        return [entry.password, *former][:most] if entry is not None else []

    def set_totp(self, account_id: str, secret: str, step: int, recovery: Sequence[str]) -> None:
        """Ask for codes from now on, or (without a secret) for none any more. `recovery` are the codes themselves."""
        hashes = " ".join(token_hash(plain_recovery(code)) for code in recovery)
        self._update(account_id, totp=secret, totp_step=step, recovery=hashes)

    # --- signing in -----------------------------------------------------------------------------------------------

    def attempt(self, account_id: str, matches: bool, now: datetime, code: str | None = None) -> Attempt:
        """Judge an attempt, and count it when it failed. `code`: what was typed as code; None where none is asked for.

        Deciding and counting are one step, so that guesses at the same moment get no more tries than guesses in a
        row. After `FREE_TRIES` failures each one locks the account, twice as long as the one before; what is tried
        while it is locked changes nothing, or a stranger could keep a person out for ever.
        """
        entry = self.find(account_id)
        if entry is None:
            return Attempt("unknown")
        if entry.locked_until_at is not None and now < entry.locked_until_at:
            return Attempt("locked")
        if not matches:
            return self._failed(entry, "password", now)
        if entry.disabled:
            return Attempt("disabled")
        if code is None or not entry.totp:
            return Attempt()
        if not code:
            return Attempt(wants_code=True)
        return self._take_code(entry, code, now) or self._failed(entry, "code", now)

    def _take_code(self, entry: Entry, code: str, now: datetime) -> Attempt | None:
        secret = totp.parse_secret(entry.totp) or b""
        step = totp.matching_step(secret, code, now, entry.totp_step)
        if step is not None:
            self._update(entry.account.id, totp_step=step)
            return Attempt()
        hashed = token_hash(plain_recovery(code))
        if hashed not in entry.recovery:
            return None
        left = [each for each in entry.recovery if each != hashed]
        self._update(entry.account.id, recovery=" ".join(left))
        return Attempt(recovery_left=len(left))

    def _failed(self, entry: Entry, refusal: Refusal, now: datetime) -> Attempt:
        failures = entry.failures + 1
        locked = lock_after(failures)
        until = to_us(now + locked) if locked else None
        self._update(entry.account.id, failures=failures, locked_until_us=until)
        return Attempt(refusal)

    def begin(
        self,
        account_id: str,
        token: str,
        now: datetime,
        password_hash: str | None,
        *,
        client: str = "",
        place: str = "",
        restricted: ChangeWanted = "",
    ) -> Signed:
        """Keep a sign-in that succeeded and forget the failures before it.

        `password_hash` replaces the stored one where today's hash is stronger than it.
        """
        changes: dict[str, Any] = {"failures": 0, "locked_until_us": None, "signed_in_us": to_us(now)}
        if password_hash is not None:
            changes["password"] = password_hash
        with self._trouble(), self._database.atomic():
            self._table("accounts").update(account_id, changes)
            self._table("sessions").delete_where("expires_at_us <= ?", [to_us(now)])
            self._table("sessions").insert(
                {
                    "hash": token_hash(token),
                    "id": token_hash(token)[:12],
                    "account": account_id,
                    "client": client,
                    "place": place,
                    "created_at_us": to_us(now),
                    "seen_at_us": to_us(now),
                    "expires_at_us": to_us(now + SESSION),
                    "restricted": restricted,
                }
            )
            self._table("sessions").delete_where(
                "account = :account and rowid not in "
                "(select rowid from sessions where account = :account order by rowid desc limit :keep)",
                {"account": account_id, "keep": SESSIONS_AT_ONCE},
            )
        (session,) = self._sessions("hash = ?", [token_hash(token)])
        entry = self.find(account_id)
        assert entry is not None
        return Signed(entry.account, session, self._elsewhere(session, now))

    def whose(self, token: str, now: datetime) -> Signed | None:
        """Who is behind a token, unless it is unknown or has expired; that it is in use is noted."""
        found = self._sessions("hash = ? and expires_at_us > ?", [token_hash(token), to_us(now)])
        entry = self.find(found[0].account) if found else None
        if entry is None:
            return None
        session = found[0]
        idle = now - session.seen_at
        if abs(idle) >= _SEEN_EVERY:
            with self._trouble():
                self._table("sessions").update(token_hash(token), {"seen_at_us": to_us(now)})
        return Signed(entry.account, session, self._elsewhere(session, now) if idle >= IN_USE else "")

    def sessions(self, now: datetime, account_id: str | None = None) -> list[SessionEntry]:
        """The live sign-ins, of one account or of all, oldest first."""
        if account_id is None:
            return self._sessions("expires_at_us > ?", [to_us(now)])
        return self._sessions("expires_at_us > ? and account = ?", [to_us(now), account_id])

    def end(self, token: str) -> None:
        with self._trouble():
            self._table("sessions").delete_where("hash = ?", [token_hash(token)])

    def end_sessions(self, account_id: str, session: str | None = None, *, but: str = "") -> None:
        """End one sign-in of an account, or all of them but the one with the token `but`, which is free again."""
        with self._trouble(), self._database.atomic():
            if session is not None:
                self._table("sessions").delete_where("account = ? and id = ?", [account_id, session])
                return
            kept = token_hash(but) if but else ""
            self._table("sessions").delete_where("account = ? and hash != ?", [account_id, kept])
            self._database.execute("update sessions set restricted = '' where hash = ?", [kept])

    # --- inside ---------------------------------------------------------------------------------------------------

    def _elsewhere(self, session: SessionEntry, now: datetime) -> str:
        """Another place at which the account of a sign-in is in use."""
        others = self._sessions(
            "account = ? and expires_at_us > ? and seen_at_us > ?",
            [session.account, to_us(now), to_us(now - IN_USE)],
        )
        return elsewhere(session.place, (other.place for other in others))

    def _update(self, account_id: str, **columns: Any) -> None:
        if self.find(account_id) is not None:
            with self._trouble():
                self._table("accounts").update(account_id, columns)

    def _entries(self, where: str, values: Sequence[object]) -> list[Entry]:
        with self._trouble():
            rows = list(self._table("accounts").rows_where(where, list(values), order_by="id"))
        return [entry_of(row) for row in rows]

    def _sessions(self, where: str, values: Sequence[object]) -> list[SessionEntry]:
        with self._trouble():
            rows = list(self._table("sessions").rows_where(where, list(values), order_by="created_at_us, rowid"))
        return [session_of(row) for row in rows]

    def _table(self, name: Literal["accounts", "sessions", "passwords"]) -> Table:
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
    check_password(password, account_id)
    account = Account(id=account_id, name=name, role="administrator", domains=list(DOMAINS))
    check_account(account)
    book = AccountBook(data / BOOK)
    book.open()
    try:
        book.add(account, hash_password(PasswordHasher(), password), now)
    finally:
        book.close()
    return account


def load_accounts(data: Path, *, disabled: bool = True) -> list[Account]:
    """The accounts of a site, by name, with those that are disabled or not. Raises `SiteError`."""
    book = AccountBook(data / BOOK)
    book.open()
    try:
        return [entry.account for entry in book.entries() if disabled or not entry.disabled]
    finally:
        book.close()


def lock_after(failures: int) -> timedelta | None:
    """How long an account is locked by its `failures`-th failed attempt in a row."""
    if failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def plain_recovery(code: str) -> str:
    """A recovery code without what people leave out or put in."""
    return code.strip().lower().replace(" ", "").replace("-", "")
