"""A round (巡检), from the moment it is due to the last signature.

state      means                                       leaves by
due        to be made, nobody has begun                start → started · its time passes → missed
missed     its time passed, nobody has begun           start → late
started    being made: items are answered              sign → done or handed_in · its time passes → late
late       being made, its time has passed             sign → done or handed_in
handed_in  the makers signed, a leader has not         countersign → done · give back → started or late

A round on which nothing has to be answered may be reported as made at once. A leader may cancel any of them. Whatever
is made after its time is on record as late, never as if it had been in time.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.rounds.answers import Given, Reading, Value, is_bad, key_of
from hub.core.rounds.events import (
    RoundAnswered,
    RoundDue,
    RoundFaultFound,
    RoundHandedIn,
    RoundJoined,
    RoundMeasured,
    RoundMissed,
    RoundReturned,
    RoundStarted,
    Target,
)
from hub.core.rounds.kinds import AnyItem, RoundKind
from hub.core.text import Text

RoundState = Literal["due", "missed", "started", "late", "handed_in"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("due", "round.started", "started"),
    ("due", "round.missed", "missed"),
    ("due", "round.done", "done"),
    ("due", "round.cancelled", "cancelled"),
    ("missed", "round.started", "late"),
    ("missed", "round.done", "done"),
    ("missed", "round.cancelled", "cancelled"),
    ("started", "round.missed", "late"),
    ("started", "round.handed_in", "handed_in"),
    ("started", "round.done", "done"),
    ("started", "round.cancelled", "cancelled"),
    ("late", "round.handed_in", "handed_in"),
    ("late", "round.done", "done"),
    ("late", "round.cancelled", "cancelled"),
    ("handed_in", "round.returned", "started"),
    ("handed_in", "round.returned", "late"),
    ("handed_in", "round.done", "done"),
    ("handed_in", "round.cancelled", "cancelled"),
)
"""From, by which event, to. `done` and `cancelled` are the end."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round that is to be made, without its sheet."""

    id: str
    kind: str
    title: Text
    team: str
    since_at: datetime
    due_at: datetime | None
    rule: str | None
    clause: str
    missed: bool = False
    """It is on record that its time passed before it was handed in."""
    camera: str | None = None
    """The only camera that it is about."""
    finding: str = ""
    """The finding that it is to end."""
    forecast_at: datetime | None = None
    before: dict[str, float] = {}
    again_after: str = ""
    started_at: datetime | None = None
    makers: list[str] = []
    """Who makes it, in the order in which they joined."""
    handed_in_at: datetime | None = None
    note: str = ""
    """What the makers wrote when they handed it in, or the leader's reason for giving it back."""
    cells: int = 0
    """How many items there are to answer, over all assets; 0 until it was started."""
    answered: int = 0
    """How many of them have an answer, or a reading of the hub."""
    open_must: int = 0
    """How many have none and need one."""
    bad: int = 0
    """How many have a bad answer."""
    lacking: int = 0
    """How many the hub was to fill in, could not, and nobody has answered."""

    @property
    def state(self) -> RoundState:
        if self.handed_in_at is not None:
            return "handed_in"
        if self.started_at is None:
            return "missed" if self.missed else "due"
        return "late" if self.missed else "started"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at on a round that was started, and what was answered so far. `kind` is as it was then: a changed
    rules/rounds.toml changes no round under way."""

    kind: RoundKind
    targets: tuple[Target, ...] = ()
    answers: dict[str, Given] = {}
    readings: dict[str, Reading] = {}
    tickets: dict[str, str] = {}
    """The ticket on which the fault of an item stands."""

    def item(self, item_id: str) -> AnyItem | None:
        return item_of(self.kind, item_id)

    def has(self, asset: str, item_id: str) -> bool:
        return any(target.asset == asset and item_id in target.items for target in self.targets)

    def value(self, key: str) -> Value:
        """What counts for an item: the hub's reading, where it has one, else what a person said."""
        reading = self.readings.get(key)
        if reading is not None and reading.value is not None:
            return reading.value
        given = self.answers.get(key)
        return given.answer.value if given is not None else None

    def settled(self, key: str) -> bool:
        """Whether an item has an answer, or a reason why there is none."""
        reading = self.readings.get(key)
        return key in self.answers or (reading is not None and reading.value is not None)

    def is_bad(self, key: str, item: AnyItem) -> bool:
        return is_bad(item, self.value(key))


