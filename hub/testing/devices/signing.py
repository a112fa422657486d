"""The far side of HTTP sign-in (RFC 7616, 7617): challenges, and what a client answers to them."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from typing import Literal, NamedTuple
from urllib.request import parse_http_list, parse_keqv_list

DigestKind = Literal["MD5", "SHA-256"]
Verdict = Literal["right", "wrong", "stale", "missing"]

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Account(NamedTuple):
    """Who may sign in, and by which schemes."""

    user: str
    password: str
    digest: DigestKind | None
    basic: bool
    realm: str


class SignIn:
    """Checks the sign-ins of one server. Safe to use from many threads."""

    def __init__(self, account: Account, *, stale_after: int | None) -> None:
        self._account = account
        self._stale_after = stale_after
        self._lock = threading.Lock()
        self._counts: dict[str, set[str]] = {}
        """Nonce → the counts it was used with."""

    def change(self, password: str) -> None:
        self._account = self._account._replace(password=password)

    def challenges(self, *, stale: bool = False) -> list[str]:
        """The `WWW-Authenticate` headers of a 401, with a new nonce."""
        account, made = self._account, []
        if account.digest is not None:
            nonce = secrets.token_hex(16)
            with self._lock:
                self._counts[nonce] = set()
            made.append(
                f'Digest realm="{account.realm}", qop="auth", nonce="{nonce}", opaque="5ccc", '
                f"algorithm={account.digest}{', stale=true' if stale else ''}"
            )
        if account.basic:
            made.append(f'Basic realm="{account.realm}"')
        return made

    def verdict(self, method: str, target: str, authorization: str) -> Verdict:
        """What a request's `Authorization` is worth. A nonce that is old, or a count that came before, is `stale`."""
        scheme, _, rest = authorization.partition(" ")
        if not scheme:
            return "missing"
        if scheme.lower() == "basic":
            return "right" if self._account.basic and self._basic_is_right(rest) else "wrong"
        if scheme.lower() == "digest" and self._account.digest is not None:
            return self._digest(method, target, rest)
        return "wrong"

    def _basic_is_right(self, word: str) -> bool:
        try:
            given = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, f"{self._account.user}:{self._account.password}".encode())

    def _digest(self, method: str, target: str, rest: str) -> Verdict:
        account = self._account
        try:
            said = parse_keqv_list(parse_http_list(rest))
            nonce, count, response = said["nonce"], said["nc"], said["response"]
            if said["uri"] != target or said["qop"] != "auth" or said["realm"] != account.realm:
                return "wrong"
            if said.get("algorithm", "MD5").upper() != account.digest or len(count) != 8:
                return "wrong"
            middle = f"{nonce}:{count}:{said['cnonce']}:auth"
            user = said["username"].encode("latin-1")
        except (KeyError, ValueError, IndexError):
            return "wrong"

        def hashed(data: bytes) -> bytes:
            return _HASHES[str(account.digest)](data).hexdigest().encode()

        secret = hashed(f"{account.user}:{account.realm}:{account.password}".encode())
        asked = hashed(f"{method}:{target}".encode("latin-1"))
        expected = hashed(b":".join((secret, middle.encode("latin-1"), asked)))
        if user != account.user.encode() or not hmac.compare_digest(expected, response.encode("latin-1")):
            return "wrong"
        with self._lock:
            used = self._counts.get(nonce)
            if used is None or count in used or (self._stale_after is not None and len(used) >= self._stale_after):
                return "stale"
            used.add(count)
        return "right"
