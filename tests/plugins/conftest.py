"""The fixtures of the public test-kit, and servers to send to, for the tests of our own plugins."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hub.testing.pytest_plugin import hub_clock, hub_context, hub_host, hub_message

__all__ = ["hub_clock", "hub_context", "hub_host", "hub_message"]


class Certificate(NamedTuple):
    """A throw-away certificate for localhost and 127.0.0.1."""

    file: Path
    key: Path

    def server_side(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(
        ["openssl", *request.split(), "-addext", names, "-keyout", str(made.key), "-out", str(made.file)],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return made


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which connections are taken (by the kernel) and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
