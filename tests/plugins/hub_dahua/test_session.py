"""Sessions with a camera, a recorder and a dome, over real sockets and the hub's own access."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hub_dahua.driver import VENDOR, open_session
from hub_dahua.options import DahuaOptions
from hub_dahua.session import DahuaSession

from hub.api import (
    DeviceForbidden,
    DeviceRejected,
    DeviceUnreachable,
    PluginContext,
    ProtocolError,
    PtzPosition,
    Unsupported,
)
from hub.testing import FakeClock
from hub.testing.devices import Fault, ReplayServer, Reply
from tests.plugins.hub_dahua.served import asked, served
from tests.plugins.hub_dahua.synthetic import (
    BAD_REQUEST,
    CAMERA,
    CONFIG,
    DOME,
    JPEG,
    NO_RIGHT,
    OK,
    RECORDER,
    footage,
    lines,
)


def test_the_vendor_opens_a_session_without_asking_theserved(tmp_path: Path) -> None:
    context = PluginContext(plugin="dahua", data=tmp_path, site=tmp_path, clock=FakeClock(), language="en")
    with ReplayServer(CAMERA) as device:
        session = VENDOR.open(device.access(), DahuaOptions(rtsp_port=8554), context)
        assert isinstance(session, DahuaSession)
        assert device.requests == []
        assert session.streams(1)[0].url.startswith("rtsp://127.0.0.1:8554/cam/realmonitor?channel=1&subtype=0")
    assert VENDOR.open is open_session


# --- a camera


def test_a_camera_is_described() -> None:
    with served(CAMERA) as (device, session):
        info = session.describe()
        assert (info.model, info.serial, info.name, info.kind) == (
            "IPC-HX0000-TEST",
            "TEST0CAMERA0001",
            "北门",
            "camera",
        )
        assert device.failed_sign_ins == 0


def test_the_health_of_a_camera() -> None:
    with served(CAMERA) as (_, session):
        health = session.health()
        assert health.clock.value is not None
        assert health.clock.value.at == datetime(2026, 11, 23, 16, 0, 5, tzinfo=UTC)
        assert health.clock.value.source == "ntp"
        assert [(one.id, one.state) for one in health.volumes.value or ()] == [("/dev/mmc0", "ok")]
        assert [(one.number, one.online) for one in health.channels.value or ()] == [(1, None)]
        assert health.recording[1].value is True
        assert (health.temperatures.status, health.fans.status) == ("unsupported", "unsupported")
        assert health.started_at.value is not None
        since = datetime.now(UTC) - health.started_at.value
        assert timedelta(seconds=169692) <= since < timedelta(seconds=169752)


def test_a_part_that_is_broken_leaves_the_others() -> None:
    with served(CAMERA) as (device, session):
        device.set("GET", "/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo", Fault("html"))
        device.set("GET", f"{CONFIG}NTP", NO_RIGHT)
        health = session.health()
        assert (health.volumes.status, health.clock.status) == ("error", "unsupported")
        assert "time zone" in health.clock.detail
        assert health.channels.status == "ok"


def test_a_device_that_does_not_answer_has_no_health() -> None:
    with served(CAMERA) as (device, session):
        device.set_all(Fault("closed"))
        with pytest.raises(DeviceUnreachable):
            session.health()


def test_what_a_device_cannot_tell_is_not_asked_at_every_round() -> None:
    with served(CAMERA) as (device, session):
        device.set("GET", "/cgi-bin/magicBox.cgi?action=getUpTime", BAD_REQUEST)
        assert session.health().started_at.status == "unsupported"
        assert session.health().started_at.status == "unsupported"
        assert len(asked(device, containing="getUpTime")) == 1
        session.describe()
        session.health()
        assert len(asked(device, containing="getUpTime")) == 2


def test_the_picture_is_the_devices_jpeg_or_an_error() -> None:
    with served(CAMERA) as (device, session):
        assert session.snapshot(1) == JPEG
        device.set("GET", "/cgi-bin/snapshot.cgi?channel=1", Reply(body=JPEG[:-2], media="image/jpeg"))
        with pytest.raises(ProtocolError, match="JPEG"):
            session.snapshot(1)
        with pytest.raises(Unsupported):
            session.snapshot(9)


def test_streams_are_where_the_device_says() -> None:
    with served(CAMERA) as (device, session):
        assert session.streams(1)[0].url == "rtsp://127.0.0.1:10554/cam/realmonitor?channel=1&subtype=0"
        device.set("GET", f"{CONFIG}RTSP", NO_RIGHT)
        fresh = DahuaSession(device.access(), DahuaOptions())
        assert ":554/" in fresh.streams(1)[0].url


def test_what_is_switched_off_is_found_and_passwords_are_never_tried() -> None:
    with served(CAMERA) as (device, session):
        kinds = {(one.kind, one.what) for one in session.audit()}
        assert ("event-off", "VideoBlind") in kinds
        assert ("open-service", "Telnet") in kinds
        assert device.failed_sign_ins == 0


def test_an_account_that_may_read_no_settings_gets_no_clean_bill() -> None:
    with served({**CAMERA, **{key: NO_RIGHT for key in CAMERA if "getConfig" in key[1]}}) as (_, session):
        with pytest.raises(DeviceForbidden):
            session.audit()
        with pytest.raises(DeviceForbidden):
            session.settings()


def test_capabilities_are_probed() -> None:
    with served({**CAMERA, **footage()}) as (device, session):
        found = session.capabilities()
        assert (found["ptz"], found["streams"], found["recordings"], found["reboot"]) == ("no", "yes", "yes", "unknown")
        assert found["temperature"] == "no"
        assert asked(device, containing="action=destroy")
    with served(DOME) as (_, session):
        assert session.capabilities()["ptz"] == "yes"


def test_what_people_change_by_hand_is_asked_for_anew_only_when_it_matters() -> None:
    with served(CAMERA) as (device, session):
        session.health()
        session.health()
        assert len(asked(device, containing="name=NTP")) == 1
        session.clock()
        assert len(asked(device, containing="name=NTP")) == 2
        assert len(asked(device, containing="getDeviceAllInfo")) == 2


# --- writing


def test_settings_are_read_and_changed_with_literal_brackets() -> None:
    with served(CAMERA) as (device, session):
        before = session.settings()
        assert before["Encode/[0].MainFormat[0].Video.BitRate"] == "4096"
        assert not any("hidden-here" in value for value in before.values())
        device.set("GET", "/cgi-bin/configManager.cgi", Reply(body=OK, media="text/plain"))
        session.apply({"Encode/[0].MainFormat[0].Video.BitRate": "2048", "ChannelTitle/[0].Name": "北 门"})
        (order,) = asked(device, containing="setConfig")
        assert order == (
            "/cgi-bin/configManager.cgi?action=setConfig&ChannelTitle[0].Name=%E5%8C%97%20%E9%97%A8"
            "&Encode[0].MainFormat[0].Video.BitRate=2048"
        )


def test_nothing_is_set_when_one_of_the_changes_cannot_be() -> None:
    with served(CAMERA) as (device, session):
        with pytest.raises(Unsupported):
            session.apply({"ChannelTitle/[0].Name": "x", "ChannelTitle/[7].Name": "y"})
        with pytest.raises(Unsupported):
            session.apply({"ChannelTitle/[0].Name": "x", "Network/Hostname": "y"})
        assert not asked(device, containing="setConfig")


def test_a_value_that_the_device_refuses_is_rejected() -> None:
    with served(CAMERA) as (device, session):
        device.set("GET", "/cgi-bin/configManager.cgi", BAD_REQUEST)
        with pytest.raises(DeviceRejected):
            session.apply({"Encode/[0].MainFormat[0].Video.BitRate": "999999999"})


def test_the_clock_is_set_in_the_devices_own_time_and_never_against_ntp() -> None:
    with served(CAMERA) as (device, session):
        with pytest.raises(DeviceRejected, match="NTP"):
            session.set_clock(datetime(2026, 7, 1, 10, tzinfo=UTC))
        assert not asked(device, containing="setCurrentTime")
    order = "/cgi-bin/global.cgi?action=setCurrentTime&time=2026-07-01%2012:00:00"
    with served({**RECORDER, ("GET", order): Reply(body=OK, media="text/plain")}) as (device, session):
        session.set_clock(datetime(2026, 7, 1, 10, tzinfo=UTC))
        assert asked(device, containing="setCurrentTime") == [order]


def test_a_restart_is_an_order() -> None:
    with served(CAMERA) as (device, session):
        session.reboot()
        assert asked(device) == ["/cgi-bin/magicBox.cgi?action=reboot"]
        device.set("GET", "/cgi-bin/magicBox.cgi?action=reboot", lines("result=maybe"))
        with pytest.raises(DeviceRejected):
            session.reboot()


def test_accounts_are_listed_without_their_passwords() -> None:
    with served(CAMERA) as (_, session):
        assert [user.name for user in session.users()] == ["admin", "watch", "888888"]


# --- a recorder


def test_a_recorder_with_a_camera_away_and_a_disk_failed() -> None:
    with served(RECORDER) as (_, session):
        assert session.describe().kind == "recorder"
        health = session.health()
        channels = {one.number: one.online for one in health.channels.value or ()}
        assert channels == {1: True, 2: False, 3: True}
        assert [one.state for one in health.volumes.value or ()] == ["ok", "failed", "degraded"]
        assert health.clock.value is not None
        assert health.clock.value.at == datetime(2026, 7, 1, 10, tzinfo=UTC)
        assert [(n, one.status, one.value) for n, one in health.recording.items()] == [
            (1, "unknown", None),
            (2, "ok", False),
            (3, "ok", True),
        ]


def test_a_recorder_of_newer_firmware_tells_which_cameras_it_writes_and_which_are_away() -> None:
    older = "/cgi-bin/LogicDeviceManager.cgi?action=getCameraState&uniqueChannels[0]=-1"
    states = [{"channel": n, "connectionState": word} for n, word in enumerate(("Unconnect", "Connected", "Connected"))]
    answers = {
        **RECORDER,
        ("GET", older): BAD_REQUEST,
        ("POST", "/cgi-bin/api/LogicDeviceManager/getCameraState"): Reply(body=json.dumps({"states": states}).encode()),
        ("POST", "/cgi-bin/api/recordManager/getStateAll"): Reply(body=b'{"state": [{"Main": {"State": 1}}]}'),
    }
    with served(answers) as (device, session):
        health = session.health()
        assert {one.number: one.online for one in health.channels.value or ()} == {1: False, 2: True, 3: True}
        assert health.recording[1].value is True
        assert device.failed_sign_ins == 0


def test_a_name_that_a_recorder_does_not_know_costs_no_sign_in() -> None:
    with served(RECORDER) as (device, session):
        assert [offer.codec for offer in session.streams(1)] == ["", ""]
        assert session.settings()["General/MachineName"] == "NVR"
        assert [(one.what, one.channel) for one in session.audit()] == [("VideoLoss", 3)]
        assert device.failed_sign_ins == 0


# --- a dome


def test_a_dome_is_turned_by_number_by_name_and_by_position() -> None:
    with served(DOME) as (device, session):
        assert session.position(1).pan == 91.6
        session.go_to(1, "7")
        session.go_to(1, "tank farm")
        session.move_to(1, PtzPosition(pan=10.5, tilt=0, zoom=2, space="dahua-degrees"))
        assert [path.partition("code=")[2] for path in asked(device, containing="action=start")] == [
            "GotoPreset&arg1=0&arg2=7&arg3=0",
            "GotoPreset&arg1=0&arg2=7&arg3=0",
            "PositionABS&arg1=10.5&arg2=0&arg3=2",
        ]
        with pytest.raises(DeviceRejected, match="no preset"):
            session.go_to(1, "9")


def test_a_camera_that_cannot_be_steered_says_so() -> None:
    with served(CAMERA) as (device, session):
        for ask in (lambda: session.position(1), lambda: session.presets(1), lambda: session.go_to(1, "1")):
            with pytest.raises(Unsupported):
                ask()
        assert len(asked(device)) == 1
