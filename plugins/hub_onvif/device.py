"""What a device says it is. Pure."""

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import unquote

from hub.api import DeviceInfo, DeviceUser, ProtocolError
from hub_onvif.tree import Element, children, text

_MAC = re.compile(r"^[0-9a-f]{12}$")
_NOTHING = frozenset({"", "none", "null", "unknown", "n/a"})
_SCOPE = "onvif://www.onvif.org/"

Kind = Literal["camera", "recorder", "encoder", "unknown"]


def parse_information(answer: Element, *, mac: str, name: str, kind: Kind) -> DeviceInfo:
    """From GetDeviceInformationResponse. Makers that write NONE for their own name are empty."""

    def said(key: str) -> str:
        value = text(answer, key, limit=200)
        return "" if value.lower() in _NOTHING else value

    if not (said("Manufacturer") or said("Model") or said("SerialNumber")):
        raise ProtocolError("The device says nothing of itself: no maker, no model, no serial number.")
    return DeviceInfo(
        maker=said("Manufacturer"),
        model=said("Model"),
        serial=said("SerialNumber"),
        firmware=said("FirmwareVersion"),
        mac=mac,
        name=name,
        kind=kind,
    )


def parse_mac(answer: Element) -> str:
    """The first hardware address in GetNetworkInterfacesResponse, as `aa:bb:cc:dd:ee:ff`; empty where none is told."""
    for interface in children(answer, "NetworkInterfaces"):
        digits = re.sub(r"[^0-9a-f]", "", text(interface, "Info", "HwAddress", limit=40).lower())
        if _MAC.match(digits) and digits != "0" * 12:
            return ":".join(digits[index : index + 2] for index in range(0, 12, 2))
    return ""


def parse_name(answer: Element) -> str:
    """The name in GetScopesResponse; empty where none is told."""
    for scope in list(children(answer, "Scopes"))[:200]:
        item = text(scope, "ScopeItem", limit=400)
        if item.startswith(f"{_SCOPE}name/"):
            return unquote(item.removeprefix(f"{_SCOPE}name/")).strip()[:200]
    return ""


def parse_users(answer: Element) -> tuple[DeviceUser, ...]:
    """From GetUsersResponse; passwords, which some devices send along, are not read."""
    users = tuple(
        DeviceUser(name=name, level=text(user, "UserLevel", limit=40))
        for user in list(children(answer, "User"))[:200]
        if (name := text(user, "Username", limit=120))
    )
    if not users:
        raise ProtocolError("The device names no user at all.")
    return users


def kind_of(channels: Sequence[object], records: bool) -> Kind:
    """One source is a camera; several and a service for recordings, a recorder."""
    if len(channels) == 1:
        return "camera"
    return "recorder" if channels and records else "unknown"
