"""How far the recordings are proven, and which are not what was sealed."""

from datetime import datetime

import msgspec

from hub.client import HubClient
from hub.core.proof.events import Damage, ListDamage
from hub.core.text import Text


class DamagedCamera(msgspec.Struct, frozen=True, kw_only=True):
    """The recordings of one camera that are not what was sealed."""

    camera: str
    camera_name: Text
    since_at: datetime
    count: int
    damaged: list[Damage]
    """Which, and how; the first of them where they are many."""


class ProofView(msgspec.Struct, frozen=True, kw_only=True):
    """What a signed-in person may know of the proof of recordings."""

    began_at: datetime | None = None
    """When the pass that is under way began."""
    until: str = ""
    """How far it has come: UTC day and camera."""
    proven_at: datetime | None = None
    """When something was proven last."""
    completed_at: datetime | None = None
    """When the last whole pass was over."""
    verify_days: float
    """Everything is to be proven once in so many days."""
    damaged: list[DamagedCamera] = []
    """Of the cameras that the reader may see."""
    lists: list[ListDamage] = []
    """What is wrong with the lists that prove the recordings, or with the journal."""


async def proof(hub: HubClient) -> ProofView:
    """Raises what `HubClient.read` does."""
    return await hub.read("recordings/proof", ProofView)
