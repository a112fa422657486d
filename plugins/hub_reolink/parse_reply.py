"""One command's answer: JSON in an envelope, with errors by number. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from hub.api import (
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    ProtocolError,
    Unsupported,
)

LARGEST_REPLY = 1024 * 1024
LOGIN_WANTED = (-6, -10)
"""The token is unknown or has run out."""
LOGIN_REFUSED = -7
_BUSY = (-2, -5, -8, -14, -15, -16, -17)
_REJECTED = (-1, -3, -4, -13)
_ABSENT = (-9, -12)
_FORBIDDEN = (-26, -27)


class LoginWanted(Exception):
    """The device wants a new sign-in before it answers."""


class LoginRefused(Exception):
    """The device does not take the name or the password. The text says whether the account is locked."""


def parse_reply(body: bytes, command: str) -> Mapping[str, Any]:
    """The `value` of the answer to one command.

    Raises `LoginWanted` and `LoginRefused` for the caller to act on, else `DeviceError`s.

    >>> parse_reply(b'[{"cmd": "GetTime", "code": 0, "value": {"a": 1}}]', "GetTime")
    {'a': 1}
    """
    reply = _envelope(body, command)
    error = reply.get("error")
    if isinstance(error, dict):
        _refuse(error, command)
    if reply.get("code") != 0:
        raise ProtocolError(f"The device refused {command} without saying why.")
    value = reply.get("value")
    if not isinstance(value, dict):
        raise ProtocolError(f"The device's answer to {command} holds no value.")
    return value


def tells_lock(detail: str) -> bool:
    """Whether a refusal is about a locked account; a clock that is not set is none.

    >>> tells_lock("account is locked"), tells_lock("set clock failed")
    (True, False)
    """
    return re.search(r"\block(?:ed|out)?\b", detail, re.IGNORECASE) is not None


def part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A group of values. Raises `ProtocolError` where it is not there."""
    found = value.get(name)
    if not isinstance(found, dict):
        raise ProtocolError(f"The device's answer has no {name}.")
    return found


def listed(value: Mapping[str, Any], name: str, most: int = 4096) -> list[Mapping[str, Any]]:
    """A list of groups, at most `most`. Raises `ProtocolError` where it is not there."""
    found = value.get(name)
    if not isinstance(found, list):
        raise ProtocolError(f"The device's answer has no list of {name}.")
    return [one for one in found[:most] if isinstance(one, dict)]


def word(value: Mapping[str, Any], name: str) -> str:
    """A text without control characters; empty where there is none."""
    found = value.get(name)
    return "".join(sign for sign in found if sign.isprintable()).strip()[:200] if isinstance(found, str) else ""


def whole(value: Mapping[str, Any], name: str) -> int | None:
    """A whole number of a sensible size; None for anything else."""
    found = value.get(name)
    return found if type(found) is int and abs(found) < 1 << 40 else None


def _envelope(body: bytes, command: str) -> Mapping[str, Any]:
    if len(body) > LARGEST_REPLY:
        raise ProtocolError(f"The device's answer to {command} is too large.")
    try:
        said = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise ProtocolError(
            f"The device did not answer {command} with JSON.", hint="Is this a Reolink device, with its HTTP API on?"
        ) from None
    first = said[0] if isinstance(said, list) and said else said
    if not isinstance(first, dict):
        raise ProtocolError(f"The device's answer to {command} is not in its usual form.")
    return first


def _refuse(error: Mapping[str, Any], command: str) -> None:
    number, detail = whole(error, "rspCode"), word(error, "detail")
    if number in LOGIN_WANTED:
        raise LoginWanted
    if number == LOGIN_REFUSED or tells_lock(detail):
        raise LoginRefused(detail)
    kind: type[DeviceError] = ProtocolError
    for numbers, known in (
        (_BUSY, DeviceBusy),
        (_REJECTED, DeviceRejected),
        (_ABSENT, Unsupported),
        (_FORBIDDEN, DeviceForbidden),
    ):
        if number in numbers:
            kind = known
    raise kind(f"The device refused {command} ({number}).")
