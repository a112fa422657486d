"""Looks for ONVIF devices: WS-Discovery (April 2005), as cameras answer it.

Three probes are sent, for a transmitter, for a device, and for anything: some cameras answer only one of them. What
comes back is a ProbeMatches, or a Hello of a device that has just started.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from hub.api import Found, Network, ProtocolError, Search
from hub_onvif.tree import Element, children, descendants, parse_document, text

BY = "ws-discovery"
GROUP, PORT = "239.255.255.250", 3702

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"{namespace}>'
    "<e:Header><w:MessageID>urn:uuid:{id}</w:MessageID>"
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>'
    '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>'
    "<e:Body><d:Probe>{types}</d:Probe></e:Body></e:Envelope>"
)
_ASKED = (
    (' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"', "<d:Types>dn:NetworkVideoTransmitter</d:Types>"),
    (' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"', "<d:Types>tds:Device</d:Types>"),
    ("", ""),
)
_SCOPE = re.compile(r"(?i)onvif://(?:www\.)?onvif\.org/(?P<key>[^/\s]+)/(?P<value>\S+)")
_ONVIF_TYPES = ("networkvideotransmitter", "networkvideodisplay", "networkvideostorage", "device")
_MOST_MATCHES = 16
_MOST_SCOPES = 64
_MOST_ADDRESSES = 16
_LONGEST = 8192
_MAKERS = (
    ("hikvision", re.compile(r"(?i)hik|\bDS-[0-9K]|\biDS-|hiwatch|hilook")),
    ("dahua", re.compile(r"(?i)dahua|\bDHI?-|\bIPC-H|amcrest|imou|lorex")),
    ("axis", re.compile(r"(?i)\baxis\b")),
)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One device in a WS-Discovery message: what it says, and where it says it is."""

    addresses: tuple[str, ...] = ()
    """URLs of its service, in its order."""
    scopes: dict[str, str] = {}
    """The first value of each of ONVIF's scopes, by the scope's name in small letters."""


def find(search: Search, network: Network) -> Iterator[Found]:
    """Devices as they answer. See `hub.api.Finder`."""
    for datagram in network.ask(GROUP, PORT, probes()):
        try:
            heard = parse_message(datagram.payload)
        except ProtocolError:  # anything may talk at this group; what is no answer is no device
            continue
        for each in heard:
            yield found_at(datagram.sender, each)


def probes() -> tuple[bytes, ...]:
    """The questions, each with an id of its own."""
    return tuple(
        _ENVELOPE.format(id=uuid.uuid4(), namespace=namespace, types=types).encode() for namespace, types in _ASKED
    )


def parse_message(payload: bytes) -> tuple[Heard, ...]:
    """The ONVIF devices that a message tells of; none for a probe, a farewell or a device of another kind.

    Raises `ProtocolError` for what is no message.
    """
    root = parse_document(payload, "a search")
    told = [*descendants(root, "ProbeMatch"), *descendants(root, "Hello")][:_MOST_MATCHES]
    return tuple(heard for heard in map(_heard, told) if heard is not None)


def found_at(sender: str, heard: Heard) -> Found:
    """The device, at the address that the message came from: an answer may name any address, its own or not."""
    place = _place(sender, heard.addresses)
    scopes = heard.scopes
    name, model = scopes.get("name", ""), scopes.get("hardware", "")
    maker = scopes.get("manufacturer", "") or scopes.get("mfr", "")
    said = " ".join((maker, name, model))
    own = [driver for driver, pattern in _MAKERS if pattern.search(said)]
    return Found(
        by=BY,
        address=sender,
        port=_port(place) if place is not None else None,
        tls=place is not None and place.scheme == "https",
        drivers=(*own, "onvif"),
        maker=maker,
        model=model,
        serial=scopes.get("serial", "") or scopes.get("serialnumber", ""),
        mac=scopes.get("mac", "") or scopes.get("macaddress", ""),
        name=name,
        firmware=scopes.get("firmware", "") or scopes.get("version", ""),
    )


def _heard(told: Element) -> Heard | None:
    types = text(told, "Types", limit=_LONGEST).casefold().split()
    scopes = _scopes(told)
    if not scopes and not any(type_.rpartition(":")[2] in _ONVIF_TYPES for type_ in types):
        return None
    addresses = " ".join(text(each, limit=_LONGEST) for each in children(told, "XAddrs")).split()
    return Heard(addresses=tuple(addresses[:_MOST_ADDRESSES]), scopes=scopes)


def _scopes(told: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in children(told, "Scopes"):
        for scope in text(element, limit=_LONGEST).split()[:_MOST_SCOPES]:
            match = _SCOPE.fullmatch(scope)
            if match is not None:
                found.setdefault(match["key"].casefold(), unquote(match["value"], errors="replace").strip())
    return found


def _place(sender: str, addresses: Iterable[str]) -> SplitResult | None:
    """The service's URL at the sender itself; else the first that can be understood, for its port."""
    urls = [url for url in map(_url, addresses) if url is not None]
    return next((url for url in urls if url.hostname == sender), urls[0] if urls else None)


def _url(address: str) -> SplitResult | None:
    try:
        url = urlsplit(address)
        _port(url)
    except ValueError:
        return None
    return url if url.scheme in ("http", "https") and url.hostname else None


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
