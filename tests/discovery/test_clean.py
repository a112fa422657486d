"""What strangers say cannot steer a terminal, and names a device or is not believed."""

import ipaddress
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hub.discovery.clean import LONGEST_TEXT, cleaned, plain, plain_address, plain_mac
from hub.vendor.finding import Found

NASTY = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("\x1b\x9b[]31m;\x07\u202e\u2066\n\r")))


@given(NASTY)
def test_no_text_steers_a_terminal_or_grows(text: str) -> None:
    line = plain(text)
    assert len(line) <= LONGEST_TEXT
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") for c in line)
    assert plain(line) == line


@given(NASTY, NASTY, st.integers(-(2**40), 2**40))
def test_what_a_finder_gives_is_clean_or_nothing(text: str, address: str, port: int) -> None:
    found = Found(
        by=text, address=address, port=port, name=text, model=text, mac=text, serial=text, drivers=(text,) * 50
    )
    clean = cleaned(found, "mdns")
    if clean is None:
        return
    assert clean.by == "mdns"
    assert ipaddress.ip_address(clean.address)
    assert clean.port is None or 0 < clean.port < 65536
    assert clean.name == plain(text)


def test_addresses_that_are_of_no_device_are_not_taken() -> None:
    for address in ("", "example.org", "255.255.255.255", "0.0.0.0", "224.0.0.1", "10.0.0.1; rm", "10.0.0.1\n"):
        assert plain_address(address) in ("", "10.0.0.1")
    assert plain_address("10.0.0.1; rm") == ""
    assert plain_address("FE80::1") == "fe80::1"


def test_macs_have_one_form_and_those_of_groups_are_none() -> None:
    assert plain_mac("AA:BB:CC:00:11:22") == plain_mac("aabb.cc00.1122") == "aa:bb:cc:00:11:22"
    for mac in ("", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:5e:00:00:01", "aa:bb:cc:00:11", "x" * 12):
        assert plain_mac(mac) == ""
