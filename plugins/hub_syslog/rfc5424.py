"""A record as a message of RFC 5424. Pure."""

import json
import re
from datetime import UTC, datetime
from typing import NamedTuple

from hub.api import FollowedRecord

APP = "watchroom"
_VERSION = 1
_LONGEST_NAME = 32
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_BOM = "\ufeff"


class Sender(NamedTuple):
    """What stands in the head of each message."""

    facility: int
    hostname: str
    process: int
    enterprise: int


def message(record: FollowedRecord, sender: Sender, severity: int, longest: int) -> bytes:
    """The record with its number, actor, cause and hash as structured data, and its fields as JSON.

    Where that has more than `longest` bytes, the JSON is cut off; structured data is always whole.
    """
    known = {
        "seq": str(record.seq),
        "actor": record.actor,
        "camera": record.camera or "",
        "cause": "" if record.cause is None else str(record.cause),
        "seen": _time(record.seen_at),
        "hash": record.hash,
    }
    data = " ".join(f'{name}="{_escaped(value)}"' for name, value in known.items() if value)
    # Records, like everything that comes from people and devices, may hold line ends: a log is read by lines.
    text = _CONTROLS.sub(" ", json.dumps(record.body, ensure_ascii=False, separators=(",", ":")))
    head = f"{header(record.type, record.at, sender, severity)} [{APP}@{sender.enterprise} {data}]"
    return cut(f"{head} {_BOM}{text}", longest)


def header(name: str, at: datetime, sender: Sender, severity: int) -> str:
    """Everything up to the structured data."""
    return (
        f"<{sender.facility * 8 + severity}>{_VERSION} {_time(at)} {_word(sender.hostname, 255)} {APP} "
        f"{sender.process} {_word(name, _LONGEST_NAME)}"
    )


def cut(text: str, longest: int) -> bytes:
    """The text in UTF-8, at most `longest` bytes, never within a character."""
    encoded = text.encode("utf-8", "replace")
    return encoded if len(encoded) <= longest else encoded[:longest].decode("utf-8", "ignore").encode()


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _word(text: str, longest: int) -> str:
    return _UNPRINTABLE.sub("_", text)[:longest] or "-"


def _escaped(value: str) -> str:
    """A value of structured data: RFC 5424, section 6.3.3."""
    return _CONTROLS.sub(" ", value).replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
