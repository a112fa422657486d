"""What Axis devices answer, read. All answers are synthetic."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hub_axis import soap
from hub_axis.parse_json import (
    Apis,
    Ntp,
    Properties,
    Ready,
    Time,
    holds_refusal,
    parse_info,
    parse_instant,
    parse_reply,
)
from hub_axis.parse_text import (
    decode,
    parse_groups,
    parse_old_time,
    parse_pairs,
    parse_parameters,
    parse_presets,
    parse_temperatures,
    parse_users,
)
from hub_axis.parse_xml import parse_recordings, parse_volumes
from hub_axis.topics import to_event
from hub_axis.zones import parse_zone, to_utc
from hypothesis import example, given
from hypothesis import strategies as st

from hub.api import DeviceError, DeviceForbidden, DeviceRejected, ProtocolError, Unsupported
from tests.plugins.hub_axis.synthetic import PARAMETERS, RECORDINGS, SUBSCRIBED, disks, error, message, pulled

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_parameters_lose_their_root_and_keep_what_people_wrote() -> None:
    told = parse_parameters(PARAMETERS)
    assert told["Brand.ProdNbr"] == "T9000-V"
    assert told["Image.I0.Text.String"] == "first line\nsecond line = of the overlay"
    assert told["StreamProfile.S0.Parameters"] == "videocodec=h265&resolution=1280x720&fps=8"


def test_a_group_that_is_not_there_is_no_parameters() -> None:
    refused = "# Error: Error -1 getting param in group 'root.PTZ'"
    assert parse_parameters(refused) == {}
    for text in (f"{refused}\nroot.Brand.Brand=AXIS", f"root.Brand.Brand=AXIS\n{refused}\n"):
        assert parse_parameters(text) == {"Brand.Brand": "AXIS"}


@pytest.mark.parametrize("text", ["", "\n\n", "no parameters at all\nroot.A.B=1"])
def test_something_else_than_parameters_is_a_protocol_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_parameters(text)


def test_older_devices_write_latin_1() -> None:
    assert decode("root.A.B=Entrée".encode("latin-1")) == "root.A.B=Entrée"
    assert decode("root.A.B=Entrée".encode()) == "root.A.B=Entrée"


def test_a_page_is_no_data() -> None:
    with pytest.raises(ProtocolError, match="page"):
        decode(b"\xef\xbb\xbf <html>sign in</html>")


def test_an_axis_that_is_not_there_is_not_a_number() -> None:
    assert parse_pairs("pan=nan\ntilt=nan\nzoom=1")["pan"] == "nan"


def test_a_refusal_in_two_lines_is_told() -> None:
    with pytest.raises(DeviceRejected, match="unknown value: postion"):
        parse_pairs("Error:\nquery: unknown value: postion")


def test_presets_keep_their_numbers_and_may_have_no_name() -> None:
    told = parse_presets("Preset Positions for camera 1\r\npresetposno12=Dock\r\npresetposno3=\r\n")
    assert [(one.id, one.name) for one in told] == [("3", ""), ("12", "Dock")]


def test_a_camera_may_have_no_preset() -> None:
    assert parse_presets("Preset Positions for camera 1\n") == ()


def test_a_fan_that_stands_still_is_well_and_one_that_fails_is_not() -> None:
    assert parse_temperatures("Sensor.S0.Celsius=40\nFan.F0.Status=Stopped")[1] is True
    assert parse_temperatures("Fan.F0.Status=Running\nFan.F1.Status=Fan Failure")[1] is False
    assert parse_temperatures("Sensor.S0.Celsius=40")[1] is None


def test_sensors_have_names_and_no_impossible_values() -> None:
    told, _ = parse_temperatures(
        "Sensor.S0.Name=IR\nSensor.S0.Celsius=43.5\nSensor.S1.Celsius=nan\nSensor.S2.Celsius=-12"
    )
    assert [(one.name, one.celsius) for one in told] == [("IR", 43.5), ("S2", -12.0)]


def test_accounts_are_those_that_may_sign_in() -> None:
    told = parse_users('admin="root,wwwa"\nviewer="root,watch"\nptz="watch"\ndigusers="root,watch"')
    assert [(one.name, one.level) for one in told] == [("root", "administrator"), ("watch", "viewer, ptz")]


def test_the_rights_of_the_account_are_its_groups() -> None:
    assert parse_groups("watch\nwatch viewer ptz\n") == {"watch", "viewer", "ptz"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (2104, DeviceRejected),
        (2102, Unsupported),
        (2003, Unsupported),
        (2001, DeviceForbidden),
        (8000, ProtocolError),
        (1100, ProtocolError),
    ],
)
def test_error_codes_are_told_apart(code: int, kind: type[DeviceError]) -> None:
    with pytest.raises(kind, match=str(code)):
        parse_reply(error(code, "no password=secret-7 today").body, Properties)


def test_no_refusal_shows_a_secret() -> None:
    with pytest.raises(DeviceError) as caught:
        parse_reply(error(2104, "password=secret-7 in rtsp://root:secret-7@h/").body, Properties)
    assert "secret-7" not in str(caught.value)


def test_a_device_is_known_by_its_number() -> None:
    info = parse_info(
        {"Brand": "AXIS", "ProdNbr": "Q7401", "ProdType": "Video Encoder", "SerialNumber": "00408C123456"}
    )
    assert (info.maker, info.mac, info.kind) == ("Axis", "00:40:8c:12:34:56", "encoder")


def test_time_servers_are_those_that_are_asked() -> None:
    static = b'{"data":{"client":{"enabled":true,"serversSource":"static","staticServers":["a","0.0.0.0",""]}}}'
    client = parse_reply(static, Ntp).client
    assert client is not None
    assert client.servers() == ("a",)
    dhcp = (
        b'{"data":{"client":{"enabled":true,"serversSource":"DHCP","advertisedServers":["d"],"staticServers":["a"]}}}'
    )
    client = parse_reply(dhcp, Ntp).client
    assert client is not None
    assert client.servers() == ("d",)


@pytest.mark.parametrize(
    ("uptime", "seconds"), [(b'"37509"', 37509.0), (b"12", 12.0), (b'"long"', None), (b"null", None), (b"-3", None)]
)
def test_how_long_a_device_runs_is_told_in_several_ways(uptime: bytes, seconds: float | None) -> None:
    assert parse_reply(b'{"data":{"uptime":%s}}' % uptime, Ready).uptime_s() == seconds


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (disks("OK"), "ok"),
        (disks("connected"), "ok"),
        (disks("OK", full="yes"), "ok"),
        (disks("OK", full="yes", policy="none"), "full"),
        (disks("failed"), "failed"),
        (disks("disconnected", size=0), "absent"),
        (disks("disconnected"), "failed"),
        (disks("levitating"), "unknown"),
    ],
)
def test_a_card_is_as_it_says(reply: Any, state: str) -> None:
    card, share = parse_volumes(reply.body)
    assert (card.state, share.state) == (state, "absent")


def test_sizes_are_in_units_of_1024_bytes() -> None:
    card = parse_volumes(disks(size=1000).body)[0]
    assert (card.size_bytes, card.free_bytes) == (1_024_000, 512_000)


def test_a_share_that_somebody_set_up_is_missed() -> None:
    share = b'<disk diskid="NetworkShare" name="Store" totalsize="0" status="disconnected" filesystem="cifs"/>'
    body = b"<root><disks>%s</disks></root>" % share
    assert parse_volumes(body)[0].state == "failed"


def test_a_card_that_cannot_be_written_is_a_fault() -> None:
    body = b'<root><disks><disk diskid="SD_DISK" totalsize="9" freesize="9" status="OK" readonly="yes"/></disks></root>'
    assert (parse_volumes(body)[0].state, parse_volumes(body)[0].detail) == ("failed", "read-only")


def test_sizes_with_units_are_not_read_as_numbers() -> None:
    body = b'<root><disks><disk diskid="SD_DISK" totalsize="1.9 GB" status="OK"/></disks></root>'
    assert parse_volumes(body)[0].size_bytes is None


def test_recordings_are_listed_with_what_export_needs() -> None:
    first, second, third = parse_recordings(RECORDINGS.encode(), NOW)
    assert first.id == "SD_DISK/20260105_070000_00AA_ACCC8E000001"
    assert (first.channel, first.reason, first.running) == (1, "motion", False)
    assert (second.channel, second.reason) == (2, "triggered")
    assert (third.running, third.end_at) == (True, NOW)


@pytest.mark.parametrize("body", [b"<!DOCTYPE a [<!ENTITY b 'c'>]><root/>", b"<root><disks", b"", b"<html></html>"])
def test_xml_that_is_not_a_list_of_disks_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_volumes(body)


def test_a_disk_that_is_listed_twice_is_a_protocol_error() -> None:
    disk = b'<disk diskid="SD_DISK" totalsize="1" freesize="1" status="OK"/>'
    assert [volume.id for volume in parse_volumes(b"<root><disks>" + disk + b"</disks></root>")] == ["SD_DISK"]
    with pytest.raises(ProtocolError, match="twice"):
        parse_volumes(b"<root><disks>" + disk * 2 + b"</disks></root>")


@pytest.mark.parametrize("source", ["9" * 5000, "0000064" + "0" * 5000, "\u00b2", "-1"])
def test_a_source_that_is_no_channel_is_the_first(source: str) -> None:
    body = RECORDINGS.replace('source="2"', f'source="{source}"').encode()
    assert {one.channel for one in parse_recordings(body, NOW)} == {1}


# --- the clock ------------------------------------------------------------------------------------------------------


@given(st.datetimes(datetime(2007, 6, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_a_posix_zone_is_the_zone_that_it_describes(at: datetime) -> None:
    zone = parse_zone("CET-1CEST,M3.5.0,M10.5.0/3")
    assert at.astimezone(zone).utcoffset() == at.astimezone(ZoneInfo("Europe/Berlin")).utcoffset()


@given(st.datetimes(datetime(2007, 6, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_a_local_time_leads_back_to_the_instant_even_when_the_hour_comes_twice(at: datetime) -> None:
    zone = parse_zone("EST5EDT,M3.2.0,M11.1.0")
    local = at.astimezone(zone).replace(tzinfo=None)
    assert to_utc(local, zone, near=at + timedelta(minutes=20)) == at


def test_summer_time_may_be_switched_off() -> None:
    zone = parse_zone("<UTC-5>5<UTC-4>4,M3.2.0/2:00:00,M11.1.0/2:00:00", summer_time=False)
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=-5)


def test_the_old_clock_is_read() -> None:
    assert parse_old_time("Feb 04, 2007 15:44:39\n") == datetime(2007, 2, 4, 15, 44, 39)


@pytest.mark.parametrize("text", ["", "Now", "Feb 30, 2007 15:44:39", "Xyz 04, 2007 15:44:39", "Jan 01, 0001 0:00:00"])
def test_a_time_that_there_is_not_is_a_protocol_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_old_time(text)


@pytest.mark.parametrize("text", ["0001-01-01 00:00:00", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z", "now"])
def test_an_instant_outside_of_the_calendar_is_a_protocol_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_instant(text)


# --- events ---------------------------------------------------------------------------------------------------------


def _event(topic: str, operation: str, source: dict[str, str], data: dict[str, str]) -> Any:
    (told,) = soap.parse_notifications(pulled(message(topic, operation, source, data)).body, 200)
    return to_event(told)


@pytest.mark.parametrize(
    ("topic", "source", "data", "kind", "phase", "channel"),
    [
        ("tns1:VideoSource/tnsaxis:Tampering", {"channel": "1"}, {"tampering": "1"}, "tamper", "pulse", 1),
        ("tns1:VideoSource/GlobalSceneChange/X", {"Source": "0"}, {"State": "1"}, "scene-change", "start", 1),
        ("tns1:VideoSource/MotionAlarm", {"Source": "1"}, {"State": "0"}, "motion", "stop", 2),
        ("tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY", {}, {"active": "1"}, "motion", "start", None),
        ("tns1:Device/HardwareFailure/StorageFailure", {"x": "SD"}, {"disruption": "1"}, "disk-error", "start", None),
        ("tnsaxis:Storage/Alert", {"disk_id": "SD_DISK"}, {"alert": "0", "wear": "3"}, "disk-error", "stop", None),
        ("tns1:Device/tnsaxis:Status/Temperature/Above", {}, {"sensor_level": "1"}, "temperature", "start", None),
        ("tns1:Device/tnsaxis:Status/Temperature/Inside", {}, {"sensor_level": "1"}, "other", "start", None),
        ("tns1:Device/tnsaxis:Network/Lost", {"interface": "eth0"}, {"lost": "1"}, "network", "start", None),
        ("tns1:Device/Trigger/DigitalInput", {"InputToken": "0"}, {"LogicalState": "true"}, "input", "start", None),
        ("tns1:PTZController/tnsaxis:Move/Channel_2", {"X": "2"}, {"is_moving": "1"}, "ptz-moved", "start", 2),
        ("tns1:Device/tnsaxis:Casing/Open", {"Name": "x"}, {"Open": "1"}, "tamper", "start", None),
        ("tns1:Device/HardwareFailure/FanFailure", {}, {"Failed": "true"}, "fan", "start", None),
        ("tnsxyz:Something/New/", {}, {"mood": "good"}, "other", "pulse", None),
    ],
)  # fmt: skip
def test_topics_mean_what_staff_know(
    topic: str, source: dict[str, str], data: dict[str, str], kind: str, phase: str, channel: int | None
) -> None:
    told = _event(topic, "" if topic.endswith("Tampering") else "Changed", source, data)
    assert (told.kind, told.phase, told.channel) == (kind, phase, channel)
    assert told.at == datetime(2026, 1, 5, 8, 0, 0, 250_000, tzinfo=UTC)


def test_an_empty_slot_that_calls_itself_disrupted_is_no_alarm_at_the_start() -> None:
    topic = "tnsaxis:Storage/Disruption"
    assert _event(topic, "Initialized", {"disk_id": "SD_DISK"}, {"disruption": "1"}).kind == "other"
    assert _event(topic, "Initialized", {"disk_id": "SD_DISK"}, {"disruption": "0"}).phase == "stop"
    assert _event(topic, "Changed", {"disk_id": "SD_DISK"}, {"disruption": "1"}).kind == "disk-error"


def test_the_state_before_is_told_as_the_state_it_is() -> None:
    told = _event("tns1:VideoSource/GlobalSceneChange/ImagingService", "Initialized", {"Source": "0"}, {"State": "1"})
    assert (told.kind, told.phase) == ("scene-change", "start")


def test_a_time_that_cannot_be_read_costs_the_time_only() -> None:
    body = pulled(
        message("tns1:VideoSource/MotionAlarm", "Changed", {}, {"State": "1"}, at="2026-00-00T00:61:16Z")
    ).body
    (told,) = soap.parse_notifications(body, 200)
    assert told.at is None


def test_a_subscription_keeps_to_the_device_and_repeats_its_number() -> None:
    found = soap.parse_subscription(SUBSCRIBED.encode(), 200)
    assert found.path == "/vapix/services"
    assert b"17</" in soap.pull(found, 20)
    assert b"SubscriptionId" in soap.unsubscribe(found)
    elsewhere = SUBSCRIBED.replace("/vapix/services</a:", "/onvif/services</a:").encode()
    assert soap.parse_subscription(elsewhere, 200).path == "/vapix/services"


# --- anything at all ------------------------------------------------------------------------------------------------

_TEXTS: dict[str, Callable[[str], object]] = {
    "parameters": parse_parameters,
    "pairs": parse_pairs,
    "presets": parse_presets,
    "temperatures": parse_temperatures,
    "groups": parse_groups,
    "users": parse_users,
    "time": parse_old_time,
    "instant": parse_instant,
    "zone": parse_zone,
}
_GOOD = [
    PARAMETERS,
    "Preset Positions for camera 1\npresetposno1=Home",
    "Sensor.S0.Celsius=43.50\nFan.F0.Status=Stopped",
    'admin="root"\ndigusers="root"',
    "Feb 04, 2007 15:44:39",
    "2026-01-05T08:00:00Z",
    "CET-1CEST,M3.5.0,M10.5.0/3",
]


@st.composite
def _mutated(draw: st.DrawFn, bodies: list[str]) -> str:
    body = draw(st.sampled_from(bodies))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 30)))
    return body[:start] + draw(st.text(max_size=12)) + body[end:]


@given(st.one_of(st.text(max_size=300), _mutated(_GOOD)))
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-14:00")
def test_no_text_leads_to_anything_but_device_errors(text: str) -> None:
    for parse in _TEXTS.values():
        try:
            parse(text)
        except DeviceError:
            continue


_BODIES = [RECORDINGS, disks().body.decode(), SUBSCRIBED, pulled(message("a", "Changed", {"b": "c"}, {})).body.decode()]


@given(st.one_of(st.binary(max_size=300), _mutated(_BODIES).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_no_xml_leads_to_anything_but_device_errors(body: bytes) -> None:
    for parse in (
        parse_volumes,
        lambda one: parse_recordings(one, NOW),
        lambda one: soap.parse_subscription(one, 200),
        lambda one: [to_event(told) for told in soap.parse_notifications(one, 200)],
    ):
        try:
            parse(body)
        except DeviceError:
            continue


_JSON = [
    '{"data":{"propertyList":{"Brand":"AXIS"},"dateTime":"2026","apiList":[{"id":"a"}],"client":{"enabled":true}}}'
]


@given(st.one_of(st.binary(max_size=200), _mutated(_JSON).map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b"[" * 200_000)
@example(b'{"data":' * 100_000)
@example(b'{"error":{"code":1e999}}')
def test_no_json_leads_to_anything_but_device_errors(body: bytes) -> None:
    holds_refusal(body)
    for of in (Properties, Apis, Time, Ntp, Ready):
        try:
            parse_reply(body, of)
        except DeviceError:
            continue
