"""What happens to the volumes that recordings are kept on."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.event import Event
from hub.core.text import Text

_Detail = Annotated[Text, Meta(description="The reason in both languages; empty in older records.")]
_Volume = Annotated[str, Meta(description="The folder of recordings, or the storage, as in hub.toml.")]


class StorageLow(Event, tag="storage.low", frozen=True, kw_only=True):
    """A volume that recordings are kept on is nearly full."""

    volume: _Volume
    free_bytes: Annotated[int, Meta(description="What is left.")]


class StorageFreed(Event, tag="storage.freed", frozen=True, kw_only=True):
    """The volume has room again."""

    CLEARS: ClassVar[type[Event] | None] = StorageLow
    volume: _Volume


class StorageGone(Event, tag="storage.gone", frozen=True, kw_only=True):
    """A volume that recordings are kept on cannot be written: gone, read-only, full or not answering."""

    volume: _Volume
    reason: Annotated[str, Meta(description="What the system said.")]
    detail: _Detail = Text(en="")


class StorageReturned(Event, tag="storage.returned", frozen=True, kw_only=True):
    """The volume can be written again."""

    CLEARS: ClassVar[type[Event] | None] = StorageGone
    volume: _Volume


class StorageShort(Event, tag="storage.short", frozen=True, kw_only=True):
    """If cameras write on as they do, a volume will not hold recordings for as many days as they should be kept."""

    volume: _Volume
    short_at: Annotated[
        datetime, Meta(description="When something will be lost that should be kept; now where it is lost already.")
    ]
    room_bytes: Annotated[int, Meta(description="What recordings may take together.", ge=0)]
    needed_bytes: Annotated[int, Meta(description="What they need for the days that are wanted.", ge=0)]
    day_bytes: Annotated[int, Meta(description="What all cameras write a day.", ge=0)]


class StorageAmple(Event, tag="storage.ample", frozen=True, kw_only=True):
    """The volume will hold recordings for as many days as they should be kept."""

    CLEARS: ClassVar[type[Event] | None] = StorageShort
    volume: _Volume


class StorageAway(Event, tag="storage.away", frozen=True, kw_only=True):
    """A storage that recordings are moved to cannot be used: gone, full, hung, or not to be relied on. Recording goes
    on; what is due waits, and what lies there cannot be seen."""

    volume: _Volume
    reason: Annotated[str, Meta(description="What it said.")]
    detail: _Detail = Text(en="")


class StorageBack(Event, tag="storage.back", frozen=True, kw_only=True):
    """The storage can be used again; what waited is moved now."""

    CLEARS: ClassVar[type[Event] | None] = StorageAway
    volume: _Volume
