"""What a device means by an answer: its `ResponseStatus` first, the HTTP status after it. Pure.

Theory: the status alone is no evidence. Errors come with HTTP 200, "not supported" comes with 403, 404, 400 and 500,
and 403 is not proof of missing rights. So a body that says what is the matter decides.
"""

import re

import msgspec

from hub.api import (
    AccountLocked,
    Answer,
    AuthRejected,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    NotActivated,
    ProtocolError,
    RebootRequired,
    Unsupported,
)
from hub_hikvision.parse_json import is_json, parse_json, whole_of
from hub_hikvision.tree import child_of, flag_of, name_of, number_of, parse_tree, text_of

_LARGEST_STATUS = 64 * 1024
_TELLS_STATUS = re.compile(rb"ResponseStatus|userCheck|\"statusCode\"", re.IGNORECASE)

_REBOOT_HINT = "Restart the device."
_FORBIDDEN_HINT = "Give the account on the device the right to it; the plugin's README.md lists them."
_NO_RIGHT = {"lowprivilege", "noprivilege", "nopermission", "notpermission", "insufficientprivilege"}
_NO_SIGN_IN = {"badauthorization", "unauthorized", "usernotexist", "passworderror"}
_NOT_ACTIVATED = {"notactivated", "deviceactivatenotcomplete"}
_LOCKED = {"userlocked", "iplocked", "lock", "locked", "usernamelocked"}


class Status(msgspec.Struct, frozen=True):
    """A `ResponseStatus`, or what other documents say instead."""

    code: int
    """1 done, 2 busy, 3 the device failed, 4 invalid operation, 5 and 6 wrong XML or values, 7 after a restart."""
    word: str
    """`statusString`."""
    reason: str
    """`subStatusCode`: the vendor's word for the cause."""


def parse_status(body: bytes) -> Status | None:
    """The status that a body tells, as XML or JSON; None where the body is something else."""
    if len(body) > _LARGEST_STATUS or not _TELLS_STATUS.search(body[:4096]):
        return None
    if is_json(body):
        return _parse_json(body)
    try:
        root = parse_tree(body)
    except ProtocolError:
        return None
    if name_of(root) == "userCheck":
        return _parse_user_check(
            text_of(root, "lockStatus"), flag_of(root, "isActivated"), number_of(root, "statusValue")
        )
    # Some firmware wraps the status of the one thing that was asked into a list.
    node = root if name_of(root) == "ResponseStatus" else child_of(root, "ResponseStatus")
    code = number_of(node, "statusCode")
    if code is None:
        return None
    return Status(code, text_of(node, "statusString")[:200], text_of(node, "subStatusCode")[:100])


def accept(answer: Answer, *, writing: bool = False) -> bytes:
    """The body of a good answer. Raises what the device meant otherwise."""
    told = parse_status(answer.body)
    if told is not None and told.code != 1:
        raise meant(told, writing=writing)
    if 200 <= answer.status < 300:
        return answer.body
    raise error_of(answer.status)


def meant(told: Status, *, writing: bool) -> DeviceError:
    """The error that a status stands for. `writing`: wrong values are ours; else it does not know the call."""
    reason = told.reason.lower()
    said = f"{told.word or 'no reason'}{f', {told.reason}' if told.reason else ''} (status {told.code})"
    if reason in _LOCKED:
        return AccountLocked(
            f"The device has locked the account: {said}.", hint="Wait until it opens again, then check the password."
        )
    if reason in _NOT_ACTIVATED:
        return NotActivated(
            "The device has no password yet.", hint="Activate it with its maker's tool, then try again."
        )
    if reason in _NO_SIGN_IN:
        return AuthRejected(f"The device refused the account: {said}.", hint="Check name and password.")
    if reason in _NO_RIGHT:
        return DeviceForbidden(f"The account may not do this: {said}.", hint=_FORBIDDEN_HINT)
    match told.code:
        case 2:
            return DeviceBusy(f"The device is busy: {said}.")
        case 3:
            return ProtocolError(f"The device failed by itself: {said}.", hint="It may help to restart it.")
        case 4:
            return Unsupported(f"The device does not do this: {said}.")
        case 5 | 6 if writing:
            return DeviceRejected(f"The device refused the values: {said}.")
        case 5 | 6:
            return Unsupported(f"The device does not know this call: {said}.")
        case 7:
            return RebootRequired("The device does it after a restart.", hint=_REBOOT_HINT)
        case _:
            return ProtocolError(f"The device answered with a status nobody knows: {said}.")


def error_of(status: int) -> DeviceError:
    """What an HTTP status means when the body does not say."""
    match status:
        case 401:
            return AuthRejected("The device refused the account.", hint="Check name and password.")
        case 403:
            return DeviceForbidden(
                "The device refuses this (HTTP 403): the account may not, or the device cannot.", hint=_FORBIDDEN_HINT
            )
        case 400 | 404 | 405 | 501:
            return Unsupported(f"The device does not know this call (HTTP {status}).")
        case 503:
            return DeviceBusy("The device is busy (HTTP 503).")
        case _:
            return ProtocolError(f"The device answered with HTTP {status}.")


def _parse_json(body: bytes) -> Status | None:
    try:
        told = parse_json(body, "The device's status")
    except ProtocolError:
        return None
    if isinstance(told, dict) and isinstance(told.get("ResponseStatus"), dict):
        told = told["ResponseStatus"]
    code = whole_of(told.get("statusCode")) if isinstance(told, dict) else None
    if code is None:
        return None
    return Status(code, _word(told.get("statusString"))[:200], _word(told.get("subStatusCode"))[:100])


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _parse_user_check(lock: str, activated: bool | None, value: int | None) -> Status | None:
    if activated is False:
        return Status(4, "not activated", "notActivated")
    if value == 401:
        return Status(4, "not signed in", "userLocked" if lock.lower() in _LOCKED else "unauthorized")
    return None
