"""Entries of the outbox that are carried out together, and what goes on record of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from hub.core.delivery import EffectDone, EffectFailed
from hub.core.event import Draft, Event
from hub.ports import OutboxEntry
from hub.runtime.delivery.outbox import Errand, Parcel, too_old


class Job(NamedTuple):
    """What is under way: one errand, or the deliveries of one line that go out together."""

    entries: tuple[OutboxEntry, ...]
    content: Errand | tuple[Parcel, ...] | None
    """None for an entry that cannot be read."""

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def through(self) -> str:
        """What gets only so many jobs at once: a notifier, or a camera."""
        if isinstance(self.content, Errand):
            return f"camera:{self.content.do.camera}"
        return self.parcels[0].via if self.parcels else ""

    @property
    def line(self) -> str:
        return self.parcels[0].line if self.parcels else ""

    @property
    def target(self) -> str:
        if isinstance(self.content, Errand):
            return self.content.target
        return self.parcels[0].target if self.parcels else ""

    def too_old(self, now: datetime) -> bool:
        """Whether nothing of it is of use any more."""
        held = [parcel.held_until_us for parcel in self.parcels] or [0]
        return all(too_old(entry, now, held_until_us=until) for entry, until in zip(self.entries, held, strict=True))


def of_hub(events: Sequence[Event], job: Job) -> list[Draft]:
    """Events that the job led to, to be put on record."""
    return [Draft(event, actor="hub", cause=job.entries[0].cause) for event in events]


def done(job: Job) -> list[Draft]:
    """That every entry of the job went well, to be put on record."""
    return [
        Draft(
            EffectDone(key=entry.key, kind=entry.kind, target=job.target, attempts=entry.attempts + 1),
            actor="hub",
            cause=entry.cause,
            key=f"outcome:{entry.key}",
        )
        for entry in job.entries
    ]


def failed(job: Job, reason: str) -> list[Draft]:
    """That every entry of the job was given up, to be put on record."""
    return [
        Draft(
            EffectFailed(key=entry.key, kind=entry.kind, target=job.target, attempts=entry.attempts + 1, reason=reason),
            actor="hub",
            cause=entry.cause,
            key=f"outcome:{entry.key}",
        )
        for entry in job.entries
    ]


def ended_as(job: Job, state: str) -> list[OutboxEntry]:
    """The entries of the job with their last state."""
    return [replace(entry, state=state, attempts=entry.attempts + 1) for entry in job.entries]
