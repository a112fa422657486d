"""The hub signs in at devices, and asks nothing more after it was refused; what it signs with is seen nowhere."""

import logging
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest

from hub.errors import AuthRejected, DeviceError, DeviceUntrusted, SiteError
from hub.testing.devices import Fault, ReplayServer, Reply
from hub.vendor.access import Address, Credentials
from tests.devices.opened import KEY, WORD, ask, open_access, opened
from tests.devices.raw_server import answer, raw_server, read_request


@pytest.mark.parametrize("kind", ["MD5", "SHA-256"])
@pytest.mark.parametrize("tls", [False, True])
def test_it_signs_in_by_digest_once_and_again_only_with_a_new_nonce(kind: str, tls: bool) -> None:
    with (
        ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD, digest=kind, tls=tls) as server,  # type: ignore[arg-type]
        opened(server) as access,
    ):
        assert [ask(access) for _ in range(3)] == [b"yes"] * 3
        assert [seen.signed_in for seen in server.requests] == [False, True, True, True]
        assert server.failed_sign_ins == 0


def test_a_nonce_that_is_too_old_is_taken_anew_without_a_failed_sign_in() -> None:
    with (
        ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD, stale_after=2) as server,
        opened(server) as access,
    ):
        assert [ask(access) for _ in range(6)] == [b"yes"] * 6
        assert server.failed_sign_ins == 0
        assert access.latched == ""


def test_after_a_403_the_next_request_signs_in_from_the_start() -> None:
    stale = Reply(status=403, body=b"Authority:check failure.")
    with (
        ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD, stale_after=2, stale_reply=stale) as server,
        opened(server) as access,
    ):
        bodies = [ask(access) for _ in range(5)]
        assert bodies == [b"yes", b"yes", stale.body, b"yes", b"yes"]
        assert access.latched == ""


def test_basic_is_answered_over_tls_only() -> None:
    replies = {KEY: Reply(body=b"yes")}
    with (
        ReplayServer(replies, user="hub", password=WORD, digest=None, basic=True, tls=True) as server,
        opened(server) as access,
    ):
        assert ask(access) == b"yes"
    with ReplayServer(replies, user="hub", password=WORD, digest=None, basic=True) as server, opened(server) as access:
        for _ in range(2):
            with pytest.raises(DeviceUntrusted, match="wants the password unprotected") as refused:
                ask(access)
        assert "tls = true" in refused.value.hint
        assert [seen.scheme for seen in server.requests] == ["", ""], "nothing was sent that anybody could read"
        assert not access.latched, "the device has refused nothing"


def test_of_basic_and_digest_the_password_itself_is_not_sent() -> None:
    with (
        ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD, basic=True, tls=True) as server,
        opened(server) as access,
    ):
        assert ask(access) == b"yes"
        assert {seen.scheme for seen in server.requests} == {"", "Digest"}


def test_a_wrong_password_is_tried_once_for_ever() -> None:
    with (
        ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password="other") as server,
        opened(server) as access,
    ):
        for _ in range(5):
            with pytest.raises(AuthRejected, match="refuses the name or the password"):
                ask(access)
            with pytest.raises(AuthRejected), access.stream("GET", "/x"):
                pass
            with pytest.raises(AuthRejected):
                access.request("GET", "/x", sign_in=False)
        assert (len(server.requests), server.failed_sign_ins) == (2, 1)
        assert "refuses" in access.latched
        access.retry()
        assert access.latched == ""
        with pytest.raises(AuthRejected):
            ask(access)
        assert (len(server.requests), server.failed_sign_ins) == (4, 2)


def test_many_threads_with_a_wrong_password_try_it_once() -> None:
    with (
        ReplayServer({KEY: Reply(body=b"yes", delay_s=0.05)}, user="hub", password="other") as server,
        opened(server) as access,
    ):
        faults: list[Exception] = []

        def one() -> None:
            try:
                ask(access)
            except Exception as error:
                faults.append(error)

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [type(fault) for fault in faults] == [AuthRejected] * 8
        assert (len(server.requests), server.failed_sign_ins) == (2, 1)


def test_a_password_that_is_changed_at_the_device_is_noticed_with_at_most_two_requests() -> None:
    with ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD) as server, opened(server) as access:
        ask(access)
        before = len(server.requests)
        server.set_password("changed")
        for _ in range(5):
            with pytest.raises(AuthRejected):
                ask(access)
        assert len(server.requests) - before <= 2


def test_other_credentials_are_tried_without_anybody_asking_for_it() -> None:
    with ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD) as server:
        words = ["wrong"]
        access = open_access(server.address, lambda: Credentials("hub", words[-1]))
        first = access.credentials_version()
        with pytest.raises(AuthRejected):
            ask(access)
        words.append(WORD)
        assert access.credentials_version() != first
        assert access.latched == ""
        assert ask(access) == b"yes"
        access.shut()


def test_a_session_that_was_refused_inside_an_answer_ends_it_all() -> None:
    with ReplayServer({KEY: Reply(body=b"<Fault/>")}) as server, opened(server) as access:
        ask(access)
        error = access.refused("NotAuthorized")
        assert isinstance(error, AuthRejected)
        assert "NotAuthorized" in str(error)
        with pytest.raises(AuthRejected):
            ask(access)
        assert len(server.requests) == 1


