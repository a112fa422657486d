"""A turning camera with a card, over real sockets. All answers are synthetic."""

from datetime import UTC, datetime, timedelta

import pytest
from hub_hikvision.parse_ptz import SPACE

from hub.api import (
    AccountLocked,
    AuthRejected,
    Channel,
    DeviceRejected,
    DeviceUser,
    NotActivated,
    ProtocolError,
    PtzPosition,
    StreamOffer,
    Unsupported,
)
from hub.testing.devices import Reply
from tests.plugins.hub_hikvision.opened import asked, opened
from tests.plugins.hub_hikvision.synthetic import (
    JPEG,
    NEW_YORK,
    NOT_SUPPORTED,
    OK,
    USER_CHECK,
    camera,
    disk,
    new_york,
    storage,
    streams,
    time_is,
    told,
    triggers,
    xml,
)

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_it_says_what_it_is() -> None:
    with opened(camera()) as (session, _):
        info = session.describe()
    assert (info.maker, info.model, info.kind) == ("Hikvision", "DS-2DE4225IW", "camera")
    assert info.mac == "bc:ad:28:00:11:22"
    assert info.name == "Gate & yard"
    assert info.firmware == "V5.7.3 build 220112"


def test_it_works_over_tls_with_sha_256() -> None:
    with opened(camera(), tls=True) as (session, server):
        assert session.describe().kind == "camera"
        assert {seen.scheme for seen in server.requests} <= {"", "Digest"}


def test_streams_are_at_the_port_that_the_device_tells() -> None:
    with opened(camera()) as (session, _):
        streams = session.streams(1)
    assert [stream.name for stream in streams] == ["main", "sub", "third"]
    assert streams[0] == StreamOffer(
        name="main",
        url="rtsp://127.0.0.1:10554/Streaming/Channels/101",
        codec="H264",
        width=1920,
        height=1080,
        fps=25.0,
    )


def test_a_camera_with_two_sensors_has_two_channels() -> None:
    table = {**camera(), ("GET", "/ISAPI/Streaming/channels"): streams(101, 102, 103, 201, 202)}
    with opened(table) as (session, _):
        assert [(each.number, each.name) for each in session.channels()] == [(1, "Gate & yard"), (2, "")]
        assert [stream.name for stream in session.streams(2)] == ["main", "sub"]


def test_hub_toml_may_say_another_port_for_streams() -> None:
    with opened(camera(), rtsp_port=8554) as (session, _):
        assert session.streams(1)[0].url == "rtsp://127.0.0.1:8554/Streaming/Channels/101"


def test_streams_of_a_channel_that_is_not_there_are_an_error() -> None:
    with opened(camera()) as (session, _), pytest.raises(ProtocolError, match="no stream for channel 9"):
        session.streams(9)
    with opened(camera()) as (session, _), pytest.raises(DeviceRejected, match="no channel 0"):
        session.streams(0)


def test_a_snapshot_is_the_picture() -> None:
    with opened(camera()) as (session, _):
        assert session.snapshot(1) == JPEG


def test_a_snapshot_that_fails_is_tried_once_more_and_no_more() -> None:
    path = ("GET", "/ISAPI/Streaming/channels/101/picture")
    failed = told(3, "Device Error", "deviceError")
    with opened({**camera(), path: [failed, Reply(body=JPEG)]}) as (session, server):
        session.describe()
        assert session.snapshot(1) == JPEG
        assert asked(server).count(path[1]) == 2
    with opened({**camera(), path: failed}) as (session, server):
        with pytest.raises(ProtocolError, match="failed by itself"):
            session.snapshot(1)
        assert asked(server).count(path[1]) == 2


def test_health_tells_every_part() -> None:
    with opened(camera()) as (session, _):
        health = session.health()
    assert health.clock.value is not None
    assert abs(health.clock.value.at - health.clock.value.asked_at) < timedelta(seconds=5)
    assert health.clock.value.source == "manual"
    assert [(volume.id, volume.state) for volume in health.volumes.value or ()] == [("hdd-1", "ok")]
    assert health.channels.value == (Channel(number=1, name="Gate & yard"),)
    assert [(each.name, each.celsius) for each in health.temperatures.value or ()] == [("board", 41.5)]
    assert health.fans.status == "unsupported"
    assert health.started_at.value is not None
    assert abs(datetime.now(UTC) - health.started_at.value - timedelta(days=1)) < timedelta(seconds=10)


