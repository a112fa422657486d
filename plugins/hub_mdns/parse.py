"""Reads messages of multicast DNS (RFC 6762, 6763). Pure; what is no message is no announcement."""

from collections.abc import Iterator

import msgspec

# The library gives these out under its own name without saying so in the way that mypy reads.
from zeroconf import (  # type: ignore[attr-defined]
    DNSIncoming,
    DNSOutgoing,
    DNSPointer,
    DNSQuestion,
    DNSRecord,
    DNSService,
    DNSText,
    IncomingDecodeError,
)

from hub_mdns.services import KINDS

_POINTER, _INTERNET = 12, 1
_MOST_RECORDS = 200
_MOST_TEXT = 4096


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a service in one message; what the message does not tell is empty."""

    name: str
    """The whole name: `AXIS P3245 - ACCC8E000000._axis-video._tcp.local.`"""
    host: str = ""
    port: int | None = None
    text: dict[str, str] = {}
    """By key, in small letters."""


def questions() -> tuple[bytes, ...]:
    """One message that asks for every kind of service."""
    asking = DNSOutgoing(0)
    for kind in KINDS:
        asking.add_question(DNSQuestion(kind, _POINTER, _INTERNET))
    return tuple(asking.packets())


def parse_message(payload: bytes) -> tuple[Announced, ...]:
    """What a message announces, by name. Nothing for a question, a farewell or nonsense."""
    names: dict[str, None] = {}
    services: dict[str, DNSService] = {}
    texts: dict[str, bytes] = {}
    for record in _records(payload):
        if record.ttl == 0:  # it says that it is no longer there
            continue
        if isinstance(record, DNSPointer):
            names[record.alias] = None
        elif isinstance(record, DNSService):
            names[record.name] = None
            services[record.name] = record
        elif isinstance(record, DNSText):
            names[record.name] = None
            texts[record.name] = record.text
    return tuple(
        Announced(
            name=name,
            host=services[name].server if name in services else "",
            port=services[name].port if name in services else None,
            text=_text(texts.get(name, b"")),
        )
        for name in names
    )


def _records(payload: bytes) -> Iterator[DNSRecord]:
    try:
        message = DNSIncoming(payload)
        if message.valid and message.is_response():
            yield from message.answers()[:_MOST_RECORDS]
    # The library has errors of its own for some broken messages, and lets the interpreter's escape for others.
    except (IncomingDecodeError, IndexError, ValueError, KeyError, RecursionError):
        return


def _text(written: bytes) -> dict[str, str]:
    """The `key=value` strings of a TXT record, each preceded by its length."""
    found: dict[str, str] = {}
    rest = written[:_MOST_TEXT]
    while rest:
        part, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        key, _, value = part.partition(b"=")
        if key:
            found.setdefault(key.decode("utf-8", "replace").casefold(), value.decode("utf-8", "replace"))
    return found
