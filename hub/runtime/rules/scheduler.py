"""The timer that says when a scheduled rule comes due. The only module that knows APScheduler.

Which instants those are follows from `hub.automation.schedules.instants`; the trigger here only hands them on. What
fired and what was missed is on record in the journal; the jobs are made anew from the rules at every start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_JOB_SUBMITTED,
    JobEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan, fires
from hub.automation.schedules.jitter import coming, planned_for
from hub.automation.schedules.passed import GRACE_S, Clockwork
from hub.clock import Clock
from hub.core.calendar import Calendar

_LOOK_AGAIN_S = 20.0
_RETRY_S = 30.0
_INSTANT = timedelta(microseconds=1)

log = logging.getLogger(__name__)

OnDue = Callable[[str, datetime], Awaitable[None]]
OnMissed = Callable[[], Awaitable[None]]


class PlannedTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """When the instants of one rule really come."""

    def __init__(self, plan: Plan, rule: str, secret: bytes) -> None:
        self._plan = plan
        self._rule = rule
        self._secret = secret

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first instant after `previous_fire_time`, or at or after `now` when there is none."""
        following = next(coming(self._plan, self._rule, self._secret, previous_fire_time or now - _INSTANT), None)
        return following.at if following is not None else None

    def planned_for(self, at: datetime) -> datetime:
        """The planned instant that comes at `at`."""
        return planned_for(self._plan, self._rule, self._secret, at)

    def __repr__(self) -> str:
        return f"<PlannedTrigger of {self._rule}>"


class Armed(NamedTuple):
    """A rule whose instants are waited for."""

    rule: Rule
    plan: Plan
    trigger: PlannedTrigger


class Scheduler:
    """Calls `on_due(rule, due_at)` when a rule's instant has come. Everything runs on one event loop.

    `due_at` is the planned instant, not the moment of the call. Where an instant cannot be handed over in time (the
    machine slept, the clock was set, the call before still runs or failed), `on_missed` is called instead, and again
    every 30 s while it fails: it looks for what was missed (see `hub.automation.schedules.passed`).
    """

    def __init__(self, clock: Clock, works: Clockwork, on_due: OnDue, on_missed: OnMissed) -> None:
        self._clock = clock
        self._works = works
        self._on_due = on_due
        self._on_missed = on_missed
        self._armed: dict[str, Armed] = {}
        self._handed: dict[str, datetime] = {}
        self._planned: dict[str, datetime] = {}
        self._looked_at = clock.now()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": GRACE_S, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(self._submitted, EVENT_JOB_SUBMITTED)
        self._scheduler.add_listener(self._not_handed, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)

    async def start(self) -> None:
        """Begin to call; rules may be armed before and after."""
        self._scheduler.start()
        self._go(self._look_again())

    async def stop(self) -> None:
        """End; calls that still run are cancelled."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # APScheduler shuts down in a callback of the loop
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def arm(self, rules: Iterable[Rule], calendar: Calendar) -> None:
        """Make `rules` the complete set; jobs of rules whose instants are the same go on undisturbed.

        Those of others come due at their first instant from now on.
        """
        now = self._clock.now()
        wanted = {rule.id: rule for rule in rules if rule.every is not None}
        for rule_id in [known for known in self._armed if known not in wanted]:
            self._disarm(rule_id)
        for rule in wanted.values():
            known = self._armed.get(rule.id)
            if known is None or known.rule.digest != rule.digest or _moved(known, calendar):
                self._arm_one(rule, calendar, now)

    def next_due(self, rule_id: str) -> datetime | None:
        """The instant for which the rule is planned next, jitter left out; None when it is not armed."""
        job = self._scheduler.get_job(rule_id)
        at: datetime | None = getattr(job, "next_run_time", None)
        return self._armed[rule_id].trigger.planned_for(at.astimezone(UTC)) if at is not None else None

    def wake(self) -> None:
        """Look at the clock now, because it was set. Without this it is noticed within 20 s."""
        now = self._clock.now()
        if now < self._looked_at:
            # Jobs that were planned by a clock which ran ahead could lie years away.
            for known in list(self._armed.values()):
                self._arm_one(known.rule, known.plan.calendar, now)
        self._looked_at = now
        if self._scheduler.running:
            self._scheduler.wakeup()

    def _arm_one(self, rule: Rule, calendar: Calendar, after: datetime) -> None:
        assert rule.every is not None
        self._disarm(rule.id)
        plan = Plan(rule.every, self._works.zone, calendar)
        clockwork = PlannedTrigger(plan, rule.id, self._works.secret)
        armed = self._armed[rule.id] = Armed(rule, plan, clockwork)
        self._handed[rule.id] = after
        first = clockwork.get_next_fire_time(after, after)
        if first is not None:
            self._scheduler.add_job(
                self._hand_over,
                clockwork,
                args=(armed,),
                id=rule.id,
                name=rule.id,
                next_run_time=first,
            )

    def _disarm(self, rule_id: str) -> None:
        if self._armed.pop(rule_id, None) is not None:
            self._handed.pop(rule_id)
            if self._scheduler.get_job(rule_id) is not None:
                self._scheduler.remove_job(rule_id)

    def _submitted(self, event: JobSubmissionEvent) -> None:
        # A job is not told for which instant it runs; this event, which comes before it begins, is.
        self._planned[event.job_id] = event.scheduled_run_times[-1].astimezone(UTC)

    async def _hand_over(self, armed: Armed) -> None:
        rule_id = armed.rule.id
        due_at = armed.trigger.planned_for(self._planned[rule_id])
        if self._armed.get(rule_id) is not armed:
            # It was armed otherwise between being submitted and being run; the instant came all the same.
            await self._on_due(rule_id, due_at)
            return
        if len(fires(armed.plan, self._handed[rule_id], due_at, 2)) > 1:
            await self._on_missed()
        else:
            await self._on_due(rule_id, due_at)
        if self._armed.get(rule_id) is armed:
            self._handed[rule_id] = due_at

    def _not_handed(self, event: JobEvent) -> None:
        if event.job_id in self._armed and not self._stopping:
            self._go(self._look_after(event.job_id))

    async def _look_after(self, rule_id: str) -> None:
        while rule_id in self._armed:
            try:
                await self._on_missed()
                if rule_id in self._armed:
                    self._handed[rule_id] = self._clock.now()
            except Exception:  # whatever keeps it from being recorded now, the instant must not be lost
                log.exception("The missed instants of %s could not be recorded; trying again.", rule_id)
                await asyncio.sleep(_RETRY_S)
            else:
                return

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN_S)
            self.wake()

    def _go(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _moved(known: Armed, calendar: Calendar) -> bool:
    """Whether another calendar changes the days on which it comes due."""
    return known.plan.every.only is not None and known.plan.calendar != calendar
