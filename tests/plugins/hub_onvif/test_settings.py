"""Settings: read flat, written back."""

import pytest
from hub_onvif.flat import canonical, leaves, put
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.api import DeviceRejected, ProtocolError, Unsupported
from hub.testing.devices import Fault, Reply
from tests.plugins.hub_onvif.conftest import MakePair
from tests.servers import onvif_answers as say


def test_settings_are_the_same_when_nothing_changed_and_differ_when_something_did(meet: MakePair) -> None:
    camera, session, _ = meet()
    before = session.settings()
    assert session.settings() == before
    assert before["imaging/vs1/Brightness"] == "50"
    assert before["encoder/enc1a/RateControl/BitrateLimit"] == "2048"
    assert before["ntp/NTPManual/DNSname"] == "time.example.com"
    assert before["user/guard/level"] == "User"
    assert before["interface/eth0/IPv4/Config/Manual/Address"] == "192.0.2.9"
    camera.brightness = "70.0"
    after = session.settings()
    assert {key for key in before if before[key] != after.get(key)} == {"imaging/vs1/Brightness"}


def test_what_changes_by_itself_is_left_out(meet: MakePair) -> None:
    names = meet().session.settings()
    assert not [name for name in names if "UseCount" in name or "UtcTime" in name or "DateTime" in name]


def test_settings_are_written_and_read_back(meet: MakePair) -> None:
    camera, session, _ = meet()
    session.apply({"imaging/vs1/Brightness": "70", "encoder/enc1a/RateControl/BitrateLimit": "4096"})
    assert (camera.brightness, camera.bitrate) == ("70.000000", "4096")
    told = session.settings()
    assert told["imaging/vs1/Brightness"] == "70"
    assert told["encoder/enc1a/RateControl/BitrateLimit"] == "4096"


def test_h265_encoders_are_written_through_media2(meet: MakePair) -> None:
    camera, session, _ = meet(media2=True)
    session.apply({"encoder/enc1a/RateControl/BitrateLimit": "4096"})
    assert camera.bitrate == "4096"
    written = [seen for seen in camera.server.requests if seen.operation == "SetVideoEncoderConfiguration"]
    assert [seen.path for seen in written] == ["/onvif/media2"]


@pytest.mark.parametrize("name", ["user/guard/level", "imaging/vs1/Nothing", "imaging/vs9/Brightness", "nonsense"])
def test_what_cannot_be_written_is_refused_before_anything_was(meet: MakePair, name: str) -> None:
    camera, session, _ = meet()
    with pytest.raises(Unsupported):
        session.apply({"imaging/vs1/Brightness": "70", name: "x"})
    assert camera.brightness == "50.000000"
    assert not [operation for operation in camera.operations() if operation.startswith("Set")]


def test_a_value_that_the_device_refuses_is_rejected(meet: MakePair) -> None:
    camera, session, _ = meet()
    with pytest.raises(DeviceRejected):
        session.apply({"imaging/vs1/Brightness": "700"})
    assert camera.brightness == "50.000000"


def test_a_section_that_cannot_be_understood_is_an_error_and_not_a_change(meet: MakePair) -> None:
    camera, session, _ = meet()
    for wrong in (Fault("html"), Fault("cut"), Reply(body=say.users({"a": "User"}))):
        camera.server.set("POST", "/onvif/imaging", wrong, operation="GetImagingSettings")
        with pytest.raises(ProtocolError):
            session.settings()


def test_secrets_are_never_read() -> None:
    tree = etree.fromstring(
        '<a><User token="x"><Username>u</Username><Password>hidden</Password></User><Key>hidden</Key>'
        "<Dot11><PSK><Passphrase>hidden</Passphrase></PSK><SSID>net</SSID></Dot11>"
        '<SimpleItem Name="Password" Value="hidden"/><SimpleItem Name="Sensitivity" Value="5"/></a>'
    )
    found = {name: leaf.value for name, leaf in leaves(tree, "s")}
    assert "hidden" not in repr(found)
    assert found["s/Dot11/SSID"] == "net"
    assert found["s/SimpleItem[Sensitivity]/@Value"] == "5"


def test_elements_of_one_name_are_told_apart() -> None:
    tree = etree.fromstring("<a><P><X>1</X></P><P><X>2</X></P><Q token='t'><X>3.0</X></Q></a>")
    assert {name: leaf.value for name, leaf in leaves(tree, "s")} == {"s/P/X": "1", "s/P#2/X": "2", "s/Q[t]/X": "3"}


@given(st.dictionaries(st.sampled_from(["s/A", "s/B/C", "s/D[n]/@Value"]), st.text("abc01.", min_size=1, max_size=8)))
def test_what_is_put_is_read(changes: dict[str, str]) -> None:
    tree = etree.fromstring('<a><A>1</A><B><C>2</C></B><D Name="n" Value="3"/></a>')
    put(tree, "s", changes)
    found = {name: leaf.value for name, leaf in leaves(tree, "s")}
    assert {name: found[name] for name in changes} == {name: canonical(value) for name, value in changes.items()}


@given(st.text(max_size=60))
def test_a_canonical_value_is_its_own_canonical_value(written: str) -> None:
    assert canonical(canonical(written)) == canonical(written)


@given(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)), st.integers(0, 4))
def test_zeros_at_the_end_mean_nothing(value: float, zeros: int) -> None:
    plain = f"{value:.4f}"
    assert canonical(plain) == canonical(plain + "0" * zeros)
