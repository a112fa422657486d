"""DHIP, the maker's own way of finding devices: JSON behind a header of 32 bytes. Pure.

The header is `20 00 00 00`, `DHIP`, eight bytes of 0, the length of the JSON (32 bits, low byte first), four bytes of
0, the length again, four bytes of 0. A question without the header gets no answer.
"""

import ipaddress
import json
import re
import struct
from collections.abc import Mapping

from hub.api import Datagram, Found, ProtocolError

GROUP, PORT = "239.255.255.251", 37810
_HEADER = struct.Struct("<I4s8xI4xI4x")
_LARGEST = 16 * 1024
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_ACTIVATED = {1: False, 2: True}


def make_question() -> bytes:
    """What is sent."""
    body = b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}'
    return _HEADER.pack(_HEADER.size, b"DHIP", len(body), len(body)) + body


def parse_answer(datagram: Datagram) -> Found | None:
    """The device that answered; None for what is not an answer (our own question comes back, too).

    The address is the sender's, as anything may be written inside. Raises `ProtocolError`.
    """
    payload = datagram.payload
    if len(payload) < _HEADER.size or len(payload) > _LARGEST:
        raise ProtocolError("Not a DHIP message: its size is wrong.")
    size, mark, length, _ = _HEADER.unpack_from(payload)
    if size != _HEADER.size or mark != b"DHIP" or length > len(payload) - _HEADER.size:
        raise ProtocolError("Not a DHIP message: its header is wrong.")
    try:
        said = json.loads(payload[_HEADER.size : _HEADER.size + length].rstrip(b"\0").decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise ProtocolError("The DHIP message has no JSON in it.") from None
    if not isinstance(said, dict) or said.get("method") != "client.notifyDevInfo":
        return None
    params = said.get("params")
    info = params.get("deviceInfo") if isinstance(params, dict) else None
    if not isinstance(info, dict):
        raise ProtocolError("The DHIP message describes no device.")
    try:
        address = str(ipaddress.ip_address(datagram.sender))
    except ValueError:
        raise ProtocolError("The sender of the DHIP message has no address.") from None
    return Found(
        by="dhip",
        address=address,
        port=_port(info.get("HttpPort")),
        drivers=("dahua", "onvif"),
        maker=_word(info, "Vendor") or _word(info, "Manufacturer"),
        model=_word(info, "DeviceType"),
        serial=_word(info, "SerialNo"),
        mac=_mac(said, info),
        name=_word(info, "MachineName"),
        firmware=_word(info, "Version"),
        activated=_ACTIVATED.get(info["Init"] & 3) if type(info.get("Init")) is int else None,
    )


def _port(value: object) -> int | None:
    return value if type(value) is int and 0 < value < 65536 else None


def _word(info: Mapping[str, object], key: str) -> str:
    value = info.get(key)
    return "".join(sign for sign in value if sign.isprintable()).strip()[:100] if isinstance(value, str) else ""


def _mac(said: Mapping[str, object], info: Mapping[str, object]) -> str:
    for value in (said.get("mac"), info.get("MacAddress"), info.get("mac")):
        if isinstance(value, str) and _MAC.fullmatch(value):
            return value.lower().replace("-", ":")
    return ""
