"""Commands to one device, and the sign-in that they need.

Theory: the device gives a token for an hour and has few of them, so one is kept and given back at the end. The sign-in
sends the password itself, inside the encrypted line; without TLS only where hub.toml says that it may.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hub.api import (
    AccountLocked,
    Answer,
    AuthRejected,
    DeviceAccess,
    DeviceBusy,
    DeviceError,
    DeviceUntrusted,
    ProtocolError,
    Unsupported,
)
from hub_reolink.parse_reply import (
    LARGEST_REPLY,
    LoginRefused,
    LoginWanted,
    parse_reply,
    part,
    tells_lock,
    whole,
    word,
)

_PATH = "/cgi-bin/api.cgi"
_SPARE = timedelta(minutes=1)
_LONGEST_LEASE_S = 24 * 3600


class ReolinkApi:
    """The commands of one device."""

    def __init__(self, access: DeviceAccess, *, unprotected: bool) -> None:
        self.access = access
        self._unprotected = unprotected
        self._token = ""
        self._until: datetime | None = None

    def ask(self, command: str, parameters: Mapping[str, Any] | None = None, *, action: int = 0) -> Mapping[str, Any]:
        """What the device answers to a command. Raises `DeviceError`s."""
        for last in (False, True):
            try:
                return self._send(command, self._signed_in(), parameters or {}, action)
            except LoginWanted:
                self._token = ""
                if last:
                    raise ProtocolError("The device forgets its own sign-in at once.") from None
            except LoginRefused as refused:
                raise self._refused(refused) from None
        raise AssertionError("unreachable")

    def picture(self, channel: int) -> bytes:
        """One picture as it comes."""
        path = f"{_PATH}?cmd=Snap&channel={channel - 1}&token={self._signed_in()}"
        answer = self.access.request("GET", path, limit=16 * 1024 * 1024, sign_in=False)
        _check_status(answer, "Snap")
        if answer.body.lstrip()[:1] in (b"[", b"{"):
            try:
                parse_reply(answer.body, "Snap")
            except LoginWanted:
                self._token = ""
                raise DeviceBusy("The device has ended the sign-in; it is made anew.") from None
            except LoginRefused as refused:
                raise self._refused(refused) from None
        return answer.body

    def sign_out(self) -> None:
        """Give the token back."""
        token, self._token = self._token, ""
        if token:
            with suppress(LoginWanted, LoginRefused):  # It has run out already.
                self._send("Logout", token, {}, 0)

    def _signed_in(self) -> str:
        if self._token and self._until is not None and self.access.now() < self._until:
            return self._token
        self._token = ""
        if not (self.access.address.tls or self._unprotected):
            raise DeviceUntrusted(
                "A Reolink device wants the password itself, which is not sent without TLS.",
                hint="Switch HTTPS on in the device and set `tls = true`; on a network that is the cameras' own, "
                "`unprotected = true` would do.",
            )
        given = self.access.credentials()
        if given is None:
            raise AuthRejected("The device asks for a name and a password, and none are given.")
        user = {"User": {"Version": "0", "userName": given.user, "password": given.password}}
        try:
            value = self._send("Login", "", user, 0)
        except LoginRefused as refused:
            raise self._refused(refused) from None
        except LoginWanted:
            raise ProtocolError("The device wants a sign-in before the sign-in.") from None
        token = part(value, "Token")
        name, lease_s = word(token, "name"), whole(token, "leaseTime") or 0
        if not name.isalnum() or not name.isascii() or len(name) > 100:
            raise ProtocolError("The device gave no token.")
        self._until = self.access.now() + timedelta(seconds=max(120, min(lease_s, _LONGEST_LEASE_S))) - _SPARE
        self._token = name
        return name

    def _send(self, command: str, token: str, parameters: Mapping[str, Any], action: int) -> Mapping[str, Any]:
        answer = self.access.request(
            "POST",
            f"{_PATH}?cmd={command}" + (f"&token={token}" if token else ""),
            body=json.dumps([{"cmd": command, "action": action, "param": parameters}]).encode(),
            headers={"Content-Type": "application/json"},
            limit=LARGEST_REPLY,
            sign_in=False,
        )
        _check_status(answer, command)
        return parse_reply(answer.body, command)

    def _refused(self, refused: LoginRefused) -> Exception:
        error = self.access.refused()
        if tells_lock(str(refused)):
            return AccountLocked("The device has locked the account.", hint="Wait, then correct the password.")
        return error


def _check_status(answer: Answer, command: str) -> None:
    if answer.status == 200:
        return
    error: DeviceError = ProtocolError(f"The device answered {command} with {answer.status}.")
    if answer.status in (403, 404, 405, 501):
        error = Unsupported(
            f"The device does not answer {command} here ({answer.status}).",
            hint="Is its HTTP API on? Network, Advanced, Port Settings.",
        )
    elif answer.status in (429, 503):
        error = DeviceBusy("The device is busy.")
    raise error
