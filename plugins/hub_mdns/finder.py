"""Looks for devices that announce themselves by multicast DNS.

One question for all kinds of service goes out with the search; a passive search only listens. Nothing is asked of a
device itself, and the address is that of whoever sent the message, not one that it names.
"""

import re
from collections.abc import Iterator

from hub.api import Found, Network, Search
from hub_mdns.parse import Announced, parse_message, questions
from hub_mdns.services import CAMERA_WORDS, HOMEKIT_CAMERAS, MAKERS, kind_of

BY = "mdns"
GROUP, PORT = "224.0.0.251", 5353

_MAC = re.compile(r"(?i)(?<![0-9a-f])(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}(?![0-9a-f])")
_TAIL = re.compile(r"\s*(?:-|\()\s*(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}\)?\s*$")


def find(search: Search, network: Network) -> Iterator[Found]:
    """Devices as they announce themselves. See `hub.api.Finder`."""
    for datagram in network.ask(GROUP, PORT, questions(), listen_port=PORT):
        for announced in parse_message(datagram.payload):
            found = found_at(datagram.sender, announced)
            if found is not None:
                yield found


def found_at(sender: str, announced: Announced) -> Found | None:
    """The device behind an announcement; None where it is not likely one that we look for."""
    known = kind_of(announced.name)
    if known is None:
        return None
    own_name, kind = known
    text = announced.text
    said = " ".join((own_name, *(text.get(key, "") for key in ("model", "md", "manufacturer", "vendor", "path"))))
    makers = [(driver, maker) for driver, maker, pattern in MAKERS if pattern.search(said)]
    homekit_camera = text.get("ci") in HOMEKIT_CAMERAS
    if kind.any_device and not makers and not homekit_camera and not CAMERA_WORDS.search(said):
        return None
    return Found(
        by=BY,
        address=sender,
        port=announced.port if kind.own_port else None,
        tls=kind.own_port and announced.port == 443,
        drivers=tuple(dict.fromkeys([*(driver for driver, _ in makers), *kind.drivers])),
        maker=text.get("manufacturer") or text.get("vendor") or (makers[0][1] if makers else kind.maker),
        model=text.get("model") or text.get("md") or "",
        serial=text.get("serialnumber") or text.get("serial") or "",
        mac=_mac(text, own_name),
        name=_TAIL.sub("", own_name),
        firmware=text.get("fwversion") or text.get("firmware") or "",
    )


def _mac(text: dict[str, str], name: str) -> str:
    for key in ("macaddress", "mac", "hwaddr"):
        if text.get(key):
            return text[key]
    match = _MAC.search(name)
    return match[0] if match else ""
