"""What was recorded and deleted after a copy was made, put back on record when the copy is put back.

The recordings outlive the journal that proved them. Where that journal is still there and goes on from the copy, it is
believed: its seals, deletions and moves are taken over. Where it is not, the lists that lie in the folder are taken as
they are, and the record says so.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from hub.core.event import Event, wire_name
from hub.core.proof.compare import parse_name
from hub.core.recordings import Adopted, Listed, RecordingsMoved, RecordingsRemoved, RecordingsSealed, seal_of
from hub.errors import SiteError
from hub.journal.chain import Head
from hub.journal.codec import decode
from hub.journal.verify import verify
from hub.ports import Store, StoredRecord
from hub.runtime.backup.journal_file import open_journal
from hub.runtime.proof.ledger import read_list
from hub.watch.recording.file import SEALS

log = structlog.get_logger("recording")

_SEALED = wire_name(RecordingsSealed)
_TAKEN_OVER = frozenset(wire_name(one) for one in (RecordingsSealed, RecordingsRemoved, RecordingsMoved))
_AT_ONCE = 2_000
_MOST_LISTS = 500_000
"""One every five minutes for almost five years."""


class Since(NamedTuple):
    """What is put back on record."""

    events: list[Event]
    how: Adopted
    """By whose word."""

    @property
    def segments(self) -> int:
        return sum(one.count for one in self.events if isinstance(one, RecordingsSealed))


def since_copy(restored: Path, aside: Path, head: Head, folder: Path, *, volume: str) -> Since:
    """What the journal `restored`, whose newest record is `head`, does not know of recordings.

    `aside`: the journal that is put aside; `folder`: of recordings, called `volume` in hub.toml. Raises `SiteError`
    when `restored` cannot be read.
    """
    events = _of_journal(aside, head)
    if events is not None:
        return Since(events, "journal")
    store = open_journal(restored)
    try:
        known = {event.manifest for event in _seals(store)}
    finally:
        store.close()
    return Since([*_of_folder(folder, known, volume)], "folder")


def _of_journal(path: Path, head: Head) -> list[Event] | None:
    """The seals, deletions and moves after `head`; None where no such journal is there, or none that holds."""
    events: list[Event] = []

    def take(stored: StoredRecord) -> None:
        if stored.seq <= head.seq or stored.type not in _TAKEN_OVER:
            return
        event = decode(stored.type, stored.version, stored.body)
        if isinstance(event, RecordingsSealed | RecordingsRemoved | RecordingsMoved):
            events.append(event if event.adopted else replace(event, adopted="journal"))

    try:
        store = open_journal(path)
    except SiteError:
        return None
    try:
        verdict = verify(store, expected=head, each=take)
    finally:
        store.close()
    if not verdict.ok:
        log.warning("journal_not_believed", file=str(path), problem=verdict.problem)
        return None
    return events


def _seals(store: Store) -> Iterator[RecordingsSealed]:
    after = 0
    while records := store.read(after, _AT_ONCE, types=[_SEALED]):
        for record in records:
            event = decode(record.type, record.version, record.body)
            if isinstance(event, RecordingsSealed):
                yield event
        after = records[-1].seq


def _of_folder(folder: Path, known: set[str], volume: str) -> Iterator[RecordingsSealed]:
    """The lists that are newer than every one that is known. What is older was there when the copy was made, and the
    hub had not sealed it."""
    newest = max(known, default="")
    try:
        names = sorted(path.name for path in (folder / SEALS).iterdir())[-_MOST_LISTS:]
    except OSError:
        return
    for name in names:
        manifest = f"{SEALS}/{name}"
        if manifest <= newest:
            continue
        try:
            listed = read_list(folder / manifest)
        except (OSError, ValueError) as error:
            log.warning("manifest_unreadable", file=name, error=str(error))
            continue
        if (event := _sealed(manifest, listed, volume)) is not None:
            yield event


def _sealed(manifest: str, listed: list[Listed], volume: str) -> RecordingsSealed | None:
    named = [parse_name(one.name) for one in listed]
    begins = [one.begin_at for one in named if one is not None]
    if not begins or len(begins) < len(listed):
        return None
    return RecordingsSealed(
        manifest=manifest,
        count=len(listed),
        bytes=sum(one.bytes for one in listed),
        first_at=min(begins),
        last_at=max(begins),
        root=seal_of(listed),
        folder=volume,
        adopted="folder",
    )
