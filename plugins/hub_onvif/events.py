"""Reads what a device tells by itself. Pure; one event that cannot be read leaves the others."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from lxml import etree

from hub.api import DeviceEvent, ProtocolError, redact
from hub_onvif.addresses import service_path
from hub_onvif.media import Layout
from hub_onvif.topics import find_topic
from hub_onvif.tree import Element, children, find, flag, name_of, text

MOST_EVENTS = 1000
"""In one answer; more are a flood, and are not looked at."""

Operation = Literal["initialized", "changed", "deleted", "none"]

_OPERATIONS: dict[str, Operation] = {"initialized": "initialized", "changed": "changed", "deleted": "deleted"}
_MOST_ITEMS = 32
_STATE_KEYS = ("State", "IsTamper", "IsMotion", "Failed", "LogicalState", "Critical", "Value", "IsActive")
_SOURCE_KEYS = ("VideoSourceConfigurationToken", "VideoSourceToken", "Source", "VideoSource", "ProfileToken",
                "VideoSourceConfiguration", "RecordingToken")  # fmt: skip
_TIME = re.compile(
    r"^(?P<date>\d{4}-\d{1,2}-\d{1,2})T-?(?P<time>\d{1,2}:\d{1,2}:\d{1,2})(?:\.(?P<part>\d{1,9}))?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"^P(?:(?P<days>\d{1,5})D)?(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})(?:\.\d*)?S)?)?$"
)


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a device, read but not yet understood."""

    topic: str
    """Without the prefixes of its parts."""
    at: datetime | None
    operation: Operation
    source: Mapping[str, str]
    data: Mapping[str, str]


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A pull point that the device keeps for us."""

    path: str
    address: str
    """What the device calls it, which requests to it repeat, wherever they are sent."""
    references: tuple[bytes, ...] = ()
    """The reference parameters to send back, as XML."""
    granted_s: float | None = None
    """For how long, by the device's own times; None where it does not tell sensibly."""


def parse_subscription(answer: Element) -> Subscription:
    """From CreatePullPointSubscriptionResponse."""
    reference = find(answer, "SubscriptionReference")
    address = text(reference, "Address")
    if not address:
        raise ProtocolError("The device does not say where its events are to be fetched.")
    parameters = find(reference, "ReferenceParameters")
    told = list(parameters)[:16] if parameters is not None else []
    kept = tuple(etree.tostring(each, with_tail=False) for each in told)
    return Subscription(path=service_path(address), address=address, references=kept, granted_s=parse_granted(answer))


def parse_granted(answer: Element) -> float | None:
    """How long a subscription lasts from now, in seconds, of the answers to subscribing and renewing."""
    now, end = parse_time(text(answer, "CurrentTime", limit=64)), text(answer, "TerminationTime", limit=64)
    ends_at = parse_time(end)
    if now is not None and ends_at is not None:
        granted_s = (ends_at - now).total_seconds()
    else:
        duration = parse_duration(end)
        granted_s = duration.total_seconds() if duration is not None else -1.0
    return granted_s if 1 <= granted_s <= 7 * 86400 else None


def parse_time(written: str) -> datetime | None:
    """UTC, or None for what devices write instead (`0000-00-00T00:00:00Z`, `00:61:16Z`).

    >>> parse_time("2023-05-15T-07:10:32Z"), parse_time("2023-05-15T00:61:16Z")
    (datetime.datetime(2023, 5, 15, 7, 10, 32, tzinfo=datetime.timezone.utc), None)
    """
    found = _TIME.match(written.strip())
    if found is None:
        return None
    try:
        year, month, day = map(int, found["date"].split("-"))
        hour, minute, second = map(int, found["time"].split(":"))
        fraction = int((found["part"] or "0")[:6].ljust(6, "0"))
        local = datetime(year, month, day, hour, minute, second, fraction, UTC)
        zone = (found["zone"] or "Z").upper()
        if zone == "Z":
            return local
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return local - offset if zone[0] == "+" else local + offset
    except (ValueError, OverflowError):
        return None


