"""WS-Discovery answers, as cameras and as strangers give them. What they say here is written by hand."""

import pytest
from hub_onvif.finder import Heard, found_at, parse_message, probes
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError
from tests.discovery.responders import SCOPES, answer

GOOD = answer("camera", b"")[0]


def test_name_model_mac_and_place_are_read_from_an_answer() -> None:
    (heard,) = parse_message(GOOD)
    found = found_at("10.77.0.2", heard)
    assert (found.address, found.port, found.tls) == ("10.77.0.2", 8080, False)
    assert (found.name, found.model, found.mac) == ("North gate", "XC-200", "02:00:5e:10:00:01")
    assert found.drivers == ("onvif",)


def test_the_sender_wins_over_an_address_that_the_answer_names() -> None:
    heard = Heard(addresses=("http://192.0.2.66:81/x",))
    assert (found_at("10.0.0.5", heard).address, found_at("10.0.0.5", heard).port) == ("10.0.0.5", 81)
    both = Heard(addresses=("http://[fe80::1]:1/x", "https://192.0.2.66/x", "https://10.0.0.5:8443/x"))
    found = found_at("10.0.0.5", both)
    assert (found.address, found.port, found.tls) == ("10.0.0.5", 8443, True)
    assert found_at("10.0.0.5", Heard()).port is None


@pytest.mark.parametrize(
    ("scope", "driver"), [("HIKVISION%20DS-2CD2043", "hikvision"), ("Dahua", "dahua"), ("AXIS%20P3245", "axis")]
)
def test_the_makers_own_driver_is_proposed_before_onvif(scope: str, driver: str) -> None:
    (heard,) = parse_message(GOOD.replace(b"North%20gate", scope.encode()))
    assert found_at("10.0.0.5", heard).drivers == (driver, "onvif")


def test_probes_and_what_is_no_camera_are_nothing() -> None:
    for probe in probes():
        assert parse_message(probe) == ()
    printer = GOOD.replace(SCOPES.encode(), b"").replace(b"dn:NetworkVideoTransmitter", b"wprt:PrintDeviceType")
    assert parse_message(printer) == ()


def test_each_search_asks_with_ids_of_its_own() -> None:
    assert len(set(probes()) | set(probes())) == 6


@pytest.mark.parametrize("kind", ["bomb", "nonsense"])
def test_bombs_and_nonsense_are_refused_or_nothing(kind: str) -> None:
    for message in answer(kind, b""):
        try:
            heard = parse_message(message)
        except ProtocolError:
            continue
        assert all(found_at("10.0.0.5", each).address == "10.0.0.5" for each in heard)


@given(st.binary(max_size=200), st.integers(0, len(GOOD)), st.integers(0, 200))
def test_a_damaged_answer_raises_nothing_but_that_it_is_no_answer(noise: bytes, at: int, cut: int) -> None:
    try:
        heard = parse_message(GOOD[:at] + noise + GOOD[at + cut :])
    except ProtocolError:
        return
    for each in heard:
        assert found_at("10.0.0.5", each).address == "10.0.0.5"
