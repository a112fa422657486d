"""The sockets to one device: every wait ends with the deadline of its call, and any thread may cut them.

httpcore2 asks a backend for connections and reads and writes through it; this one differs from its own in three
things. A wait is never longer than what is left of the call, so a peer that sends a byte a second cannot stretch it.
A socket is cut (`shutdown`) under the lock under which it is closed, because the number of a closed socket may be
another file's a moment later. And nothing is sent before the certificate was judged.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore2

from hub.devices.certificate import Certificate
from hub.devices.trust import TlsTrust, check_certificate, describe_distrust, look_at_certificate
from hub.errors import DeviceUnreachable, ProtocolError


class GoneMeanwhile(Exception):
    """The device had closed a connection that was kept open, before it said anything to what was asked now."""


class Asking(threading.local):
    """What the thread asks now."""

    again = False
    """It asks over a connection that has answered before."""


class Sockets(httpcore2.NetworkBackend):
    """Makes the connections to one device and keeps those that are open.

    `left_s` gives what is left of the running call and raises `DeviceUnreachable` when that is nothing.
    """

    def __init__(self, trust: TlsTrust, left_s: Callable[[], float]) -> None:
        self.trust = trust
        self.left_s = left_s
        self.certificate: Certificate | None = None
        """What the device has shown last."""
        self.lock = threading.Lock()
        self.asking = Asking()
        self.kept = True
        """Whether a connection may be asked over again after it has answered."""
        self._open: set[_Stream] = set()

    def cut(self, thread: int | None = None) -> None:
        """End what waits: of one thread (`threading.get_ident`), or all. From any thread; the connections are closed
        by who uses them."""
        with self.lock:
            for stream in self._open:
                if thread is None or stream.user == thread:
                    stream.cut()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        return self._connect(host, port, timeout)

    def _connect(self, host: str, port: int, timeout: float | None) -> "_Stream":
        try:
            # The resolver of the system takes no time limit; the caller's own deadline gives up on it.
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise DeviceUnreachable(
                f"The name {host} is not known.", hint="Check `host`, and that the hub's machine can resolve names."
            ) from None
        failed: OSError = OSError("no address")
        for family, kind, protocol, _, address in found[:4]:
            stream = _Stream(socket.socket(family, kind, protocol), self, (host, port))
            self.keep(stream)
            try:
                stream.connect(address, timeout)
            except OSError as error:
                stream.close()
                failed = error
            except BaseException:
                stream.close()
                raise
            else:
                return stream
        if isinstance(failed, TimeoutError):
            raise httpcore2.ConnectTimeout
        raise httpcore2.ConnectError(failed.strerror or "")

    def look(self, host: str, port: int) -> Certificate | None:
        """The certificate that is shown there, on a connection of its own, whoever vouches for it."""

        def connect(context: ssl.SSLContext) -> ssl.SSLSocket:
            plain = socket.create_connection((host, port), timeout=min(3.0, self.left_s()))
            try:
                return context.wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise

        return look_at_certificate(connect)

    def keep(self, stream: "_Stream") -> None:
        with self.lock:
            self._open.add(stream)

    def forget(self, stream: "_Stream") -> None:
        """With the lock held."""
        self._open.discard(stream)


class _Stream(httpcore2.NetworkStream):
    """One connection. Used by one thread at a time, cut by any."""

    def __init__(self, line: socket.socket, sockets: Sockets, place: tuple[str, int]) -> None:
        self._line = line
        self._sockets = sockets
        self._place = place
        self._asked = 0
        self._answered = True
        self.user = threading.get_ident()

    def connect(self, address: Any, timeout: float | None) -> None:
        self._wait_at_most(timeout)
        self._line.connect(address)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._wait_at_most(timeout)
        try:
            data = self._line.recv(max_bytes)
        except TimeoutError:
            self._sockets.left_s()
            raise httpcore2.ReadTimeout from None
        except (OSError, ValueError):
            self._sockets.left_s()
            self._raise_if_gone()
            raise httpcore2.ReadError from None
        if not data:
            # A call that was cut off must not take what came until then for the whole.
            self._sockets.left_s()
            self._raise_if_gone()
        self._answered = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._answered:
            self._asked, self._answered = self._asked + 1, False
            self._sockets.asking.again = self._asked > 1
        rest = memoryview(buffer)
        try:
            while rest:
                self._wait_at_most(timeout)
                rest = rest[self._line.send(rest) :]
        except TimeoutError:
            self._sockets.left_s()
            raise httpcore2.WriteTimeout from None
        except (OSError, ValueError):
            self._sockets.left_s()
            raise httpcore2.WriteError from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            self._secure(ssl_context, server_hostname, timeout)
        except BaseException:
            self.close()
            raise
        return self

    def _secure(self, context: ssl.SSLContext, name: str | None, timeout: float | None) -> None:
        try:
            self._wait_at_most(timeout)
            secured = context.wrap_socket(self._line, server_hostname=name, do_handshake_on_connect=False)
            with self._sockets.lock:
                self._line = secured
            # Who cut the line in between has cut the plain socket, which is none any more.
            self._wait_at_most(timeout)
            secured.do_handshake()
            shown = secured.getpeercert(binary_form=True)
            self._sockets.certificate = check_certificate(shown, self._sockets.trust)
        except ssl.SSLCertVerificationError as error:
            raise describe_distrust(error, self._sockets.look(*self._place)) from None
        except TimeoutError:
            self._sockets.left_s()
            raise httpcore2.ConnectTimeout from None
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self._sockets.left_s()
            raise httpcore2.ConnectError("it was closed while TLS was agreed on") from None
        except (OSError, ValueError) as error:
            self._sockets.left_s()
            raise ProtocolError(
                f"TLS could not be agreed on with the device: {_reason(error)}.",
                hint="Check the port and `tls`; very old devices know no TLS that is safe.",
            ) from None

    def close(self) -> None:
        with self._sockets.lock:
            self._sockets.forget(self)
            self._line.close()

    def cut(self) -> None:
        """With the lock of `Sockets` held, from any thread."""
        with suppress(OSError):  # it is not connected any more, which is what is wanted
            # Of the plain socket: that of the SSL socket would take its state away from the thread that reads.
            socket.socket.shutdown(self._line, socket.SHUT_RDWR)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._line, ssl.SSLSocket):
            return self._line
        if info == "is_readable":
            return self._has_something()
        return None

    def _has_something(self) -> bool:
        """Whether a connection that is idle has been closed by the device, or speaks unasked: both make it useless."""
        if not self._sockets.kept:
            return True
        try:
            self._line.settimeout(0.0)
            socket.socket.recv(self._line, 1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except (OSError, ValueError):
            pass
        return True

    def _wait_at_most(self, timeout: float | None) -> None:
        self.user = threading.get_ident()
        left_s = self._sockets.left_s()
        self._line.settimeout(left_s if timeout is None else min(timeout, left_s))

    def _raise_if_gone(self) -> None:
        if self._asked > 1 and not self._answered:
            raise GoneMeanwhile


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no reason given").replace("_", " ").lower()
    return (error.strerror if isinstance(error, OSError) else "") or "the connection was closed"