def item_of(kind: RoundKind, item_id: str) -> AnyItem | None:
    """An item of any of a kind's checklists; ids are unique within a kind."""
    return next((item for checklist in kind.checklists for item in checklist.items if item.id == item_id), None)


def cells_of(sheet: Sheet) -> Iterator[tuple[Target, AnyItem]]:
    """Every item of a sheet, asset by asset."""
    items = {item.id: item for checklist in sheet.kind.checklists for item in checklist.items}
    for target in sheet.targets:
        for item_id in target.items:
            yield target, items[item_id]


def open_items(sheet: Sheet) -> Iterator[tuple[Target, AnyItem]]:
    """The items that must be answered and are not."""
    for target, item in cells_of(sheet):
        if item.must and not sheet.settled(key_of(target.asset, item.id)):
            yield target, item


def counted(round_: Round, sheet: Sheet) -> Round:
    """The round with the figures of its sheet."""
    cells = answered = open_must = bad = lacking = 0
    for target, item in cells_of(sheet):
        key = key_of(target.asset, item.id)
        settled = sheet.settled(key)
        cells += 1
        answered += settled
        open_must += item.must and not settled
        bad += sheet.is_bad(key, item)
        lacking += not settled and key in sheet.readings
    return replace(round_, cells=cells, answered=answered, open_must=open_must, bad=bad, lacking=lacking)


def became_due(record: Record, event: RoundDue) -> Round:
    return Round(
        id=event.round,
        kind=event.kind,
        title=event.title,
        team=event.team,
        since_at=record.seen_at,
        due_at=event.due_at,
        rule=event.rule,
        clause=event.clause,
        camera=event.camera,
        finding=event.finding,
        forecast_at=event.forecast_at,
        before=event.before,
        again_after=event.again_after,
    )


LaterEvent = (
    RoundStarted
    | RoundJoined
    | RoundMeasured
    | RoundAnswered
    | RoundFaultFound
    | RoundHandedIn
    | RoundReturned
    | RoundMissed
)
"""What can happen to a round between its coming due and its end."""


def apply(round_: Round, sheet: Sheet, record: Record, event: LaterEvent) -> tuple[Round, Sheet]:
    """The round and its sheet after one of its own events."""
    match event:
        case RoundStarted(targets=targets):
            sheet = replace(sheet, targets=tuple(targets))
            return counted(replace(round_, started_at=record.seen_at, makers=[record.actor]), sheet), sheet
        case RoundJoined():
            return replace(round_, makers=list(dict.fromkeys([*round_.makers, record.actor]))), sheet
        case RoundMeasured(readings=readings):
            sheet = replace(sheet, readings={**sheet.readings, **{each.key: each for each in readings}})
            return counted(round_, sheet), sheet
        case RoundAnswered(answers=answers):
            given = {each.key: Given(each, record.actor, record.seen_at) for each in answers}
            sheet = replace(sheet, answers={**sheet.answers, **given})
            return counted(round_, sheet), sheet
        case RoundFaultFound():
            return round_, replace(sheet, tickets={**sheet.tickets, key_of(event.asset, event.item): event.ticket})
        case RoundHandedIn(note=note):
            return replace(round_, handed_in_at=record.seen_at, note=note), sheet
        case RoundReturned(reason=reason):
            return replace(round_, handed_in_at=None, note=reason), sheet
        case RoundMissed():
            return replace(round_, missed=True), sheet


class Cleaning(msgspec.Struct, frozen=True, kw_only=True):
    """A cleaning job that was reported as done and is not proven yet."""

    round: str
    kind: str
    title: Text
    team: str
    rule: str | None
    clause: str
    camera: str
    finding: str
    before: dict[str, float]
    done_at: datetime
    again_after: str = ""
    """The job before it that did not help."""
