"""An access to a device on this machine, as the tests open it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.clock import SystemClock
from hub.devices.access import Access, build_access
from hub.devices.trust import TlsTrust
from hub.testing.devices import ReplayServer
from hub.vendor.access import Address, Credentials

WORD = "p@ss w:rd/%&ü"
KEY = ("GET", "/x")


def open_access(
    address: Address, credentials: Credentials | Callable[[], Credentials | None] | None = None, pin: str = ""
) -> Access:
    given = credentials if callable(credentials) else lambda: credentials
    return build_access("gate-1", address, given, TlsTrust(fingerprint=pin), SystemClock())


@contextmanager
def opened(server: ReplayServer, password: str = WORD) -> Iterator[Access]:
    access = open_access(server.address, Credentials("hub", password), server.fingerprint)
    yield access
    access.shut()


def ask(access: Access, within_s: float = 5.0, path: str = "/x") -> bytes:
    with access.deadline(within_s):
        return access.request("GET", path).body
