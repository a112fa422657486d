"""Calls to one device: a request each, its answer judged. No parsing of what it is about."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar, cast

from hub.api import (
    AccountLocked,
    Answer,
    AuthRejected,
    DeviceAccess,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceUnreachable,
    DeviceUntrusted,
    NotActivated,
    ProtocolError,
    Unsupported,
)
from hub_hikvision.answers import accept, meant, parse_status
from hub_hikvision.tree import Node, parse_tree, write_tree

_T = TypeVar("_T")

_XML = {"Content-Type": "application/xml; charset=UTF-8"}
_MOST_ABSENT = 4000
"""More paths than any device has: a bound for what is remembered."""
_ABSENT = timedelta(minutes=30)
"""A device that is starting says of everything that it has no such thing."""
_WORSE = (AccountLocked, NotActivated)
"""What a refused sign-in may turn out to be."""


class Isapi:
    """The calls of a session. Remembers for a while which paths the device does not have."""

    def __init__(self, access: DeviceAccess) -> None:
        self.access = access
        self._absent: dict[str, tuple[str, datetime]] = {}
        self._kept: dict[str, object] = {}

    def forget(self) -> None:
        """Ask for everything anew: the firmware has changed."""
        self._absent.clear()
        self._kept.clear()

    def get(self, path: str) -> bytes:
        """The body. Raises `Unsupported` at once for what the device was found not to have a short while ago."""
        absent = self._absent.get(path)
        if absent is not None and self.access.now() < absent[1]:
            raise Unsupported(absent[0])
        try:
            return self.judge(self.ask(path))
        except Unsupported as error:
            if len(self._absent) < _MOST_ABSENT:
                self._absent[path] = (error.message, self.access.now() + _ABSENT)
            raise

    def ask(self, path: str) -> Answer:
        """The answer itself, whatever it means."""
        return self._send("GET", path)

    def tree(self, path: str, *roots: str) -> Node:
        return parse_tree(self.get(path), *roots)

    def perhaps(self, path: str, *roots: str) -> Node | None:
        """None where the device does not have it, or does not let this account see it."""
        try:
            return self.tree(path, *roots)
        except (Unsupported, DeviceForbidden):
            return None

    def kept(self, path: str, parse: Callable[[Node], _T], missing: _T) -> _T:
        """What `parse` made of an answer that stays the same as long as the firmware does."""
        if path not in self._kept:
            root = self.perhaps(path)
            if root is None:
                return missing
            self._kept[path] = parse(root)
        return cast(_T, self._kept[path])

    def put(self, path: str, root: Node | bytes = b"") -> None:
        body = root if isinstance(root, bytes) else write_tree(root)
        self._accepted(self._send("PUT", path, body), writing=True)

    def post(self, path: str, body: bytes) -> bytes:
        return self._accepted(self._send("POST", path, body), writing=True)

    def judge(self, answer: Answer) -> bytes:
        """The body of a good answer. Raises what the device meant otherwise."""
        return self._accepted(answer, writing=False)

    def _send(self, method: str, path: str, body: bytes = b"") -> Answer:
        try:
            return self.access.request(method, path, body=body, headers=_XML if body else {})
        except AuthRejected as error:
            told = parse_status(error.body)
            if told is not None and told.code != 1 and isinstance(why := meant(told, writing=False), _WORSE):
                raise why from None
            raise

    def _accepted(self, answer: Answer, *, writing: bool) -> bytes:
        try:
            return accept(answer, writing=writing)
        except AuthRejected as error:
            # Told inside an answer with another status: the access must know, or the account gets locked.
            raise self._refused(error) from None

    def _refused(self, error: AuthRejected) -> Exception:
        latched = self.access.refused(error.message)
        return error if isinstance(error, AccountLocked) else latched


def require_jpeg(body: bytes) -> bytes:
    """Raises `ProtocolError` for what is no JPEG."""
    if not body.startswith(b"\xff\xd8"):
        raise ProtocolError("The device gave something that is no JPEG picture.")
    return body


def is_fatal(error: DeviceError) -> bool:
    """Whether the error concerns the device as a whole, so that asking on is of no use."""
    if isinstance(error, DeviceBusy):
        return False
    return isinstance(error, DeviceUnreachable | DeviceUntrusted | AuthRejected | NotActivated)
