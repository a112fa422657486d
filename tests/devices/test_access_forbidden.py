"""A 401 for a right that is lacking is not taken for a refused password, and a refused password still ends it all."""

import socket

import pytest

from hub.errors import AuthRejected, DeviceForbidden
from hub.testing.devices import Fault, ReplayServer, Reply
from hub.vendor.access import Credentials
from tests.devices.opened import KEY, WORD, ask, open_access, opened
from tests.devices.raw_server import Talk, answer, raw_server, read_request

FORBIDDEN = ("GET", "/users")


def device(**more: object) -> ReplayServer:
    replies = {KEY: Reply(body=b"yes"), FORBIDDEN: Fault(401), ("GET", "/y"): Reply(body=b"more")}
    return ReplayServer(replies, user="hub", password=WORD, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("basic", [False, True])
def test_what_is_refused_alone_is_forbidden_and_all_else_goes_on(basic: bool) -> None:
    with device(**({"digest": None, "basic": True, "tls": True} if basic else {})) as server, opened(server) as access:
        assert ask(access) == b"yes"
        for _ in range(2):
            with pytest.raises(DeviceForbidden, match="goes on accepting"):
                ask(access, path="/users")
            assert ask(access, path="/y") == b"more"
        assert access.latched == ""


def test_without_anything_that_was_opened_before_it_is_the_last_try() -> None:
    with device() as server, opened(server) as access:
        with pytest.raises(AuthRejected):
            ask(access, path="/users")
        asked = len(server.requests)
        with pytest.raises(AuthRejected, match="not asked again"):
            ask(access)
        assert len(server.requests) == asked


def test_what_anybody_may_see_proves_nothing() -> None:
    with device() as server, opened(server) as access:
        server.set(*KEY, Reply(body=b"yes", public=True))
        assert ask(access) == b"yes"
        with pytest.raises(AuthRejected):
            ask(access, path="/users")
        assert access.latched


def test_a_password_that_is_changed_at_the_device_costs_two_failed_sign_ins_at_most() -> None:
    with device() as server, opened(server) as access:
        assert ask(access) == b"yes"
        server.set_password("another")
        with pytest.raises(AuthRejected):
            ask(access, path="/y")
        assert server.failed_sign_ins <= 2
        with pytest.raises(AuthRejected, match="not asked again"):
            ask(access, path="/y")
        assert server.failed_sign_ins <= 2


def test_a_device_that_says_nothing_to_the_second_question_is_taken_to_refuse() -> None:
    with device() as server, opened(server) as access:
        assert ask(access) == b"yes"
        server.set(*KEY, Fault("closed"))
        with pytest.raises(AuthRejected):
            ask(access, path="/users")
        assert access.latched


def test_a_stream_that_is_refused_asks_no_further_question() -> None:
    with device() as server, opened(server) as access:
        assert ask(access) == b"yes"
        with pytest.raises(AuthRejected), access.deadline(5), access.stream("GET", "/users"):
            pass
        assert access.latched
        assert server.requests[-1].path == "/users"


def test_nonces_that_are_good_for_one_question_are_no_refusal() -> None:
    with raw_server(_one_time_nonces()) as address:
        access = open_access(address, Credentials("hub", WORD))
        assert [ask(access, path=path) for path in ("/x", "/y", "/y", "/x")] == [b"good"] * 4
        assert access.latched == ""
        access.shut()


def _one_time_nonces() -> Talk:
    """A device that takes each nonce once, and never says that one is too old."""
    given: set[bytes] = set()
    count = 0

    def serve(line: socket.socket, number: int) -> None:
        nonlocal count
        while request := read_request(line):
            used = next((nonce for nonce in given if b'nonce="' + nonce + b'"' in request), None)
            if used is not None:
                given.discard(used)
                line.sendall(answer(b"good"))
                continue
            count += 1
            given.add(b"n%d" % count)
            challenge = f'WWW-Authenticate: Digest realm="d", nonce="n{count}", qop="auth"'
            line.sendall(answer(b"", challenge, status="401 No"))

    return serve
