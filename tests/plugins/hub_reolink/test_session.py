"""Sessions with Reolink devices over real sockets, and their answers under damage."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hub_reolink.options import ReolinkOptions
from hub_reolink.parse_clock import Summer, Zone, parse_clock, parse_zone, to_local, to_utc
from hub_reolink.parse_device import (
    flatten,
    parse_channels,
    parse_info,
    parse_position,
    parse_presets,
    parse_rtsp_port,
    parse_streams,
    parse_users,
    parse_volumes,
)
from hub_reolink.parse_reply import LoginRefused, LoginWanted, parse_reply
from hub_reolink.session import ReolinkSession
from hypothesis import given
from hypothesis import strategies as st

from hub.api import (
    AccountLocked,
    AuthRejected,
    DeviceBusy,
    DeviceError,
    DeviceRejected,
    DeviceUntrusted,
    ProtocolError,
    PtzPosition,
    Unsupported,
)
from hub.testing.devices import Fault, ReplayServer, Reply, Seen
from tests.plugins.hub_reolink.synthetic import CAMERA, JPEG, RECORDER, TOKEN, error, key, time, value

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_EUROPE = Zone(timedelta(hours=1), Summer(timedelta(hours=1), (3, 5, 0, 2, 0), (10, 5, 0, 3, 0)))
_SOUTH = Zone(timedelta(hours=10), Summer(timedelta(hours=1), (10, 1, 0, 2, 0), (4, 1, 0, 3, 0)))


@contextmanager
def _device(
    answers: Mapping[Any, Any], options: ReolinkOptions | None = None, **server: Any
) -> Iterator[tuple[ReplayServer, ReolinkSession]]:
    with ReplayServer(answers, digest=None, **server) as device:
        access = device.access(user="watch", password="p@ss/#?%:ü")
        yield device, ReolinkSession(access, options or ReolinkOptions(unprotected=True))


def _asked(device: ReplayServer) -> list[str]:
    return [seen.path.partition("cmd=")[2].partition("&")[0] for seen in device.requests]


def test_one_sign_in_serves_every_question_and_is_given_back() -> None:
    with _device(CAMERA) as (device, session):
        assert session.describe().model == "RLC-0000-TEST"
        assert [user.name for user in session.users()] == ["admin", "watch"]
        session.close()
        session.close()
        assert _asked(device) == ["Login", "GetDevInfo", "GetLocalLink", "GetUser", "Logout"]


def test_the_password_is_not_sent_without_tls_unless_the_site_says_so() -> None:
    with _device(CAMERA, ReolinkOptions()) as (device, session):
        with pytest.raises(DeviceUntrusted, match="TLS") as refused:
            session.describe()
        assert "Switch HTTPS on in the device" in refused.value.hint
        assert device.requests == []


def test_behind_tls_no_option_is_needed() -> None:
    with _device(CAMERA, ReolinkOptions(), tls=True) as (_, session):
        assert session.describe().mac == "00:00:5e:00:53:31"


def test_a_token_that_the_device_has_forgotten_is_replaced_once() -> None:
    first = [error("GetUser", -6, "please login first"), CAMERA[key("GetUser")]]
    with _device({**CAMERA, key("GetUser"): first}) as (device, session):
        assert session.users()
        assert _asked(device) == ["Login", "GetUser", "Login", "GetUser"]
    with _device({**CAMERA, key("GetUser"): error("GetUser", -6)}) as (device, session):
        with pytest.raises(ProtocolError):
            session.users()
        assert len(device.requests) == 4


@pytest.mark.parametrize(("detail", "kind"), [("login failed", AuthRejected), ("account is locked", AccountLocked)])
def test_a_refused_sign_in_is_the_last_one(detail: str, kind: type[Exception]) -> None:
    with _device({**CAMERA, key("Login"): error("Login", -7, detail)}) as (device, session):
        with pytest.raises(kind):
            session.describe()
        with pytest.raises(AuthRejected):
            session.users()
        assert _asked(device) == ["Login"]


def test_a_device_with_no_token_left_is_busy() -> None:
    with (
        _device({**CAMERA, key("Login"): error("Login", -5, "max session")}) as (_, session),
        pytest.raises(DeviceBusy),
    ):
        session.describe()


def test_the_health_of_a_camera() -> None:
    with _device(CAMERA) as (_, session):
        health = session.health()
        assert health.clock.value is not None
        assert health.clock.value.at == datetime(2026, 7, 1, 10, tzinfo=UTC)
        assert (health.clock.value.source, health.clock.value.servers) == ("ntp", ("ntp.plant.example",))
        assert [(one.id, one.state, one.size_bytes) for one in health.volumes.value or ()] == [
            ("0", "ok", 60000 * 1024**2)
        ]
        assert [(one.number, one.online) for one in health.channels.value or ()] == [(1, None)]
        assert health.recording[1].status == "unknown"


def test_a_recorder_tells_which_cameras_are_away() -> None:
    with _device(RECORDER) as (_, session):
        assert session.describe().kind == "recorder"
        assert [(one.number, one.online) for one in session.channels()] == [(1, True), (2, False), (4, True)]


def test_streams_and_pictures() -> None:
    with _device(CAMERA) as (device, session):
        main, sub = session.streams(1)
        assert (main.url, main.codec, main.width) == ("rtsp://127.0.0.1:8554/Preview_01_main", "H265", 3840)
        assert (sub.url, sub.codec, sub.fps) == ("rtsp://127.0.0.1:8554/Preview_01_sub", "H264", 10.0)
        assert session.snapshot(1) == JPEG
        path = f"/cgi-bin/api.cgi?cmd=Snap&channel=0&token={TOKEN}"
        device.set("GET", path, error("Snap", -6))
        with pytest.raises(DeviceBusy):
            session.snapshot(1)
        device.set("GET", path, Reply(body=JPEG[:-2]))
        with pytest.raises(ProtocolError):
            session.snapshot(1)


def test_rtsp_that_is_switched_off_is_said() -> None:
    off = value("GetNetPort", {"NetPort": {"rtspEnable": 0, "rtspPort": 554}})
    with _device({**CAMERA, key("GetNetPort"): off}) as (_, session), pytest.raises(Unsupported, match="switched off"):
        session.streams(1)


def test_a_camera_is_turned_to_a_preset_by_number_or_name() -> None:
    with _device(CAMERA) as (device, session):
        session.go_to(1, "4")
        session.go_to(1, "tank farm")
        orders = [json.loads(seen.body)[0]["param"] for seen in device.requests if "PtzCtrl" in seen.path]
        assert orders == [{"channel": 0, "op": "ToPos", "id": 4, "speed": 32}] * 2
        assert session.position(1) == PtzPosition(pan=1234, tilt=50, zoom=0, space="reolink-units")
        with pytest.raises(DeviceRejected, match="no preset"):
            session.go_to(1, "5")
        with pytest.raises(Unsupported):
            session.move_to(1, session.position(1))


def test_the_clock_is_set_in_the_devices_own_time_and_never_against_ntp() -> None:
    with _device(CAMERA) as (_, session), pytest.raises(DeviceRejected, match="NTP"):
        session.set_clock(_NOON)
    manual = value("GetNtp", {"Ntp": {"enable": 0, "server": "x"}})
    with _device({**CAMERA, key("GetNtp"): manual}) as (device, session):
        session.set_clock(datetime(2026, 7, 1, 10, 30, tzinfo=UTC))
        (order,) = [json.loads(seen.body)[0]["param"]["Time"] for seen in device.requests if "SetTime" in seen.path]
        assert (order["hour"], order["min"], order["timeZone"]) == (12, 30, -3600)


def test_settings_are_flat_without_secrets_and_not_written() -> None:
    with _device(CAMERA) as (_, session):
        settings = session.settings()
        assert settings["GetEnc-1/Enc.mainStream.bitRate"] == "8192"
        assert settings["GetNtp/Ntp.server"] == "ntp.plant.example"
        with pytest.raises(Unsupported):
            session.apply({"GetNtp/Ntp.server": "x"})
    assert flatten("GetX", {"password": "p", "a": [{"wifiKey": "k", "on": True}]}) == {"GetX/a[0].on": "true"}


def test_a_restart_is_an_order() -> None:
    with _device(CAMERA) as (device, session):
        session.reboot()
        assert _asked(device) == ["Login", "Reboot"]


def test_a_part_that_is_broken_leaves_the_others() -> None:
    with _device(CAMERA) as (device, session):
        device.set(*key("GetHddInfo"), Fault("html"))
        device.set(*key("GetTime"), error("GetTime", -9, "not support"))
        health = session.health()
        assert (health.volumes.status, health.clock.status, health.channels.status) == ("error", "unsupported", "ok")


def test_a_command_is_sent_with_the_token_and_never_with_the_password() -> None:
    seen: list[Seen] = []

    def users(asked: Seen) -> Reply:
        seen.append(asked)
        answer: Reply = CAMERA[key("GetUser")]
        return answer

    with _device({**CAMERA, key("GetUser"): users}) as (_, session):
        session.users()
    assert b"p@ss" not in seen[0].body
    assert "p@ss" not in seen[0].path


# --- answers alone


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (-9, Unsupported),
        (-4, DeviceRejected),
        (-17, DeviceBusy),
        (-6, LoginWanted),
        (-7, LoginRefused),
        (-999, ProtocolError),
    ],
)
def test_a_refusal_has_the_kind_that_says_what_to_do(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        parse_reply(error("GetX", number).body, "GetX")


def test_a_clock_that_is_not_set_is_no_locked_account() -> None:
    with _device({**CAMERA, key("GetTime"): error("GetTime", -13, "get clock failed")}) as (device, session):
        health = session.health()
        assert (health.clock.status, health.volumes.status) == ("error", "ok")
        assert "GetHddInfo" in _asked(device), "the device is asked on"


def test_a_mark_of_byte_order_hides_nothing() -> None:
    assert parse_reply(b'\xef\xbb\xbf[{"cmd": "GetX", "code": 0, "value": {"a": 1}}]', "GetX") == {"a": 1}


def test_an_error_beside_code_0_is_an_error() -> None:
    body = b'[{"cmd": "GetX", "code": 0, "error": {"rspCode": -9}, "value": {}}]'
    with pytest.raises(Unsupported):
        parse_reply(body, "GetX")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"[1]", b"{}", b'[{"code": 0}]', b"[" * 100_000])
def test_what_is_no_answer_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_reply(body, "GetX")


@given(
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2090, 1, 1)),
    st.sampled_from([_EUROPE, _SOUTH, Zone(timedelta(hours=8))]),
)
def test_a_time_written_for_the_device_is_read_back_the_same(at: datetime, zone: Zone) -> None:
    moment = at.replace(tzinfo=UTC)
    assert to_utc(to_local(moment, zone), zone, moment) == moment


def test_the_zone_is_west_of_greenwich_and_summer_time_the_devices_own() -> None:
    said = json.loads(time(2026, 7, 1, 12, 0, 0, west_s=-3600, dst=True).body)[0]["value"]
    assert parse_zone(said) == _EUROPE
    said["Dst"]["enable"] = 0
    assert parse_clock(said, None, _NOON).at == datetime(2026, 7, 1, 11, tzinfo=UTC)
    said["Time"]["timeZone"] = 1 << 30
    with pytest.raises(ProtocolError):
        parse_zone(said)


_GOOD = sorted(reply.body for device in (CAMERA, RECORDER) for reply in device.values() if reply.body != JPEG)
_PARSERS: tuple[Callable[[Mapping[str, Any]], object], ...] = (
    lambda said: parse_info(said, said),
    lambda said: parse_channels(said, recorder=True),
    lambda said: parse_streams(said, 1, "h", 554),
    parse_rtsp_port,
    lambda said: parse_volumes(said, overwrites=False),
    parse_users,
    parse_position,
    parse_presets,
    lambda said: parse_clock(said, said, _NOON),
    lambda said: flatten("GetX", said),
)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    body = draw(st.sampled_from(_GOOD))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 30)))
        insert = draw(st.sampled_from([b"", b"9" * 400, b"null", b"[]", b"{}", b'"x"', b"-1", b"1e999", b"\xff"]))
        body = body[:start] + insert + body[end:]
    return body


@pytest.mark.parametrize("parse", _PARSERS)
@given(body=_damaged() | st.binary(max_size=100))
def test_a_damaged_answer_is_read_or_refused(parse: Callable[[Mapping[str, Any]], object], body: bytes) -> None:
    with suppress(DeviceError, LoginWanted, LoginRefused):
        parse(parse_reply(body, "GetX"))


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = sorted({word for body in _GOOD for word in body.decode().split('"')[1::2]})


@pytest.mark.parametrize("parse", _PARSERS)
@given(body=st.sampled_from(_GOOD), changes=st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=4))
def test_values_of_every_kind_in_every_place_are_read_or_refused(
    parse: Callable[[Mapping[str, Any]], object], body: bytes, changes: dict[str, Any]
) -> None:
    said: dict[str, Any] = json.loads(body)[0]["value"]
    for group in said.values():
        if isinstance(group, dict):
            group.update(changes)
    with suppress(DeviceError):
        parse(said)
