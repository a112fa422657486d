"""The device's answers, read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hub_dahua import parse_footage, parse_ptz, parse_settings
from hub_dahua.parse_audit import parse_weaknesses
from hub_dahua.parse_clock import Turn, Zone
from hub_dahua.parse_device import (
    Identity,
    parse_channels,
    parse_info,
    parse_remote,
    parse_rtsp_port,
    parse_states,
    parse_streams,
    parse_users,
)
from hub_dahua.parse_table import is_authority, parse_refusal, parse_table
from hypothesis import given
from hypothesis import strategies as st

from hub.api import (
    AccountLocked,
    DeviceBusy,
    DeviceForbidden,
    DeviceRecording,
    DeviceRejected,
    DeviceUser,
    ProtocolError,
    Unsupported,
)
from tests.plugins.hub_dahua.synthetic import CAMERA, CONFIG, RECORDER, table_of

_CAPTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "vendors" / "dahua" / "rroller_docstrings"
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_EUROPE = Zone(timedelta(hours=1), Turn(3, -1, 0, 2, 0), Turn(10, -1, 0, 3, 0))


def _capture(name: str) -> dict[str, str]:
    if not _CAPTURES.is_dir():
        pytest.skip(f"the documented answers are not here: {_CAPTURES}")
    return parse_table((_CAPTURES / f"{name}.txt").read_bytes())


@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n\r\n", b"<html lang='en'><body>a=b</body></html>", b"no equals sign", b"\x00\x01=x", b"=x"],
)
def test_what_is_no_table_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_table(body)


def test_names_in_the_old_chinese_encoding_are_read() -> None:
    assert parse_table("name=北门\r\n".encode("gb18030")) == {"name": "北门"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b"Error\r\nBad Request!\r\n", Unsupported),
        (200, b"Error\r\nBad Request!\r\n", Unsupported),
        (501, b"Error\r\nNot Implemented!\r\n", Unsupported),
        (404, b"<html>", Unsupported),
        (200, b"Error: Error -1 getting param in name=X\r\n", Unsupported),
        (403, b'{"error":{"code":403,"message":"Authority:check failure."},"result":false}', DeviceForbidden),
        (200, b"Error\r\nInvalid Authority!\r\n", DeviceForbidden),
        (403, b"", DeviceForbidden),
        (403, b"Error\r\nAccount locked\r\n", AccountLocked),
        (503, b"", DeviceBusy),
        (302, b"", ProtocolError),
        (500, b"", ProtocolError),
    ],
)
def test_a_refusal_has_the_kind_that_says_what_to_do(status: int, body: bytes, kind: type[Exception]) -> None:
    assert type(parse_refusal(status, body, "its disks")) is kind


def test_an_answer_is_no_refusal_even_when_it_tells_of_errors() -> None:
    assert parse_refusal(200, b"list.info[0].State=Error\r\n", "its disks") is None


def test_a_locked_account_is_not_asked_once_more() -> None:
    assert is_authority(403, b"Authority:check failure.")
    assert not is_authority(403, b"Authority: the account is locked")


def test_a_camera_says_what_it_is() -> None:
    info = parse_info(
        Identity(
            system=table_of(CAMERA, "magicBox.cgi?action=getSystemInfo"),
            version=table_of(CAMERA, "magicBox.cgi?action=getSoftwareVersion"),
            name=table_of(CAMERA, "magicBox.cgi?action=getMachineName"),
            kind=table_of(CAMERA, "magicBox.cgi?action=getDeviceClass"),
            network=table_of(CAMERA, f"{CONFIG}Network"),
        )
    )
    assert (info.maker, info.model, info.serial) == ("Dahua", "IPC-HX0000-TEST", "TEST0CAMERA0001")
    assert info.firmware == "2.800.0000016.0.R,build:2024-06-05"
    assert (info.mac, info.name, info.kind) == ("00:00:5e:00:53:20", "北门", "camera")


def test_a_recorder_that_numbers_its_type_is_known_by_its_name() -> None:
    info = parse_info(Identity(system=table_of(RECORDER, "magicBox.cgi?action=getSystemInfo")))
    assert (info.model, info.kind) == ("DH-NVR0008-TEST", "recorder")


def test_a_device_that_says_nothing_of_itself_is_not_taken_for_one() -> None:
    with pytest.raises(ProtocolError):
        parse_info(Identity(system={"found": "1"}))


def test_a_recorder_lists_the_slots_that_are_used_and_whether_their_cameras_deliver() -> None:
    channels = parse_channels(
        table_of(RECORDER, f"{CONFIG}ChannelTitle"),
        parse_remote(table_of(RECORDER, f"{CONFIG}RemoteDevice")),
        parse_states(table_of(RECORDER, "LogicDeviceManager.cgi?action=getCameraState&uniqueChannels[0]=-1")),
        frozenset((2,)),
        hybrid=False,
    )
    assert [(channel.number, channel.name, channel.online, channel.address) for channel in channels] == [
        (1, "Gate", True, "10.0.0.21"),
        (2, "Yard", False, "10.0.0.22"),
        (3, "Tank", True, ""),
    ]


def test_without_states_the_pictures_that_are_lost_tell_which_camera_is_away() -> None:
    titles = table_of(RECORDER, f"{CONFIG}ChannelTitle")
    remote = parse_remote(table_of(RECORDER, f"{CONFIG}RemoteDevice"))
    channels = parse_channels(titles, remote, {}, frozenset((2,)), hybrid=False)
    assert [(channel.number, channel.online) for channel in channels] == [(1, True), (2, False)]
    assert [channel.online for channel in parse_channels(titles, remote, {}, None, hybrid=False)] == [None, None]


def test_a_hybrid_recorder_has_channels_without_a_network_camera() -> None:
    titles = table_of(RECORDER, f"{CONFIG}ChannelTitle")
    remote = parse_remote(table_of(RECORDER, f"{CONFIG}RemoteDevice"))
    assert len(parse_channels(titles, remote, {}, frozenset(), hybrid=True)) == 4


def test_a_camera_does_not_say_whether_its_own_picture_is_there() -> None:
    (channel,) = parse_channels(table_of(CAMERA, f"{CONFIG}ChannelTitle"), {}, {}, None, hybrid=False)
    assert (channel.number, channel.name, channel.online) == (1, "北门", None)


def test_a_device_without_channels_is_not_understood() -> None:
    with pytest.raises(ProtocolError):
        parse_channels({"table.Other[0].Name": "x"}, {}, {}, None, hybrid=False)


def test_the_other_spelling_of_remote_devices_is_read() -> None:
    slots = parse_remote({"table.RemoteDevice[0].Enable": "true", "table.RemoteDevice[0].Address": "10.0.0.9"})
    assert slots[1].address == "10.0.0.9"


def test_streams_have_codec_and_size_and_no_credentials() -> None:
    main, sub = parse_streams(table_of(CAMERA, f"{CONFIG}Encode"), 1, "10.0.0.8", 10554)
    assert main.url == "rtsp://10.0.0.8:10554/cam/realmonitor?channel=1&subtype=0"
    assert (main.name, main.codec, main.width, main.height, main.fps) == ("main", "H265", 2688, 1520, 25.0)
    assert (sub.name, sub.codec, sub.width, sub.height, sub.fps) == ("sub", "H264", 704, 576, 12.5)


def test_a_channel_that_is_not_there_has_no_streams() -> None:
    with pytest.raises(Unsupported, match="no channel 2"):
        parse_streams(table_of(CAMERA, f"{CONFIG}Encode"), 2, "h", 554)


def test_without_the_settings_the_usual_streams_are_offered() -> None:
    main, sub = parse_streams({}, 3, "fe80::1", 554)
    assert main.url == "rtsp://[fe80::1]:554/cam/realmonitor?channel=3&subtype=0"
    assert sub.codec == ""


def test_rtsp_that_is_switched_off_is_said() -> None:
    with pytest.raises(Unsupported, match="switched off"):
        parse_rtsp_port({"table.RTSP.Enable": "false", "table.RTSP.Port": "554"})
    with pytest.raises(ProtocolError):
        parse_rtsp_port({"table.RTSP.Port": "99999"})


def test_accounts_have_their_groups() -> None:
    users = parse_users(table_of(CAMERA, "userManager.cgi?action=getUserInfoAll"))
    assert [(user.name, user.level) for user in users] == [("admin", "admin"), ("watch", "user"), ("888888", "admin")]


# --- recordings


def _recording(name: str) -> DeviceRecording:
    return DeviceRecording(id=name, channel=1, start_at=_NOON, end_at=_NOON + timedelta(hours=1))


def test_a_page_of_recordings_is_in_order_of_time_and_of_the_main_stream() -> None:
    table = parse_table(
        b"found=3\r\n"
        b"items[0].StartTime=2026-7-1 9:00:00\r\nitems[0].EndTime=2026-07-01 10:00:00\r\n"
        b"items[0].FilePath=/mnt/dvr/2026-07-01/0/dav/09/09.00.00-10.00.00[R][0@0][0].dav\r\n"
        b"items[0].Length=734003200\r\nitems[0].Flags[0]=Timing\r\n"
        b"items[1].StartTime=2026-07-01 08:00:00\r\nitems[1].EndTime=2026-07-01 09:00:00\r\n"
        b"items[1].Flags[0]=Event\r\nitems[1].Events[0]=VideoMotion\r\nitems[1].VideoStream=Main\r\n"
        b"items[2].StartTime=2026-07-01 08:00:00\r\nitems[2].EndTime=2026-07-01 09:00:00\r\n"
        b"items[2].VideoStream=Extra1\r\n"
    )
    assert parse_footage.parse_found(table) == 3
    first, second = parse_footage.parse_items(table, 4, _EUROPE)
    assert (first.start_at, first.reason, first.channel) == (
        datetime(2026, 7, 1, 6, tzinfo=UTC),
        "Event, VideoMotion",
        4,
    )
    assert (second.start_at, second.size_bytes) == (datetime(2026, 7, 1, 7, tzinfo=UTC), 734003200)
    path = parse_footage.file_path(second)
    assert path == "/cgi-bin/RPC_Loadfile/mnt/dvr/2026-07-01/0/dav/09/09.00.00-10.00.00[R][0@0][0].dav"
    assert parse_footage.file_path(first) is None


@pytest.mark.parametrize("name", ["", "file:/../etc/passwd", "file:x", "file:/a?b=c", "file:/a\r\nX: y", "/mnt/a.dav"])
def test_a_name_that_no_device_gave_is_not_fetched(name: str) -> None:
    with pytest.raises(DeviceRejected):
        parse_footage.file_path(_recording(name))


def test_questions_for_recordings_are_in_the_devices_time_and_literal() -> None:
    query = parse_footage.find_query("99", 2, _NOON, _NOON + timedelta(hours=1), Zone(timedelta(hours=8)))
    assert "condition.StartTime=2026-11-23%2020:00:00" in query
    assert query.endswith("&condition.Types[0]=dav")
    assert "startTime=2026-11-23%2020:00:00" in parse_footage.time_path(_recording("time:"), Zone(timedelta(hours=8)))


@pytest.mark.parametrize("said", ["", "1&action=destroy", "x" * 40])
def test_a_finder_is_a_plain_word(said: str) -> None:
    with pytest.raises(ProtocolError):
        parse_footage.parse_finder({"result": said})


# --- settings


def test_settings_are_named_by_section_and_leave_out_what_is_secret_or_leased() -> None:
    settings = parse_settings.parse_settings("Network", table_of(CAMERA, f"{CONFIG}Network"))
    assert settings == {
        "Network/DefaultInterface": "eth0",
        "Network/Hostname": "cam",
        "Network/eth0.DhcpEnable": "true",
        "Network/eth0.PhysicalAddress": "00:00:5E:00:53:20",
        "Network/eth0.MTU": "1500",
    }
    assert "Locales/DSTStart.Year" not in parse_settings.parse_settings(
        "Locales", table_of(RECORDER, f"{CONFIG}Locales")
    )


@given(
    st.sampled_from(["[0].MainFormat[0].Video.FPS", "Address", "eth0.MTU", "[3][1].Name"]),
    st.sampled_from(["A", "Encode"]),
)
def test_the_devices_name_of_a_setting_comes_back(rest: str, section: str) -> None:
    written = f"{section}{rest}" if rest.startswith("[") else f"{section}.{rest}"
    (name,) = parse_settings.parse_settings(section, {f"table.{written}": "1"})
    assert parse_settings.device_name(name) == written


def test_changes_are_checked_whole_before_any_is_sent() -> None:
    present = {"NTP/Address": "a", "NTP/Port": "123"}
    assert parse_settings.change_queries({"NTP/Address": "ntp b&c", "NTP/Port": "1"}, present) == (
        "action=setConfig&NTP.Address=ntp%20b%26c&NTP.Port=1",
    )
    with pytest.raises(Unsupported, match="no setting"):
        parse_settings.change_queries({"NTP/Address": "x", "NTP/Nothing": "1"}, present)
    with pytest.raises(Unsupported):
        parse_settings.change_queries({"NTP/Address": "a\r\nb"}, present)
    with pytest.raises(Unsupported, match="not changed from here"):
        parse_settings.sections_of({"Network/eth0.IPAddress": "10.0.0.9"})
    with pytest.raises(Unsupported, match="not a section"):
        parse_settings.sections_of({"Users/0": "x"})


def test_many_changes_go_in_several_orders_of_bounded_length() -> None:
    present = {f"VideoWidget/[{n}].Name": "" for n in range(200)}
    queries = parse_settings.change_queries(dict.fromkeys(present, "word " * 5), present)
    assert len(queries) > 3
    assert all(len(query) <= 1700 for query in queries)
    assert sum(query.count("VideoWidget[") for query in queries) == 200


def test_a_device_with_too_many_settings_gives_the_same_whole_sections_each_time() -> None:
    sections = {"NTP": {"NTP/Port": "1"}, "Record": {f"Record/[{n}]": "" for n in range(20_000)}}
    assert parse_settings.joined(sections) == {"NTP/Port": "1"}


# --- what is switched off


def test_everything_that_the_device_has_switched_off_is_found() -> None:
    names = (
        "MotionDetect",
        "BlindDetect",
        "StorageFailure",
        "StorageNotExist",
        "DisableEventNotify",
        "Telnet",
        "General",
    )
    tables = {name: table_of(CAMERA, f"{CONFIG}{name}") for name in names}
    found = parse_weaknesses(tables, (DeviceUser(name="888888"), DeviceUser(name="watch")), frozenset((1,)))
    assert [(one.kind, one.channel, one.what) for one in found] == [
        ("event-off", 1, "VideoBlind"),
        ("event-off", None, "StorageFailure"),
        ("event-off", None, "DisableEventNotify"),
        ("open-service", None, "Telnet"),
        ("other", None, "account"),
        ("other", None, "LockLoginEnable"),
    ]


def test_slots_without_a_camera_are_not_held_against_a_recorder() -> None:
    tables = {"LossDetect": {"table.LossDetect[0].Enable": "false", "table.LossDetect[9].Enable": "false"}}
    assert [one.channel for one in parse_weaknesses(tables, (), frozenset((1,)))] == [1]


# --- the answers that others have documented


def test_the_documented_answers_are_understood() -> None:
    info = parse_info(Identity(system=_capture("async_get_system_info"), version=_capture("get_software_version")))
    assert (info.model, info.serial, info.kind) == ("IPC-HDW5831R-ZE", "4X7C5A1ZAG21L3F", "camera")
    nothing = parse_ptz.PtzAbilities(None, None, None)
    position = parse_ptz.parse_position(_capture("async_get_ptz_position"), nothing)
    assert (position.pan, position.tilt, position.moving) == (91.6, -2.6, False)
    audited = {"MotionDetect": _capture("async_get_config_motion_detection")}
    assert parse_weaknesses(audited, (), frozenset()) == ()
    silenced = {"DisableEventNotify": _capture("async_get_event_notifications")}
    assert parse_weaknesses(silenced, (), frozenset()) == ()
    assert parse_settings.parse_settings("General", _capture("async_get_machine_name")) == {
        "General/MachineName": "Cam4"
    }


def test_every_documented_answer_is_a_table_or_refused() -> None:
    if not _CAPTURES.is_dir():
        pytest.skip(f"the documented answers are not here: {_CAPTURES}")
    files = sorted(_CAPTURES.glob("*.txt"))
    assert files
    for file in files:
        try:
            assert parse_table(file.read_bytes())
        except ProtocolError:
            assert b"->" in file.read_bytes() or b"for some specific" in file.read_bytes(), file.name
