"""The one place where facts are decided, written down and reacted to, in that order.

Rules of this file:

* Everything that wants to put events on record *proposes*: it hands in a function from the state to drafts. Proposals
  are thought through one after another, each on the state that the one before leaves behind, so two of them can never
  both open ticket T-7.
* A round collects what waits (proposals, effects of rules, what the passing of time brings), appends it in one
  transaction and only then steps the automation over what was written. The transaction also carries the messages for
  the outbox and the snapshot of the engine up to the last record whose effects are all in it; so after a crash the
  engine resumes at the snapshot, meets the same records and gives the same effects under the same keys.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Effect, EngineState, SendMessage, Step, Trace
from hub.clock import Clock
from hub.core import commands
from hub.core.event import Draft, Event, Record
from hub.core.state import State, fold
from hub.errors import HubError, JournalBlocked, JournalError
from hub.journal.log import Journal
from hub.ports import OutboxEntry
from hub.runtime.outbox import deliveries

log = structlog.get_logger("core")

Think = Callable[[State], Sequence[Draft]]

_LONGEST_LINE = 10_000  # proposals that wait while the disk is full; statuses are levels and need one place only
_LONGEST_NAP_S = 1.0  # the wall clock may step, so timers are looked at again at least this often
_TRACES_KEPT = 20
_SNAPSHOT = "engine:state"
_POSITION = "engine:position"
_SNAPSHOT_EVERY = 5_000  # records without any effect after which a snapshot is due, to keep start-up quick


class _Proposal(NamedTuple):
    think: Think
    outbox_changed: Sequence[OutboxEntry]
    done: "asyncio.Future[list[Record]]"


class CoreLoop:
    """Owns the state of the site and of the engine. Everything runs on one event loop."""

    def __init__(self, journal: Journal, clock: Clock, *, targets: Callable[[str], Sequence[str]]) -> None:
        """`targets` gives, for a route, the notifier of each of its targets."""
        self._journal = journal
        self._clock = clock
        self._targets = targets
        self._engine = EngineState()
        self._index = engine.build_index(())
        self._line: deque[_Proposal] = deque()
        self._effects: list[Effect] = []
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._unsaved = 0
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

    async def start(self, index: RuleIndex) -> None:
        """Take up the engine where its last transaction left it, with these rules in force, and run."""
        self._index = index
        await asyncio.to_thread(self._restore)
        self._task = asyncio.create_task(self._run(), name="core")

    async def stop(self) -> None:
        """Carry out what waits, save a snapshot, and end."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def use_rules(self, index: RuleIndex) -> None:
        """Put rules in force; timers of unchanged rules go on."""
        self._index = index
        self._engine = engine.adopt(index, self._engine, self._clock.now())
        self._wake.set()

    async def propose(self, think: Think, *, outbox_changed: Sequence[OutboxEntry] = ()) -> list[Record]:
        """Have `think` decide on the state, and put what it gives on record. Raises what `think` raises.

        Returns when the records are durable. `JournalBlocked` when too much waits already.
        """
        if len(self._line) >= _LONGEST_LINE or self._stopping:
            raise JournalBlocked("The hub cannot take this now.", hint="See `hub status` for what blocks the journal.")
        done: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._line.append(_Proposal(think, outbox_changed, done))
        self._wake.set()
        return await done

    def propose_soon(self, think: Think) -> None:
        """`propose` for those who cannot wait; a failure is logged."""
        task = asyncio.get_running_loop().create_task(self.propose(think))
        task.add_done_callback(_log_failure)

    async def _run(self) -> None:
        while True:
            self._advance(self._clock.now())
            due = commands.due(self.state, self._clock.now())
            if self._line or self._effects or due:
                await self._round()
            elif self._stopping:
                await self._save()
                return
            else:
                self._wake.clear()
                if not self._line and not self._stopping:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), self._nap_s())

    def _nap_s(self) -> float:
        times = [due for due in (engine.next_due(self._engine), commands.next_due(self.state)) if due is not None]
        if not times:
            return _LONGEST_NAP_S
        return min(_LONGEST_NAP_S, max(0.0, (min(times) - self._clock.now()).total_seconds()))

    async def _round(self) -> None:
        proposals, self._line = list(self._line), deque()
        effects, self._effects = self._effects, []
        now = self._clock.now()
        ahead = self.state
        drafts: list[Draft] = []
        spans: list[tuple[_Proposal, int, int]] = []
        messages: list[OutboxEntry] = []

        def take(new: Sequence[Draft]) -> None:
            nonlocal ahead
            drafts.extend(new)
            for draft in new:
                ahead = fold(ahead, _as_if_written(draft, ahead, now))

        for effect in effects:
            if isinstance(effect.do, SendMessage):
                messages += deliveries(effect, effect.do, self._targets(effect.do.route), now)
            else:
                take(_drafts_of(effect, commands.decide(ahead, effect.do, now)))
        take([Draft(event, actor="hub") for event in commands.due(ahead, now)])
        for proposal in proposals:
            try:
                new = proposal.think(ahead)
            except Exception as error:  # whatever it is, it belongs to whoever proposed
                _refuse(proposal, error)
            else:
                spans.append((proposal, len(drafts), len(drafts) + len(new)))
                take(new)
        try:
            records = await self._journal.append(
                drafts,
                outbox_new=messages,
                outbox_changed=[entry for proposal, _, _ in spans for entry in proposal.outbox_changed],
                documents=self._snapshot() if effects or self._unsaved >= _SNAPSHOT_EVERY else {},
            )
        except JournalError as error:
            self._effects = effects + self._effects
            for proposal, _, _ in spans:
                _refuse(proposal, error)
            log.error("journal_refuses", error=str(error))
            await asyncio.sleep(_LONGEST_NAP_S)
            return
        self._step_over(records)
        _answer(spans, drafts, records)
        if messages:
            self.on_message()

    def _step_over(self, records: Sequence[Record]) -> None:
        if not records:
            return
        missed: list[Record] = []
        if records[0].seq > self.state.position + 1:
            # The journal writes a few records by itself, such as how long it was blocked.
            missed = self._journal.read(self.state.position, records[0].seq - 1 - self.state.position)
        everything = [*missed, *records]
        for record in everything:
            self._keep(engine.step(self._index, self._engine, record, record.seen_at))
        self._unsaved += len(everything)
        self.on_change(everything)

    def _advance(self, now: datetime) -> None:
        due = engine.next_due(self._engine)
        if due is not None and due <= now:
            self._keep(engine.step(self._index, self._engine, None, now))

    def _keep(self, step: Step) -> None:
        self._engine = step.state
        self._effects += step.effects
        for trace in step.trace:
            self.traces.setdefault(trace.rule, deque(maxlen=_TRACES_KEPT)).append(trace)

    def _snapshot(self) -> Mapping[str, bytes]:
        self._unsaved = 0
        position = str(self.state.position).encode()
        return {_SNAPSHOT: msgspec.msgpack.encode(self._engine), _POSITION: position}

    async def _save(self) -> None:
        with suppress(JournalError):
            await self._journal.append((), documents=self._snapshot())

    def _restore(self) -> None:
        position = int(self._journal.document(_POSITION) or b"0")
        snapshot = self._journal.document(_SNAPSHOT)
        if snapshot is not None:
            try:
                self._engine = msgspec.msgpack.decode(snapshot, type=EngineState)
            except msgspec.MsgspecError as error:
                # Another version of the software wrote it. The journal has everything; it only takes longer.
                log.warning("snapshot_of_another_version", error=str(error), doing="reading the whole journal")
        # What was written after the snapshot is met with the rules of today, as if they had just been reloaded.
        self._engine = engine.adopt(self._index, self._engine, self._clock.now())
        while records := self._journal.read(self.state.position, 2_000):
            for record in records:
                effects = len(self._effects)
                self._keep(engine.step(self._index, self._engine, record, record.seen_at))
                if record.seq <= position:
                    del self._effects[effects:]  # these were committed together with the position


