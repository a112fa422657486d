"""What ONVIF's topics mean to the hub. Data."""

from typing import Literal, NamedTuple

from hub.api import EventKind

Meaning = Literal["state", "pulse", "job", "started"]


class Topic(NamedTuple):
    """How to read the events of one topic."""

    kind: EventKind
    meaning: Meaning = "state"
    """`state`: on and off; `pulse`: it happened; `job`: the state of a recording job; `started`: the device's start."""


TOPICS: dict[str, Topic] = {
    "VideoSource/GlobalSceneChange": Topic("scene-change"),
    "VideoSource/ImageTooDark": Topic("too-dark"),
    "VideoSource/ImageTooBright": Topic("too-bright"),
    "VideoSource/ImageTooBlurry": Topic("defocus"),
    "VideoSource/MotionAlarm": Topic("motion"),
    "VideoSource/SignalLoss": Topic("video-loss"),
    "VideoSource/VideoLoss": Topic("video-loss"),
    "VideoSource/Tamper": Topic("tamper"),
    "VideoAnalytics/Motion": Topic("motion"),
    "VideoAnalytics/MotionDetection": Topic("motion"),
    "RuleEngine/TamperDetector/Tamper": Topic("tamper"),
    "RuleEngine/CellMotionDetector/Motion": Topic("motion"),
    "RuleEngine/CellMotionDetector/Tamper": Topic("tamper"),
    "RuleEngine/MotionRegionDetector/Motion": Topic("motion"),
    "Device/HardwareFailure/StorageFailure": Topic("disk-error"),
    "Device/HardwareFailure/FanFailure": Topic("fan"),
    "Device/HardwareFailure/PowerSupplyFailure": Topic("power"),
    "Device/HardwareFailure/TemperatureCritical": Topic("temperature"),
    "RecordingConfig/JobState": Topic("recording-failed", "job"),
    "Monitoring/OperatingTime/LastReboot": Topic("rebooted", "started"),
    "Device/Trigger/DigitalInput": Topic("input"),
    "Device/Trigger/Relay": Topic("input"),
    "Device/Trigger/AlarmIn": Topic("input"),
    "PTZController/PTZPresets": Topic("ptz-moved", "pulse"),
}
"""Topics without the prefixes of their parts, and without the service that a topic may end with."""

UNTOLD = (
    "Monitoring",
    "RecordingHistory",
    "RecordingConfig",
    "Configuration",
    "Media",
    "AudioAnalytics",
    "Device/OperationMode",
)
"""Topics that tell of what is asked for anyway, or change all the time; what begins so and is not above is left out."""


def find_topic(topic: str) -> Topic | None:
    """How to read a topic; None for one to leave out. What nobody knows is `other`, and still told.

    >>> find_topic("VideoSource/ImageTooDark/AnalyticsService").kind, find_topic("Acme/Odd").kind
    ('too-dark', 'other')
    """
    parts = topic.split("/")
    for length in range(len(parts), 0, -1):
        found = TOPICS.get("/".join(parts[:length]))
        if found is not None:
            return found
    return None if any(topic == each or topic.startswith(each + "/") for each in UNTOLD) else Topic("other")
