"""One HTTP exchange with a device, over connections that are kept for a moment.

httpcore2 is the part of httpx2 that speaks HTTP. It follows no redirect, reads no environment, keeps no cookie, decodes
nothing and sends the target as it is written: all that a device needs, and none of what would have to be switched off.

Nothing here raises: what goes wrong is handed back, so that no traceback holds a frame in which a password was.

A request is signed where it is sent: one that is asked again carries another signature, as a device that counts them
takes the same one twice for a stolen one.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import httpcore2

from hub.devices.http_body import check_not_encoded, read_body, read_headers
from hub.devices.http_sockets import GoneMeanwhile, Sockets
from hub.devices.trust import build_context
from hub.errors import DeviceError, DeviceUnreachable, DeviceUntrusted, ProtocolError, SiteError
from hub.vendor.access import Address, Answer

_CONNECT_S = 5.0
SILENCE_S = 10.0
_KEEP_S = 5.0
"""A connection serves the calls of one look at a device. Between two looks devices close it anyway."""
_CONNECTIONS = 3
"""Two for requests (a call, and the polling of events beside it), one for a stream."""
REPEATABLE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing at the device, so that it may be asked once more."""

Sign = Callable[[], bytes | None]
"""Makes the `Authorization` header of one request; called each time that it is sent."""


class Opened:
    """An answer that has begun. Used by one thread; over when it was read to its end, or closed."""

    def __init__(self, response: httpcore2.Response, request: httpcore2.Request) -> None:
        self.status = response.status
        self.headers = read_headers(response.headers)
        self.challenges: Sequence[str] = [
            value.decode("latin-1") for name, value in response.headers if name.lower() == b"www-authenticate"
        ]
        self.cut_short = False
        """Whether it broke off, or went on as no HTTP does."""
        self._response = response
        self._request = request
        self._pieces: Iterator[bytes] = iter(response.iter_stream())

    def answer(self, limit: int) -> Answer | Exception:
        """The whole answer; the body has `limit` bytes at most."""
        try:
            return Answer(status=self.status, headers=self.headers, body=read_body(self._pieces, self.headers, limit))
        except Exception as error:  # classified, and handed back
            self.cut_short = isinstance(error, httpcore2.RemoteProtocolError | httpcore2.NetworkError)
            return _fault(error)
        finally:
            self.close()

    def drain(self, limit: int) -> bytes:
        """The body as far as it is told, `limit` bytes at most."""
        answer = self.answer(limit)
        return b"" if isinstance(answer, Exception) else answer.body

    def read(self) -> bytes | Exception | None:
        """The next piece of the body; None at its end."""
        try:
            return next(self._pieces, None)
        except Exception as error:  # classified, and handed back
            return _fault(error)

    def stream(self, idle_s: float) -> Exception | None:
        """From now on the device may be silent for `idle_s`."""
        self._request.extensions["timeout"]["read"] = idle_s
        try:
            check_not_encoded(self.headers)
        except ProtocolError as error:
            return error
        return None

    def close(self) -> None:
        """End it; the connection is used again only when the answer was read to its end."""
        with suppress(Exception):  # the connection is gone, which is what is wanted
            self._response.close()


class Exchange:
    """The connections to one device. From any thread."""

    def __init__(self, address: Address, sockets: Sockets) -> None:
        self.sockets = sockets
        self._address = address
        self._lock = threading.Lock()
        self._pool: httpcore2.ConnectionPool | None = None

    def open(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        sign: Sign,
        silence_s: float = SILENCE_S,
        *,
        once: bool = False,
    ) -> Opened | Exception:
        """Ask, and read as far as the headers of the answer; the device may be silent for `silence_s` before them.

        `once`: not asked again, whatever comes.
        """
        try:
            try:
                return self._send(method, path, headers, body, sign(), silence_s)
            except (GoneMeanwhile, httpcore2.RemoteProtocolError):
                if not self.sockets.asking.again:
                    raise
                # The device closes connections without saying so, or what it says goes on from the answer before,
                # which was longer than announced: from now on each connection gets one request.
                self.sockets.kept = False
                if once or method not in REPEATABLE:
                    raise
                return self._send(method, path, headers, body, sign(), silence_s)
        except Exception as error:  # classified, and handed back
            return _fault(error, self._address)

    def close(self) -> None:
        """Close what is open. No thread may be using it."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        authorization: bytes | None,
        silence_s: float,
    ) -> Opened:
        address = self._address
        fields = [(b"Host", _host(address)), (b"Accept-Encoding", b"identity"), (b"User-Agent", b"Watchroom")]
        fields += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if body or method in ("POST", "PUT"):
            fields.append((b"Content-Length", str(len(body)).encode()))
        if authorization is not None:
            fields.append((b"Authorization", authorization))
        if not self.sockets.kept:
            fields.append((b"Connection", b"close"))
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=b"https" if address.tls else b"http",
                host=address.host.encode("idna"),
                port=address.port,
                target=path.encode("ascii"),
            ),
            headers=fields,
            content=body,
            extensions={"timeout": {"connect": _CONNECT_S, "read": silence_s, "write": SILENCE_S, "pool": SILENCE_S}},
        )
        return Opened(self._connections().handle_request(request), request)

    def _connections(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore2.ConnectionPool(
                    ssl_context=build_context(self.sockets.trust) if self._address.tls else None,
                    max_connections=_CONNECTIONS,
                    max_keepalive_connections=_CONNECTIONS - 1,
                    keepalive_expiry=_KEEP_S,
                    network_backend=self.sockets,
                )
            return self._pool


def _host(address: Address) -> bytes:
    name = f"[{address.host}]" if ":" in address.host else address.host
    usual = address.port == (443 if address.tls else 80)
    return (name if usual else f"{name}:{address.port}").encode("idna" if name.isascii() is False else "ascii")


def _fault(error: Exception, address: Address | None = None) -> DeviceError:
    """What went wrong, as the hub names it, without the trace of where: frames there hold what was sent."""
    where = f"{address.host}:{address.port}" if address else "the device"
    match error:
        case DeviceError():
            error.__traceback__ = error.__context__ = error.__cause__ = None
            return error
        case SiteError():
            # What the certificate is to be judged by cannot be read.
            return DeviceUntrusted(error.message, hint=error.hint)
        case httpcore2.ConnectTimeout():
            return DeviceUnreachable(f"No connection to {where} within {_CONNECT_S:.0f} seconds.")
        case httpcore2.ConnectError():
            return DeviceUnreachable(f"No connection to {where}: {str(error) or 'it was refused'}.")
        case httpcore2.TimeoutException():
            return DeviceUnreachable("The device was silent for too long.")
        case httpcore2.NetworkError() | GoneMeanwhile():
            return DeviceUnreachable("The connection to the device broke.")
        case httpcore2.RemoteProtocolError() if "disconnected" in str(error) or "closed connection" in str(error):
            return DeviceUnreachable("The device closed the connection before its answer was complete.")
        case httpcore2.RemoteProtocolError():
            return ProtocolError("The device does not answer with HTTP.", hint="Check the port and `tls`.")
        case httpcore2.LocalProtocolError() | UnicodeError():
            return ProtocolError("The address or a header of the request cannot be sent as it is.")
        case _:
            return ProtocolError(f"The exchange with the device failed ({type(error).__name__}).")
