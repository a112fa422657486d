"""Copies of the site that can be put back: made, not made, put back."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from hub.core.event import Event, Record

_Head = Annotated[str, Meta(description="The newest record in it, as `SEQ:HASH`.")]
_Archive = Annotated[str, Meta(description="The name of the archive.")]


class BackupFailed(Event, tag="backup.failed", frozen=True, kw_only=True):
    """The copy of the site that was due could not be made; those made before are untouched."""

    folder: Annotated[str, Meta(description="Where it was to be made, as in hub.toml.")]
    reason: Annotated[str, Meta(description="What went wrong.")]


class BackupMade(Event, tag="backup.made", frozen=True, kw_only=True):
    """A copy of the site was made, read again and found whole."""

    CLEARS: ClassVar[type[Event] | None] = BackupFailed
    archive: _Archive
    folder: Annotated[str, Meta(description="Where it lies, as in hub.toml.")]
    bytes: Annotated[int, Meta(description="How long the archive is.", ge=0)]
    sha256: Annotated[str, Meta(description="SHA-256 of the archive, hexadecimal.")]
    files: Annotated[int, Meta(description="How many files are in it.", ge=0)]
    head: _Head
    encrypted: Annotated[bool, Meta(description="Whether it can only be read with a key.")] = False
    removed: Annotated[list[str], Meta(description="Older archives that were deleted since there were enough.")] = []


class BackupTaken(Event, tag="backup.taken", frozen=True, kw_only=True):
    """Somebody at the hub's machine made a copy of the site by hand, or had one made by an upgrade."""

    archive: _Archive
    folder: Annotated[str, Meta(description="Where it was made.")]
    bytes: Annotated[int, Meta(description="How long the archive is.", ge=0)]
    sha256: Annotated[str, Meta(description="SHA-256 of the archive, hexadecimal.")]
    files: Annotated[int, Meta(description="How many files are in it.", ge=0)]
    head: _Head
    encrypted: Annotated[bool, Meta(description="Whether it can only be read with a key.")] = False
    secrets: Annotated[bool, Meta(description="Whether passwords of cameras and services are in it.")] = False
    removed: Annotated[list[str], Meta(description="Older archives that were deleted since there were enough.")] = []
    user: Annotated[str, Meta(description="Who was at the machine: an account of its operating system.")]
    made_at: Annotated[datetime, Meta(description="When it was made.")]


class HubRestored(Event, tag="hub.restored", frozen=True, kw_only=True):
    """The site was put back from a copy: what was on record after it is not in this journal any more."""

    archive: _Archive
    made_at: Annotated[datetime, Meta(description="When the copy was made.")]
    head: _Head
    replaced_head: Annotated[
        str, Meta(description="The newest record of the journal that was there before; empty where none could be read.")
    ] = ""


BackupEvent = BackupMade | BackupFailed


class Backups(msgspec.Struct, frozen=True, kw_only=True):
    """How the copies that are made by schedule stand."""

    made_at: datetime | None = None
    """When the newest was made; None: none was."""
    made: BackupMade | None = None
    failing: str = ""
    """Why the one that is due cannot be made; empty when all is well."""


def follow(backups: Backups, record: Record, event: Any) -> Backups:
    """After one more event of them."""
    match event:
        case BackupMade():
            return Backups(made_at=record.seen_at, made=event)
        case BackupFailed():
            return replace(backups, failing=event.reason)
        case _:
            return backups
