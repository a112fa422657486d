"""When a device that fails may be asked again. Pure.

Three failures in a row open the circuit for a minute, and for twice as long after each further one, up to a quarter of
an hour. The pauses of different devices differ a little, so that a hundred devices behind a broken switch are not all
asked in the same second when it is back. A refused sign-in is no matter of time: a person must act, or other
credentials must be there.
"""

import zlib
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, DeviceUntrusted

Outcome = Literal["ok", "failed", "refused"]

FAILURES = 3
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 900.0
JITTER = 0.2
"""A pause is up to so much shorter."""


class NotAsked(DeviceUnreachable):
    """The hub itself had no room to ask the device: it says nothing about the device."""


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one device's answers."""

    device: str = ""
    """Whose; the pauses of different devices differ."""
    failures: int = 0
    """In a row."""
    until: datetime | None = None
    """Not before this."""
    refused: str | None = None
    """The version of the credentials that were refused (`Access.credentials_version`)."""

    def after(self, error: BaseException | None, now: datetime, *, version: str = "") -> "Breaker":
        """The breaker after a call that ended so; None: well."""
        match outcome_of(error):
            case None:
                return self
            case "ok":
                return self.retry()
            case "refused":
                return Breaker(device=self.device, refused=version)
        failures = self.failures + 1
        pause = timedelta(seconds=pause_s(self.device, failures))
        return Breaker(device=self.device, failures=failures, until=now + pause)

    def may_ask(self, now: datetime, *, version: str = "") -> bool:
        """Whether the device may be asked now, with credentials of that version. After a pause that is one call: what
        it tells decides how to go on."""
        if self.refused is not None:
            return self.refused != version
        if self.until is None:
            return True
        # A pause that lies too far ahead is one from before the clock was set back.
        return not timedelta() < self.until - now <= timedelta(seconds=LONGEST_PAUSE_S)

    def retry(self) -> "Breaker":
        """A person wants it to be asked now."""
        return Breaker(device=self.device)


def pause_s(device: str, failures: int) -> float:
    """How long a device is left alone after so many failures in a row.

    >>> pause_s("gate-1", 2)
    0.0
    """
    if failures < FAILURES:
        return 0.0
    longest_s = min(FIRST_PAUSE_S * 2.0 ** min(failures - FAILURES, 10), LONGEST_PAUSE_S)
    share = zlib.crc32(f"{device}/{failures}".encode()) / 0xFFFFFFFF
    return longest_s * (1.0 - JITTER * share)


def outcome_of(error: BaseException | None) -> Outcome | None:
    """What the end of a call tells about the device: one that answers, even with a refusal or with nonsense, is there.
    None: nothing."""
    match error:
        case None:
            return "ok"
        case NotAsked():
            return None
        case AuthRejected():
            return "refused"
        case DeviceUnreachable() | DeviceUntrusted():
            return "failed"
        case DeviceError():
            return "ok"
        case _:
            return None
