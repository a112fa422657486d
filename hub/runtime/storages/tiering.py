"""Puts recordings where they belong at their age: copied, read back, on record, and then gone from where they were.

What is about to be copied is noted in the index first: no copy is left in a storage that nobody knows of, whenever the
hub dies. Each storage has a task and a thread of its own: one that is away, slow or hung keeps none of the others. What
could not be moved or deleted while a storage was away is done when it is back, the oldest first.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec
import structlog
from msgspec.structs import replace

from hub.client.storages import StorageView
from hub.clock import Clock
from hub.core.event import Draft, Event, wire_name
from hub.core.recordings import RecordingsMoved, Segment, runs_of
from hub.core.state import State
from hub.core.storage import StorageAway, StorageBack, StorageGone
from hub.core.storage_reasons import reason_in_words
from hub.core.text import Text
from hub.core.tiers import Stage, Tier, stages
from hub.errors import JournalError, PluginError, SiteError, StorageError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.own_thread import OwnThread
from hub.runtime.proof.run import Pace
from hub.runtime.recording.index import RecordIndex, Sealed
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.recordings import Recordings
from hub.runtime.storages.calls import StorageCalls
from hub.runtime.storages.moving import Mover

log = structlog.get_logger("recording")

IDLE_S = 15.0
"""So often a storage is asked whether it is there, and the index whether anything is due."""
_PAUSES_S = (2.0, 5.0, 10.0, 30.0, 60.0)
"""After so many failures in a row so long is waited."""
_BATCH_S = 20.0
_MOST = 200
_MOST_OF_ONE = 20
_HOPELESS = 2
"""Failures in a row until that is told: one may have been a hiccup."""


class Tiering:
    """On the hub's event loop."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        recordings: Recordings,
        places: RecordPlaces,
        *,
        tiers: Callable[[], Sequence[Tier]],
        data: Path,
        bytes_per_s: Callable[[], float | None] = lambda: None,
        idle_s: float = IDLE_S,
    ) -> None:
        """`tiers`: what hub.toml says now. `data`: the site's data folder. `bytes_per_s`: what may be copied into each
        storage; None: as much as it takes."""
        self._core = core
        self._clock = clock
        self._recordings = recordings
        self.places = places
        self._tiers = tiers
        self._data = data
        self._bytes_per_s = bytes_per_s
        self._ending = threading.Event()
        self._idle_s = idle_s
        self._puzzling: set[str] = set()
        self._cleared_to: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._free: dict[str, int | None] = {}

    async def keep(self) -> None:
        """Go on for ever, after the recordings have been started; without storages there is nothing to go on with."""
        storages = self.places.storages.values()
        try:
            await self._forget()
            async with asyncio.TaskGroup() as group:
                for storage in storages:
                    group.create_task(self._serve(storage), name=f"storage {storage.name}")
        finally:
            self._ending.set()
            for storage in storages:
                storage.let_go()

    async def _serve(self, storage: StorageCalls) -> None:
        thread = OwnThread(f"moving {storage.name}")
        folder, failed = self._recordings.folder, 0
        mover = Mover(storage, self.places, folder=folder, data=self._data, clock=self._clock)
        try:
            while True:
                try:
                    busy = await self._round(mover, thread)
                    failed = 0
                    self._problems.pop(storage.name, None)
                    await self._tell(storage.name, "")
                    pause_s = 0.0 if busy else self._idle_s
                except (StorageError, PluginError) as error:
                    failed += 1
                    self._problems[storage.name] = error.message
                    log.warning("storage_failed", storage=storage.name, error=str(error))
                    if failed >= _HOPELESS:
                        await self._tell(storage.name, error.message)
                    pause_s = min(self._idle_s, _PAUSES_S[min(failed, len(_PAUSES_S)) - 1])
                except (OSError, sqlite3.Error, SiteError, JournalError) as error:
                    # Of the hub's own side, which has a finding of its own.
                    log.error("storage_not_served", storage=storage.name, error=f"{type(error).__name__}: {error}")
                    pause_s = self._idle_s
                await asyncio.sleep(pause_s)
        finally:
            thread.end()

    async def _round(self, mover: Mover, thread: OwnThread) -> bool:
        """One round with a storage; whether there is more to do."""
        storage = mover.storage
        self._free[storage.name] = (await thread.run(storage.space)).free
        await self._read_catalog(mover, thread)
        coming = await self._recordings.on_disk(lambda keeper: self._settle(keeper.index, storage.name))
        left = await thread.run(lambda: self._leftovers(storage.name))
        gone: list[str] = []
        if left:
            gone = await thread.run(lambda: mover.clear(left))
            await self._recordings.on_disk(lambda keeper: keeper.index.cleared(storage.name, gone))
        due = await thread.run(lambda: self._due(storage.name))
        if due:
            # Noted first: of a hub that dies while it copies, the next one knows what may lie there.
            coming |= {one.segment.name for one in due}
            await self._recordings.on_disk(lambda keeper: _note(keeper.index, storage.name, coming))
            pace = Pace(self._bytes_per_s(), self._clock, self._ending.wait)
            moved = await thread.run(lambda: mover.copy(due, self._keep_until, within_s=_BATCH_S, pace=pace))
            self._puzzling.update(moved.puzzling)
            if moved.done:
                await self._record(storage.name, moved.done)
        return bool(gone or due)

    def _settle(self, index: RecordIndex, storage: str) -> set[str]:
        """What was being copied there and never came on record as moved: what still belongs there is copied again
        (returned), the rest is a leftover. In the keeper's thread."""
        noted = _noted(index, storage)
        if not noted:
            return noted
        wanted = [one for one in stages(self._tiers(), self._clock.now()) if one.storage == storage]
        again, unwanted = set[str](), list[str]()
        for name in sorted(noted):
            known = index.one(name)
            if known is not None and known.place == storage:
                continue
            if known is not None and any(_belongs(known.segment, stage) for stage in wanted):
                again.add(name)
            else:
                unwanted.append(name)
        if again != noted:
            with index.together():
                index.unwanted(unwanted, storage)
                _note(index, storage, again)
        return again

    async def _record(self, storage: str, done: Sequence[Sealed]) -> None:
        segments = [one.segment for one in done]
        event = RecordingsMoved(storage=storage, runs=runs_of(segments))
        await self._core.propose(lambda state: [Draft(event, actor="hub")])
        names = [segment.name for segment in segments]
        await self._recordings.on_disk(lambda keeper: keeper.moved(names, storage))
        log.info("recordings_moved", storage=storage, count=len(done), bytes=sum(one.bytes for one in segments))

    async def _read_catalog(self, mover: Mover, thread: OwnThread) -> None:
        """An index that was made anew does not know what lies in the storage; the storage does."""
        name = mover.storage.name
        fact = f"catalog of {name}"
        if await self._recordings.on_disk(lambda keeper: keeper.index.fact(fact)) is not None:
            return
        listed = await thread.run(lambda: list(mover.listed()))
        by_seal: dict[str | None, list[Segment]] = {}
        for one in listed:
            by_seal.setdefault(one.seal, []).append(one.segment)

        def add(index: RecordIndex) -> None:
            with index.together():
                for seal, segments in by_seal.items():
                    index.add(segments, seal=seal, place=name)
                index.remember(fact, "read")

        await self._recordings.on_disk(lambda keeper: add(keeper.index))
        if listed:
            log.warning("catalog_read", storage=name, segments=len(listed))

    def reasons(self) -> dict[str, Text]:
        """Why storages cannot be used now, by storage, and the folder of recordings by its name in hub.toml."""
        own = {self._recordings.plan.volume: self._recordings.problem} if self._recordings.problem else {}
        return {name: reason_in_words(problem) for name, problem in {**self._problems, **own}.items()}

    async def now(self) -> list[StorageView]:
        """Where recordings lie, and what waits to be moved; the folder of recordings first. Raises `SiteError`."""
        try:
            views = await asyncio.to_thread(self._views)
        except sqlite3.Error as error:
            raise SiteError(
                f"The index of recordings cannot be read: {error}.", hint="See the log; it can be made anew."
            ) from error

        if wire_name(StorageGone) in self._core.state.storage.get(self._recordings.plan.volume, []):
            views[0] = replace(views[0], problem="It cannot be written: see the alarms.")
        return views

    def _views(self) -> list[StorageView]:
        with closing(RecordIndex(self._recordings.index_path, create=False)) as index:
            lies, left = index.places(), index.count_leftovers()
            waiting: dict[str, int] = {}
            for stage in stages(self._tiers(), self._clock.now()):
                for place in lies.keys() - {stage.storage}:
                    count = index.count_due(place, stage.camera, stage.ended_after, stage.ended_by)
                    waiting[stage.storage] = waiting.get(stage.storage, 0) + count
        views = []
        for place in dict.fromkeys(("", *self.places.storages, *sorted(lies))):
            segments, size = lies.get(place, (0, 0))
            known = place == "" or place in self.places.storages
            view = StorageView(
                storage=place,
                problem=self._problems.get(place, "") if known else "It is not in use: see hub.toml and its plugin.",
                segments=segments,
                bytes=size,
                waiting=waiting.get(place, 0),
                left_over=left.get(place, 0),
                free_bytes=self._free.get(place),
            )
            views.append(view)
        return views

    def _due(self, storage: str) -> list[Sealed]:
        """What belongs there and lies elsewhere, the oldest first. In the storage's thread."""
        found: list[Sealed] = []
        with closing(RecordIndex(self._recordings.index_path, create=False)) as index:
            elsewhere = [place for place in ("", *self.places.storages) if place != storage]
            for stage in stages(self._tiers(), self._clock.now()):
                if stage.storage != storage:
                    continue
                for place in elsewhere:
                    limit = _MOST_OF_ONE + len(self._puzzling)
                    due = index.due(place, stage.camera, stage.ended_after, stage.ended_by, limit)
                    well = (one for one in due if one.segment.name not in self._puzzling)
                    found += islice(well, _MOST_OF_ONE)
        return sorted(found, key=lambda one: one.segment.end_at)[:_MOST]

    def _leftovers(self, storage: str) -> list[str]:
        """What is to be deleted there; page after page, since what is locked stays. In the storage's thread."""
        with closing(RecordIndex(self._recordings.index_path, create=False)) as index:
            found = index.leftovers(storage, _MOST, after=self._cleared_to.get(storage, ""))
        self._cleared_to[storage] = found[-1] if len(found) == _MOST else ""
        return found

    def _keep_until(self, segment: Segment) -> datetime:
        days = self._recordings.plan.keeping.terms_of(segment.camera).keep_days
        return segment.end_at + timedelta(days=days)

    async def _forget(self) -> None:
        """What has left hub.toml is not away any more."""

        def think(state: State) -> list[Draft]:
            left = (name for name in state.storage if name not in self.places.storages)
            away = (name for name in left if wire_name(StorageAway) in state.storage[name])
            return [Draft(StorageBack(volume=name), actor="hub") for name in away]

        if think(self._core.state):
            try:
                await self._core.propose(think)
            except JournalError as error:
                log.error("storages_not_recorded", error=str(error))

    async def _tell(self, storage: str, problem: str) -> None:
        if storage not in self._recordings.plan.storages:
            return  # it has just left hub.toml

        def think(state: State) -> list[Draft]:
            away = wire_name(StorageAway) in state.storage.get(storage, [])
            event: Event | None = None
            if problem and not away:
                event = StorageAway(volume=storage, reason=problem.rstrip("."), detail=reason_in_words(problem))
            elif away and not problem:
                event = StorageBack(volume=storage)
            return [Draft(event, actor="hub")] if event is not None else []

        if think(self._core.state):
            await self._core.propose(think)


def _noted(index: RecordIndex, storage: str) -> set[str]:
    noted = index.fact(f"coming to {storage}")
    return set(msgspec.json.decode(noted, type=list[str])) if noted else set()


def _note(index: RecordIndex, storage: str, names: set[str]) -> None:
    index.remember(f"coming to {storage}", msgspec.json.encode(sorted(names)).decode())


def _belongs(segment: Segment, stage: Stage) -> bool:
    return segment.camera == stage.camera and stage.ended_after < segment.end_at <= stage.ended_by
