"""A record in the Common Event Format (ArcSight, version 0), within a message of RFC 5424. Pure."""

import json
import re
from collections.abc import Mapping

from hub.api import FollowedRecord
from hub_syslog.rfc5424 import Sender, cut, header

VENDOR, PRODUCT = "Watchroom", "Watchroom"
_LEVELS = (10, 10, 9, 7, 5, 3, 2, 1)
"""CEF counts from 0 (nothing) to 10; by severity of RFC 5424."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FAILED = frozenset({"person.sign_in_refused", "effect.failed", "device.order_failed", "config.rejected"})
_LONGEST_TEXT = 1023
"""Characters of most fields of CEF."""


def message(record: FollowedRecord, sender: Sender, severity: int, longest: int, *, version: str) -> bytes:
    """The record. Where it has more than `longest` bytes its end, which is the JSON of its fields, is cut off."""
    known = {
        "rt": str(int(record.at.timestamp() * 1000)),
        "externalId": str(record.seq),
        "dvchost": sender.hostname,
        "act": record.type,
        "outcome": "failure" if record.type in _FAILED else "success",
        "suser": record.actor.removeprefix("person:") if record.actor.startswith("person:") else "",
        "sourceServiceName": "" if record.actor.startswith("person:") else record.actor,
        **_custom({"camera": record.camera or "", "hash": record.hash, "cause": _number(record.cause)}),
        "msg": json.dumps(record.body, ensure_ascii=False, separators=(",", ":"))[:_LONGEST_TEXT],
    }
    fields = " ".join(f"{name}={_value(value)}" for name, value in known.items() if value)
    area, _, fact = record.type.partition(".")
    title = f"{area} {fact}".replace("_", " ").strip()
    parts = (VENDOR, PRODUCT, version, record.type, title, str(_LEVELS[severity]))
    cef = f"CEF:0|{'|'.join(_part(part) for part in parts)}|{fields}"
    whole = cut(f"{header(record.type, record.at, sender, severity)} - {cef}", longest)
    stem = whole.rstrip(b"\\")
    # A backslash that stands alone at the end lost what it was to escape.
    return whole[:-1] if (len(whole) - len(stem)) % 2 else whole


def _custom(fields: Mapping[str, str]) -> dict[str, str]:
    """What CEF has no field for: `cs1` and so on, each with its label."""
    named: dict[str, str] = {}
    for number, (label, value) in enumerate(fields.items(), 1):
        if value:
            named |= {f"cs{number}Label": label, f"cs{number}": value}
    return named


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _part(text: str) -> str:
    """A field of the head."""
    return _CONTROLS.sub(" ", text).replace("\r", " ").replace("\n", " ").replace("\\", "\\\\").replace("|", "\\|")


def _value(text: str) -> str:
    """A value of the extension."""
    plain = _CONTROLS.sub(" ", text).replace("\\", "\\\\").replace("=", "\\=")
    return plain.replace("\r", "\\r").replace("\n", "\\n")
