"""Answers as other firmware writes them: what is told is read, what is not told is unknown, and nothing is made up."""

import pytest
from hub_axis.parse_json import Apis, Ntp, Time, parse_info, parse_instant, parse_reply
from hub_axis.parse_text import decode, parse_pairs, parse_parameters, parse_temperatures
from hub_axis.parse_xml import parse_volumes

from hub.api import ProtocolError, Unsupported
from hub.testing.devices import ReplayServer, Reply
from tests.plugins.hub_axis.opened import PASSWORD, USER, open_session
from tests.plugins.hub_axis.synthetic import camera

BOM = b"\xef\xbb\xbf"


def test_a_mark_of_byte_order_hides_nothing() -> None:
    time = parse_reply(BOM + b'{"data":{"dateTime":"2026-11-23T06:05:04Z"}}', Time)
    assert time.date_time == "2026-11-23T06:05:04Z"
    assert parse_parameters(decode(BOM + b"root.Brand.Brand=AXIS\r\n")) == {"Brand.Brand": "AXIS"}
    assert parse_pairs(decode(BOM + b"pan=12.5\r\ntilt=-3\r\n")) == {"pan": "12.5", "tilt": "-3"}
    with pytest.raises(ProtocolError):
        decode(BOM + b"<html>")


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":{"code":"2004","message":null}}',
        b'{"apiVersion":"1.0","error":{"code":2002},"data":{}}',
        b'{"error":{"code":2004.0,"message":"Method not supported"},"data":null}',
    ],
)
def test_a_refusal_is_one_however_its_code_is_written(body: bytes) -> None:
    with pytest.raises(Unsupported):
        parse_reply(body, Time)


@pytest.mark.parametrize("body", [b'{"error":"internal"}', b'{"error":{}}', b'{"data":null}', b"null", b"[]", b""])
def test_what_says_nothing_is_no_answer(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_reply(body, Time)


def test_empty_lists_may_be_null_and_yes_a_word() -> None:
    body = b'{"data":{"client":{"enabled":"true","serversSource":null,"staticServers":null,"advertisedServers":null}}}'
    client = parse_reply(body, Ntp).client
    assert client is not None
    assert (client.enabled, client.servers()) == (True, ())
    apis = parse_reply(b'{"data":{"apiList":[{"id":"time-service","version":1.2},{"id":"ntp","version":null}]}}', Apis)
    assert [api.id for api in apis.api_list or ()] == ["time-service", "ntp"]
    assert parse_reply(b'{"data":{"apiList":null}}', Apis).api_list is None


@pytest.mark.parametrize("text", ["2026-11-23", "2026-W48-1", "06:05:04", "N/A", "0000-00-00T00:00:00Z", ""])
def test_half_a_time_is_none(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_instant(text)


@pytest.mark.parametrize(
    ("statuses", "well"),
    [
        (["Running[85%]", "Stopped"], True),
        (["Running", "N/A"], None),
        (["", "Unknown"], None),
        (["N/A", "Fan Failure"], False),
        ([], None),
    ],
)
def test_a_fan_that_says_nothing_is_not_called_well(statuses: list[str], well: bool | None) -> None:
    lines = [f"Fan.F{n}.Status={status}" for n, status in enumerate(statuses)]
    sensors, fans = parse_temperatures("\n".join(["Sensor.S0.Celsius=N/A", "Sensor.S1.Celsius=41.5", *lines]))
    assert fans is well
    assert [sensor.celsius for sensor in sensors] == [41.5]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ('totalsize="62522368" freesize="1024"', (64022904832, 1048576)),
        ('totalsize="62522368" freesize="99999999999"', (64022904832, None)),
        ('totalsize="N/A" freesize="-1"', (None, None)),
        ('totalsize="18446744073709551615"', (None, None)),
    ],
)
def test_room_that_cannot_be_is_not_known(sizes: str, told: tuple[int | None, int | None]) -> None:
    body = f'<root xmlns="urn:x"><disks><disk diskid="SD_DISK" status=" OK " {sizes}/></disks></root>'
    (volume,) = parse_volumes(BOM + body.encode())
    assert (volume.state, volume.size_bytes, volume.free_bytes) == ("ok", *told)


def test_signs_that_end_a_line_elsewhere_stand_in_names_here() -> None:
    told = parse_parameters(decode(b"root.Image.I0.Name=Gate\x85\x0bnorth\r\nroot.Image.I1.Name=Yard\r\n"))
    assert told == {"Image.I0.Name": "Gate\x85\x0bnorth", "Image.I1.Name": "Yard"}


def test_a_serial_number_of_zeros_is_no_address() -> None:
    assert parse_info({"SerialNumber": "000000000000"}).mac == ""
    assert parse_info({"SerialNumber": "B8A44F000001", "ProdNbr": None, "Version": 11.5}).mac == "b8:a4:4f:00:00:01"


def test_a_clock_that_tells_the_day_alone_is_not_called_hours_behind() -> None:
    day = Reply(body=b'{"data":{"dateTime":"2026-11-23"}}', media="application/json")
    table = camera() | {("POST", "/axis-cgi/time.cgi"): day}
    with ReplayServer(table, user=USER, password=PASSWORD) as server:
        clock = open_session(server).health().clock
        assert (clock.status, clock.value) == ("error", None)
