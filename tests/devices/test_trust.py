"""Nothing is said to a device whose certificate is not the expected one."""

import socket
import ssl
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import SystemClock
from hub.devices.access import Access, build_access
from hub.devices.certificate import parse_certificate, parse_fingerprint
from hub.devices.trust import TlsTrust
from hub.errors import DeviceUnreachable, DeviceUntrusted, ProtocolError
from hub.testing.devices import ReplayServer, Reply
from hub.testing.devices.certificate import make_certificate
from hub.vendor.access import Address, Credentials
from tests.devices.raw_server import raw_server

_REPLIES = {("GET", "/x"): Reply(body=b"yes")}


def _access(address: Address, trust: TlsTrust) -> Access:
    return build_access("gate-1", address, lambda: Credentials("hub", "word"), trust, SystemClock())


def test_a_pinned_certificate_is_enough_and_its_end_is_known() -> None:
    with ReplayServer(_REPLIES, user="hub", password="word", tls=True) as server:
        access = _access(server.address, TlsTrust(fingerprint=server.fingerprint))
        assert access.certificate() is None
        assert access.request("GET", "/x").body == b"yes"
        shown = access.certificate()
        assert shown
        assert shown.fingerprint == server.fingerprint
        assert timedelta(days=1) < shown.ends_at - datetime.now(UTC) < timedelta(days=3)
        access.shut()


def test_another_certificate_is_refused_before_anything_is_said() -> None:
    with ReplayServer(_REPLIES, tls=True) as server:
        access = _access(server.address, TlsTrust(fingerprint="ab" * 32))
        with pytest.raises(DeviceUntrusted, match=f"fingerprint {server.fingerprint}") as caught:
            access.request("GET", "/x")
        assert "Somebody may stand in between" in caught.value.hint
        assert server.requests == []
        access.shut()


def test_a_certificate_that_nobody_vouches_for_is_refused_and_named() -> None:
    with ReplayServer(_REPLIES, tls=True) as server:
        access = _access(server.address, TlsTrust())
        with pytest.raises(DeviceUntrusted, match=f"is not trusted: .*{server.fingerprint}") as caught:
            access.request("GET", "/x")
        assert "tls_fingerprint" in caught.value.hint
        assert server.requests == []
        access.shut()


def test_an_authority_of_the_site_is_trusted_and_its_name_is_checked(tmp_path: Path) -> None:
    with ReplayServer(_REPLIES, tls=True) as server:
        authority = tmp_path / "ca.pem"
        authority.write_text(ssl.get_server_certificate(("127.0.0.1", server.address.port)), encoding="ascii")
        access = _access(server.address, TlsTrust(ca_file=authority))
        assert access.request("GET", "/x").body == b"yes"
        access.shut()
        another_name = Address(host="127.1", port=server.address.port, tls=True)
        access = _access(another_name, TlsTrust(ca_file=authority))
        with pytest.raises(DeviceUntrusted, match=r"(?i)hostname mismatch"):
            access.request("GET", "/x")
        access.shut()


def test_a_device_that_goes_while_tls_is_agreed_on_is_unreachable() -> None:
    def talk(line: socket.socket, number: int) -> None:
        line.recv(10)

    with raw_server(talk) as address:
        access = _access(Address(host=address.host, port=address.port, tls=True), TlsTrust(fingerprint="ab" * 32))
        with pytest.raises(DeviceUnreachable):
            access.request("GET", "/x")
        access.shut()


@pytest.mark.parametrize(("content", "reason"), [(None, "No such file"), ("nothing", "it holds no certificate")])
def test_an_authority_that_cannot_be_read_is_said_so(tmp_path: Path, content: str | None, reason: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="ascii")
    access = _access(Address(host="127.0.0.1", port=9, tls=True), TlsTrust(ca_file=file))
    with pytest.raises(DeviceUntrusted, match=reason):
        access.request("GET", "/x")
    access.shut()


@pytest.mark.parametrize(
    "text", ["AB" * 32, "sha256:" + ":".join(["aB"] * 32), " SHA-256=" + "-".join(["ab"] * 32) + "\n"]
)
def test_fingerprints_are_read_as_people_write_them(text: str) -> None:
    assert parse_fingerprint(text) == "ab" * 32


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "sha1:" + "ab" * 20, "xy" * 32, "ab:" * 32])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        parse_fingerprint(text)


def test_the_dates_of_certificates_before_and_after_2050_are_read(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    for days, year in ((365, datetime.now(UTC).year + 1), (365 * 40, datetime.now(UTC).year + 40)):
        made = subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", str(days), "-subj", "/CN=old camera", "-keyout", str(key)),
            ],
            check=True,
            capture_output=True,
            timeout=30,
        )
        found = parse_certificate(ssl.PEM_cert_to_DER_cert(made.stdout.decode()))
        assert abs(found.ends_at - found.starts_at - timedelta(days=days)) < timedelta(minutes=1)
        assert found.ends_at.year in (year - 1, year)


@pytest.fixture(scope="module")
def der(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = make_certificate(tmp_path_factory.mktemp("certificate"))
    return ssl.PEM_cert_to_DER_cert(made.file.read_text(encoding="ascii"))


@given(data=st.data())
def test_a_damaged_certificate_is_a_protocol_error_and_nothing_else(der: bytes, data: st.DataObject) -> None:
    damaged = bytearray(der)
    for at in data.draw(st.lists(st.integers(0, 120), max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(der)))])
    with suppress(ProtocolError):
        assert parse_certificate(cut).ends_at.tzinfo is UTC


@given(st.binary(max_size=300))
def test_noise_is_no_certificate(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_certificate(noise)
