"""Reading what devices send. Everything here is synthetic."""

from datetime import UTC, datetime

import pytest
from hub_onvif.addresses import picture_path, service_path, stream_url
from hub_onvif.client import parse_services, read_answer
from hub_onvif.clock import parse_servers, parse_time, posix_zone, zone_mistake
from hub_onvif.device import parse_information, parse_mac
from hub_onvif.media import build_layout, choose_streams, parse_profiles
from hub_onvif.ptz import Spaces, find_preset, parse_presets, parse_spaces, parse_status, shown_presets
from hub_onvif.soap import Fault, fault_error, parse_answer
from hub_onvif.tree import Element, body_head, parse_document
from hub_onvif.wsdl import build_request
from hypothesis import given
from hypothesis import strategies as st

from hub.api import DeviceBusy, DeviceError, DeviceForbidden, DeviceRejected, ProtocolError, Unsupported
from tests.servers import onvif_answers as say


def content(payload: bytes, operation: str) -> Element:
    answer = parse_answer(payload, operation)
    assert not isinstance(answer, Fault)
    return answer


# XML


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"   \n",
        b"<html><body>Sign in<br></body></html>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?><!doctype a><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a xmlns:b='c'><d:e/></a>",
        b"\x00\x01\x02",
        b"<?xml version=\xe2\x80\x9d1.0\xe2\x80\x9d ?><a/>",
    ],
    ids=lambda payload: repr(payload[:24]),
)
def test_what_is_not_plain_xml_is_a_protocol_error(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_answer(payload, "GetProfiles")


def test_bytes_that_are_no_utf_8_are_a_blot_and_not_the_end() -> None:
    broken = say.information().replace(b"WR-1", b"Gate \xe5\x8d\xe9")
    info = parse_information(content(broken, "GetDeviceInformation"), mac="", name="", kind="unknown")
    assert info.model.startswith("Gate ")
    old = '<?xml version="1.0" encoding="GB2312"?><a>北门</a>'.encode("gb2312")
    assert parse_document(old, "x").text == "北门"


def test_the_head_of_a_body_shows_no_password() -> None:
    head = body_head(
        b"<x><wsse:Password Type='a'>hunter2</wsse:Password><tt:Uri>rtsp://u:hunter2@h/?password=hunter2</tt:Uri></x>"
    )
    assert "hunter2" not in head
    assert len(head) <= 160


# Faults


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        ("ter:ActionNotSupported", "no", Unsupported),
        ("ter:InvalidArgVal", "no", DeviceRejected),
        ("ter:OperationProhibited", "Too weak password", DeviceRejected),
        ("ter:OutofMemory", "", DeviceBusy),
        ("", "Method 'GetStorageConfigurations' not implemented: method name or namespace not recognized", Unsupported),
        ("ter:SomethingNew", "who knows", ProtocolError),
    ],
)
def test_faults_are_what_they_mean(code: str, reason: str, kind: type[DeviceError]) -> None:
    fault = read_answer(400, say.fault(code, reason), "SetUser")
    assert isinstance(fault, Fault)
    assert not fault.refuses_credentials
    error = fault_error(fault, "SetUser", fault.status)
    assert type(error) is kind
    assert "HTTP 400" in error.message


def test_the_particular_code_of_a_fault_decides() -> None:
    fault = read_answer(500, say.fault("ter:InvalidArgVal", "no", "ter:ActionNotSupported"), "GotoPreset")
    assert isinstance(fault, Fault)
    assert isinstance(fault_error(fault, "GotoPreset", 500), Unsupported)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("ter:NotAuthorized", ""), ("wsse:FailedAuthentication", "x"), ("s:Sender", "Sender not Authorized")],
)
def test_faults_that_refuse_the_credentials_are_known(code: str, reason: str) -> None:
    fault = read_answer(400, say.fault(code, reason), "GetUsers")
    assert isinstance(fault, Fault)
    assert fault.refuses_credentials


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, DeviceForbidden), (404, Unsupported), (500, ProtocolError), (503, DeviceBusy), (302, ProtocolError)],
)
def test_a_page_instead_of_soap_is_known_by_its_status(status: int, kind: type[DeviceError]) -> None:
    with pytest.raises(kind):
        read_answer(status, b"<html><body>no<br></html>", "GetProfiles")


def test_the_answer_to_another_question_is_no_answer() -> None:
    with pytest.raises(ProtocolError, match="GetUsersResponse"):
        parse_answer(say.users({"a": "User"}), "GetProfiles")


