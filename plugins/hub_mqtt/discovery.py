"""What Home Assistant is told: a device for each camera and one for the hub, how they are, and what alarms do. Pure.

The messages follow Home Assistant's MQTT discovery for devices (its version 2024.11 and later): one retained message
for each device, with all its entities, at `PREFIX/device/NODE/OBJECT/config`.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.api import CameraNow, FollowedRecord, Language, SiteNow, Text
from hub_mqtt.options import HomeAssistant

CONDITIONS = ("good", "fault", "lost", "not_judged")
ALARM_EVENTS = {"alarm.raised": "raised", "alarm.acknowledged": "acknowledged", "alarm.returned": "returned"}
"""What is told of alarms, by the event of the journal."""
HUB = "hub"
"""The object of the hub itself."""
_LONGEST_NAME = 200
_SUPPORT = "https://www.home-assistant.io/integrations/mqtt/"
_UNKNOWN = "None"
"""What Home Assistant takes as `unknown`, in a value as in an answer of a template."""


class Words(NamedTuple):
    """What an entity is called."""

    condition: str
    problem: str
    connection: str
    recording: str
    alarm: str
    lost: str
    faulty: str
    not_judged: str
    alarms: str
    site: str


WORDS: Mapping[Language, Words] = {
    "en": Words(
        "Condition",
        "Problem",
        "Connection",
        "Recording",
        "Alarm",
        "Cameras lost",
        "Cameras with faults",
        "Cameras not judged",
        "Alarms",
        "Control room",
    ),
    "zh_CN": Words(
        "状态", "故障", "连接", "录像", "报警", "失联摄像机", "有故障的摄像机", "未判断的摄像机", "报警数", "监控室"
    ),
}


def messages(site: SiteNow, options: HomeAssistant, availability: str, language: Language) -> dict[str, bytes]:
    """Everything that the broker keeps, by topic. What a topic held that is no longer among them is to be removed."""
    known: dict[str, bytes] = {}
    areas = {camera.id: camera.area.in_(language) for camera in site.cameras}
    known[_config_topic(options, f"{options.node}_{HUB}", node=False)] = _encoded(
        _discovery(_hub_device(site, options, language), _hub_parts(options, language), options, HUB, availability)
    )
    known[_state_topic(options, HUB)] = _encoded(_hub_state(site))
    waiting: dict[str | None, int] = {}
    for alarm in site.alarms:
        waiting[alarm.camera] = waiting.get(alarm.camera, 0) + 1
    for camera in site.cameras:
        device = _camera_device(camera, areas[camera.id], options, language)
        parts = _camera_parts(camera, options, language)
        known[_config_topic(options, camera.id)] = _encoded(
            _discovery(device, parts, options, f"cameras/{camera.id}", availability)
        )
        state = _camera_state(camera, waiting.get(camera.id, 0))
        known[_state_topic(options, f"cameras/{camera.id}")] = _encoded(state)
    return known


def alarm_topic(options: HomeAssistant, camera: str | None) -> str:
    """Where it is told what alarms of a camera do; of None, what those do that are about no camera."""
    return f"{options.topic}/{f'cameras/{camera}' if camera else HUB}/alarm"


def alarm_event(record: FollowedRecord, alarm: "KnownAlarm", language: Language) -> bytes:
    """What happened to an alarm, as Home Assistant's event entities take it."""
    return _encoded(
        {
            "event_type": ALARM_EVENTS[record.type],
            "alarm": alarm.id,
            "title": alarm.title.in_(language)[:_LONGEST_NAME],
            "priority": alarm.priority,
            "by": record.actor,
            "at": record.seen_at.isoformat(timespec="seconds"),
            "seq": record.seq,
        }
    )


class KnownAlarm(NamedTuple):
    """What is told of an alarm whatever happens to it."""

    id: str
    camera: str | None
    title: Text
    priority: str


def raised(record: FollowedRecord) -> KnownAlarm:
    """The alarm of a record of `alarm.raised`."""
    body, title = record.body, record.body["title"]
    return KnownAlarm(
        body["alarm"], record.camera, Text(en=title.get("en", ""), zh=title.get("zh", "")), body["priority"]
    )


def _config_topic(options: HomeAssistant, object_id: str, *, node: bool = True) -> str:
    place = f"{options.node}/{object_id}" if node else object_id
    return f"{options.prefix}/device/{place}/config"


def _state_topic(options: HomeAssistant, thing: str) -> str:
    return f"{options.topic}/{thing}/state"


