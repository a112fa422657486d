"""Reads what devices send: XML without trust, by local names. Pure.

Devices take every liberty with prefixes and versions of namespaces, so elements are found by their local names alone.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from lxml import etree

from hub.api import ProtocolError, redact


class Element(Protocol):
    """As much of lxml's element as is used here."""

    tag: str
    text: str | None

    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...
    def get(self, key: str, default: str = "", /) -> str: ...
    def set(self, key: str, value: str, /) -> None: ...
    def keys(self) -> list[str]: ...
    def iter(self) -> Iterator["Element"]: ...
    def append(self, element: "Element", /) -> None: ...
    def extend(self, elements: Iterable["Element"], /) -> None: ...
    def getparent(self) -> "Element | None": ...


_DECLARATION = re.compile(r"^\s*<\?xml(?P<inside>[^>]{0,200}?)\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["'](?P<name>[A-Za-z0-9._-]{1,40})["']""")
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SECRET_ELEMENT = re.compile(
    r"(?is)<(?P<tag>(?:[\w.-]+:)?(?:\w*(?:password|passphrase|secret|nonce|psk)\w*))\b(?P<rest>[^>]*)>[^<]*"
)
_OLD_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "iso-8859-1": "latin-1"}
_HEAD = 160


def parse_document(payload: bytes, what: str) -> Element:
    """The root of an answer to `what`. Raises `ProtocolError` for anything but well-formed XML without a DTD.

    Bytes that are not text in the declared encoding become U+FFFD: cameras send names cut in the middle of a letter.
    """
    text = _decoded(payload)
    if not text.strip():
        raise ProtocolError(f"The device answered {what} with an empty body.")
    if _FORBIDDEN.search(text):
        raise ProtocolError(
            f"The device's answer to {what} holds a document type, which is refused. It begins with: "
            f"{body_head(payload)}",
            hint="It may be a web page: is this the port of the ONVIF service?",
        )
    text = _DECLARATION.sub("", text, count=1).strip()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ProtocolError(
            f"The device's answer to {what} is not XML: {_shown(str(error))} It begins with: {body_head(payload)}",
            hint="It may be a web page: is this the port of the ONVIF service?",
        ) from None
    if root is None:
        raise ProtocolError(f"The device's answer to {what} holds no element.")
    return root


def body_head(payload: bytes) -> str:
    """The beginning of an answer, fit to be shown: one line, no secrets."""
    text = _SECRET_ELEMENT.sub(r"<\g<tag>\g<rest>>***", _decoded(payload[: 8 * _HEAD]))
    return _shown(text)


def _shown(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return redact(" ".join(printable.split()))[:_HEAD]


def _decoded(payload: bytes) -> str:
    text = payload.decode("utf-8-sig", "replace")
    declaration = _DECLARATION.match(text[:300])
    named = _ENCODING.search(declaration["inside"]) if declaration else None
    old = _OLD_ENCODINGS.get(named["name"].lower()) if named else None
    return payload.decode(old, "replace") if old else text


def name_of(element: Element) -> str:
    """The local name."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The direct children of that name."""
    if element is not None:
        yield from (child for child in element if name_of(child) == name)


def find(element: Element | None, *path: str) -> Element | None:
    """The first element at the path of local names, or None."""
    for name in path:
        element = next(children(element, name), None)
    return element


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All elements of that name, at any depth."""
    return (each for each in element.iter() if name_of(each) == name)


def text(element: Element | None, *path: str, limit: int = 4096) -> str:
    """The stripped text at the path; empty where there is none. Never longer than `limit`."""
    found = find(element, *path)
    return (found.text or "").strip()[:limit] if found is not None else ""


def number(element: Element | None, *path: str) -> float | None:
    """The finite number at the path, or None."""
    return parse_number(text(element, *path, limit=64))


def parse_number(written: str | None) -> float | None:
    """A finite number as devices write it, or None.

    >>> parse_number("0.80144"), parse_number("nan"), parse_number(None)
    (0.80144, None, None)
    """
    try:
        value = float(written or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e15 else None


def whole(element: Element | None, *path: str) -> int | None:
    """The whole number at the path, or None."""
    value = number(element, *path)
    return int(value) if value is not None else None


def flag(written: str) -> bool | None:
    """A truth value as devices write it, or None.

    >>> flag("true"), flag("0"), flag("Active"), flag("maybe")
    (True, False, True, None)
    """
    word = written.strip().lower()
    if word in ("true", "1", "on", "active", "yes"):
        return True
    if word in ("false", "0", "off", "inactive", "no", "idle"):
        return False
    return None
