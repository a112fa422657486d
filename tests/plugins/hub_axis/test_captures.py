"""Answers that real Axis devices gave, read. They lie beside the project, not in it; without them these tests skip."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hub_axis import soap
from hub_axis.options import AxisOptions
from hub_axis.parse_json import Apis, Properties, parse_info, parse_reply
from hub_axis.parse_text import decode, parse_parameters, parse_temperatures, parse_users
from hub_axis.parse_xml import parse_tree
from hub_axis.settings import settings_of, to_parameters
from hub_axis.topics import to_event
from hub_axis.views import channels_of, streams_of
from hub_axis.weaknesses import weaknesses_of

from hub.api import Address, DeviceError, DeviceEvent

_FOLDER = Path(__file__).parents[4] / "shared" / "fixtures" / "vendors" / "axis"
_FILES = sorted(_FOLDER.rglob("*__*")) if _FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not _FILES, reason=f"no captured answers at {_FOLDER.name} beside the project")


def _body(name: str) -> bytes:
    return next(path for path in _FILES if path.name == name).read_bytes()


def _parameters(name: str) -> dict[str, str]:
    return parse_parameters(decode(_body(name)))


def test_every_list_of_parameters_is_read() -> None:
    for path in _FILES:
        if path.suffix == ".txt" and path.name.split("__")[0] in ("brand", "image", "properties", "ptz", "param_cgi"):
            lines = decode(path.read_bytes()).count("\n")
            assert len(parse_parameters(decode(path.read_bytes()))) >= lines - 1, path.name


def test_a_camera_says_what_it_is_in_both_ways() -> None:
    new = parse_info(
        parse_reply(_body("basic_device_info__GET_ALL_PROPERTIES_RESPONSE.json"), Properties).property_list
    )
    assert (new.maker, new.model, new.firmware, new.mac) == ("Axis", "M1065-LW", "9.80.1", "ac:cc:12:34:56:78")
    told = _parameters("param_cgi__PARAM_RESPONSE.txt")
    old = parse_info({name.rpartition(".")[2]: value for name, value in told.items() if name.startswith("Brand.")})
    assert (old.model, old.kind) == (new.model, new.kind) == ("M1065-LW", "camera")


def test_the_interfaces_of_a_camera_are_listed() -> None:
    apis = parse_reply(_body("api_discovery__GET_API_LIST_RESPONSE.json"), Apis).api_list
    assert {"basic-device-info", "param-cgi"} <= {one.id for one in apis}


def test_views_and_streams_of_a_whole_device() -> None:
    told = _parameters("param_cgi__PARAM_RESPONSE.txt")
    assert [(one.number, one.name) for one in channels_of(told)] == [(1, "View Area 1")]
    main, sub = streams_of(told, 1, Address(host="192.0.2.9", port=80), AxisOptions())
    assert main.url == "rtsp://192.0.2.9/axis-media/media.amp?camera=1&videocodec=h264"
    assert (main.width, sub.width, sub.height) == (1920, 640, 360)


def test_settings_of_a_whole_device_hold_no_secret_and_can_be_set_by_the_same_names() -> None:
    told = _parameters("param_cgi__PARAM_RESPONSE.txt")
    settings = settings_of(told)
    assert 400 < len(settings) < len(told)
    assert not any("**" in value for value in settings.values())
    assert not any(name.lower().endswith(("password", "passphrase", "community", "key")) for name in settings)
    name = "ImageSource/I0.Sensor.Brightness"
    assert to_parameters({name: "60"}, settings) == {"root.ImageSource.I0.Sensor.Brightness": "60"}


def test_a_whole_device_is_audited() -> None:
    found = {one.what for one in weaknesses_of(_parameters("param_cgi__PARAM_RESPONSE.txt"))}
    assert {"HTTPS.AllowTLS1", "HTTPS.AllowTLS11", "System.PreventDoSAttack.ActivatePasswordThrottling"} == found


def test_temperatures_and_accounts() -> None:
    sensors, fans = parse_temperatures(decode(_body("temperature_control__STATUS_ALL_RESPONSE.txt")))
    assert [(one.name, one.celsius) for one in sensors] == [("Main", 43.5)]
    assert fans is True
    users = parse_users(decode(_body("pwdgrp_cgi__GET_USERS_RESPONSE.txt")))
    assert {one.name: one.level for one in users} == {"root": "administrator", "operator": "", "viewer": ""}


def _events() -> dict[str, DeviceEvent]:
    found = {}
    for path in _FILES:
        if path.name.startswith("event_fixtures__") and "EVENT_INSTANCE" not in path.name:
            for message in parse_tree(path.read_bytes()).iterfind(".//{*}NotificationMessage"):
                told = soap.parse_notification(message)
                assert told is not None, path.name
                found[path.stem.partition("__")[2]] = to_event(told)
    return found


@pytest.mark.parametrize(
    ("name", "kind", "phase", "channel"),
    [
        ("GLOBAL_SCENE_CHANGE", "scene-change", "stop", 1),
        ("PTZ_MOVE_START", "ptz-moved", "start", 1),
        ("PTZ_MOVE_END", "ptz-moved", "stop", 1),
        ("STORAGE_ALERT_INIT", "disk-error", "stop", None),
        ("VMD4_C1P1_CHANGE", "motion", "start", None),
        ("PIR_CHANGE", "motion", "start", None),
        ("PORT_0_INIT", "input", "stop", None),
        ("RELAY_INIT", "other", "stop", None),
        ("DAYNIGHT_INIT", "other", "start", 1),
    ],
)
def test_notifications_of_real_devices(name: str, kind: str, phase: str, channel: int | None) -> None:
    told = _events()[name]
    assert (told.kind, told.phase, told.channel) == (kind, phase, channel)
    assert told.at is not None


def test_no_answer_given_to_the_wrong_reader_is_anything_but_a_device_error() -> None:
    readers: tuple[Callable[[bytes], object], ...] = (
        lambda body: parse_parameters(decode(body)),
        lambda body: parse_users(decode(body)),
        lambda body: parse_temperatures(decode(body)),
        lambda body: parse_reply(body, Properties),
        lambda body: soap.parse_notifications(body, 200),
    )
    for path in _FILES:
        for read in readers:
            try:
                read(path.read_bytes())
            except DeviceError:
                continue
