"""The device's way of answering: lines of `key=value`, or an error in words. Pure.

Theory: one form serves nearly every question (`table.NTP.Port=123`, `list.info[0].State=Success`, `result=…`), so
everything else in this plugin works on a `Table`. A status of 200 proves nothing: errors come with it too.
"""

import re
from collections.abc import Mapping

from hub.api import (
    AccountLocked,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    ProtocolError,
    Unsupported,
)

Table = Mapping[str, str]
"""Key → value, as the device writes them, without spaces around."""

LARGEST_TABLE = 4 * 1024 * 1024
"""Bytes; the recording schedule of a recorder with 128 channels has 375 KB."""
_MOST_LINES = 100_000
_LONGEST_VALUE = 64 * 1024
_KEY = re.compile(r"[A-Za-z0-9_][^\x00-\x1f\x7f<>\"'&;?\\]{0,299}")
_ERROR = re.compile(r"\s*error\b(?!\s*=)", re.IGNORECASE)
_ERROR_IN_JSON = re.compile(rb'\{\s*(?:"result"\s*:\s*false\s*,\s*)?"error"\s*:\s*[{"]')
_LINE_ENDS = re.compile(rb"\r\n?|\n")
_BOM = b"\xef\xbb\xbf"
_LOCKED = re.compile(r"\b(?:b?lock)", re.IGNORECASE)
_AUTHORITY = re.compile(r"authority|permission", re.IGNORECASE)
_NOTHING = re.compile(r"no events?\b|no such file|no file", re.IGNORECASE)
_ABSENT = (400, 404, 405, 410, 501)


def parse_table(body: bytes) -> dict[str, str]:
    """The lines of an answer. Raises `ProtocolError` for anything that is not such lines, and for none at all.

    >>> parse_table(b"table.NTP.Port=123\\r\\ntable.NTP.Enable=true\\r\\n")
    {'table.NTP.Port': '123', 'table.NTP.Enable': 'true'}
    """
    if len(body) > LARGEST_TABLE:
        raise ProtocolError(f"The device's answer has {len(body)} bytes; at most {LARGEST_TABLE} were expected.")
    # Line by line: a recorder gives the names of its cameras on as each of them writes its own.
    lines = _LINE_ENDS.split(body.removeprefix(_BOM))
    if len(lines) > _MOST_LINES:
        raise ProtocolError(f"The device's answer has more than {_MOST_LINES} lines.")
    table: dict[str, str] = {}
    for written in lines:
        line = text_of(written).strip(" \t\0")
        if not line or line == "OK":
            continue
        key, equals, value = line.partition("=")
        key = key.replace(". ", ".").strip()
        if not equals or not _KEY.fullmatch(key) or len(value) > _LONGEST_VALUE:
            raise ProtocolError(
                "The device did not answer with lines of `key=value`.",
                hint="Is this a Dahua device, and is the port that of its web page?",
            )
        table.setdefault(key, value.strip())
    if not table:
        raise ProtocolError("The device's answer is empty.")
    return table


def text_of(body: bytes) -> str:
    """What the bytes say; old Chinese firmware writes names in GB 18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.removeprefix(_BOM).decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", "replace")


def is_error(body: bytes) -> bool:
    """Whether an answer is an error in words, whatever its status.

    >>> is_error(b"Error\\r\\nBad Request!\\r\\n")
    True
    """
    head = body[:400].removeprefix(_BOM).lstrip()
    return bool(_ERROR.match(text_of(head)) or _ERROR_IN_JSON.match(head))


def is_authority(status: int, body: bytes) -> bool:
    """Whether the device doubts the signature or the right: some answer so when its challenge has become stale."""
    said = text_of(body[:400])
    return (status == 403 or is_error(body)) and bool(_AUTHORITY.search(said)) and not _LOCKED.search(said)


def says_nothing_found(body: bytes) -> bool:
    """Whether the "error" only says that there is nothing: `Error: No Events`."""
    return is_error(body) and bool(_NOTHING.search(text_of(body[:400])))


def parse_refusal(status: int, body: bytes, what: str) -> DeviceError | None:
    """What is wrong with an answer to the question `what`; None when it is one.

    >>> type(parse_refusal(400, b"Error\\r\\nBad Request!", "the disks")).__name__
    'Unsupported'
    """
    said = text_of(body[:400])
    if status == 200 and not is_error(body):
        return None
    if _LOCKED.search(said) and (status in (401, 403, 423) or is_error(body)):
        return AccountLocked(
            "The device has locked the account after failed attempts.",
            hint="Wait as long as its settings say (usually 5 to 30 minutes), then correct the password.",
        )
    if status == 403 or (is_error(body) and _AUTHORITY.search(said)):
        return DeviceForbidden(
            f"The device does not let this account ask for {what}, or does not know the question.",
            hint="README.md of hub_dahua says which rights the account needs.",
        )
    if status in (429, 503):
        return DeviceBusy(f"The device is busy ({status}) and does not tell {what} now.")
    if 300 <= status < 400:
        return ProtocolError(
            "The device sends us to another address, which is not followed.",
            hint="It probably wants HTTPS: set `tls = true` and the certificate's fingerprint.",
        )
    if status in _ABSENT or (status == 200 and is_error(body)):
        return Unsupported(f"The device does not tell {what}.")
    return ProtocolError(f"The device answered {status} when it was asked for {what}.")


def is_done(body: bytes) -> bool:
    """Whether an order was carried out: the device says `OK`."""
    return text_of(body[:100]).strip().upper() == "OK"


def rows(table: Table, prefix: str) -> dict[int, dict[str, str]]:
    """What belongs together by number: of `users[0].Name=admin`, with prefix `users`, `{0: {"Name": "admin"}}`.

    >>> rows({"users[1].Name": "eve", "users[0].Name": "adam", "found": "2"}, "users")
    {0: {'Name': 'adam'}, 1: {'Name': 'eve'}}
    """
    pattern = re.compile(re.escape(prefix) + r"\[(\d{1,5})\](?:\.(.+))?")
    found: dict[int, dict[str, str]] = {}
    for key, value in table.items():
        if match := pattern.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2] or ""] = value
    return dict(sorted(found.items()))


def flag(value: str | None) -> bool | None:
    """`true`/`false`, `1`/`0`; None for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get((value or "").strip().lower())


def number(value: str | None) -> float | None:
    """A finite number; None for anything else.

    >>> number("495636709376.000000"), number("nan"), number(None)
    (495636709376.0, None, None)
    """
    if value is None or not re.fullmatch(r"[+-]?\d{1,20}(?:\.\d{1,20})?", value.strip()):
        return None
    return float(value)


def whole(value: str | None) -> int | None:
    """A whole number; None for anything else."""
    return int(value) if value is not None and re.fullmatch(r"[+-]?\d{1,18}", value.strip()) else None
