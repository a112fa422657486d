"""A device that fails is left alone for longer and longer, and one that refuses the password until somebody acts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.devices.breaker import JITTER, LONGEST_PAUSE_S, Breaker, NotAsked, outcome_of, pause_s
from hub.errors import (
    AccountLocked,
    AuthRejected,
    DeviceBusy,
    DeviceForbidden,
    DeviceUnreachable,
    DeviceUntrusted,
    PluginError,
    ProtocolError,
    Unsupported,
)

_NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_GONE = DeviceUnreachable("gone")


def _fail(breaker: Breaker, times: int, now: datetime = _NOW) -> Breaker:
    for _ in range(times):
        breaker = breaker.after(_GONE, now)
    return breaker


def test_two_failures_are_forgiven_and_three_open_it_for_about_a_minute() -> None:
    assert _fail(Breaker(device="gate-1"), 2).may_ask(_NOW)
    opened = _fail(Breaker(device="gate-1"), 3)
    assert not opened.may_ask(_NOW + timedelta(seconds=47))
    assert opened.may_ask(_NOW + timedelta(seconds=60))


def test_after_the_pause_one_call_decides() -> None:
    later = _NOW + timedelta(seconds=60)
    opened = _fail(Breaker(device="gate-1"), 3)
    assert opened.after(None, later) == Breaker(device="gate-1")
    again = opened.after(_GONE, later)
    assert not again.may_ask(later + timedelta(seconds=95))
    assert again.may_ask(later + timedelta(seconds=120))


@given(failures=st.integers(3, 200), device=st.text(max_size=20))
def test_pauses_grow_to_a_quarter_of_an_hour_and_no_further(failures: int, device: str) -> None:
    full_s = min(60.0 * 2.0 ** min(failures - 3, 20), 900.0)
    assert full_s * (1 - JITTER) <= pause_s(device, failures) <= full_s <= LONGEST_PAUSE_S


def test_the_pauses_of_a_hundred_devices_differ() -> None:
    assert len({round(pause_s(f"camera-{number}", 3), 1) for number in range(100)}) > 50


@given(
    outcomes=st.lists(st.sampled_from([None, _GONE, AuthRejected("no"), NotAsked("busy"), ProtocolError("what")])),
    step_s=st.integers(0, 2000),
)
def test_whatever_happens_a_device_is_asked_again_within_a_quarter_of_an_hour_unless_it_refused(
    outcomes: list[Exception | None], step_s: int
) -> None:
    breaker, now = Breaker(device="d"), _NOW
    for outcome in outcomes:
        breaker, now = breaker.after(outcome, now, version="v1"), now + timedelta(seconds=step_s)
    assert breaker.may_ask(now + timedelta(seconds=900), version="v1") is (breaker.refused is None)
    assert breaker.may_ask(now + timedelta(seconds=900), version="v2")
    assert breaker.retry().may_ask(now, version="v1")


def test_a_refused_sign_in_waits_for_a_person_or_for_other_credentials() -> None:
    latched = Breaker(device="gate-1").after(AccountLocked("locked"), _NOW, version="v1")
    assert not latched.may_ask(_NOW + timedelta(days=365), version="v1")
    assert latched.may_ask(_NOW, version="v2")
    assert latched.retry() == Breaker(device="gate-1")


def test_a_clock_that_is_set_back_does_not_prolong_the_pause() -> None:
    assert _fail(Breaker(), 3).may_ask(_NOW - timedelta(hours=8))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (DeviceForbidden("x"), "ok"),
        (Unsupported("x"), "ok"),
        (ProtocolError("x"), "ok"),
        (_GONE, "failed"),
        (DeviceBusy("x"), "failed"),
        (DeviceUntrusted("x"), "failed"),
        (AuthRejected("x"), "refused"),
        (AccountLocked("x"), "refused"),
        (NotAsked("x"), None),
        (PluginError("x"), None),
        (ValueError("x"), None),
    ],
)
def test_what_an_error_tells_about_the_device(error: Exception | None, outcome: str | None) -> None:
    assert outcome_of(error) == outcome
    if outcome is None:
        opened = _fail(Breaker(), 3)
        assert opened.after(error, _NOW) is opened
