"""Gets effects out: takes what is due from the outbox, sends or does it, puts the outcome on record.

The outbox is the only state. What is combined into one list is marked done, each entry, with the list's outcome and in
one transaction: a crash before it sends the list again, and loses nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path

import structlog

from hub.automation.model import SendMessage
from hub.clock import Clock
from hub.core.catalogue import ClockStepped
from hub.core.delivery import (
    EffectDone,
    MessageHeld,
    MessagesListed,
    NotifierFailing,
    NotifierWorking,
)
from hub.core.event import Draft, Record, wire_name
from hub.core.state import State
from hub.core.text import Language, Text
from hub.errors import DeliveryFailed, JournalError
from hub.journal.codec import from_us
from hub.journal.log import Journal
from hub.ports import Notifier, OutboxEntry
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.camera_deeds import CarryOut, nobody
from hub.runtime.delivery.digest import Listed, list_id, list_of
from hub.runtime.delivery.job import Job, done, ended_as, failed, of_hub
from hub.runtime.delivery.lines import Lines, Waiting
from hub.runtime.delivery.outbox import (
    LONGEST_RETRY_S,
    Errand,
    Parcel,
    held_back,
    moved,
    opened,
    tried_again_at,
)
from hub.runtime.delivery.quiet import Hold, Manners
from hub.runtime.delivery.report_sending import Attach
from hub.runtime.delivery.sending import LONGEST_TRY_S, Desk, Outcome, Routes, send
from hub.secret import redact

log = structlog.get_logger("effects")

_AT_ONCE = 16  # sendings under way: enough that one slow server delays nobody, few enough to stay polite
_AT_ONCE_EACH = 4  # through one notifier, so that a dead server cannot take all the places
_LOOKED_AT = 1000  # due entries, so that those of a dead server do not hide the others
_LOOK_AGAIN_S = 1.0
_MANY = 100  # due messages that were read already; while there are more, the outbox is read less often
_READ_MANY_EVERY_S = 0.5
_GATHER_S = 0.02  # what comes together is looked at together: a look costs about a millisecond for 1,000 messages
_FAILING_AFTER = 2  # tries in a row; one hiccup wakes nobody
_END_S = 1.0
_REMEMBERED = 5_000  # outcomes on record that are read at the start, to know what was sent lately
_EVERYTHING = 100_000
_LONG_AHEAD = timedelta(days=400)


class EffectRunner:
    """Runs on the hub's event loop. `routes` and `notifiers` may be replaced while it runs."""

    def __init__(
        self,
        core: CoreLoop,
        journal: Journal,
        clock: Clock,
        *,
        recipients: Callable[[str], Sequence[str]],
        evidence: Path,
        language: Language,
        site: Text,
        zone: tzinfo,
        manners: Callable[[str], Manners] = lambda to: Manners(),
    ) -> None:
        """`recipients` gives, for a route or `person:ACCOUNT`, the notifier of each as hub.toml has it, whether it
        works or not, and `manners` how they want to be told."""
        self.routes: Routes = {}
        """What to hand to the notifiers that work."""
        self.notifiers: Mapping[str, Notifier] = {}
        self.waiting: dict[str, str] = {}
        """Why the newest try through a notifier failed, by notifier."""
        self.on_fault: Callable[[str, Exception | None], None] = lambda via, fault: None
        """Called with a notifier's name and what it raised that it may not raise; None when it works."""
        self.carry_out: CarryOut = nobody
        """Does what is to be done with cameras."""
        self._core = core
        self._journal = journal
        self._clock = clock
        self._recipients = recipients
        self._desk = Desk(language, site, evidence)
        self._zone = zone
        self._lines = Lines(manners, zone)
        self._wake = asyncio.Event()
        self._under_way: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._due: dict[str, tuple[OutboxEntry, Parcel | Errand | None]] = {}
        """What was due when the outbox was read last, without what was begun since."""
        self._stale = True
        """Whether the outbox may hold more than was read."""
        self._read_s = 0.0
        self._ended: set[str] = set()
        """What came to an end since the outbox was read: what was read still shows it as pending."""
        self._stepped_s = 0.0
        self._look_at_held = False
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""

    def use_reports(self, attach: Attach) -> None:
        """What makes the reports that go with messages."""
        self._desk = self._desk._replace(attach=attach)

    async def start(self) -> None:
        types = [wire_name(MessagesListed), wire_name(EffectDone)]
        self._lines.follow(await asyncio.to_thread(self._journal.read_last, _REMEMBERED, types=types))
        self.task = asyncio.create_task(self._run(), name="effects")

    async def stop(self) -> None:
        """Begin nothing new, and stop what is under way after a second: it stays in the outbox for the next start."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_END_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def poke(self) -> None:
        """Something new may be in the outbox."""
        self._stale = True
        self._wake.set()

    def follow(self, records: Sequence[Record]) -> None:
        """Take note of what concerns the outbox."""
        self._lines.follow(records)
        for record in records:
            if isinstance(record.event, ClockStepped):
                self._stepped_s += record.event.by_s
                self._lines.clock_stepped(record.event.by_s)
                self._wake.set()

    def look_at_held(self) -> None:
        """How recipients want to be told has changed: what is held is looked at again."""
        self._look_at_held = True
        self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                if self._stepped_s:
                    await self._move_with_the_clock()
                if self._look_at_held:
                    await self._wake_held()
                await self._look()
            except Exception:  # a store that cannot be read now can be read later, and messages must get out then
                log.exception("outbox_not_read")
            try:
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._wake.wait()
                await asyncio.sleep(_GATHER_S)
            except TimeoutError:
                self._stale = True

    # --- choosing -----------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Read what is due, where something may have come since it was read last, and begin what can begin."""
        if len(self._tasks) >= _AT_ONCE or self._core.clock_in_doubt:
            return
        now_s = asyncio.get_running_loop().time()
        crowded = len(self._due) > _MANY and now_s - self._read_s < _READ_MANY_EVERY_S
        if self._stale and not crowded:
            self._stale, self._read_s = False, now_s
            self._ended.clear()
            now = self._clock.now()
            read = await asyncio.to_thread(lambda: [(e, opened(e)) for e in self._journal.outbox_due(now, _LOOKED_AT)])
            taken = self._under_way.keys() | self._ended
            self._due = {entry.key: (entry, content) for entry, content in read if entry.key not in taken}
        self._begin_what_is_due()

    def _begin_what_is_due(self) -> None:
        jobs = list({id(job): job for job in self._under_way.values()}.values())
        busy, along = Counter(job.through for job in jobs), Counter(job.line for job in jobs)
        listing = {job.line for job in jobs if len(job.entries) > 1}
        lines: dict[str, list[Waiting]] = {}
        for entry, content in [*self._due.values()]:
            if isinstance(content, Parcel):
                lines.setdefault(content.line, []).append(Waiting(entry, content))
            else:
                self._begin(Job((entry,), content), busy)
        held: list[tuple[Waiting, Hold]] = []
        now, now_s = self._clock.now(), self._clock.monotonic()
        for line, due in lines.items():
            plan = self._lines.plan(due, now, now_s, busy=along[line], listing=line in listing)
            groups = [*([plan.together] if plan.together else []), *([waiting] for waiting in plan.alone)]
            for group in groups:
                if not self._begin(Job(tuple(e for e, _ in group), tuple(parcel for _, parcel in group)), busy):
                    break
            held += plan.held
        if held:
            self._start(Job(tuple(waiting.entry for waiting, _ in held), None), self._hold(held))

    def _begin(self, job: Job, busy: Counter[str]) -> bool:
        """Begin a job if there is a place for it; else it stays due."""
        most = 1 if isinstance(job.content, Errand) else _AT_ONCE_EACH
        if len(self._tasks) >= _AT_ONCE or busy[job.through] >= most:
            return False
        busy[job.through] += 1
        self._start(job, self._do(job))
        return True

    def _start(self, job: Job, work: Coroutine[object, object, None]) -> None:
        for entry in job.entries:
            self._under_way[entry.key] = job
            self._due.pop(entry.key, None)
        task = asyncio.create_task(work, name=f"deliver {job.entries[0].key}")
        self._tasks.add(task)
        task.add_done_callback(partial(self._over, job))

    def _over(self, job: Job, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        for entry in job.entries:
            self._under_way.pop(entry.key, None)
            self._ended.add(entry.key)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            name, words = job.entries[0].key, f"{type(error).__name__}: {error}"
            log.error("delivery_broke", key=name, error=words, exc_info=error)

    # --- what waits ---------------------------------------------------------------------------------------------

    async def _hold(self, held: Sequence[tuple[Waiting, Hold]]) -> None:
        """Let messages wait, each with a record when that is news."""
        drafts = [
            Draft(
                MessageHeld(key=waiting.entry.key, target=waiting.parcel.target, why=hold.why, until_at=hold.until_at),
                actor="hub",
                cause=waiting.entry.cause,
            )
            for waiting, hold in held
            if from_us(waiting.parcel.held_until_us) != hold.until_at
        ]
        changed = [held_back(waiting.entry, waiting.parcel, hold.until_at) for waiting, hold in held]
        await self._write(lambda state: drafts, changed)

    async def _move_with_the_clock(self) -> None:
        by_s, now = self._stepped_s, self._clock.now()
        horizon = now + timedelta(seconds=abs(by_s) + LONGEST_RETRY_S) + _LONG_AHEAD
        await self._change_waiting(horizon, lambda entry: moved(entry, by_s, now))
        self._stepped_s -= by_s

    async def _wake_held(self) -> None:
        self._look_at_held = False
        now = self._clock.now()
        await self._change_waiting(now + _LONG_AHEAD, lambda entry: moved(entry, 0.0, now))

    async def _change_waiting(self, horizon: datetime, change: Callable[[OutboxEntry], OutboxEntry]) -> None:
        self._stale = True
        self._due.clear()
        self._ended.clear()
        waiting = await asyncio.to_thread(self._journal.outbox_due, horizon, _EVERYTHING)
        # What is under way has an outcome soon, and must not be put back among what waits.
        changed = [
            after
            for entry in waiting
            if entry.key not in self._under_way and entry.key not in self._ended and (after := change(entry)) != entry
        ]
        if changed:
            await self._core.propose(lambda state: [], outbox_changed=changed)

    # --- doing --------------------------------------------------------------------------------------------------

    async def _do(self, job: Job) -> None:
        match job.content:
            case None:
                reason = "It was written by another version of the software and cannot be read."
                await self._write(lambda state: failed(job, reason), ended_as(job, "failed"))
            case Errand():
                await self._do_errand(job, job.content)
            case _:
                await self._deliver(job)

    async def _do_errand(self, job: Job, errand: Errand) -> None:
        (entry,) = job.entries
        try:
            async with asyncio.timeout(LONGEST_TRY_S):
                events = await self.carry_out(errand, entry.key)
        except DeliveryFailed as error:
            await self._not_done(job, error)
        except TimeoutError:
            await self._not_done(job, DeliveryFailed(f"No answer within {LONGEST_TRY_S:.0f} s."))
        else:
            actor = f"rule:{errand.rule}" if errand.rule else "hub"
            drafts = [
                Draft(event, actor=actor, cause=entry.cause, key=f"{entry.key}#{wire_name(event)}") for event in events
            ]
            await self._write(lambda state: [*drafts, *done(job)], ended_as(job, "done"))

    async def _deliver(self, job: Job) -> None:
        parcel = job.parcels[0]
        sent, message_id = parcel.message, job.entries[0].key
        if len(job.entries) > 1:
            # Out of the loop's way: it reads every one of them.
            sent, message_id = await asyncio.to_thread(self._listed, job)
        outcome = await send(
            parcel,
            sent,
            message_id,
            desk=self._desk,
            routes=self.routes,
            notifiers=self.notifiers,
            recipients=self._recipients,
        )
        await self._sent(job, outcome, message_id)

    def _listed(self, job: Job) -> tuple[SendMessage, str]:
        pairs = zip(job.entries, job.parcels, strict=True)
        items = [Listed(parcel.message, from_us(entry.created_at_us)) for entry, parcel in pairs]
        return list_of(items, self._zone), list_id(entry.key for entry in job.entries)

    async def _sent(self, job: Job, outcome: Outcome, message_id: str) -> None:
        via = job.through
        if outcome.fault is not None or outcome.error is None:
            self.on_fault(via, outcome.fault)
        if outcome.error is not None:
            await self._not_done(job, outcome.error)
            return
        self.waiting.pop(via, None)
        keys = tuple(entry.key for entry in job.entries)
        listed = [MessagesListed(list=message_id, target=job.target, keys=keys)] if len(keys) > 1 else []

        def think(state: State) -> list[Draft]:
            working = [NotifierWorking(notifier=via)] if via in state.notifiers_failing else []
            return [*of_hub(listed, job), *done(job), *of_hub(working, job)]

        await self._write(think, ended_as(job, "done"))

    async def _not_done(self, job: Job, error: DeliveryFailed) -> None:
        reason = redact(str(error))[:500]
        now, via = self._clock.now(), job.parcels[0].via if job.parcels else ""
        old = job.too_old(now) and not self._core.clock_in_doubt
        again = error.retry and not old
        log.warning("not_done", target=job.target, kind=job.entries[0].kind, reason=reason, again=again)
        if not again:
            await self._write(lambda state: failed(job, reason), ended_as(job, "failed"))
            return
        later = [tried_again_at(entry, now) for entry in job.entries]
        if not via:
            await self._write(lambda state: [], later)
            return
        self.waiting[via] = reason
        failing = NotifierFailing(notifier=via, reason=reason)

        def think(state: State) -> list[Draft]:
            news = via not in state.notifiers_failing and any(entry.attempts >= _FAILING_AFTER for entry in later)
            return of_hub([failing], job) if news else []

        await self._write(think, later)

    async def _write(self, think: Callable[[State], Sequence[Draft]], changed: Sequence[OutboxEntry]) -> None:
        while True:
            try:
                await self._core.propose(think, outbox_changed=changed)
            except JournalError as error:
                # Not to be sent again before it is known how it went: the place stays taken until that is on record.
                log.error("outcome_not_recorded", key=changed[0].key, error=str(error))
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                return
