"""Small servers for faults, formats and encryption that the RTSP test server does not offer."""

import hashlib
import re
import socket
import socketserver
import ssl
import subprocess
import threading
from pathlib import Path
from types import TracebackType

import av

from hub.watch.pictures import jpeg
from tests.servers.clips import render


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


class MjpegServer(_Server):
    """A camera that sends JPEG pictures over HTTP (multipart/x-mixed-replace), until it is stalled or cut off."""

    def __init__(self, every_s: float = 0.1, boundary: str = "frame") -> None:
        pictures = [av.VideoFrame.from_ndarray(gray, format="gray") for gray in render("plain", fps=10)[:20]]
        self._pictures = [jpeg(picture) for picture in pictures]
        self._every_s = every_s
        self._boundary = boundary.encode()
        self._going = threading.Event()
        self._going.set()
        self._cut = threading.Event()
        super().__init__(self._serve)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/video.mjpg"

    def stall(self, *, on: bool = True) -> None:
        (self._going.clear if on else self._going.set)()

    def cut(self, *, on: bool = True) -> None:
        """Cut clients off, and let nobody in."""
        (self._cut.set if on else self._cut.clear)()

    def __exit__(self, *exception) -> None:
        self._cut.set()
        self._going.set()
        super().__exit__(*exception)

    def _serve(self, connection) -> None:
        if self._cut.is_set():
            return
        while connection.rfile.readline(4096).strip():
            pass
        write = connection.wfile.write
        try:
            write(
                b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=" + self._boundary + b"\r\n\r\n"
            )
            number = 0
            while self._going.wait() and not self._cut.is_set():
                picture = self._pictures[number % len(self._pictures)]
                head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                write(head % (self._boundary, len(picture)) + picture + b"\r\n")
                number += 1
                self._cut.wait(self._every_s)
        except OSError:
            return


class PacedServer(_Server):
    """Sends bytes, spread over some seconds, again and again."""

    def __init__(self, data: bytes, seconds: float) -> None:
        self._data = data
        self._pause_s = seconds / 40
        self._end = threading.Event()
        super().__init__(self._serve)

    def __exit__(self, *exception) -> None:
        self._end.set()
        super().__exit__(*exception)

    def _serve(self, connection) -> None:
        step = len(self._data) // 40 + 1
        try:
            while not self._end.is_set():
                for start in range(0, len(self._data), step):
                    connection.wfile.write(self._data[start : start + step])
                    self._end.wait(self._pause_s)
        except OSError:
            return


class Certificate:
    """A certificate that its owner signed himself, made with the openssl command."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self.path, self.key = folder / "certificate.pem", folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
        command += ["-keyout", str(self.key), "-out", str(self.path)]
        subprocess.run(command, check=True, capture_output=True)
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.path.read_text())).hexdigest().upper()
        self.fingerprint = ":".join(digest[n : n + 2] for n in range(0, 64, 2))


class TlsProxy(_Server):
    """Makes a camera's RTSP into RTSP over TLS. `bytes_in` counts what clients sent through it."""

    def __init__(self, port: int, certificate: Certificate) -> None:
        self.bytes_in = 0
        self._camera_port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.path, certificate.key)
        super().__init__(self._serve)

    def _serve(self, connection) -> None:
        try:
            secure = self._context.wrap_socket(connection.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return
        with secure, socket.create_connection(("127.0.0.1", self._camera_port)) as camera:
            back = threading.Thread(target=self._pass_on, args=(camera, secure))
            back.start()
            self._pass_on(secure, camera)
            back.join()

    def _pass_on(self, source, target) -> None:
        try:
            while data := source.recv(65536):
                if isinstance(source, ssl.SSLSocket):
                    self.bytes_in += len(data)
                target.sendall(data)
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
