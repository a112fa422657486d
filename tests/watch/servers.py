"""Small servers for faults that a real camera server does not offer on demand."""

import re
import socketserver
import threading
from types import TracebackType


class _Server:
    def __init__(self, handle) -> None:
        class Connection(socketserver.StreamRequestHandler):
            def handle(connection) -> None:
                handle(connection)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class SilentServer(_Server):
    """Accepts and never says a word."""

    def __init__(self) -> None:
        super().__init__(lambda connection: connection.rfile.read())


class RefusingServer(_Server):
    """An RTSP server that answers everything with 401 and counts the attempts with credentials."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        super().__init__(self._serve)

    @property
    def attempts(self) -> int:
        return sum("\r\nauthorization:" in request.lower() for request in self.requests)

    def _serve(self, connection) -> None:
        request = b""
        while chunk := connection.rfile.readline(4096):
            request += chunk
            if chunk != b"\r\n":
                continue
            self.requests.append(request.decode())
            number = re.search(rb"(?i)cseq: *(\d+)", request)
            connection.wfile.write(
                b"RTSP/1.0 401 Unauthorized\r\nCSeq: %s\r\n"
                b'WWW-Authenticate: Digest realm="camera", nonce="f00d"\r\nContent-Length: 0\r\n\r\n'
                % (number.group(1) if number else b"0")
            )
            request = b""


class GibberishServer(_Server):
    """Answers everything with bytes that mean nothing, without end."""

    def __init__(self) -> None:
        super().__init__(self._serve)

    @staticmethod
    def _serve(connection) -> None:
        try:
            while True:
                connection.wfile.write(b"\xff\x00nonsense\r\n" * 100)
        except OSError:
            return
