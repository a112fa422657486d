"""Answers as other firmware writes them: what is told is read, what is not told is unknown, and nothing is made up."""

from typing import Literal

import pytest
from hub_hikvision.answers import parse_status
from hub_hikvision.multipart import Part
from hub_hikvision.parse_device import read_mac
from hub_hikvision.parse_events import parse_alert
from hub_hikvision.parse_health import parse_tracks, parse_uptime, parse_volumes, parse_working
from hub_hikvision.parse_security import parse_triggers
from hub_hikvision.tree import parse_tree

from hub.api import ProtocolError, Unsupported
from hub.testing.devices import Reply
from tests.plugins.hub_hikvision.opened import opened
from tests.plugins.hub_hikvision.synthetic import camera, recorder

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("status", "megabytes", "state"),
    [
        ("reparing", 3_815_447, "degraded"),
        ("unRecordHostFormatted", 3_815_447, "unformatted"),
        ("notexist", 0, "absent"),
        ("notexist", 3_815_447, "failed"),
        ("N/A", 3_815_447, "unknown"),
        ("", 3_815_447, "unknown"),
    ],
)
def test_a_disk_is_in_the_state_that_the_word_means(status: str, megabytes: int, state: str) -> None:
    told = (
        f"<storage><hddList><hdd><id>1</id><capacity>{megabytes}</capacity><freeSpace>0</freeSpace>"
        f"<status>{status}</status></hdd></hddList></storage>"
    )
    (volume,) = parse_volumes(parse_tree(told.encode()))
    assert volume.state == state


def test_an_alarm_without_a_name_is_none_that_could_be_switched_on() -> None:
    named = b"<EventTrigger><eventType>VMD</eventType></EventTrigger>"
    told = b"<EventTriggerList><EventTrigger/>" + named + b"</EventTriggerList>"
    assert [weakness.what for weakness in parse_triggers(parse_tree(told))] == ["VMD"]


@pytest.mark.parametrize("number", ["N/A", "-1", "9999999999999999999999", "3,815,447", ""])
def test_a_size_that_is_no_number_is_unknown(number: str) -> None:
    told = (
        f"<storage><hddList><hdd><id>1</id><capacity>{number}</capacity><status>ok</status></hdd></hddList></storage>"
    )
    (volume,) = parse_volumes(parse_tree(told.encode()))
    assert (volume.state, volume.size_bytes, volume.free_bytes) == ("ok", None, None)


def test_a_fan_that_does_not_tell_leaves_open_whether_all_turn() -> None:
    def fans(*speeds: str) -> bool | None:
        inner = "".join(f"<Fan><speed>{speed}</speed></Fan>" for speed in speeds)
        return parse_uptime(parse_tree(f"<DeviceStatus><FanList>{inner}</FanList></DeviceStatus>".encode())).fans

    assert [fans("1200", "900"), fans("1200", "N/A"), fans("N/A", "0"), fans()] == [True, None, False, None]


def test_working_status_is_read_in_the_encoding_and_with_the_words_that_firmware_has() -> None:
    body = (
        '{"WorkingStatus":[{"ChanStatus":[{"chanNo":"1","name":"北门","enable":"1","record":"1"},'
        '{"chanNo":2,"enable":1,"record":0},{"chanNo":3,"enable":1,"record":"N/A"},{"chanNo":4,"enable":1,"record":null},'
        '{"chanNo":true,"record":1},{"chanNo":5,"enable":"0","record":"0"}]}]}'
    )
    expected = {1: True, 2: False}
    assert parse_working(body.encode("gb18030")) == expected
    assert parse_working(BOM + body.encode()) == expected
    with pytest.raises(ProtocolError):
        parse_working(b'{"WorkingStatus":{"ChanStatus":null}}')


