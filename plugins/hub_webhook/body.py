"""The body that is posted, and its signature; README.md documents both for the far side. Pure."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import quote

from hub.api import Message, Text

BODY_VERSION = 1
"""Grows when a field changes its meaning or goes away; new fields may come at any time."""

_LONGEST_TEXT = 20_000


def make_body(message: Message, at: datetime) -> bytes:
    """The JSON for `message`, sent at `at`: its data for machines where it has any, else its texts."""
    body: dict[str, object] = dict(message.payload) or {
        "version": BODY_VERSION,
        "id": message.id,
        "sent_at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "language": message.language,
        "priority": message.priority,
        "title": _text(message.title),
        "body": _text(message.body),
        "site": _text(message.site),
        "camera": message.camera,
        "clause": message.clause,
        "event": message.event,
        "pictures": len(message.pictures),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def make_headers(message: Message, body: bytes, secret: str | None) -> dict[str, str]:
    """The headers that go with `body`."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "watchroom-webhook/1",
        # A header holds visible ASCII only; ids of rules may be Chinese.
        "Idempotency-Key": quote(message.id, safe="!#$&'()*+,/:;=?@[]"),
    }
    if secret is not None:
        headers["Watchroom-Signature"] = f"sha256={sign(body, secret)}"
    return headers


def sign(body: bytes, secret: str) -> str:
    """HMAC-SHA256 of `body` in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en[:_LONGEST_TEXT], "zh": text.zh[:_LONGEST_TEXT]}