def parse_duration(written: str) -> timedelta | None:
    """`PT1M30S`, or None.

    >>> parse_duration("PT1M30S")
    datetime.timedelta(seconds=90)
    """
    found = _DURATION.match(written.strip())
    if found is None or not any(found.groups()):
        return None
    return timedelta(**{unit: int(value) for unit, value in found.groupdict().items() if value})


def parse_notifications(answer: Element) -> tuple[Notification, ...]:
    """All of PullMessagesResponse (or Notify) that can be read, in order."""
    messages = list(children(answer, "NotificationMessage"))[:MOST_EVENTS]
    return tuple(told for message in messages if (told := parse_notification(message)) is not None)


def parse_notification(message: Element) -> Notification | None:
    """One message; None where it has no topic or no content."""
    content = find(message, "Message", "Message")
    topic = _bare_topic(text(message, "Topic", limit=400))
    if content is None or not topic:
        return None
    return Notification(
        topic=topic,
        at=parse_time(content.get("UtcTime", "")[:64]),
        operation=_OPERATIONS.get(content.get("PropertyOperation", "").lower(), "none"),
        source=_items(find(content, "Source")) | _items(find(content, "Key")),
        data=_items(find(content, "Data")),
    )


def _bare_topic(written: str) -> str:
    """`tns1:Device/Trigger/tnshik:AlarmIn/.` becomes `Device/Trigger/AlarmIn`."""
    parts = [part.rpartition(":")[2].strip() for part in written.strip().rstrip("/.").split("/")]
    return "/".join(part for part in parts if part)[:200]


def _items(group: Element | None) -> dict[str, str]:
    items = {}
    for item in list(group if group is not None else ())[:_MOST_ITEMS]:
        if name_of(item) == "SimpleItem" and item.get("Name"):
            items[item.get("Name", "")[:80]] = item.get("Value", "").strip()[:200]
    return items


def to_event(told: Notification, layout: Layout | None) -> DeviceEvent | None:
    """What it means to the hub; None for what is no event: a present state of something that only happens."""
    topic = find_topic(told.topic)
    if topic is None:
        return None
    phase: Literal["start", "stop", "pulse"]
    if topic.meaning == "job":
        state = told.data.get("State", "").lower()
        if state not in ("active", "idle", "partiallyactive", "error"):
            return None
        phase = "start" if state in ("error", "partiallyactive") else "stop"
    elif topic.meaning == "state":
        on = _state(told.data)
        phase = "stop" if told.operation == "deleted" or on is False else "start" if on else "pulse"
    else:
        phase = "pulse"
    if phase == "pulse" and told.operation in ("initialized", "deleted"):
        return None
    tokens = [told.source[key] for key in _SOURCE_KEYS if key in told.source]
    numbers = [layout.number(token) for token in tokens] if layout is not None else []
    channel = next((number for number in numbers if number is not None), None)
    return DeviceEvent(
        kind=topic.kind,
        phase=phase,
        channel=channel,
        at=told.at,
        code=told.topic,
        detail=redact(_detail(told, channel_known=channel is not None, state_known=phase != "pulse"))[:300],
    )


def _detail(told: Notification, *, channel_known: bool, state_known: bool) -> str:
    """What is told besides the channel and the state."""
    source = {key: value for key, value in told.source.items() if not (channel_known and key in _SOURCE_KEYS)}
    data = {key: value for key, value in told.data.items() if not (state_known and key in _STATE_KEYS)}
    return "; ".join(f"{key}: {value}" for key, value in (source | data).items() if value)


def _state(data: Mapping[str, str]) -> bool | None:
    for key in _STATE_KEYS:
        if key in data:
            return flag(data[key])
    return flag(next(iter(data.values()))) if len(data) == 1 else None


def started_at(told: Notification) -> datetime | None:
    """When the device started last, where this tells it."""
    topic = find_topic(told.topic)
    if topic is None or topic.meaning != "started":
        return None
    return next((at for value in told.data.values() if (at := parse_time(value)) is not None), None)
