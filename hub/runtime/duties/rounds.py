"""Fills in the sheets of rounds, and scores cleaning jobs: what the core cannot see by itself, handed to it.

It goes by what stands on record, never by an edge: a sheet that was begun just before a crash is filled in after it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from hub.clock import Clock
from hub.core.decisions import decide
from hub.core.event import Draft, Record
from hub.core.explanation import Explanation
from hub.core.rounds.answers import Reading
from hub.core.rounds.cleaning import waiting
from hub.core.rounds.commands import FillReadings, ScoreCleaning
from hub.core.rounds.kinds import Measured
from hub.core.rounds.measured import to_be_read
from hub.core.rounds.model import Cleaning
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.errors import HubError
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.runtime.duties.round_readings import RoundReader, fresh, in_pieces
from hub.runtime.own_thread import OwnThread
from hub.runtime.recording.reading import RecordReading

log = structlog.get_logger("rounds")

LOOK_EVERY_S = 2.0
TRY_AGAIN_S = 60.0
"""What nothing could tell is asked for again after so long, then after twice as long, and so on."""
_SELDOM_S = 600.0
"""But not more seldom than this: shares of the week of hundreds of cameras take seconds to read."""
_HUNG_S = 60.0
"""Reading takes longer than this only when a disk hangs."""
_MOST_AT_ONCE = 1_000

Cells = list[tuple[str, Measured]]
Explain = Callable[[str], Awaitable[Explanation | None]]
"""What a camera's worker measures at this moment; None when it does not say it soon."""


class _Tried(NamedTuple):
    """The cells of a round that were read last, and when that is done again."""

    keys: frozenset[str]
    wait_s: float
    again_s: float


class RoundWatch:
    """Puts readings and scores on record. On the hub's event loop; it reads in a thread of its own."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        reader: RoundReader,
        *,
        statuses: Callable[[], Mapping[str, CameraStatus]],
        explain: Explain,
    ) -> None:
        self._core = core
        self._clock = clock
        self._reader = reader
        self._statuses = statuses
        self._explain = explain
        self._tried: dict[str, _Tried] = {}
        """By round."""
        self._thread: OwnThread | None = None

    async def look(self) -> None:
        """Put on record what has changed. Raises what the journal raises."""
        state = self._core.state
        for cleaning in list(waiting(state, self._clock.now())):
            await self._score(cleaning)
        self._tried = {round_id: tried for round_id, tried in self._tried.items() if round_id in state.rounds}
        for round_id, cells in self._open_cells(state).items():
            await self._fill(round_id, cells, state)

    async def keep(self) -> None:
        """Look every few seconds. Runs for ever."""
        try:
            while True:
                try:
                    await self.look()
                except HubError as error:
                    log.error("round_not_filled_in", error=str(error), doing="trying again")
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            if self._thread is not None:
                self._thread.end()

    def _open_cells(self, state: State) -> dict[str, Cells]:
        """What is to be read now, by round."""
        now_s, found = self._clock.monotonic(), dict[str, Cells]()
        for round_id, sheet in state.round_sheets.items():
            if state.rounds[round_id].state not in ("started", "late"):
                continue
            cells = to_be_read(sheet)
            tried = self._tried.get(round_id)
            if cells and (tried is None or not tried.keys >= _keys(cells) or now_s >= tried.again_s):
                found[round_id] = cells
        return found

    async def _fill(self, round_id: str, cells: Cells, state: State) -> None:
        before = self._tried.get(round_id)
        wait_s = min(_SELDOM_S, 2 * before.wait_s) if before is not None else TRY_AGAIN_S
        self._tried[round_id] = _Tried(_keys(cells), wait_s, self._clock.monotonic() + wait_s)
        statuses = dict(self._statuses())
        self._thread = self._thread or OwnThread("rounds")
        reading = self._thread.run(lambda: self._reader.read(cells, state, statuses))
        await asyncio.wait({reading}, timeout=_HUNG_S)
        if not reading.done():
            log.error("round_not_filled_in", round=round_id, error="the disk does not answer", doing="trying again")
            return
        for piece in in_pieces(reading.result(), _MOST_AT_ONCE):
            await self._hand_over(FillReadings(round=round_id, readings=list[Reading](piece)))

    async def _score(self, cleaning: Cleaning) -> None:
        """The watch's measures after a job, while it looks: a status of now that sees no more of what was found."""
        now = self._clock.now()
        status = self._statuses().get(cleaning.camera)
        if status is None or not fresh(status, now) or cleaning.finding in status.undecided:
            return
        if any(level.kind == cleaning.finding for level in status.findings):
            return
        explanation = await self._explain(cleaning.camera)
        if explanation is not None:
            after = {each.key: each.value for each in explanation.measures if each.value is not None}
            await self._hand_over(ScoreCleaning(round=cleaning.round, after=after, at=now))

    async def _hand_over(self, order: FillReadings | ScoreCleaning) -> None:
        def think(state: State) -> list[Draft]:
            return [Draft(event, actor="hub") for event in decide(state, order, "hub", self._clock.now())]

        await self._core.propose(think)


def build_round_watch(
    core: CoreLoop,
    clock: Clock,
    zone: ZoneInfo,
    *,
    journal: Journal,
    recordings: RecordReading,
    statuses: Callable[[], Mapping[str, CameraStatus]],
    explain: Explain,
    folder: Path,
) -> RoundWatch:
    """A watch over rounds that reads the hub's own journal, recordings and disk; `folder` lies on the disk."""

    def records(after: int, limit: int, types: Sequence[str]) -> list[Record]:
        return [to_record(stored) for stored in journal.stored.read(after, limit, types=types)]

    reader = RoundReader(clock, zone, records=records, days=recordings.days, folder=folder)
    return RoundWatch(core, clock, reader, statuses=statuses, explain=explain)


def _keys(cells: Cells) -> frozenset[str]:
    return frozenset(f"{asset}/{item.id}" for asset, item in cells)
