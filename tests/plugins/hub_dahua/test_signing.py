"""Signing in, and what a device says of it, over real sockets and the hub's own access."""

import pytest
from hub_dahua.options import DahuaOptions
from hub_dahua.session import DahuaSession

from hub.api import AccountLocked, AuthRejected
from hub.testing.devices import ReplayServer, Reply
from tests.plugins.hub_dahua.served import ATTACH, PASSWORD, heard, served
from tests.plugins.hub_dahua.synthetic import CAMERA, NO_RIGHT, event, stream


def test_a_stale_challenge_that_is_answered_by_403_is_no_refusal() -> None:
    with served(CAMERA, stale_after=1, stale_reply=NO_RIGHT) as (device, session):
        for _ in range(5):
            assert session.users()
        assert device.failed_sign_ins == 0


def test_a_stream_is_asked_for_again_when_the_challenge_was_stale() -> None:
    told = {**CAMERA, ("GET", ATTACH): stream(event("Code=VideoBlind;action=Start;index=0"))}
    with served(told, stale_after=1, stale_reply=NO_RIGHT) as (device, session):
        assert session.users()
        assert heard(session, 7)[-1].phase == "start"
        assert device.failed_sign_ins == 0


def test_a_device_that_never_accepts_the_sign_in_is_left_alone() -> None:
    with served(CAMERA) as (device, session):
        device.set("GET", "/cgi-bin/magicBox.cgi?action=getSystemInfo", NO_RIGHT)
        with pytest.raises(AuthRejected):
            session.describe()
        before = len(device.requests)
        with pytest.raises(AuthRejected):
            session.users()
        assert len(device.requests) == before


def test_a_locked_account_is_told_as_locked_and_left_alone() -> None:
    with served(CAMERA) as (device, session):
        locked = Reply(body=b"Error\r\nThe account is locked\r\n", status=403, media="text/plain")
        device.set("GET", "/cgi-bin/userManager.cgi?action=getUserInfoAll", locked)
        with pytest.raises(AccountLocked):
            session.users()
        before = len(device.requests)
        with pytest.raises(AuthRejected):
            session.health()
        assert len(device.requests) == before


def test_a_refused_sign_in_whose_answer_speaks_of_a_lock_is_told_as_locked() -> None:
    locked = Reply(
        body=b"Error\r\nUser Locked\r\n",
        status=401,
        headers={"WWW-Authenticate": 'Digest realm="Login to TEST", qop="auth", nonce="abc", algorithm=MD5'},
    )
    with ReplayServer({("GET", "/cgi-bin/userManager.cgi"): locked}) as device:
        session = DahuaSession(device.access(user="watch", password=PASSWORD), DahuaOptions())
        with pytest.raises(AccountLocked):
            session.users()
        assert len(device.requests) == 2
