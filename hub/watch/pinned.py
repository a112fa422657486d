"""Cameras with a certificate that they signed themselves: one that was pinned is trusted, and no other.

libav verifies a certificate against a file of authorities and a name. So the certificate is fetched first, compared
with the pinned fingerprint, and then handed to libav as the only authority, with the name that it carries itself: the
connection that the credentials travel over is verified again by libav, against this very certificate.
"""

import hashlib
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from hub.errors import DeviceUnreachable, ProtocolError

FINGERPRINT = "tls_fingerprint"
"""Our own stream option: the SHA-256 of the camera's certificate, hexadecimal, with or without colons."""
_PORTS = {"rtsps": 322, "https": 443}


@contextmanager
def pinned_options(url: str, fingerprint: str, where: str, within_s: float) -> Iterator[dict[str, str]]:
    """libav's options for a camera whose certificate has `fingerprint`; they hold within the context.

    Raises `ProtocolError` when it shows another certificate, `DeviceUnreachable` when none can be had.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or _PORTS.get(parts.scheme.lower(), 443))
    try:
        shown = _certificate(address, within_s)
        if hashlib.sha256(shown).hexdigest() != fingerprint.replace(":", "").strip().lower():
            raise ProtocolError(
                f"{where} shows another certificate than the pinned one.",
                hint="If it was replaced on purpose, pin the new one's SHA-256; if not, somebody may be listening.",
            )
        name = _name(address, shown, within_s)
    except (OSError, ValueError) as error:
        raise DeviceUnreachable(f"{where} shows no certificate: {type(error).__name__}.") from None
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(ssl.DER_cert_to_PEM_cert(shown))
        file.flush()
        yield {"tls_verify": "1", "ca_file": file.name, "verifyhost": name}


def _certificate(address: tuple[str, int], within_s: float) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname = False
    # Nothing is sent over this connection; what it shows is compared with the pinned fingerprint.
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(address, within_s) as connection,
        context.wrap_socket(connection, server_hostname=address[0]) as secure,
    ):
        return secure.getpeercert(binary_form=True) or b""


def _name(address: tuple[str, int], certificate: bytes, within_s: float) -> str:
    """The name that the certificate carries: Python reads it only out of one that it has verified."""
    context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(certificate))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    with (
        socket.create_connection(address, within_s) as connection,
        context.wrap_socket(connection, server_hostname=address[0]) as secure,
    ):
        shown = secure.getpeercert() or {}
    alternatives = shown.get("subjectAltName", ())
    subject = [pair for group in shown.get("subject", ()) for pair in group]
    names = [value for kind, value in (*alternatives, *subject) if kind in ("DNS", "IP Address", "commonName")]
    return str(names[0]) if names else address[0]