def test_a_plan_for_recording_is_no_proof_that_it_happens() -> None:
    tracks = ("GET", "/ISAPI/ContentMgmt/record/tracks")
    with opened(camera()) as (session, _):
        recording = session.health().recording
        assert recording[1].status == "unknown"
        assert "planned" in recording[1].detail
    off = xml("<TrackList><Track><id>101</id><Channel>101</Channel><Enable>false</Enable></Track></TrackList>")
    with opened({**camera(), tracks: off}) as (session, _):
        assert session.health().recording[1].value is False


def test_a_slot_without_a_card_is_absent_and_no_fault() -> None:
    table = {**camera(), ("GET", "/ISAPI/ContentMgmt/Storage"): storage(disk(1, "offline", 0, 0))}
    with opened(table) as (session, _):
        assert [volume.state for volume in session.health().volumes.value or ()] == ["absent"]


def test_what_the_device_does_not_have_is_not_asked_again() -> None:
    with opened(camera()) as (session, server):
        session.health()
        session.health()
        paths = asked(server)
    assert paths.count("/ISAPI/System/workingstatus?format=json") == 1
    assert paths.count("/ISAPI/System/time") == 2


def test_new_firmware_is_asked_for_everything_anew() -> None:
    with opened(camera()) as (session, server):
        session.describe()
        session.health()
        body = camera()[("GET", "/ISAPI/System/deviceInfo")]
        assert isinstance(body, Reply)
        server.set("GET", "/ISAPI/System/deviceInfo", Reply(body=body.body.replace(b"V5.7.3", b"V5.8.0")))
        session.describe()
        session.health()
        assert asked(server).count("/ISAPI/System/workingstatus?format=json") == 2


def test_the_audit_finds_alarms_that_nobody_hears_and_a_weak_password() -> None:
    with opened(camera()) as (session, _):
        weaknesses = session.audit()
    off = [(each.channel, each.what) for each in weaknesses if each.kind == "event-off"]
    assert off == [(1, "tamperdetection"), (None, "diskfull")]
    assert [each.kind for each in weaknesses if each.kind != "event-off"] == ["weak-password"]
    assert "email" in weaknesses[0].detail


def test_the_audit_believes_what_the_device_says_of_its_password() -> None:
    table = {
        **camera(),
        ("GET", "/ISAPI/Security/userCheck"): xml(USER_CHECK.format("true", "false")),
        ("GET", "/ISAPI/Security/illegalLoginLock"): xml(
            "<IllegalLoginLock><enabled>false</enabled></IllegalLoginLock>"
        ),
        ("GET", "/ISAPI/System/Network/ssh"): xml("<SSH><enabled>true</enabled></SSH>"),
        ("GET", "/ISAPI/Event/triggers"): triggers(),
    }
    with opened(table) as (session, server):
        assert {(each.kind, each.what) for each in session.audit()} == {
            ("default-password", "isDefaultPassword"),
            ("other", "illegalLoginLock"),
            ("open-service", "SSH"),
        }
        assert server.failed_sign_ins == 0, "a password was tried"


def test_an_audit_of_a_device_that_tells_nothing_is_an_error() -> None:
    table = {("GET", "/ISAPI/System/deviceInfo"): camera()[("GET", "/ISAPI/System/deviceInfo")]}
    with opened(table) as (session, _), pytest.raises(Unsupported):
        session.audit()


def test_users_are_listed() -> None:
    with opened(camera()) as (session, _):
        assert session.users() == (
            DeviceUser(name="admin", level="Administrator"),
            DeviceUser(name="hub", level="Operator"),
        )


def test_it_tells_where_it_points_in_degrees() -> None:
    with opened(camera()) as (session, _):
        position = session.position(1)
        assert session.presets(1)[0].name == "Gate"
        assert len(session.presets(1)) == 1
    assert (position.pan, position.tilt, position.zoom) == (270.5, 12.5, 1.0)
    assert position.pan_range == (0.0, 360.0)
    assert position.pan_wraps
    assert position.moving is None


