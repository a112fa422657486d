"""Between events in memory and records as stored: JSON with a wire name and a version.

An old record is brought up to date when it is read: the upcaster of (wire name, version) turns its fields into those of
the next version, and so on until the version is the class's. What cannot be read at all (a newer software wrote it)
reads as `Unknown`, so that one record never stops the hub; the bytes on disk are never touched.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from hub.core.catalogue import CATALOGUE
from hub.core.event import Event, Record, wire_name
from hub.errors import JournalDamaged, JournalError
from hub.ports import StoredRecord

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; a site of some thousand cameras fits four times."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""From the fields of one version to those of the next."""


def _problems_in_english(fields: dict[str, Any]) -> dict[str, Any]:
    """Problems of a file were written down in English only."""
    return {**fields, "problems": [{"en": problem} for problem in fields["problems"]]}


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {("config.rejected", 1): _problems_in_english}
"""(wire name, version it reads) → upcaster. Every version that an event class left behind has one here."""

_ENCODER = msgspec.json.Encoder()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unknown(Event, tag="unknown", frozen=True, kw_only=True):
    """A record that this software cannot read; nothing reacts to it, and the chain still holds over it."""

    name: Annotated[str, Meta(description="Wire name as written.")]
    version: Annotated[int, Meta(description="Version as written.")]
    fields: Annotated[dict[str, Any], Meta(description="What is written, as far as it is JSON.")]
    reason: Annotated[str, Meta(description="Why it cannot be read.")]


def encode(event: Event) -> tuple[str, int, bytes]:
    """Wire name, version and JSON of `event`."""
    return wire_name(event), event.VERSION, _ENCODER.encode(event)


def encode_readable(event: Event) -> tuple[str, int, bytes, Event]:
    """As `encode`, and the event as it will be read back.

    Raises `JournalError` when it could not be read back as its class: a field of the wrong type, a number that is not
    finite, an event that is not in the catalogue, more than `LARGEST_BODY`.
    """
    cls = type(event)
    try:
        name, version, decoder = _written_as(cls)
        body = _ENCODER.encode(event)
        again = decoder.decode(body)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise JournalError(f"{cls.__name__} cannot be written: {error}.") from error
    if len(body) > LARGEST_BODY:
        raise JournalError(f"{cls.__name__} cannot be written: {len(body)} bytes, {LARGEST_BODY} at most.")
    return name, version, body, again


def decode(
    name: str,
    version: int,
    body: bytes,
    *,
    catalogue: Mapping[str, type[Event]] = CATALOGUE,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Event:
    """The event written as `body`; `Unknown` when this software cannot read it."""
    known = catalogue.get(name)
    if known is None:
        return _unknown(name, version, body, "This software has no event of that name.")
    if version > known.VERSION:
        return _unknown(name, version, body, f"A newer software wrote it; this one reads up to {known.VERSION}.")
    try:
        if version == known.VERSION:
            return _decoder(known).decode(body)
        return _upcast(known, name, version, body, upcasters)
    except (msgspec.MsgspecError, LookupError, AttributeError, TypeError, ValueError, RecursionError) as error:
        return _unknown(name, version, body, f"{type(error).__name__}: {error}")


def to_record(stored: StoredRecord) -> Record:
    """The record as the hub uses it. Raises `JournalDamaged` when its times or texts cannot be those of a record."""
    try:
        event = decode(stored.type, stored.version, stored.body)
        return Record(
            stored.seq,
            from_us(stored.at_us),
            from_us(stored.seen_at_us),
            stored.actor,
            stored.cause,
            event,
            stored.key,
            stored.hash,
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise JournalDamaged(
            f"Record {stored.seq} cannot be read: {error}.", seq=stored.seq, hint="`hub verify` says more."
        ) from error


def to_us(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly. Raises `ValueError` for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_us(us: int) -> datetime:
    """The reverse of `to_us`, in UTC."""
    return _EPOCH + timedelta(microseconds=us)


def _upcast(
    known: type[Event],
    name: str,
    version: int,
    body: bytes,
    upcasters: Mapping[tuple[str, int], Upcaster],
) -> Event:
    fields = msgspec.json.decode(body, type=dict[str, Any])
    for step in range(version, known.VERSION):
        fields = upcasters[name, step](fields)
    return msgspec.convert({**fields, "type": name}, known)


def _unknown(name: str, version: int, body: bytes, reason: str) -> Unknown:
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        fields = {}
    return Unknown(name=name, version=version, fields=fields, reason=reason)


@cache
def _written_as(cls: type[Event]) -> tuple[str, int, msgspec.json.Decoder[Event]]:
    name = wire_name(cls)
    if CATALOGUE.get(name) is not cls:
        raise LookupError("it is not in the catalogue")
    return name, cls.VERSION, _decoder(cls)


@cache
def _decoder(cls: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(cls)
