"""The replay server, asked by an HTTP client that is not ours."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.devices.operations import parse_operation
from hub.testing.devices import FAULTS, Fault, ReplayServer, Reply, Seen

GOOD = Reply(body=b"<DeviceInfo><model>DS-1</model></DeviceInfo>")
USER, PASSWORD = "ad:min", "p@ss/#?%:ü"


def client(server: ReplayServer, *, auth: httpx2.Auth | None = None, timeout: float = 2.0) -> httpx2.Client:
    address = server.address
    verify: ssl.SSLContext | bool = True
    if address.tls:
        verify = ssl.create_default_context()
        verify.check_hostname, verify.verify_mode = False, ssl.CERT_NONE
    base = f"{'https' if address.tls else 'http'}://{address.host}:{address.port}"
    return httpx2.Client(base_url=base, auth=auth, timeout=timeout, trust_env=False, verify=verify)


def until(condition: Callable[[], bool], within_s: float = 3.0) -> bool:
    end = time.monotonic() + within_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_it_answers_what_the_table_says_and_404_for_the_rest(tls: bool, chunked: bool) -> None:
    table = {("GET", "/info"): Reply(body=b"all", chunked=chunked), ("GET", "/info?name=[All] x"): Reply(body=b"named")}
    with ReplayServer(table, tls=tls) as server, client(server) as asking:
        assert asking.get("/info").content == b"all"
        assert asking.get("/info?other=1").content == b"all"
        assert asking.get("/nothing").status_code == 404
        assert asking.post("/info").status_code == 404
        assert [seen.path for seen in server.requests] == ["/info", "/info?other=1", "/nothing", "/info"]
        assert not any(seen.signed_in for seen in server.requests)


def test_a_path_is_taken_as_it_is_written() -> None:
    with ReplayServer({("GET", "/cgi?codes=[All]"): GOOD}) as server:
        address = server.address
        with socket.create_connection((address.host, address.port)) as line:
            line.sendall(b"GET /cgi?codes=[All] HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            with line.makefile("rb") as answer:
                assert answer.read().endswith(GOOD.body)


@pytest.mark.parametrize("digest", ["MD5", "SHA-256"])
def test_digest_is_checked(digest: str) -> None:
    with ReplayServer({("GET", "/a?b=[1]"): GOOD}, user=USER, password=PASSWORD, digest=digest) as server:  # type: ignore[arg-type]
        with client(server) as asking:
            refused = asking.get("/a?b=[1]")
            assert refused.status_code == 401
            assert f"algorithm={digest}" in refused.headers["www-authenticate"]
        assert server.failed_sign_ins == 0
        with client(server, auth=httpx2.DigestAuth(USER, PASSWORD)) as asking:
            assert [asking.get("/a").status_code, asking.get("/a").status_code] == [404, 404]
        with client(server, auth=httpx2.DigestAuth(USER, PASSWORD + "x")) as asking:
            assert asking.get("/a").status_code == 401
        assert server.failed_sign_ins == 1
        assert [(seen.scheme, seen.signed_in) for seen in server.requests] == [
            ("", False),
            *[("", False), ("Digest", True), ("Digest", True)],
            *[("", False), ("Digest", False)],
        ]
        assert PASSWORD not in repr(server.requests)


def test_an_old_nonce_is_stale_and_no_failed_sign_in() -> None:
    with (
        ReplayServer({("GET", "/a"): GOOD}, user=USER, password=PASSWORD, stale_after=2) as server,
        client(server, auth=httpx2.DigestAuth(USER, PASSWORD)) as asking,
    ):
        assert [asking.get("/a").status_code for _ in range(5)] == [200] * 5
        assert server.failed_sign_ins == 0
        assert sum(not seen.signed_in for seen in server.requests) == 3


def test_a_device_may_have_its_own_way_to_say_stale() -> None:
    own = Reply(status=403, body=b"Authority:check failure.", media="text/plain")
    with (
        ReplayServer({("GET", "/a"): GOOD}, user=USER, password=PASSWORD, stale_after=1, stale_reply=own) as server,
        client(server, auth=httpx2.DigestAuth(USER, PASSWORD)) as asking,
    ):
        assert [asking.get("/a").status_code for _ in range(2)] == [200, 403]


def test_a_request_that_is_played_again_is_not_signed_in() -> None:
    with ReplayServer({("GET", "/a"): GOOD}, user=USER, password=PASSWORD) as server:
        with client(server, auth=httpx2.DigestAuth(USER, PASSWORD)) as asking:
            word = asking.get("/a").request.headers["authorization"]
        with client(server) as asking:
            again = asking.get("/a", headers={"authorization": word})
            assert again.status_code == 401
            assert "stale=true" in again.headers["www-authenticate"]
            elsewhere = asking.get("/b", headers={"authorization": word})
            assert elsewhere.status_code == 401
        assert server.failed_sign_ins == 1


def test_basic_is_offered_where_it_is_told() -> None:
    with ReplayServer({("GET", "/a"): GOOD}, user=USER, password=PASSWORD, digest=None, basic=True) as server:
        with client(server, auth=httpx2.BasicAuth(USER, PASSWORD)) as asking:
            assert asking.get("/a").status_code == 200
            server.set_password("another")
            assert asking.get("/a").status_code == 401
        assert (server.failed_sign_ins, [seen.scheme for seen in server.requests]) == (1, ["Basic", "Basic"])


def test_soap_and_json_are_told_apart_by_their_operation() -> None:
    def envelope(operation: str) -> bytes:
        return f"<s:Envelope xmlns:s='e'><s:Header/><s:Body><t:{operation} xmlns:t='m'/></s:Body></s:Envelope>".encode()

    table = {
        ("POST", "/svc", "GetProfiles"): Reply(body=b"profiles"),
        ("POST", "/svc", "getAllProperties"): Reply(body=b"properties"),
        ("POST", "/svc"): lambda seen: Reply(body=b"other " + seen.operation.encode()),
    }
    with ReplayServer(table) as server, client(server) as asking:
        assert asking.post("/svc", content=envelope("GetProfiles")).content == b"profiles"
        assert asking.post("/svc", json={"method": "getAllProperties"}).content == b"properties"
        assert asking.post("/svc", content=envelope("Reboot")).content == b"other Reboot"
        assert [seen.operation for seen in server.requests] == ["GetProfiles", "getAllProperties", "Reboot"]


@given(st.binary(max_size=400))
def test_any_body_has_an_operation_or_none(body: bytes) -> None:
    assert isinstance(parse_operation(body), str)


def test_replies_may_come_one_after_another() -> None:
    table = {("GET", "/a"): (Reply(body=b"1"), Fault(503), Reply(body=b"3"))}
    with ReplayServer(table) as server, client(server) as asking:
        assert [asking.get("/a").status_code for _ in range(4)] == [200, 503, 200, 200]
        server.set("GET", "/a", Reply(body=b"new"))
        assert asking.get("/a").content == b"new"


@pytest.mark.parametrize("tls", [False, True])
def test_a_stream_stays_open_until_the_client_goes(tls: bool) -> None:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nCode=VideoBlind\r\n"
    reply = Reply(stream=[part, 0.05, part], media="multipart/x-mixed-replace; boundary=b")
    with ReplayServer({("GET", "/events"): reply}, tls=tls) as server, client(server) as asking:
        with asking.stream("GET", "/events") as answer:
            read = b""
            for piece in answer.iter_bytes():
                read += piece
                if read == part + part:
                    assert server.open_streams == 1
                    break
        assert until(lambda: server.open_streams == 0)


def test_a_stream_may_end_by_itself_and_be_chunked() -> None:
    reply = Reply(stream=[b"one", 0.01, b"two"], ends=True, chunked=True)
    with ReplayServer({("GET", "/events"): reply}) as server, client(server) as asking:
        assert asking.get("/events").content == b"onetwo"


def test_it_stops_at_once_with_streams_and_hung_requests_open() -> None:
    before = threading.active_count()
    with ReplayServer({("GET", "/events"): Reply(stream=[b"x"]), ("GET", "/h"): Fault("hang")}) as server:
        address = server.address
        lines = [socket.create_connection((address.host, address.port)) for _ in range(3)]
        for line, path in zip(lines, ("/events", "/h", "/events"), strict=True):
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert until(lambda: len(server.requests) == 3)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert threading.active_count() == before
    for line in lines:
        line.close()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("tls", [False, True])
def test_every_fault_is_as_it_says(fault: str | int, tls: bool) -> None:
    with (
        ReplayServer({("GET", "/a"): GOOD}, tls=tls) as server,
        client(server, timeout=0.3 if fault == "hang" else 1.0) as asking,
    ):
        server.set_all(Fault(fault))  # type: ignore[arg-type]
        outcome = _outcome(asking)
        expected: dict[str | int, object] = {
            "hang": httpx2.ReadTimeout,
            "drip": b"<",
            "closed": httpx2.RemoteProtocolError,
            "garbage": httpx2.RemoteProtocolError,
            "truncated": httpx2.RemoteProtocolError,
            "long-header": httpx2.RemoteProtocolError,
            "cut": GOOD.body[: len(GOOD.body) // 2],
            "empty": b"",
            "endless": GOOD.body,
            "redirect": 302,
        }
        match fault:
            case "html":
                assert isinstance(outcome, bytes)
                assert b"<title>Sign in</title>" in outcome
            case "noise" | "entities":
                assert isinstance(outcome, bytes)
                assert len(outcome) > 1000
            case "wrong-length":
                assert outcome == GOOD.body[:-7]
            case _:
                assert outcome == expected.get(fault, fault)
        server.set_all(None)
        # By a line of its own: what was sent beyond an answer may still lie in the old one.
        with client(server) as again:
            assert again.get("/a").content == GOOD.body


def _outcome(asking: httpx2.Client) -> object:
    """The first bytes of an answer that was 200, its status when not, or the kind of the error."""
    read = b""
    try:
        with asking.stream("GET", "/a") as answer:
            if answer.status_code != 200:
                return answer.status_code
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > 100_000:
                    return read[: len(GOOD.body)]
                if answer.headers.get("content-length") == "1000":
                    return read
    except httpx2.HTTPError as error:
        return type(error)
    return read


def test_a_refusal_counts_as_failed_only_when_somebody_tried() -> None:
    with ReplayServer({("GET", "/a"): GOOD}, user=USER, password=PASSWORD) as server:
        server.set_all(Fault(401))
        with client(server) as asking:
            assert asking.get("/a").status_code == 401
        assert server.failed_sign_ins == 0
        with client(server, auth=httpx2.DigestAuth(USER, PASSWORD)) as asking:
            assert asking.get("/a").status_code == 401
        assert server.failed_sign_ins == 1
        server.forget()
        assert (server.requests, server.failed_sign_ins) == ([], 0)


def test_some_answers_are_for_everybody() -> None:
    table = {("GET", "/a"): Reply(body=b"open", public=True)}
    with ReplayServer(table, user=USER, password=PASSWORD) as server, client(server) as asking:
        assert asking.get("/a").content == b"open"


def test_a_client_that_talks_nonsense_harms_nobody() -> None:
    with ReplayServer({("GET", "/a"): GOOD}, tls=False) as server, client(server) as asking:
        address = server.address
        for nonsense in (b"\x16\x03\x01\x00", b"GET\r\n\r\n", b"POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
            with socket.create_connection((address.host, address.port)) as line:
                line.sendall(nonsense)
                line.shutdown(socket.SHUT_WR)
                with suppress(OSError):
                    line.recv(1000)
        assert asking.get("/a").content == GOOD.body


def test_a_seen_request_has_its_body_and_headers() -> None:
    with ReplayServer({("PUT", "/a"): GOOD}) as server, client(server) as asking:
        asking.put("/a", content=iter([b"<Time>", b"</Time>"]), headers={"X-Kind": "y"})
        seen = server.requests[0]
        assert isinstance(seen, Seen)
        assert (seen.method, seen.path, seen.body, seen.headers["x-kind"]) == ("PUT", "/a", b"<Time></Time>", "y")
