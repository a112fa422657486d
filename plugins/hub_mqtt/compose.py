"""What is published, and where; README.md documents it for the far side. Pure."""

import json
from datetime import UTC, datetime

from hub.api import DeliveryFailed, Message, Text
from hub_mqtt.options import MqttTarget, topic_problem

BODY_VERSION = 1
"""Grows when a field changes its meaning or goes away; new fields may come at any time."""
LARGEST_BODY = 256 * 1024
"""Bytes."""
_LONGEST_TEXT = 20_000


def topic_of(message: Message, target: MqttTarget) -> str:
    """Where `message` is published. Raises `DeliveryFailed`."""
    topic = f"{target.prefix}/{message.topic}" if message.topic and target.prefix else message.topic or target.topic
    if problem := topic_problem(topic):
        raise DeliveryFailed(
            f"Nothing can be published under the topic {topic[:100]!r}: {problem}.",
            retry=False,
            hint="" if topic else "Give the rule or the route a `topic`.",
        )
    return topic


def make_body(message: Message, at: datetime) -> bytes:
    """The JSON for `message`: its data for machines where it has any, else its texts. Raises `DeliveryFailed`."""
    body = _encoded(message.payload) if message.payload else _encoded(_texts(message, at))
    if len(body) > LARGEST_BODY:
        raise DeliveryFailed(f"The message has {len(body)} bytes; at most {LARGEST_BODY} are published.", retry=False)
    return body


def _texts(message: Message, at: datetime) -> dict[str, object]:
    return {
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
    }


def _encoded(body: object) -> bytes:
    # A lone surrogate is no text; JSON would carry it on to somebody who cannot read it.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en[:_LONGEST_TEXT], "zh": text.zh[:_LONGEST_TEXT]}
