"""Answers that read well and mean what cannot be. Pure."""

import re
from collections.abc import Iterator

_TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_NO_TIMES = (
    *(b"0001-01-01 00:00:00", b"0001-01-01T00:00:00+14:00", b"9999-12-31 23:59:59", b"9999-12-31T23:59:59-12:00"),
    *(b"0000-00-00T00:00:00Z", b"2026-02-30T25:61:61Z", b"2026-01-01T00:00:00+99:99"),
)
"""At both ends of the calendar, where any zone leads out of it; and such as no calendar has."""
_NUMBER = re.compile(rb"(?<![\w.#&%-])-?\d+(?:\.\d+)?(?![\w.])")
_NO_NUMBERS = (b"-1", b"9" * 5000, b"1e999", "\u00b2".encode())
"""The last is a digit to `str.isdigit` and none to `int`."""
_INSIDE = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?>(.*)</\1>", re.DOTALL)
_XML = re.compile(rb"^(?:<\?xml[^>]*\?>)?\s*<")
_DEEP = 20_000
_LONG = 100_000


def impossible(body: bytes) -> Iterator[bytes]:
    """The body with times and numbers that there are not, everything listed twice, in other encodings, far too deep.

    >>> next(impossible(b'{"at": "2026-01-05T08:00:00Z"}'))
    b'{"at": "0001-01-01 00:00:00"}'
    """
    for pattern, values in ((_TIME, _NO_TIMES), (_NUMBER, _NO_NUMBERS)):
        if pattern.search(body):
            yield from (pattern.sub(lambda _, value=value: value, body) for value in values)  # type: ignore[misc]
    if _XML.match(body):
        yield from _impossible_xml(body)
    else:
        yield from (b"[" * _DEEP + b"]" * _DEEP, b'{"a":' * _DEEP, b"null", body + b"\n" + body)
    yield body.decode("utf-8", "replace").encode("utf-16")


def _impossible_xml(body: bytes) -> Iterator[bytes]:
    if inside := _INSIDE.search(body):
        yield body[: inside.start(2)] + inside[2] * 2 + body[inside.end(2) :]
        yield body[: inside.start(2)] + body[inside.end(2) :]
    bare = re.sub(rb"^<\?xml[^>]*\?>", b"", body)
    # A name in the encoding of older Chinese firmware, said to be so, and not said.
    chinese = re.sub(rb">[A-Za-z ]+</", b">" + "监控室".encode("gb2312") + b"</", bare)
    yield b'<?xml version="1.0" encoding="GB2312"?>' + chinese
    yield chinese
    # One word without end, which a search within it may not take for ever.
    yield re.sub(rb">[A-Za-z ]+</", b">" + b"a" * _LONG + b"</", bare, count=3)
    yield b"<a>" * _DEEP + b"</a>" * _DEEP
