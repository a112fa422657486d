"""A turning camera and a recorder, over real sockets; and reading what no device should write. All synthetic."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hub_uniview.envelope import Data, parse_answer
from hub_uniview.options import UniviewOptions
from hub_uniview.parse import (
    SPACE,
    change,
    flatten,
    parse_channels,
    parse_info,
    parse_position,
    parse_presets,
    parse_rule,
    parse_servers,
    parse_stream,
    parse_time,
    parse_volumes,
)
from hub_uniview.session import UniviewSession
from hypothesis import given
from hypothesis import strategies as st

from hub.api import (
    AuthRejected,
    DeviceError,
    DeviceRejected,
    ProtocolError,
    PtzPosition,
    Unsupported,
)
from hub.testing.devices import ReplayServer, Reply
from tests.plugins.hub_uniview.synthetic import BASE, JPEG, Table, camera, data, get, put, recorder


@contextmanager
def opened(table: Table, **options: Any) -> Iterator[tuple[UniviewSession, ReplayServer]]:
    with ReplayServer(table, user="hub", password="p@ss/#?%:ü") as server:
        yield UniviewSession(server.access(), UniviewOptions.model_validate(options)), server


def test_a_camera_s_own_channel_is_the_first() -> None:
    with opened(camera()) as (session, _):
        assert session.describe().kind == "camera"
        assert [channel.number for channel in session.channels()] == [1]
        assert session.snapshot(1) == JPEG
        streams = session.streams(1)
    assert [stream.name for stream in streams] == ["main", "sub"]
    assert streams[0].url == "rtsp://127.0.0.1:5540/media/video1"


def test_hub_toml_may_say_another_port_for_streams() -> None:
    with opened(camera(), rtsp_port=8554) as (session, _):
        assert session.streams(1)[0].url == "rtsp://127.0.0.1:8554/media/video1"


def test_a_recorder_tells_of_the_cameras_that_were_put_there() -> None:
    with opened(recorder()) as (session, _):
        assert session.describe().kind == "recorder"
        assert [(each.number, each.online, each.address) for each in session.channels()] == [
            (1, True, "10.0.1.1"),
            (2, False, "10.0.1.2"),
        ]
        assert session.streams(1)[0].url.endswith("/unicast/c1/s0/live")
        health = session.health()
    assert [volume.state for volume in health.volumes.value or ()] == ["ok", "failed", "absent", "unformatted"]
    assert health.clock.value is not None
    assert (health.clock.value.source, health.clock.value.servers) == ("ntp", ("ntp.example",))


def test_a_clock_is_set_unless_it_follows_ntp() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    with opened(camera()) as (session, server):
        session.set_clock(at)
        assert json.loads(server.requests[-1].body) == {
            "TimeZone": "GMT+08:00",
            "DeviceTime": round(at.timestamp()),
            "DateFormat": 1,
        }
    with opened(recorder()) as (session, _), pytest.raises(DeviceRejected, match="NTP"):
        session.set_clock(at)


def test_it_tells_where_it_points_and_turns() -> None:
    with opened(camera()) as (session, server):
        position = session.position(1)
        assert (position.pan, position.tilt, position.zoom) == (12.5, -3.25, 2.0)
        session.go_to(1, "Gate")
        assert server.requests[-1].path == f"{BASE}/Channels/0/PTZ/Presets/7/Goto"
        session.move_to(1, PtzPosition(pan=1.5, tilt=2.5, zoom=3, space=SPACE))
        assert [json.loads(seen.body) for seen in server.requests[-2:]] == [
            {"Longitude": 1.5, "Latitude": 2.5},
            {"ZoomRatio": 3.0},
        ]
        with pytest.raises(DeviceRejected):
            session.go_to(1, "Roof")
        with pytest.raises(DeviceRejected):
            session.move_to(1, PtzPosition(pan=0, tilt=0, zoom=0, space="onvif"))


def test_detections_that_are_off_are_found_and_put_right() -> None:
    with opened(camera()) as (session, server):
        assert [(each.channel, each.what) for each in session.audit()] == [(1, "MotionDetection")]
        name = "Channels/0/Alarm/MotionDetection/Rule/Enabled"
        assert session.settings()[name] == "0"
        session.apply({name: "1"})
        assert json.loads(server.requests[-1].body) == {"Enabled": 1, "Sensitivity": 50}


def test_settings_hold_neither_secrets_nor_the_time() -> None:
    with opened(camera()) as (session, _):
        settings = session.settings()
    assert settings["System/Time/NTP/IPAddress"] == "10.0.0.1"
    assert not [name for name in settings if "Password" in name or "DeviceTime" in name]


@pytest.mark.parametrize("name", ["System/Time/NTP/Password", "System/Time/NoSuch", "System/Network/IP", "x"])
def test_what_is_set_by_hand_is_refused_before_anything_is_set(name: str) -> None:
    with opened(camera()) as (session, server):
        with pytest.raises(Unsupported):
            session.apply({"Channels/0/Alarm/MotionDetection/Rule/Enabled": "1", name: "2"})
        assert not [seen for seen in server.requests if seen.method == "PUT"]


def test_it_restarts() -> None:
    with opened(camera()) as (session, server):
        session.reboot()
        assert server.requests[-1].path == f"{BASE}/System/Reboot"


def test_599_is_a_good_answer_and_the_envelope_may_be_missing() -> None:
    assert parse_answer(599, data({"Nums": 0}).body) == {"Nums": 0}
    assert parse_answer(200, b'{"DeviceModel": "IPC"}') == {"DeviceModel": "IPC"}


def test_names_are_read_in_the_encoding_of_chinese_firmware_and_codes_as_words() -> None:
    body = '{"Response":{"ResponseCode":"0","ResponseString":"Succeed","Data":{"DeviceName":"北门"}}}'
    for said in (body.encode("gb18030"), b"\xef\xbb\xbf" + body.encode()):
        assert parse_answer(200, said) == {"DeviceName": "北门"}


def test_a_refusal_inside_a_good_status_is_the_last_question() -> None:
    table = {**camera(), get("System/Time"): data(None, code=3, word="Not Authorized")}
    with opened(table) as (session, server):
        with pytest.raises(AuthRejected):
            session.clock()
        before = len(server.requests)
        with pytest.raises(AuthRejected):
            session.describe()
        assert len(server.requests) == before


def test_refused_values_are_rejected() -> None:
    table = {**camera(), put("System/Time"): data(None, code=2, word="Invalid Arguments")}
    with opened(table) as (session, _), pytest.raises(DeviceRejected):
        session.set_clock(datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=1))


PARSERS: tuple[Callable[[Data], object], ...] = (
    parse_info,
    parse_channels,
    lambda told: parse_stream(told, 0, "10.0.0.8", None),
    parse_volumes,
    parse_time,
    parse_servers,
    parse_presets,
    lambda told: parse_position(told, told),
    lambda told: parse_rule(told, 1, "x"),
    lambda told: flatten("x", told),
    lambda told: change(told, dict.fromkeys(list(told)[:2], "1")),
)
NAMES = [
    *("Nums", "DetailInfos", "LocalHDDList", "LocalHDDNum", "NASList", "PresetInfos", "NTPServerInfos", "ID", "Status"),
    *("AddressInfo", "URL", "DeviceTime", "Enabled", "Longitude", "Latitude", "ZoomRatio", "DeviceModel", "Password"),
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["rtsp://[", "rtsp://h:99999/x", "rtsp://h/x", "http://h"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=10))
def test_any_object_is_read_or_a_device_error(told: Data) -> None:
    for parse in PARSERS:
        with suppress(DeviceError):
            parse(told)


@given(
    st.sampled_from([reply.body for reply in camera().values() if isinstance(reply, Reply)]),
    st.binary(max_size=20),
    st.integers(0, 300),
    st.integers(0, 40),
    st.sampled_from([200, 599, 400, 500, 700]),
)
def test_damaged_answers_raise_device_errors_only(
    body: bytes, insert: bytes, at: int, length: int, status: int
) -> None:
    for raw in (insert, body[:at] + insert + body[at + length :]):
        with suppress(DeviceError):
            parse_answer(status, raw)


def test_deep_answers_are_refused() -> None:
    with pytest.raises(ProtocolError):
        parse_answer(200, b'{"a":' * 200 + b"1" + b"}" * 200)
    with pytest.raises(ProtocolError):
        parse_answer(200, b'{"a":' * 100_000)