def test_recorders_that_count_their_network_cameras_from_33_are_understood_in_their_working_status() -> None:
    body = b'{"WorkingStatus":{"ChanStatus":[{"chanNo":33,"enable":1,"record":1},{"chanNo":34,"enable":1,"record":0}]}}'
    table = recorder() | {("GET", "/ISAPI/System/workingstatus"): Reply(body=body, media="application/json")}
    with opened(table) as (session, _):
        told = session.health().recording
        assert {number: reading.value for number, reading in told.items()} == {1: True, 2: False}


def test_track_10101_is_the_main_stream_of_channel_101() -> None:
    def track(id_: str, channel: str, enabled: str) -> str:
        return f"<Track><id>{id_}</id><Channel>{channel}</Channel><Enable>{enabled}</Enable></Track>"

    both = track("101", "101", "true") + track("10101", "101", "false")
    assert parse_tracks(parse_tree(f"<TrackList>{both}</TrackList>".encode())) == {1: True, 101: False}
    numbered = track("1", "101", "true") + track("2", "102", "false") + track("3", "201", "false")
    assert parse_tracks(parse_tree(f"<TrackList>{numbered}</TrackList>".encode())) == {1: True, 2: False}


@pytest.mark.parametrize(
    "body",
    [
        b'{"statusCode":"4","statusString":"Invalid Operation","subStatusCode":"notSupport"}',
        BOM + b'{"statusCode":4,"statusString":"Invalid Operation","subStatusCode":"notSupport"}',
        b'{"ResponseStatus":{"statusCode":4,"statusString":"Invalid Operation","subStatusCode":"notSupport"}}',
        BOM + b'\r\n<?xml version="1.0" encoding="GB2312"?>\r\n<ResponseStatus><statusCode> 4 </statusCode>'
        b"<statusString>Invalid Operation</statusString><subStatusCode>notSupport</subStatusCode></ResponseStatus>",
    ],
)
def test_a_refusal_is_one_however_it_is_written_and_whatever_it_calls_itself(body: bytes) -> None:
    told = parse_status(body)
    assert told is not None
    assert (told.code, told.reason) == (4, "notSupport")
    table = camera() | {("GET", "/ISAPI/PTZCtrl/channels/1/status"): Reply(body=body, media="text/html")}
    with opened(table) as (session, _), pytest.raises(Unsupported):
        session.position(1)


@pytest.mark.parametrize(
    "body",
    [
        BOM + b'{"eventType":"VMD","eventState":"inactive","channelID":"2","dateTime":"2026-11-23T10:00:00"}',
        '{"eventType":"VMD","eventState":"inactive","channelID":0,"dynChannelID":2,"eventDescription":"移动"}'.encode(
            "gbk"
        ),
        b"<EventNotificationAlert><channelID>0</channelID><dynChannelID>2</dynChannelID><eventType>VMD</eventType>"
        b"<eventState>Inactive</eventState><dateTime>N/A</dateTime></EventNotificationAlert>",
    ],
)
def test_an_event_is_understood_in_any_of_its_writings_and_has_no_time_where_none_is_told(body: bytes) -> None:
    alert = parse_alert(Part("", body))
    assert (alert.code, alert.active, alert.channel, alert.at) == ("VMD", False, 2, None)


@pytest.mark.parametrize("text", ["00:00:00:00:00:00", "FF-FF-FF-FF-FF-FF", "N/A", ""])
def test_what_is_no_address_of_one_device_names_none(text: str) -> None:
    assert read_mac(text) == ""


@pytest.mark.parametrize("body", ["<html><body>Document Error: Not Found</body></html>", ""])
@pytest.mark.parametrize("status", [200, 404])
def test_a_web_page_is_no_answer(body: str, status: Literal[200, 404]) -> None:
    table = camera() | {
        ("GET", "/ISAPI/ContentMgmt/Storage"): Reply(body=body.encode(), media="text/html", status=status)
    }
    with opened(table) as (session, _):
        volumes = session.health().volumes
        assert (volumes.status, volumes.value) == ("error" if status == 200 else "unsupported", None)