def _as_if_written(draft: Draft, state: State, now: datetime) -> Record:
    return Record(
        seq=state.position + 1,
        at=draft.at or now,
        seen_at=now,
        actor=draft.actor,
        cause=draft.cause,
        event=draft.event,
        key=draft.key,
        hash=b"",
    )


def _drafts_of(effect: Effect, events: Sequence[Event]) -> list[Draft]:
    return [
        Draft(event, actor=f"rule:{effect.rule}", cause=effect.cause, key=f"{effect.key}#{number}")
        for number, event in enumerate(events)
    ]


def _answer(spans: Sequence[tuple[_Proposal, int, int]], drafts: Sequence[Draft], records: Sequence[Record]) -> None:
    """Give each proposal its own records; a draft whose key was known has none."""
    written = iter(records)
    pending = next(written, None)
    by_draft: list[Record | None] = []
    for draft in drafts:
        if pending is not None and pending.event is draft.event:
            by_draft.append(pending)
            pending = next(written, None)
        else:
            by_draft.append(None)
    for proposal, start, end in spans:
        if not proposal.done.done():
            proposal.done.set_result([record for record in by_draft[start:end] if record is not None])


def _refuse(proposal: _Proposal, error: Exception) -> None:
    if not proposal.done.done():
        proposal.done.set_exception(error)


def _log_failure(task: "asyncio.Task[list[Record]]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("not_recorded", error=str(error), expected=isinstance(error, HubError))
