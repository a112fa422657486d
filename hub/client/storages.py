"""The storages of recordings, as they are now."""

import msgspec

from hub.client import HubClient


class StorageView(msgspec.Struct, frozen=True, kw_only=True):
    """One place of recordings. The sums are of all cameras."""

    storage: str
    """Its id; empty: the folder of recordings."""
    problem: str = ""
    """Why it cannot be used now; empty: it can."""
    segments: int = 0
    """How many recordings lie there."""
    bytes: int = 0
    waiting: int = 0
    """How many should lie there by their age and lie elsewhere."""
    left_over: int = 0
    """How many are still to be deleted there."""
    free_bytes: int | None = None
    """None where nobody knows."""


async def storages(hub: HubClient) -> list[StorageView]:
    """The folder of recordings first. Raises what `HubClient.read` does."""
    return await hub.read("recordings/storages", list[StorageView])
