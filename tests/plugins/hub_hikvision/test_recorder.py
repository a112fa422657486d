"""A recorder for network cameras and a hybrid one, over real sockets. All answers are synthetic."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.api import DeviceEvent, ProtocolError
from tests.plugins.hub_hikvision.opened import asked, opened
from tests.plugins.hub_hikvision.synthetic import JPEG, MP4, hybrid, proxy, proxy_state, recorder, xml

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_it_tells_which_cameras_deliver() -> None:
    with opened(recorder()) as (session, _):
        assert session.describe().kind == "recorder"
        channels = session.channels()
    assert [(channel.number, channel.online) for channel in channels] == [(1, True), (2, False), (3, False), (4, True)]
    assert channels[0].address == "192.168.254.1"


def test_streams_without_a_list_are_asked_for_one_by_one() -> None:
    with opened(recorder()) as (session, _):
        assert [(stream.name, stream.codec) for stream in session.streams(1)] == [("main", "H265"), ("sub", "H265")]
        assert session.streams(4)[0].url == "rtsp://127.0.0.1:554/Streaming/Channels/401"


def test_snapshots_of_network_cameras_come_by_their_proxy() -> None:
    with opened(recorder()) as (session, server):
        assert session.snapshot(1) == JPEG
        assert asked(server)[-1] == "/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture"
        assert session.snapshot(4) == JPEG


def test_health_tells_failed_disks_and_what_is_not_recorded() -> None:
    with opened(recorder()) as (session, _):
        health = session.health()
    assert {volume.id: volume.state for volume in health.volumes.value or ()} == {
        "hdd-1": "ok",
        "hdd-2": "failed",
        "hdd-3": "degraded",
        "nas-9": "failed",
    }
    assert {number: reading.value for number, reading in health.recording.items()} == {1: True, 2: False, 4: True}
    assert [(each.name, each.celsius) for each in health.temperatures.value or ()] == [("hdd-1", 38.0)]
    assert health.clock.value is not None
    assert health.clock.value.source == "ntp"
    assert health.clock.value.servers == ("10.0.0.1",)
    assert abs(health.clock.value.at - health.clock.value.asked_at) < timedelta(seconds=5)


def test_the_audit_names_the_camera_behind_the_recorder() -> None:
    with opened(recorder()) as (session, _):
        assert [(each.channel, each.what) for each in session.audit()] == [
            (1, "VMD"),
            (2, "videoloss"),
            (None, "diskerror"),
        ]


def test_events_come_by_the_older_path_with_the_camera_s_number() -> None:
    with opened(recorder()) as (session, server):
        events = session.events()
        heard: list[DeviceEvent] = []
        while not heard:
            heard += filter(None, [next(events)])
        assert (heard[0].kind, heard[0].phase, heard[0].channel) == ("video-loss", "start", 2)
        assert "/Event/notification/alertStream" in asked(server)


def test_footage_comes_page_by_page() -> None:
    with opened(recorder()) as (session, server):
        session.describe()
        recordings = list(session.search(1, DAY, DAY + timedelta(days=1)))
        questions = [seen.body for seen in server.requests if seen.method == "POST" and seen.signed_in]
    assert [each.start_at.hour for each in recordings] == [1, 2, 3]
    assert b"<searchResultPostion>0<" in questions[0]
    assert b"<searchResultPostion>2<" in questions[-1]


def test_footage_is_fetched_the_older_way_where_the_newer_is_refused() -> None:
    with opened(recorder()) as (session, _):
        taken: list[bytes] = []
        export = session.export(next(session.search(1, DAY, DAY + timedelta(days=1))), taken.append)
    assert b"".join(taken) == b"IMKH" + MP4
    assert export.media_type == "application/octet-stream"


def test_the_settings_hold_no_password_of_a_camera() -> None:
    with opened(recorder()) as (session, _):
        settings = session.settings()
    where = "ContentMgmt/InputProxy/channels/InputProxyChannel[1]/sourceInputPortDescriptor"
    assert settings[f"{where}/ipAddress"] == "192.168.254.1"
    assert not [name for name in settings if "password" in name]
    assert "hidden" not in settings.values()


def test_a_hybrid_recorder_has_both_kinds_of_channels() -> None:
    with opened(hybrid()) as (session, server):
        channels = session.channels()
        count = len(server.requests)
        session.channels()
    assert [(channel.number, channel.name, channel.online) for channel in channels] == [
        (1, "Hall", True),
        (2, "Stairs", False),
        (3, "Yard", True),
    ]
    assert count < 20, "it asks for entries that are not there"


def test_entries_that_are_listed_nowhere_are_looked_for_within_bounds() -> None:
    table = {
        **recorder(),
        ("GET", "/ISAPI/System/capabilities"): xml(
            "<DeviceCap><RacmCap><inputProxyNums>99999</inputProxyNums></RacmCap></DeviceCap>"
        ),
        **{("GET", f"/ISAPI/ContentMgmt/InputProxy/channels/{n}"): xml(proxy(n, f"c{n}")) for n in range(1, 200)},
        **{
            ("GET", f"/ISAPI/ContentMgmt/InputProxy/channels/{n}/status"): xml(proxy_state(n, True))
            for n in range(1, 200)
        },
    }
    del table[("GET", "/ISAPI/ContentMgmt/InputProxy/channels")]
    del table[("GET", "/ISAPI/ContentMgmt/InputProxy/channels/status")]
    with opened(table) as (session, server):
        assert len(session.channels()) == 64
        assert len(server.requests) < 200


def test_a_recorder_that_lists_states_alone_is_asked_no_more_than_that() -> None:
    table = {
        **recorder(),
        ("GET", "/ISAPI/System/capabilities"): xml(
            "<DeviceCap><RacmCap><inputProxyNums>8</inputProxyNums></RacmCap></DeviceCap>"
        ),
    }
    del table[("GET", "/ISAPI/ContentMgmt/InputProxy/channels")]
    with opened(table) as (session, server):
        session.channels()
        states = {channel.number: channel.online for channel in session.channels()}
        paths = asked(server)
    assert states == {1: True, 2: False, 3: False, 4: True}
    assert paths.count("/ISAPI/System/capabilities") == 1
    assert "/ISAPI/ContentMgmt/InputProxy/channels/1" not in paths


def test_a_clock_without_a_zone_is_not_guessed() -> None:
    with opened(hybrid()) as (session, _):
        clock = session.health().clock
        assert clock.status == "error"
        assert "zone" in clock.detail
        with pytest.raises(ProtocolError):
            session.clock()


def test_a_recorder_that_has_no_disk_has_an_empty_slot() -> None:
    with opened(hybrid()) as (session, _):
        assert [volume.state for volume in session.health().volumes.value or ()] == ["absent"]
