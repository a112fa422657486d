"""Sessions with a camera over real sockets."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hub_onvif.options import OnvifOptions

from hub.api import DeviceRejected, PtzPosition, Unsupported
from hub.testing.devices import Fault, Reply
from tests.plugins.hub_onvif.conftest import MakePair
from tests.servers import onvif_answers as say

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_it_says_who_it_is(meet: MakePair) -> None:
    info = meet().session.describe()
    assert (info.maker, info.model, info.firmware) == ("Watchroom", "WR-1", "1.2.3")
    assert (info.mac, info.name, info.kind) == ("02:00:5e:10:00:07", "North gate", "camera")


def test_a_device_of_several_sources_that_records_is_a_recorder(meet: MakePair) -> None:
    session = meet(channels=4).session
    assert session.describe().kind == "recorder"
    assert [(each.number, each.name) for each in session.channels()] == [(n, f"Gate {n}") for n in range(1, 5)]


def test_main_is_the_largest_and_sub_the_smallest_of_each_channel(meet: MakePair) -> None:
    session = meet(channels=2).session
    main, sub = session.streams(2)
    assert (main.name, main.codec, main.width, main.height, main.fps) == ("main", "H264", 1920, 1080, 25)
    assert (sub.name, sub.width) == ("sub", 640)
    with pytest.raises(DeviceRejected, match="no channel 3"):
        session.streams(3)


def test_streams_are_at_the_host_we_know_and_without_credentials(meet: MakePair) -> None:
    camera, session, _ = meet()
    assert session.streams(1)[0].url == "rtsp://127.0.0.1:554/main1?x=1"
    other = type(session)(camera.access(), OnvifOptions(rtsp_port=10554))
    assert other.streams(1)[0].url == "rtsp://127.0.0.1:10554/main1?x=1"


def test_h265_is_found_by_media2(meet: MakePair) -> None:
    main, sub = meet(media2=True).session.streams(1)
    assert (main.codec, main.width, sub.codec) == ("H265", 3840, "H265")


def test_a_media2_that_does_not_work_is_passed_by(meet: MakePair) -> None:
    camera, session, _ = meet(media2=True)
    camera.server.set("POST", "/onvif/media2", Reply(body=say.fault("ter:ActionNotSupported", "no"), status=500))
    assert session.streams(1)[0].codec == "H264"


def test_every_service_is_asked_at_the_address_we_know_however_wrong_the_told_one_is(meet: MakePair) -> None:
    for told in ("http://192.0.2.9:8106:8106", "https://[fe80::1%25eth0]:99999", "http://a:b@elsewhere.example"):
        camera, session, _ = meet(told=told)
        assert session.streams(1)
        assert session.position(1)
        assert {seen.path for seen in camera.server.requests} >= {"/onvif/media", "/onvif/ptz"}


def test_the_snapshot_is_fetched_without_the_password_in_the_address(meet: MakePair) -> None:
    camera, session, _ = meet()
    assert session.snapshot(1) == say.JPEG
    assert [seen.path for seen in camera.server.requests if seen.method == "GET"] == ["/snap.jpg"]


@pytest.mark.parametrize(("answer", "kind"), [(Fault(404), "Unsupported"), (Fault("html"), "ProtocolError")])
def test_a_snapshot_that_is_none_is_an_error(meet: MakePair, answer: Fault, kind: str) -> None:
    camera, session, _ = meet()
    camera.server.set("GET", "/snap.jpg", answer)
    with pytest.raises(Exception, match=r".") as raised:
        session.snapshot(1)
    assert type(raised.value).__name__ == kind


def test_it_turns_to_presets_by_id_and_by_name(meet: MakePair) -> None:
    camera, session, _ = meet()
    assert [(each.id, each.name) for each in session.presets(1)] == [("1", "Gate"), ("2", "Öst")]
    session.go_to(1, "Öst")
    assert session.position(1).zoom == pytest.approx(0.2)
    session.go_to(1, "1")
    assert session.position(1).zoom == pytest.approx(0.1)
    with pytest.raises(DeviceRejected, match="no preset"):
        session.go_to(1, "cellar")
    assert camera.position == (0.5, 0.1, 0.1)


def test_it_turns_back_to_a_position_that_it_told(meet: MakePair) -> None:
    camera, session, _ = meet()
    before = session.position(1)
    session.go_to(1, "1")
    session.move_to(1, before)
    assert camera.position == pytest.approx((0.1, -0.2, 0.0))
    with pytest.raises(DeviceRejected, match="outside"):
        session.move_to(1, msgspec.structs.replace(before, pan=3.0))
    with pytest.raises(Unsupported, match="units of its own"):
        session.move_to(1, PtzPosition(pan=32768, tilt=0, zoom=0, space="device device"))


def test_a_position_outside_of_the_range_it_names_has_units_of_its_own(meet: MakePair) -> None:
    camera, session, _ = meet()
    camera.position = (32768, 32768, 12644)
    told = session.position(1)
    assert (told.pan, told.zoom, told.pan_range, told.space) == (32768, 12644, None, "device device")


def test_a_camera_that_cannot_turn_says_so(meet: MakePair) -> None:
    camera, session, _ = meet()
    camera.server.set("POST", "/onvif/media", Reply(body=say.profiles(1, ptz=False)), operation="GetProfiles")
    assert session.capabilities()["ptz"] == "no"
    with pytest.raises(Unsupported):
        session.presets(1)


def test_the_clock_is_set_and_read_back(meet: MakePair) -> None:
    camera, session, _ = meet(skew_s=400.0)
    session.set_clock(datetime.now(UTC))
    clock = session.clock()
    assert abs(clock.at - clock.asked_at) < timedelta(seconds=2)
    assert session.users(), "what is signed from now on has the new time"
    assert camera.gate.refusals == 0


def test_a_clock_that_ntp_keeps_is_left_alone(meet: MakePair) -> None:
    camera, session, _ = meet(source="NTP", skew_s=90.0)
    assert session.clock().servers == ("time.example.com",)
    with pytest.raises(DeviceRejected, match="NTP"):
        session.set_clock(datetime.now(UTC))
    assert camera.skew_s == 90.0


def test_footage_is_told_piece_by_piece(meet: MakePair) -> None:
    camera, session, _ = meet()
    found = list(session.search(1, DAY, DAY + timedelta(hours=5)))
    assert [(each.start_at.hour, each.end_at.hour) for each in found] == [(1, 2), (3, 5)]
    assert camera.operations().count("EndSearch") == 2


def test_footage_without_a_course_is_one_piece(meet: MakePair) -> None:
    session = meet(missing=frozenset({"FindEvents"})).session
    found = list(session.search(1, DAY + timedelta(hours=2), DAY + timedelta(hours=9)))
    assert [(each.start_at.hour, each.end_at.hour) for each in found] == [(2, 6)]


def test_health_tells_what_onvif_can_tell_and_nothing_else(meet: MakePair) -> None:
    health = meet().session.health()
    assert health.clock.status == "ok"
    assert health.recording[1].value is True
    assert {health.volumes.status, health.temperatures.status, health.fans.status} == {"unsupported"}
    assert health.started_at.status == "unknown"


def test_a_device_without_jobs_tells_nothing_of_recording(meet: MakePair) -> None:
    camera, session, _ = meet()
    empty = Reply(body=say.response("trc", "GetRecordingJobs"))
    camera.server.set("POST", "/onvif/recording", empty, operation="GetRecordingJobs")
    assert session.health().recording == {}


def test_capabilities_are_those_of_the_device(meet: MakePair) -> None:
    full = meet().session.capabilities()
    assert {full[key] for key in ("streams", "snapshot", "events", "ptz", "users", "restore")} == {"yes"}
    assert (full["storage"], full["export"]) == ("no", "yes")
    bare = meet(missing=frozenset({"GetUsers", "GetSnapshotUri"})).session.capabilities()
    assert bare["users"] == bare["snapshot"] == "no"


@pytest.mark.parametrize(("says", "can"), [(True, "yes"), (None, "yes"), (False, "no")])
def test_a_device_that_replays_over_its_connection_can_export(meet: MakePair, says: bool | None, can: str) -> None:
    assert meet(replays_over_tcp=says).session.capabilities()["export"] == can


def test_whether_a_device_without_an_answer_can_export_is_unknown(meet: MakePair) -> None:
    assert meet(missing=frozenset({"GetServiceCapabilities"})).session.capabilities()["export"] == "unknown"


def test_a_device_without_replays_says_that_it_cannot_export(meet: MakePair) -> None:
    camera, session, _ = meet()
    without = Reply(body=say.services("http://192.0.2.9", frozenset({"tr2", "trp"})), public=True)
    camera.server.set("POST", "/onvif/device_service", without, operation="GetServices")
    recording = next(session.search(1, DAY, DAY + timedelta(days=1)))
    assert session.capabilities()["export"] == "no"
    with pytest.raises(Unsupported, match="no ONVIF service for replay"):
        session.export(recording, lambda piece: None)


def test_services_are_found_on_devices_that_know_get_capabilities_only(meet: MakePair) -> None:
    camera, session, _ = meet(missing=frozenset({"GetServices"}))
    old = say.response(
        "tds",
        "GetCapabilities",
        "<tds:Capabilities><tt:Media><tt:XAddr>http://192.0.2.9/onvif/media</tt:XAddr></tt:Media>"
        "<tt:PTZ><tt:XAddr>http://192.0.2.9/onvif/ptz</tt:XAddr></tt:PTZ></tds:Capabilities>",
    )
    camera.server.set("POST", "/onvif/device_service", Reply(body=old), operation="GetCapabilities")
    assert session.streams(1)
    assert session.position(1)
    assert session.capabilities()["events"] == "no"


def test_a_restart_is_ordered_and_what_was_learnt_is_asked_anew(meet: MakePair) -> None:
    camera, session, _ = meet()
    session.streams(1)
    session.reboot()
    assert "SystemReboot" in camera.operations()
    camera.server.forget()
    assert session.streams(1)
    assert "GetServices" in camera.operations()
