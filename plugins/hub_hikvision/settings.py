"""Reading all settings of a device, and setting some."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hub.api import DeviceForbidden, ProtocolError, RebootRequired, Unsupported
from hub_hikvision.flatten import MOST_SETTINGS, change, flatten, item_of
from hub_hikvision.isapi import Isapi
from hub_hikvision.tree import Node

ROOT = "/ISAPI/"
_BY_HAND = ("System/Network/", "Security/")
"""Setting these could lock us out, or need a password."""
RESOURCES = (
    "System/time",
    "System/time/ntpServers",
    "System/Network/interfaces",
    "Security/users",
    "Security/adminAccesses",
    "Security/illegalLoginLock",
    "Streaming/channels",
    "Image/channels",
    "Event/triggers",
    "Event/schedules",
    "Event/notification/httpHosts",
    "ContentMgmt/InputProxy/channels",
    "ContentMgmt/record/tracks",
)
OF_AN_INPUT = (
    "System/Video/inputs/channels/{}/overlays",
    "System/Video/inputs/channels/{}/motionDetection",
    "System/Video/inputs/channels/{}/tamperDetection",
    "System/Video/inputs/channels/{}/privacyMask",
    "System/Video/inputs/channels/{}/videoLoss",
    "Smart/SceneChangeDetection/{}",
    "Smart/DefocusDetection/{}",
)
"""Of each picture input of the device's own. The settings of network cameras behind a recorder are theirs."""
MOST_INPUTS = 32


def read_settings(isapi: Isapi, inputs: Iterable[int]) -> dict[str, str]:
    """All of it. A resource that the device does not have is left out; one that fails fails the whole, as a part that
    is missing by accident would look like a change."""
    resources = [*RESOURCES, *(path.format(number) for number in sorted(inputs)[:MOST_INPUTS] for path in OF_AN_INPUT)]
    flat: dict[str, str] = {}
    for resource in resources:
        root = isapi.perhaps(ROOT + resource)
        if root is not None:
            flat |= flatten(resource, root)
    if not flat:
        raise Unsupported("The device tells none of its settings.", hint="Give the account the right to read them.")
    if len(flat) > MOST_SETTINGS:
        raise ProtocolError(f"The device tells of more than {MOST_SETTINGS} settings.")
    return dict(sorted(flat.items()))


def apply_settings(isapi: Isapi, changes: Mapping[str, str]) -> None:
    """Read each resource, change it, and give it back whole. Nothing is set before all of it is known to be there."""
    grouped: dict[str, dict[str, str]] = defaultdict(dict)
    for name, value in changes.items():
        path, rest = _place(name)
        grouped[path][rest] = value
    ready: list[tuple[str, Node]] = []
    for path, inner in grouped.items():
        root = _read(isapi, path)
        change(root, inner)
        ready.append((path, root))
    restart: RebootRequired | None = None
    for path, root in ready:
        try:
            isapi.put(path, root)
        except RebootRequired as error:
            restart = error
    if restart is not None:
        raise restart


def _place(name: str) -> tuple[str, str]:
    """The path of the document that holds a setting, and the setting's name in it."""
    if name.startswith(_BY_HAND):
        raise Unsupported(f"{name} is not set from here.", hint="Set it on the device itself.")
    known = [resource for resource in (*RESOURCES, *_inputs_of(name)) if name.startswith(resource + "/")]
    if not known:
        raise Unsupported(f"{name} is no setting of this kind of device.", hint="Take a new snapshot of its settings.")
    resource = max(known, key=len)
    rest = name[len(resource) + 1 :]
    item = item_of(rest)
    if item is None:
        return ROOT + resource, rest
    return f"{ROOT}{resource}/{item[0]}", item[1]


def _inputs_of(name: str) -> tuple[str, ...]:
    """The resources of inputs that a name may belong to."""
    numbers = {part for part in name.split("/") if part.isascii() and part.isdigit() and len(part) <= 3}
    return tuple(path.format(number) for number in numbers for path in OF_AN_INPUT)


def _read(isapi: Isapi, path: str) -> Node:
    try:
        return isapi.tree(path)
    except DeviceForbidden as error:
        raise Unsupported(f"{path} cannot be read: {error.message}", hint="Set it on the device itself.") from error