# Addresses


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("http://192.168.0.64:8106:8106/onvif/Media", "/onvif/Media"),
        ("http://[fe80::1%25eth0]:80/onvif/ptz?a=b", "/onvif/ptz?a=b"),
        ("https://cam.example", "/"),
        ("HTTP://h/x#y", "/x"),
        ("http://a:p/w@h/onvif", "/onvif"),
        ("http://h:99999/x", "/x"),
        ("http://h//elsewhere.example/x", "/elsewhere.example/x"),
        ("http://h/北/x y", "/%E5%8C%97/x%20y"),
    ],
)
def test_of_a_service_s_address_only_the_path_is_kept(told: str, path: str) -> None:
    assert service_path(told) == path


@pytest.mark.parametrize(
    "told", ["", "ftp://h/x", "javascript:alert(1)", "/onvif", "http:/x", "http://h/" + "a" * 2000]
)
def test_what_is_no_address_is_a_protocol_error(told: str) -> None:
    with pytest.raises(ProtocolError):
        service_path(told)


def test_pictures_and_streams_lose_every_form_of_credentials() -> None:
    assert picture_path("http://h/cgi/snap?USER=admin&PWD=x&channel=1&loginpas=y") == "/cgi/snap?channel=1"
    assert stream_url("rtsp://u:p@10.1.1.1:8554/live?user=a&password=b", "h") == "rtsp://h:8554/live"
    in_path = stream_url("rtsp://10.1.1.1/user=admin&password=tlJw&channel=1&stream=0.sdp", "h")
    assert in_path == "rtsp://h/channel=1&stream=0.sdp"
    joined = stream_url("rtsp://10.1.1.1/user=admin_password=tl_Jw_channel=1_stream=0.sdp?real_stream", "h")
    assert joined == "rtsp://h/channel=1_stream=0.sdp?real_stream"
    assert stream_url("rtsp://10.1.1.1/live/password=x/1", "h") == "rtsp://h/live//1"
    assert stream_url("rtsp://10.1.1.1/x", "fe80::1") == "rtsp://[fe80::1]/x"


@given(st.text(max_size=80), st.sampled_from(["http://", "https://", "rtsp://"]))
def test_no_address_leads_to_another_host(rest: str, scheme: str) -> None:
    try:
        url = stream_url(scheme + rest, "cam.example")
    except ProtocolError:
        return
    assert url.startswith((f"{scheme}cam.example/", f"{scheme}cam.example:"))
    assert not any(letter.isspace() for letter in url)


def test_services_are_by_namespace_and_the_unknown_ones_are_passed_over() -> None:
    paths = parse_services(content(say.services("http://10.0.0.1"), "GetServices"))
    assert paths["ptz"] == "/onvif/ptz"
    assert set(paths) == {"device", "media", "media2", "ptz", "imaging", "events", "recording", "search", "replay",
                          "analytics"}  # fmt: skip
    with pytest.raises(ProtocolError):
        parse_services(content(say.response("tds", "GetServices"), "GetServices"))


# The clock


def test_times_and_zones_are_read() -> None:
    at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    told = parse_time(content(say.system_time(at, "NTP", "EST5EDT,M3.2.0,M11.1.0", True), "GetSystemDateAndTime"))
    assert (told.at, told.source, told.summer) == (at, "ntp", True)


def test_a_device_that_tells_only_its_local_time_is_read_with_its_zone_and_summer_time() -> None:
    def utc_of(zone: str, month: int) -> datetime:
        local = say.system_time(datetime(2026, month, 1, 12), zone=zone).replace(b"UTCDateTime", b"LocalDateTime")
        return parse_time(content(local, "GetSystemDateAndTime")).at

    assert utc_of("CST-8", 7) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert utc_of("CET-1CEST,M3.5.0,M10.5.0/3", 7) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert utc_of("CET-1CEST,M3.5.0,M10.5.0/3", 1) == datetime(2026, 1, 1, 11, tzinfo=UTC)
    with pytest.raises(ProtocolError):
        utc_of("China Standard Time", 7)


@pytest.mark.parametrize("hour", ["25", "-1", "x", ""])
def test_a_time_that_is_none_is_a_protocol_error(hour: str) -> None:
    body = say.system_time(datetime(2026, 1, 1, 12)).replace(b"Hour>12<", f"Hour>{hour}<".encode())
    with pytest.raises(ProtocolError):
        parse_time(content(body, "GetSystemDateAndTime"))


def test_time_servers_are_those_that_count() -> None:
    body = say.ntp("time.example.com")
    assert parse_servers(content(body, "GetNTP")) == ("time.example.com",)
    assert parse_servers(content(body.replace(b">false<", b">true<"), "GetNTP")) == ()


@given(st.text(max_size=40))
def test_any_zone_is_read_or_not_known(written: str) -> None:
    zone = posix_zone(written)
    assert zone is None or zone.utcoffset(datetime(2026, 1, 1)) is not None


@given(st.integers(-56, 56), st.floats(-100, 100))
def test_whole_quarters_of_an_hour_are_seen_as_a_zone(quarters: int, drift_s: float) -> None:
    assert zone_mistake(quarters * 900 + drift_s) == quarters * 900
    assert zone_mistake(quarters * 900 + 400) == 0


