"""Scheduled rules: when they come due, and the timer that says so. The only module that knows APScheduler.

A rule's instants follow from its `every` and the time zone alone, so the same function serves the running timer, the
calendar of what is due, and what was missed while the hub was down. What fired and what was missed is on record in
the journal; the jobs here are made anew from the rules at every start.

Local times and the clock changes of the zone: a time that a change leaves out comes due at the moment of the change;
a time that a change repeats comes due once, the first time.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

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
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hub.automation.model import Every, Rule
from hub.clock import Clock
from hub.core.state import Schedule

ANCHOR = datetime(2000, 1, 1, tzinfo=UTC)
"""Intervals are counted from here."""
GRACE_S = 60
"""An instant that is handed over later than this counts as missed, and `missed` decides."""
MOST_RUN = 100
"""How many missed instants `missed = "run-all"` makes up for; older ones are only reported."""
MOST_REPORTED = 1000
"""How many missed instants of one rule are put on record."""

_LONGEST_LOOK_BACK = timedelta(days=400)
_LOOK_AGAIN_S = 20.0
_RETRY_S = 30.0
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)

log = logging.getLogger(__name__)

OnDue = Callable[[str, datetime], Awaitable[None]]
OnMissed = Callable[[], Awaitable[None]]


class Missed(NamedTuple):
    """An instant that passed unseen: to be made up for now (late), or only reported (skipped)."""

    due_at: datetime
    skipped: bool


class LocalTimes(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Times of day on the days that a cron expression matches, in a zone whose clocks may change.

    The days are counted on a calendar without clock changes; each wall time is then placed in the zone.
    """

    def __init__(self, every: Every, zone: ZoneInfo) -> None:
        self._zone = zone
        self._times = sorted(every.at)
        self._days = CronTrigger(
            day=",".join("last" if day == -1 else str(day) for day in sorted(every.days, reverse=True)) or "*",
            day_of_week=",".join(every.weekdays) or "*",
            hour=0,
            minute=0,
            second=0,
            timezone=UTC,
        )

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first instant after `previous_fire_time`, or at or after `now` when there is none."""
        after = previous_fire_time or now - _INSTANT
        # Placing wall times in the zone keeps their order, so only those later than the wall time now can qualify.
        shown = after.astimezone(self._zone).replace(tzinfo=None)
        day = shown.replace(tzinfo=UTC, hour=0, minute=0, second=0, microsecond=0)
        while (found := self._days.get_next_fire_time(None, day)) is not None:
            for at in self._times:
                wall = datetime.combine(found.date(), at)
                if wall > shown and (instant := instant_of(wall, self._zone)) > after:
                    return instant
            day = found + _DAY
        return None

    def __repr__(self) -> str:
        return f"<LocalTimes {self._days} at {self._times} in {self._zone}>"


def trigger(every: Every, timezone: str) -> BaseTrigger:
    """The APScheduler trigger of `every` in the zone. Raises `ValueError` for what `schedule.validate` refuses."""
    if every.interval_s is not None:
        if every.interval_s <= 0:
            raise ValueError("An interval must be positive.")
        return IntervalTrigger(seconds=every.interval_s, start_date=ANCHOR, timezone=UTC)
    if not every.at:
        raise ValueError("No time of day is given.")
    return LocalTimes(every, ZoneInfo(timezone))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` first show `wall` (a naive time), or jump past it."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # The clocks skip this time. With the offset of before the change the instant lies after it, and the other way
    # round; the change is between them.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while instant - before > timedelta(seconds=1):
        middle = (before + (instant - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            instant = middle
    return instant


def fires(every: Every, timezone: str, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The instants (UTC) at which `every` comes due, after `after` and not after `until`; `limit` at most."""
    clockwork = trigger(every, timezone)
    found: list[datetime] = []
    due = _first(clockwork, after)
    while due is not None and due <= until and len(found) < limit:
        found.append(due)
        due = _next(clockwork, due)
    return found


def missed(rule: Rule, schedule: Schedule, now: datetime, timezone: str) -> list[Missed]:
    """What of a scheduled rule passed unseen until `now`, oldest first, as the rule's `missed` wants it.

    `run-once` makes up for the newest and reports the others, `skip` reports all, `run-all` makes up for the newest
    `MOST_RUN` and reports the others. No more than the newest `MOST_REPORTED` of the last 400 days are returned.
    """
    if rule.every is None:
        return []
    since = schedule.last_due_at or schedule.armed_at
    earliest = now - _LONGEST_LOOK_BACK
    if rule.every.interval_s is not None:
        earliest = max(earliest, now - timedelta(seconds=rule.every.interval_s * (MOST_REPORTED + 1)))
    clockwork = trigger(rule.every, timezone)
    passed: deque[datetime] = deque(maxlen=MOST_REPORTED)
    due = _first(clockwork, max(since, earliest))
    while due is not None and due <= now:
        passed.append(due)
        due = _next(clockwork, due)
    run = {"run-once": 1, "skip": 0, "run-all": MOST_RUN}[rule.missed]
    return [Missed(due_at, skipped=index < len(passed) - run) for index, due_at in enumerate(passed)]


