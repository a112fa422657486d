"""A record as far as rules may need it later."""

from datetime import datetime
from typing import TYPE_CHECKING, Union

import msgspec

from hub.core.catalogue import CATALOGUE
from hub.core.event import Event, Record

if TYPE_CHECKING:
    AnyEvent = Event
else:
    AnyEvent = Union[tuple(CATALOGUE.values())]  # noqa: UP007 - made from the catalogue, so that msgspec can decode it


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """Which record, when it was taken in, the event, and the record's hash, which proves everything before it."""

    seq: int
    at: datetime
    event: AnyEvent
    hash: bytes = b""
    """Empty in a simulation, whose records have none."""


def occurrence_of(record: Record) -> Occurrence:
    return Occurrence(seq=record.seq, at=record.seen_at, event=record.event, hash=record.hash)
