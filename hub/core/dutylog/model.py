"""What the duty log's own decisions need of it: the newest entries, the visitors who are inside, the next number.

An entry never changes. What becomes of one is said by later ones that point at it:

    entry                 a later one with          and then
    any                   corrects = its id         it is shown struck through, with the way to the new one
    incident              about = its id, measure   the measure is shown with it
    visitor, arriving     about = its id, leaving   the visitor is no longer inside
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.dutylog.events import EntryKind, LogEntered
from hub.core.event import Record

MOST_RECENT = 200
"""Entries that the state keeps; the journal has them all."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the duty log, as written; see `LogEntered`. `seq` is its record, `by` who wrote it, and when."""

    id: str
    seq: int
    by: str
    entered_at: datetime
    kind: EntryKind
    text: str
    happened_at: datetime
    late: bool = False
    cameras: list[str] = []
    picture_of: list[str] = []
    attachments: list[str] = []
    post: str = ""
    present: list[str] = []
    alarm: str | None = None
    ticket: str | None = None
    about: str = ""
    corrects: str = ""
    reason: str = ""
    taken_by: str = ""
    reported: bool = False
    visitor: str = ""
    unit: str = ""
    purpose: str = ""
    leaving: bool = False
    corrected_by: str = ""
    """The entry that took its place since, as far as known here."""


class DutyLog(msgspec.Struct, frozen=True):
    """`recent` is the newest last, 200 at most; `visitors` those inside, by the id of their arrival; `count` how many
    entries there ever were."""

    recent: tuple[Entry, ...] = ()
    visitors: dict[str, Entry] = {}
    count: int = 0

    def entry(self, entry_id: str) -> Entry | None:
        """One of the newest entries, or the arrival of a visitor who is inside."""
        return next((entry for entry in reversed(self.recent) if entry.id == entry_id), self.visitors.get(entry_id))


def entry_of(record: Record, event: LogEntered) -> Entry:
    """The entry that a record holds."""
    return Entry(
        id=event.entry,
        seq=record.seq,
        by=record.actor,
        entered_at=record.seen_at,
        kind=event.kind,
        text=event.text,
        happened_at=event.happened_at,
        late=event.late,
        cameras=event.cameras,
        picture_of=event.pictures,
        attachments=event.attachments,
        post=event.post,
        present=event.present,
        alarm=event.alarm,
        ticket=event.ticket,
        about=event.about,
        corrects=event.corrects,
        reason=event.reason,
        taken_by=event.taken_by,
        reported=event.reported,
        visitor=event.visitor,
        unit=event.unit,
        purpose=event.purpose,
        leaving=event.leaving,
    )


def follow(log: DutyLog, record: Record, event: LogEntered) -> DutyLog:
    """The duty log after one more entry."""
    entry = entry_of(record, event)
    before = [replace(old, corrected_by=entry.id) if old.id == entry.corrects else old for old in log.recent]
    return DutyLog(recent=(*before, entry)[-MOST_RECENT:], visitors=_inside(log.visitors, entry), count=log.count + 1)


def _inside(visitors: dict[str, Entry], entry: Entry) -> dict[str, Entry]:
    if entry.kind != "visitor":
        return visitors
    if entry.leaving:
        return {key: arrival for key, arrival in visitors.items() if key != entry.about}
    if entry.corrects:
        # Who was inside under the old entry is inside under the new one; who was gone already does not come back.
        kept = {key: arrival for key, arrival in visitors.items() if key != entry.corrects}
        return {**kept, entry.id: entry} if entry.corrects in visitors else visitors
    return {**visitors, entry.id: entry}
