"""Encryption of archives with age (age-encryption.org), as a stream: nothing is ever on disk in the clear.

A passphrase protects a key that is made for the one archive and lies beside it; `age -d -i NAME.key.age NAME.tar.age`
opens the archive without the hub.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pyrage import DecryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, passphrase, x25519

from hub.errors import SiteError

KEY_SUFFIX = ".key.age"
_LONGEST_KEY = 64 * 1024
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 # how the line with a key begins, no key


def parse_recipient(text: str) -> x25519.Recipient:
    """The public key of whoever may read an archive. Raises `SiteError`."""
    try:
        return x25519.Recipient.from_str(text.strip())
    except RecipientError as error:
        raise SiteError(
            f"{text[:80]!r} is no recipient of age: {error}.", hint="It looks like age1…; `age-keygen` makes one."
        ) from error


def load_identities(path: Path) -> list[x25519.Identity]:
    """The secret keys in a file as `age-keygen` writes it. Raises `SiteError`."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_KEY).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(f"The key {path} cannot be read: {error}.", hint="Name the file of `age-keygen`.") from error
    return _identities(text, str(path))


def make_key(words: str) -> tuple[x25519.Recipient, bytes]:
    """A key for one archive: to whom it is encrypted, and the secret key itself, encrypted with a passphrase."""
    identity = x25519.Identity.generate()
    return identity.to_public(), passphrase.encrypt(f"{identity}\n".encode(), words)


def open_key(path: Path, words: str) -> list[x25519.Identity]:
    """The key beside an archive, with its passphrase. Raises `SiteError`."""
    try:
        with path.open("rb") as file:
            sealed = file.read(_LONGEST_KEY)
        text = passphrase.decrypt(sealed, words).decode("ascii")
    except OSError as error:
        raise SiteError(
            f"The key {path} cannot be read: {error.strerror}.", hint="It belongs beside the archive."
        ) from error
    except (DecryptError, UnicodeDecodeError) as error:
        raise SiteError(f"The key {path} does not open.", hint="Give the passphrase of this backup.") from error
    return _identities(text, str(path))


def key_beside(archive: Path) -> Path:
    """Where the key of an archive lies that was encrypted with a passphrase."""
    return archive.with_name(archive.name.removesuffix(".tar.age") + KEY_SUFFIX)


@contextmanager
def encrypting(out: BinaryIO, recipients: Sequence[x25519.Recipient]) -> Iterator[BinaryIO]:
    """A stream into which the plain text is written, while what is encrypted goes to `out`."""
    kept = _Kept(out.write)
    with _piped(lambda inner: encrypt_io(inner, kept, list(recipients)), kept, write=True) as outer:
        yield outer


@contextmanager
def decrypting(source: BinaryIO, identities: Sequence[x25519.Identity]) -> Iterator[BinaryIO]:
    """A stream of the plain text of `source`. Raises `SiteError` when it cannot be read with these keys."""
    kept = _Kept(source.read)
    with _piped(lambda inner: decrypt_io(kept, inner, list(identities)), kept, write=False) as outer:
        yield outer


class _Kept:
    """One end of the work, which remembers what went wrong there: pyrage only passes on the words."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.error: OSError | None = None
        self._work = work

    def read(self, size: int = -1) -> object:
        return self._do(size)

    def write(self, block: bytes) -> object:
        return self._do(block)

    def flush(self) -> None:
        """Nothing is held back here."""

    def _do(self, given: object) -> object:
        try:
            return self._work(given)
        except OSError as error:
            self.error = error
            raise


@contextmanager
def _piped(work: Callable[[BinaryIO], object], kept: _Kept, *, write: bool) -> Iterator[BinaryIO]:
    """Do `work` on a thread of its own, on one end of a pipe; this is the other. Raises what came of it."""
    read_end, write_end = os.pipe()
    inner, outer = (read_end, write_end) if write else (write_end, read_end)
    failed: list[Exception] = []

    def run() -> None:
        with suppress(BrokenPipeError), os.fdopen(inner, "rb" if write else "wb") as end:
            try:
                work(end)
            except Exception as error:
                failed.append(error)

    thread = threading.Thread(target=run, name="age", daemon=True)
    thread.start()
    broke: Exception | None = None
    try:
        with os.fdopen(outer, "wb" if write else "rb") as end:
            yield end
    except (BrokenPipeError, SiteError) as error:
        broke = error
    finally:
        thread.join()
    if kept.error is not None:
        raise kept.error
    if failed and not (broke is not None and "pipe" in str(failed[0]).lower()):
        raise SiteError(
            "The archive cannot be encrypted." if write else "The archive cannot be decrypted, or is damaged.",
            hint="Give the key or the passphrase that belongs to it." if not write else str(failed[0]),
        ) from failed[0]
    if broke is not None:
        raise broke


def _identities(text: str, where: str) -> list[x25519.Identity]:
    found = []
    for line in text.splitlines():
        if line.strip().upper().startswith(_SECRET):
            try:
                found.append(x25519.Identity.from_str(line.strip()))
            except IdentityError as error:
                raise SiteError(f"{where} holds a key that cannot be read.", hint="`age-keygen` makes keys.") from error
    if not found:
        raise SiteError(f"{where} holds no key of age.", hint="Name the file of `age-keygen`.")
    return found