# Channels


def test_profiles_without_an_encoder_are_passed_over_and_no_profile_is_no_answer() -> None:
    profiles = parse_profiles(content(say.profiles(1), "GetProfiles"))
    assert [each.token for each in profiles] == ["sub1", "main1", "still1"]
    with pytest.raises(ProtocolError):
        parse_profiles(content(say.response("trt", "GetProfiles", say.profile(1, "bare", "")), "GetProfiles"))
    with pytest.raises(ProtocolError):
        parse_profiles(content(say.response("trt", "GetProfiles"), "GetProfiles"))


def test_a_channel_without_a_stream_keeps_its_number() -> None:
    profiles = parse_profiles(content(say.profiles(2), "GetProfiles"))
    layout = build_layout([each for each in profiles if each.source == "vs2"], ["vs1", "vs2"])
    assert layout.of(2)
    with pytest.raises(Unsupported):
        layout.of(1)
    with pytest.raises(DeviceRejected):
        layout.of(3)


def test_sources_of_other_tokens_than_the_profiles_count_for_nothing() -> None:
    profiles = parse_profiles(content(say.profiles(2), "GetProfiles"))
    assert len(build_layout(profiles, ["a", "b", "c"]).channels) == 2


def test_profiles_of_one_encoder_are_one_stream() -> None:
    encoded = say.encoder("e", "H264", 1280, 720)
    body = say.response("trt", "GetProfiles", "".join(say.profile(1, name, encoded) for name in ("a", "b", "c")))
    assert [name for name, _ in choose_streams(parse_profiles(content(body, "GetProfiles")))] == ["main"]


# PTZ


def test_positions_are_read_with_their_range() -> None:
    spaces = parse_spaces(content(say.spaces(), "GetConfigurationOptions"))
    told = parse_status(content(say.status(0.5, -1, 0.25, "MOVING"), "GetStatus"), spaces)
    assert (told.pan, told.tilt, told.zoom, told.moving) == (0.5, -1, 0.25, True)
    assert (told.pan_range, told.zoom_range) == ((-1, 1), (0, 1))


def test_a_movement_that_nobody_tells_is_unknown() -> None:
    body = say.status(0, 0, 0, "UNKNOWN")
    assert parse_status(content(body, "GetStatus"), Spaces()).moving is None


def test_a_camera_that_tells_no_position_cannot_be_watched_for_it() -> None:
    body = say.response("tptz", "GetStatus", "<tptz:PTZStatus><tt:UtcTime/></tptz:PTZStatus>")
    with pytest.raises(Unsupported):
        parse_status(content(body, "GetStatus"), Spaces())
    with pytest.raises(ProtocolError):
        parse_status(content(say.response("tptz", "GetStatus"), "GetStatus"), Spaces())


def test_of_three_hundred_slots_the_used_ones_are_shown_and_all_can_be_turned_to() -> None:
    presets = parse_presets(content(say.presets({"7": "Gate", "8": "Gate"}), "GetPresets"))
    assert len(presets) == 300
    assert [each.id for each in shown_presets(presets)] == ["7", "8"]
    assert find_preset(presets, "299").token == "299"
    with pytest.raises(DeviceRejected, match="several"):
        find_preset(presets, "Gate")


def test_a_few_slots_are_all_shown() -> None:
    presets = parse_presets(content(say.presets({}, slots=8), "GetPresets"))
    assert len(shown_presets(presets)) == 8


# What a device is


def test_hardware_addresses_are_of_one_form() -> None:
    assert parse_mac(content(say.interfaces(), "GetNetworkInterfaces")) == "02:00:5e:10:00:07"
    other = say.interfaces().replace(b"02:00:5E:10:00:07", b"0200-5e10-0007")
    assert parse_mac(content(other, "GetNetworkInterfaces")) == "02:00:5e:10:00:07"


def test_a_device_that_says_nothing_of_itself_is_no_answer() -> None:
    body = say.response("tds", "GetDeviceInformation", "<tds:Manufacturer>NONE</tds:Manufacturer>")
    with pytest.raises(ProtocolError):
        parse_information(content(body, "GetDeviceInformation"), mac="", name="", kind="unknown")


# Requests


def test_requests_are_built_as_the_wsdl_has_them() -> None:
    move = build_request("ptz", "AbsoluteMove", ProfileToken="p", Position={"Zoom": {"x": 0.5, "space": "s"}})
    assert [each.tag.rpartition("}")[2] for each in move.iter()] == ["AbsoluteMove", "ProfileToken", "Position", "Zoom"]
    with pytest.raises(TypeError):
        build_request("ptz", "AbsoluteMove", Nonsense=1)
    with pytest.raises(LookupError):
        build_request("ptz", "MakeCoffee")
