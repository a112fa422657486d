"""What a device's notifications mean. Pure.

A topic with a state comes once for its present value after subscribing (`Initialized`) and then at every change; one
without a state has no end. `other` is what is told and not judged.
"""

import re

from hub.api import DeviceEvent, EventKind, redact
from hub_axis.soap import Notification

_KINDS: tuple[tuple[str, EventKind], ...] = (
    (r"VideoSource/Tampering|RuleEngine/TamperDetector/Tamper|Device/Casing/Open|.*/Tamper(?:ing)?", "tamper"),
    (r"Device/(?:Tampering/)?ShockDetect(?:ion|ed)(?:/.*)?", "tamper"),
    (r"VideoSource/GlobalSceneChange/.*", "scene-change"),
    (r"VideoSource/(?:SignalLoss|ConnectionLost|VideoLost)(?:/.*)?", "video-loss"),
    (r"VideoSource/ImageTooBlurry/.*", "defocus"),
    (r"VideoSource/ImageTooDark/.*", "too-dark"),
    (r"VideoSource/ImageTooBright/.*", "too-bright"),
    (r"VideoSource/MotionAlarm|RuleEngine/(?:MotionRegionDetector|CellMotionDetector)/Motion", "motion"),
    (r"RuleEngine/VMD3/.*|Device/Sensor/PIR", "motion"),
    (r"CameraApplicationPlatform/(?:VMD|FenceGuard|LoiteringGuard|MotionGuard|ObjectAnalytics)/.*", "motion"),
    (r"Device/HardwareFailure/StorageFailure|Storage/(?:Disruption|Alert)", "disk-error"),
    (r"Device/HardwareFailure/FanFailure|Device/Fan/.*", "fan"),
    (r"Device/HardwareFailure/PowerSupplyFailure|Device/(?:RingPowerLimitExceeded|PowerSupply)(?:/.*)?", "power"),
    (r"Device/HardwareFailure/TemperatureCritical|Device/Status/Temperature/(?:Above|Below)", "temperature"),
    (r"Device/Network/(?:Lost|AddressConflict|BlockedIP)", "network"),
    (r"Device/IO/(?:Port|SupervisedPort|VirtualPort|VirtualInput)|Device/Trigger/DigitalInput", "input"),
    (r"PTZController/Move/Channel_\d+", "ptz-moved"),
)
_ROWS = tuple((re.compile(pattern), kind) for pattern, kind in _KINDS)
_ON = frozenset({"1", "true", "active", "on", "yes", "open"})
_OFF = frozenset({"0", "false", "inactive", "off", "no", "closed"})
_STATES = (
    "state",
    "logicalstate",
    "active",
    "disruption",
    "alert",
    "lost",
    "is_moving",
    "open",
    "sensor_level",
    "failed",
    "istamper",
    "ismotion",
    "triggered",
    "limit_exceeded",
)
"""Where a state stands, besides the only value that there is."""
_STORAGE = re.compile(r"Storage/(?:Disruption|Alert)|Device/HardwareFailure/StorageFailure")
_FROM_ONE = ("channel", "PTZConfigurationToken", "VideoSourceConfigurationToken")
_FROM_ZERO = ("VideoSource", "Source", "VideoSourceToken")


def to_event(told: Notification) -> DeviceEvent:
    """The event that a notification tells of."""
    topic = plain(told.topic)
    kind: EventKind = next((kind for row, kind in _ROWS if row.fullmatch(topic)), "other")
    state = None if topic == "VideoSource/Tampering" else _state(told)
    if told.operation == "Deleted":
        phase = "stop"
    else:
        phase = "pulse" if state is None else ("start" if state else "stop")
    if told.operation == "Initialized" and (phase == "pulse" or (phase == "start" and _STORAGE.fullmatch(topic))):
        # Not news: the value that there was before; and an empty slot calls itself disrupted for ever. Which disks
        # are missed is asked of the list of disks.
        kind = "other"
    words = [f"{name}={value}" for name, value in (*told.source.items(), *told.data.items())]
    return DeviceEvent(
        kind=kind,
        phase="start" if phase == "start" else "stop" if phase == "stop" else "pulse",
        channel=_channel(told, topic),
        at=told.at,
        code=redact(topic)[:200],
        detail=redact(", ".join(words))[:300],
    )


def plain(topic: str) -> str:
    """Without the prefixes of namespaces, which are the device's choice.

    >>> plain("tns1:VideoSource/tnsaxis:Tampering")
    'VideoSource/Tampering'
    """
    return "/".join(part.rpartition(":")[2] for part in topic.strip().rstrip("/.").split("/"))


def _state(told: Notification) -> bool | None:
    if not told.operation:
        return None
    values = {name.lower(): value.strip().lower() for name, value in told.data.items()}
    named = [values[name] for name in _STATES if name in values]
    for value in named or (list(values.values()) if len(values) == 1 else []):
        if value in _ON:
            return True
        if value in _OFF:
            return False
    return None


def _channel(told: Notification, topic: str) -> int | None:
    group, _, last = topic.rpartition("/")
    if group.startswith("PTZController") and (found := re.fullmatch(r"Channel_(\d{1,2})", last)) is not None:
        return int(found[1]) or None
    for name, base in (*((name, 0) for name in _FROM_ONE), *((name, 1) for name in _FROM_ZERO)):
        value = told.source.get(name, "")
        if re.fullmatch(r"\d{1,2}", value):
            return (int(value) + base) or None
    return None
