"""The one place where facts are decided, written down and reacted to, in that order.

Rules of this file:

* Everything that wants to put events on record *proposes*: it hands in a function from the state to drafts. Proposals
  are thought through one after another, each on the state that the one before leaves behind, so two of them can never
  both open ticket T-7.
* A round collects what waits (effects of rules, what the passing of time brings, proposals), appends it in one
  transaction and only then steps the automation over what was written. The transaction also carries the messages for
  the outbox and the snapshot of the engine up to the last record whose effects are all in it; so after a crash the
  engine resumes at the snapshot, meets the same records and gives the same effects under the same keys.
* A jump of the wall clock goes on record before anything that was timed by the clock as it was set.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Effect, EngineState, Step, Trace
from hub.clock import Clock
from hub.core import decisions
from hub.core.event import Record
from hub.core.state import State
from hub.errors import HubError, JournalBlocked, JournalError
from hub.journal.log import Journal
from hub.ports import OutboxEntry
from hub.runtime.clock_watch import ClockWatch
from hub.runtime.delivery.addresses import as_route
from hub.runtime.round import Proposal, Resolve, Round, Think
from hub.runtime.snapshot import documents, restore

__all__ = ["CoreLoop", "Think"]

log = structlog.get_logger("core")

_LONGEST_LINE = 10_000  # proposals that wait while the disk is full; statuses are levels and need one place only
_LARGEST_ROUND = 500  # proposals; the loop must get to others in between
_LONGEST_NAP_S = 1.0  # the wall clock may step, so timers are looked at again at least this often
_STOP_S = 3.0
_TRACES_KEPT = 20
_SNAPSHOT_EVERY = 5_000  # records without any effect after which a snapshot is due, to keep start-up quick


class CoreLoop:
    """Owns the state of the site and of the engine. Everything runs on one event loop."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        *,
        targets: Callable[[str], Sequence[str]],
        resolve: Resolve = as_route,
    ) -> None:
        """`targets` gives, for a route or `person:ACCOUNT`, the notifier of each of its targets, and `resolve` which
        of them a message is for."""
        self._journal = journal
        self._clock = clock
        self._targets = targets
        self._resolve = resolve
        self._engine = EngineState()
        self._index = engine.build_index(())
        self._line: deque[Proposal] = deque()
        self._effects: list[Effect] = []
        self._wake = asyncio.Event()
        self._stopping = False
        self._time_passes = True
        self._clock_watch = ClockWatch(clock, None)
        self._stepped_s = 0.0
        self._advanced_at = clock.now()
        self._unsaved = 0
        self._saved: EngineState | None = None
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`; when it ends by itself, the hub must end."""
        self.traces: dict[str, deque[Trace]] = {}
        self.on_change: Callable[[Sequence[Record]], None] = lambda records: None
        self.on_message: Callable[[], None] = lambda: None

    @property
    def state(self) -> State:
        """The site as of the newest record that was stepped over."""
        return self._engine.site

    @property
    def engine(self) -> EngineState:
        return self._engine

    @property
    def clock_in_doubt(self) -> bool:
        """Whether the wall clock jumped and that is not on record yet: what is timed by it must wait."""
        return bool(self._stepped_s or self._clock_watch.unseen_s())

    async def start(self, rules: RuleIndex, *, time_stands: bool = False) -> None:
        """Take up the engine where its last transaction left it, under `rules`, and run.

        With `time_stands` nothing comes due before `let_time_pass`: what a start puts on record comes first, so that
        nobody is blamed for the time in which the hub was down.
        """
        self._time_passes = not time_stands
        found = await asyncio.to_thread(restore, self._journal, rules, self._clock.now())
        self._index, self._engine, self._effects = rules, found.state, list(found.effects)
        for trace in found.traces:
            self._keep_trace(trace)
        self._clock_watch = ClockWatch(self._clock, self.state.at)
        self._advanced_at = self.state.at or self._clock.now()
        self._unsaved = 0 if found.marked else _SNAPSHOT_EVERY
        self.task = asyncio.create_task(self._run(), name="core")

    async def stop(self) -> None:
        """Carry out what waits, save a snapshot, and end.

        While the journal takes nothing that cannot be done: after 3 s what waits is refused to whoever asked for it.
        """
        self._stopping = True
        self._wake.set()
        if self.task is None:
            return
        await asyncio.wait({self.task}, timeout=_STOP_S)
        if not self.task.done():
            log.error("stopped_with_work_left", reason=self._journal.blocked or "it takes too long")
            self.task.cancel()
            await asyncio.wait({self.task})

    def let_time_pass(self) -> None:
        """From now on what is due comes due."""
        self._time_passes = True
        self._wake.set()

    def use_rules(self, index: RuleIndex) -> None:
        """Put rules in force; timers of unchanged rules go on."""
        self._index = index
        self._engine = engine.adopt(index, self._engine, self._clock.now())
        self._unsaved = _SNAPSHOT_EVERY  # timers that began with the new rules must survive from now on
        self._wake.set()

    async def propose(self, think: Think, *, outbox_changed: Sequence[OutboxEntry] = ()) -> list[Record]:
        """Have `think` decide on the state, and put what it gives on record. Raises what `think` raises.

        Returns when the records are durable and stepped over. `JournalBlocked` when too much waits already.
        """
        if self._stopping:
            raise JournalBlocked("The hub is stopping.")
        if len(self._line) >= _LONGEST_LINE:
            raise JournalBlocked("The hub cannot take this now.", hint="See `hub status` for what blocks the journal.")
        done: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._line.append(Proposal(think, outbox_changed, done))
        self._wake.set()
        return await done

    def propose_soon(self, think: Think) -> None:
        """`propose` for those who cannot wait; a failure is logged."""
        task = asyncio.get_running_loop().create_task(self.propose(think))
        task.add_done_callback(_log_failure)

    async def _run(self) -> None:
        try:
            await self._live()
        finally:
            self._stopping = True
            for proposal in self._line:
                proposal.refuse(JournalBlocked("The hub has stopped.", hint="Ask again when it runs."))
            self._line.clear()

    async def _live(self) -> None:
        while True:
            await self._take_up_others()
            self._stepped_s += self._clock_watch.stepped_s()
            now = self._clock_watch.seen_at
            if self._time_passes and not self._stepped_s:
                self._advance(now)
            due = self._time_passes and decisions.due(self.state, now)
            if self._stepped_s or self._line or self._effects or due:
                await self._round(now)
            elif self._stopping:
                await self._save()
                return
            else:
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._nap_s()):
                        await self._wake.wait()

    def _nap_s(self) -> float:
        if not self._time_passes:
            return _LONGEST_NAP_S
        times = [due for due in (engine.next_due(self._engine), decisions.next_due(self.state)) if due is not None]
        if not times:
            return _LONGEST_NAP_S
        return min(_LONGEST_NAP_S, max(0.0, (min(times) - self._clock.now()).total_seconds()))

    async def _take_up_others(self) -> None:
        """Step over what the journal wrote by itself, such as how long it was blocked."""
        unseen = self._journal.head.seq - self.state.position
        if unseen > 0:
            self._step_over(await asyncio.to_thread(self._journal.read, self.state.position, unseen))

    async def _round(self, now: datetime) -> None:
        effects, self._effects = self._effects, []
        proposals = [self._line.popleft() for _ in range(min(len(self._line), _LARGEST_ROUND))]
        work = Round(self.state, now, self._targets, self._resolve)
        if self._stepped_s:
            work.clock_stepped(self._stepped_s)
        for effect in effects:
            work.carry_out(effect)
        if self._time_passes:
            work.let_time_pass()
        for proposal in proposals:
            work.hear(proposal)
        state = self._engine
        due = effects or self._unsaved >= _SNAPSHOT_EVERY
        snapshot = documents(state, self._advanced_at, self._saved) if due else {}
        try:
            records = await self._journal.append(
                work.drafts,
                outbox_new=work.messages,
                outbox_changed=work.outbox_changed,
                documents=snapshot,
                seen_at=now,  # the clock may be set while the round thinks, and nobody has seen that yet
            )
        except JournalError as error:
            self._effects = effects + self._effects
            work.refuse(error)
            log.error("journal_refuses", error=str(error))
            await asyncio.sleep(_LONGEST_NAP_S)
            return
        except BaseException:
            work.refuse(JournalBlocked("The hub stopped before this was on record."))
            raise
        self._stepped_s = 0.0
        if snapshot:
            self._unsaved, self._saved = 0, state
        try:
            self._step_over(records)
        finally:
            work.answer(records)  # they are durable, whatever becomes of those who listen
        if work.messages:
            self.on_message()

    def _step_over(self, records: Sequence[Record]) -> None:
        if not records:
            return
        earlier: list[Record] = []
        if records[0].seq > self.state.position + 1:
            earlier = self._journal.read(self.state.position, records[0].seq - 1 - self.state.position)
        everything = [*earlier, *records]
        for record in everything:
            self._keep(engine.step(self._index, self._engine, record, record.seen_at))
        self._unsaved += len(everything)
        self.on_change(everything)

    def _advance(self, now: datetime) -> None:
        self._advanced_at = now
        due = engine.next_due(self._engine)
        if due is not None and due <= now:
            self._keep(engine.step(self._index, self._engine, None, now))

    def _keep(self, step: Step) -> None:
        self._engine = step.state
        self._effects += step.effects
        for trace in step.trace:
            self._keep_trace(trace)

    def _keep_trace(self, trace: Trace) -> None:
        self.traces.setdefault(trace.rule, deque(maxlen=_TRACES_KEPT)).append(trace)

    async def _save(self) -> None:
        with suppress(JournalError):  # the snapshot is a shortcut: without it the journal says the same
            await self._journal.append((), documents=documents(self._engine, self._advanced_at, self._saved))


def _log_failure(task: "asyncio.Task[list[Record]]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("not_recorded", error=str(error), expected=isinstance(error, HubError))
