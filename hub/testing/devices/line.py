"""One connection to a replay server: what is written to it, well or badly."""

import itertools
import random
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from hub.testing.devices.replies import Fault, Reply

SIGN_IN_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>"
    b"<form><input name=user><input name=password type=password></form><br></body></html>\n"
)
_BOMB = (
    b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "'
    + b"b" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 100) for n in range(5))
    + b']>\n<DeviceInfo xmlns="urn:x"><deviceName>&g;</deviceName><model>&g;</model></DeviceInfo>\n'
)
_LOOK_EVERY_S = 0.05


class Line:
    """The server's side of a connection. Writing raises `OSError` when the client has gone or the server stops."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def answer(self, reply: Reply, *, head_only: bool = False) -> bool:
        """Send a reply; True when the connection may be used again."""
        if self.waits(reply.delay_s):
            return False
        if reply.stream is not None:
            self._stream(reply)
            return False
        if reply.chunked:
            self._head(reply.status, reply.media, {**reply.headers, "Transfer-Encoding": "chunked"})
            self._send(b"" if head_only else b"".join(map(_chunk, _pieces(reply.body))) + _chunk(b""))
        else:
            self._head(reply.status, reply.media, {**reply.headers, "Content-Length": str(len(reply.body))})
            self._send(b"" if head_only else reply.body)
        return True

    def refuse(self, challenges: Iterable[str]) -> None:
        """401, with what the client may sign in by."""
        lines = "".join(f"WWW-Authenticate: {challenge}\r\n" for challenge in challenges)
        body = b"<html><body>401</body></html>"
        self._send(f"HTTP/1.1 401 Unauthorized\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def fail(self, fault: Fault, good: Reply, elsewhere: str) -> bool:
        """Send an answer gone wrong instead of the good one; True when the connection may be used again."""
        body, media = good.body or b"".join(part for part in good.stream or () if isinstance(part, bytes)), good.media
        half = body[: len(body) // 2]
        match fault.kind:
            case int() as status:
                return self.answer(
                    Reply(status=status, media="text/html", body=b"<html><body>%d</body></html>" % status)
                )
            case "hang":
                self.waits(None)
            case "drip":
                self._head(200, media, {"Content-Length": str(max(len(body), 1000))})
                for byte in itertools.cycle(body or b" "):
                    self._send(bytes([byte]))
                    if self.waits(1.0):
                        break
            case "closed":
                pass
            case "garbage":
                self._send(b"\x15\x03\x01\x00\x02\x02P nonsense\r\n\r\n" + b"\xff\x00" * 200)
            case "truncated":
                self._head(200, media, {"Content-Length": str(max(len(body), 1))})
                self._send(half)
            case "cut":
                return self.answer(Reply(body=half, media=media))
            case "empty":
                return self.answer(Reply(media=media))
            case "html":
                return self.answer(Reply(body=SIGN_IN_PAGE, media="text/html"))
            case "noise":
                return self.answer(Reply(body=random.Random(6).randbytes(2000), media=media))  # noqa: S311 - no secret
            case "entities":
                return self.answer(Reply(body=_BOMB))
            case "endless":
                self._head(200, media, {})
                piece = (body or b" ") * (65536 // max(len(body), 1) + 1)
                while not self._stopping.is_set():
                    self._send(piece)
            case "wrong-length":
                self._head(200, media, {"Content-Length": str(max(len(body) - 7, 0))})
                self._send(body + b"and more\r\n\r\n")
            case "long-header":
                self._send(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 524_288 + b"\r\nContent-Length: 0\r\n\r\n")
            case "redirect":
                self._head(302, "text/html", {"Location": elsewhere, "Content-Length": "0"})
                return True
        return False

    def waits(self, seconds: float | None) -> bool:
        """Let time pass (None: without end); True when the client has gone or the server stops meanwhile."""
        left_s = float("inf") if seconds is None else seconds
        while left_s > 0:
            turn_s = min(left_s, _LOOK_EVERY_S)
            self._connection.settimeout(turn_s)
            try:
                if not self._connection.recv(4096):
                    return True
            except TimeoutError:
                pass
            except OSError:
                return True
            finally:
                self._connection.settimeout(None)
            if self._stopping.is_set():
                return True
            left_s -= turn_s
        return False

    def _stream(self, reply: Reply) -> None:
        self._head(
            reply.status, reply.media, {**reply.headers, **({"Transfer-Encoding": "chunked"} if reply.chunked else {})}
        )
        for part in reply.stream or ():
            if isinstance(part, bytes):
                self._send(_chunk(part) if reply.chunked else part)
            elif self.waits(float(part)):
                return
        if reply.ends:
            self._send(_chunk(b"") if reply.chunked else b"")
        else:
            self.waits(None)

    def _head(self, status: int, media: str, headers: Mapping[str, str]) -> None:
        reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
        kept = "" if {"Content-Length", "Transfer-Encoding"} & headers.keys() else "Connection: close\r\n"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._send(f"HTTP/1.1 {status} {reason}\r\nContent-Type: {media}\r\n{kept}{lines}\r\n".encode("latin-1"))

    def _send(self, data: bytes) -> None:
        if self._stopping.is_set():
            raise ConnectionAbortedError("the server stops")
        self._connection.sendall(data)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _pieces(body: bytes) -> Sequence[bytes]:
    """Uneven pieces, so that no reader may lean on where they end; none empty, as that would end the body."""
    cuts = [0, len(body) // 7, len(body) // 2, len(body)]
    return [body[start:end] for start, end in itertools.pairwise(cuts) if end > start]
