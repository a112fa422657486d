"""Proof of the recordings while the hub runs: everything is read once in so many days, what was proven longest ago
first, at a bounded rate; and what does not hold is on record at once.

A pass goes through all places (UTC days, and the cameras of each) in order. How far it has come is on record, so a
restart goes on from there. The reading is done by a thread of its own, which may hang with the disk.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from hub.clock import Clock
from hub.core.event import Draft, Event, wire_name
from hub.core.proof.compare import place_of, settled
from hub.core.proof.events import Damage, ListDamage, RecordingsProven
from hub.core.proof.model import Proof, changes
from hub.core.state import State
from hub.core.storage import StorageGone
from hub.errors import HubError, JournalError
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.runtime.own_thread import OwnThread
from hub.runtime.proof.comparison import Elsewhere, Proven, Prover
from hub.runtime.proof.ledger import Ledger, Place, Sum
from hub.runtime.proof.run import Pace

T = TypeVar("T")

log = structlog.get_logger("recording")

FIRST_AFTER_S = 120.0
"""A hub that starts has other things to do."""
LOOK_EVERY_S = 60.0
AGAIN_AFTER_S = 3600.0
"""What is damaged is looked at again, and what was proven is put on record, so often."""
CONFIRM_AFTER_S = 15.0
"""What is damaged is read once more: a disk that goes is on record within so long."""
_SHARE = 0.8
"""A pass is planned for this share of its days: what was put off is made up for."""
_BREATH_S = 0.01
"""Between two pages of the journal the other threads have their turn."""


class ProofPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml says of it."""

    days: float
    """Everything is read once in so many days."""
    bytes_per_s: float
    """No faster than this."""
    volume: str
    """The folder of recordings as the record names it."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What was proven and is not on record yet."""

    until: Place
    segments: int = 0
    bytes: int = 0
    damaged: int = 0
    away: int = 0


