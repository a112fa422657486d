"""What the duty log and the search need of the running hub: the search file, and the pictures kept with entries."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from hub.automation.model import TakeSnapshot
from hub.clock import Clock
from hub.core.dutylog.events import LogEntered
from hub.core.event import Record
from hub.errors import JournalError
from hub.journal.codec import to_us
from hub.journal.log import Journal
from hub.journal.projection import FILE, Projection
from hub.ports import OutboxEntry
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.effects import EffectRunner
from hub.runtime.delivery.outbox import SNAPSHOT, Errand

log = structlog.get_logger("search")


def build_projection(data: Path, journal: Journal, clock: Clock) -> Projection:
    """The search file of a journal that runs, not started yet."""
    return Projection(data / FILE, journal.stored, lambda: journal.head, clock)


def pictures_wanted(records: Sequence[Record]) -> list[OutboxEntry]:
    """The pictures that are to be kept with entries of the duty log among these, as errands for the outbox.

    What became of each goes on record as `snapshot.taken` or `effect.failed`, with the entry as its cause.
    """
    return [
        OutboxEntry(
            key=f"log:{record.event.entry}>{SNAPSHOT}:{camera}",
            kind=SNAPSHOT,
            payload=msgspec.json.encode(Errand("", TakeSnapshot(camera=camera))),
            cause=record.seq,
            created_at_us=to_us(record.seen_at),
            next_at_us=to_us(record.seen_at),
        )
        for record in records
        if isinstance(record.event, LogEntered)
        for camera in record.event.pictures
    ]


class LogPictures:
    """Has the pictures kept that entries of the duty log want. On the hub's event loop."""

    def __init__(self, core: CoreLoop, effects: EffectRunner) -> None:
        self._core = core
        self._effects = effects
        self._asking: set[asyncio.Task[None]] = set()

    def follow(self, records: Sequence[Record]) -> None:
        """Records that were just written. An entry stands whatever becomes of its pictures."""
        if wanted := pictures_wanted(records):
            task = asyncio.get_running_loop().create_task(self._ask(wanted), name="log pictures")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, wanted: Sequence[OutboxEntry]) -> None:
        try:
            await self._core.propose(lambda state: [], outbox_changed=wanted)
        except JournalError as error:
            log.warning("pictures_not_kept", entries=[entry.key for entry in wanted], error=str(error))
            return
        self._effects.poke()
