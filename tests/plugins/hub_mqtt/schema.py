"""What Home Assistant's own discovery takes, written down from its source (Apache-2.0), and a check against it.

Keys and words are those of github.com/home-assistant/core, `homeassistant/components/mqtt/`:

* `schemas.py`: `DEVICE_DISCOVERY_SCHEMA`, `MQTT_ENTITY_DEVICE_INFO_SCHEMA`, `MQTT_ORIGIN_INFO_SCHEMA`,
  `MQTT_ENTITY_COMMON_SCHEMA`, `MQTT_AVAILABILITY_SCHEMA`, `check_unique_id`
* `config.py`: `MQTT_RO_SCHEMA`; `sensor.py`, `binary_sensor.py`, `event.py`: `_PLATFORM_SCHEMA_BASE`
* `discovery.py`: `TOPIC_MATCHER`

and device classes those of `homeassistant/components/sensor/const.py` and `…/binary_sensor/__init__.py`. Unlike Home
Assistant, which drops what it does not know in an entity, nothing unknown is let through.
"""

import json
import re
from typing import Any

TOPIC = re.compile(
    r"(?P<prefix>.+?)/(?P<component>\w+)/(?:(?P<node_id>[a-zA-Z0-9_-]+)/)?(?P<object_id>[a-zA-Z0-9_-]+)/config"
)
AVAILABILITY = {
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "payload_available",
    "payload_not_available",
}
DEVICE = {
    "identifiers",
    "connections",
    "manufacturer",
    "model",
    "model_id",
    "name",
    "hw_version",
    "serial_number",
    "sw_version",
    "via_device",
    "suggested_area",
    "configuration_url",
}
ORIGIN = {"name", "sw_version", "support_url"}
DISCOVERY = AVAILABILITY | {"device", "components", "origin", "state_topic", "command_topic", "qos", "encoding"}
ENTITY = AVAILABILITY | {
    "device",
    "origin",
    "enabled_by_default",
    "entity_category",
    "icon",
    "json_attributes_topic",
    "json_attributes_template",
    "unique_id",
    "qos",
    "encoding",
    "state_topic",
    "value_template",
    "name",
    "platform",
    "device_class",
}
PLATFORMS = {
    "sensor": ENTITY
    | {
        "expire_after",
        "force_update",
        "last_reset_value_template",
        "options",
        "suggested_display_precision",
        "state_class",
        "unit_of_measurement",
    },
    "binary_sensor": ENTITY | {"expire_after", "force_update", "off_delay", "payload_off", "payload_on"},
    "event": ENTITY | {"event_types"},
}
REQUIRED = {"sensor": set[str](), "binary_sensor": set[str](), "event": {"event_types", "state_topic"}}
DEVICE_CLASSES = {
    "sensor": {"enum", "timestamp", "duration", "temperature", "data_rate"},
    "binary_sensor": {"problem", "connectivity", "running", "power", "tamper"},
    "event": {"button", "doorbell", "motion"},
}
STATE_CLASSES = {"measurement", "measurement_angle", "total", "total_increasing"}
CATEGORIES = {"config", "diagnostic"}


def check(topic: str, payload: bytes) -> dict[str, Any]:
    """The message, once it holds everything that Home Assistant asks of it."""
    match = TOPIC.fullmatch(topic)
    assert match is not None, topic
    assert match["component"] == "device"
    found: dict[str, Any] = json.loads(payload)
    assert found.keys() <= DISCOVERY, found.keys() - DISCOVERY
    device, origin = found["device"], found["origin"]
    assert device.keys() <= DEVICE, device.keys() - DEVICE
    assert device.get("identifiers") or device.get("connections")
    assert all(isinstance(value, str) for key, value in device.items() if key != "identifiers")
    assert origin.keys() <= ORIGIN
    assert isinstance(origin["name"], str)
    assert found["qos"] in (0, 1, 2)
    assert ("availability" in found) + ("availability_topic" in found) <= 1
    for key in ("state_topic", "availability_topic"):
        _subscribable(found[key])
    for part in found["components"].values():
        _entity(part, found)
    return found


def _entity(part: dict[str, Any], found: dict[str, Any]) -> None:
    platform = part["platform"]
    assert platform in PLATFORMS, platform
    if part.keys() == {"platform"}:
        return  # the entity is to be removed
    assert part.keys() <= PLATFORMS[platform], part.keys() - PLATFORMS[platform]
    assert isinstance(part["unique_id"], str)
    assert REQUIRED[platform] <= part.keys()
    # What stands at the device holds for its entities as well.
    _subscribable(part.get("state_topic", found["state_topic"]))
    assert part.get("device_class") in DEVICE_CLASSES[platform] | {None}
    assert part.get("state_class") in STATE_CLASSES | {None}
    assert part.get("entity_category") in CATEGORIES | {None}
    assert re.fullmatch(r"mdi:[a-z0-9-]+", part.get("icon", "mdi:x"))
    if "options" in part:
        assert part["options"]
        assert part["device_class"] == "enum"
        assert not {"state_class", "unit_of_measurement"} & part.keys()
    if platform == "event":
        assert all(isinstance(each, str) for each in part["event_types"])


def _subscribable(topic: Any) -> None:
    assert isinstance(topic, str)
    assert 0 < len(topic.encode()) <= 65_535
    assert "#" not in topic
    assert "+" not in topic
    assert "\0" not in topic
