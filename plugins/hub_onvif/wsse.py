"""WS-Security's UsernameToken. Pure: time and nonce are given."""

import base64
import hashlib
from datetime import UTC, datetime

from lxml import etree

from hub.api import Credentials
from hub_onvif.names import BASE64, ENVELOPE, SECURITY, SECURITY_UTILITY, USERNAME_PROFILE
from hub_onvif.tree import Element


def password_digest(password: str, nonce: bytes, created: str) -> str:
    """Base64 of SHA-1 over nonce, time and password, as the UsernameToken profile has it."""
    # The profile knows SHA-1 only; what protects the password is TLS.
    return base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()


def created_text(at: datetime) -> str:
    """The time as a token has it: UTC with milliseconds and `Z`, since some firmware refuses `+00:00`.

    >>> created_text(datetime(2026, 11, 23, 8, 5, 0, 120000, UTC))
    '2026-11-23T08:05:00.120Z'
    """
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def build_security(credentials: Credentials, *, at: datetime, nonce: bytes, plain: bool = False) -> Element:
    """The header element that signs a request. `plain` sends the password itself: over TLS only.

    `at` is the device's time, and `nonce` 16 random bytes that are used once.
    """
    security: Element = etree.Element(
        f"{{{SECURITY}}}Security",
        {f"{{{ENVELOPE}}}mustUnderstand": "true"},
        nsmap={"wsse": SECURITY, "wsu": SECURITY_UTILITY},
    )
    token = etree.SubElement(security, f"{{{SECURITY}}}UsernameToken")
    etree.SubElement(token, f"{{{SECURITY}}}Username").text = credentials.user
    created = created_text(at)
    kind, word = (
        ("Text", credentials.password) if plain else ("Digest", password_digest(credentials.password, nonce, created))
    )
    etree.SubElement(token, f"{{{SECURITY}}}Password", {"Type": f"{USERNAME_PROFILE}#Password{kind}"}).text = word
    encoded = etree.SubElement(token, f"{{{SECURITY}}}Nonce", {"EncodingType": BASE64})
    encoded.text = base64.b64encode(nonce).decode()
    etree.SubElement(token, f"{{{SECURITY_UTILITY}}}Created").text = created
    return security
