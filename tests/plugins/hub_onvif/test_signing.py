"""Signing to devices whose clocks are wrong, and to those that refuse."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from hub_onvif.options import OnvifOptions
from hub_onvif.wsse import build_security, password_digest

from hub.api import AccountLocked, AuthRejected, Credentials, DeviceForbidden, Unsupported
from hub.testing.devices import Fault
from tests.plugins.hub_onvif.conftest import MakePair


def test_the_digest_is_that_of_the_profile() -> None:
    # The values of the example in ONVIF's guide for application programmers.
    nonce = b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    assert password_digest("userpassword", nonce, "2010-09-16T07:50:45Z") == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


def test_times_end_with_z_whatever_zone_they_came_in() -> None:
    at = datetime(2026, 11, 23, 16, 0, tzinfo=UTC).astimezone(datetime.now().astimezone().tzinfo)
    written = build_security(Credentials("u", "p"), at=at, nonce=bytes(16))
    created = [each.text for each in written.iter() if each.tag.endswith("Created")]
    assert created == ["2026-11-23T16:00:00.000Z"]


@pytest.mark.parametrize("hours", [-7.0, 0.0, 7.0, 26.25, 24 * 365.0 * 20])
def test_a_wrong_clock_is_signed_with_its_own_time_and_costs_no_refusal(meet: MakePair, hours: float) -> None:
    camera, session, _ = meet(skew_s=hours * 3600)
    assert session.describe().model == "WR-1"
    assert camera.gate.refusals == 0
    drift = session.clock().at - session.clock().asked_at
    assert abs(drift - timedelta(hours=hours)) < timedelta(seconds=2)


def test_every_request_has_a_nonce_of_its_own(meet: MakePair) -> None:
    camera, session, _ = meet()
    for _ in range(5):
        session.users()
    assert "replayed" not in camera.gate.verdicts
    assert set(camera.gate.kinds) == {"PasswordDigest"}


@pytest.mark.parametrize("hours", [8.0, -5.0, 5.75])
@pytest.mark.parametrize("says_401", [False, True])
def test_a_device_that_calls_its_local_time_utc_is_understood_after_one_refusal(
    meet: MakePair, hours: float, says_401: bool
) -> None:
    camera, session, _ = meet(calls_local_utc_s=hours * 3600, says_401=says_401)
    assert session.describe().model == "WR-1"
    assert camera.gate.refusals == 1
    session.users()
    assert camera.gate.refusals == 1
    clock = session.clock()
    assert abs(clock.at - clock.asked_at) < timedelta(seconds=2), "its clock is right, only badly told"


def test_a_clock_that_somebody_sets_meanwhile_is_read_anew(meet: MakePair) -> None:
    camera, session, _ = meet()
    session.users()
    camera.skew_s = 86_400.0
    assert session.users()
    assert camera.gate.refusals == 1


def test_a_device_that_hides_its_time_is_asked_signed(meet: MakePair) -> None:
    camera, session, _ = meet(sign_in="http", hides_time=True)
    assert session.describe().model == "WR-1"
    assert session.clock().source == "manual"
    assert camera.server.failed_sign_ins == 0


@pytest.mark.parametrize("digest", ["MD5", "SHA-256"])
def test_a_device_that_knows_http_digest_alone_is_signed_to_by_it(meet: MakePair, digest: str) -> None:
    camera, session, _ = meet(sign_in="http", digest=digest)
    assert session.snapshot(1)
    assert session.settings()
    assert session.capabilities()["users"] == "unknown"
    assert "GetUsers" not in camera.operations(), "a refusal would look like a wrong password"
    assert session.users()
    assert camera.server.failed_sign_ins == 0


def test_the_password_itself_goes_out_never_without_tls(meet: MakePair) -> None:
    camera, session, access = meet(sign_in="text")
    with pytest.raises(AuthRejected):
        session.describe()
    assert set(camera.gate.kinds) == {"PasswordDigest"}
    assert camera.gate.refusals == 1
    assert access.latched


def test_over_tls_it_is_the_last_try(meet: MakePair) -> None:
    camera, session, _ = meet(sign_in="text", tls=True)
    assert session.describe().model == "WR-1"
    assert camera.gate.kinds[:2] == ["PasswordDigest", "PasswordText"]


@pytest.mark.parametrize("says_401", [False, True])
def test_a_wrong_password_is_tried_once_or_twice_and_then_never_again(meet: MakePair, says_401: bool) -> None:
    camera, session, access = meet(given="wrong", says_401=says_401)
    for ask in (session.describe, session.health, session.users, session.settings, session.describe):
        with pytest.raises(AuthRejected):
            ask()
    assert camera.gate.refusals <= 2
    assert access.latched
    assert "wrong" not in access.latched


def test_a_locked_account_is_left_alone(meet: MakePair) -> None:
    camera, session, access = meet(locked=True)
    with pytest.raises(AccountLocked):
        session.describe()
    asked = len(camera.server.requests)
    with pytest.raises(AuthRejected):
        session.users()
    assert len(camera.server.requests) == asked
    assert access.latched


def test_what_the_account_may_not_do_is_forbidden_and_no_wrong_password(meet: MakePair) -> None:
    camera, session, access = meet(forbidden=frozenset({"GetUsers"}))
    session.streams(1)
    for _ in range(4):
        with pytest.raises(DeviceForbidden):
            session.users()
    assert camera.operations().count("GetUsers") == 1, "a refusal is not tried for again"
    assert not access.latched
    assert session.streams(1)


def test_even_when_it_is_the_first_thing_that_is_asked(meet: MakePair) -> None:
    _, session, access = meet(forbidden=frozenset({"GetUsers", "GetNetworkInterfaces"}))
    assert session.describe().mac == ""
    with pytest.raises(DeviceForbidden):
        session.users()
    other = type(session)(access, OnvifOptions())
    other.reboot()
    assert other.capabilities()["users"] == "unknown"
    assert not access.latched


def test_services_that_move_are_found_again(meet: MakePair) -> None:
    camera, session, _ = meet()
    session.streams(1)
    camera.server.set("POST", "/onvif/ptz", Fault(404))
    with pytest.raises(Unsupported):
        session.position(1)
    camera.server.forget()
    session.streams(1)
    assert "GetServices" in camera.operations()


def test_a_password_that_is_changed_at_the_device_is_noticed_with_two_refusals(meet: MakePair) -> None:
    camera, session, access = meet()
    session.streams(1)
    camera.gate.password = "another"
    with pytest.raises(AuthRejected):
        session.users()
    assert camera.gate.refusals == 2
    assert access.latched


def test_without_credentials_nothing_is_signed(meet: MakePair) -> None:
    camera, session, _ = meet(sign_in="none")
    assert session.describe().model == "WR-1"
    assert camera.gate.kinds == []
