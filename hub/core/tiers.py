"""Pure: to which storage a recording belongs at its age."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

_LONG_AGO = timedelta(days=36_600)


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """From an age on, the recordings of some cameras belong into a storage."""

    storage: str
    after_days: float
    cameras: frozenset[str]


class Stage(NamedTuple):
    """What of one camera belongs into a storage now: what ended after one instant, up to another."""

    camera: str
    storage: str
    ended_after: datetime
    ended_by: datetime


def stages(tiers: Sequence[Tier], now: datetime) -> Iterator[Stage]:
    """What belongs where, camera by camera. Of tiers of one age the later one counts; younger recordings stay."""
    ordered = sorted(tiers, key=lambda tier: tier.after_days)
    for camera in sorted({camera for tier in tiers for camera in tier.cameras}):
        own = [tier for tier in ordered if camera in tier.cameras]
        for tier, following in zip(own, [*own[1:], None], strict=True):
            oldest = timedelta(days=following.after_days) if following is not None else _LONG_AGO
            if (youngest := timedelta(days=tier.after_days)) < oldest:
                yield Stage(camera, tier.storage, now - oldest, now - youngest)
