"""What is on record about the proof of recordings.

condition            begins with        comes again with    ends with
a camera's files     recording.damaged  recording.damaged   recording.mended
the lists            seals.damaged      seals.damaged       seals.mended
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.event import Event, Record
from hub.core.proof.events import (
    MOST_TOLD,
    Damage,
    ListDamage,
    ProofEvent,
    RecordingDamaged,
    RecordingMended,
    RecordingsProven,
    SealsDamaged,
    SealsMended,
)


class Damaged(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the recordings of one camera."""

    since_at: datetime
    count: int
    damaged: list[Damage]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How far the recordings are proven, and what was found."""

    began_at: datetime | None = None
    """When the pass that is under way began; None between two passes."""
    until: str = ""
    """How far it has come."""
    proven_at: datetime | None = None
    """When something was proven last."""
    completed_at: datetime | None = None
    """When the last whole pass was over; everything that was sealed before it began is covered."""
    damaged: dict[str, Damaged] = {}
    """By camera."""
    lists: list[ListDamage] = []


def follow(proof: Proof, record: Record, event: ProofEvent) -> Proof:
    """The proof after one more record."""
    match event:
        case RecordingsProven(completed=True):
            return replace(proof, began_at=None, until="", proven_at=record.seen_at, completed_at=record.seen_at)
        case RecordingsProven(began_at=began_at, until=until):
            return replace(proof, began_at=began_at, until=until, proven_at=record.seen_at)
        case RecordingDamaged(camera=camera, count=count, damaged=damaged):
            known = proof.damaged.get(camera)
            since_at = known.since_at if known is not None else record.seen_at
            found = Damaged(since_at=since_at, count=count, damaged=damaged)
            return replace(proof, damaged={**proof.damaged, camera: found})
        case RecordingMended(camera=camera):
            return replace(proof, damaged={name: known for name, known in proof.damaged.items() if name != camera})
        case SealsDamaged(damaged=lists):
            return replace(proof, lists=lists)
        case SealsMended():
            return replace(proof, lists=[])


def changes(proof: Proof, found: Mapping[str, Sequence[Damage]], lists: Sequence[ListDamage]) -> list[Event]:
    """The events that bring the record in line with what is damaged now: by camera, and the lists."""
    events: list[Event] = []
    for camera in sorted({*proof.damaged, *found}):
        known, damages = proof.damaged.get(camera), sorted(found.get(camera, ()), key=lambda one: one.segment)
        told = damages[:MOST_TOLD]
        if not damages:
            events += [RecordingMended(camera=camera)] if known is not None else []
        elif known is None or told != known.damaged or len(damages) > known.count:
            events.append(RecordingDamaged(camera=camera, count=len(damages), damaged=told))
    shown = sorted(lists, key=lambda one: one.manifest)[:MOST_TOLD]
    if shown and shown != proof.lists:
        events.append(SealsDamaged(count=len(lists), damaged=shown))
    elif proof.lists and not shown:
        events.append(SealsMended())
    return events
