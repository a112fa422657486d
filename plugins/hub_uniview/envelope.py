"""The envelope of LAPI: every answer says what became of the request, and holds what was asked for. Pure."""

import re
from typing import Any

import msgspec

from hub.api import (
    AuthRejected,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    ProtocolError,
    Unsupported,
    redact,
)

LARGEST = 4 * 1024 * 1024
_DEEPEST = 40

Data = dict[str, Any]
"""An object of a device's JSON; nothing of it is checked."""

_FIXED = (200, 201, 204, 599)
"""Statuses of good answers; some firmware says 599 to all of them."""


def parse_answer(status: int, body: bytes, *, writing: bool = False) -> Data:
    """What is inside a good answer; empty where it holds nothing. Raises what the device meant otherwise.

    >>> parse_answer(200, b'{"Response": {"ResponseCode": 0, "Data": {"Nums": 1}}}')
    {'Nums': 1}
    """
    told = _decoded(body)
    response = told.get("Response") if told is not None else None
    if isinstance(response, dict):
        code = response.get("ResponseCode")
        if code not in (0, None, "0"):
            raise _meant(code, response.get("ResponseString"), writing=writing)
        if status in _FIXED:
            return _data(response.get("Data"))
    if status not in _FIXED:
        raise error_of(status)
    if told is None:
        if writing and not body.strip():
            return {}
        raise ProtocolError(f"The device answered with something that is no JSON: {redact(repr(body[:60]))}.")
    if response is not None or not told:
        raise ProtocolError("The device answered without saying what became of the request.")
    # Some firmware leaves the envelope out.
    return told


def error_of(status: int) -> DeviceError:
    """What an HTTP status means when the body does not say."""
    match status:
        case 401:
            return AuthRejected("The device refused the account.", hint="Check name and password.")
        case 403:
            return DeviceForbidden("The device refuses this (HTTP 403).", hint="Give the account the right to it.")
        case 400 | 404 | 405 | 501:
            return Unsupported(f"The device does not know this call (HTTP {status}).")
        case 503:
            return DeviceBusy("The device is busy (HTTP 503).")
        case _:
            return ProtocolError(f"The device answered with HTTP {status}.")


def listed(data: Data, name: str, most: int) -> list[Data]:
    """The objects of a list. Raises `ProtocolError` when it is no list, or longer than `most`."""
    found = data.get(name)
    if found is None:
        # An empty list is left out, and its length says so.
        if data.get("Nums") == 0 or data.get(name.removesuffix("List") + "Num") == 0:
            return []
        raise ProtocolError(f"The device's answer has no {name}.")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ProtocolError(f"The device's {name} is no list.")
    if len(found) > most:
        raise ProtocolError(f"The device's {name} is longer than {most}.")
    return found


def text_of(data: Data, *names: str) -> str:
    """The first that is a text or a number, in one line; empty where there is none."""
    for name in names:
        value = data.get(name)
        if (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and (text := " ".join(str(value)[:400].split()))
        ):
            return text[:200]
    return ""


def number_of(data: Data, *names: str) -> int | None:
    """The first whole number; None where there is none. Some firmware writes it as text."""
    for name in names:
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
            return value
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
            return int(value)
    return None


def fraction_of(data: Data, name: str) -> float | None:
    """A number; None where there is none."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return float(value)


def _decoded(body: bytes) -> Data | None:
    if len(body) > LARGEST:
        raise ProtocolError(f"The device's answer is larger than {LARGEST} bytes.")
    try:
        told = msgspec.json.decode(_text(body))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and _depth_is_good(told) else None


def _text(body: bytes) -> str:
    """Text in UTF-8, or else in GB 18030, as Chinese firmware writes names. Raises `ValueError`."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def _depth_is_good(told: object) -> bool:
    level: list[object] = [told]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        ]
        if not level:
            return True
    return False


def _data(inner: object) -> Data:
    if inner in (None, "null", ""):
        return {}
    if not isinstance(inner, dict):
        raise ProtocolError("The device's answer holds something that is no object.")
    return inner


def _meant(code: object, word: object, *, writing: bool) -> DeviceError:
    said = redact(f"{word if isinstance(word, str) else 'no reason'}"[:200]) + f" (code {code!r})"[:40]
    lowered = said.lower()
    if re.search(r"not\s*support|unsupport|unknown\s*url|not\s*implement", lowered):
        return Unsupported(f"The device does not do this: {said}.")
    if re.search(r"not\s*auth|unauth|password", lowered):
        return AuthRejected(f"The device refused the account: {said}.", hint="Check name and password.")
    if re.search(r"permission|forbid|no\s*right", lowered):
        return DeviceForbidden(f"The account may not do this: {said}.", hint="Give the account the right to it.")
    if re.search(r"busy", lowered):
        return DeviceBusy(f"The device is busy: {said}.")
    if re.search(r"invalid|illegal|argument|param", lowered):
        refused = f"The device refused the values: {said}."
        return DeviceRejected(refused) if writing else Unsupported(refused)
    return ProtocolError(f"The device says that it failed: {said}.")