def _discovery(
    device: dict[str, Any], parts: dict[str, Any], options: HomeAssistant, thing: str, availability: str
) -> dict[str, Any]:
    return {
        "device": device,
        "origin": {"name": "Watchroom", "support_url": _SUPPORT},
        "state_topic": _state_topic(options, thing),
        "availability_topic": availability,
        "payload_available": "online",
        "payload_not_available": "offline",
        "qos": 1,
        "components": parts,
    }


def _hub_device(site: SiteNow, options: HomeAssistant, language: Language) -> dict[str, Any]:
    name = site.name.in_(language)[:_LONGEST_NAME]
    return {
        "identifiers": [options.node],
        "name": f"{name} {WORDS[language].site}".strip(),
        "manufacturer": "Watchroom",
        "model": "Hub",
    }


def _camera_device(camera: CameraNow, area: str, options: HomeAssistant, language: Language) -> dict[str, Any]:
    device = {
        "identifiers": [f"{options.node}_{camera.id}"],
        "name": camera.name.in_(language)[:_LONGEST_NAME] or camera.id,
        "manufacturer": "Watchroom",
        "model": "Camera",
        "via_device": options.node,
    }
    return device | ({"suggested_area": area[:_LONGEST_NAME]} if area else {})


def _camera_parts(camera: CameraNow, options: HomeAssistant, language: Language) -> dict[str, Any]:
    words, own = WORDS[language], f"{options.node}_{camera.id}"
    recording = {
        "platform": "binary_sensor",
        "unique_id": f"{own}_recording",
        "name": words.recording,
        "device_class": "running",
        "value_template": "{{ value_json.recording }}",
    }
    return {
        "condition": {
            "platform": "sensor",
            "unique_id": f"{own}_condition",
            "name": words.condition,
            "device_class": "enum",
            "options": list(CONDITIONS),
            "value_template": "{{ value_json.condition }}",
            "json_attributes_topic": _state_topic(options, f"cameras/{camera.id}"),
            "icon": "mdi:cctv",
        },
        "problem": {
            "platform": "binary_sensor",
            "unique_id": f"{own}_problem",
            "name": words.problem,
            "device_class": "problem",
            "value_template": "{{ value_json.problem }}",
        },
        "connection": {
            "platform": "binary_sensor",
            "unique_id": f"{own}_connection",
            "name": words.connection,
            "device_class": "connectivity",
            "entity_category": "diagnostic",
            "value_template": "{{ value_json.connection }}",
        },
        # A part with its platform alone is one that Home Assistant removes, if it knew it.
        "recording": recording if camera.recording is not None else {"platform": "binary_sensor"},
        "alarm": _event(own, words.alarm, alarm_topic(options, camera.id)),
    }


def _hub_parts(options: HomeAssistant, language: Language) -> dict[str, Any]:
    words, own = WORDS[language], f"{options.node}_{HUB}"
    named = {"lost": words.lost, "fault": words.faulty, "not_judged": words.not_judged, "alarms": words.alarms}
    counted = {
        key: {
            "platform": "sensor",
            "unique_id": f"{own}_{key}",
            "name": name,
            "state_class": "measurement",
            "value_template": f"{{{{ value_json.{key} }}}}",
        }
        for key, name in named.items()
    }
    return counted | {"alarm": _event(own, words.alarm, alarm_topic(options, None))}


def _event(own: str, name: str, topic: str) -> dict[str, Any]:
    return {
        "platform": "event",
        "unique_id": f"{own}_alarm",
        "name": name,
        "event_types": list(ALARM_EVENTS.values()),
        "state_topic": topic,
        "icon": "mdi:alarm-light",
    }


def _camera_state(camera: CameraNow, alarms: int) -> dict[str, Any]:
    return {
        "condition": camera.condition,
        "problem": {"good": "OFF", "not_judged": _UNKNOWN}.get(camera.condition, "ON"),
        "connection": {"live": "ON", "unknown": _UNKNOWN, "connecting": _UNKNOWN}.get(camera.signal, "OFF"),
        "recording": {"recording": "ON", "missing": "OFF"}.get(camera.recording or "", _UNKNOWN),
        "signal": camera.signal,
        "findings": camera.findings,
        "alarms": alarms,
    }


def _hub_state(site: SiteNow) -> dict[str, Any]:
    counts = {word: sum(camera.condition == word for camera in site.cameras) for word in CONDITIONS}
    return counts | {"alarms": len(site.alarms)}


def _encoded(body: object) -> bytes:
    # A lone surrogate is no text; JSON would carry it on to somebody who cannot read it.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
