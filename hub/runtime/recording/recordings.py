"""Recordings as the hub sees them: what is planned, whether it is on disk, what is kept; and the record of all that.

That a camera is recorded is judged by new bytes on disk, never by what a worker believes.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
from msgspec.structs import replace

from hub.client.views import RecordingNow
from hub.clock import Clock
from hub.core.alarms.events import AlarmRaised
from hub.core.event import Draft, Event, Record, wire_name
from hub.core.findings import RecordingMissing, RecordingResumed
from hub.core.recorded import Stretch
from hub.core.recordings import (
    RecordingPlanned,
    RecordingProtected,
    RecordingsRemoved,
    RecordingUnplanned,
    runs_of,
)
from hub.core.releases.holds import unheld
from hub.core.state import ActiveFinding, CameraState, State
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.storage_reasons import reason_in_words
from hub.errors import JournalError, SiteError
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.runtime.own_thread import OwnThread, T
from hub.runtime.recording.choice import Removal
from hub.runtime.recording.facts import FACTS, into_index
from hub.runtime.recording.keeper import TOLD, Growing, Keeper, Seen
from hub.runtime.recording.missing import COVERED, Why, why
from hub.runtime.recording.plan import RecordingPlan
from hub.watch.messages import RecordTrouble

log = structlog.get_logger("recording")

LOOK_EVERY_S = 2.0
HUNG_S = 10.0
"""A look at the disk that takes so long: the disk hangs."""
BEGIN_S = 10.0
"""A worker and its first connection take so long to begin at most, before the first bytes are waited for."""
LOSS_TOLD_S = 10.0
"""A lost signal is on record within so long: until then nobody knows whether that is why nothing comes."""
_STOP_S = 5.0
_PAGE = 1000
_MOST_ALARMS = 500
_HOPELESS = 2
"""Looks in a row that find the volume unwritable until that is told: one may have met a hiccup."""

_NO_ANSWER = "it does not answer"


class Recordings:
    """On the hub's event loop; the disk is touched by a thread of its own."""

    def __init__(
        self,
        core: CoreLoop,
        journal: Journal,
        clock: Clock,
        plan: RecordingPlan,
        *,
        folder: Path,
        data: Path,
        trouble: Callable[[str], RecordTrouble],
    ) -> None:
        """`folder`: where recordings are kept. `trouble`: what the watch worker says of a camera's recording."""
        self.folder = folder
        self.plan = plan
        self.growing: Mapping[str, Growing] = {}
        """What is being written, as of the last look, by file."""
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""
        self._core = core
        self._journal = journal
        self._clock = clock
        self._trouble = trouble
        self._keeper = Keeper(folder, data, clock, plan.keeping)
        self._thread: OwnThread | None = None
        self._grown_s: dict[str, float] = {}
        self._since_s: dict[str, float] = {}
        self._stretches: Mapping[str, Stretch] = {}
        self._covered: dict[str, tuple[Why, float]] = {}
        self._hopeless = 0
        self.problem = ""
        """Why the folder of recordings cannot be written now; empty when it can."""
        self._short = self._free = 0
        self._told: list[Draft] = []
        self._wake = asyncio.Event()

    @property
    def index_path(self) -> Path:
        return self._keeper.index_path

    async def start(self) -> None:
        """Recover what a crash left, then look on for ever. To be called before any worker records.

        A disk that does not answer is not waited for any longer than it takes to tell so. Raises `SiteError`.
        """
        self._thread = OwnThread("recordings")
        opened = self._thread.run(self._keeper.open)
        await asyncio.wait({opened}, timeout=HUNG_S)
        if opened.done():
            try:
                told = opened.result()
            except (sqlite3.Error, OSError) as error:
                raise SiteError(
                    f"The index of recordings {self.index_path} cannot be used: {error}.",
                    hint="Look at the disk of the data folder; the index itself may be deleted, it is made anew.",
                ) from error
            await self._tell_index(told)
        self.use(self.plan)
        looking = self._look()
        await asyncio.wait({looking}, timeout=HUNG_S)
        self.task = asyncio.create_task(self._run(looking), name="recordings")

    async def stop(self) -> None:
        """Take in and seal what the workers have finished. To be called when they have ended."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        if self._thread is None:
            return
        try:
            async with asyncio.timeout(_STOP_S):
                seen = await self._thread.run(lambda: self._keeper.look(last=True))
                self._take_in(seen)
                await self._put_on_record(seen)
                await self._thread.run(self._keeper.close)
        except (TimeoutError, JournalError, OSError, sqlite3.Error) as error:
            log.error("recordings_not_sealed", error=str(error) or type(error).__name__)
        self._thread.end()

    def use(self, plan: RecordingPlan) -> None:
        """Put what hub.toml says in force, except for the folder."""
        self.plan = plan
        self._keeper.keeping = plan.keeping
        now_s = self._clock.monotonic()
        self._since_s = {camera: self._since_s.get(camera, now_s) for camera in plan.cameras}
        self._grown_s = {camera: at_s for camera, at_s in self._grown_s.items() if camera in plan.cameras}
        self._covered = {camera: known for camera, known in self._covered.items() if camera in plan.cameras}
        self._wake.set()

    def follow(self, records: Sequence[Record]) -> None:
        """Keep what was recorded around an alarm."""
        for record in records:
            if isinstance(record.event, AlarmRaised) and (draft := self._protection(record)) is not None:
                self._told.append(draft)
                self._wake.set()
            elif isinstance(record.event, FACTS):
                self._index_record(record)

    def on_disk(self, work: Callable[[Keeper], T]) -> "asyncio.Future[T]":
        """Have the thread that keeps the index do something with it, after `start`."""
        assert self._thread is not None
        return self._thread.run(lambda: work(self._keeper))

    def now(self) -> dict[str, RecordingNow]:
        """How the cameras that are to be recorded are recorded now, judged by what is on disk."""
        now, now_s, known, found = self._clock.now(), self._clock.monotonic(), self._core.state.cameras, {}
        for camera, stream in self.plan.cameras.items():
            silent_s, grown = self._silent_s(camera, now_s), camera in self._grown_s
            missing = _standing(known.get(camera)) is not None
            stretch = self._stretches.get(camera)
            lasts = not missing and grown and silent_s < self.plan.missing_after_s
            found[camera] = RecordingNow(
                stream=stream,
                state="recording" if lasts else "missing" if missing or grown else "starting",
                since_at=stretch.since_at if lasts and stretch is not None else None,
                grown_at=now - timedelta(seconds=silent_s) if grown else None,
                closed_at=stretch.closed_at if stretch is not None else None,
            )
        return found

    # --- the record told to the index ---------------------------------------------------------------------------

    def _index_record(self, record: Record) -> None:
        if self._thread is None:
            return
        self.on_disk(lambda keeper: _into_index(keeper, record)).add_done_callback(_look_at)

    async def _tell_index(self, told: int) -> None:
        """What the journal holds and the index was not told: a crash came between, or the index is new."""
        types = [wire_name(kind) for kind in FACTS]
        pages: list[list[Record]] = []
        before: int | None = None
        while page := await asyncio.to_thread(self._journal.read_last, _PAGE, types=types, before=before):
            pages.append([record for record in page if record.seq > told])
            before = page[0].seq
            if before <= told:
                break
        for page in reversed(pages):
            for record in page:
                self._index_record(record)

    # --- looking ------------------------------------------------------------------------------------------------

    def _look(self) -> "asyncio.Future[Seen]":
        assert self._thread is not None
        return self._thread.run(self._keeper.look)

    async def _run(self, looking: "asyncio.Future[Seen]") -> None:
        await self._catch_up()
        began_s = self._clock.monotonic()
        while True:
            seen: Seen | None = None
            if looking.done():
                seen = self._seen(looking)
            elif self._clock.monotonic() - began_s > HUNG_S:
                self.problem = _NO_ANSWER
            try:
                await self._put_on_record(seen)
            except JournalError as error:
                log.error("recordings_not_recorded", error=str(error))
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            if looking.done():
                looking, began_s = self._look(), self._clock.monotonic()
                await asyncio.wait({looking}, timeout=LOOK_EVERY_S)

    def _seen(self, looking: "asyncio.Future[Seen]") -> Seen | None:
        error = looking.exception()
        if error is not None:
            # The index cannot be written, or the disk went while it was looked at: the next look will tell.
            log.error("recordings_not_looked_at", error=f"{type(error).__name__}: {error}")
            return None
        seen = looking.result()
        self._take_in(seen)
        return seen

    def _take_in(self, seen: Seen) -> None:
        self._hopeless = self._hopeless + 1 if seen.volume.problem else 0
        if not seen.volume.problem:
            self.problem = ""
            self._free, self._short = seen.volume.free_bytes, seen.short_bytes
        elif self._hopeless >= _HOPELESS:
            self.problem = seen.volume.problem
        self.growing, self._stretches = seen.growing, seen.stretches
        self._grown_s |= dict.fromkeys(seen.finished & self._since_s.keys(), self._clock.monotonic())
        for growing in seen.growing.values():
            if growing.camera in self._since_s and growing.size:
                self._grown_s[growing.camera] = max(self._grown_s.get(growing.camera, 0.0), growing.grown_s)

    async def _catch_up(self) -> None:
        """Alarms that were raised just before a crash may have nothing kept for them yet."""
        types = [wire_name(AlarmRaised)]
        raised = await asyncio.to_thread(self._journal.read_last, _MOST_ALARMS, types=types)
        self._told += [draft for record in raised if (draft := self._protection(record)) is not None]

    # --- the record ---------------------------------------------------------------------------------------------

    async def _put_on_record(self, seen: Seen | None) -> None:
        """Everything that follows from a look; then what had to wait for the record is done."""
        if seen is not None:
            self._told += [Draft(event, actor="hub") for event in seen.events]
        told = list(self._told)
        removals = seen.removals if seen is not None else []
        events: list[Event] = []
        if seen is not None and seen.seal is not None:
            events.append(replace(seen.seal.event, folder=self.plan.volume))
        now_s = self._clock.monotonic()
        self._note_covered(self._core.state, now_s)

        def think(state: State) -> list[Draft]:
            # What a release began to hold since the look stays.
            removals[:] = [left for one in removals if (left := _unheld(one, state)).segments]
            removed = [
                RecordingsRemoved(rule=one.rule, runs=runs_of(one.segments), by=one.by, days=one.days)
                for one in removals
            ]
            levels = [*self._planned(state), *self._storage(state), *self._missing(state, now_s)]
            return [*told, *(Draft(event, actor="hub") for event in (*removed, *events, *levels))]

        if told or events or think(self._core.state):
            await self._core.propose(think)
        del self._told[: len(told)]
        if seen is not None:
            self._go_on(removals, seen)

    def _go_on(self, removals: Sequence[Removal], seen: Seen) -> None:
        """What is on record now is done, before the next look and without waiting for it: the disk may hang."""
        for removal in removals:
            self.on_disk(lambda keeper, one=removal: keeper.remove(one.segments)).add_done_callback(_look_at)  # type: ignore[misc]
        if (seal := seen.seal) is not None:
            self.on_disk(lambda keeper: keeper.sealed(seal)).add_done_callback(_look_at)

    def _planned(self, state: State) -> list[Event]:
        known, wanted = state.recorded, self.plan.cameras
        events: list[Event] = [RecordingUnplanned(camera=camera) for camera in known if camera not in wanted]
        return events + [
            RecordingPlanned(camera=camera, stream=stream)
            for camera, stream in wanted.items()
            if known.get(camera) != stream
        ]

    def _storage(self, state: State) -> list[Event]:
        volume = self.plan.volume
        events: list[Event] = []
        for name, standing in state.storage.items():
            if name != volume:
                events += [StorageReturned(volume=name)] if wire_name(StorageGone) in standing else []
                events += [StorageFreed(volume=name)] if wire_name(StorageLow) in standing else []
        standing = state.storage.get(volume, [])
        gone, low = wire_name(StorageGone) in standing, wire_name(StorageLow) in standing
        if self.problem and not gone:
            events.append(StorageGone(volume=volume, reason=self.problem, detail=reason_in_words(self.problem)))
        elif gone and not self.problem:
            events.append(StorageReturned(volume=volume))
        if self._short and not low:
            events.append(StorageLow(volume=volume, free_bytes=self._free))
        elif low and not self._short:
            events.append(StorageFreed(volume=volume))
        return events

    def _missing(self, state: State, now_s: float) -> list[Event]:
        events: list[Event] = []
        for camera, known in state.cameras.items():
            standing = _standing(known)
            if camera not in self._since_s:
                events += [RecordingResumed(camera=camera, since_at=standing.since_at)] if standing else []
                continue
            silent_s = self._silent_s(camera, now_s)
            if silent_s < self.plan.missing_after_s:
                if standing is not None and camera in self._grown_s:
                    events.append(RecordingResumed(camera=camera, since_at=standing.since_at))
                continue
            found = self._why(known, state, now_s)
            if standing is None and found.cause == "stream" and silent_s < LOSS_TOLD_S:
                continue
            if standing is None or (standing.cause in COVERED) != found.covered:
                since_at = standing.since_at if standing else self._clock.now() - timedelta(seconds=silent_s)
                cause, detail = found
                events.append(RecordingMissing(camera=camera, since_at=since_at, cause=cause, detail=detail))
        return events

    def _silent_s(self, camera: str, now_s: float) -> float:
        """How long nothing new of a camera has come on disk, or since its first bytes are late."""
        return now_s - self._grown_s.get(camera, self._since_s.get(camera, now_s) + BEGIN_S)

    def _why(self, known: CameraState, state: State, now_s: float) -> Why:
        """What has a finding of its own stays the cause until recording has had the time to go on after it."""
        found = self._why_now(known, state)
        before, at_s = self._covered.get(known.id, (found, float("-inf")))
        return found if found.covered or now_s - at_s >= self.plan.missing_after_s else before

    def _why_now(self, known: CameraState, state: State) -> Why:
        # A volume that is found gone now goes on record together with what is missing because of it.
        gone = [wire_name(StorageGone)] if self.problem else []
        return why(known, [*state.storage.get(self.plan.volume, []), *gone], self._trouble(known.id))

    def _note_covered(self, state: State, now_s: float) -> None:
        for camera, known in state.cameras.items():
            if camera in self._since_s and (found := self._why_now(known, state)).covered:
                self._covered[camera] = found, now_s

    def _protection(self, record: Record) -> Draft | None:
        event = record.event
        assert isinstance(event, AlarmRaised)
        camera = event.camera
        if camera is None or camera not in self.plan.cameras:
            return None
        plan, at = self.plan, record.at
        protected = RecordingProtected(
            camera=camera,
            from_at=at - timedelta(seconds=plan.alarm_before_s),
            to_at=at + timedelta(seconds=plan.alarm_after_s),
            until_at=at + timedelta(days=plan.alarm_days),
            alarm=event.alarm,
            reason="alarm",
        )
        return Draft(protected, actor="hub", cause=record.seq, key=f"protect:{record.seq}")


def _standing(known: CameraState | None) -> ActiveFinding | None:
    return known.findings.get(wire_name(RecordingMissing)) if known is not None else None


def _unheld(removal: Removal, state: State) -> Removal:
    return removal._replace(segments=unheld(removal.segments, state.releases.holds))


def _into_index(keeper: Keeper, record: Record) -> None:
    into_index(keeper.index, record)
    keeper.index.remember(TOLD, f"{record.seq}")


def _look_at(done: "asyncio.Future[None]") -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("recordings_not_kept", error=f"{type(error).__name__}: {error}")
