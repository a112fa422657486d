"""A server that sends exactly the bytes that a test wants, when it wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from hub.vendor.access import Address

Talk = Callable[[socket.socket, int], None]
"""What to do with a connection; the number counts the connections from 0. The connection is closed after it."""


@contextmanager
def raw_server(talk: Talk) -> Iterator[Address]:
    """Each connection in a thread of its own; all of them are cut at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(line: socket.socket, number: int) -> None:
        with suppress(OSError), line:
            talk(line, number)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(line, len(lines))))
                lines.append(line)
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield Address(host="127.0.0.1", port=listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def read_request(line: socket.socket) -> bytes:
    """One request without a body; empty when the client has gone."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = line.recv(4096)
        if not piece:
            return b""
        got += piece
    return got


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer with its length."""
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body
