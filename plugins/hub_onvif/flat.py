"""Makes flat settings of trees, and puts changes back. Pure.

A setting's name is the path to it below its section; several elements of one name are told apart by their token or
name where they have one, else by number. Values are canonical: devices write 3, 3.0 and 3.000000 by turns.
"""

import re
from collections.abc import Iterator

from hub.api import Unsupported
from hub_onvif.tree import Element, name_of

MOST_SETTINGS = 20_000

_VOLATILE = frozenset(
    {"UseCount", "OperSettings", "FromDHCP", "FromRA", "LinkLocal", "NTPFromDHCP", "DNSFromDHCP", "Timestamp"}
)
_SECRET = re.compile(r"(?i)password|passphrase|secret|\bpsk\b|^key$|community|private")
_KEYS = ("token", "Name", "Token")
_NUMBER = re.compile(r"^[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})$")
_DEEPEST = 24


def canonical(written: str) -> str:
    """One form for what means the same.

    >>> canonical("3.000000"), canonical("TRUE"), canonical("-0.0"), canonical("007"), canonical(" a  b ")
    ('3', 'true', '0', '007', 'a b')
    """
    word = " ".join(written.split())[:2000]
    if word.lower() in ("true", "false"):
        return word.lower()
    if _NUMBER.match(word) and "." in word:
        value = f"{round(float(word), 6):.6f}".rstrip("0").rstrip(".")
        return "0" if value in ("-0", "") else value
    return word


class Leaf:
    """One value in a tree: the text of an element, or an attribute."""

    __slots__ = ("attribute", "element")

    def __init__(self, element: Element, attribute: str) -> None:
        self.element = element
        self.attribute = attribute
        """Empty: the element's text."""

    @property
    def value(self) -> str:
        return canonical(self.element.get(self.attribute, "") if self.attribute else self.element.text or "")

    def put(self, value: str) -> None:
        if self.attribute:
            self.element.set(self.attribute, value)
        else:
            self.element.text = value


def leaves(element: Element, prefix: str) -> Iterator[tuple[str, Leaf]]:
    """Every value below `element` with its name, without what changes by itself and without secrets."""
    yield from _leaves(element, prefix, _DEEPEST)


def _leaves(element: Element, prefix: str, depth: int) -> Iterator[tuple[str, Leaf]]:
    if depth == 0:
        return
    for attribute in element.keys():  # noqa: SIM118 - an element is no dict
        name = attribute.rpartition("}")[2]
        if name not in (*_KEYS, "fixed", "UseCount") and not _SECRET.search(name) and not _hidden(element):
            yield f"{prefix}/@{name}", Leaf(element, attribute)
    below = [child for child in element if name_of(child) not in _VOLATILE and not _SECRET.search(name_of(child))]
    if not below:
        if (element.text or "").strip() and not len(element):
            yield prefix, Leaf(element, "")
        return
    seen: dict[str, int] = {}
    for child in below:
        name = name_of(child)
        key = next((child.get(each, "") for each in _KEYS if child.get(each, "")), "")
        labelled = f"{name}[{_plain(key)}]" if key else name
        seen[labelled] = seen.get(labelled, 0) + 1
        label = labelled if seen[labelled] == 1 else f"{labelled}#{seen[labelled]}"
        yield from _leaves(child, f"{prefix}/{label}", depth - 1)


def _hidden(element: Element) -> bool:
    """Whether a SimpleItem holds a secret: its name says so, its value is an attribute beside it."""
    return bool(_SECRET.search(element.get("Name", "")))


def _plain(key: str) -> str:
    return re.sub(r"[/\[\]#]", "_", key)[:120]


def section_name(kind: str, token: str) -> str:
    """`encoder/VideoEncoderToken_1`: what the names of a section begin with."""
    return "/".join([kind, *(_plain(part) for part in token.split("/") if part)])


def put(element: Element, prefix: str, changes: dict[str, str]) -> None:
    """Write the changes, named as `leaves` names them, into the tree. Raises `Unsupported` for one that is not there,
    before anything was written."""
    known = dict(leaves(element, prefix))
    missing = sorted(changes.keys() - known.keys())
    if missing:
        raise Unsupported(
            f"The device does not have the setting {missing[0][:200]}.",
            hint="It can only be set by hand, on the device's own page.",
        )
    for name, value in changes.items():
        known[name].put(value)
