"""Files that people hand over: photos of a fault, an official letter, a picture for the duty log."""

from pathlib import Path
from typing import Literal

import msgspec

from hub.errors import Refused

LARGEST_ATTACHMENT = 20 * 1024 * 1024
"""Bytes that one file may have."""

Media = Literal["image/jpeg", "image/png", "application/pdf"]
"""What may be handed over; told by the first bytes, never by the name."""


class AttachmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed over. `id` is the SHA-256 of its bytes."""

    id: str
    name: str
    media: Media
    bytes: int


def media_of(data: bytes) -> Media | None:
    """What a file is by its first bytes; None for what is not taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "application/pdf" if data.startswith(b"%PDF-") else None


def read_attachment(path: Path) -> bytes:
    """The bytes of a file that is to be handed over. Raises `Refused`."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_ATTACHMENT + 1)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.", hint="Name a file on this machine.") from error
    if len(data) > LARGEST_ATTACHMENT:
        raise Refused(f"{path.name} is larger than {LARGEST_ATTACHMENT // 1024 // 1024} MB.", hint="Make it smaller.")
    if media_of(data) is None:
        raise Refused(f"{path.name} is neither a JPEG or PNG picture nor a PDF.", hint="Choose another file.")
    return data
