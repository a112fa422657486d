"""A device that answers from a table, over real sockets."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Self, cast

import msgspec

from hub.devices.operations import parse_operation
from hub.testing.devices.access import TestAccess, open_access
from hub.testing.devices.certificate import ServerCertificate, make_certificate
from hub.testing.devices.direct import Serve, build_direct
from hub.testing.devices.line import Line
from hub.testing.devices.replies import Answer, Fault, Key, Reply, Seen, find
from hub.testing.devices.signing import Account, DigestKind, SignIn
from hub.vendor.access import Address

_LARGEST_BODY = 16 * 1024 * 1024
_NOT_THERE = Reply(status=404, body=b"<html><body>404</body></html>", media="text/html")


class ReplayServer:
    """An HTTP device on 127.0.0.1, in threads of its own, from `with` until its end.

    `replies`: what is answered to which `Key` (method and path, and the operation); what is not in it is 404.
    `user`, `password`: who may sign in; without a user everybody may ask everything. `digest`: by HTTP digest (with
    `qop=auth`; a nonce is checked and its count, too); `basic`: by Basic, besides or instead. `stale_after`: a nonce is
    good for so many requests, then a new one is offered as `stale`; or `stale_reply` is sent instead.
    `tls`: behind a certificate made now. Every method may be called from any thread.
    """

    def __init__(
        self,
        replies: Mapping[Any, Answer],
        *,
        user: str = "",
        password: str = "",
        digest: DigestKind | None = "MD5",
        basic: bool = False,
        realm: str = "device",
        stale_after: int | None = None,
        stale_reply: Reply | None = None,
        tls: bool = False,
    ) -> None:
        self.user = user
        self.password = password
        self._signs = user != "" and (digest is not None or basic)
        self._sign_in = SignIn(Account(user, password, digest, basic, realm), stale_after=stale_after)
        self._stale_reply = stale_reply
        self._tls = tls
        self._lock = threading.Lock()
        self._table: dict[Key, Answer] = dict(replies)
        self._turns: dict[Key, int] = {}
        self._good: dict[Key, Reply] = {key: reply for key, reply in replies.items() if isinstance(reply, Reply)}
        """What faults are made of: the last good answer of each entry."""
        self._everywhere: Fault | Reply | None = None
        self._seen: list[Seen] = []
        self._failed_sign_ins = 0
        self._open_streams = 0
        self._certificate: ServerCertificate | None = None
        self._listener: _Listener | None = None
        self._accesses: list[TestAccess] = []

    def __enter__(self) -> Self:
        context = None
        if self._tls:
            with tempfile.TemporaryDirectory(prefix="watchroom-certificate-") as folder:
                self._certificate = make_certificate(Path(folder))
                context = self._certificate.server_side()
        self._listener = _Listener(self, context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for access in self._accesses:
            access.shut()
        self._running().stop()

    @property
    def address(self) -> Address:
        return Address(host="127.0.0.1", port=int(self._running().server_address[1]), tls=self._tls)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate; empty without TLS."""
        return self._certificate.fingerprint if self._certificate else ""

    @property
    def requests(self) -> list[Seen]:
        """What has been asked, in order; those without a right sign-in, too."""
        with self._lock:
            return list(self._seen)

    @property
    def failed_sign_ins(self) -> int:
        """How often wrong credentials were tried: what locks an account."""
        with self._lock:
            return self._failed_sign_ins

    @property
    def open_streams(self) -> int:
        """How many answers without an end are being given now."""
        with self._lock:
            return self._open_streams

    def set(self, method: str, path: str, answer: Answer, *, operation: str = "") -> None:
        """From now on answer so."""
        key: Key = (method, path, operation) if operation else (method, path)
        with self._lock:
            self._table[key] = answer
            self._turns.pop(key, None)
            if isinstance(answer, Reply):
                self._good[key] = answer

    @contextmanager
    def changed(self, method: str, path: str, answer: Answer, *, operation: str = "") -> Iterator[None]:
        """Answer so, for as long as the block lasts."""
        key: Key = (method, path, operation) if operation else (method, path)
        with self._lock:
            before = self._table.get(key)
        self.set(method, path, answer, operation=operation)
        try:
            yield
        finally:
            with self._lock:
                if before is None:
                    del self._table[key]
                else:
                    self._table[key] = before

    def set_all(self, wrong: Fault | Reply | None) -> None:
        """Let everything go wrong in one way, or (None) nothing."""
        with self._lock:
            self._everywhere = wrong

    def hang_up(self) -> None:
        """Cut every line, and each new one as soon as something is asked on it."""
        self.set_all(Fault("closed"))
        self._running().cut()

    def set_password(self, password: str) -> None:
        """Somebody changes the password at the device."""
        self.password = password
        self._sign_in.change(password)

    def forget(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._seen.clear()
            self._failed_sign_ins = 0

    def access(
        self, *, user: str | None = None, password: str | None = None, deadline_s: float = 15.0, direct: bool = False
    ) -> TestAccess:
        """The way to this device as the hub gives it to a session; closed when the server stops, if not before.

        Signs in with what the server wants unless told otherwise; a request outside of `deadline` has `deadline_s`.
        `direct`: without a line, several times as fast; then no `Fault` can be answered but 401.
        """
        user, password = self.user if user is None else user, self.password if password is None else password
        if direct:
            hub = build_direct(cast(Serve, self._serve), self.address, user=user, password=password)
            made = TestAccess(hub, deadline_s)
        else:
            made = open_access(
                self.address, user=user, password=password, fingerprint=self.fingerprint, deadline_s=deadline_s
            )
        self._accesses.append(made)
        return made

    def _running(self) -> "_Listener":
        if self._listener is None:
            raise RuntimeError("the server runs inside its `with` block only")
        return self._listener

    def _serve(self, line: Line, asked: Seen, authorization: str) -> bool:
        """Answer one request; True when the connection may be used again."""
        verdict = self._sign_in.verdict(asked.method, asked.path, authorization) if self._signs else "right"
        seen = msgspec.structs.replace(asked, signed_in=verdict == "right" and self._signs)
        with self._lock:
            self._seen.append(seen)
            everywhere = self._everywhere
            found = find(self._table, seen)
            answer = self._next(*found) if found else _NOT_THERE
            good = answer if isinstance(answer, Reply) else self._good_reply(found, seen)
            if verdict == "wrong" or (everywhere == Fault(401) and authorization):
                self._failed_sign_ins += 1
        if callable(answer):
            answer = answer(seen)
        chosen = everywhere or answer
        if isinstance(chosen, Fault) and chosen.kind in ("hang", "closed", "garbage"):
            return line.fail(chosen, good, self._elsewhere())
        if verdict == "stale" and self._stale_reply is not None:
            return line.answer(self._stale_reply)
        if chosen == Fault(401):
            line.refuse(self._sign_in.challenges())
            return True
        if verdict != "right" and not (isinstance(chosen, Reply) and chosen.public):
            line.refuse(self._sign_in.challenges(stale=verdict == "stale"))
            return True
        if isinstance(chosen, Fault):
            return line.fail(chosen, good, self._elsewhere())
        if chosen.stream is None:
            return line.answer(chosen, head_only=asked.method == "HEAD")
        with self._lock:
            self._open_streams += 1
        try:
            return line.answer(chosen)
        finally:
            with self._lock:
                self._open_streams -= 1

    def _good_reply(self, found: tuple[Key, Answer] | None, seen: Seen) -> Reply:
        """What a fault is made of: the good answer of that path, where there has been one."""
        kept = find(self._good, seen)
        if kept is not None and isinstance(kept[1], Reply):
            return kept[1]
        several = found[1] if found else ()
        return (
            next((reply for reply in several if isinstance(reply, Reply)), Reply())
            if isinstance(several, tuple | list)
            else Reply()
        )

    def _next(self, key: Key, answer: Answer) -> Any:
        if isinstance(answer, Reply | Fault) or callable(answer):
            return answer
        turn = self._turns.get(key, 0)
        self._turns[key] = turn + 1
        return answer[min(turn, len(answer) - 1)]

    def _elsewhere(self) -> str:
        address = self.address
        return f"{'https' if address.tls else 'http'}://{address.host}:{address.port}/followed"


class _Listener(ThreadingMixIn, TCPServer):
    """Takes connections, each in a thread; `stop` ends all of them."""

    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, device: ReplayServer, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.device = device
        self.stopping = threading.Event()
        self._context = context
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="replay-server", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            self.handle_request()

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        connection = request
        # Answers are written in several pieces, and no test shall wait for the acknowledgement of the first.
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A client that goes in the middle, or talks nonsense, is what many tests want.
        with suppress(OSError, ValueError):
            if self._context is not None:
                connection = self._context.wrap_socket(request, server_side=True)
                with self._guard:
                    self._open.add(connection)
            _Connection(connection, client_address, self)
        with self._guard:
            self._open -= {request, connection}
        connection.close()

    def stop(self) -> None:
        self.stopping.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_address[1]), timeout=1.0):
            self._thread.join()  # it waits for a connection, and nothing else
        self.cut()
        self.server_close()

    def cut(self) -> None:
        """End every connection at once."""
        with self._guard:
            left = list(self._open)
        for connection in left:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or len(self.raw_requestline) > 65536 or not self.parse_request():
            return
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        authorization = headers.pop("authorization", "")
        seen = Seen(
            method=self.command,
            path=self.path,
            body=body,
            operation=parse_operation(body),
            scheme=authorization.partition(" ")[0],
            headers=headers,
        )
        line = Line(self.connection, self.server.stopping)
        again = self.server.device._serve(line, seen, authorization)
        self.close_connection = not again or headers.get("connection", "").lower() == "close"

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline(100).split(b";")[0] or b"0", 16):
                parts.append(self.rfile.read(min(size, _LARGEST_BODY)))
                self.rfile.readline(100)
            self.rfile.readline(100)
            return b"".join(parts)
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST_BODY))

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Quiet."""

    def log_error(self, *args: object) -> None:
        """Quiet."""
