"""What the engine must not forget: its state, a value that follows from the journal alone."""

from datetime import datetime

import msgspec

from hub.automation.occurrence import Occurrence
from hub.automation.pages import Pages
from hub.automation.timers import Timers
from hub.core.state import State


class Burst(msgspec.Struct, frozen=True):
    """How often a rule fired about the same within the minute that began at `since_at`."""

    since_at: datetime
    count: int


class Run(msgspec.Struct, frozen=True):
    """A firing that is under way: some of its steps wait. `id` is `rule:seq`, with the record that began it."""

    id: str
    subject: str
    steps: tuple[str, ...]
    """The keys of its timers."""


class Queued(msgspec.Struct, frozen=True):
    """A firing that waits for its turn."""

    subject: str
    began: Occurrence


class Track(msgspec.Struct, frozen=True):
    """The firings of a rule about the same that are under way, and those that wait for their end."""

    runs: tuple[Run, ...] = ()
    queue: tuple[Queued, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """One firing whose message goes out with others."""

    run: str
    nth: int
    subject: str
    fired_at: datetime
    began: Occurrence


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one item of a rule that go out as one."""

    rule: str
    stage: int
    item: int
    members: tuple[Member, ...] = ()


class Link(msgspec.Struct, frozen=True):
    """How many records of the automation's own lie between a record and `root`, what first led to it, by `seq`."""

    root: int
    depth: int


class EngineState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the engine must not forget. Computed from the journal alone; a snapshot of it is only a shortcut."""

    site: State = State()
    rules: dict[str, str] = {}
    """The digests of the rules in force, by id, as last adopted."""
    pending: Timers = Timers()
    held: Pages[tuple[Occurrence, ...]] = Pages()
    """Conditions that hold now, by `wire name|subject`: the record that began each, one for each part of it
    (`part_of`)."""
    last_fired: Pages[datetime] = Pages()
    """By rule."""
    bursts: Pages[Burst] = Pages()
    """By `rule|what is the same`; at least those of the last minute."""
    cooling: Pages[datetime] = Pages()
    """By `rule|what is the same`: until when firings are let go."""
    counted: Pages[tuple[datetime, ...]] = Pages()
    """By `rule|subject`: when an event fitted a rule that counts."""
    tracks: Pages[Track] = Pages()
    """By `rule|what is the same`."""
    groups: Pages[Gathering] = Pages()
    """By the subject of their timer."""
    standing: Pages[tuple[str, ...]] = Pages()
    """The ids of alarms and tickets on record, by subject."""
    chains: dict[int, dict[int, Link]] = {}
    """By `seq`, 64 records together; the newest thousand or so of the records that others led to."""
    looped: tuple[str, ...] = ()
    """The newest loops that were reported, as `rule:root`."""
