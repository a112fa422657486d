"""Addresses of cameras, as people write them."""

from urllib.parse import unquote, urlsplit

import pytest
from hub_rtsp.options import RtspOptions
from hub_rtsp.parse import parse_address
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.api import Unsupported

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def _url(address: str, user: str | None = None, password: str | None = None) -> str:
    return parse_address(address, user=user, password=password, transport="tcp").url


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("rtsp://10.0.0.8/live", "rtsp://10.0.0.8/live"),
        ("rtsp://10.0.0.8:8554", "rtsp://10.0.0.8:8554"),
        ("RTSP://Cam.Example/Live", "rtsp://cam.example/Live"),
        ("rtsp://[fe80::1]:554/a?b=c&d", "rtsp://[fe80::1]:554/a?b=c&d"),
        ("rtsp://user:p%40ss@host/…".replace("…", "a%20b"), "rtsp://user:p%40ss@host/a%20b"),
        ("rtsp://user:p@ss@host/live", "rtsp://user:p%40ss@host/live"),
        ("rtsp://user:@host/live", "rtsp://user:@host/live"),
        ("rtsp://user@host/live", "rtsp://user@host/live"),
        ("rtsp://us%3Aer:a:b@host/live", "rtsp://us%3Aer:a%3Ab@host/live"),
        ("rtsps://host:322/live", "rtsps://host:322/live"),
        ("http://host/axis-cgi/mjpg/video.cgi?fps=5", "http://host/axis-cgi/mjpg/video.cgi?fps=5"),
        ("rtsp://host/live#fragment", "rtsp://host/live"),
    ],
)
def test_an_address_becomes_well_formed(written: str, used: str) -> None:
    assert _url(written) == used


@pytest.mark.parametrize(
    "written",
    [
        "",
        "10.0.0.8/live",
        "ftp://host/live",
        "file:///etc/passwd",
        "concat:a|b",
        "rtsp:///live",
        "rtsp://host:0/live",
        "rtsp://host:99999/live",
        "rtsp://user:pa/ss@host/live",
        "rtsp://user:12#3@host/live",
        "rtsp://user:12?3@host/live",
        "rtsp://host/a b",
        "rtsp://host/a\r\nX: y",
        "rtsp://[::1/live",
    ],
)
def test_what_is_no_address_of_a_stream_is_refused_with_the_way_out(written: str) -> None:
    with pytest.raises(Unsupported) as caught:
        _url(written)
    assert caught.value.hint


@given(_WORDS, _WORDS)
def test_credentials_given_apart_arrive_unchanged(user: str, password: str) -> None:
    parts = urlsplit(_url("rtsp://10.0.0.8:554/live", user, password))
    assert (parts.hostname, parts.port, parts.path) == ("10.0.0.8", 554, "/live")
    assert unquote(parts.username or "") == user
    assert unquote(parts.password or "") == password


@given(st.text(max_size=200))
def test_no_text_whatever_leads_to_another_error(text: str) -> None:
    for address in (text, f"rtsp://{text}", f"rtsp://user:{text}@host/live"):
        try:
            spec = parse_address(address, user=None, password=None, transport="tcp")
        except Unsupported:
            continue
        assert urlsplit(spec.url).hostname


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=30))
def test_no_error_shows_the_password(password: str) -> None:
    for address in (f"rtsp://watch:{password}@host/live", f"ftp://watch:{password}@host:0/live"):
        shown = ""
        try:
            _url(address)
        except Unsupported as error:
            shown = str(error)
        assert password not in shown


def test_credentials_are_given_once() -> None:
    with pytest.raises(Unsupported, match="given twice"):
        _url("rtsp://user:word@host/live", user="user", password="word")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Field required"),
        ({"url": "rtsp://host/live", "password": "env:WORD"}, "`password` needs `user`"),
        ({"url": "rtsp://user:word@host/live", "user": "user"}, "given twice"),
        ({"url": "udp://host/live"}, "begins with rtsp://"),
        ({"url": "rtsps://host/live", "transport": "udp"}, "cannot be carried by UDP"),
        ({"url": "rtsp://host/live", "transport": "quic"}, "'tcp' or 'udp'"),
        ({"url": "rtsps://host/live", "tls_fingerprint": "ab:cd"}, "match pattern"),
        ({"url": "rtsps://host/live", "tls_fingerprint": "ab" * 32, "ca_file": "ca.pem"}, "not both"),
    ],
)
def test_mistakes_in_hub_toml_are_told(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RtspOptions.model_validate(options)
    assert message in "; ".join(error["msg"] for error in caught.value.errors())


def test_only_rtsp_gets_rtsp_options() -> None:
    rtsp = parse_address("rtsp://host/live", user=None, password=None, transport="udp")
    assert rtsp.options == {"rtsp_transport": "udp", "allowed_media_types": "video"}
    assert parse_address("http://host/mjpg", user=None, password=None, transport="tcp").options == {}
