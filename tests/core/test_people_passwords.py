"""Which passwords are refused, codes by RFC 6238 and RFC 4226, and a register that property tests walk."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.people import totp
from hub.core.people.passwords import weakness
from hub.server.accounts.passwords import common_passwords

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(RFC_SECRET, totp.step_of(at), digits=8) == code
    assert totp.matching_step(RFC_SECRET, code[2:], at) == totp.step_of(at)


HOTP = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, counter) == code


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.integers(-3, 3))
def test_a_clock_may_be_a_step_off_and_no_more(at: datetime, off: int) -> None:
    step = totp.step_of(at) + off
    found = totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, step), at)
    assert (found == step) or (abs(off) > totp.DRIFT and found != step)


@given(MOMENTS, st.integers(0, 90))
def test_no_code_counts_twice(at: datetime, later_s: int) -> None:
    code = totp.code_at(RFC_SECRET, totp.step_of(at))
    used = totp.matching_step(RFC_SECRET, code, at)
    assert used is not None
    again = totp.matching_step(RFC_SECRET, code, at + timedelta(seconds=later_s), used)
    assert again is None or totp.code_at(RFC_SECRET, again) == code != totp.code_at(RFC_SECRET, used + 99)


@given(st.text(max_size=12), MOMENTS)
def test_whatever_is_typed_as_a_code_is_judged_without_a_fault(code: str, at: datetime) -> None:
    assert totp.matching_step(RFC_SECRET, code, at) in {None, *range(totp.step_of(at) - 1, totp.step_of(at) + 2)}


@given(st.binary(min_size=20, max_size=20))
def test_a_secret_survives_being_typed(secret: bytes) -> None:
    assert totp.parse_secret(totp.encode_secret(secret)) == secret
    assert totp.parse_secret(totp.encode_secret(secret).lower()) == secret


def test_a_telephone_can_read_what_the_qr_code_says() -> None:
    assert totp.otpauth_uri("ABC", "li", "Watchroom Plant 1") == (
        "otpauth://totp/Watchroom%20Plant%201:li?secret=ABC&issuer=Watchroom%20Plant%201&digits=6&period=30"
    )


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "8 to 200"),
        ("x" * 201, "8 to 200"),
        ("zzzzzzzzzz", "repeated"),
        ("2026112300", "digits"),
        ("19850101", "digits"),
        ("wang.fang", "name"),
        ("Wang.Fang88", "name"),
        ("gnaf.gnaw", "name"),
        ("wang.fangWang.fang!", "name"),
        ("PASSWORD", "first"),
        ("Password2031!", "first"),
        ("1qaz2wsx", "first"),
        ("woaini1314", "first"),
        ("Hikvision@2026", "first"),
        ("zhongguo88", "first"),
        ("qwertyuiop", "first"),
        ("jiankong123", "first"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason_in_both_languages(password: str, reason: str) -> None:
    said = weakness(password, "wang.fang", common_passwords())
    assert said is not None
    assert reason in said.en
    assert said.zh


@pytest.mark.parametrize(
    "password",
    ["correct horse 正确", "a new password", "first password", "摄像机夜里看得见", "20261123000", "x7!kd02q"],
)
def test_others_are_taken(password: str) -> None:
    assert weakness(password, "wang.fang", common_passwords()) is None


def test_the_list_holds_about_a_thousand_in_small_letters() -> None:
    common = common_passwords()
    assert len(common) > 950
    assert all(each == each.casefold().strip() for each in common)


@given(st.text(max_size=220), st.text(max_size=32))
def test_every_password_is_judged_and_what_is_common_never_passes(password: str, account: str) -> None:
    said = weakness(password, account, common_passwords())
    if password.casefold() in common_passwords() or not 8 <= len(password) <= 200:
        assert said is not None
