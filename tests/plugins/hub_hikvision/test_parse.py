"""Reading what devices write, and what they never should. All answers are synthetic."""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hub_hikvision import parse_device, parse_footage, parse_health, parse_ptz, parse_sadp, parse_security
from hub_hikvision.answers import parse_status
from hub_hikvision.flatten import change, flatten
from hub_hikvision.multipart import Part
from hub_hikvision.parse_events import kind_of, parse_alert, place
from hub_hikvision.parse_time import parse_servers, parse_time
from hub_hikvision.tree import parse_tree, text_of, write_tree
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.api import DeviceError, ProtocolError, Unsupported
from tests.plugins.hub_hikvision.synthetic import (
    alert,
    bodies,
    camera,
    hybrid,
    proxy,
    recorder,
    storage,
    stream,
    trigger,
    triggers,
    xml,
)

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PARSERS: tuple[Callable[[bytes], object], ...] = (
    lambda body: parse_device.parse_info(parse_tree(body)),
    lambda body: parse_device.parse_inputs(parse_tree(body)),
    lambda body: parse_device.parse_proxies(parse_tree(body)),
    lambda body: parse_device.parse_proxy_states(parse_tree(body)),
    lambda body: parse_device.parse_proxy_count(parse_tree(body)),
    lambda body: parse_device.parse_streams(parse_tree(body)),
    lambda body: parse_device.parse_rtsp_port(parse_tree(body)),
    lambda body: parse_health.parse_volumes(parse_tree(body)),
    lambda body: parse_health.parse_uptime(parse_tree(body)),
    lambda body: parse_health.parse_smart(parse_tree(body), "hdd-1"),
    lambda body: parse_health.parse_tracks(parse_tree(body)),
    parse_health.parse_working,
    lambda body: parse_time(parse_tree(body), NOW),
    lambda body: parse_servers(parse_tree(body)),
    lambda body: parse_security.parse_triggers(parse_tree(body)),
    lambda body: parse_security.parse_user_check(parse_tree(body)),
    lambda body: parse_security.parse_users(parse_tree(body)),
    lambda body: parse_security.parse_lock(parse_tree(body)),
    lambda body: parse_security.parse_services(parse_tree(body)),
    lambda body: parse_security.parse_shell(parse_tree(body)),
    lambda body: parse_ptz.parse_position(parse_tree(body), (None, None, None)),
    lambda body: parse_ptz.parse_ranges(parse_tree(body)),
    lambda body: parse_ptz.parse_presets(parse_tree(body)),
    lambda body: parse_footage.parse_page(parse_tree(body), 1, lambda wall: timedelta(0)),
    lambda body: flatten("x", parse_tree(body)),
    lambda body: parse_alert(Part("application/xml", body)),
    lambda body: parse_alert(Part("application/json", body)),
    lambda body: parse_sadp.parse_answer(body, "10.0.0.8"),
    parse_status,
)
GOOD = bodies(camera()) + bodies(recorder()) + bodies(hybrid()) + [alert("VMD")]


def assert_bounded(body: bytes) -> None:
    for parse in PARSERS:
        began = time.process_time()
        with contextlib.suppress(DeviceError):
            parse(body)
        assert time.process_time() - began < 1.0


@given(st.binary(max_size=2000))
@example(b"<?xml version='1.0' encoding='utf-16'?><a/>")
@example(b'{"WorkingStatus": ' + b"[" * 5000)
@example(b"<a>" * 5000)
def test_random_bytes_raise_device_errors_only(body: bytes) -> None:
    assert_bounded(body)


@settings(max_examples=120)
@given(
    st.sampled_from(GOOD),
    st.lists(
        st.tuples(
            st.integers(0, 3000),
            st.integers(0, 40),
            st.sampled_from([b"", b"<", b"&", b"\x00", b"9" * 400, b"-", b"\xff\xfe", b"]]>", b"&#0;", b"{", b"true"]),
        ),
        max_size=5,
    ),
)
def test_damaged_answers_raise_device_errors_only(body: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    for at, length, insert in damages:
        body = body[:at] + insert + body[at + length :]
    assert_bounded(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \r\n",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]><DeviceInfo>&b;</DeviceInfo>',
        b'<?xml version="1.0"?><! DOCTYPE a><DeviceInfo/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><DeviceInfo/>'.encode("utf-16"),
        b"<DeviceInfo><model>cut",
        b"<Other/>",
        b"{}",
    ],
)
def test_what_is_not_the_document_that_was_asked_for_is_an_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_tree(body, "DeviceInfo")


