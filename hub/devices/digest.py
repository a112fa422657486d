"""HTTP sign-in as RFC 7616 and 7617 have it: what a device asks for, and the answer to it. Pure.

httpx2's own digest takes the first challenge that comes and tries once more after any refusal. Devices lock accounts,
so here the strongest challenge is taken and `hub.devices.http_sign_in` decides about every single try.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

_MOST_HEADERS = 8
_LONGEST_HEADER = 4096
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_SCHEME = re.compile(r"\s*(?P<scheme>[A-Za-z][\w.+-]*)(?:\s+(?P<rest>[^\s=].*))?\s*", re.DOTALL)
_PARAMETER = re.compile(
    r'\s*(?P<name>[\w*-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s",]+))\s*', re.DOTALL
)
_STRENGTH = {"MD5": 1, "MD5-SESS": 1, "SHA-256": 2, "SHA-256-SESS": 2}


class Challenge(NamedTuple):
    """What a device asks for."""

    scheme: Literal["digest", "basic"]
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str = ""
    """As the device writes it; empty: it wrote none, which means MD5."""
    qop: bool = False
    """Whether the device knows `qop=auth`; the form before it (RFC 2069) has neither count nor nonce of ours."""
    stale: bool = False
    """The name and password were right, only the nonce was too old."""


def parse_challenges(headers: Sequence[str]) -> list[Challenge]:
    """What can be answered of the `WWW-Authenticate` headers of one answer, the strongest first. Never raises."""
    found: list[Challenge] = []
    for header in headers[:_MOST_HEADERS]:
        for scheme, values in _split(header[:_LONGEST_HEADER]):
            challenge = _challenge(scheme, values)
            if challenge is not None:
                found.append(challenge)
    return sorted(found, key=_strength, reverse=True)


def sign_basic(user: str, password: str) -> bytes:
    """The `Authorization` header of Basic: the password, readable by whoever reads along."""
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())


def sign_digest(
    challenge: Challenge, *, user: str, password: str, method: str, target: str, count: int, cnonce: str
) -> bytes:
    """The `Authorization` header of digest. `count`: how often this nonce was used, from 1."""
    algorithm = challenge.algorithm.upper() or "MD5"

    def digest(*parts: str) -> str:
        name = "sha256" if algorithm.startswith("SHA-256") else "md5"
        return hashlib.new(name, ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    secret = digest(user, challenge.realm, password)
    if algorithm.endswith("-SESS"):
        secret = digest(secret, challenge.nonce, cnonce)
    asked = digest(method, target)
    fields = [
        ("username", _quoted(user)),
        ("realm", _quoted(challenge.realm)),
        ("nonce", _quoted(challenge.nonce)),
        ("uri", _quoted(target)),
    ]
    if challenge.algorithm:
        fields.append(("algorithm", challenge.algorithm))
    if challenge.qop:
        response = digest(secret, challenge.nonce, f"{count:08x}", cnonce, "auth", asked)
        fields += [("qop", "auth"), ("nc", f"{count:08x}"), ("cnonce", _quoted(cnonce))]
    else:
        response = digest(secret, challenge.nonce, asked)
        if algorithm.endswith("-SESS"):
            fields.append(("cnonce", _quoted(cnonce)))
    fields.append(("response", _quoted(response)))
    if challenge.opaque is not None:
        fields.append(("opaque", _quoted(challenge.opaque)))
    return b"Digest " + ", ".join(f"{name}={value}" for name, value in fields).encode()


def _split(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The schemes of one header, each with its parameters: one header may hold several, with commas in both places."""
    scheme, values = "", dict[str, str]()
    for part in _PART.findall(header):
        parameter = _PARAMETER.fullmatch(part)
        if parameter is None:
            begins = _SCHEME.fullmatch(part)
            if begins is None:
                continue
            if scheme:
                yield scheme, values
            scheme, values = begins["scheme"].lower(), {}
            parameter = _PARAMETER.fullmatch(begins["rest"] or "")
        if parameter is not None:
            bare = parameter["bare"]
            values[parameter["name"].lower()] = (
                bare if bare is not None else re.sub(r"\\(.)", r"\1", parameter["quoted"])
            )
    if scheme:
        yield scheme, values


def _challenge(scheme: str, values: dict[str, str]) -> Challenge | None:
    if scheme == "basic":
        return Challenge("basic", values.get("realm", ""))
    if scheme != "digest" or not values.get("nonce") or values.get("algorithm", "MD5").upper() not in _STRENGTH:
        return None
    kinds = {kind.strip().lower() for kind in values.get("qop", "").split(",")} - {""}
    if kinds and "auth" not in kinds:
        return None
    return Challenge(
        "digest",
        realm=values.get("realm", ""),
        nonce=values["nonce"],
        opaque=values.get("opaque"),
        algorithm=values.get("algorithm", ""),
        qop=bool(kinds),
        stale=values.get("stale", "").lower() == "true",
    )


def _strength(challenge: Challenge) -> int:
    return 0 if challenge.scheme == "basic" else _STRENGTH[challenge.algorithm.upper() or "MD5"]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
