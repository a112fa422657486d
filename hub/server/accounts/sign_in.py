"""The sign-in desk: passwords, tokens, lockout, and their place in the journal. The async side of the account book.

The book is touched by one thread of its own, passwords are hashed by two others, so the event loop never waits for
either. Who is refused is not told why: an unknown name, a wrong password, a wrong code, a disabled and a locked account
get the same answer after the same time. What else is done about accounts is `hub.server.accounts.keeping`.
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
from hub.core.command import Command
from hub.core.event import Event, Record
from hub.core.people.account import DOMAINS, Account
from hub.core.people.events import AccountCreated, RecoveryUsed, SignedIn, SignedOut, SignInRefused, TwoPlaces
from hub.core.people.policy import PeoplePolicy
from hub.core.state import State
from hub.errors import CodeWanted, HubError, JournalBlocked, NotSignedIn
from hub.server.accounts.book import BOOK, LOCAL, SESSION, AccountBook, Refusal, Signed
from hub.server.accounts.passwords import hash_password, new_token, token_hash, verify_password
from hub.server.accounts.tables import Entry
from hub.server.allowance import Allowance
from hub.server.problems import TooManyAttempts

Client = Literal["tui", "cli", "api"]
BROWSER = "browser"
"""The peer of everybody who signs in by the form of the pages."""
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

    @property
    def policy(self) -> PeoplePolicy: ...

    def state(self) -> State: ...

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]: ...

    async def submit(self, command: Command, actor: str) -> list[Record]: ...


class SignInDesk:
    """Who is who. Used on the hub's event loop; `open` before and `close` after everything else."""

    def __init__(
        self, data: Path, recorder: Recorder, *, hasher: PasswordHasher | None = None, refusal_s: float = 0.5
    ) -> None:
        """`refusal_s`: every refusal takes this long at least, so that its time tells nothing."""
        self.recorder = recorder
        self.book = AccountBook(data / BOOK)
        self.hasher = hasher or PasswordHasher()
        self._clock = recorder.clock
        self._refusal_s = refusal_s
        self._allowance = Allowance(_ATTEMPTS_AT_ONCE, _ATTEMPT_EVERY_S)
        self._hashing = 0
        self._book_thread = ThreadPoolExecutor(1, "accounts")
        self._hash_threads = ThreadPoolExecutor(_HASHES_AT_ONCE, "passwords")
        self._unfinished: set[asyncio.Task[list[Record]]] = set()
        self.local_token = new_token()
        """Rotated with every start; whoever has it is `LOCAL_ACCOUNT`."""

    async def open(self) -> None:
        """Open the account book, bring it in line with the journal, and write down accounts that the journal does not
        know yet. Raises `SiteError`."""
        await self.on_book(self.book.open)
        self._decoy = await self.hash(hash_password, self.hasher, secrets.token_urlsafe(16))
        people = self.recorder.state().staff.people
        for entry in await self.on_book(self.book.entries):
            person = people.get(entry.account.id)
            if person is None or not entry.recorded:
                try:
                    await self.write_down(entry, "hub")
                except JournalBlocked as error:
                    _log.warning("account_not_recorded_yet", account=entry.account.id, reason=error.message)
                continue
            # A crash may have come between the record of a change and the change.
            if person.account != entry.account:
                await self.on_book(self.book.put, person.account)
            if (person.state != "enabled") is not entry.disabled:
                change = self.book.enable if person.state == "enabled" else self.book.disable
                await self.on_book(change, entry.account.id)

    async def close(self) -> None:
        """Give up what waits for the journal, and close the book."""
        for task in self._unfinished:
            task.cancel()
        await self.on_book(self.book.close)
        self._hash_threads.shutdown(wait=False, cancel_futures=True)
        self._book_thread.shutdown(wait=False)

    async def sign_in(
        self, account_id: str, password: str, *, client: Client, peer: str, code: str = "", place: str = ""
    ) -> Session:
        """Check a password, and a code where the account has them. Raises `NotSignedIn` (`CodeWanted` when only the
        code is missing), `TooManyAttempts`, or `JournalBlocked` when it cannot be recorded."""
        if not self._allowance.take(peer, self._clock.monotonic()):
            raise TooManyAttempts(
                "There were too many attempts to sign in.", hint=f"Try again in {_ATTEMPT_EVERY_S:g} seconds."
            )
        answer_at = self._answer_at()
        known = await self.on_book(self.book.find, account_id)
        stored = known.password if known is not None else self._decoy
        matches = await self.hash(verify_password, self.hasher, stored, password)
        attempt = await self.on_book(self.book.attempt, account_id, matches, self._clock.now(), code)
        entry = await self.on_book(self.book.find, account_id)
        if attempt.refusal is not None or entry is None:
            await self._refuse(account_id, attempt.refusal or "unknown", answer_at)
            raise NotSignedIn(
                "The name or the password is wrong, or the account is locked for a while after failed attempts.",
                hint="After five failed attempts an account is locked for a minute, then longer each time.",
            )
        if attempt.wants_code:
            raise CodeWanted(
                "This account asks for a code besides the password.",
                hint="Type the six digits that your telephone shows, or a recovery code.",
            )
        if not entry.recorded:
            await self.write_down(entry, "hub")
        session = await self._begin(entry, password, client, _place(place, peer))
        # What is rationed is guessing: a script that signs in for each of its commands is not in the way of itself.
        self._allowance.give_back(peer)
        if attempt.recovery_left is not None:
            await self._record(RecoveryUsed(account=account_id, left=attempt.recovery_left), entry.account.actor)
        return session

    async def sign_out(self, token: str) -> None:
        """End a sign-in. The local token ends with the hub only."""
        signed = await self.whose(token)
        if signed is None or signed.account.id == LOCAL:
            return
        await self.on_book(self.book.end, token)
        await self._record(SignedOut(account=signed.account.id), signed.account.actor)

    async def whose(self, token: str) -> Signed | None:
        """Who is behind a token, unless it is unknown or has expired."""
        if len(token) > _LONGEST_TOKEN:
            return None
        if secrets.compare_digest(token_hash(token), token_hash(self.local_token)):
            return Signed(LOCAL_ACCOUNT)
        signed = await self.on_book(self.book.whose, token, self._clock.now())
        if signed is not None:
            await self._tell_two_places(signed)
        return signed

    async def verify(self, account_id: str, password: str) -> bool:
        """Whether this is the account's password; a wrong one counts as a failed attempt to sign in, and takes as long.
        Raises `TooManyAttempts`."""
        answer_at = self._answer_at()
        entry = await self.on_book(self.book.find, account_id)
        stored = entry.password if entry is not None else self._decoy
        matches = await self.hash(verify_password, self.hasher, stored, password)
        attempt = await self.on_book(self.book.attempt, account_id, matches, self._clock.now())
        if attempt.refusal is None:
            return True
        await self._refuse(account_id, attempt.refusal, answer_at)
        return False

    async def _begin(self, entry: Entry, password: str, client: Client, place: str) -> Session:
        account, now = entry.account, self._clock.now()
        stronger = await self._stronger(entry, password)
        wanted = entry.change_wanted(self.recorder.policy, now)
        token = new_token()
        signed = await self.on_book(
            self.book.begin, account.id, token, now, stronger, client=client, place=place, restricted=wanted
        )
        try:
            await self._record(SignedIn(account=account.id, client=client, place=place), account.actor)
        except HubError:
            await self.on_book(self.book.end, token)
            raise
        await self._tell_two_places(signed)
        return Session(token=token, account=account, expires_at=now + SESSION, must_change=wanted)

    async def _tell_two_places(self, signed: Signed) -> None:
        if signed.elsewhere and signed.session is not None:
            event = TwoPlaces(account=signed.account.id, place=signed.session.place, other=signed.elsewhere)
            await self._record(event, signed.account.actor)

    async def _refuse(self, account_id: str, reason: Refusal, answer_at: float) -> None:
        # A name that is not known may be a password typed into the wrong field: it is not written down.
        name = account_id if reason != "unknown" else "?"
        await self._record(SignInRefused(account=name, reason=reason), "hub")
        await asyncio.sleep(answer_at - asyncio.get_running_loop().time())

    def _answer_at(self) -> float:
        return asyncio.get_running_loop().time() + self._refusal_s

    async def _stronger(self, entry: Entry, password: str) -> str | None:
        if not self.hasher.check_needs_rehash(entry.password):
            return None
        return await self.hash(hash_password, self.hasher, password)

    async def write_down(self, entry: Entry, actor: str) -> None:
        """Let the journal know an account, once: its key drops doubles. Raises `JournalBlocked`."""
        if not await self._record(created(entry.account), actor, creation_key(entry)):
            raise JournalBlocked("The account cannot be written down in the journal at the moment.")
        await self.on_book(self.book.mark_recorded, entry.account.id)

    async def _record(self, event: Event, actor: str, key: str | None = None) -> bool:
        """Write an event down; False when it still waits for the medium after 3 s. It then stays in the journal's
        line: while the journal is blocked staff can still sign in and see why, and the record follows in its order."""
        task = asyncio.create_task(self.recorder.record(event, actor, key))
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

    async def on_book(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the book on the book's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._book_thread, lambda: function(*args, **kwargs))

    async def hash(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Hash or verify a password on a thread of its own. Raises `TooManyAttempts`."""
        if self._hashing >= _HASHES_AT_ONCE + _HASHES_WAITING:
            raise TooManyAttempts("Too many people sign in at this moment.", hint="Try again in a few seconds.")
        self._hashing += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._hash_threads, lambda: function(*args, **kwargs))
        finally:
            self._hashing -= 1


def created(account: Account) -> AccountCreated:
    """The record of an account."""
    return AccountCreated(
        account=account.id,
        name=account.name,
        role=account.role,
        domains=list(account.domains),
        departments=list(account.departments),
        granted=list(account.granted),
        withdrawn=list(account.withdrawn),
    )


def creation_key(entry: Entry) -> str:
    """The key under which the journal knows of an account once."""
    return f"account:{entry.account.id}:{entry.created_at.isoformat()}"


def _place(place: str, peer: str) -> str:
    """Where a sign-in comes from: what the client says of it, and its address where it came over the network. Of a
    browser nobody knows: it comes through a proxy or a tunnel, and may stand beside the person's own screen."""
    return " ".join(part for part in (place, f"at {peer}" if peer not in ("local", BROWSER) else "") if part)
