"""The settings of a device, read section by section and written back."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hub.api import DeviceForbidden, DeviceRejected, ProtocolError, Unsupported
from hub_onvif.client import Client
from hub_onvif.flat import MOST_SETTINGS, canonical, leaves, put, section_name
from hub_onvif.media import Layout
from hub_onvif.media2 import build_media2
from hub_onvif.names import Service
from hub_onvif.sections import SECTIONS, Section, bare_profile, build_write, items
from hub_onvif.tree import Element, text

_MOST_TOKENS = 64


class Item(NamedTuple):
    """One element that holds settings, as the device gave it."""

    section: Section
    service: Service
    asked: str
    """The token it was asked with."""
    prefix: str
    """What the names of its settings begin with."""
    element: Element


def read_settings(client: Client, layout: Layout) -> dict[str, str]:
    """Every setting, by name. A section that the device does not have, or does not show to this account, is absent;
    one that cannot be understood is an error, as its settings would seem to have gone."""
    found: dict[str, str] = {}
    for section in SECTIONS:
        for item in _items(client, layout, section):
            if section.kind == "user":
                found[f"{item.prefix}/level"] = text(item.element, "UserLevel", limit=40)
                continue
            element = bare_profile(item.element) if section.kind == "profile" else item.element
            found |= {name: leaf.value for name, leaf in leaves(element, item.prefix)}
            if len(found) > MOST_SETTINGS:
                raise ProtocolError(f"The device tells of more than {MOST_SETTINGS:,} settings.")
    found |= _clock(client)
    return dict(sorted(found.items()))


def write_settings(client: Client, layout: Layout, changes: Mapping[str, str]) -> None:
    """Set what `read_settings` names. Raises `Unsupported` before anything was set where one cannot be."""
    left = {name: canonical(value) for name, value in changes.items()}
    writable = [section for section in SECTIONS if section.write]
    requests = []
    for section in writable:
        if not any(name.startswith(f"{section.kind}/") for name in left):
            continue
        for item in _items(client, layout, section):
            mine = {name: left.pop(name) for name in list(left) if name.startswith(f"{item.prefix}/")}
            if mine:
                put(item.element, item.prefix, mine)
                path = client.path(item.service)
                requests.append((path, build_write(section, item.service, item.element, item.asked)))
    if left:
        raise Unsupported(
            f"This setting cannot be written over ONVIF: {min(left)[:200]}.",
            hint=f"Set it on the device's own page. What can be: {', '.join(each.kind for each in writable)}.",
        )
    for path, request in requests:
        client.send(path, request)


def can_write(client: Client) -> bool:
    """Whether the device has a service through which settings are written."""
    return any(client.has(section.service) for section in SECTIONS if section.write) or client.has("media2")


def _items(client: Client, layout: Layout, section: Section) -> Iterator[Item]:
    if section.kind == "user" and client.refusal_is_final:
        return
    for asked in _tokens(section, layout):
        service = _service(section, client, layout)
        arguments = {section.by: asked} if section.by else {}
        try:
            if service == "media2":
                more = {"Type": "All"} if section.operation == "GetProfiles" else {}
                answer = client.send(client.path(service), build_media2(section.operation, **more))
            elif section.service != "device" and not client.has(service):
                return
            else:
                answer = client.call(service, section.operation, **arguments)
        except (Unsupported, DeviceForbidden, DeviceRejected):
            return
        for token, element in items(section, answer, asked):
            yield Item(section, service, asked, section_name(section.kind, token), element)


def _tokens(section: Section, layout: Layout) -> list[str]:
    profiles = [profile for channel in layout.channels for profile in channel]
    if section.by == "VideoSourceToken":
        return list(dict.fromkeys(profile.source for profile in profiles))[:_MOST_TOKENS]
    if section.by == "ConfigurationToken":
        return list(dict.fromkeys(profile.analytics for profile in profiles if profile.analytics))[:_MOST_TOKENS]
    return [""]


def _service(section: Section, client: Client, layout: Layout) -> Service:
    """media2 for what only it tells rightly (H.265), and where there is no media."""
    if section.service != "media":
        return section.service
    if section.kind in ("encoder", "profile"):
        return layout.service
    return "media" if client.has("media") else "media2"


def _clock(client: Client) -> dict[str, str]:
    told, _ = client.device_time()
    # Whether summer time is on changes by itself on some devices.
    return {"clock/source": told.source, "clock/zone": told.zone}
