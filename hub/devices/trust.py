"""Whether a device that speaks TLS is the one that it should be."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from hub.devices.certificate import Certificate, parse_certificate
from hub.errors import DeviceUntrusted, ProtocolError, SiteError


class TlsTrust(msgspec.Struct, frozen=True, kw_only=True):
    """How a device's certificate is judged: by its fingerprint where one is given, else by the certificate authorities
    in `ca_file`, else by those that the machine trusts."""

    fingerprint: str = ""
    """As `parse_fingerprint` gives it. It alone decides then: most devices have a certificate that they made
    themselves, for a name that is not theirs."""
    ca_file: Path | None = None


def build_context(trust: TlsTrust) -> ssl.SSLContext:
    """The TLS settings towards a device, one for all that are judged alike: the machine's authorities are almost a
    megabyte. Raises `SiteError` when `ca_file` cannot be used."""
    if trust.fingerprint:
        return _unchecked()
    try:
        changed_ns = trust.ca_file.stat().st_mtime_ns if trust.ca_file else 0
        return _checked(trust.ca_file, changed_ns)
    except OSError as error:  # ssl.SSLError is one
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise SiteError(
            f"The certificates in {trust.ca_file} cannot be used: {reason}.",
            hint="`ca_file` is a PEM file with the certificate of the authority that signed the device's.",
        ) from None


def check_certificate(shown: bytes | None, trust: TlsTrust) -> Certificate:
    """What the certificate of a finished handshake says. Raises `DeviceUntrusted`, `ProtocolError`."""
    if not shown:
        raise DeviceUntrusted("The device has shown no certificate.")
    certificate = parse_certificate(shown)
    if trust.fingerprint and certificate.fingerprint != trust.fingerprint:
        raise DeviceUntrusted(
            f"The device's certificate has the SHA-256 fingerprint {certificate.fingerprint}, "
            f"and {trust.fingerprint} is expected.",
            hint="Somebody may stand in between. If the device has a new certificate, compare the fingerprint on the "
            "device itself and write it as `tls_fingerprint`.",
        )
    return certificate


def describe_distrust(error: ssl.SSLCertVerificationError, shown: Certificate | None) -> DeviceUntrusted:
    """The error for a certificate that no authority vouches for; `shown` is looked at to name it."""
    named = f" Its SHA-256 fingerprint is {shown.fingerprint}." if shown else ""
    return DeviceUntrusted(
        f"The device's certificate is not trusted: {error.verify_message}.{named}",
        hint="Compare the fingerprint on the device itself and write it as `tls_fingerprint`, "
        "or name the authority's certificate as `ca_file`.",
    )


def look_at_certificate(connect: Callable[[ssl.SSLContext], ssl.SSLSocket]) -> Certificate | None:
    """The certificate that a device shows to whoever asks, trusted or not; nothing is said to the device beyond the
    handshake. `connect` makes a connection of its own. None when that goes wrong: what is told without it is enough."""
    with suppress(OSError, ProtocolError, ValueError), connect(_unchecked()) as line:
        return parse_certificate(line.getpeercert(binary_form=True) or b"")
    return None


@lru_cache(maxsize=32)
def _checked(ca_file: Path | None, changed_ns: int) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


@lru_cache(maxsize=1)
def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
