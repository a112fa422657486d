"""How one device is: asked every so often, one thing after another, and more seldom while it fails.

What it is and what it can do is asked first, after a silence, after a restart of the device, and every hour; its health
each time; what is weak about it once a day.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from hub.client.devices import DeviceNow
from hub.clock import Clock
from hub.core.devices.look import Contact, Look, Weak
from hub.core.devices.model import Description
from hub.devices.access import Access
from hub.devices.breaker import Breaker, NotAsked
from hub.devices.calls import Calls, Line
from hub.devices.looking import answered, described, failed, look_at, weak_of
from hub.errors import (
    AuthRejected,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceUnreachable,
    DeviceUntrusted,
    NotActivated,
    PluginError,
    Unsupported,
)
from hub.vendor.session import Audits, Session
from hub.vendor.values import Capability, Support

log = structlog.get_logger("devices")

DESCRIBE_EVERY = timedelta(hours=1)
AUDIT_EVERY = timedelta(days=1)
_SOON_S = 5.0
"""After the first failure: soon enough to tell a lost answer from a lost device."""


class Poller:
    """Asks one device. On the hub's event loop; `look` is one round, `keep` goes on for ever."""

    def __init__(
        self,
        session: Session,
        access: Access,
        line: Line,
        calls: Calls,
        clock: Clock,
        *,
        poll_s: float,
        on_look: Callable[[Look], None],
        on_fault: Callable[[Exception | None], None],
    ) -> None:
        """`on_look` is called with what was seen; `on_fault` with what the plugin broke with, None when it works."""
        self.now = DeviceNow()
        self.can: Mapping[Capability, Support] = {}
        """What the device can do; empty until it has said so."""
        self._session = session
        self._access = access
        self._line = line
        self._calls = calls
        self._clock = clock
        self._poll_s = poll_s
        self._on_look = on_look
        self._on_fault = on_fault
        self._breaker = Breaker(device=access.id)
        self._described: Description | None = None
        self._described_at: datetime | None = None
        self._started_at: datetime | None = None
        self._audited_at: datetime | None = None
        self._failures = 0
        self._soon = asyncio.Event()
        self._dice = random.SystemRandom()

    async def keep(self, first_after_s: float) -> None:
        """Ask for ever; the first time after so many seconds."""
        await self._pause(first_after_s)
        while True:
            await self.look()
            await self._pause(self._wait_s())

    def ask_soon(self) -> None:
        """It is to be asked now, whatever failed before."""
        self._breaker = self._breaker.retry()
        self._described_at = None
        self._soon.set()

    def check(self) -> None:
        """Raise `DeviceUnreachable` while the device is left alone: whoever else wants something of it waits, too."""
        now, until = self._clock.now(), self._breaker.until
        if until is not None and not self._breaker.may_ask(now):
            left_s = (until - now).total_seconds()
            raise DeviceUnreachable(f"It failed several times; it is asked again in {left_s:.0f} s.")

    async def look(self) -> None:
        """One round of questions, unless the device is left alone for now."""
        at = self._clock.now()
        if not self._breaker.may_ask(at):
            return
        try:
            look = await self._ask(at)
        except NotAsked as error:
            log.info("device_not_asked", device=self._access.id, reason=error.message)
        except PluginError as error:
            self._on_fault(error)
            self._described_at = None
            self._take(Look(at=at, why=error.message))
        except DeviceError as error:
            self._failed(error, at)
        except Exception as error:  # what a plugin gave may be of any shape, and costs its device only
            log.exception("device_not_understood", device=self._access.id)
            self._on_fault(error)
            self._take(Look(at=at, why=type(error).__name__))
        else:
            self._on_fault(None)
            self._failures = 0
            self._breaker = self._breaker.after(None, at)
            self._on_look(look)

    async def _ask(self, at: datetime) -> Look:
        if self._wants_description(at):
            await self._describe(at)
        began_s = self._clock.monotonic()
        health = await self._calls.call(self._line, self._session.health)
        took_s = self._clock.monotonic() - began_s
        if (started_at := health.started_at.value) is not None:
            restarted = self._started_at is not None and started_at - self._started_at > timedelta(minutes=1)
            self._started_at = started_at
            if restarted:
                self._described_at = None  # with another firmware, perhaps
        certificate = self._access.certificate()
        look = replace(
            look_at(health, at=self._clock.now(), took_s=took_s),
            described=self._described,
            certificate_ends_at=certificate.ends_at if certificate is not None else None,
        )
        self.now = answered(self.now, health, look, took_s=took_s)
        if self._wants_audit(at):
            look = replace(look, weak=await self._audit(at))
        return look

    def _wants_description(self, at: datetime) -> bool:
        return self._described_at is None or not timedelta() <= at - self._described_at < DESCRIBE_EVERY

    async def _describe(self, at: datetime) -> None:
        try:
            info = described(await self._calls.call(self._line, self._session.describe))
        except (DeviceForbidden, Unsupported):
            info = None
        if not self.can or info != self._described:
            self.can = dict(await self._calls.call(self._line, self._session.capabilities, within_s=30.0))
            self.now = replace(self.now, can=sorted(name for name, there in self.can.items() if there == "yes"))
        self._described, self._described_at = info, at

    def _wants_audit(self, at: datetime) -> bool:
        if not isinstance(self._session, Audits) or self.can.get("audit") == "no":
            return False
        return self._audited_at is None or not timedelta() <= at - self._audited_at < AUDIT_EVERY

    async def _audit(self, at: datetime) -> tuple[Weak, ...] | None:
        assert isinstance(self._session, Audits)
        self._audited_at = at
        try:
            return weak_of(await self._calls.call(self._line, self._session.audit, within_s=30.0))
        except AuthRejected:
            raise
        except DeviceError as error:
            log.info("device_not_audited", device=self._access.id, reason=error.message)
            return None

    def _failed(self, error: DeviceError, at: datetime) -> None:
        """The device could not be asked. One that refuses us is asked on: the access answers in its place, until the
        credentials are others or a person says so."""
        if not isinstance(error, AuthRejected):
            self._breaker = self._breaker.after(error, self._clock.now())
        contact = _contact(error)
        self._failures = self._failures + 1 if contact == "failed" else 0
        self._described_at = None
        log.info("device_not_asked", device=self._access.id, contact=contact, reason=error.message)
        self._take(Look(at=at, contact=contact, why=str(error), failures=self._failures))

    def _take(self, look: Look) -> None:
        self.now = replace(
            failed(self.now, look.contact, look.why, look.at),
            latched=bool(self._access.latched),
            paused_until_at=self._breaker.until if not self._breaker.may_ask(self._clock.now()) else None,
        )
        self._on_look(look)

    def _wait_s(self) -> float:
        if self._failures == 1:
            return min(_SOON_S, self._poll_s)
        # Not in step with the others, whatever began them together.
        return self._poll_s * self._dice.uniform(0.95, 1.05)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._soon.wait()
        except TimeoutError:
            return
        self._soon.clear()


def _contact(error: DeviceError) -> Contact:
    """What an error says of the device itself. One that is busy, or that we may not ask, is not silent."""
    match error:
        case AuthRejected() | NotActivated():
            return "refused"
        case DeviceUntrusted():
            return "untrusted"
        case DeviceBusy():
            return "unknown"
        case DeviceForbidden():
            return "reached"
        case _:
            return "failed"
