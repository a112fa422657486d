"""The key with which a site signs what it hands out: Ed25519, made once, readable by the hub's user alone."""

import os
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from hub.errors import SiteError
from hub.footage.verify import fingerprint

PRIVATE, PUBLIC = "release-key.pem", "release-key.pub.pem"
"""Below the site's data folder."""


class SiteKey(NamedTuple):
    """The public part. `pem`: as it goes into packages. `fingerprint`: SHA-256 of the key in DER, hexadecimal."""

    pem: bytes
    fingerprint: str


def make_key(data: Path) -> SiteKey:
    """The site's key, made now when there is none. Raises `SiteError` and `OSError`.

    A crash leaves none or a whole one; when two make it at once, both get the same.
    """
    path = data / PRIVATE
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        draft = data / f".{PRIVATE}.{os.getpid()}"
        _write(draft, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
        try:
            os.link(draft, path)  # unlike a rename, never in place of one that somebody has just made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync(data)
    public = public_of(load_private(path))
    shown = data / PUBLIC
    if not shown.exists() or shown.read_bytes() != public.pem:
        _write(shown, public.pem, 0o644)
    return public


def load_private(path: Path) -> Ed25519PrivateKey:
    """Raises `SiteError` and `OSError`."""
    if path.stat().st_mode & 0o077:
        raise SiteError(f"The key {path.name} can be read by others.", hint=f"Take that right away: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SiteError(f"{path.name} holds no private key.", hint="Bring it back from a backup.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SiteError(f"{path.name} is no Ed25519 key.", hint="Bring the site's own key back from a backup.")
    return key


def load_public(data: Path) -> SiteKey | None:
    """The site's public key; None before it was made. Raises `SiteError` and `OSError`."""
    try:
        pem = (data / PUBLIC).read_bytes()
    except FileNotFoundError:
        return None
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SiteError(
            f"{PUBLIC} holds no key.", hint="Delete it: the hub writes it anew at its next start."
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise SiteError(f"{PUBLIC} is no Ed25519 key.", hint="Delete it: the hub writes it anew at its next start.")
    return _public(key)


def public_of(private: Ed25519PrivateKey) -> SiteKey:
    """The public part of a key."""
    return _public(private.public_key())


def _public(key: Ed25519PublicKey) -> SiteKey:
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return SiteKey(pem, fingerprint(key.public_bytes(Encoding.Raw, PublicFormat.Raw)))


def _write(path: Path, data: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
