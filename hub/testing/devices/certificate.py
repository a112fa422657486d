"""A throw-away certificate for a server in a test."""

import hashlib
import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple


class ServerCertificate(NamedTuple):
    """Self-signed, for `localhost` and 127.0.0.1, good for two days."""

    file: Path
    key: Path
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits."""

    def server_side(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path) -> ServerCertificate:
    """Make one in `folder` with the `openssl` command, which takes a few hundredths of a second."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    der = ssl.PEM_cert_to_DER_cert(file.read_text(encoding="ascii"))
    return ServerCertificate(file, key, hashlib.sha256(der).hexdigest())
