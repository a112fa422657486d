"""Answers that others published. They lie outside of the project and are not part of it."""

from pathlib import Path

import pytest
from hub_hikvision.flatten import flatten
from hub_hikvision.parse_device import parse_info, parse_streams
from hub_hikvision.parse_health import parse_volumes
from hub_hikvision.parse_security import parse_triggers
from hub_hikvision.tree import parse_tree

from hub.api import ProtocolError
from hub.testing.devices import Reply
from tests.plugins.hub_hikvision.opened import opened
from tests.plugins.hub_hikvision.synthetic import Table

VENDORS = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "vendors"
CAPTURES = VENDORS / "hikvision" / "pyhik_tests"
BROKEN = sorted(file for file in (VENDORS / "malformed").rglob("*") if file.is_file())

pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captured answers (../shared/fixtures) are not here")


def body(name: str) -> bytes:
    return (CAPTURES / name).read_bytes()


def test_the_description() -> None:
    info = parse_info(parse_tree(body("isapi__DEVICE_INFO_XML.xml"), "DeviceInfo"))
    assert (info.model, info.mac, info.kind) == ("DS-2CD2142FWD-I", "aa:bb:cc:dd:ee:ff", "camera")


def test_the_streams() -> None:
    streams = parse_streams(parse_tree(body("isapi__STREAMING_CHANNELS_XML.xml"), "StreamingChannelList"))
    assert [stream.id for stream in streams] == [101, 102, 201]


def test_the_disk() -> None:
    (disk,) = parse_volumes(parse_tree(body("isapi__STORAGE_XML.xml"), "storage"))
    assert (disk.id, disk.state, disk.size_bytes) == ("hdd-1", "ok", 500_000 * 1024 * 1024)


def test_the_alarms_that_nobody_hears() -> None:
    off = parse_triggers(parse_tree(body("hikvision__EVENT_TRIGGERS_XML.xml")))
    assert [(each.channel, each.what) for each in off] == [
        (1, "VMD"),
        (2, "linedetection"),
        (3, "fielddetection"),
        (5, "VMD"),
    ]


def test_settings_of_motion() -> None:
    flat = flatten("m", parse_tree(body("hikvision__XML.xml"), "MotionDetection"))
    assert flat["m/MotionDetectionLayout/sensitivityLevel"] == "20"
    assert flat["m/Grid/rowGranularity"] == "18"


def test_a_session_over_them() -> None:
    table: Table = {
        ("GET", "/ISAPI/System/deviceInfo"): Reply(body=body("isapi__DEVICE_INFO_XML.xml")),
        ("GET", "/ISAPI/Streaming/channels"): Reply(body=body("isapi__STREAMING_CHANNELS_XML.xml")),
        ("GET", "/ISAPI/ContentMgmt/Storage"): Reply(body=body("isapi__STORAGE_XML.xml")),
        ("GET", "/ISAPI/Event/triggers"): Reply(body=body("hikvision__EVENT_TRIGGERS_XML.xml")),
    }
    with opened(table) as (session, _):
        assert [channel.number for channel in session.channels()] == [1, 2]
        assert [stream.name for stream in session.streams(1)] == ["main", "sub"]
        assert len(session.audit()) == 4
        health = session.health()
    assert health.volumes.status == "ok"
    assert health.clock.status == "unsupported"


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.name)
def test_malformed_documents_are_protocol_errors(file: Path) -> None:
    with pytest.raises(ProtocolError):
        parse_tree(file.read_bytes(), "DeviceInfo")
