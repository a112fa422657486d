"""XML as Hikvision devices write it: any namespace or none, `&` in plain text, names in other encodings. Pure.

Theory: the text is decoded here and parsed as UTF-8, so that nothing can hide in a declared encoding. Documents with a
DOCTYPE or entities of their own are refused before the parser sees them. What does not parse is mended once.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from lxml import etree

from hub.api import ProtocolError, redact

LARGEST = 4 * 1024 * 1024

_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Node(Protocol):
    """As much of an element as is used here."""

    text: str | None

    @property
    def tag(self) -> object:
        """The name, with its namespace; of comments and processing instructions something that is no text."""
        ...

    @property
    def attrib(self) -> Mapping[str, str]: ...
    def find(self, path: str) -> "Node | None": ...
    def iterfind(self, path: str) -> Iterator["Node"]: ...
    def __iter__(self) -> Iterator["Node"]: ...


def parse_tree(body: bytes, *roots: str) -> Node:
    """The document's root, which must be named as one of `roots` (none given: any name).

    >>> text_of(parse_tree(b'<a xmlns="urn:x"><b>salt & pepper</b></a>', "a"), "b")
    'salt & pepper'

    Raises `ProtocolError`.
    """
    if len(body) > LARGEST:
        raise ProtocolError(f"The device's XML is larger than {LARGEST} bytes.")
    text = _DECLARATION.sub("", decode(body).strip("\ufeff\x00 \t\r\n"), count=1)
    if not text:
        raise ProtocolError(f"The device answered with nothing where {_expected(roots)} was expected.")
    if _FORBIDDEN.search(text):
        raise ProtocolError(f"The device answered with a DOCTYPE, which is no XML of its own: {_head(text)}")
    try:
        root = _parsed(text)
    except etree.XMLSyntaxError:
        mended = _LOOSE_AMPERSAND.sub("&amp;", _UNPRINTABLE.sub("", text))
        try:
            root = _parsed(mended)
        except etree.XMLSyntaxError as error:
            raise ProtocolError(f"The device's XML cannot be read ({error.msg}): {_head(text)}") from None
    if roots and name_of(root) not in roots:
        raise ProtocolError(f"The device answered with <{name_of(root)[:60]}> where {_expected(roots)} was expected.")
    return root


def decode(body: bytes) -> str:
    """Text in UTF-8, or else in GB 18030, which Chinese firmware writes whatever it declares; the rest as Latin-1."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def write_tree(root: Node) -> bytes:
    """The document to send back, namespaces as they came."""
    return cast(bytes, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def name_of(node: Node) -> str:
    """The element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def child_of(node: Node | None, path: str) -> Node | None:
    """The first element at `path` below `node`, namespaces ignored."""
    return None if node is None else node.find(_any_namespace(path))


def children_of(node: Node | None, path: str) -> Iterator[Node]:
    if node is not None:
        yield from node.iterfind(_any_namespace(path))


def text_of(node: Node | None, *paths: str) -> str:
    """The text at the first of `paths` that has any; empty where none has."""
    for path in paths:
        found = child_of(node, path)
        if found is not None and found.text and (text := found.text.strip()):
            return text
    return ""


def number_of(node: Node | None, *paths: str) -> int | None:
    """A whole number; None where it is missing or is none. Some firmware writes `0.00`."""
    text = text_of(node, *paths)
    if not re.fullmatch(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,6})?", text):
        return None
    return int(float(text)) if "." in text else int(text)


def flag_of(node: Node | None, *paths: str) -> bool | None:
    """`true` or `false`; None where it is neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text_of(node, *paths).lower())


def elements_of(node: Node) -> Iterator[Node]:
    """The elements below, without comments and processing instructions."""
    return (child for child in node if isinstance(child.tag, str))


def _parsed(text: str) -> Node:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False
    )
    return cast(Node, etree.fromstring(text.encode("utf-8", "replace"), parser))


def _any_namespace(path: str) -> str:
    return "/".join("{*}" + step for step in path.split("/"))


def _expected(roots: tuple[str, ...]) -> str:
    return " or ".join(f"<{root}>" for root in roots) or "XML"


def _head(text: str) -> str:
    return repr(redact(text[:80]))
