"""What a device tells by itself: `EventNotificationAlert`, in XML or JSON. Pure."""

import re
from datetime import datetime

import msgspec

from hub.api import EventKind, ProtocolError
from hub_hikvision.multipart import Part
from hub_hikvision.parse_json import is_json, parse_json, whole_of
from hub_hikvision.parse_time import read_instant
from hub_hikvision.tree import Node, number_of, parse_tree, text_of

BEHIND_RECORDER = 32
"""Recorders count their network cameras from here in events: 34 is the second."""

_DURATION = "duration"
"""An event that only says that another one lasts."""
_KINDS: dict[str, EventKind] = {
    "vmd": "motion",
    "vmdhumanvehicle": "motion",
    "motion": "motion",
    "motiondetection": "motion",
    "pir": "motion",
    "tamperdetection": "tamper",
    "shelteralarm": "tamper",
    "videoloss": "video-loss",
    "scenechangedetection": "scene-change",
    "defocus": "defocus",
    "diskfull": "disk-full",
    "hdfull": "disk-full",
    "diskerror": "disk-error",
    "hderror": "disk-error",
    "hdbadblock": "disk-error",
    "hdimpact": "disk-error",
    "storagedetection": "disk-error",
    "raidexception": "disk-error",
    "diskunformat": "disk-missing",
    "nodisk": "disk-missing",
    "recordingfailure": "recording-failed",
    "recordexception": "recording-failed",
    "nicbroken": "network",
    "ipconflict": "network",
    "illaccess": "illegal-access",
    "illegalaccess": "illegal-access",
    "hightemperature": "temperature",
    "highhdtemperature": "temperature",
    "lowhdtemperature": "temperature",
    "fanexception": "fan",
    "io": "input",
}
_OF_THE_DEVICE: frozenset[EventKind] = frozenset(
    {"disk-full", "disk-error", "disk-missing", "network", "illegal-access", "temperature", "fan"}
)
_WORD = re.compile(r"[A-Za-z][\w.-]{0,63}")


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One `EventNotificationAlert`."""

    code: str
    active: bool
    channel: int | None
    """As the device counts; None: about the device, or not told."""
    count: int | None
    """`activePostCount`."""
    at: datetime | None
    detail: str

    @property
    def kind(self) -> EventKind:
        return kind_of(self.code)

    @property
    def is_heartbeat(self) -> bool:
        """`videoloss inactive` every few seconds says that the line is good, and nothing of any picture."""
        return self.code.lower() == "videoloss" and not self.active and not self.count


def kind_of(code: str) -> EventKind:
    return _KINDS.get(code.lower(), "other")


def parse_alert(part: Part) -> Alert:
    """Raises `ProtocolError` for what is no event."""
    if "json" in part.media or is_json(part.body):
        return _from_json(part.body)
    return _from_xml(parse_tree(part.body, "EventNotificationAlert"))


def place(channel: int | None, known: frozenset[int]) -> int | None:
    """The channel as the session counts: a recorder's network cameras are told with 32 added."""
    if channel is None or channel < 1:
        return None
    if channel not in known and channel - BEHIND_RECORDER in known:
        return channel - BEHIND_RECORDER
    return channel


def _from_xml(root: Node) -> Alert:
    # What is about a network camera has 0 where the recorder's own inputs are told.
    told = (number_of(root, name) for name in ("channelID", "dynChannelID", "inputIOPortID", "dynInputIOPortID"))
    channel = next((number for number in told if number), None)
    code = text_of(root, "eventType")
    if code.lower() == _DURATION:
        code = text_of(root, "DurationList/Duration/relationEvent", "Duration/relationEvent", "relationEvent")
    return _alert(
        code,
        text_of(root, "eventState"),
        channel,
        number_of(root, "activePostCount"),
        text_of(root, "dateTime"),
        text_of(root, "eventDescription"),
    )


def _from_json(body: bytes) -> Alert:
    told = parse_json(body, "A part of the device's event stream")
    if isinstance(told, dict) and isinstance(told.get("EventNotificationAlert"), dict):
        told = told["EventNotificationAlert"]
    if not isinstance(told, dict):
        raise ProtocolError("A JSON part of the device's event stream is no event.")
    return _alert(
        _text(told.get("eventType")),
        _text(told.get("eventState", "active")),
        whole_of(told.get("channelID")) or whole_of(told.get("dynChannelID")),
        whole_of(told.get("activePostCount")),
        _text(told.get("dateTime")),
        _text(told.get("eventDescription")),
    )


def _alert(code: str, state: str, channel: int | None, count: int | None, at: str, detail: str) -> Alert:
    if not _WORD.fullmatch(code):
        raise ProtocolError(f"An event of the device names no kind: {code[:60]!r}.")
    of_the_device = kind_of(code) in _OF_THE_DEVICE or channel is None or not 0 < channel < 100_000
    return Alert(
        code=code,
        active=state.lower() != "inactive",
        channel=None if of_the_device else channel,
        count=count,
        at=read_instant(at),
        detail=detail[:300],
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
