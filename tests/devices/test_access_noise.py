"""Whatever bytes come instead of an answer, a request ends in time with an answer or an error of the taxonomy."""

import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.clock import SystemClock
from hub.devices.access import Access, build_access
from hub.devices.trust import TlsTrust
from hub.errors import DeviceError, DeviceUnreachable, ProtocolError
from hub.vendor.access import Address, Answer, Credentials
from tests.devices.raw_server import answer, raw_server, read_request

_GOOD = (
    answer(b"<a>1</a>"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\n\r\n",
    answer(b"", 'WWW-Authenticate: Digest realm="d", nonce="n", qop="auth", stale=true', status="401 Unauthorized"),
    answer(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xb3\xd1\x07\x00", "Content-Encoding: gzip"),
)


class _Noise:
    """A server that sends what it is told, once for each request."""

    def __init__(self) -> None:
        self.bytes = b""

    def talk(self, line: socket.socket, number: int) -> None:
        while read_request(line):
            line.sendall(self.bytes)
            line.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def noisy() -> Iterator[tuple[_Noise, Address]]:
    noise = _Noise()
    with raw_server(noise.talk) as address:
        yield noise, address


def _ask(address: Address) -> Answer | DeviceError:
    access = _access(address)
    try:
        with access.deadline(2.0):
            return access.request("GET", "/x", limit=10_000)
    except DeviceError as error:
        return error
    finally:
        access.shut()


def _access(address: Address) -> Access:
    return build_access("gate-1", address, lambda: Credentials("hub", "word"), TlsTrust(), SystemClock())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_answers_that_are_damaged_anywhere(noisy: tuple[_Noise, Address], data: st.DataObject) -> None:
    noise, address = noisy
    good = bytearray(data.draw(st.sampled_from(_GOOD)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        good = good or bytearray(b"\x00")
    noise.bytes = bytes(good)
    began = time.monotonic()
    came = _ask(address)
    assert isinstance(came, Answer | DeviceError)
    assert time.monotonic() - began < 10.0


@settings(max_examples=50, deadline=None)
@given(noise_=st.binary(min_size=1, max_size=200))
def test_noise_is_no_answer(noisy: tuple[_Noise, Address], noise_: bytes) -> None:
    noise, address = noisy
    noise.bytes = noise_
    assert isinstance(_ask(address), ProtocolError | DeviceUnreachable)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFFF\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_heads_that_lie_or_have_no_end(noisy: tuple[_Noise, Address], head: bytes) -> None:
    noise, address = noisy
    noise.bytes = head
    assert isinstance(_ask(address), ProtocolError | DeviceUnreachable)


def test_interim_answers_without_end_are_over_with_the_deadline() -> None:
    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        while True:
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.005)

    with raw_server(talk) as address:
        access = _access(address)
        began = time.monotonic()
        with pytest.raises(DeviceUnreachable, match="in the time that the call has"), access.deadline(0.4):
            access.request("GET", "/x")
        assert time.monotonic() - began < 10.0
        access.shut()


def test_an_address_of_version_6_is_reached_and_named_in_brackets() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        access = _access(Address(host="::1", port=listener.getsockname()[1]))
        with pytest.raises(DeviceUnreachable), access.deadline(0.3):
            access.request("GET", "/x")
        line, _ = listener.accept()
        with line:
            assert f"Host: [::1]:{access.address.port}\r\n".encode() in read_request(line)
        access.shut()
