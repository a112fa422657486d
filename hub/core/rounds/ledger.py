"""The rounds of the past and of now, told from the records: what became of each, and how many were kept in time."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.event import Event, Record, wire_name
from hub.core.rounds.events import (
    CleaningNotProven,
    CleaningProven,
    RoundCancelled,
    RoundDone,
    RoundDue,
    RoundFaultFound,
    RoundHandedIn,
    RoundMissed,
    RoundReturned,
    RoundStarted,
)
from hub.core.text import Text

EVENTS: tuple[type[Event], ...] = (
    *(RoundDue, RoundStarted, RoundHandedIn, RoundReturned, RoundDone, RoundMissed, RoundCancelled, RoundFaultFound),
    *(CleaningProven, CleaningNotProven),
)
TYPES = [wire_name(event) for event in EVENTS]


class PastRound(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a round. `outcome` is empty as long as it is open."""

    id: str
    kind: str
    title: Text
    team: str
    camera: str | None = None
    clause: str = ""
    since_at: datetime
    due_at: datetime | None = None
    started_at: datetime | None = None
    made_at: datetime | None = None
    """When its makers signed it."""
    ended_at: datetime | None = None
    signed_by: str = ""
    makers: list[str] = []
    missed: bool = False
    """Its time passed before it was made."""
    outcome: str = ""
    """`done`, `late` (made after its time), or `cancelled`."""
    note: str = ""
    answered: int = 0
    not_possible: int = 0
    bad: int = 0
    tickets: list[str] = []
    proven: bool | None = None
    """Of a cleaning job: whether the watch saw that it helped. None: it is no such job, or nobody knows yet."""
    before: dict[str, float] = {}
    after: dict[str, float] = {}
    """The measures by which it was scored, as they were before and after."""
    first_seq: int = 0
    last_seq: int = 0
    """The records between which its story lies."""


class RoundCount(msgspec.Struct, frozen=True, kw_only=True):
    """How the rounds of one kind and team were kept. `open` ones whose time has not passed are not judged yet."""

    kind: str
    team: str
    title: Text
    in_time: int = 0
    late: int = 0
    missed: int = 0
    """Not made at all, though their time has passed."""
    cancelled: int = 0
    open: int = 0
    bad: int = 0
    """Bad answers on them."""

    @property
    def judged(self) -> int:
        """The denominator of the share that was kept in time: cancelled ones and those whose time runs do not count."""
        return self.in_time + self.late + self.missed

    @property
    def in_time_share(self) -> float | None:
        return self.in_time / self.judged if self.judged else None


def tell(rounds: dict[str, PastRound], record: Record) -> None:
    """Take one more record of `TYPES` into the story."""
    event = record.event
    if isinstance(event, RoundDue):
        rounds[event.round] = PastRound(
            id=event.round,
            kind=event.kind,
            title=event.title,
            team=event.team,
            camera=event.camera,
            clause=event.clause,
            since_at=record.seen_at,
            due_at=event.due_at,
            first_seq=record.seq,
            last_seq=record.seq,
        )
        return
    known = rounds.get(getattr(event, "round", ""))
    if known is not None:
        rounds[known.id] = replace(_told(known, record), last_seq=record.seq)


def _told(known: PastRound, record: Record) -> PastRound:
    match record.event:
        case RoundStarted():
            return replace(known, started_at=known.started_at or record.seen_at)
        case RoundMissed():
            return replace(known, missed=True)
        case RoundHandedIn():
            return replace(known, made_at=record.seen_at)
        case RoundReturned():
            return replace(known, made_at=None)
        case RoundFaultFound(ticket=ticket):
            return replace(known, tickets=list(dict.fromkeys([*known.tickets, ticket])))
        case RoundCancelled(reason=reason):
            return replace(known, outcome="cancelled", ended_at=record.seen_at, signed_by=record.actor, note=reason)
        case CleaningProven(before=before, after=after):
            return replace(known, proven=True, before=before, after=after)
        case CleaningNotProven(before=before, after=after):
            return replace(known, proven=False, before=before, after=after)
        case RoundDone() as done:
            late = done.late or known.missed
            return replace(
                known,
                outcome="late" if late else "done",
                made_at=known.made_at or record.seen_at,
                ended_at=record.seen_at,
                signed_by=record.actor,
                makers=done.makers or [record.actor],
                note=done.note,
                answered=done.answered,
                not_possible=done.not_possible,
                bad=done.bad,
            )
        case _:
            return known


def counts(rounds: Iterable[PastRound], from_at: datetime, to_at: datetime, now: datetime) -> list[RoundCount]:
    """How the rounds were kept whose time to be made ended in the period (those without one: that became due in it)."""
    found: dict[tuple[str, str], RoundCount] = {}
    for each in rounds:
        if not from_at <= (each.due_at or each.since_at) < to_at:
            continue
        key = (each.kind, each.team)
        count = found.get(key) or RoundCount(kind=each.kind, team=each.team, title=each.title)
        passed = each.missed or (each.due_at is not None and each.due_at <= now)
        match each.outcome:
            case "done":
                count = replace(count, in_time=count.in_time + 1)
            case "late":
                count = replace(count, late=count.late + 1)
            case "cancelled":
                count = replace(count, cancelled=count.cancelled + 1)
            case _ if each.made_at is not None and not each.missed:
                count = replace(count, in_time=count.in_time + 1)
            case _ if passed:
                count = replace(count, missed=count.missed + 1)
            case _:
                count = replace(count, open=count.open + 1)
        found[key] = replace(count, bad=count.bad + each.bad)
    return [found[key] for key in sorted(found)]
