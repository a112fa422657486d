"""Announcements by multicast DNS. The messages here are made with the library that also reads them; that an independent
responder is understood is tested on a network (tests/discovery/test_on_a_network.py)."""

import pytest
from hub_mdns.finder import find, found_at
from hub_mdns.parse import Announced, parse_message, questions
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import DNSOutgoing, DNSPointer, DNSService, DNSText  # type: ignore[attr-defined]

from hub.plugin_host import PluginHost, manifest_of

AXIS = "AXIS P3245 - ACCC8E000001._axis-video._tcp.local."


def message(name: str, text: bytes = b"", *, port: int = 80, ttl: int = 120) -> bytes:
    out = DNSOutgoing(0x8400)
    kind = name.partition(".")[2]
    out.add_answer_at_time(DNSPointer(kind, 12, 1, ttl, name), 0)
    out.add_answer_at_time(DNSService(name, 33, 1, ttl, 0, 0, port, "host.local."), 0)
    out.add_answer_at_time(DNSText(name, 16, 1, ttl, text), 0)
    return bytes(out.packets()[0])


def one(payload: bytes) -> Announced:
    (announced,) = parse_message(payload)
    return announced


def test_an_axis_camera_is_known_by_its_service_and_its_text() -> None:
    found = found_at("10.0.0.5", one(message(AXIS, b"\x17macaddress=ACCC8E000001")))
    assert found is not None
    assert (found.address, found.port, found.mac, found.name) == ("10.0.0.5", 80, "ACCC8E000001", "AXIS P3245")
    assert found.drivers == ("axis", "onvif")


def test_the_port_of_a_stream_is_not_taken_for_that_of_the_device() -> None:
    found = found_at("10.0.0.5", one(message("Gate._rtsp._tcp.local.", port=554)))
    assert found is not None
    assert found.port is None
    assert found.drivers == ("onvif", "rtsp")


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        ("Printer._http._tcp.local.", b"", False),
        ("HIKVISION DS-2CD2043._http._tcp.local.", b"", True),
        ("Lamp._hap._tcp.local.", b"\x04ci=5", False),
        ("Door._hap._tcp.local.", b"\x05ci=18", True),
        ("Share._smb._tcp.local.", b"", False),
    ],
)
def test_lamps_and_printers_are_not_taken_for_cameras(name: str, text: bytes, taken: bool) -> None:
    assert (found_at("10.0.0.5", one(message(name, text))) is not None) == taken


def test_questions_and_farewells_announce_nothing() -> None:
    assert parse_message(questions()[0]) == ()
    assert parse_message(message(AXIS, ttl=0)) == ()


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 60))
def test_a_damaged_message_announces_something_or_nothing_and_never_raises(noise: bytes, at: int, cut: int) -> None:
    good = message(AXIS, b"\x17macaddress=ACCC8E000001")
    for payload in (noise, good[:at] + noise + good[at + cut :]):
        for announced in parse_message(payload):
            found_at("10.0.0.5", announced)


def test_the_plugin_brings_its_finder() -> None:
    host = PluginHost()
    host.load([manifest_of("hub_mdns")])
    assert host.plugins["mdns"].state == "ready", host.plugins["mdns"].reason
    assert host.finders["mdns"].find is find
