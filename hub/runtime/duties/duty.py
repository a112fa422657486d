"""Duty on record: the roster, shifts as they begin and end by it, and the gaps that are coming. Once, whatever happens.

What is put on record follows from what stands on record (`hub.core.duty.changes`), decided in the one line of
proposals: nothing is lost or doubled by a restart, a crash or a clock that is set. What passed while the hub was down
is put on record by the roster that was in force then, before another one counts.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import reduce

import structlog

from hub.clock import Clock
from hub.core.catalogue import ClockStepped
from hub.core.duty.changes import gap_changes, next_look, passed_shifts, shift_changes
from hub.core.duty.roster import Roster
from hub.core.duty.shifts import RosterLoaded, ShiftEnded, follow_shift, laid_over
from hub.core.duty.swap_events import SwapApproved
from hub.core.event import Draft, Event, Record
from hub.core.people.events import StaffEvent
from hub.core.rounds.events import RoundsLoaded
from hub.core.rounds.kinds import RoundKind
from hub.core.rules.events import CalendarLoaded
from hub.core.state import State
from hub.errors import HubError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.rostered import Rostered

log = structlog.get_logger("duty")

_LONGEST_NAP_S = 20.0  # the wall clock may step
_RETRY_S = 5.0


class DutyWatch:
    """Puts duty on record. On the hub's event loop."""

    def __init__(self, core: CoreLoop, clock: Clock, rostered: Rostered) -> None:
        self._core = core
        self._clock = clock
        self._rostered = rostered
        self._file = rostered.roster
        """What rules/roster.toml says; `rostered` has approved swaps laid over it."""
        self._changed = True
        """The roster or the calendar is another one than at the last look."""
        self._gaps_seen_on: date | None = None
        self._look_at: datetime | None = None
        self._wake = asyncio.Event()

    async def use_roster(self, roster: Roster) -> None:
        """Put a roster in force, and what follows from it on record."""
        if roster != self._file:
            self._file = roster
            self._changed = True
            await self.look()

    async def use_rounds(self, kinds: Sequence[RoundKind]) -> None:
        """Put the kinds of rounds in force and on record."""
        event = RoundsLoaded(kinds=list(kinds))
        by_id = {kind.id: kind for kind in kinds}
        await self._core.propose(lambda state: [] if state.round_kinds == by_id else [Draft(event, actor="hub")])

    def follow(self, records: Sequence[Record]) -> None:
        """Look again when the roster was changed by a swap, the calendar is another one, or the clock was set."""
        for record in records:
            if isinstance(record.event, CalendarLoaded):
                self._rostered.use(self._rostered.roster, record.event.calendar)
                self._changed = True
                self._wake.set()
            elif isinstance(record.event, SwapApproved):
                self._rostered.use(self._core.state.duty.roster, self._rostered.calendar)
                self._changed = True
                self._wake.set()
            elif isinstance(record.event, StaffEvent) and self._file.on_record:
                # Whose papers are on record, and so who counts, is another one.
                self._gaps_seen_on = self._look_at = None
                self._wake.set()
            elif isinstance(record.event, ClockStepped):
                self._look_at = None
                self._wake.set()

    async def look(self) -> None:
        """Put on record what is not as the roster says."""
        where, changed = self._rostered, self._changed
        self._changed = False
        in_force = laid_over(self._file, self._core.state.duty.changes)
        if in_force != where.roster:
            where.use(in_force, where.calendar)
        today = self._clock.now().astimezone(where.zone).date()
        anew = changed or today != self._gaps_seen_on
        try:
            await self._core.propose(lambda state: self._drafts(state, changed=changed, gaps_anew=anew))
        except BaseException:
            self._changed = self._changed or changed
            raise
        self._gaps_seen_on = today
        now = self._clock.now()
        self._look_at = next_look(self._core.state.duty, where.roster, now, where.zone, where.is_workday)

    async def keep(self) -> None:
        """Look whenever something can have changed. Runs for ever."""
        while True:
            self._wake.clear()
            nap_s = _LONGEST_NAP_S
            try:
                if self._changed or self._look_at is None or self._look_at <= self._clock.now():
                    await self.look()
            except HubError as error:
                log.error("duty_not_recorded", error=str(error), doing="trying again")
                nap_s = _RETRY_S
            else:
                if self._look_at is not None:
                    nap_s = min(nap_s, max(0.0, (self._look_at - self._clock.now()).total_seconds()))
            with suppress(TimeoutError):
                async with asyncio.timeout(nap_s):
                    await self._wake.wait()

    def _drafts(self, state: State, *, changed: bool, gaps_anew: bool) -> list[Draft]:
        where, now = self._rostered, self._clock.now()
        roster = laid_over(self._file, state.duty.changes)
        passed = passed_shifts(state.duty, now, where.zone, where.is_workday)
        duty = reduce(follow_shift, passed, state.duty)
        around = (roster, now, where.zone, where.is_workday)
        changes = shift_changes(duty, *around, changed=changed)
        events: list[Event] = [change for change in changes if isinstance(change, ShiftEnded)]
        events += passed
        zone = str(where.zone)
        if duty.since_at is None or duty.file != self._file or duty.zone != zone:
            events.append(RosterLoaded(roster=self._file, zone=zone))
        events += [change for change in changes if not isinstance(change, ShiftEnded)]
        if gaps_anew or any(gap.to_at <= now for gap in duty.gaps.values()):
            events += gap_changes(duty, *around, papers=state.staff.papers(now))
        return [Draft(event, actor="hub") for event in events]