def test_it_turns_to_a_preset_by_number_and_by_name() -> None:
    with opened(camera()) as (session, server):
        session.go_to(1, "1")
        session.go_to(1, "Gate")
        assert asked(server, "PUT") == ["/ISAPI/PTZCtrl/channels/1/presets/1/goto"] * 2
        with pytest.raises(DeviceRejected, match="no preset 'Roof'"):
            session.go_to(1, "Roof")


def test_it_turns_to_a_position_in_tenths() -> None:
    with opened(camera()) as (session, server):
        session.move_to(1, PtzPosition(pan=270.5, tilt=-3.2, zoom=2.0, space=SPACE))
        body = server.requests[-1].body
        assert b"<elevation>-32</elevation><azimuth>2705</azimuth><absoluteZoom>20</absoluteZoom>" in body
        with pytest.raises(DeviceRejected):
            session.move_to(1, PtzPosition(pan=0, tilt=0, zoom=0, space="onvif"))


def test_a_camera_that_does_not_turn_says_so() -> None:
    table = {key: answer for key, answer in camera().items() if "PTZCtrl" not in key[1]}
    with opened(table) as (session, _):
        assert session.capabilities()["ptz"] == "no"
        with pytest.raises(Unsupported):
            session.position(1)


def test_its_clock_is_set_in_its_own_way_of_writing() -> None:
    now = datetime(2026, 7, 15, 12, 0, 0, tzinfo=UTC)
    with opened({**camera(), ("GET", "/ISAPI/System/time"): new_york(now)}) as (session, server):
        session.set_clock(now + timedelta(minutes=5))
        put = server.requests[-1]
    assert put.method == "PUT"
    # Summer on the wall, winter behind it: as it was read, the whole resource.
    assert b"<localTime>2026-07-15T08:05:00-05:00</localTime>" in put.body
    assert NEW_YORK.encode() in put.body
    assert b"<timeMode>manual</timeMode>" in put.body


def test_a_clock_that_follows_ntp_is_left_alone() -> None:
    table = {**camera(), ("GET", "/ISAPI/System/time"): time_is("2026-01-05T10:00:00+08:00", mode="NTP")}
    with opened(table) as (session, server):
        assert session.clock().servers == ("ntp.example",)
        with pytest.raises(DeviceRejected, match="NTP"):
            session.set_clock(DAY)
        assert asked(server, "PUT") == []


def test_it_restarts() -> None:
    with opened({**camera(), ("PUT", "/ISAPI/System/reboot"): OK}) as (session, server):
        session.reboot()
        assert asked(server, "PUT") == ["/ISAPI/System/reboot"]


def test_a_restart_is_done_also_where_the_device_calls_it_required() -> None:
    with opened(camera()) as (session, _):
        session.reboot()


def test_a_unit_that_nobody_has_activated_says_so() -> None:
    table = {**camera(), ("GET", "/ISAPI/System/deviceInfo"): told(4, "Invalid Operation", "notActivated", status=403)}
    with opened(table) as (session, _), pytest.raises(NotActivated):
        session.describe()


def test_a_refusal_inside_another_status_is_the_last_question() -> None:
    table = {
        **camera(),
        ("GET", "/ISAPI/System/deviceInfo"): told(4, "Invalid Operation", "badAuthorization", status=403),
    }
    with opened(table) as (session, server):
        with pytest.raises(AuthRejected):
            session.describe()
        before = len(server.requests)
        with pytest.raises(AuthRejected):
            session.users()
        assert len(server.requests) == before


def test_a_locked_account_is_told_from_a_wrong_password() -> None:
    locked = xml(
        "<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString>"
        "<lockStatus>lock</lockStatus><unlockTime>1800</unlockTime><retryLoginTime>0</retryLoginTime></userCheck>",
        status=401,
    )
    table = {**camera(), ("GET", "/ISAPI/System/deviceInfo"): locked}
    with opened(table) as (session, _), pytest.raises(AccountLocked):
        session.describe()


def test_not_supported_comes_in_many_statuses() -> None:
    for status in (200, 400, 403, 404, 500):
        table = {
            **camera(),
            ("GET", "/ISAPI/Security/users"): told(4, "Invalid Operation", "notSupport", status=status),
        }
        with opened(table) as (session, _), pytest.raises(Unsupported):
            session.users()
    with opened({**camera(), ("GET", "/ISAPI/Security/users"): NOT_SUPPORTED}) as (session, _):
        assert session.capabilities()["users"] == "no"
