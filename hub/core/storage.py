"""What happens to the volumes that recordings are kept on."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.event import Event

_Volume = Annotated[str, Meta(description="The folder, as in hub.toml.")]


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


class StorageReturned(Event, tag="storage.returned", frozen=True, kw_only=True):
    """The volume can be written again."""

    CLEARS: ClassVar[type[Event] | None] = StorageGone
    volume: _Volume
