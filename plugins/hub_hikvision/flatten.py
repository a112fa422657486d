"""A device's settings, flat: `resource/element/element` → text; and back into the resource. Pure.

Elements that come several times, or that have an `id`, are named by it: `Streaming/channels/StreamingChannel[101]/…`.
So an entry keeps its name when another one is added before it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from hub.api import ProtocolError, Unsupported, redact
from hub_hikvision.tree import Node, elements_of, name_of, text_of

MOST_SETTINGS = 20_000
LONGEST_VALUE = 4000

_NAME = "id"
"""It names its entry and is no setting of it."""
_VOLATILE = {"localtime", "utctime", "currentdevicetime", "deviceuptime", "boottime", "lastupdatetime", "uptime"}
_SECRET = re.compile(
    r"pass(?:word|wd|phrase)|pwd|secret|credential|token|(?:shared|private|wep|psk|wpa|api|encrypt\w{0,8})key",
    re.IGNORECASE,
)
_STEP = re.compile(r"([^\[\]/]{1,200})(?:\[([^\[\]]{0,200})\])?")


def flatten(resource: str, root: Node) -> dict[str, str]:
    """Every setting of a document; what changes by itself and every secret is left out. Raises `ProtocolError`."""
    flat: dict[str, str] = {}
    for steps, text in _leaves(root):
        flat[f"{resource}/{'/'.join(steps)}"] = redact(text)[:LONGEST_VALUE]
        if len(flat) > MOST_SETTINGS:
            raise ProtocolError(f"The device tells of more than {MOST_SETTINGS} settings in {resource}.")
    return flat


def change(root: Node, changes: Mapping[str, str]) -> None:
    """Set elements of a document, named by their steps below the root. Raises `Unsupported` before any is set."""
    found = {name: _walk(root, name) for name in changes}
    for name, node in found.items():
        node.text = changes[name]


def item_of(name: str) -> tuple[str, str] | None:
    """Of a name that begins in an entry of a list: the entry's id, and the name within it.

    >>> item_of("StreamingChannel[101]/Video/videoCodecType")
    ('101', 'Video/videoCodecType')
    """
    first, slash, rest = name.partition("/")
    found = _STEP.fullmatch(first)
    return (found[2], rest) if found and found[2] and slash and re.fullmatch(r"[\w-]+", found[2]) else None


def _leaves(root: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    waiting: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while waiting:
        steps, node = waiting.pop()
        children = list(_named(node))
        if not children and steps:
            yield steps, " ".join((node.text or "").split())
        for step, child in reversed(children):
            tag = name_of(child)
            if tag != _NAME and tag.lower() not in _VOLATILE and not _SECRET.search(tag):
                waiting.append(((*steps, step), child))


def _named(node: Node) -> Iterator[tuple[str, Node]]:
    """The children with the names that the settings use."""
    children = list(elements_of(node))
    several = Counter(name_of(child) for child in children)
    seen: Counter[str] = Counter()
    for child in children:
        tag = name_of(child)
        seen[tag] += 1
        own = re.sub(r"[\[\]/]", "_", text_of(child, "id"))[:60]
        if own and sum(1 for _ in elements_of(child)):
            yield f"{tag}[{own}]", child
        else:
            yield (f"{tag}[#{seen[tag]}]" if several[tag] > 1 else tag), child


def _walk(root: Node, name: str) -> Node:
    node = root
    for step in name.split("/"):
        if step == _NAME or _SECRET.search(step):
            raise Unsupported("Names and secrets are not set this way.", hint="Set it on the device itself.")
        child = next((child for known, child in _named(node) if known == step), None)
        if child is None:
            raise Unsupported(f"The device has no setting {name} now.", hint="Set it on the device itself.")
        node = child
    if any(True for _ in elements_of(node)):
        raise Unsupported(f"{name} is not one setting but several.", hint="Set it on the device itself.")
    return node
