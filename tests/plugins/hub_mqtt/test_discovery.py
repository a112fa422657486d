"""What Home Assistant is told is what its own discovery takes, and says of each camera what is known of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hub_mqtt.discovery import CONDITIONS, WORDS, KnownAlarm, alarm_event, alarm_topic, messages
from hub_mqtt.options import HomeAssistant, MqttOptions
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from hub.api import AlarmNow, CameraNow, FollowedRecord, SiteNow, Text
from tests.plugins.hub_mqtt.schema import check

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
GATE = CameraNow(
    id="gate-1",
    name=Text(en="Gate", zh="大门"),
    area=Text(en="Yard", zh="院子"),
    domain="security",
    condition="good",
    signal="live",
    findings=[],
    recording="recording",
    last_picture_at=AT,
    fps=25.0,
    kbps=2000.0,
)
HOME = HomeAssistant()


def site(*cameras: CameraNow, alarms: tuple[AlarmNow, ...] = ()) -> SiteNow:
    return SiteNow(name=Text(en="Plant", zh="工厂"), position=1, cameras=list(cameras), alarms=list(alarms))


def told(*cameras: CameraNow, **more: Any) -> dict[str, Any]:
    kept = messages(site(*cameras, **more), HOME, "watchroom/availability", "en")
    for topic, body in kept.items():
        if topic.endswith("/config"):
            check(topic, body)
    return {topic: json.loads(body) for topic, body in kept.items()}


def state(camera: CameraNow) -> dict[str, Any]:
    found: dict[str, Any] = told(camera)[f"watchroom/cameras/{camera.id}/state"]
    return found


def test_each_camera_is_a_device_of_the_hub_with_its_entities() -> None:
    config = told(GATE)["homeassistant/device/watchroom/gate-1/config"]
    assert config["device"]["name"] == "Gate"
    assert config["device"]["suggested_area"] == "Yard"
    hub = told(GATE)["homeassistant/device/watchroom_hub/config"]
    assert [config["device"]["via_device"]] == hub["device"]["identifiers"]
    assert {key: part["platform"] for key, part in config["components"].items()} == {
        "condition": "sensor",
        "problem": "binary_sensor",
        "connection": "binary_sensor",
        "recording": "binary_sensor",
        "alarm": "event",
    }
    assert config["availability_topic"] == "watchroom/availability"
    assert config["components"]["condition"]["options"] == list(CONDITIONS)


@pytest.mark.parametrize(
    ("condition", "signal", "problem", "connection"),
    [
        ("good", "live", "OFF", "ON"),
        ("fault", "live", "ON", "ON"),
        ("lost", "lost", "ON", "OFF"),
        ("lost", "refused", "ON", "OFF"),
        ("not_judged", "unknown", "None", "None"),
        ("not_judged", "connecting", "None", "None"),
        ("not_judged", "stalled", "None", "OFF"),
    ],
)
def test_what_nobody_knows_is_unknown_and_neither_good_nor_bad(
    condition: str, signal: str, problem: str, connection: str
) -> None:
    said = state(replace(GATE, condition=condition, signal=signal))
    assert (said["condition"], said["problem"], said["connection"]) == (condition, problem, connection)


def test_a_camera_that_is_not_to_be_recorded_has_no_such_entity() -> None:
    parts = told(replace(GATE, recording=None))["homeassistant/device/watchroom/gate-1/config"]["components"]
    assert parts["recording"] == {"platform": "binary_sensor"}
    assert state(replace(GATE, recording="missing"))["recording"] == "OFF"
    assert state(replace(GATE, recording="starting"))["recording"] == "None"


def test_the_hub_counts_its_cameras_and_alarms() -> None:
    alarm = AlarmNow(
        id="A-1", rule="r", title=Text(en="x"), priority="high", state="acknowledged", camera="gate-1", raised_at=AT
    )
    lost = replace(GATE, id="gate-2", condition="lost")
    said = told(GATE, lost, alarms=(alarm,))
    assert said["watchroom/hub/state"] == {"good": 1, "fault": 0, "lost": 1, "not_judged": 0, "alarms": 1}
    assert said["watchroom/cameras/gate-1/state"]["alarms"] == 1
    assert said["watchroom/cameras/gate-2/state"]["alarms"] == 0


def test_templates_name_what_the_state_has() -> None:
    said = told(GATE)
    for config in (body for topic, body in said.items() if topic.endswith("/config")):
        for part in config["components"].values():
            if "value_template" in part:
                key = part["value_template"].removeprefix("{{ value_json.").removesuffix(" }}")
                assert key in said[part.get("state_topic", config["state_topic"])]


def test_an_alarm_is_an_event_of_its_camera_or_of_the_hub() -> None:
    record = FollowedRecord(
        seq=9, at=AT, seen_at=AT, actor="person:wang", cause=8, type="alarm.acknowledged", camera=None, body={}, hash=""
    )
    known = KnownAlarm("A-1", "gate-1", Text(en="Signal lost", zh="信号丢失"), "high")
    body = json.loads(alarm_event(record, known, "zh_CN"))
    assert (body["event_type"], body["title"], body["by"]) == ("acknowledged", "信号丢失", "person:wang")
    said = told(GATE)
    parts = said["homeassistant/device/watchroom/gate-1/config"]["components"]
    assert parts["alarm"]["state_topic"] == alarm_topic(HOME, "gate-1")
    assert body["event_type"] in parts["alarm"]["event_types"]
    hub = said["homeassistant/device/watchroom_hub/config"]["components"]
    assert hub["alarm"]["state_topic"] == alarm_topic(HOME, None) != alarm_topic(HOME, "hub")


def test_names_come_in_the_language_of_the_site() -> None:
    kept = messages(site(GATE), HOME, "a", "zh_CN")
    config = json.loads(kept["homeassistant/device/watchroom/gate-1/config"])
    assert (config["device"]["name"], config["components"]["problem"]["name"]) == ("大门", WORDS["zh_CN"].problem)


@given(st.text(max_size=400), st.text(max_size=400), st.sampled_from(CONDITIONS), st.text(max_size=20))
def test_whatever_a_camera_is_called_home_assistant_takes_it(name: str, area: str, condition: str, signal: str) -> None:
    told(replace(GATE, name=Text(en=name), area=Text(en=area), condition=condition, signal=signal))


def test_the_hub_is_there_by_a_topic_of_its_own_even_where_none_is_named() -> None:
    assert MqttOptions(host="b").availability_used == ""
    assert MqttOptions(host="b", home_assistant=HOME).availability_used == "watchroom/availability"
    assert MqttOptions(host="b", availability="x/y", home_assistant=HOME).availability_used == "x/y"


@pytest.mark.parametrize("wrong", [{"prefix": ""}, {"topic": "a/#"}, {"node": "a/b"}, {"node": ""}, {"nod": "x"}])
def test_what_could_not_be_discovered_is_refused_at_once(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        HomeAssistant(**wrong)
