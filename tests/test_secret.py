"""Secrets are given by reference and never shown."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SiteError
from hub.secret import Secret, redact

WORD = st.text(st.characters(exclude_categories=("Z", "C")), min_size=4, max_size=20)


@given(user=WORD, password=WORD)
def test_no_piece_of_a_password_in_an_address_is_shown(user: str, password: str) -> None:
    shown = redact(f"cannot open rtsp://{user}:{password}@camera.example/live: refused")
    assert shown.startswith("cannot open rtsp://***@")
    assert shown.endswith(": refused")
    assert f"{user}:{password}" not in shown


@pytest.mark.parametrize("name", ["password", "pwd", "token", "access_token", "apikey", "key", "SECRET"])
def test_secrets_in_a_query_are_not_shown(name: str) -> None:
    assert redact(f"http://camera/snap?x=1&{name}=abc123&y=2") == f"http://camera/snap?x=1&{name}=***&y=2"


def test_a_secret_with_a_quote_in_it_is_not_shown() -> None:
    assert redact("http://camera/snap?token=ab'c\"d") == "http://camera/snap?token=***"


def test_a_text_without_secrets_is_left_as_it_is() -> None:
    assert redact("camera gate-1 at rtsp://10.0.0.8:554/live is silent") == (
        "camera gate-1 at rtsp://10.0.0.8:554/live is silent"
    )


@pytest.mark.parametrize("reference", ["env:CAMERA_PASSWORD", "file:secret.txt", "plain words"])
def test_a_secret_never_shows_itself(reference: str) -> None:
    secret = Secret(reference)
    assert reference not in f"{secret} {secret!r} {[secret]}"


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMERA_PASSWORD", "s3cret")
    assert Secret("env:CAMERA_PASSWORD").reveal() == "s3cret"


def test_a_secret_comes_from_the_first_line_of_a_file_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("s3cret\nnot this\n", encoding="utf-8")
    assert Secret("file:secret.txt").reveal(tmp_path) == "s3cret"


@pytest.mark.parametrize("reference", ["env:NOT_SET_ANYWHERE", "file:not-there.txt"])
def test_a_reference_that_leads_nowhere_is_named_with_the_way_out(reference: str, tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=reference.partition(":")[2]) as caught:
        Secret(reference).reveal(tmp_path)
    assert caught.value.hint


def test_an_empty_secret_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").touch()
    with pytest.raises(SiteError, match=r"it is empty|secret\.txt"):
        Secret("file:secret.txt").reveal(tmp_path)


@pytest.mark.parametrize("piece", ["a", "a://", "@", "a://@", "token=", "://"])
def test_words_without_end_that_a_device_says_are_redacted_at_once(piece: str) -> None:
    began = time.monotonic()
    redact(piece * 100_000)
    assert time.monotonic() - began < 2.0


def test_what_is_no_address_stays() -> None:
    assert redact("user@host ://x@y 7") == "user@host ://x@y 7"
    assert redact("rtsp://a:b@c,rtsp://d:e@f/g x://h") == "rtsp://***@f/g x://h"
