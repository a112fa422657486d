"""The files that people handed over, on disk: below `data/attachments`, each under the hash of its bytes."""

import hashlib
import os
import tempfile
from pathlib import Path

from hub.client.attachments import LARGEST_ATTACHMENT, Media, media_of
from hub.errors import NotFound, Refused, SiteError
from hub.server.problems import TooLarge

_DRAFT = ".part"
"""End of the name of a file that is being written; what a crash leaves behind is never read."""


def keep(folder: Path, data: bytes) -> tuple[str, Media]:
    """Write a file durably and unchangeably; returns its id and what it is. Raises `Refused` and `OSError`.

    Any thread may call it, also with the same bytes at the same time. A file that was damaged on disk is mended.
    """
    if len(data) > LARGEST_ATTACHMENT:
        raise TooLarge(f"The file is larger than {LARGEST_ATTACHMENT // 1024 // 1024} MB.")
    media = media_of(data)
    if media is None:
        raise Refused("The file is neither a JPEG or PNG picture nor a PDF.", hint="Choose another file.")
    digest = hashlib.sha256(data).hexdigest()
    place = path_of(folder, digest)
    if not _holds(place, digest):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place, data)
    return digest, media


def fetch(folder: Path, attachment: str) -> bytes:
    """The bytes of a file, proven to be those that were handed over. Raises `NotFound`, `SiteError` and `OSError`."""
    try:
        data = path_of(folder, attachment).read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "The file is no longer on the hub's disk.", hint="Bring back the folder attachments from a backup."
        ) from None
    if hashlib.sha256(data).hexdigest() != attachment:
        raise SiteError(
            f"The file {attachment[:12]}… was changed on the hub's disk.",
            hint="Bring it back from a backup, or hand it over again.",
        )
    return data


def path_of(folder: Path, attachment: str) -> Path:
    """Where a file lies; `attachment` is 64 hexadecimal digits."""
    return folder / attachment[:2] / attachment


def _holds(place: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest() == digest
    except FileNotFoundError:
        return False


def _write(place: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(suffix=_DRAFT, dir=place.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fchmod(descriptor, 0o400)
            os.fsync(descriptor)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _sync(place.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
