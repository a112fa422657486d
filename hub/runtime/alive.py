"""When the hub was last alive, noted in `data/run/alive`: after a crash, a quiet night counts as watched up to then.

The note is a hint, not a proof: it is not synced to the disk, and whoever may write in the folder can change it. It is
believed only where it fits between the last record and now, and where no clock was set since.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta

from hub.clock import Clock
from hub.core.catalogue import ClockStepped
from hub.core.event import Record, wire_name
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.server.run_folder import write_private

log = structlog.get_logger("alive")

EVERY_S = 10.0
_LONGEST = 1000
"""Bytes; a longer note is none of ours."""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hub was alive at `at`, when `position` was the number of its newest record."""

    at: Annotated[datetime, Meta(tz=True)]
    position: Annotated[int, Meta(ge=0)]


def note_file(data: Path) -> Path:
    return data / "run" / "alive"


def load_note(data: Path) -> Note | None:
    """The note that the run before left; None where there is none that can be read."""
    try:
        with note_file(data).open("rb") as file:
            text = file.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise ValueError(f"it is longer than {_LONGEST} bytes")
        return msgspec.json.decode(text, type=Note)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
        log.warning("note_not_read", error=str(error), next="The last record says until when the hub ran.")
        return None


def believed(note: Note, *, last: Record, set_at: int, now: datetime) -> bool:
    """Whether the hub was alive at `note.at`, as far as anybody can say.

    `last` is the last record of the run before, `set_at` the number of the newest record of a clock that was set (0:
    none). What was noted before the last record says nothing; what lies in the future was noted by another clock; and a
    note that knows of later records than there are belongs to another journal.
    """
    return set_at <= note.position <= last.seq and last.seen_at <= note.at <= now


def find_alive_until(data: Path, journal: Journal, now: datetime) -> datetime | None:
    """Until when the run before is known to have gone on, beyond its last record; None where nobody knows.

    It reads files: call it on a thread, before anything new is on record.
    """
    note, newest = load_note(data), journal.read_last(1)
    if note is None or not newest:
        return None
    steps = journal.read_last(1, types=[wire_name(ClockStepped)])
    set_at = steps[0].seq if steps else 0
    return note.at if believed(note, last=newest[0], set_at=set_at, now=now) else None


async def keep_noting(data: Path, core: CoreLoop, clock: Clock) -> None:
    """Note every `EVERY_S` that the loop which decides is alive, for as long as it is."""
    failing = False
    while core.task is not None and not core.task.done():
        if not core.clock_in_doubt:
            note = Note(at=clock.now(), position=core.state.position)
            try:
                await asyncio.to_thread(write_private, note_file(data), msgspec.json.encode(note))
                failing = False
            except OSError as error:
                if not failing:
                    log.warning("note_not_written", error=str(error), next="A crash now counts from the last record.")
                failing = True
        await asyncio.sleep(EVERY_S)
