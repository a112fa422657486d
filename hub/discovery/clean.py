"""What a stranger on the network said, made fit to be shown: short, one line, without what steers a terminal. Pure."""

import ipaddress
import re
import unicodedata
from typing import get_type_hints

from msgspec.structs import replace

from hub.vendor.finding import Found

LONGEST_TEXT = 120
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL)
_MAC = re.compile(r"[0-9a-fA-F]{12}")
_MOST_DRIVERS = 8
_TEXTS = tuple(
    name for name, type_ in get_type_hints(Found).items() if type_ is str and name not in ("by", "address", "mac")
)


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """One line without escapes, control characters, marks that turn the direction of writing, and blanks around it.

    >>> plain("Gate\\x1b[31m 1\\r\\nroot#")
    'Gate 1 root#'
    """
    text = _ESCAPES.sub("", text[: 8 * longest])
    line = "".join(" " if character in "\t\r\n" else character for character in text)
    line = "".join(c for c in line if c == " " or unicodedata.category(c) not in _UNSHOWN)
    return " ".join(line.split())[:longest].strip()


_UNSHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def plain_mac(text: str) -> str:
    """`aa:bb:cc:dd:ee:ff`, or nothing for what is no address of one device.

    >>> plain_mac("AA-BB-CC-00-11-22")
    'aa:bb:cc:00:11:22'
    """
    digits = re.sub(r"[:\-. ]", "", text[:40])
    if not _MAC.fullmatch(digits) or int(digits, 16) in (0, 0xFFFFFFFFFFFF) or int(digits[:2], 16) & 1:
        return ""
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)).lower()


def plain_address(text: str) -> str:
    """An IP address of one device in its usual form, or nothing."""
    try:
        address = ipaddress.ip_address(text[:64].strip())
    except ValueError:
        return ""
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        return ""
    return str(address)


def cleaned(found: Found, by: str) -> Found | None:
    """What a finder gave, fit to be kept and shown; None when it names no address where a device can be.

    `by`: the finder's name, whatever it says of itself.
    """
    address = plain_address(found.address)
    if not address:
        return None
    return replace(
        found,
        by=by,
        address=address,
        port=found.port if found.port is not None and 0 < found.port < 65536 else None,
        mac=plain_mac(found.mac),
        drivers=tuple(dict.fromkeys(plain(driver, 40) for driver in found.drivers[:_MOST_DRIVERS])),
        **{name: plain(getattr(found, name)) for name in _TEXTS},
    )
