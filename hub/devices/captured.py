"""Exchanges with a real device, written down so that a test can play them again. Pure.

Nothing of a site shall leave it by this: `redact_captured` takes out passwords, tokens, hardware addresses, serial
numbers, mail addresses and public IP addresses. The same thing becomes the same stand-in everywhere, so that what
belonged together still does.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import AddressValueError, IPv4Address
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from hub.errors import SiteError
from hub.secret import redact

LARGEST_BODY = 1024 * 1024
"""Bytes of one answer that are kept."""
_LARGEST_FILE = 64 * 1024 * 1024
_PICTURE = b"\xff\xd8\xff\xd9"
"""Stands for a picture: the shortest thing that begins and ends as a JPEG."""

_MAC = re.compile(r"(?i)(?<![0-9a-f:-])[0-9a-f]{2}(?P<gap>[:-])(?:[0-9a-f]{2}(?P=gap)){4}[0-9a-f]{2}(?![0-9a-f:-])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_SERIAL_NAMES = r"[\w.-]*serial[\w-]*|[\w.-]*\bSN|DeviceSN|deviceID|UDN|HardwareId|MachineName"
_PRIVATE_NAMES = r"[\w.-]*(?:password|passwd|pwd|secret|token|passphrase|psk|sharedkey|community|credential)[\w-]*"


def _named(names: str) -> re.Pattern[str]:
    """The value of a thing with such a name, in XML, in JSON, or as `name=value`."""
    return re.compile(
        rf'(?i)(?P<head><(?:[\w.-]+:)?(?:{names})(?:\s[^<>]{{0,500}})?>\s*|"(?:{names})"\s*:\s*"|\b(?:{names})=)'
        r'(?P<value>(?<=>)[^<\s][^<]{0,500}|(?<=")[^"]{1,500}|(?<==)[^\r\n&<"]{1,500})'
    )


_SERIAL, _SECRET = _named(_SERIAL_NAMES), _named(_PRIVATE_NAMES)


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One question and the answer."""

    method: str
    path: str
    operation: str = ""
    """Where one path serves many; see `hub.testing.devices`."""
    status: Annotated[int, Meta(ge=100, le=599)]
    media: str = ""
    body: str = ""
    encoding: Literal["text", "base64"] = "text"
    streamed: bool = False
    """It had not ended when the device was left."""

    def content(self) -> bytes:
        """The body as the device sent it. Raises `SiteError`."""
        if self.encoding == "text":
            return self.body.encode()
        try:
            return base64.b64decode(self.body, validate=True)
        except (binascii.Error, ValueError):
            raise SiteError(f"The body of {self.method} {self.path} is not base64.") from None


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """A file of exchanges."""

    format: Literal[1] = 1
    note: str = ""
    exchanges: list[Exchange]


def make_exchange(
    *, method: str, path: str, operation: str = "", status: int, media: str, content: bytes, streamed: bool = False
) -> Exchange:
    """An exchange, its body as text where it is text."""
    try:
        body, encoding = content.decode(), "text"
    except UnicodeDecodeError:
        body, encoding = base64.b64encode(content).decode(), "base64"
    return Exchange(
        method=method,
        path=path,
        operation=operation,
        status=status,
        media=media,
        body=body,
        encoding="text" if encoding == "text" else "base64",
        streamed=streamed,
    )


def parse_captured(data: bytes, file: str) -> Captured:
    """What a file holds. Raises `SiteError`, naming it."""
    if len(data) > _LARGEST_FILE:
        raise SiteError(f"{file} is larger than {_LARGEST_FILE} bytes.")
    try:
        return msgspec.json.decode(data, type=Captured)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SiteError(f"{file}: {error}.", hint="It is what `hub plugins capture` wrote.") from error


def format_captured(captured: Captured) -> bytes:
    """The file, with lines that people can compare."""
    return msgspec.json.format(msgspec.json.encode(captured), indent=2) + b"\n"


def redact_captured(captured: Captured, *, secrets: Sequence[str], pictures: bool = False) -> Captured:
    """The same exchanges without what is private. `secrets` are taken out in every form in which they travel;
    pictures and other binary answers are replaced unless `pictures`."""
    # One byte is one letter, so that no body is too odd to be searched.
    texts = [text for exchange in captured.exchanges for text in (exchange.path, exchange.content().decode("latin-1"))]
    private = _stand_ins(texts)
    forms = {form for secret in secrets for form in _forms(secret) if form}

    def clean(text: str) -> str:
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "***")
        text = _SECRET.sub(lambda found: f"{found['head']}***", redact(text))
        for original in sorted(private, key=len, reverse=True):
            text = text.replace(original, private[original])
        return text

    return Captured(
        note=clean(captured.note), exchanges=[_cleaned(each, clean, pictures) for each in captured.exchanges]
    )


def _cleaned(exchange: Exchange, clean: Callable[[str], str], pictures: bool) -> Exchange:
    content, kind = exchange.content(), exchange.media.partition(";")[0].strip().lower()
    if kind.startswith(("image/", "video/", "audio/")) or kind == "application/octet-stream":
        content = content if pictures else _PICTURE if kind.startswith("image/") else b""
    else:
        content = clean(content.decode("latin-1")).encode("latin-1", "replace")
    return make_exchange(
        method=exchange.method,
        path=clean(exchange.path),
        operation=exchange.operation,
        status=exchange.status,
        media=exchange.media,
        content=content,
        streamed=exchange.streamed,
    )


def _stand_ins(texts: Iterable[str]) -> dict[str, str]:
    """What is private in all the texts → what stands for it."""
    found: dict[str, str] = {}
    numbers: dict[str, int] = {}

    def number(kind: str, thing: str) -> int:
        return numbers.setdefault(f"{kind} {thing}", sum(key.startswith(f"{kind} ") for key in numbers) + 1)

    texts = list(texts)
    for text in texts:
        for mac in _MAC.finditer(text):
            plain = mac[0].replace(mac["gap"], "").lower()
            stand_in = f"02000000{number('mac', plain) % 65536:04x}"
            found[mac[0]] = _as(mac[0], mac["gap"].join(re.findall("..", stand_in)))
            found |= {plain: stand_in, plain.upper(): stand_in.upper()}
    for text in texts:
        for serial in _SERIAL.finditer(text):
            value = serial["value"].strip()
            if len(value) >= 4 and value not in found:
                found[value] = f"SERIAL-{number('serial', value):04}"
        for mail in _MAIL.findall(text):
            found.setdefault(mail, f"person-{number('mail', mail)}@example.com")
        for address in _IP.findall(text):
            if _is_public(address):
                found.setdefault(address, f"203.0.113.{number('ip', address) % 254 + 1}")
    return found


def _as(original: str, stand_in: str) -> str:
    return stand_in.upper() if original != original.lower() else stand_in


def _is_public(address: str) -> bool:
    try:
        return IPv4Address(address).is_global
    except AddressValueError:
        return False


def _forms(secret: str) -> set[str]:
    """How a secret may stand in a text that was read byte by byte."""
    plain = secret.encode().decode("latin-1")
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return {plain, escaped, quote(secret, safe=""), quote(secret), base64.b64encode(secret.encode()).decode()}
