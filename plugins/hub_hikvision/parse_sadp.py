"""What Hikvision devices say of themselves over SADP. Pure, and from anybody on the network."""

import re

from hub.api import Found, ProtocolError
from hub_hikvision.parse_device import read_mac
from hub_hikvision.tree import decode, flag_of, number_of, parse_tree, text_of

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def parse_answer(payload: bytes, sender: str) -> Found | None:
    """A `ProbeMatch`; None for the questions that others ask. The address is the sender's: what the answer says of it
    is a claim. Raises `ProtocolError`."""
    if b"ProbeMatch" not in payload:
        if b"<Probe>" in payload or b"<Probe " in payload:
            return None
        raise ProtocolError(f"That is no SADP: {decode(payload[:60])!r}.")
    root = parse_tree(payload, "ProbeMatch")
    serial, model = _line(text_of(root, "DeviceSN")), _line(text_of(root, "DeviceDescription"))
    mac = read_mac(text_of(root, "MAC"))
    if not (serial or model or mac):
        raise ProtocolError("A SADP answer names neither model nor serial number nor MAC.")
    http, https = number_of(root, "HttpPort"), number_of(root, "HttpsPort", "SDKOverTLSPort")
    tls = not _port(http) and bool(_port(https))
    return Found(
        by="sadp",
        address=sender,
        port=_port(https) if tls else _port(http),
        tls=tls,
        drivers=("hikvision", "onvif"),
        maker=_line(text_of(root, "OEMinfo", "OEMInfo"))
        if _brand(text_of(root, "OEMinfo", "OEMInfo"))
        else "Hikvision",
        model=model,
        serial=serial,
        mac=mac,
        firmware=_line(text_of(root, "SoftwareVersion")),
        activated=flag_of(root, "Activated"),
    )


def _brand(text: str) -> bool:
    return text not in ("", "N/A", "HIKVISION", "Hikvision", "hikvision")


def _port(number: int | None) -> int | None:
    return number if number is not None and 0 < number <= 65535 else None


def _line(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()[:200]
