"""What a device's certificate says: its fingerprint, and until when it is good. Pure.

Python tells the dates of a certificate only where it has checked it, and most devices have one that they made
themselves. So the few bytes that matter are read here: the structure of X.509 down to the validity, no further.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from hub.errors import ProtocolError

_LARGEST = 64 * 1024
_FINGERPRINT = re.compile(r"(?:sha-?256[:=])?((?:[0-9a-f]{2}[: -]?){31}[0-9a-f]{2})")
_SEQUENCE, _VERSION = 0x30, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate that a device has shown."""

    fingerprint: str
    """SHA-256 of the whole certificate, 64 small hexadecimal digits."""
    starts_at: datetime
    ends_at: datetime


def parse_fingerprint(text: str) -> str:
    """The 64 hexadecimal digits of a SHA-256 fingerprint, as people write it. Raises `ValueError`.

    >>> parse_fingerprint("SHA256:" + ":".join(["AB"] * 32)) == "ab" * 32
    True
    """
    found = _FINGERPRINT.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("a SHA-256 fingerprint has 64 hexadecimal digits, with colons or without")
    return re.sub("[: -]", "", found[1])


def parse_certificate(der: bytes) -> Certificate:
    """What the certificate says. Raises `ProtocolError` when it is none."""
    if len(der) > _LARGEST:
        raise ProtocolError(f"The device's certificate has {len(der):,} bytes.")
    try:
        signed = _read(_read(der, 0).content, 0)
        field = _read(signed.content, 0)
        if field.tag == _VERSION:
            field = _read(signed.content, field.end)
        # Serial number, algorithm and issuer stand before the validity.
        for _ in range(3):
            field = _read(signed.content, field.end)
        starts = _read(field.content, 0)
        return Certificate(
            fingerprint=hashlib.sha256(der).hexdigest(),
            starts_at=_time(starts),
            ends_at=_time(_read(field.content, starts.end)),
        )
    except (IndexError, ValueError) as error:
        raise ProtocolError("The device's certificate cannot be read.") from error


class _Field(NamedTuple):
    tag: int
    content: bytes
    end: int
    """Where the next field begins."""


def _read(data: bytes, at: int) -> _Field:
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 3:
            raise ValueError("length")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    end = start + length
    if end > len(data):
        raise IndexError("the field ends after its surroundings")
    return _Field(tag, data[start:end], end)


def _time(field: _Field) -> datetime:
    text = field.content.decode("ascii")
    if field.tag == _UTC_TIME:
        # Two digits of a year are 1950 to 2049 in certificates.
        text = ("19" if text[:2] >= "50" else "20") + text
    elif field.tag != _GENERALIZED_TIME:
        raise ValueError("no time")
    if not re.fullmatch(r"\d{14}Z", text):
        raise ValueError("no time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
