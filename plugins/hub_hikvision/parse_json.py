"""JSON as Hikvision devices write it: with a mark of byte order, in the encoding of Chinese firmware. Pure."""

import re
from typing import Any

import msgspec

from hub.api import ProtocolError
from hub_hikvision.tree import decode


def parse_json(body: bytes, what: str) -> Any:
    """The value. Raises `ProtocolError`, in which `what` is named, for what is no JSON."""
    try:
        return msgspec.json.decode(decode(body).lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise ProtocolError(f"{what} is no JSON that can be read.") from None


def is_json(body: bytes) -> bool:
    """Whether it begins like an object."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def whole_of(value: object) -> int | None:
    """A whole number, written as a number or as a word; None for anything else.

    >>> whole_of("33"), whole_of(1), whole_of(True), whole_of("N/A")
    (33, 1, None, None)
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