class Scheduler:
    """Calls `on_due(rule, due_at)` when a rule's instant has come. Everything runs on one event loop.

    `due_at` is the planned instant, not the moment of the call. Where an instant cannot be handed over in time (the
    machine slept, the clock was set, the call before still runs or failed), `on_missed` is called instead, and again
    every 30 s while it fails: it looks for what was missed (see `missed`). Without `on_missed`, the newest such
    instant is handed to `on_due`.
    """

    def __init__(self, clock: Clock, timezone: str, on_due: OnDue, on_missed: OnMissed | None = None) -> None:
        self._clock = clock
        self._timezone = timezone
        self._on_due = on_due
        self._on_missed = on_missed
        self._rules: dict[str, Rule] = {}
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

    def arm(self, rules: Iterable[Rule], after: datetime | None = None) -> None:
        """Make `rules` the complete set; jobs of unchanged rules go on undisturbed.

        New and changed rules come due at their first instant after `after`, which is the moment up to which `missed`
        was asked (None: now).
        """
        after = after or self._clock.now()
        wanted = {rule.id: rule for rule in rules if rule.every is not None}
        for rule_id in [known for known in self._rules if known not in wanted]:
            self._disarm(rule_id)
        for rule in wanted.values():
            known = self._rules.get(rule.id)
            if known is None or known.digest != rule.digest:
                self._disarm(rule.id)
                self._arm_one(rule, after)

    def next_due(self, rule_id: str) -> datetime | None:
        """When the rule comes due next; None when it is not armed."""
        job = self._scheduler.get_job(rule_id)
        due: datetime | None = getattr(job, "next_run_time", None)
        return due.astimezone(UTC) if due is not None else None

    def wake(self) -> None:
        """Look at the clock now, because it was set. Without this it is noticed within 20 s."""
        now = self._clock.now()
        if now < self._looked_at:
            # Jobs that were planned by a clock which ran ahead could lie years away.
            for rule in list(self._rules.values()):
                self._disarm(rule.id)
                self._arm_one(rule, now)
        self._looked_at = now
        if self._scheduler.running:
            self._scheduler.wakeup()

    def _arm_one(self, rule: Rule, after: datetime) -> None:
        assert rule.every is not None
        clockwork = trigger(rule.every, self._timezone)
        self._rules[rule.id] = rule
        self._handed[rule.id] = after
        first = _first(clockwork, after)
        if first is not None:
            self._scheduler.add_job(
                self._hand_over,
                clockwork,
                args=(rule.id, rule.digest),
                id=rule.id,
                name=rule.id,
                next_run_time=first,
            )

    def _disarm(self, rule_id: str) -> None:
        if self._rules.pop(rule_id, None) is not None:
            self._handed.pop(rule_id)
            self._planned.pop(rule_id, None)
            if self._scheduler.get_job(rule_id) is not None:
                self._scheduler.remove_job(rule_id)

    def _submitted(self, event: JobSubmissionEvent) -> None:
        # A job is not told for which instant it runs; this event, which comes before it begins, is.
        self._planned[event.job_id] = event.scheduled_run_times[-1].astimezone(UTC)

    async def _hand_over(self, rule_id: str, digest: str) -> None:
        rule = self._rules.get(rule_id)
        due_at = self._planned.get(rule_id)
        if rule is None or rule.every is None or rule.digest != digest or due_at is None:
            return  # it was disarmed between being submitted and being run
        passed = fires(rule.every, self._timezone, self._handed[rule_id], due_at, 2)
        if len(passed) > 1 and self._on_missed is not None:
            await self._on_missed()
        else:
            await self._on_due(rule_id, due_at)
        self._handed[rule_id] = due_at

    def _not_handed(self, event: JobEvent) -> None:
        if event.job_id in self._rules and not self._stopping:
            self._go(self._look_after(event.job_id))

    async def _look_after(self, rule_id: str) -> None:
        while rule_id in self._rules:
            try:
                if self._on_missed is not None:
                    await self._on_missed()
                    self._handed[rule_id] = self._clock.now()
                elif (newest := self._newest_unhanded(rule_id)) is not None:
                    await self._on_due(rule_id, newest)
                    self._handed[rule_id] = newest
            except Exception:  # whatever keeps it from being recorded now, the instant must not be lost
                log.exception("The missed instants of %s could not be recorded; trying again.", rule_id)
                await asyncio.sleep(_RETRY_S)
            else:
                return

    def _newest_unhanded(self, rule_id: str) -> datetime | None:
        rule = self._rules[rule_id]
        schedule = Schedule(armed_at=self._handed[rule_id])
        passed = missed(rule, schedule, self._clock.now(), self._timezone)
        return passed[-1].due_at if passed else None

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN_S)
            self.wake()

    def _go(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _first(clockwork: BaseTrigger, after: datetime) -> datetime | None:
    """The first instant later than `after`."""
    due = clockwork.get_next_fire_time(None, after)
    return due if due is None or due > after else _next(clockwork, due)


def _next(clockwork: BaseTrigger, due: datetime) -> datetime | None:
    following: datetime | None = clockwork.get_next_fire_time(due, due)
    return following.astimezone(UTC) if following is not None else None