def test_a_401_to_a_request_that_did_not_sign_in_is_told_with_its_body_and_refuses_nothing() -> None:
    with ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD) as server, opened(server) as access:
        with pytest.raises(AuthRejected) as caught:
            access.request("GET", "/x", sign_in=False)
        assert b"401" in caught.value.body
        assert access.latched == ""
        assert ask(access) == b"yes"


def test_what_the_device_writes_to_its_refusal_is_kept_for_the_vendor() -> None:
    def talk(line: socket.socket, number: int) -> None:
        while read_request(line):
            line.sendall(answer(b"<lockStatus>lock</lockStatus>", _CHALLENGE, status="401 Unauthorized"))

    with raw_server(talk) as address:
        access = open_access(address, Credentials("hub", WORD))
        with pytest.raises(AuthRejected) as caught:
            ask(access)
        assert caught.value.body == b"<lockStatus>lock</lockStatus>"
        access.shut()


@pytest.mark.parametrize("how", ["gone", "cut", "rest"])
def test_what_is_asked_again_is_signed_anew_so_that_a_strict_device_takes_it_for_no_stolen_request(how: str) -> None:
    counts: list[bytes] = []

    def talk(line: socket.socket, number: int) -> None:
        while request := read_request(line):
            signed = re.search(rb"nc=(\w+)", request)
            if signed is None or signed[1] in counts:
                # The same nonce once more: who repeats a count is refused for good.
                line.sendall(answer(b"", _CHALLENGE, status="401 Unauthorized"))
                continue
            counts.append(signed[1])
            broken = len(counts) == 2
            if broken and how == "gone":
                return
            line.sendall(answer(b"yes")[: -1 if broken and how == "cut" else None])
            if broken and how == "cut":
                return
            if how == "rest":
                line.sendall(b"more than told")

    with raw_server(talk) as address:
        access = open_access(address, Credentials("hub", WORD))
        assert [ask(access) for _ in range(4)] == [b"yes"] * 4
        assert access.latched == ""
        assert how == "rest" or len(counts) == 5, "it was asked once more"
        access.shut()


_CHALLENGE = 'WWW-Authenticate: Digest realm="device", nonce="abc", qop="auth"'


def test_credentials_that_are_missing_or_cannot_be_read_are_said_so() -> None:
    with ReplayServer({KEY: Reply(body=b"yes")}, user="hub", password=WORD) as server:
        access = open_access(server.address)
        with pytest.raises(AuthRejected, match="none are given"):
            ask(access)
        access.shut()

        def gone() -> Credentials:
            raise SiteError("The secret file nvr.txt cannot be read: it is empty.", hint="Write it.")

        access = open_access(server.address, gone)
        with pytest.raises(AuthRejected, match=r"nvr\.txt cannot be read"):
            ask(access)
        access.shut()


@pytest.mark.parametrize(
    "kind", ["wrong password", "hang", "truncated", "garbage", "long-header", "unknown certificate"]
)
@pytest.mark.parametrize("basic", [False, True])
def test_no_error_and_no_log_holds_the_password(kind: str, basic: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ReplayServer(
        {KEY: Reply(body=b"yes")}, user="hub", password=WORD, digest=None if basic else "MD5", basic=basic, tls=True
    ) as server:
        access = open_access(
            server.address,
            Credentials("hub", "wrong-" + WORD if kind == "wrong password" else WORD),
            "cd" * 32 if kind == "unknown certificate" else server.fingerprint,
        )
        if kind not in ("wrong password", "unknown certificate"):
            ask(access)
            server.set("GET", "/x", Fault(kind))  # type: ignore[arg-type]
        with pytest.raises(DeviceError) as caught, access.deadline(0.5):
            access.request("GET", "/x")
        seen = list(_everything_of(caught.value, caught.tb))
        assert WORD not in repr(access)
        access.shut()
    assert len(seen) > 5
    for text in (*seen, caplog.text):
        assert WORD not in text
        assert "Basic " not in text
        assert "aHViO" not in text, "hub: in base64"


def _everything_of(error: BaseException | None, trace: TracebackType | None) -> Iterator[str]:
    """What a log that shows local variables would show."""
    while error is not None:
        yield repr(error)
        yield repr(vars(error))
        while trace is not None:
            # The frames of the test hold what it knows.
            if Path(trace.tb_frame.f_code.co_filename) != Path(__file__):
                yield from (repr(value) for value in trace.tb_frame.f_locals.values())
            trace = trace.tb_next
        assert error.__cause__ is None
        error = error.__context__
        trace = error.__traceback__ if error else None


def test_the_password_is_masked_wherever_it_was_put() -> None:
    access = open_access(Address(host="127.0.0.1", port=9), Credentials("hub", WORD))
    assert access.mask(f"modifyPassword?pwd={WORD}!") == "modifyPassword?pwd=***!"
    assert repr(access.credentials()) == "Credentials('***')"
