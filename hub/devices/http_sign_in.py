"""Signing in to one device, so that no account is ever locked by the hub.

Devices lock an account after a few wrong passwords, and a hub that asks every half minute would do that to every device
of the site within minutes. So the first refusal is the last try: after it nothing more is sent until somebody asks for
it (`retry`) or the credentials are others. As long as credentials have not been accepted once, only one thread tries.

Some devices say 401 as well where the account lacks a right. Where the same credentials opened something else before,
that is asked once more: a device that still opens it refused the deed, and not the name or the password.

A secret stands in no local variable of a frame that an exception passes through.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from hub.devices.digest import Challenge, parse_challenges, sign_basic, sign_digest
from hub.errors import AuthRejected, DeviceForbidden, DeviceUnreachable, DeviceUntrusted
from hub.vendor.access import Credentials

_LOCKED = "It is not asked again until somebody says so or the password is another, so that no account is locked."
_ACT = "Check `user` and `password` of the device, then ask again."
LONGEST_REFUSAL = 64 * 1024
"""Bytes of what a device writes to a 401 that are kept."""
_LONGEST_WAIT_S = 30.0


class Refusable(Protocol):
    """An answer that has begun: `http_exchange.Opened`."""

    @property
    def status(self) -> int: ...

    @property
    def challenges(self) -> Sequence[str]:
        """The `WWW-Authenticate` headers."""
        ...

    def drain(self, limit: int) -> bytes:
        """The body, cut off after `limit` bytes; the answer is over then. Never raises."""
        ...


Answered = TypeVar("Answered", bound=Refusable)
Sign = Callable[[], bytes | None]
"""Makes the `Authorization` header: another one each time, as long as the device counts them (`qop`)."""
Look = Callable[[str, Sign], Answered | Exception]
"""Asks for a path with GET, signed so; never raises."""


class _Used(NamedTuple):
    """What was sent to sign in, as much of it as is no secret."""

    scheme: str = ""
    nonce: str = ""


class _Proof(NamedTuple):
    """A path that the device opened for these credentials, and for nobody without them."""

    version: str
    target: str


class SignIn:
    """The state of signing in to one device. From any thread.

    `protected`: nobody can read along (TLS), so that Basic may be answered. `left_s`: what is left of this thread's
    call.
    """

    def __init__(
        self, credentials: Callable[[], Credentials | None], left_s: Callable[[], float], *, protected: bool
    ) -> None:
        self._credentials = credentials
        self._left_s = left_s
        self._protected = protected
        self._key = secrets.token_bytes(16)
        self._one = threading.Lock()
        self._change = threading.Lock()
        self._challenge: Challenge | None = None
        self._count = 0
        self._proven: str | None = None
        self._proof: _Proof | None = None
        self._refused: str | None = None
        self._reason = ""

    def version(self) -> str:
        """Which credentials these are, without telling them: other ones have another version."""
        given = self._credentials()
        if given is None:
            return ""
        text = f"{len(given.user)}:{given.user}{given.password}".encode()
        return hashlib.blake2b(text, key=self._key, digest_size=12).hexdigest()

    def latched(self) -> str:
        """Why nothing is asked any more; empty while the device may be asked."""
        with self._change:
            if self._refused is not None and self._refused != self.version():
                self._forget()
            return self._reason if self._refused is not None else ""

    def retry(self) -> None:
        """A person wants it to be tried again, once."""
        with self._change:
            self._forget()

    def refuse(self, reason: str, *, hint: str = _ACT, body: bytes = b"") -> AuthRejected:
        """Ask nothing more from now on; gives the error to raise."""
        with self._change:
            self._refused, self._reason = self.version(), reason
            self._proven = self._challenge = self._proof = None
        error = AuthRejected(f"{reason} {_LOCKED}", hint=hint)
        error.body = body
        return error

    def check(self) -> None:
        """Raises `AuthRejected` when the device has refused these credentials before."""
        reason = self.latched()
        if reason:
            raise AuthRejected(f"{reason} {_LOCKED}", hint=_ACT)

    def mask(self, text: str) -> str:
        """`text` without the password, where a device or a session has put it."""
        given = self._credentials()
        return text.replace(given.password, "***") if given and len(given.password) >= 3 else text

    def exchange(
        self,
        send: Callable[[Sign], Answered | Exception],
        method: str,
        target: str,
        look: Look[Answered] | None = None,
    ) -> Answered | Exception:
        """Ask, signing in where the device wants it. `send` sends, signed anew each time, and never raises.
        `look` asks for another path in the same way; None where an answer may have no end.

        Gives what the device answered, but never 401. Raises `AuthRejected`, `DeviceForbidden` where the device
        refused this alone, and `DeviceUntrusted` where the password itself would go over an open line.
        """
        self.check()
        if self._proven is not None and self._proven == self.version():
            used = self._used()
            first = send(partial(self._authorization, method, target))
            if isinstance(first, Exception) or first.status != 401:
                return self._accepted(first)
            with self._alone():
                return self._again(send, method, target, first, used, look)
        with self._alone():
            self.check()
            used = self._used()
            first = send(partial(self._authorization, method, target))
            if isinstance(first, Exception) or first.status != 401:
                return self._accepted(first)
            return self._again(send, method, target, first, used, look)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._one.acquire(timeout=min(self._left_s(), _LONGEST_WAIT_S)):
            raise DeviceUnreachable("Another request to the device is still signing in.")
        try:
            yield
        finally:
            self._one.release()

    def _again(
        self,
        send: Callable[[Sign], Answered | Exception],
        method: str,
        target: str,
        first: Answered,
        used: _Used,
        look: Look[Answered] | None,
    ) -> Answered | Exception:
        """The device wants a sign-in, or a newer one; the lock is held."""
        body = first.drain(LONGEST_REFUSAL)
        self.check()
        challenge = next(iter(parse_challenges(first.challenges)), None)
        doubted = bool(used.scheme) and not (challenge and challenge.stale)
        proof = self._proof if look is not None else None
        known = doubted and proof is not None and proof.version == self.version() and proof.target != target
        if doubted and not known and not (challenge and challenge.nonce != used.nonce):
            raise self.refuse("The device refuses the name or the password.", body=body)
        self._prepare(challenge, body)
        # Asked before another try at this: a password that was changed is wrong twice then, and not three times.
        if known and look is not None and proof is not None and not self._opens(proof, look):
            raise self.refuse("The device refuses the name or the password.", body=body)
        second = send(partial(self._authorization, method, target))
        if known and not isinstance(second, Exception) and second.status == 401:
            # The name and the password are right; the nonce may have been good for one question only.
            body = second.drain(LONGEST_REFUSAL)
            self._prepare(next(iter(parse_challenges(second.challenges)), None), body)
            second = send(partial(self._authorization, method, target))
        if isinstance(second, Exception) or second.status != 401:
            if not isinstance(second, Exception) and method == "GET" and second.status == 200 and look is not None:
                with self._change:
                    self._proof = _Proof(self.version(), target)
            return self._accepted(second)
        body = second.drain(LONGEST_REFUSAL)
        if known:
            raise DeviceForbidden(
                "The device refuses this, and goes on accepting the name and the password.",
                hint="Give the account the right to it in the device.",
            )
        raise self.refuse("The device refuses the name or the password.", body=body)

    def _opens(self, proof: _Proof, look: Look[Answered]) -> bool:
        """Whether the device still opens for these credentials what it opened before. In doubt it does not: asking
        again and again over a bad line would lock the account."""
        answer = look(proof.target, partial(self._authorization, "GET", proof.target))
        if isinstance(answer, Exception):
            return False
        answer.drain(LONGEST_REFUSAL)
        return answer.status == 200

    def _prepare(self, challenge: Challenge | None, body: bytes) -> None:
        if challenge is None:
            raise self.refuse(
                "The device asks for a sign-in of a kind that the hub does not know.",
                hint="Switch digest authentication on in the device.",
                body=body,
            )
        given = self._credentials()
        missing, strange = given is None, given is not None and not _sendable(given)
        given = None
        if missing:
            raise self.refuse("The device asks for a name and a password, and none are given.", body=body)
        if strange:
            raise self.refuse("The name or the password holds a control character.")
        if challenge.scheme == "basic" and not self._protected:
            raise DeviceUntrusted(
                "The device wants the password unprotected (Basic without TLS), where anybody on the network can read "
                "it.",
                hint="Switch TLS or digest authentication on in the device, then set `tls = true`.",
            )
        with self._change:
            self._challenge, self._count = challenge, 0

    def _used(self) -> _Used:
        challenge = self._challenge
        return _Used(challenge.scheme, challenge.nonce) if challenge else _Used()

    def _authorization(self, method: str, target: str) -> bytes | None:
        with self._change:
            challenge, self._count = self._challenge, self._count + 1
            count = self._count
        given = self._credentials()
        if challenge is None or given is None:
            return None
        if challenge.scheme == "basic":
            return sign_basic(given.user, given.password)
        return sign_digest(
            challenge,
            user=given.user,
            password=given.password,
            method=method,
            target=target,
            count=count,
            cnonce=secrets.token_hex(8),
        )

    def _accepted(self, answer: Answered | Exception) -> Answered | Exception:
        if not isinstance(answer, Exception):
            with self._change:
                self._proven = self.version()
                if answer.status == 403:
                    # Some devices say so to a nonce that is too old: the next request begins from the start.
                    self._challenge = None
        return answer

    def _forget(self) -> None:
        self._refused, self._reason = None, ""
        self._proven = self._challenge = self._proof = None


def _sendable(given: Credentials) -> bool:
    return not any(ord(letter) < 32 or ord(letter) == 127 for letter in given.user + given.password)
