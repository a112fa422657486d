"""The sign-in desk: passwords, tokens, lockout, and their place in the journal. The async side of the account book.

The book is touched by one thread of its own, passwords are hashed by two others, so the event loop never waits for
either. Who is refused is not told why: an unknown name, a wrong password and a locked account get the same answer
after the same time.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, ParamSpec, Protocol, TypeVar

import structlog
from argon2 import PasswordHasher

from hub.client.views import Session
from hub.clock import Clock
from hub.core.event import Event, Record
from hub.core.people.account import DOMAINS, Account
from hub.core.people.commands import CreateAccount
from hub.core.people.events import AccountCreated, SignedIn, SignedOut, SignInRefused
from hub.errors import HubError, JournalBlocked, NotSignedIn
from hub.server.accounts import (
    BOOK,
    LOCAL,
    AccountBook,
    Entry,
    Refusal,
    check_account,
    check_password,
    hash_password,
    new_token,
    token_hash,
    verify_password,
)
from hub.server.allowance import Allowance
from hub.server.problems import TooManyAttempts

Client = Literal["tui", "cli", "api"]
P = ParamSpec("P")
T = TypeVar("T")

LOCAL_ACCOUNT = Account(id=LOCAL, name="Local user", role="reader", domains=list(DOMAINS))
"""Whoever can read the local token: the operating-system user that runs the hub."""

_ATTEMPTS_AT_ONCE = 20
_ATTEMPT_EVERY_S = 2.0
_HASHES_AT_ONCE = 2
_HASHES_WAITING = 16
_RECORD_S = 3.0
_LONGEST_TOKEN = 200

_log = structlog.get_logger("hub.server")


class Recorder(Protocol):
    """The part of the backend that the desk needs."""

    @property
    def clock(self) -> Clock: ...

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]: ...


class SignInDesk:
    """Who is who. Used on the hub's event loop; `open` before and `close` after everything else."""

    def __init__(
        self, data: Path, recorder: Recorder, *, hasher: PasswordHasher | None = None, refusal_s: float = 0.5
    ) -> None:
        """`refusal_s`: every refusal takes this long at least, so that its time tells nothing."""
        self._recorder = recorder
        self._clock = recorder.clock
        self._hasher = hasher or PasswordHasher()
        self._refusal_s = refusal_s
        self._allowance = Allowance(_ATTEMPTS_AT_ONCE, _ATTEMPT_EVERY_S)
        self._hashing = 0
        self._book_thread = ThreadPoolExecutor(1, "accounts")
        self._hash_threads = ThreadPoolExecutor(_HASHES_AT_ONCE, "passwords")
        self._book = AccountBook(data / BOOK)
        self._unfinished: set[asyncio.Task[list[Record]]] = set()
        self.local_token = new_token()
        """Rotated with every start; whoever has it is `LOCAL_ACCOUNT`."""

    async def open(self) -> None:
        """Open the account book, and write down accounts that the journal does not know yet. Raises `SiteError`."""
        await self._on_book(self._book.open)
        self._decoy = await self._hash(hash_password, self._hasher, secrets.token_urlsafe(16))
        for entry in await self._on_book(self._book.unrecorded):
            try:
                await self._write_down(entry, "hub")
            except JournalBlocked as error:
                _log.warning("account_not_recorded_yet", account=entry.account.id, reason=error.message)

    async def close(self) -> None:
        """Give up what waits for the journal, and close the book."""
        for task in self._unfinished:
            task.cancel()
        await self._on_book(self._book.close)
        self._hash_threads.shutdown(wait=False, cancel_futures=True)
        self._book_thread.shutdown(wait=False)

    async def sign_in(self, account_id: str, password: str, *, client: Client, peer: str) -> Session:
        """Check a password. Raises `NotSignedIn`, `TooManyAttempts`, or `JournalBlocked` when it cannot be recorded."""
        if not self._allowance.take(peer, self._clock.monotonic()):
            raise TooManyAttempts(
                "There were too many attempts to sign in.", hint=f"Try again in {_ATTEMPT_EVERY_S:g} seconds."
            )
        answer_at = asyncio.get_running_loop().time() + self._refusal_s
        known = await self._on_book(self._book.find, account_id)
        stored = known.password if known is not None else self._decoy
        matches = await self._hash(verify_password, self._hasher, stored, password)
        reason = await self._on_book(self._book.attempt, account_id, matches, self._clock.now())
        entry = await self._on_book(self._book.find, account_id)
        if reason is not None or entry is None:
            await self._refuse(account_id, reason or "unknown", answer_at)
            raise NotSignedIn(
                "The name or the password is wrong, or the account is locked for a while after failed attempts.",
                hint="After five failed attempts an account is locked for a minute, then longer each time.",
            )
        if not entry.recorded:
            await self._write_down(entry, "hub")
        stronger = await self._stronger(entry, password)
        token = new_token()
        expires_at = await self._on_book(self._book.begin, account_id, token, self._clock.now(), stronger)
        try:
            await self._record(SignedIn(account=account_id, client=client), entry.account.actor)
        except HubError:
            await self._on_book(self._book.end, token)
            raise
        return Session(token=token, account=entry.account, expires_at=expires_at)

    async def sign_out(self, token: str) -> None:
        """End a sign-in. The local token ends with the hub only."""
        account = await self.whose(token)
        if account is None or account.id == LOCAL:
            return
        await self._on_book(self._book.end, token)
        await self._record(SignedOut(account=account.id), account.actor)

    async def whose(self, token: str) -> Account | None:
        """The account behind a token, unless it is unknown or has expired."""
        if len(token) > _LONGEST_TOKEN:
            return None
        if secrets.compare_digest(token_hash(token), token_hash(self.local_token)):
            return LOCAL_ACCOUNT
        return await self._on_book(self._book.whose, token, self._clock.now())

    async def create_account(self, command: CreateAccount, actor: str) -> list[Record]:
        """Carry out `CreateAccount`; its rights were checked. Raises `Refused` and `JournalBlocked`."""
        account = Account(
            id=command.account, name=command.name, role=command.role, domains=sorted(set(command.domains))
        )
        check_account(account)
        check_password(command.password)
        hashed = await self._hash(hash_password, self._hasher, command.password)
        await self._on_book(self._book.add, account, hashed, self._clock.now())
        entry = await self._on_book(self._book.find, account.id)
        assert entry is not None
        try:
            records = await self._recorder.record(_created(account), actor, _creation_key(entry))
        except JournalBlocked:
            # The record may still wait in the journal's line, so the account stays; at the latest its first sign-in
            # asks for the record again, under the same key.
            raise
        except HubError:
            await self._on_book(self._book.remove, account.id)
            raise
        await self._on_book(self._book.mark_recorded, account.id)
        return records

    async def _refuse(self, account_id: str, reason: Refusal, answer_at: float) -> None:
        # A name that is not known may be a password typed into the wrong field: it is not written down.
        name = account_id if reason != "unknown" else "?"
        await self._record(SignInRefused(account=name, reason=reason), "hub")
        await asyncio.sleep(answer_at - asyncio.get_running_loop().time())

    async def _stronger(self, entry: Entry, password: str) -> str | None:
        if not self._hasher.check_needs_rehash(entry.password):
            return None
        return await self._hash(hash_password, self._hasher, password)

    async def _write_down(self, entry: Entry, actor: str) -> None:
        """Let the journal know an account, once: its key drops doubles."""
        if not await self._record(_created(entry.account), actor, _creation_key(entry)):
            raise JournalBlocked("The account cannot be written down in the journal at the moment.")
        await self._on_book(self._book.mark_recorded, entry.account.id)

    async def _record(self, event: Event, actor: str, key: str | None = None) -> bool:
        """Write an event down; False when it still waits for the medium after 3 s. It then stays in the journal's
        line: while the journal is blocked staff can still sign in and see why, and the record follows in its order."""
        task = asyncio.create_task(self._recorder.record(event, actor, key))
        done, _ = await asyncio.wait({task}, timeout=_RECORD_S)
        if done:
            task.result()
            return True
        self._unfinished.add(task)
        task.add_done_callback(self._finished)
        return False

    def _finished(self, task: asyncio.Task[list[Record]]) -> None:
        self._unfinished.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("sign_in_not_recorded_yet", reason=str(error))

    async def _on_book(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._book_thread, lambda: function(*args, **kwargs))

    async def _hash(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._hashing >= _HASHES_AT_ONCE + _HASHES_WAITING:
            raise TooManyAttempts("Too many people sign in at this moment.", hint="Try again in a few seconds.")
        self._hashing += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._hash_threads, lambda: function(*args, **kwargs))
        finally:
            self._hashing -= 1


def _created(account: Account) -> AccountCreated:
    return AccountCreated(account=account.id, name=account.name, role=account.role, domains=list(account.domains))


def _creation_key(entry: Entry) -> str:
    return f"account:{entry.account.id}:{entry.created_at.isoformat()}"
