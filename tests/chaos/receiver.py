"""The far side of the webhook notifier: takes messages, and is as unreliable as far sides are."""

import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A hub that is killed in the middle of a message is what the tests are about."""


class Receiver:
    """A real HTTP server on this machine. Of a hundred messages it refuses some, and takes some without saying so."""

    def __init__(self, seed: int) -> None:
        self.taken: Counter[str] = Counter()
        """How often each message id was taken."""
        self._reliable = False
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                luck = receiver._luck()
                if luck < 0.05:
                    self._say(503)
                    return
                receiver._take(unquote(self.headers["Idempotency-Key"]))
                if luck < 0.08:
                    self.close_connection = True  # taken, and the hub never hears of it
                    return
                self._say(200)

            def _say(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Answer)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def be_reliable(self) -> None:
        """Take every message from now on, and say so."""
        self._reliable = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _luck(self) -> float:
        with self._lock:
            return 1.0 if self._reliable else self._dice.random()

    def _take(self, message: str) -> None:
        with self._lock:
            self.taken[message] += 1
