"""Pure: the proof of recordings, as the health of the hub shows it."""

from datetime import datetime, timedelta

from hub.client.views import ProofHealth
from hub.core.proof.model import Proof


def health_of(proof: Proof, days: float, now: datetime) -> ProofHealth | None:
    """None where nothing was proven and nothing is wrong: there are no recordings, or the hub has just begun.

    `days`: so long a pass may take.
    """
    if proof == Proof():
        return None
    return ProofHealth(
        until=proof.until,
        completed_at=proof.completed_at,
        damaged=sum(one.count for one in proof.damaged.values()),
        lists=len(proof.lists),
        late=proof.began_at is not None and now - proof.began_at > timedelta(days=days),
    )
