"""Several finders' words become one line for each device, and nothing that was said is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.discovery.merge import Device, merge, serial_of
from hub.vendor.finding import Found

MACS = ["", "02:00:00:00:00:01", "02:00:00:00:00:02"]
FOUND = st.builds(
    Found,
    by=st.sampled_from(["sadp", "dhip", "ws-discovery", "mdns", "own"]),
    address=st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.10", "fe80::1"]),
    port=st.sampled_from([None, 80, 8000]),
    tls=st.booleans(),
    drivers=st.lists(st.sampled_from(["onvif", "hikvision", "axis"]), max_size=2).map(tuple),
    maker=st.sampled_from(["", "Hikvision", "HIKVISION"]),
    serial=st.sampled_from(["", "S-0001", "S-0002", "unknown", "x"]),
    mac=st.sampled_from(MACS),
    name=st.sampled_from(["", "Gate"]),
    activated=st.sampled_from([None, True, False]),
)
SEVERAL = st.lists(FOUND, max_size=10)


def said_of(device: Device, field: str) -> set[str]:
    """Every value that is shown or claimed of a field, as it is compared."""
    value = getattr(device, field)
    values = {claim.value for claim in device.differing if claim.field == field}
    return {each.casefold() for each in {*values, "" if value is None else str(value)} if each}


@given(SEVERAL, st.randoms())
def test_order_and_repetition_change_nothing(found: list[Found], random: object) -> None:
    shuffled = [*found, *found]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled) == merge(found)


@given(SEVERAL)
def test_every_claim_is_told_of_some_device(found: list[Found]) -> None:
    devices = merge(found)
    assert len(devices) <= len(found)
    for each in found:
        homes = [device for device in devices if each.address in said_of(device, "address") and each.by in device.by]
        for field in ("mac", "serial", "maker", "name", "port"):
            value = getattr(each, field)
            assert value in ("", None) or any(str(value).casefold() in said_of(device, field) for device in homes)
        assert any(set(each.drivers) <= set(device.drivers) for device in homes)


@given(SEVERAL)
def test_one_mac_is_one_device_and_no_device_has_two(found: list[Found]) -> None:
    devices = merge(found)
    for mac in MACS[1:]:
        assert sum(mac in said_of(device, "mac") for device in devices) == any(each.mac == mac for each in found)
    assert all(len(said_of(device, "mac")) <= 1 for device in devices)


@given(SEVERAL)
def test_what_two_devices_claim_is_marked_on_both(found: list[Found]) -> None:
    devices = merge(found)
    named = {serial_of(each) for each in found} - {""}
    for device in devices:
        others = [said_of(other, "serial") for other in devices if other is not device]
        claimed = any(serial in other for serial in said_of(device, "serial") & named for other in others)
        assert ("serial" in device.shared) == claimed


def test_what_the_makers_protocol_says_is_joined_with_what_onvif_says_at_its_address() -> None:
    sadp = Found(by="sadp", address="10.0.0.1", port=80, mac=MACS[1], serial="S-0001", drivers=("hikvision",))
    onvif = Found(by="ws-discovery", address="10.0.0.1", port=80, name="Gate", drivers=("onvif",))
    mdns = Found(by="mdns", address="10.0.0.1", name="Other", drivers=("onvif", "rtsp"))
    (device,) = merge([mdns, onvif, sadp])
    assert device.drivers == ("hikvision", "onvif", "rtsp")
    assert device.by == ("sadp", "ws-discovery", "mdns")
    assert (device.name, device.port, device.serial) == ("Gate", 80, "S-0001")
    assert [(claim.value, claim.by) for claim in device.differing] == [
        ("Gate", ("ws-discovery",)),
        ("Other", ("mdns",)),
    ]


def test_two_devices_behind_one_address_stay_two() -> None:
    one = Found(by="ws-discovery", address="10.0.0.1", port=8001)
    other = Found(by="ws-discovery", address="10.0.0.1", port=8002)
    nobody_knows = Found(by="mdns", address="10.0.0.1")
    assert [device.port for device in merge([one, other, nobody_knows])] == [None, 8001, 8002]


def test_who_claims_the_mac_of_another_is_seen() -> None:
    real = Found(by="sadp", address="10.0.0.1", port=80, mac=MACS[1])
    forged = Found(by="ws-discovery", address="10.0.0.66", port=80, mac=MACS[1])
    (device,) = merge([real, forged])
    assert device.address == "10.0.0.1"
    addresses = {claim.value: claim.by for claim in device.differing if claim.field == "address"}
    assert addresses == {"10.0.0.1": ("sadp",), "10.0.0.66": ("ws-discovery",)}


@pytest.mark.parametrize("serial", ["00000000", "N/A", "xxxxxx", "0"])
def test_a_serial_number_that_many_write_joins_nobody(serial: str) -> None:
    found = [Found(by="onvif", address=f"10.0.0.{n}", port=80, serial=serial) for n in (1, 2)]
    devices = merge(found)
    assert [device.address for device in devices] == ["10.0.0.1", "10.0.0.2"]
    assert all(not device.shared for device in devices)
