"""The hub's own way to a device, for sessions under test."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from hub.clock import SystemClock
from hub.devices.access import Access, build_access
from hub.devices.trust import TlsTrust
from hub.vendor.access import Address, Answer, Credentials, Flow


def open_access(
    address: Address, *, user: str = "", password: str = "", fingerprint: str = "", deadline_s: float = 15.0
) -> "TestAccess":
    """A way to the device at `address`. `fingerprint`: of the certificate to trust; `deadline_s`: of each request that
    is asked outside of `deadline`."""
    given = Credentials(user, password) if user else None
    hub = build_access("under-test", address, lambda: given, TlsTrust(fingerprint=fingerprint), SystemClock())
    return TestAccess(hub, deadline_s)


class TestAccess:
    """A `DeviceAccess`: that of the hub, where a test need not give each call its deadline."""

    __test__ = False

    def __init__(self, hub: Access, deadline_s: float) -> None:
        self.hub = hub
        self._deadline_s = deadline_s

    @property
    def address(self) -> Address:
        return self.hub.address

    @property
    def id(self) -> str:
        return self.hub.id

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
        with self.hub.deadline(self._deadline_s):
            return self.hub.request(method, path, body=body, headers=headers, limit=limit, sign_in=sign_in)

    def stream(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] = {}, idle_s: float = 60.0
    ) -> AbstractContextManager[Flow]:
        return self.hub.stream(method, path, body=body, headers=headers, idle_s=idle_s)

    def credentials(self) -> Credentials | None:
        return self.hub.credentials()

    def refused(self, detail: str = "") -> Exception:
        return self.hub.refused(detail)

    def now(self) -> datetime:
        return self.hub.now()

    def left_s(self) -> float:
        return min(self._deadline_s, self.hub.left_s())

    def wait(self, seconds: float) -> bool:
        return self.hub.wait(seconds)

    @property
    def closed(self) -> bool:
        return self.hub.closed

    # What follows is the hub's: sessions do not know it.

    def deadline(self, within_s: float) -> AbstractContextManager[None]:
        """Bound everything that this thread asks of the device inside."""
        return self.hub.deadline(within_s)

    def farewell(self, within_s: float) -> AbstractContextManager[None]:
        """After `close`: this thread may still ask for so long."""
        return self.hub.farewell(within_s)

    def close(self) -> None:
        """End the events and every call; from any thread."""
        self.hub.close()

    def shut(self) -> None:
        """Close the connections."""
        self.hub.shut()

    @property
    def latched(self) -> str:
        """Why the device is asked nothing any more."""
        return self.hub.latched
