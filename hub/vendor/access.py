"""The way to one device, given by the hub."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import msgspec


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a device answered to one HTTP request; at most as large as was allowed."""

    status: int
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes


class Credentials(msgspec.Struct, frozen=True):
    """For a protocol that signs by itself (WS-Security). Never keep, log or show it."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Credentials('***')"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device is."""

    host: str
    port: int
    tls: bool = False


class DeviceAccess(Protocol):
    """The way to one device. The hub signs in (HTTP digest, or Basic where that is all there is and over TLS), bounds
    every exchange, checks certificates, and asks nothing more after the device has refused the credentials once."""

    @property
    def address(self) -> Address: ...

    @property
    def id(self) -> str:
        """What hub.toml calls the device."""
        ...

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] = {},
        limit: int = 4 * 1024 * 1024,
        sign_in: bool = True,
    ) -> Answer:
        """One HTTP exchange. `path` begins with `/` and is sent as it is written, brackets and all.

        Every status but 401 is handed back for the vendor to classify. Redirects are not followed. Raises
        `DeviceUnreachable` (also when the call's deadline is over), `DeviceUntrusted`, `AuthRejected` (401: not asked
        again; its `body` is what the device wrote), `DeviceForbidden` (401 to this alone, while the device goes on
        accepting the credentials for what it opened before), `ProtocolError` (no HTTP, or more than `limit` bytes).

        `sign_in=False`: for what is public, or signed inside the body. A 401 to it raises as well, but refuses nothing:
        whether the device has refused the session's own signature is for the session to say, with `refused`.
        """
        ...

    def stream(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] = {}, idle_s: float = 60.0
    ) -> AbstractContextManager["Flow"]:
        """An answer without end, or too large for the memory: events, exports. It ends with `DeviceUnreachable` after
        `idle_s` without a byte, and quietly when the session is closed. Raises like `request`."""
        ...

    def credentials(self) -> Credentials | None:
        """Name and password, read anew; None where the site gave none."""
        ...

    def refused(self, detail: str = "") -> Exception:
        """Say that the device refused the credentials inside an answer with another status (a SOAP fault, say), and
        get the `AuthRejected` to raise; nothing more is asked after it."""
        ...

    def now(self) -> datetime:
        """The hub's time."""
        ...

    def left_s(self) -> float:
        """Seconds until the deadline of this call; raises `DeviceUnreachable` when it is over."""
        ...

    def wait(self, seconds: float) -> bool:
        """Sleep; True when the session was closed meanwhile."""
        ...

    @property
    def closed(self) -> bool: ...


class Flow(Protocol):
    """A streamed answer: its status and headers at once, its bytes as they come."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def __iter__(self) -> Iterator[bytes]: ...
