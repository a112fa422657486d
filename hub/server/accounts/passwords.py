"""Passwords and tokens: how they are made, hashed and compared, and which are too common."""

import hashlib
import secrets
import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.core.people.passwords import weakness
from hub.errors import Refused


@cache
def common_passwords() -> frozenset[str]:
    """The passwords that everybody tries first, in small letters: `common_passwords.txt` beside this module."""
    text = resources.files("hub.server.accounts").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and not line.startswith("#"))


def check_password(password: str, account: str = "") -> None:
    """Raise `Refused` for a password that nobody, or not this account, should have."""
    reason = weakness(password, account, common_passwords())
    if reason is not None:
        raise Refused(reason.en, hint="Take a sentence that only you would think of.")


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
