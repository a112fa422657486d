"""What the journal says of recordings and the index is told: plans, what is kept, what is held for releases."""

from hub.core.event import Event, Record
from hub.core.recorded import Span
from hub.core.recordings import RecordingPlanned, RecordingProtected, RecordingUnplanned, us_of
from hub.core.releases.events import HoldEvent, RecordingHeld, RecordingHoldEnded
from hub.runtime.recording.index import RecordIndex

FACTS: tuple[type[Event], ...] = (
    RecordingPlanned,
    RecordingUnplanned,
    RecordingProtected,
    RecordingHeld,
    RecordingHoldEnded,
)


def into_index(index: RecordIndex, record: Record) -> None:
    """Tell the index one of `FACTS`. Raises `sqlite3.Error`."""
    match record.event:
        case RecordingProtected(camera=camera, from_at=from_at, to_at=to_at, until_at=until_at):
            index.protect(f"{record.seq}", camera, Span(from_at, to_at), until_at)
        case RecordingHeld(camera=camera, from_at=from_at, to_at=to_at) as held:
            index.protect(_key(held), camera, Span(from_at, to_at), None)
        case RecordingHoldEnded() as ended:
            index.unprotect(_key(ended))
        case RecordingPlanned(camera=camera, stream=stream):
            index.plan(camera, stream, record.seen_at)
        case RecordingUnplanned(camera=camera):
            index.plan(camera, None, record.seen_at)


def _key(event: HoldEvent) -> str:
    # In microseconds: the same instant may be written in another zone when it is read from the journal.
    return f"{event.release}|{event.camera}|{us_of(event.from_at)}|{us_of(event.to_at)}"
