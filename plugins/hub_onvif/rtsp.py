"""RTSP as text: requests, answers, what is between them, and signing in by digest (RFC 2326, RFC 7616). Pure."""

import hashlib
import re
import struct
from collections.abc import Mapping, Sequence

import msgspec

from hub.api import (
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    ProtocolError,
    Unsupported,
)

LARGEST_HEAD = 16 * 1024
LARGEST_BODY = 256 * 1024
_MOST_HEADERS = 100
_FRAME = struct.Struct(">BBH")
_STATUS_LINE = re.compile(r"RTSP/\d\.\d (\d{3})(?: .*)?")
_REQUEST_LINE = re.compile(r"([A-Z_]{3,20}) \S+ RTSP/\d\.\d")
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))')
_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256"}


class Frame(msgspec.Struct, frozen=True):
    """A binary piece between the messages: an RTP or RTCP packet."""

    channel: int
    data: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the device, or, with `method`, a request of its own."""

    status: int = 0
    method: str = ""
    headers: Mapping[str, tuple[str, ...]]
    """Names in small letters."""
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first of that name; empty where there is none."""
        return self.headers.get(name, ("",))[0]


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What the device wants signed."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str
    """As the device writes it; empty where it does not."""
    qop: bool
    stale: bool


def build_request(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    """The bytes of a request. Raises `ProtocolError` where a value, which may be the device's own, would break it."""
    for value in (url, *headers.values()):
        if any(letter < " " or letter == "\x7f" for letter in value):
            raise ProtocolError("A word with control characters cannot be sent to the device.")
    lines = (f"{method} {url} RTSP/1.0", *(f"{name}: {value}" for name, value in headers.items()))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def take_item(buffer: bytearray) -> Frame | Message | None:
    """The next whole piece of what has come, taken out of `buffer`; None while it is not whole.

    Raises `ProtocolError` for anything else: after a byte that belongs to nothing, no length can be trusted.
    """
    while buffer.startswith((b"\r", b"\n")):  # some devices end a body with an empty line
        del buffer[:1]
    if not buffer:
        return None
    if buffer[0] == 0x24:
        if len(buffer) < _FRAME.size:
            return None
        _, channel, length = _FRAME.unpack_from(buffer)
        end = _FRAME.size + length
        if len(buffer) < end:
            return None
        data = bytes(buffer[_FRAME.size : end])
        del buffer[:end]
        return Frame(channel, data)
    return _take_message(buffer)


def _take_message(buffer: bytearray) -> Message | None:
    if not (buffer[:1].isalpha() and buffer[:1].isupper()):
        raise ProtocolError("The device sent something between the footage that is neither footage nor an answer.")
    end = buffer.find(b"\r\n\r\n", 0, LARGEST_HEAD)
    if end < 0:
        if len(buffer) >= LARGEST_HEAD:
            raise ProtocolError("The device sent something between the footage that is neither footage nor an answer.")
        return None
    lines = buffer[:end].decode("utf-8", "replace").split("\r\n")
    status, request = _STATUS_LINE.fullmatch(lines[0]), _REQUEST_LINE.fullmatch(lines[0])
    if (status is None and request is None) or len(lines) > _MOST_HEADERS:
        raise ProtocolError("The device's answer is no RTSP.", hint="Is this the port of its streams?")
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        key = name.strip().lower()
        headers[key] = (*headers.get(key, ()), value.strip())
    told = headers.get("content-length", ("0",))[0]
    if not re.fullmatch(r"[0-9]{1,9}", told) or int(told) > LARGEST_BODY:
        raise ProtocolError("The device announces an answer that is too large.")
    whole = end + 4 + int(told)
    if len(buffer) < whole:
        return None
    body = bytes(buffer[end + 4 : whole])
    del buffer[:whole]
    if status is not None:
        return Message(status=int(status[1]), headers=headers, body=body)
    assert request is not None
    return Message(method=request[1], headers=headers, body=body)


_BY_STATUS: Mapping[int, tuple[type[DeviceError], str]] = {
    403: (DeviceForbidden, "does not let this account replay recordings"),
    404: (DeviceRejected, "does not know this recording any more"),
    405: (Unsupported, "does not know this way of replaying recordings"),
    453: (DeviceBusy, "has no bandwidth left for another replay"),
    457: (DeviceRejected, "has no footage of the time that was asked for"),
    461: (Unsupported, "does not send footage over its own connection"),
    501: (Unsupported, "does not know this way of replaying recordings"),
    503: (DeviceBusy, "is busy with other replays"),
    551: (Unsupported, "does not know ONVIF replay"),
}


def refusal_of(status: int, method: str) -> DeviceError | None:
    """The error for an answer that refuses; None for one that does not."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return ProtocolError(
            f"The device sends the replay elsewhere (RTSP status {status} to {method}), which is not followed."
        )
    kind, words = _BY_STATUS.get(status, (DeviceRejected if status < 500 else ProtocolError, "refused the replay"))
    return kind(f"The device {words} (RTSP status {status} to {method}).")


def parse_challenge(headers: Sequence[str]) -> Challenge | None:
    """The strongest digest challenge that can be answered; None where there is none (Basic would send the password)."""
    found: list[Challenge] = []
    for header in headers[:8]:
        scheme, _, rest = header[:4096].strip().partition(" ")
        if scheme.lower() != "digest":
            continue
        told = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        kinds = {kind.strip().lower() for kind in told.get("qop", "").split(",")} - {""}
        known = (told.get("algorithm", "") or "MD5").upper() in _ALGORITHMS
        if told.get("nonce") and known and (not kinds or "auth" in kinds):
            found.append(
                Challenge(
                    realm=told.get("realm", ""),
                    nonce=told["nonce"],
                    opaque=told.get("opaque"),
                    algorithm=told.get("algorithm", ""),
                    qop=bool(kinds),
                    stale=told.get("stale", "").lower() == "true",
                )
            )
    return max(found, key=lambda each: each.algorithm.upper() == "SHA-256", default=None)


def sign(challenge: Challenge, *, user: str, password: str, method: str, url: str, count: int, cnonce: str) -> str:
    """The value of the `Authorization` header. `count`: how often this nonce was used, from 1."""
    name = _ALGORITHMS[(challenge.algorithm or "MD5").upper()]

    def digest(*parts: str) -> str:
        return hashlib.new(name, ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    # Realm and nonce go back as they came: what was escaped in them stays so.
    secret, asked = digest(user, challenge.realm, password), digest(method, url)
    fields = [f'username="{_escaped(user)}"', f'realm="{challenge.realm}"', f'nonce="{challenge.nonce}"']
    fields.append(f'uri="{url}"')
    if challenge.qop:
        response = digest(secret, challenge.nonce, f"{count:08x}", cnonce, "auth", asked)
        fields += ["qop=auth", f"nc={count:08x}", f'cnonce="{cnonce}"']
    else:
        response = digest(secret, challenge.nonce, asked)
    fields.append(f'response="{response}"')
    if challenge.algorithm:
        fields.append(f"algorithm={challenge.algorithm}")
    if challenge.opaque is not None:
        fields.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(fields)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
