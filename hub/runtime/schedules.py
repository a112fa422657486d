"""Scheduled rules on record: what comes due, and what came due while the hub was down. Once, whatever happens."""

from collections.abc import Sequence
from datetime import datetime

from hub.automation.model import Rule
from hub.clock import Clock
from hub.core.catalogue import ClockStepped, ScheduleDue, ScheduleMissed
from hub.core.event import Draft, Record
from hub.core.state import State
from hub.runtime.core_loop import CoreLoop
from hub.runtime.scheduler import Scheduler, missed


class Schedules:
    """Puts the instants of scheduled rules on record. On the hub's event loop."""

    def __init__(self, core: CoreLoop, clock: Clock, timezone: str) -> None:
        self._core = core
        self._clock = clock
        self._timezone = timezone
        self._rules: Sequence[Rule] = ()
        self._scheduler = Scheduler(clock, timezone, self._due, self.catch_up)

    async def start(self) -> None:
        await self._scheduler.start()

    async def stop(self) -> None:
        await self._scheduler.stop()

    def use_rules(self, rules: Sequence[Rule]) -> None:
        """Make `rules` the complete set; unchanged ones go on undisturbed."""
        self._rules = [rule for rule in rules if rule.every is not None]
        self._scheduler.arm(self._rules)

    def next_due(self, rule_id: str) -> datetime | None:
        return self._scheduler.next_due(rule_id)

    def follow(self, records: Sequence[Record]) -> None:
        """Look at the clock anew when it was set."""
        if any(isinstance(record.event, ClockStepped) for record in records):
            self._scheduler.wake()

    async def catch_up(self) -> None:
        """Put on record what passed unseen, as each rule wants it."""
        await self._core.propose(self._missed)

    async def _due(self, rule_id: str, due_at: datetime) -> None:
        event = ScheduleDue(rule=rule_id, due_at=due_at)
        await self._core.propose(lambda state: [Draft(event, actor="hub", key=_key(rule_id, due_at))])

    def _missed(self, state: State) -> list[Draft]:
        drafts = []
        for rule in self._rules:
            schedule = state.schedules.get(rule.id)
            if schedule is None:
                continue
            for due_at, skipped in missed(rule, schedule, self._clock.now(), self._timezone):
                event = (
                    ScheduleMissed(rule=rule.id, due_at=due_at)
                    if skipped
                    else ScheduleDue(rule=rule.id, due_at=due_at, late=True)
                )
                drafts.append(Draft(event, actor="hub", key=_key(rule.id, due_at)))
        return drafts


def _key(rule_id: str, due_at: datetime) -> str:
    """The same rule at the same instant is due once."""
    return f"schedule:{rule_id}:{due_at.isoformat()}"
