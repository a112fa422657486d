"""The hash chain: each record's hash covers its content and the hash before it.

Anybody can recompute it. The hash of a record is SHA-256 over these bytes, one after the other:

    32 bytes    the hash of the record before; 32 zero bytes for the first record
    57 bytes    header, big-endian:
                int64 seq · int64 at_us · int64 seen_at_us · int64 cause (0 when there is none)
                uint8 flags: 1 there is a cause, 2 there is a key · uint32 version
                uint32 lengths in bytes of: actor · type · key (0 when there is none) · body
    the rest    actor, type, key and body in UTF-8, exactly as stored

The lengths stand before the texts and the flags tell "none" from zero or empty, so no two different records have the
same bytes. Sequence numbers begin at 1 and have no gaps.
"""

from hashlib import sha256
from struct import Struct
from struct import error as StructError
from typing import NamedTuple

from hub.ports import StoredRecord

_HEADER = Struct(">qqqqBIIIII")
_HAS_CAUSE, _HAS_KEY = 1, 2


class Head(NamedTuple):
    """The newest record of a journal; its hash stands for everything before it."""

    seq: int
    hash: bytes


START = Head(0, bytes(32))
"""The head of an empty journal."""


def record_hash(
    previous: bytes,
    seq: int,
    at_us: int,
    seen_at_us: int,
    actor: str,
    cause: int | None,
    type_: str,
    version: int,
    body: bytes,
    key: str | None,
) -> bytes:
    """The hash of a record that follows the one whose hash is `previous`.

    Raises `ValueError`, `TypeError`, `AttributeError` or `struct.error` when a field cannot stand in a record.
    """
    actor_utf8, type_utf8 = actor.encode(), type_.encode()
    key_utf8 = b"" if key is None else key.encode()
    header = _HEADER.pack(
        seq,
        at_us,
        seen_at_us,
        0 if cause is None else cause,
        (0 if cause is None else _HAS_CAUSE) | (0 if key is None else _HAS_KEY),
        version,
        len(actor_utf8),
        len(type_utf8),
        len(key_utf8),
        len(body),
    )
    return sha256(b"".join((previous, header, actor_utf8, type_utf8, key_utf8, body))).digest()


def problem_with(record: StoredRecord, head: Head) -> str:
    """What is wrong with `record` as the one after `head`, in one sentence; empty when it holds.

    Whatever types the fields have: a damaged file may hold anything.
    """
    expected = head.seq + 1
    try:
        if record.seq != expected:
            return _out_of_order(record.seq, expected)
        actual = record_hash(head.hash, *record[:9])
    except (ValueError, TypeError, AttributeError, StructError):
        return f"Record {expected} holds values that no record can hold: it was changed."
    if actual != record.hash:
        return (
            f"Record {expected} does not match its hash: it was changed, exchanged or inserted, "
            f"or the hash of record {head.seq} was replaced."
        )
    return ""


def follow(record: StoredRecord) -> Head:
    """The head after `record`."""
    return Head(record.seq, record.hash)


def _out_of_order(found: int, expected: int) -> str:
    if found < expected:
        return f"Record {found} stands where record {expected} belongs: it was inserted."
    if found == expected + 1:
        return f"Record {expected} is missing."
    return f"Records {expected} to {found - 1} are missing."
