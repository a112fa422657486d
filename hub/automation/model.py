"""What a rule says, and what comes out of it. `hub.config.rules.file` makes rules from TOML."""

from datetime import date, datetime, time
from typing import Literal

import msgspec

from hub.automation.language.condition import Condition
from hub.automation.memory import EngineState as EngineState
from hub.automation.occurrence import Occurrence as Occurrence
from hub.core import calendar
from hub.core.alarms.events import Priority
from hub.core.commands import AnyOrder
from hub.core.findings import Evidence
from hub.core.matching import Match as Match
from hub.core.matching import Value as Value
from hub.core.reports.period import Kind
from hub.core.rules.events import VariableValue
from hub.core.text import Text

Weekday = calendar.Weekday
Missed = Literal["run-once", "skip", "run-all"]


class Every(msgspec.Struct, frozen=True, kw_only=True):
    """When a scheduled rule comes due, in the site's time zone.

    Either the times `at`, or every `interval_s`; on the days that match all of `weekdays` and `nth` (either of the
    two; both empty: every day), `days` of the month (-1: the last day), `months`, `only`, `weeks` and `since`.

    An interval that says nothing of days is counted from midnight 2000-01-01 UTC, so a restart does not shift it.
    With `between`, or on some days only, it is counted from the beginning of that part of the day (or of the day).
    """

    interval_s: float | None = None
    at: tuple[time, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    nth: tuple[tuple[int, Weekday], ...] = ()
    """Weekdays by their place in the month: (1, "mon") is its first Monday, (-1, "fri") its last Friday."""
    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    only: Literal["workdays", "holidays"] | None = None
    """Days that are (or are not) worked, by the site's calendar of holidays and make-up days."""
    weeks: int = 1
    """Every so many weeks, counted from the week (Monday first) of `since`; where no days are said, on its weekday."""
    since: date | None = None
    """Nothing comes due before this day."""
    between: tuple[time, time] | None = None
    """The part of the day that an interval is kept to: from its first time up to and without its second, over
    midnight where the second is the earlier one. Its days are those on which it begins."""
    jitter_s: float = 0.0
    """An instant comes up to so many seconds later, by an amount that nobody can foresee: see
    `hub.automation.schedules.jitter`. It never reaches the next instant, nor the end of `between`."""


Mode = Literal["single", "restart", "queued", "parallel"]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a `do`. It is done `after_s` seconds after the rule fired, unless the condition ended before."""

    after_s: float = 0.0


class AlarmAction(Act, frozen=True, kw_only=True):
    """`{ alarm = "obstruction", priority = "high", response = {…} }`"""

    kind: str
    priority: Priority
    title: Text | None = None
    """None: the rule's title."""
    response: Text = Text(en="")
    cause: Text = Text(en="")
    consequence: Text = Text(en="")


class TicketAction(Act, frozen=True, kw_only=True):
    """`{ ticket = { en = "…", zh = "…" } }`"""

    title: Text | None = None


class RoundAction(Act, frozen=True, kw_only=True):
    """`{ round = "technical", due = "3d", team = "technical" }`"""

    kind: str
    title: Text | None = None
    due_in_s: float | None = None
    team: str = ""


class NotifyAction(Act, frozen=True, kw_only=True):
    """`{ notify = "duty", text = {…} }`: a message to `to`, see `hub.automation.recipients`."""

    to: str
    text: Text | None = None


class ReportAction(Act, frozen=True, kw_only=True):
    """`{ report = "weekly", notify = "leader" }`: the report of the newest period that is over, sent to `to`."""

    kind: Kind
    to: str
    clause: str = ""
    text: Text | None = None


class SnapshotAction(Act, frozen=True, kw_only=True):
    """`{ snapshot = "gate-1" }`: keep a picture of what a camera shows now. `camera` "" is the event's."""

    camera: str = ""


class ProtectAction(Act, frozen=True, kw_only=True):
    """`{ protect = "5m", before = "1m", camera = "gate-1" }`: keep the recording around the firing from deletion."""

    for_s: float
    before_s: float = 60.0
    keep_s: float = 180 * 86_400.0
    camera: str = ""


class PresetAction(Act, frozen=True, kw_only=True):
    """`{ preset = "door", camera = "dome-1" }`: turn a camera to one of its presets."""

    preset: str
    camera: str = ""


class PublishAction(Act, frozen=True, kw_only=True):
    """`{ webhook = "mes", payload = {…} }` or `{ mqtt = "plant", topic = "alarms/$camera", payload = {…} }`: data for a
    machine, along the route `to`. Texts of the payload may have placeholders; empty: the message as it is."""

    kind: Literal["webhook", "mqtt"]
    to: str
    topic: str = ""
    payload: dict[str, str] = {}
    retain: bool = False


class SetAction(Act, frozen=True, kw_only=True):
    """`{ set = "line_stopped", value = true }`"""

    variable: str
    value: VariableValue


class StartAction(Act, frozen=True, kw_only=True):
    """`{ start = "other-rule" }`"""

    rule: str


Action = (
    AlarmAction
    | TicketAction
    | RoundAction
    | NotifyAction
    | ReportAction
    | SnapshotAction
    | ProtectAction
    | PresetAction
    | PublishAction
    | SetAction
    | StartAction
)


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[rule.escalate]]`: done `after_s` after the rule fired, `times` times with `repeat_s` between.

    It ends when the condition ends or `unless` holds. `unless` None: when the rule's alarm about the subject is
    acknowledged. A stage that comes due while nobody is to be disturbed is held: see `hub.automation.holding`.
    """

    after_s: float
    unless: Condition | None = None
    repeat_s: float | None = None
    times: int = 1
    do: tuple[Action, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of firings within `wait_s` of the first become one that lists what they are about.

    `by` are names as in `per`: one message for each of their values; empty: one for all."""

    wait_s: float
    by: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in force. Either `on` or `every` is set, or neither: then another rule starts it."""

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
    mode: Mode = "single"
    """What a firing does while an earlier one about the same is under way (delayed items, escalations)."""
    most: int = 10
    """How many may wait (`queued`) or be under way (`parallel`) about the same."""
    per: tuple[str, ...] = ()
    """Names whose values say what "the same" is for `mode`, `cooldown` and the limit of firings; empty: the subject
    of the event. `("camera.area",)`: once per area. `("rule",)`: once at all."""
    cooldown_s: float = 0.0
    """After a firing, others about the same are let go for so long; one about a condition that lasts is put off."""
    group: Group | None = None
    do: tuple[Action, ...] = ()
    escalate: tuple[Escalation, ...] = ()


class ReportWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A report that is made when its message is sent, of the period in which `day` lies."""

    kind: Kind
    day: date
    clause: str = ""


class SendMessage(msgspec.Struct, frozen=True, kw_only=True, tag="send_message", tag_field="type"):
    """A message to `to` (see `hub.automation.recipients`); the runtime makes one delivery per target."""

    to: str
    title: Text
    body: Text
    priority: Priority
    camera: str | None
    clause: str
    event: str
    evidence: Evidence | None
    topic: str = ""
    payload: dict[str, str] = {}
    """For machines (`PublishAction`): what to hand over instead of the message; empty: the message."""
    retain: bool = False
    report: ReportWanted | None = None
    """What goes with it."""


class TakeSnapshot(msgspec.Struct, frozen=True, kw_only=True, tag="take_snapshot", tag_field="type"):
    """Keep a picture of what the camera shows now."""

    camera: str


class TurnToPreset(msgspec.Struct, frozen=True, kw_only=True, tag="turn_to_preset", tag_field="type"):
    """Turn the camera to one of its presets."""

    camera: str
    preset: str


Deed = SendMessage | TakeSnapshot | TurnToPreset
"""What is done outside of the core: through the outbox, at least once, with an outcome on record."""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Something a rule wants done. The same firing always gives the same keys.

    `key` is `rule:seq:item`, of an escalation `rule:seq:escalate.STAGE.REPETITION.item`; see `effects.key_of`.
    """

    key: str
    rule: str
    cause: int
    do: AnyOrder | Deed


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Why a rule did or did not fire, for one record or timer."""

    rule: str
    seq: int
    at: datetime
    outcome: Literal["fired", "waiting", "held", "stopped", "not_matched"]
    """waiting: for its time. held: for the end of what keeps people from being disturbed."""
    step: str
    """What decided. A key of the rule: `where.camera`, `if`, `for`, `unless`, `do`, `after`, `escalate.1`, `group`,
    `mode`, `cooldown`, `on`; or `paused`, `limit`."""
    detail: str = ""
    """What was found there, in plain words: `camera.domain is 'security'`."""


class Step(msgspec.Struct, frozen=True):
    """The outcome of one step."""

    state: EngineState
    effects: tuple[Effect, ...] = ()
    trace: tuple[Trace, ...] = ()
