"""Codes of six digits that change every 30 s (RFC 6238 over HMAC-SHA-1, as telephones have it). Pure: secrets and
times are given."""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import datetime
from urllib.parse import quote

DIGITS = 6
STEP_S = 30
DRIFT = 1
"""A telephone's clock may be so many steps off."""
SECRET_BYTES = 20
RECOVERY_CODES = 8


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226, section 5.3)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return str((number & 0x7FFFFFFF) % 10**digits).zfill(digits)


def step_of(at: datetime) -> int:
    """The number of the step that an instant lies in."""
    return int(at.timestamp()) // STEP_S


def matching_step(secret: bytes, code: str, now: datetime, used: int = -1) -> int | None:
    """The step whose code this is, of those around `now` and after the step `used`; None when it is none of theirs.
    Whoever takes a code keeps its step as `used`: no code counts twice."""
    present = step_of(now)
    typed = code.replace(" ", "")
    if len(typed) != DIGITS or not typed.isascii():
        return None
    steps = range(max(present - DRIFT, used + 1, 0), present + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step), typed)), None)


def encode_secret(secret: bytes) -> str:
    """The secret as people type it into a telephone: base 32, a multiple of 8 characters needs no padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def parse_secret(text: str) -> bytes | None:
    """The secret behind its base 32; None when it is none."""
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)
    except (binascii.Error, ValueError):
        return None


def otpauth_uri(secret: str, account: str, issuer: str) -> str:
    """What a QR code for a telephone says."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={STEP_S}"


def recovery_code(random: bytes) -> str:
    """A recovery code, such as `k3v7q-9xw2m`, of seven random bytes."""
    text = base64.b32encode(random).decode().lower()[:10]
    return f"{text[:5]}-{text[5:]}"
