"""The way to a device is bounded in time and size, whatever is at its other end."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from hub.devices.access import build_access
from hub.devices.trust import TlsTrust
from hub.errors import DeviceError, DeviceUnreachable, ProtocolError
from hub.testing.clock import FakeClock
from hub.testing.devices import FAULTS, Fault, ReplayServer, Reply
from hub.vendor.access import Address
from tests.devices.opened import KEY, WORD, ask, open_access, opened
from tests.devices.raw_server import answer, raw_server, read_request


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_of_a_device_is_one_of_the_taxonomy_or_an_answer_and_in_time(kind: object) -> None:
    with ReplayServer({KEY: Reply(body=b"<a>1</a>" * 50)}) as server, opened(server) as access:
        server.set("GET", "/x", Fault(kind))  # type: ignore[arg-type]
        began = time.monotonic()
        try:
            with access.deadline(1.0):
                came: object = access.request("GET", "/x", limit=100_000).status
        except DeviceError as error:
            came = type(error)
        good = 302 if kind == "redirect" else kind if isinstance(kind, int) else 200
        assert came in (good, DeviceUnreachable, ProtocolError)
        assert time.monotonic() - began < 10.0
        assert all(seen.path != "/followed" for seen in server.requests)
        server.set("GET", "/x", Reply(body=b"well again"))
        assert ask(access) == b"well again"


@pytest.mark.parametrize("where", ["head", "body", "chunks"])
def test_a_peer_that_drips_cannot_stretch_the_deadline(where: str) -> None:
    start = {"head": b"HTTP/1.1 200 OK\r\nX: ", "body": answer(b"y" * 900)[:-900], "chunks": _CHUNKED}[where]

    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        line.sendall(start)
        while True:
            line.sendall(b"1;x\r\ny\r\n" if where == "chunks" else b"y")
            time.sleep(0.02)

    with raw_server(talk) as address:
        access = open_access(address)
        began = time.monotonic()
        with pytest.raises(DeviceUnreachable, match="in the time that the call has"):
            ask(access, within_s=0.5)
        assert 0.4 < time.monotonic() - began < 10.0
        access.shut()


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_tls_handshake_that_never_ends_is_over_with_the_deadline() -> None:
    def talk(line: socket.socket, number: int) -> None:
        while line.recv(4096):
            pass

    with raw_server(talk) as address:
        access = open_access(Address(host=address.host, port=address.port, tls=True), pin="ab" * 32)
        began = time.monotonic()
        with pytest.raises(DeviceUnreachable):
            ask(access, within_s=0.5)
        assert time.monotonic() - began < 10.0
        access.shut()


def test_bodies_that_grow_when_they_are_unpacked_are_bounded() -> None:
    bodies = [gzip.compress(b"a" * 5000), gzip.compress(b"0" * 200_000_000, compresslevel=1), b"\x1f\x8bnonsense"]

    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        line.sendall(answer(bodies[number], "Content-Encoding: gzip", "Connection: close"))

    with raw_server(talk) as address:
        access = open_access(address)
        assert ask(access) == b"a" * 5000
        with pytest.raises(ProtocolError, match="larger than 4,194,304 bytes"):
            ask(access)
        with pytest.raises(ProtocolError, match="damaged"):
            ask(access)
        access.shut()


def test_an_encoding_that_nobody_asked_for_is_refused() -> None:
    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        line.sendall(answer(b"what?", "Content-Encoding: br"))

    with raw_server(talk) as address:
        access = open_access(address)
        with pytest.raises(ProtocolError, match="not asked for"):
            ask(access)
        with pytest.raises(ProtocolError, match="compresses a stream"), access.stream("GET", "/x"):
            pass
        access.shut()


@pytest.mark.parametrize("path", ["/cgi-bin/a.cgi?x[0].b=1%20c&d=[All]", "/", "/a%2fb", "/%E4%B8%AD"])
def test_the_path_is_sent_as_it_is_written(path: str) -> None:
    replies = {("GET", path): Reply(body=b"yes")}
    with ReplayServer(replies, user="hub", password=WORD) as server, opened(server) as access:
        assert ask(access, path=path) == b"yes"
        assert {seen.path for seen in server.requests} == {path}


@pytest.mark.parametrize(
    "path",
    ["http://192.0.2.1/x", "//192.0.2.1/x", "x", "", "/a b", "/a\r\nX: y", "/ä", "/" + "a" * 8200, "@192.0.2.1/"],
)
def test_an_address_elsewhere_is_no_path(path: str) -> None:
    with ReplayServer({KEY: Reply()}) as server, opened(server) as access:
        with pytest.raises(ProtocolError):
            access.request("GET", path)
        with pytest.raises(ProtocolError), access.stream("GET", path):
            pass
        assert server.requests == []


def test_headers_that_are_the_hubs_and_those_that_break_out_are_refused() -> None:
    with ReplayServer({KEY: Reply()}) as server, opened(server) as access:
        for headers in ({"Authorization": "x"}, {"host": "other"}, {"X": "a\r\nY: b"}, {"X\r\n": "a"}, {"X": "统"}):
            with pytest.raises(ProtocolError):
                access.request("GET", "/x", headers=headers)
        assert server.requests == []
        access.request("GET", "/x", headers={"X-Mine": "yes"})
        assert server.requests[0].headers["x-mine"] == "yes"
        assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_body_and_its_length_arrive() -> None:
    with (
        ReplayServer({("PUT", "/x"): Reply(status=201)}, user="hub", password=WORD) as server,
        opened(server) as access,
    ):
        assert access.request("PUT", "/x", body=b"<a/>", headers={"Content-Type": "text/xml"}).status == 201
        assert [seen.body for seen in server.requests] == [b"<a/>", b"<a/>"]


@pytest.mark.parametrize("tls", [False, True])
def test_a_stream_gives_what_comes_and_ends_quietly_when_it_is_closed(tls: bool) -> None:
    replies = {KEY: Reply(stream=[b"one", 0.05, b"two"])}
    with ReplayServer(replies, user="hub", password=WORD, tls=tls) as server, opened(server) as access:
        got, told = [], threading.Event()
        ended: list[float] = []

        def listen() -> None:
            with access.stream("GET", "/x") as flow:
                assert flow.status == 200
                assert flow.headers["content-type"] == "application/xml"
                for piece in flow:
                    got.append(piece)
                    if b"".join(got) == b"onetwo":
                        told.set()
            ended.append(time.monotonic())

        thread = threading.Thread(target=listen)
        thread.start()
        assert told.wait(5)
        closed = time.monotonic()
        access.close()
        thread.join(2.0)
        assert ended
        assert ended[0] - closed < 2.0
        assert access.closed
        assert access.wait(60.0)


def test_a_stream_that_is_silent_for_too_long_is_a_line_that_broke() -> None:
    with ReplayServer({KEY: Reply(stream=[b"one"])}) as server, opened(server) as access:
        began = time.monotonic()
        with access.stream("GET", "/x", idle_s=0.3) as flow:
            pieces = iter(flow)
            assert next(pieces) == b"one"
            with pytest.raises(DeviceUnreachable, match="silent for too long"):
                next(pieces)
        assert 0.2 < time.monotonic() - began < 10.0


@pytest.mark.parametrize(("idle_s", "comes"), [(10.0, True), (0.2, False)])
def test_how_long_a_stream_may_be_silent_holds_before_its_first_byte_too(idle_s: float, comes: bool) -> None:
    def talk(line: socket.socket, _: int) -> None:
        read_request(line)
        waited.wait(1.0)
        line.sendall(answer(b"news"))

    waited = threading.Event()
    with raw_server(talk) as address:
        access = open_access(address)
        if comes:
            with access.stream("GET", "/x", idle_s=idle_s) as flow:
                assert b"".join(flow) == b"news"
        else:
            with pytest.raises(DeviceUnreachable), access.stream("GET", "/x", idle_s=idle_s):
                pass
            waited.set()
        access.shut()


def test_a_stream_that_breaks_raises_and_one_that_ends_ends() -> None:
    replies: dict[tuple[str, str], Reply | Fault] = {
        KEY: Reply(stream=[b"one"], ends=True),
        ("GET", "/y"): Fault("truncated"),
    }
    with ReplayServer(replies) as server, opened(server) as access:
        with access.stream("GET", "/x") as flow:
            assert list(flow) == [b"one"]
        with pytest.raises(DeviceUnreachable), access.stream("GET", "/y") as flow:
            list(flow)


def test_a_call_is_made_beside_an_open_stream() -> None:
    replies = {KEY: Reply(stream=[b"one"]), ("GET", "/y"): Reply(body=b"beside")}
    with ReplayServer(replies) as server, opened(server) as access, access.stream("GET", "/x") as flow:
        assert next(iter(flow)) == b"one"
        assert ask(access, path="/y") == b"beside"


def test_after_it_is_closed_only_the_farewell_may_ask() -> None:
    with ReplayServer({KEY: Reply(body=b"bye")}, user="hub", password=WORD) as server, opened(server) as access:
        access.close()
        with pytest.raises(DeviceUnreachable, match="was closed"):
            ask(access)
        with access.farewell(5.0):
            assert access.request("GET", "/x").body == b"bye"
        with pytest.raises(DeviceUnreachable, match="was closed"):
            ask(access)


def test_the_call_of_another_thread_can_be_ended() -> None:
    with ReplayServer({KEY: Fault("hang"), ("GET", "/y"): Reply(stream=[b"one"])}) as server, opened(server) as access:
        faults: list[Exception] = []

        def hang() -> None:
            with access.deadline(60.0):
                for _ in range(2):
                    try:
                        access.request("GET", "/x")
                    except DeviceUnreachable as error:
                        faults.append(error)

        thread = threading.Thread(target=hang)
        with access.stream("GET", "/y") as flow:
            pieces = iter(flow)
            assert next(pieces) == b"one"
            thread.start()
            _until(lambda: len(server.requests) == 2)
            assert thread.ident
            assert access.is_inside(thread.ident)
            access.abort(thread.ident)
            thread.join(2.0)
            assert not thread.is_alive()
            assert len(faults) == 2, "what the call asks for afterwards is refused"
            assert len(server.requests) == 2
            assert server.open_streams == 1, "the stream of another thread goes on"


def test_the_deadline_of_a_call_is_not_prolonged_by_an_inner_one() -> None:
    access = open_access(Address(host="127.0.0.1", port=9))
    assert access.left_s() == 30.0
    with access.deadline(2.0), access.deadline(60.0):
        assert 1.0 < access.left_s() <= 2.0
        assert not access.wait(0.01)
    with access.deadline(0.0), pytest.raises(DeviceUnreachable):
        access.left_s()


def test_a_kept_connection_that_the_device_has_closed_is_made_anew() -> None:
    asked: list[bytes] = []

    def talk(line: socket.socket, number: int) -> None:
        asked.append(read_request(line))
        line.sendall(answer(b"yes"))
        if number == 0:
            # The device takes the next request, and closes as if it had never come.
            asked.append(read_request(line))

    with raw_server(talk) as address:
        access = open_access(address)
        assert [ask(access), ask(access), ask(access)] == [b"yes"] * 3
        assert [b"Connection: close" in request for request in asked] == [False, False, True, True]
        access.shut()


@pytest.mark.parametrize("rest", [b"more than told", b"\r\n", b"HTML"])
def test_the_rest_of_an_answer_that_was_longer_than_announced_is_never_taken_for_the_next(rest: bytes) -> None:
    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        line.sendall(answer(b"yes"))
        if number == 0:
            # It comes only now, so that the line looked idle when it was taken again.
            read_request(line)
            line.sendall(rest + answer(b"no"))

    with raw_server(talk) as address:
        access = open_access(address)
        assert [ask(access), ask(access)] == [b"yes"] * 2
        access.shut()


def test_the_rest_of_an_answer_that_came_with_it_is_never_taken_for_the_next() -> None:
    def talk(line: socket.socket, number: int) -> None:
        read_request(line)
        line.sendall(answer(b"yes") + b"more than told")
        read_request(line)
        line.sendall(answer(b"no"))

    with raw_server(talk) as address:
        access = open_access(address)
        assert [ask(access), ask(access), ask(access)] == [b"yes"] * 3
        access.shut()


def test_after_the_rest_of_an_answer_an_order_fails_once_and_each_connection_gets_one_request() -> None:
    asked: list[bytes] = []

    def talk(line: socket.socket, number: int) -> None:
        while request := read_request(line):
            asked.append(request)
            line.sendall(answer(b"yes") + b"more than told")

    with raw_server(talk) as address:
        access = open_access(address)
        ask(access)
        with suppress(ProtocolError):  # where the rest came before the order, the line was not taken again
            access.request("PUT", "/reboot")
        assert len([request for request in asked if b"PUT" in request]) == 1
        assert [access.request("PUT", "/on").body for _ in range(3)] == [b"yes"] * 3
        access.shut()


@pytest.mark.parametrize("whole", [2, 9])
def test_an_answer_that_is_cut_short_is_asked_for_once_more_and_not_twice(whole: int) -> None:
    asked: list[bytes] = []

    def talk(line: socket.socket, number: int) -> None:
        asked.append(read_request(line))
        line.sendall(answer(b"yes") if number + 1 == whole else answer(b"yes")[:-1])

    with raw_server(talk) as address:
        access = open_access(address)
        if whole == 2:
            assert ask(access) == b"yes"
        else:
            with pytest.raises(DeviceUnreachable, match="before its answer was complete"):
                ask(access)
        assert len(asked) == 2
        access.shut()


def test_an_order_is_never_sent_twice() -> None:
    asked: list[bytes] = []

    def talk(line: socket.socket, number: int) -> None:
        asked.append(read_request(line))
        line.sendall(answer(b"yes"))
        asked.append(read_request(line))

    with raw_server(talk) as address:
        access = open_access(address)
        ask(access)
        with pytest.raises(DeviceUnreachable, match="broke"):
            access.request("PUT", "/reboot")
        assert len([request for request in asked if b"PUT" in request]) == 1
        access.shut()


def test_a_port_where_nobody_listens_and_a_name_that_nobody_knows_are_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for host in ("127.0.0.1", "no-such-host.invalid"):
        access = open_access(Address(host=host, port=port))
        with pytest.raises(DeviceUnreachable):
            ask(access)
        access.shut()


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with ReplayServer({KEY: Reply(body=b"direct")}) as server, opened(server) as access:
        assert ask(access) == b"direct"


def test_the_hubs_time_is_told() -> None:
    clock = FakeClock()
    access = build_access("gate-1", Address(host="127.0.0.1", port=9), lambda: None, TlsTrust(), clock)
    assert access.now() == clock.now()
    assert access.certificate() is None


def test_two_hundred_exchanges_leave_no_socket_behind() -> None:
    with ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD) as server:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(20):
            with opened(server) as access:
                for _ in range(10):
                    ask(access)
        _until(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before + 2)


def _until(holds: Callable[[], bool], within_s: float = 5.0) -> None:
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_old_tls_is_not_spoken() -> None:
    with raw_server(lambda line, number: line.sendall(b"HTTP/1.0 400 no TLS here\r\n\r\n")) as address:
        access = open_access(Address(host=address.host, port=address.port, tls=True), pin="ab" * 32)
        with pytest.raises(ProtocolError, match="TLS could not be agreed on"):
            ask(access)
        access.shut()
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2
