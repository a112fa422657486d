"""Answers as other firmware writes them: what is told is read, what is not told is unknown, and nothing is made up."""

import pytest
from hub_dahua.parse_device import Identity, parse_info, parse_states_json
from hub_dahua.parse_events import parse_part
from hub_dahua.parse_health import parse_volumes
from hub_dahua.parse_table import is_error, parse_refusal, parse_table

from hub.api import Unsupported
from hub.testing.devices import Reply
from tests.plugins.hub_dahua.served import served
from tests.plugins.hub_dahua.synthetic import CAMERA

BOM = b"\xef\xbb\xbf"
STORAGE = ("GET", "/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo")


@pytest.mark.parametrize("ends", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("behind", [b"", b"\x00", b"OK\r\n"])
def test_lines_are_told_apart_however_they_end(ends: bytes, behind: bytes) -> None:
    body = ends.join([b"table.NTP.Port=123", b"table.NTP.Address=", b"table.NTP.Enable=true", behind])
    assert parse_table(body) == {"table.NTP.Port": "123", "table.NTP.Address": "", "table.NTP.Enable": "true"}


def test_each_name_is_read_in_the_encoding_of_the_camera_that_wrote_it() -> None:
    utf8, gbk = "table.ChannelTitle[0].Name=北门".encode(), "table.ChannelTitle[1].Name=南门".encode("gbk")
    expected = {"table.ChannelTitle[0].Name": "北门", "table.ChannelTitle[1].Name": "南门"}
    assert parse_table(utf8 + b"\r\n" + gbk + b"\r\n") == expected
    assert parse_table(BOM + gbk + b"\r\n" + utf8) == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{ "error" : { "code" : 268959743, "message" : "Unknown error! error code was not set in service!" } }',
        b'{"result":false,"error":{"code":285409284,"message":"Component error: Parameter error!"},"id":3}',
        b'{"error":"Bad Request"}',
        BOM + b"Error\r\nBad Request!\r\n",
    ],
)
def test_an_error_with_status_200_is_one(body: bytes) -> None:
    assert isinstance(parse_refusal(200, body, "the disks"), Unsupported)


def test_a_setting_that_begins_with_the_word_is_none() -> None:
    assert not is_error(b"error=0\r\nresult=2026-11-23 06:05:04\r\n")
    assert not is_error(b"ErrorRecord.Enable=true\r\n")


def _disk(state: str, *parts: tuple[str, str]) -> dict[str, str]:
    told = {"list.info[0].Name": "/dev/sda", "list.info[0].State": state}
    for n, (total, used) in enumerate(parts):
        told |= {f"list.info[0].Detail[{n}].TotalBytes": total, f"list.info[0].Detail[{n}].UsedBytes": used}
    return told


@pytest.mark.parametrize(
    ("parts", "size", "free"),
    [
        ([("1000000000000", "400000000000")], 10**12, 6 * 10**11),
        ([("4000787030016", "N/A")], 4000787030016, None),
        ([("4.000787e+12", "0")], None, None),
        ([("-1", "18446744073709551615")], None, None),
        ([("31914983424", "319149834240")], 31914983424, None),
        ([("1000000000000", "1000000000000"), ("1000000000000", "N/A")], 2 * 10**12, None),
        ([("1000000000000", "1000000000000"), ("N/A", "500000000000")], None, None),
    ],
)
def test_room_that_is_told_in_part_is_not_known(
    parts: list[tuple[str, str]], size: int | None, free: int | None
) -> None:
    (volume,) = parse_volumes(_disk("Success", *parts), overwrites=False)
    assert (volume.state, volume.size_bytes, volume.free_bytes) == ("ok", size, free), (
        "and no disk is called full by it"
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [("Formating", "formatting"), ("ReadOnly", "degraded"), ("N/A", "unknown"), ("正常", "unknown"), ("", "unknown")],
)
def test_a_disk_is_in_the_state_that_the_word_means(word: str, state: str) -> None:
    (volume,) = parse_volumes(_disk(word, ("1000000000000", "0")), overwrites=None)
    assert volume.state == state


def test_a_socket_without_an_address_does_not_name_the_device() -> None:
    network = {
        "table.Network.eth0.PhysicalAddress": "00:00:00:00:00:00",
        "table.Network.eth2.PhysicalAddress": "3C-EF-8C-01-02-03",
    }
    assert parse_info(Identity({"deviceType": "NVR"}, network=network)).mac == "3c:ef:8c:01:02:03"


def test_numbers_in_quotes_are_numbers_where_channels_are_counted() -> None:
    body = (
        BOM + b'{"states":[{"channel":"0","connectionState":"Connected"},{"channel":"N/A","connectionState":"X"},null]}'
    )
    assert parse_states_json(body) == {1: "Connected"}


@pytest.mark.parametrize(
    ("type_", "kind"), [('"4"', "too-dark"), ("3", "scene-change"), ('"N/A"', "other"), ("null", "scene-change")]
)
def test_what_is_abnormal_about_a_picture_is_never_guessed(type_: str, kind: str) -> None:
    event = parse_part(f'Code=VideoAbnormalDetection;action=Start;index=1;data={{"Type":{type_}}}')
    assert event is not None
    assert event.kind == kind


@pytest.mark.parametrize("shown", ["N/A", "2026-11-23 06:05:04 PM", "2026-11-23T06:05:04Z", "0000-00-00 00:00:00", ""])
def test_a_time_in_another_form_is_no_time_and_leaves_the_rest(shown: str) -> None:
    answer = Reply(body=f"result={shown}\r\n".encode(), media="text/plain")
    with served({**CAMERA, ("GET", "/cgi-bin/global.cgi?action=getCurrentTime"): answer}) as (_, session):
        health = session.health()
        assert (health.clock.status, health.clock.value) == ("error", None)
        assert health.volumes.status == "ok"
