"""What happens to the volumes that recordings are kept on."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.event import Event


class StorageLow(Event, tag="storage.low", frozen=True, kw_only=True):
    """A volume that recordings are kept on is nearly full."""

    volume: Annotated[str, Meta(description="The folder, as in hub.toml.")]
    free_bytes: Annotated[int, Meta(description="What is left.")]


class StorageFreed(Event, tag="storage.freed", frozen=True, kw_only=True):
    """The volume has room again."""

    CLEARS: ClassVar[type[Event] | None] = StorageLow
    volume: Annotated[str, Meta(description="The folder, as in hub.toml.")]


class StorageGone(Event, tag="storage.gone", frozen=True, kw_only=True):
    """A volume that recordings are kept on cannot be written: gone, read-only, full or not answering."""

    volume: Annotated[str, Meta(description="The folder, as in hub.toml.")]
    reason: Annotated[str, Meta(description="What the system said.")]


class StorageReturned(Event, tag="storage.returned", frozen=True, kw_only=True):
    """The volume can be written again."""

    CLEARS: ClassVar[type[Event] | None] = StorageGone
    volume: Annotated[str, Meta(description="The folder, as in hub.toml.")]
