"""The way to one device: what a vendor's session is given as `DeviceAccess`, and the part of it that is the hub's.

    access = build_access("gate-1", Address(host="10.1.2.3", port=80), lambda: Credentials("hub", secret), TlsTrust(),
                          SystemClock())
    with access.deadline(15.0):
        answer = access.request("GET", "/ISAPI/System/deviceInfo")
    access.close()                       # events and calls end, from any thread
    with access.farewell(5.0):
        session.close()                  # what the device holds for us is given back; then the line is shut

Theory: no wait is longer than what is left of its call, whoever drips; a refused sign-in is the last one; every socket
can be cut from another thread. See docs/design/devices.md.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from math import inf

from hub.clock import Clock
from hub.devices.access_deadlines import Deadlines
from hub.devices.certificate import Certificate
from hub.devices.http_exchange import REPEATABLE, SILENCE_S, Exchange, Opened, Sign
from hub.devices.http_sign_in import LONGEST_REFUSAL, Look, SignIn
from hub.devices.http_sockets import Sockets
from hub.devices.trust import TlsTrust
from hub.errors import AuthRejected, ProtocolError, SiteError
from hub.vendor.access import Address, Answer, Credentials

_EXCHANGE_S = 30.0
"""The longest that one exchange may take, also where the call has an hour."""
_PATH = re.compile(r"/(?!/)[\x21-\x7e]{0,8191}")
_METHOD = re.compile(r"[A-Z]{1,20}")
_OURS = frozenset({"authorization", "connection", "content-length", "host", "transfer-encoding"})


def build_access(
    device_id: str, address: Address, credentials: Callable[[], Credentials | None], tls: TlsTrust, clock: Clock
) -> "Access":
    """The way to a device, without I/O. `credentials` reads them anew whenever it is called, from any thread; it may
    raise `SiteError`."""
    # They would log every request in full.
    logging.getLogger("httpcore2").setLevel(logging.WARNING)
    deadlines = Deadlines()
    exchange = Exchange(address, Sockets(tls, deadlines.left_s))

    def given() -> Credentials | None:
        try:
            return credentials()
        except SiteError as error:
            missing = AuthRejected(error.message, hint=error.hint)
        raise missing

    return Access(
        device_id, address, deadlines, exchange, SignIn(given, deadlines.left_s, protected=address.tls), given, clock
    )


class Access:
    """Implements `DeviceAccess`. From any thread."""

    def __init__(
        self,
        device_id: str,
        address: Address,
        deadlines: Deadlines,
        exchange: Exchange,
        sign_in: SignIn,
        credentials: Callable[[], Credentials | None],
        clock: Clock,
    ) -> None:
        self._id = device_id
        self._address = address
        self._deadlines = deadlines
        self._exchange = exchange
        self._sign_in = sign_in
        self._credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: dict[int, int] = {}
        self._shut = False

    def __repr__(self) -> str:
        return f"Access({self._id!r}, {self._address.host}:{self._address.port})"

    @property
    def address(self) -> Address:
        return self._address

    @property
    def id(self) -> str:
        return self._id

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
        """See `DeviceAccess.request`. An exchange has 30 s at most, a connection 5 s, silence 10 s."""
        _check(method, path, headers)
        with self._deadlines.within(_EXCHANGE_S), self._busy():
            opened = self._open(method, path, headers, body, sign_in, look=self._look)
            answer = opened.answer(limit)
            if opened.cut_short and method in REPEATABLE:
                answer = self._open(method, path, headers, body, sign_in, look=self._look, once=True).answer(limit)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @contextmanager
    def stream(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] = {}, idle_s: float = 60.0
    ) -> Iterator["_Flow"]:
        """See `DeviceAccess.stream`. Outside of a call's deadline it goes on for as long as the device sends."""
        _check(method, path, headers)
        with self._deadlines.within(max(_EXCHANGE_S, idle_s)), self._busy():
            # A device that is asked to wait for news answers when there are some.
            opened = self._open(method, path, headers, body, sign_in=True, silence_s=idle_s)
        fault = opened.stream(idle_s)
        try:
            if fault is not None:
                raise fault
            yield _Flow(opened, self)
        finally:
            with self._busy():
                opened.close()

    def credentials(self) -> Credentials | None:
        return self._credentials()

    def refused(self, detail: str = "") -> AuthRejected:
        reason = f"The device refuses the name or the password: {detail}" if detail else ""
        return self._sign_in.refuse(reason or "The device refuses the name or the password.")

    def now(self) -> datetime:
        return self._clock.now()

    def left_s(self) -> float:
        """Seconds until the deadline of this thread's call; outside of a call what one exchange may take."""
        left_s = self._deadlines.left_s()
        return _EXCHANGE_S if left_s == inf else left_s

    def wait(self, seconds: float) -> bool:
        """Sleep, at most until the deadline of the call; True when the access was closed."""
        return self.closed or self._deadlines.closed.wait(max(0.0, min(seconds, self._deadlines.left_s())))

    @property
    def closed(self) -> bool:
        return self._deadlines.closed.is_set()

    # What follows is the hub's: sessions do not know it.

    @contextmanager
    def deadline(self, within_s: float) -> Iterator[None]:
        """Bound everything that this thread asks of the device inside."""
        with self._deadlines.within(within_s):
            yield

    @contextmanager
    def farewell(self, within_s: float) -> Iterator[None]:
        """After `close`: this thread may still ask for so long; then the line is shut for good."""
        try:
            with self._deadlines.within(within_s, farewell=True):
                yield
        finally:
            self.shut()

    def close(self) -> None:
        """End the stream and every call, within moments; from any thread. `farewell` or `shut` must follow."""
        self._deadlines.closed.set()
        self._exchange.sockets.cut()

    def shut(self) -> None:
        """Close the connections, as soon as the last thread has left."""
        self.close()
        with self._lock:
            self._shut = True
            free = not self._inside
        if free:
            self._exchange.close()

    def abort(self, thread: int) -> None:
        """End the call of that thread: what waits is cut, what it asks for from now on is refused."""
        self._deadlines.give_up(thread)
        self._exchange.sockets.cut(thread)

    def is_inside(self, thread: int) -> bool:
        """Whether that thread is within an exchange now, and so waits for the network, not for the plugin."""
        return thread in self._inside

    def certificate(self) -> Certificate | None:
        """The certificate that the device has shown last; None without TLS, or before the first connection."""
        return self._exchange.sockets.certificate

    @property
    def latched(self) -> str:
        """Why the device is asked nothing any more; empty while it may be asked."""
        return self._sign_in.latched()

    def retry(self) -> None:
        """A person wants a refused sign-in to be tried again, once."""
        self._sign_in.retry()

    def credentials_version(self) -> str:
        """Changes when name or password do, and tells nothing about them; for `Breaker`."""
        return self._sign_in.version()

    def mask(self, text: str) -> str:
        """`text` without the device's password, wherever it came from."""
        return self._sign_in.mask(text)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        thread = threading.get_ident()
        with self._lock:
            self._inside[thread] = self._inside.get(thread, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[thread] -= 1
                if not self._inside[thread]:
                    del self._inside[thread]
                last = self._shut and not self._inside
            if last:
                self._exchange.close()

    def _open(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        sign_in: bool,
        silence_s: float = SILENCE_S,
        look: Look[Opened] | None = None,
        *,
        once: bool = False,
    ) -> Opened:
        self._deadlines.left_s()

        def send(sign: Sign) -> Opened | Exception:
            return self._exchange.open(method, path, headers, body, sign, silence_s, once=once)

        opened: Opened | Exception
        if sign_in:
            opened = self._sign_in.exchange(send, method, path, look)
        else:
            self._sign_in.check()
            opened = send(lambda: None)
        if isinstance(opened, Exception):
            raise opened
        if opened.status == 401:
            # Nothing of ours was refused by this: the session may have signed in another way, and says so itself.
            refusal = AuthRejected("The device wants a sign-in for this.")
            refusal.body = opened.drain(LONGEST_REFUSAL)
            raise refusal
        return opened

    def _look(self, path: str, sign: Sign) -> Opened | Exception:
        """Ask once more for what the device opened before."""
        return self._exchange.open("GET", path, {}, b"", sign, SILENCE_S)


class _Flow:
    """Implements `Flow`."""

    def __init__(self, opened: Opened, access: Access) -> None:
        self._opened = opened
        self._access = access

    @property
    def status(self) -> int:
        return self._opened.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._opened.headers

    def __iter__(self) -> Iterator[bytes]:
        while True:
            with self._access._busy():
                piece = self._opened.read()
            if piece is None:
                return
            if isinstance(piece, Exception):
                if self._access.closed:
                    return
                raise piece
            yield piece


def _check(method: str, path: str, headers: Mapping[str, str]) -> None:
    if not _METHOD.fullmatch(method):
        raise ProtocolError("The method of a request is a word in capital letters.")
    if not _PATH.fullmatch(path):
        # It may come from the device: an address elsewhere would carry the sign-in there.
        raise ProtocolError("A path begins with one /, and holds neither spaces nor what is not ASCII.")
    ours = _OURS.intersection(name.lower() for name in headers)
    if ours:
        raise ProtocolError(f"The header {min(ours)} is set by the hub.")