class Proving:
    """On the hub's event loop; the disk is read by a thread of its own."""

    def __init__(
        self,
        core: CoreLoop,
        journal: Journal,
        clock: Clock,
        *,
        folder: Path,
        index: Path,
        plan: Callable[[], ProofPlan],
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._core = core
        self._journal = journal
        self._clock = clock
        self._folder = folder
        self._index = index
        self._plan = plan
        self._elsewhere = elsewhere
        self._ending = threading.Event()
        self._thread: OwnThread | None = None
        self._prover: Prover | None = None
        self._places: list[Place] = []
        self._began_at: datetime | None = None
        self._damages: dict[str, dict[str, Damage]] = {}
        self._stretch: Stretch | None = None
        self._told_s = self._again_s = clock.monotonic()

    async def keep(self) -> None:
        """Prove on for ever."""
        self.begin()
        try:
            await asyncio.sleep(FIRST_AFTER_S)
            while True:
                try:
                    nap_s = await self.step()
                except JournalError as error:
                    log.error("recordings_proven_not_recorded", error=str(error), doing="trying again")
                    nap_s = LOOK_EVERY_S
                except (HubError, OSError, sqlite3.Error) as error:
                    log.error("recordings_not_proven", error=str(error), doing="trying again")
                    self._prover = None
                    nap_s = LOOK_EVERY_S
                await asyncio.sleep(nap_s)
        finally:
            self.end()

    def begin(self) -> None:
        """Start the thread; what is on record as damaged is looked at again."""
        self._thread = OwnThread("proving")
        known = self._core.state.proof.damaged
        self._damages = {camera: {one.segment: one for one in each.damaged} for camera, each in known.items()}

    def end(self) -> None:
        """Read no further."""
        self._ending.set()
        if self._thread is not None:
            self._thread.end()

    async def step(self) -> float:
        """Do what is to be done next; returns in how many seconds there may be more. Raises what the disk raises."""
        if self._away():
            return LOOK_EVERY_S
        now_s = self._clock.monotonic()
        if now_s - self._again_s >= AGAIN_AFTER_S:
            self._again_s = now_s
            await self._look_again()
        if self._prover is None and not await self._open():
            return LOOK_EVERY_S
        assert self._prover is not None
        prover = self._prover
        if not prover.ledger.holds:
            # Without a chain that holds nothing can be proven; when the journal was put right the hub starts anew.
            return AGAIN_AFTER_S
        until = self._until()
        left = [place for place in self._places if place > until]
        if not left:
            # Days have come since, and cameras. What lies beside the cameras' folders is no camera's.
            self._places = [place for place in await self._run(prover.places) if place[1]]
            left = [place for place in self._places if place > until]
        if not left:
            return await self._complete(bool(self._places))
        self._began_at = self._core.state.proof.began_at or self._began_at or self._clock.now()
        due_at = self._due_at(self._places, left[0], self._began_at)
        wait_s = (due_at - self._clock.now()).total_seconds()
        if wait_s > 0:
            await self._tell_stretch()
            prover.ledger.forget_days()
            return min(wait_s, LOOK_EVERY_S)
        await self._prove(prover, left[0])
        return 0.0

    async def _open(self) -> bool:
        """Read the ledger, and the lists; whether that could be done."""
        self._prover = await self._run(self._opened)
        if await self._run(self._lists):
            await asyncio.sleep(CONFIRM_AFTER_S)
            self._prover = await self._run(self._opened) if not self._away() else None
        if self._prover is None:
            return False
        await self._tell()
        return True

    # --- a pass -------------------------------------------------------------------------------------------------

    def _until(self) -> Place:
        """The last place that is proven."""
        if self._stretch is not None:
            return self._stretch.until
        return _place(self._core.state.proof)

    def _due_at(self, places: Sequence[Place], place: Place, began_at: datetime) -> datetime:
        """When a place has its turn, so that the pass is spread over its days by what there is to read."""
        assert self._prover is not None
        sums = self._prover.ledger.sums
        sizes = [sums.get(one, Sum(0, 0)).bytes for one in places]
        before = sum(size for one, size in zip(places, sizes, strict=True) if one < place)
        share = before / total if (total := sum(sizes)) else 0.0
        return began_at + timedelta(days=self._plan().days * _SHARE * share)

    async def _prove(self, prover: Prover, place: Place) -> None:
        proven = await self._read(prover, place)
        compared = proven.compared
        if doubted := frozenset(one.segment for one in compared.damages):
            await asyncio.sleep(CONFIRM_AFTER_S)
            if self._away():
                return
            again = (await self._read(prover, place, doubted)).compared
            compared = compared._replace(
                intact=compared.intact + again.intact,
                intact_bytes=compared.intact_bytes + again.intact_bytes,
                damages=again.damages,
            )
        self._know(place, compared.damages)
        known = self._stretch or Stretch(until=place)
        self._stretch = Stretch(
            until=place,
            segments=known.segments + compared.intact,
            bytes=known.bytes + compared.intact_bytes,
            damaged=known.damaged + len(compared.damages),
            away=known.away + proven.away,
        )
        await self._tell()
        await self._tell_stretch()

    async def _complete(self, anything: bool) -> float:
        """Every place is done: the next pass begins when the days of this one are over."""
        began_at = self._core.state.proof.began_at or self._began_at
        if not anything or began_at is None:
            return LOOK_EVERY_S
        rest_s = (began_at + timedelta(days=self._plan().days * _SHARE) - self._clock.now()).total_seconds()
        if rest_s > 0:
            await self._tell_stretch()
            return min(rest_s, LOOK_EVERY_S)
        stretch = self._stretch or Stretch(until=self._until())
        await self._core.propose(lambda state: [_draft(_proven(stretch, began_at, completed=True))])
        # What is damaged was seen in this pass, or is gone: the lists are read anew.
        self._stretch, self._began_at, self._prover, self._places = None, None, None, []
        return 0.0

    # --- what was found -----------------------------------------------------------------------------------------

    def _know(self, place: Place, damages: Sequence[Damage], only: frozenset[str] | None = None) -> None:
        """What is damaged in a place, or among some files of it, is this now."""
        camera = place[1]
        kept = {
            name: one
            for name, one in self._damages.get(camera, {}).items()
            if (name not in only if only is not None else place_of(name) != place)
        }
        self._damages[camera] = kept | {one.segment: one for one in damages}

    async def _look_again(self) -> None:
        """Whether what is damaged is so still: it may have been put back, or deleted by its rule."""
        if self._core.state.proof.lists or (self._prover is not None and not self._prover.ledger.holds):
            self._prover = None
        if self._prover is None or not any(self._damages.values()):
            return
        prover = self._prover
        for place, names in _places_of(self._damages).items():
            proven = await self._read(prover, place, names)
            if self._away():
                return
            self._know(place, proven.compared.damages, names)
        await self._tell()

    async def _tell(self) -> None:
        """Bring the record in line with what is damaged."""
        assert self._prover is not None
        lists = await self._run(self._lists)
        found = {camera: settled(list(known.values())) for camera, known in self._damages.items()}

        def think(state: State) -> list[Draft]:
            return [_draft(event) for event in changes(state.proof, found, lists)]

        if think(self._core.state):
            await self._core.propose(think)

    async def _tell_stretch(self) -> None:
        """Put on record how far it has come, once in a while."""
        if self._clock.monotonic() - self._told_s < AGAIN_AFTER_S:
            return
        stretch, began_at = self._stretch, self._core.state.proof.began_at or self._began_at
        if stretch is None or began_at is None or stretch.until == _place(self._core.state.proof):
            return
        await self._core.propose(lambda state: [_draft(_proven(stretch, began_at))])
        self._stretch = Stretch(until=stretch.until)
        self._told_s = self._clock.monotonic()

    # --- in the thread ------------------------------------------------------------------------------------------

    def _opened(self) -> Prover:
        ledger = Ledger(self._journal.stored, self._folder, volume=self._plan().volume)
        ledger.catch_up(lambda done, total: self._breathe())
        return Prover(ledger, self._folder, self._index, self._clock, elsewhere=self._elsewhere)

    def _lists(self) -> list[ListDamage]:
        assert self._prover is not None
        ledger = self._prover.ledger
        chain = [] if ledger.holds else [ListDamage("journal", "journal", ledger.problem)]
        return [*chain, *ledger.damaged_lists()]

    async def _read(self, prover: Prover, place: Place, only: frozenset[str] | None = None) -> Proven:
        pace = Pace(self._plan().bytes_per_s, self._clock, self._ending.wait)
        return await self._run(lambda: prover.prove(place, only=only, advance=lambda count: self._advance(pace, count)))

    def _advance(self, pace: Pace, count: int) -> None:
        if self._ending.is_set():
            raise InterruptedError("the hub is stopping")
        pace.take(count)

    def _breathe(self) -> None:
        if self._ending.wait(_BREATH_S):
            raise InterruptedError("the hub is stopping")

    async def _run(self, work: Callable[[], T]) -> T:
        assert self._thread is not None
        return await self._thread.run(work)

    def _away(self) -> bool:
        """Whether the disk is not there, so that what is missing says nothing."""
        return wire_name(StorageGone) in self._core.state.storage.get(self._plan().volume, [])


def _places_of(damages: dict[str, dict[str, Damage]]) -> dict[Place, frozenset[str]]:
    found: dict[Place, set[str]] = {}
    for known in damages.values():
        for name in known:
            found.setdefault(place_of(name), set()).add(name)
    return {place: frozenset(names) for place, names in found.items()}


def _place(proof: Proof) -> Place:
    day, _, camera = proof.until.partition(" ")
    return day, camera


def _proven(stretch: Stretch, began_at: datetime, *, completed: bool = False) -> RecordingsProven:
    return RecordingsProven(
        began_at=began_at,
        until=" ".join(stretch.until),
        segments=stretch.segments,
        bytes=stretch.bytes,
        damaged=stretch.damaged,
        away=stretch.away,
        completed=completed,
    )


def _draft(event: Event) -> Draft:
    return Draft(event, actor="hub")