def test_entities_of_a_file_are_not_read() -> None:
    with pytest.raises(ProtocolError):
        parse_tree(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><DeviceInfo><model>&x;</model></DeviceInfo>')


def test_names_come_in_any_namespace_and_encoding() -> None:
    for raw in ("前门".encode(), "前门".encode("gb18030")):
        for namespace in (b"", b' xmlns="urn:psialliance-org"', b' xmlns="http://www.isapi.org/ver20/XMLSchema"'):
            body = b'<?xml version="1.0" encoding="UTF-8"?><DeviceInfo%s><deviceName>%s</deviceName></DeviceInfo>'
            assert text_of(parse_tree(body % (namespace, raw)), "deviceName") == "前门"


def test_ampersands_in_plain_text_and_proper_ones_are_both_read() -> None:
    assert text_of(parse_tree(b"<a><b>salt & pepper &amp; oil &#38; more</b></a>"), "b") == "salt & pepper & oil & more"


def test_a_status_is_told_from_everything_else() -> None:
    assert parse_status(b'{"statusCode": 4, "statusString": "Invalid Operation", "subStatusCode": "notSupport"}')
    assert parse_status(xml("<userCheck><statusValue>200</statusValue></userCheck>").body) is None
    assert parse_status(b"") is None
    assert parse_status(b"ResponseStatus") is None


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("IPCamera", "camera"),
        ("IPDome", "camera"),
        ("NVR", "recorder"),
        ("Hybrid NVR", "recorder"),
        ("DVR", "recorder"),
        ("DVS", "encoder"),
        ("Hologram", "unknown"),
        ("", "unknown"),
    ],
)
def test_kinds_of_devices(told: str, kind: str) -> None:
    root = parse_tree(f"<DeviceInfo><model>m</model><deviceType>{told}</deviceType></DeviceInfo>".encode())
    assert parse_device.parse_info(root).kind == kind


def test_streams_that_are_off_or_of_other_kinds_are_not_offered() -> None:
    root = parse_tree(
        xml(
            f"<StreamingChannelList>{stream(101, 'H.265+')}{stream(102, enabled='false')}{stream(105)}{stream(201)}"
            "</StreamingChannelList>"
        ).body
    )
    offers = parse_device.offer_streams(parse_device.parse_streams(root), 1, "fe80::1", 554)
    assert [(offer.name, offer.url, offer.codec) for offer in offers] == [
        ("main", "rtsp://[fe80::1]:554/Streaming/Channels/101", "H265")
    ]


@pytest.mark.parametrize(
    ("status", "capacity", "state"),
    [
        ("ok", 100, "ok"),
        ("idle", 100, "ok"),
        ("sleeping", 100, "ok"),
        ("unformatted", 100, "unformatted"),
        ("formating", 100, "formatting"),
        ("smartFailed", 100, "degraded"),
        ("offline", 100, "failed"),
        ("offline", 0, "absent"),
        ("notexist", 100, "failed"),
        ("mismatch", 100, "failed"),
        ("abnormal", 100, "failed"),
        ("levitating", 100, "unknown"),
        ("", 100, "unknown"),
    ],
)
def test_states_of_disks(status: str, capacity: int, state: str) -> None:
    disk = f"<hdd><id>1</id><status>{status}</status><capacity>{capacity}</capacity><freeSpace>0</freeSpace></hdd>"
    (volume,) = parse_health.parse_volumes(parse_tree(storage(disk).body))
    assert volume.state == state
    assert volume.size_bytes == capacity * 1024 * 1024


def test_two_disks_of_one_number_are_two_volumes() -> None:
    disks = "<hdd><id>1</id><status>ok</status></hdd>" * 2
    volumes = parse_health.parse_volumes(parse_tree(storage(disks).body))
    assert len({volume.id for volume in volumes}) == 2


def test_fans_stand_still_when_one_does() -> None:
    def fans(*speeds: int) -> bool | None:
        told = "".join(f"<Fan><speed>{speed}</speed></Fan>" for speed in speeds)
        root = parse_tree(f"<DeviceStatus><FanList>{told}</FanList></DeviceStatus>".encode())
        return parse_health.parse_uptime(root).fans

    assert (fans(1200, 1300), fans(1200, 0), fans()) == (True, False, None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("VMD", "motion"),
        ("shelteralarm", "tamper"),
        ("tamperdetection", "tamper"),
        ("videoloss", "video-loss"),
        ("scenechangedetection", "scene-change"),
        ("diskerror", "disk-error"),
        ("diskfull", "disk-full"),
        ("recordingfailure", "recording-failed"),
        ("nicbroken", "network"),
        ("ipconflict", "network"),
        ("illAccess", "illegal-access"),
        ("IO", "input"),
        ("linedetection", "other"),
        ("fromtomorrow", "other"),
    ],
)
def test_kinds_of_events(code: str, kind: str) -> None:
    assert kind_of(code) == kind


