"""What a device itself says is switched off or weak. One look; nothing is tried."""

from collections.abc import Callable

from hub.api import DeviceError, DeviceForbidden, DeviceUser, ProtocolError, Unsupported, Weakness
from hub_hikvision.isapi import Isapi
from hub_hikvision.layout import ACCESSES
from hub_hikvision.parse_security import (
    parse_lock,
    parse_services,
    parse_shell,
    parse_triggers,
    parse_user_check,
    parse_users,
)
from hub_hikvision.tree import Node

TRIGGERS = "/ISAPI/Event/triggers"
USER_CHECK = "/ISAPI/Security/userCheck"
LOCK = "/ISAPI/Security/illegalLoginLock"
SHELL = "/ISAPI/System/Network/ssh"
USERS = "/ISAPI/Security/users"


def ask_audit(isapi: Isapi, known: frozenset[int]) -> tuple[Weakness, ...]:
    """Raises when nothing at all can be asked; what a device does not have says nothing."""
    looks: tuple[tuple[str, Callable[[Node], tuple[Weakness, ...]]], ...] = (
        (TRIGGERS, lambda root: parse_triggers(root, known)),
        (USER_CHECK, parse_user_check),
        (LOCK, parse_lock),
        (ACCESSES, parse_services),
        (SHELL, parse_shell),
    )
    found: list[Weakness] = []
    missing: list[DeviceError] = []
    for path, parse in looks:
        try:
            found += parse(isapi.tree(path))
        except (Unsupported, DeviceForbidden) as error:
            missing.append(error)
    if len(missing) == len(looks):
        raise missing[0]
    return tuple(dict.fromkeys(found))


def ask_users(isapi: Isapi) -> tuple[DeviceUser, ...]:
    users = parse_users(isapi.tree(USERS, "UserList"))
    if not users:
        raise ProtocolError("The device lists no user at all.")
    return users
