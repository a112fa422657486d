"""Challenges are read however they are written, the strongest is answered, and the answer is the right one."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.devices.digest import Challenge, parse_challenges, sign_basic, sign_digest

_KINDS = ("MD5", "SHA-256", "MD5-sess", "SHA-256-sess")


def test_the_example_of_the_rfc_is_answered_as_it_says() -> None:
    """RFC 7616, 3.9.1."""
    (challenge,) = parse_challenges(
        [
            'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
            'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
            'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
        ]
    )
    signed = sign_digest(
        challenge,
        user="Mufasa",
        password="Circle of Life",
        method="GET",
        target="/dir/index.html",
        count=1,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    ).decode()
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in signed
    assert "nc=00000001, " in signed
    assert "qop=auth, " in signed
    assert signed.endswith('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')


@pytest.mark.parametrize(
    "headers",
    [
        [
            'Basic realm="a, b"',
            'Digest realm="x", nonce="n1", algorithm=MD5',
            'Digest realm="x", nonce="n2", algorithm=SHA-256',
        ],
        [
            'Basic realm="a, Digest nonce=", Digest realm="x", nonce="n1", '
            'Digest nonce="n2",algorithm="sha-256", realm="x"'
        ],
        ['Negotiate, DIGEST  nonce = "n2" , realm="x",algorithm = SHA-256,qop="auth", Basic realm=""'],
    ],
)
def test_of_several_challenges_the_strongest_is_first(headers: list[str]) -> None:
    found = parse_challenges(headers)
    assert (found[0].nonce, found[0].realm) == ("n2", "x")
    assert found[-1].scheme == "basic"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Negotiate",
        'Bearer realm="x"',
        'Digest realm="x"',
        'Digest nonce="", realm="x"',
        'Digest nonce="n", algorithm=SHA-512-256',
        'Digest nonce="n", qop="auth-int"',
        "Digest",
    ],
)
def test_what_cannot_be_answered_is_no_challenge(header: str) -> None:
    assert parse_challenges([header]) == []


def test_quotes_in_names_stay_inside_them() -> None:
    (challenge,) = parse_challenges([r'Digest realm="say \"x\"", nonce="n", stale=TRUE'])
    assert challenge == Challenge("digest", realm='say "x"', nonce="n", stale=True)
    signed = sign_digest(challenge, user='a"b\\', password="c", method="GET", target="/", count=1, cnonce="d")
    assert rb'username="a\"b\\", realm="say \"x\"", nonce="n"' in signed
    assert b"algorithm" not in signed
    assert sign_basic("hub", "ü:x") == b"Basic aHViOsO8Ong="


@given(
    kind=st.sampled_from(_KINDS), qop=st.booleans(), words=st.tuples(st.text(), st.text()), count=st.integers(1, 9999)
)
def test_a_server_that_follows_the_rfc_accepts_every_answer(
    kind: str, qop: bool, words: tuple[str, str], count: int
) -> None:
    user, password = (word.encode(errors="ignore").decode() for word in words)
    challenge = Challenge("digest", realm="r", nonce="n", algorithm=kind, qop=qop)
    signed = sign_digest(challenge, user=user, password=password, method="GET", target="/?a", count=count, cnonce="c")
    hash_: Any = hashlib.sha256 if kind.startswith("SHA") else hashlib.md5
    one = hash_(f"{user}:r:{password}".encode()).hexdigest()
    if kind.endswith("sess"):
        one = hash_(f"{one}:n:c".encode()).hexdigest()
    two = hash_(b"GET:/?a").hexdigest()
    middle = f"{count:08x}:c:auth:" if qop else ""
    assert f'response="{hash_(f"{one}:n:{middle}{two}".encode()).hexdigest()}"'.encode() in signed


@given(st.lists(st.text(alphabet=st.sampled_from('Digest basic,="\\ nonce;\x00é')), max_size=12))
def test_no_header_breaks_the_reading(headers: list[str]) -> None:
    for challenge in parse_challenges(headers):
        assert challenge.scheme == "basic" or challenge.nonce
