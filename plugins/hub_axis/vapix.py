"""The ways in which VAPIX is asked, over the access that the hub gives.

An Axis device answers 401 to a wrong password and to a right that an account lacks, alike; after a 401 the hub asks
nothing more. So before a call that needs more than a viewer's rights the account's groups are asked for, which every
account may, and the call is refused here where it could only be refused there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import msgspec

from hub.api import (
    Answer,
    DeviceAccess,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    Flow,
    ProtocolError,
    Unsupported,
)
from hub_axis.parse_json import holds_refusal, parse_reply
from hub_axis.parse_text import decode, parse_groups, parse_parameters

Data = TypeVar("Data")
Level = Literal["viewer", "operator", "admin"]

_GROUPS_LAST = timedelta(minutes=10)
_TEXT_LIMIT = 4 * 1024 * 1024
_JSON_LIMIT = 1024 * 1024
_ABOVE: dict[Level, tuple[str, ...]] = {
    "viewer": ("viewer", "operator", "admin"),
    "operator": ("operator", "admin"),
    "admin": ("admin",),
}
_WORDS: dict[Level, str] = {"viewer": "a viewer", "operator": "an operator", "admin": "an administrator"}


class Vapix:
    """One device. Used by the threads that the hub calls its session from."""

    def __init__(self, access: DeviceAccess) -> None:
        self.access = access
        self._groups: tuple[datetime, frozenset[str] | None] | None = None

    def groups(self) -> frozenset[str] | None:
        """The account's groups (`admin`, `operator`, `viewer`, `ptz`); None where the device does not tell."""
        now = self.access.now()
        if self._groups is None or now - self._groups[0] > _GROUPS_LAST:
            try:
                found: frozenset[str] | None = parse_groups(self.text("/axis-cgi/usergroup.cgi"))
            except (Unsupported, ProtocolError, DeviceForbidden, DeviceRejected):
                found = None
            self._groups = now, found
        return self._groups[1]

    def may(self, level: Level) -> bool | None:
        """Whether the account has these rights; None: not known."""
        groups = self.groups()
        return None if groups is None else not groups.isdisjoint(_ABOVE[level])

    def need(self, level: Level) -> None:
        """Raises `DeviceForbidden` where the account is known to have fewer rights."""
        if self.may(level) is False:
            raise DeviceForbidden(
                f"The account is not {_WORDS[level]} of the device.", hint="Give it that role on the device's own page."
            )

    def text(self, path: str, *, form: Mapping[str, str] | None = None) -> str:
        """A plain text answer, decoded. With `form` it is posted, which keeps values out of the device's logs."""
        if form is None:
            answer = self.access.request("GET", path, limit=_TEXT_LIMIT)
        else:
            body = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in form.items())
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = self.access.request("POST", path, body=body.encode(), headers=headers, limit=_TEXT_LIMIT)
        return decode(check(answer, path).body)

    def parameters(self, groups: str = "") -> dict[str, str]:
        """Parameters, all of them or those of some groups (`root.Brand,root.Properties`)."""
        suffix = f"&group={groups}" if groups else ""
        return parse_parameters(self.text(f"/axis-cgi/param.cgi?action=list{suffix}"))

    def call(self, path: str, method: str, of: type[Data], params: Mapping[str, Any] | None = None) -> Data:
        """One call of a JSON API; version 1.0 is understood by every later one."""
        asked: dict[str, Any] = {"apiVersion": "1.0", "context": "watchroom", "method": method}
        if params is not None:
            asked["params"] = params
        answer = self.access.request(
            "POST",
            path,
            body=msgspec.json.encode(asked),
            headers={"content-type": "application/json"},
            limit=_JSON_LIMIT,
        )
        # Some say what is wrong with HTTP 400 or 500 around it.
        if answer.status >= 400 and holds_refusal(answer.body):
            return parse_reply(answer.body, of)
        return parse_reply(check(answer, path).body, of)

    def rest(self, method: str, path: str, of: type[Data], data: object = None) -> Data:
        """One call of the interfaces that AXIS OS 12 and later have besides; `data` is what is set."""
        body = b"" if data is None else msgspec.json.encode({"data": data})
        headers = {"content-type": "application/json"}
        answer = self.access.request(method, path, body=body, headers=headers, limit=_JSON_LIMIT)
        return parse_reply(check(answer, path).body, of)

    def xml(self, path: str) -> bytes:
        """An XML answer, as it came."""
        return check(self.access.request("GET", path, limit=_TEXT_LIMIT), path).body

    @contextmanager
    def stream(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] = {}) -> Iterator[Flow]:
        """An answer that comes piece by piece; its status is for the caller to look at."""
        with self.access.stream(method, path, body=body, headers=headers, idle_s=60.0) as flow:
            yield flow


def check(answer: Answer, path: str) -> Answer:
    """The answer, when its status is a good one. Raises what another one means."""
    error = refusal_of(answer.status, path)
    if error is not None:
        raise error
    return answer


def refusal_of(status: int, path: str) -> DeviceError | None:
    """What an HTTP status means; None for a good one. (401 never comes here.)"""
    what = path.partition("?")[0]
    if 200 <= status < 300:
        return None
    if status == 403:
        return DeviceForbidden(
            f"The account may not use {what}.", hint="Make it an operator or administrator on the device's own page."
        )
    if status in (404, 405, 410, 501):
        return Unsupported(f"The device does not have {what}.")
    if status in (429, 503):
        return DeviceBusy(f"The device has no time for {what} now (HTTP {status}).")
    if 300 <= status < 400:
        return ProtocolError(f"The device sends {what} elsewhere.", hint="It may want HTTPS: set `tls = true`.")
    if 400 <= status < 500:
        return DeviceRejected(f"The device refused {what} (HTTP {status}).")
    return ProtocolError(f"The device failed at {what} (HTTP {status}).")
