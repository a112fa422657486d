"""Sessions with Axis devices over real sockets. All answers are synthetic."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from hub.api import (
    DeviceForbidden,
    DeviceRejected,
    DeviceUnreachable,
    ProtocolError,
    PtzPosition,
    Unsupported,
)
from hub.testing.devices import Fault, ReplayServer, Reply
from tests.plugins.hub_axis.opened import PASSWORD, USER, open_session, requests_to, without
from tests.plugins.hub_axis.synthetic import (
    PARAMETERS,
    REFUSED,
    SERVICES,
    camera,
    data,
    disks,
    error,
    text,
)

_START = datetime(2026, 1, 5, 7, 5, tzinfo=UTC)


def test_an_older_device_says_what_it_is_in_its_parameters(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/basicdeviceinfo.cgi", Fault(404))
    info = open_session(device).describe()
    assert (info.maker, info.model, info.firmware, info.kind) == ("Axis", "T9000-V", "11.8.61", "camera")
    assert info.mac == "ac:cc:8e:00:00:01"


def test_a_device_behind_tls_with_basic_alone_is_reached() -> None:
    with ReplayServer(camera(), user=USER, password=PASSWORD, digest=None, basic=True, tls=True) as server:
        assert open_session(server).describe().model == "T9000-V"
        assert server.requests[-1].scheme == "Basic"


def test_every_view_that_is_on_is_a_channel(device: ReplayServer) -> None:
    assert [(one.number, one.name) for one in open_session(device).channels()] == [(1, "Yard"), (2, "Gate")]


# --- streams and pictures -------------------------------------------------------------------------------------------


def test_streams_name_the_view_the_port_and_a_small_size_of_the_same_shape(device: ReplayServer) -> None:
    main, sub = open_session(device).streams(1)
    assert main.url == "rtsp://127.0.0.1:10554/axis-media/media.amp?camera=1&videocodec=h264"
    assert (main.codec, main.width, main.height) == ("H264", 1920, 1080)
    assert sub.url == f"{main.url}&resolution=640x360"
    assert (sub.name, sub.width, sub.height) == ("sub", 640, 360)
    assert open_session(device).streams(2)[1].url.endswith("camera=2&videocodec=h264&resolution=800x600")


def test_a_stream_profile_of_the_device_may_be_taken(device: ReplayServer) -> None:
    main, sub = open_session(device, main_profile="Night watch", codec="jpeg").streams(1)
    assert main.url.endswith("?camera=1&streamprofile=Night%20watch")
    assert (main.codec, main.width, main.fps) == ("H265", 1280, 8.0)
    assert "videocodec=jpeg" in sub.url


@pytest.mark.parametrize(
    ("options", "channel", "hint"),
    [
        ({"main_profile": "No such"}, 1, "Night watch"),
        ({}, 3, "1, 2"),
        ({"codec": "h265"}, 7, "1, 2"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(
    device: ReplayServer, options: dict[str, Any], channel: int, hint: str
) -> None:
    with pytest.raises(Unsupported) as caught:
        open_session(device, **options).streams(channel)
    assert hint in caught.value.hint


def test_a_device_without_the_codec_says_so(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/param.cgi", text(PARAMETERS.replace(",h265", "")))
    with pytest.raises(Unsupported, match="h265"):
        open_session(device, codec="h265").streams(1)


def test_rtsp_that_is_switched_off_is_told(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/param.cgi", text(PARAMETERS.replace("RTSP.Enabled=yes", "RTSP.Enabled=no")))
    with pytest.raises(Unsupported, match="RTSP is switched off"):
        open_session(device).streams(1)


def test_half_a_picture_is_no_picture(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/jpg/image.cgi", Reply(body=b"\xff\xd8\xff\xe0" + bytes(900), media="image/jpeg"))
    with pytest.raises(ProtocolError):
        open_session(device).snapshot(1)


# --- health ---------------------------------------------------------------------------------------------------------


def test_a_healthy_device_tells_all_its_parts(device: ReplayServer) -> None:
    health = open_session(device).health()
    assert health.clock.value is not None
    assert (health.clock.value.source, health.clock.value.servers) == ("ntp", ("ntp.plant.example",))
    assert {number: reading.value for number, reading in health.recording.items()} == {1: True, 2: False}
    assert health.fans.value is True
    assert health.temperatures.value is not None
    assert health.temperatures.value[0].celsius == 43.5
    assert health.started_at.value is not None
    assert abs(datetime.now(UTC) - timedelta(seconds=37509) - health.started_at.value) < timedelta(seconds=30)


def test_what_is_recorded_now_is_asked_by_the_clock_of_the_device(device: ReplayServer) -> None:
    open_session(device).health()
    (asked,) = requests_to(device, "/axis-cgi/record/list.cgi")
    assert parse_qs(urlsplit(asked.path).query)["starttime"][0].startswith("2026-01-05T07:59:0")


def test_a_device_without_a_card_is_not_blamed_for_recording_nothing(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/disks/list.cgi", disks("disconnected", size=0))
    assert open_session(device).health().recording == {}


@pytest.mark.parametrize(
    "path",
    ["time.cgi", "ntp.cgi", "systemready.cgi", "disks/list.cgi", "record/list.cgi", "temperaturecontrol.cgi"],
)
@pytest.mark.parametrize("fault", [404, 403, 500, "html", "cut"])
def test_one_part_that_fails_leaves_the_others(device: ReplayServer, path: str, fault: Any) -> None:
    for method in ("GET", "POST"):
        device.set(method, f"/axis-cgi/{path}", Fault(fault))
    health = open_session(device).health()
    readings = (health.clock, health.volumes, health.temperatures, health.started_at)
    assert sum(reading.status == "ok" for reading in readings) >= (4 if path in ("ntp.cgi", "record/list.cgi") else 3)


def test_an_old_clock_is_worked_out_with_its_zone(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/time.cgi", Fault(404))
    device.set("GET", "/axis-cgi/date.cgi", text("Jul 05, 2026 10:00:00\n"))
    clock = open_session(device).clock()
    assert clock.at == datetime(2026, 7, 5, 8, 0, 0, 500_000, tzinfo=UTC), "in the middle of the second it tells"
    assert (clock.source, clock.servers) == ("ntp", ("ntp.plant.example",))


def test_a_device_that_is_gone_is_unreachable_and_not_half_well(device: ReplayServer) -> None:
    session = open_session(device)
    device.set_all(Fault("closed"))
    with pytest.raises(DeviceUnreachable):
        session.health()


# --- the clock is set -----------------------------------------------------------------------------------------------


def test_a_clock_that_ntp_sets_is_left_alone(device: ReplayServer) -> None:
    with pytest.raises(DeviceRejected, match="NTP"):
        open_session(device).set_clock(_START)
    assert not [seen for seen in device.requests if seen.operation == "setDateTime"]


def test_a_clock_of_its_own_is_set_in_utc(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/ntp.cgi", data({"client": {"enabled": False}}))
    open_session(device).set_clock(_START.astimezone())
    asked = [seen for seen in device.requests if seen.operation == "setDateTime" and seen.signed_in]
    assert msgspec.json.decode(asked[-1].body)["params"] == {"dateTime": "2026-01-05T07:05:00Z"}


def test_an_old_clock_is_set_in_its_own_zone(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/time.cgi", Fault(404))
    device.set("GET", "/axis-cgi/date.cgi?action=get", text("Jul 05, 2026 10:00:00\n"))
    device.set("GET", "/axis-cgi/date.cgi", text("OK"))
    device.set("GET", "/axis-cgi/param.cgi", text(PARAMETERS.replace("SyncSource=NTP", "SyncSource=None")))
    open_session(device).set_clock(datetime(2026, 7, 5, 8, 0, 1, tzinfo=UTC))
    query = requests_to(device, "/axis-cgi/date.cgi?action=set")[-1].path
    assert query.endswith("year=2026&month=7&day=5&hour=10&minute=0&second=1")


def _with_rest_alone(device: ReplayServer) -> None:
    for path in ("time.cgi", "ntp.cgi"):
        device.set("POST", f"/axis-cgi/{path}", Fault(404))
    time = {"time": {"dateTime": "2026-01-05T08:00:00Z", "maxSupportedYear": 2069}}
    device.set("GET", "/config/rest/time/v2/time", data(time))
    client = {"enabled": True, "serversSource": "DHCP", "advertisedServers": ["10.1.0.1"], "staticServers": ["x"]}
    device.set("GET", "/config/rest/network-time-sync/v1/ntp/client", data(client))


def test_a_device_that_dropped_the_older_interfaces_tells_its_time(device: ReplayServer) -> None:
    _with_rest_alone(device)
    clock = open_session(device).clock()
    assert clock.at == datetime(2026, 1, 5, 8, 0, 0, 500_000, tzinfo=UTC)
    assert (clock.source, clock.servers) == ("ntp", ("10.1.0.1",))
    assert open_session(device).capabilities()["clock"] == "yes"


def test_a_device_that_dropped_the_older_interfaces_is_set(device: ReplayServer) -> None:
    _with_rest_alone(device)
    device.set("GET", "/config/rest/network-time-sync/v1/ntp/client", data({"enabled": False}))
    device.set("PATCH", "/config/rest/time/v2/time/dateTime", data({}))
    open_session(device).set_clock(_START)
    asked = [seen for seen in device.requests if seen.method == "PATCH" and seen.signed_in]
    assert msgspec.json.decode(asked[-1].body) == {"data": "2026-01-05T07:05:00Z"}


# --- steering -------------------------------------------------------------------------------------------------------


def test_where_a_camera_points_comes_with_its_limits(device: ReplayServer) -> None:
    told = open_session(device).position(1)
    assert (told.pan, told.tilt, told.zoom, told.space) == (12.5, -30.25, 4200, "vapix")
    assert (told.pan_range, told.pan_wraps, told.moving) == ((-180.0, 180.0), True, None)


def test_a_view_that_cannot_be_steered_says_so(device: ReplayServer) -> None:
    with pytest.raises(Unsupported):
        open_session(device).position(2)
    device.set("GET", "/axis-cgi/com/ptz.cgi?query=position&camera=1", text("pan=nan\ntilt=nan\nautofocus=off"))
    with pytest.raises(Unsupported):
        open_session(device).position(1)


@pytest.mark.parametrize("wanted", ["3", "Entrée", "ENTRÉE"])
def test_a_preset_is_gone_to_by_its_number_whatever_it_is_called(device: ReplayServer, wanted: str) -> None:
    device.set("GET", "/axis-cgi/com/ptz.cgi?gotoserverpresetno=3&camera=1", Reply(status=204))
    open_session(device).go_to(1, wanted)
    assert requests_to(device, "/axis-cgi/com/ptz.cgi?goto")


def test_a_preset_that_there_is_not_is_refused_with_those_that_there_are(device: ReplayServer) -> None:
    with pytest.raises(DeviceRejected) as caught:
        open_session(device).go_to(1, "Roof")
    assert "3 Entrée" in caught.value.hint


def test_a_camera_is_turned_in_its_own_units(device: ReplayServer) -> None:
    path = "/axis-cgi/com/ptz.cgi?pan=10.0000&tilt=-5.5000&zoom=2000&camera=1"
    device.set("GET", path, Reply(status=204))
    open_session(device).move_to(1, PtzPosition(pan=10, tilt=-5.5, zoom=2000, space="vapix"))
    assert requests_to(device, path)
    with pytest.raises(DeviceRejected):
        open_session(device).move_to(1, PtzPosition(pan=1, tilt=0, zoom=0, space="onvif"))


def test_a_view_with_presets_only_is_not_turned(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/param.cgi", text(without("Absolute")))
    with pytest.raises(Unsupported):
        open_session(device).move_to(1, PtzPosition(pan=1, tilt=0, zoom=0))


# --- settings -------------------------------------------------------------------------------------------------------


def test_settings_are_what_people_set_and_no_secret(device: ReplayServer) -> None:
    settings = open_session(device).settings()
    assert settings["Image/I0.Appearance.Compression"] == "30"
    assert settings["Network/BootProto"] == "dhcp"
    assert settings["Network/RTSP.ProtViewer"] == "anonymous"
    shown = " ".join([*settings, *settings.values()])
    for absent in (
        "192.0.2.90",
        "LastTestDate",
        "EngineBoots",
        "VolatileHostName",
        "Properties/",
        "hidden-word",
        "***",
    ):
        assert absent not in shown


def test_an_address_that_a_person_gave_is_a_setting(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/param.cgi", text(PARAMETERS.replace("BootProto=dhcp", "BootProto=none")))
    assert open_session(device).settings()["Network/IPAddress"] == "192.0.2.90"


def test_settings_are_posted_as_they_are(device: ReplayServer) -> None:
    open_session(device).apply({"Image/I0.Name": "Yard & gate = ü", "Tampering/T0.DarkDetectionEnabled": "yes"})
    (asked,) = [seen for seen in requests_to(device, "/axis-cgi/param.cgi") if seen.method == "POST"]
    assert parse_qs(asked.body.decode()) == {
        "action": ["update"],
        "root.Image.I0.Name": ["Yard & gate = ü"],
        "root.Tampering.T0.DarkDetectionEnabled": ["yes"],
    }


@pytest.mark.parametrize(
    "name", ["Network/BootProto", "System/RootPwdSet", "Image/I9.Name", "../x", "Image/I0.Name&a=b"]
)
def test_what_is_set_by_hand_only_is_refused_before_anything_is_set(device: ReplayServer, name: str) -> None:
    with pytest.raises(Unsupported):
        open_session(device).apply({"Image/I0.Name": "Yard", name: "none"})
    assert not [seen for seen in device.requests if seen.method == "POST" and "param.cgi" in seen.path]


def test_a_value_that_the_device_refuses_is_told(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/param.cgi", text("# Error: Error setting 'root.Image.I0.Name' to 'x'!"))
    with pytest.raises(DeviceRejected, match="Error setting"):
        open_session(device).apply({"Image/I0.Name": "x"})


def test_what_is_open_or_off_is_told(device: ReplayServer) -> None:
    found = {one.what: (one.kind, one.channel) for one in open_session(device).audit()}
    assert found == {
        "Network.RTSP.ProtViewer": ("open-service", None),
        "Network.SSH.Enabled": ("open-service", None),
        "HTTPS.AllowTLS1": ("other", None),
        "Tampering.T0.DarkDetectionEnabled": ("event-off", 1),
    }


# --- rights ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["users", "audit", "reboot", "settings"])
def test_a_viewer_is_refused_here_and_never_there(device: ReplayServer, name: str) -> None:
    device.set("GET", "/axis-cgi/usergroup.cgi", text("watch\nwatch viewer\n"))
    with pytest.raises(DeviceForbidden):
        getattr(open_session(device), name)()
    assert {urlsplit(seen.path).path for seen in device.requests} == {"/axis-cgi/usergroup.cgi"}


def test_what_an_account_may_not_is_unknown_of_the_device(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/usergroup.cgi", text("watch\nwatch viewer\n"))
    supports = open_session(device).capabilities()
    assert {supports[name] for name in ("users", "audit", "restore", "events", "settings")} == {"unknown"}
    assert {supports[name] for name in ("streams", "snapshot", "ptz", "export", "temperature")} == {"yes"}


def test_a_viewer_is_told_what_a_viewer_may_know(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/usergroup.cgi", text("watch\nwatch viewer\n"))
    session = open_session(device)
    health = session.health()
    assert session.describe().model == "T9000-V"
    assert health.clock.value is not None
    assert health.clock.value.source == "ntp"
    assert {health.volumes.status, health.temperatures.status, health.fans.status} == {"unknown"}
    for path in ("ntp.cgi", "disks/list.cgi", "temperaturecontrol.cgi"):
        assert not [seen for seen in device.requests if path in seen.path], "it would look like a wrong password"


def test_a_device_that_does_not_tell_rights_isasked(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/usergroup.cgi", Fault(404))
    assert [one.name for one in open_session(device).users()] == ["root", "repair", "watch"]


def test_what_a_device_does_not_name_it_cannot_do(device: ReplayServer) -> None:
    device.set("GET", "/axis-cgi/param.cgi", text("root.Properties.Image.Format=h264\nroot.Brand.Brand=AXIS\n"))
    device.set("POST", SERVICES, Reply(body=REFUSED.format("ter:ActionNotSupported", "no").encode(), status=500))
    for operation in ("GetServiceCapabilities",):
        device.set("POST", SERVICES, Fault(404), operation=operation)
    supports = open_session(device).capabilities()
    assert {supports[name] for name in ("ptz", "storage", "recordings", "export", "temperature", "events")} == {"no"}
    assert supports["snapshot"] == "unknown"


def test_older_devices_restart_by_another_door(device: ReplayServer) -> None:
    device.set("POST", "/axis-cgi/firmwaremanagement.cgi", error(2102, "Method not supported"))
    device.set("GET", "/axis-cgi/restart.cgi", Reply(body=b"<html>restarting</html>", media="text/html"))
    open_session(device).reboot()
    assert requests_to(device, "/axis-cgi/restart.cgi")
