"""What a rule says, and what comes out of it. `hub.config.rulefile` makes rules from TOML."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Literal, Union

import msgspec

from hub.automation.condition import Condition
from hub.core.catalogue import CATALOGUE, Priority
from hub.core.commands import AnyOrder
from hub.core.event import Event
from hub.core.findings import Evidence
from hub.core.state import State
from hub.core.text import Text

if TYPE_CHECKING:
    AnyEvent = Event
else:
    AnyEvent = Union[tuple(CATALOGUE.values())]  # noqa: UP007 - made from the catalogue, so that msgspec can decode it

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Missed = Literal["run-once", "skip", "run-all"]


class Every(msgspec.Struct, frozen=True, kw_only=True):
    """When a scheduled rule comes due, in the site's time zone.

    Either `interval_s` (counted from midnight 2000-01-01 UTC, so a restart does not shift it), or the times `at` on
    the days that match `weekdays` (empty: every day) and `days` of the month (empty: every day; -1: the last day).
    """

    interval_s: float | None = None
    at: tuple[time, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    days: tuple[int, ...] = ()


class AlarmAction(msgspec.Struct, frozen=True, kw_only=True):
    """`{ alarm = "obstruction", priority = "high", response = {…} }`"""

    kind: str
    priority: Priority
    title: Text | None = None
    """None: the rule's title."""
    response: Text = Text(en="")


class TicketAction(msgspec.Struct, frozen=True, kw_only=True):
    """`{ ticket = { en = "…", zh = "…" } }`"""

    title: Text | None = None


class RoundAction(msgspec.Struct, frozen=True, kw_only=True):
    """`{ round = "technical", due = "3d", team = "technical" }`"""

    kind: str
    title: Text | None = None
    due_in_s: float | None = None
    team: str = ""


class NotifyAction(msgspec.Struct, frozen=True, kw_only=True):
    """`{ notify = "duty", text = {…} }`: a message along a route of hub.toml."""

    route: str
    text: Text | None = None


Action = AlarmAction | TicketAction | RoundAction | NotifyAction


Value = str | int | float | bool


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a rule's `where` table. `path` is a field of the event, or `camera.domain`, `camera.area`,
    `camera.tags`, `camera.id`. It matches when the value is one of `one_of` (a list value: when any of its items
    is), and lies within `at_least` and `at_most`."""

    path: str
    one_of: tuple[Value, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in force. Either `on` or `every` is set."""

    id: str
    title: Text
    file: str
    digest: str
    """SHA-256 of what the rule says, comments and order of keys left out: the same digest, the same rule."""
    clause: str = ""
    on: tuple[str, ...] = ()
    """Wire names of events."""
    where: tuple[Match, ...] = ()
    condition: Condition | None = None
    """The rule's `if`."""
    for_s: float = 0.0
    unless: Condition | None = None
    every: Every | None = None
    missed: Missed = "run-once"
    do: tuple[Action, ...] = ()


class SendMessage(msgspec.Struct, frozen=True, kw_only=True, tag="send_message", tag_field="type"):
    """A message to send along a route; the runtime makes one delivery per target of the route."""

    route: str
    title: Text
    body: Text
    priority: Priority
    camera: str | None
    clause: str
    event: str
    evidence: Evidence | None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Something a rule wants done. `key` is `rule:seq:index`: the same firing always gives the same keys."""

    key: str
    rule: str
    cause: int
    do: AnyOrder | SendMessage


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A record as far as rules may need it later: which one, when it was taken in, and the event."""

    seq: int
    at: datetime
    event: AnyEvent


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A `for` that is running: the rule fires at `due_at` unless its condition ends before."""

    rule: str
    digest: str
    subject: str
    cause: int
    due_at: datetime
    began: Occurrence
    """The record `cause`: what the conditions and texts of the rule are about when it fires."""


class Burst(msgspec.Struct, frozen=True):
    """How often a rule fired about one subject within the minute that began at `since_at`."""

    since_at: datetime
    count: int


class EngineState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the engine must not forget. Computed from the journal alone; a snapshot of it is only a shortcut."""

    site: State = State()
    rules: dict[str, str] = {}
    """The digests of the rules in force, by id, as last adopted."""
    pending: dict[str, Pending] = {}
    """By `rule|subject`; in the order in which they come due."""
    held: dict[str, Occurrence] = {}
    """Conditions that hold now, by `wire name|subject`: the record that began each."""
    last_fired: dict[str, datetime] = {}
    """By rule."""
    bursts: dict[str, Burst] = {}
    """By `rule|subject`; those of the last minute."""
    chains: dict[int, int] = {}
    """How many records of the automation's own lie between a record and what first led to it, by `seq`; the newest."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Why a rule did or did not fire, for one record or timer."""

    rule: str
    seq: int
    at: datetime
    outcome: Literal["fired", "waiting", "stopped", "not_matched"]
    step: str
    """The key in the rule that decided: `where.camera`, `if`, `for`, `unless`, `do` …"""
    detail: str = ""
    """What was found there, in plain words: `camera.domain is 'security'`."""


class Step(msgspec.Struct, frozen=True):
    """The outcome of one step."""

    state: EngineState
    effects: tuple[Effect, ...] = ()
    trace: tuple[Trace, ...] = ()
