"""Cuts the endless answer of the event service into its parts. Pure.

Theory: the stream is multipart in form only. Some firmware gives a wrong `Content-Length`, some none, and the data of
an event runs over many lines. A part is therefore handed over when its announced length is there, nothing follows and
what is in it is complete, and in any case when the next boundary comes; so an event is not held back until the next
heartbeat.
"""

import re
from typing import NamedTuple

from hub.api import ProtocolError
from hub_dahua.parse_table import text_of

LARGEST_PART = 256 * 1024
"""Bytes."""
_DEFAULT_BOUNDARY = "myboundary"
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,9})[ \t]*\r?$")


class Pending(NamedTuple):
    """What has come and is not a whole part yet."""

    boundary: bytes
    rest: bytes = b""


def parse_boundary(content_type: str) -> bytes:
    """The line that divides the parts, with its dashes. Raises `ProtocolError` for another kind of answer.

    >>> parse_boundary("multipart/x-mixed-replace; boundary=myboundary")
    b'--myboundary'
    """
    if not content_type.lower().startswith("multipart/"):
        raise ProtocolError("The device did not answer with a stream of events.")
    match = re.search(r'(?i)boundary="?([^";\s]{1,100})"?', content_type)
    name = (match[1] if match else _DEFAULT_BOUNDARY).lstrip("-") or _DEFAULT_BOUNDARY
    return b"--" + name.encode("ascii", "replace")


def fold_parts(pending: Pending, data: bytes) -> tuple[Pending, tuple[str, ...]]:
    """Take in what has come; give the texts of the parts that are whole now. Raises `ProtocolError` for a part without
    end."""
    rest = pending.rest + data
    whole: list[str] = []
    while True:
        start = rest.find(pending.boundary)
        if start < 0:
            break
        body = start + len(pending.boundary)
        following = rest.find(pending.boundary, body)
        piece = rest[body : following if following >= 0 else len(rest)]
        taken = _body(piece, closed=following >= 0)
        if taken is None:
            rest = rest[start:]
            break
        text, length = taken
        if text:
            whole.append(text)
        rest = rest[following:] if following >= 0 else rest[body + length :]
    if len(rest) > LARGEST_PART:
        raise ProtocolError(f"The device's event has more than {LARGEST_PART} bytes.")
    return Pending(pending.boundary, rest), tuple(whole)


def _body(piece: bytes, *, closed: bool) -> tuple[str, int] | None:
    head = _HEAD_ENDS.search(piece)
    if head is None:
        return ("", len(piece)) if closed else None
    body = piece[head.end() :]
    if closed:
        return text_of(body).strip(), len(piece)
    length = _LENGTH.search(piece[: head.end()])
    if length is None or len(body) < int(length[1]):
        return None
    text = text_of(body[: int(length[1])]).strip()
    if body[int(length[1]) :].strip() or not text or not _is_complete(text):
        return None
    return text, head.end() + int(length[1])


def _is_complete(text: str) -> bool:
    """Whether every brace outside of words is closed; a wrong length would cut the data in the middle."""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    return plain.count("{") == plain.count("}") and '"' not in plain