def test_events_without_a_kind_are_errors_and_unreadable_times_are_none() -> None:
    with pytest.raises(ProtocolError):
        parse_alert(Part("application/xml", alert("")))
    assert parse_alert(Part("application/xml", alert("VMD", at="0000-00-00"))).at is None
    assert parse_alert(Part("application/xml", alert("VMD", at="2026-01-05T10:00:00"))).at is None


def test_an_event_of_duration_is_the_event_that_lasts() -> None:
    raw = alert("duration").replace(
        b"</EventNotificationAlert>",
        b"<DurationList><Duration><relationEvent>VMD</relationEvent></Duration></DurationList></EventNotificationAlert>",
    )
    assert parse_alert(Part("application/xml", raw)).code == "VMD"
    with pytest.raises(ProtocolError):
        parse_alert(Part("application/xml", alert("duration")))


def test_channels_behind_a_recorder_are_counted_from_one() -> None:
    known = frozenset({1, 2, 3})
    assert [place(channel, known) for channel in (2, 34, 0, None, 9)] == [2, 2, None, None, 9]
    assert place(34, frozenset()) == 34
    assert place(34, frozenset(range(1, 65))) == 34


def test_triggers_are_read_in_either_wrapping() -> None:
    inner = f"<EventTriggerList>{trigger('VMD', 1, 'record')}</EventTriggerList>"
    wrapped = xml(f"<EventNotification><version>1</version>{inner}</EventNotification>")
    assert parse_security.parse_triggers(parse_tree(wrapped.body)) == parse_security.parse_triggers(
        parse_tree(triggers(trigger("VMD", 1, "record")).body)
    )


def test_names_of_settings_do_not_move_when_one_is_added_before() -> None:
    def names(*numbers: int) -> set[str]:
        root = parse_tree(f"<L>{''.join(f'<P><id>{n}</id><v>1</v></P>' for n in numbers)}</L>".encode())
        return set(flatten("r", root))

    assert names(2) <= names(1, 2)
    flat = flatten("r", parse_tree(b"<L><v>a</v><v> b\n c </v><w/></L>"))
    assert flat == {"r/v[#1]": "a", "r/v[#2]": "b c", "r/w": ""}


def test_settings_without_bounds_are_refused() -> None:
    with pytest.raises(ProtocolError, match="20000"):
        flatten("r", parse_tree(b"<L>" + b"<v>1</v>" * 20_001 + b"</L>"))


@given(st.sampled_from(GOOD), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_every_setting_can_be_set_and_reads_back(body: bytes, value: str) -> None:
    try:
        root = parse_tree(body)
    except ProtocolError:
        return
    for name in flatten("r", root):
        changed = parse_tree(body)
        change(changed, {name.removeprefix("r/"): value})
        assert flatten("r", parse_tree(write_tree(changed)))[name] in (" ".join(value.split()), value)
        break


def test_secrets_are_not_set() -> None:
    root = parse_tree(proxy(1, "c").encode())
    assert not [name for name in flatten("r", root) if "password" in name]
    with pytest.raises(Unsupported, match="secrets"):
        change(root, {"sourceInputPortDescriptor/password": "x"})


def test_addresses_of_footage_lose_their_credentials() -> None:
    item = (
        "<searchMatchItem><trackID>101</trackID><timeSpan><startTime>2026-01-05T01:00:00Z</startTime>"
        "<endTime>2026-01-05T02:00:00+00:00</endTime></timeSpan><mediaSegmentDescriptor>"
        "<playbackURI>rtsp://admin:p@ss@10.0.0.8/Streaming/tracks/101/?starttime=1&amp;size=9</playbackURI>"
        "</mediaSegmentDescriptor></searchMatchItem>"
    )
    status = "<responseStatusStrg>OK</responseStatusStrg>"
    result = f"<CMSearchResult>{status}<matchList>{item}</matchList></CMSearchResult>"
    (found,) = parse_footage.parse_page(parse_tree(result.encode()), 1, lambda wall: timedelta(0)).recordings
    assert found.id == "rtsp://10.0.0.8/Streaming/tracks/101/?starttime=1&size=9"
    assert found.size_bytes == 9


def test_footage_is_named_by_its_first_bytes() -> None:
    assert parse_footage.media_of(b"\x00\x00\x00\x18ftypisom", "") == "video/mp4"
    assert parse_footage.media_of(b"\x00\x00\x01\xba....", "video/mp4") == "video/mp2p"
    assert parse_footage.media_of(b"IMKH....", "video/mp4") == "application/octet-stream"
    assert parse_footage.media_of(b"????????", "nonsense") == "application/octet-stream"
