"""Scheduled rules on record: what comes due, and what came due while the hub was down. Once, whatever happens."""

import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan
from hub.automation.schedules.jitter import put_off
from hub.automation.schedules.passed import Clockwork, drafts_of_passed, key_of
from hub.clock import Clock
from hub.core.calendar import Calendar
from hub.core.catalogue import ClockStepped, ScheduleDue
from hub.core.event import Draft, Record
from hub.core.rules.events import CalendarLoaded
from hub.core.state import State
from hub.errors import SiteError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.rules.scheduler import Scheduler

_KEY_FILE = "schedules.key"
_SECRET_BYTES = 32


class Schedules:
    """Puts the instants of scheduled rules on record. On the hub's event loop."""

    def __init__(self, core: CoreLoop, clock: Clock, timezone: str, secret: bytes) -> None:
        """`secret`: what the jitter of instants follows from, see `load_secret`."""
        self._core = core
        self._clock = clock
        self._works = Clockwork(ZoneInfo(timezone), secret)
        self._rules: dict[str, Rule] = {}
        self._scheduler = Scheduler(clock, self._works, self._due, self.catch_up)

    async def start(self) -> None:
        await self._scheduler.start()

    async def stop(self) -> None:
        await self._scheduler.stop()

    def use_rules(self, rules: Sequence[Rule]) -> None:
        """Make `rules` the complete set; unchanged ones go on undisturbed."""
        self._rules = {rule.id: rule for rule in rules if rule.every is not None}
        self._arm()

    async def use_calendar(self, calendar: Calendar) -> None:
        """Put a calendar in force and on record. What was planned by the one before is put on record first."""

        def think(state: State) -> list[Draft]:
            if state.calendar == calendar:
                return []
            return [*self._missed(state), Draft(CalendarLoaded(calendar=calendar), actor="hub")]

        await self._core.propose(think)

    def next_due(self, rule_id: str) -> datetime | None:
        return self._scheduler.next_due(rule_id)

    def follow(self, records: Sequence[Record]) -> None:
        """Look at the clock anew when it was set, and at the days when the calendar is another one."""
        if any(isinstance(record.event, CalendarLoaded) for record in records):
            self._arm()
        if any(isinstance(record.event, ClockStepped) for record in records):
            self._scheduler.wake()

    async def catch_up(self) -> None:
        """Put on record what passed unseen, as each rule wants it."""
        await self._core.propose(self._missed)

    def _arm(self) -> None:
        self._scheduler.arm(self._rules.values(), self._core.state.calendar)

    async def _due(self, rule_id: str, due_at: datetime) -> None:
        def think(state: State) -> list[Draft]:
            every = self._rules[rule_id].every if rule_id in self._rules else None
            if every is None:
                return []
            at = put_off(Plan(every, self._works.zone, state.calendar), rule_id, self._works.secret, due_at)
            event = ScheduleDue(rule=rule_id, due_at=due_at, put_off_s=(at - due_at).total_seconds())
            return [Draft(event, actor="hub", key=key_of(rule_id, due_at))]

        await self._core.propose(think)

    def _missed(self, state: State) -> list[Draft]:
        return drafts_of_passed([*self._rules.values()], state, self._clock.now(), self._works)


def load_secret(data: Path) -> bytes:
    """What the jitter of a site follows from; made once, readable by nobody but the user who runs the hub.

    Raises `SiteError` when the file cannot be read or made.
    """
    file = data / _KEY_FILE
    try:
        if not file.exists():
            # Under another name first: a crash leaves a whole file or none.
            fresh = file.with_suffix(".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(secrets.token_bytes(_SECRET_BYTES))
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(file)
        with file.open("rb") as kept:
            secret = kept.read(_SECRET_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SiteError(f"{file} cannot be used: {reason}.", hint="Let the hub's user read and write it.") from error
    if len(secret) != _SECRET_BYTES:
        raise SiteError(f"{file} is damaged.", hint="Remove it; the hub makes another one when it starts.")
    return secret
