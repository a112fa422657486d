"""Facts about files that people handed over, and what is known of each."""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from hub.core.event import Event, Record

AttachmentId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file's bytes.")]


class AttachmentAdded(Event, tag="attachment.added", frozen=True, kw_only=True):
    """A person handed a file over; it is kept unchanged under its hash."""

    attachment: AttachmentId
    name: Annotated[str, Meta(description="What the person's machine called it.")]
    media: Annotated[str, Meta(description="`image/jpeg`, `image/png` or `application/pdf`, by its first bytes.")]
    bytes: Annotated[int, Meta(description="Its size.")]
    domains: Annotated[list[str], Meta(description="Domains of the person; nobody of others only may read it.")]


class Attachment(msgspec.Struct, frozen=True):
    """A file that was handed over."""

    id: str
    name: str
    media: str
    bytes: int
    domains: list[str]
    by: str


def follow(known: dict[str, Attachment], record: Record, event: AttachmentAdded) -> dict[str, Attachment]:
    """What was handed over, after one more. The same file from people of several domains is for all of these."""
    before = known.get(event.attachment)
    if before is not None:
        domains = list(dict.fromkeys([*before.domains, *event.domains]))
        return {**known, before.id: replace(before, domains=domains)}
    added = Attachment(event.attachment, event.name, event.media, event.bytes, event.domains, record.actor)
    return {**known, added.id: added}
