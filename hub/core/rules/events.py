"""Rules on record: what rules set, start and are kept from doing."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.calendar import Calendar
from hub.core.event import CameraId, Event, RuleId

VariableValue = bool | float | str
"""What a variable can hold; which of the three is fixed by where it is declared."""


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that somebody turned off. `until_at` is None when it stays off until somebody turns it on."""

    reason: str
    by: str
    since_at: datetime
    until_at: datetime | None


class VariableSet(Event, tag="variable.set", frozen=True, kw_only=True):
    """A variable of the rules got another value."""

    variable: Annotated[str, Meta(description="Name of the variable, as declared in a rule file.")]
    value: Annotated[VariableValue, Meta(description="What it holds from now on.")]
    rule: Annotated[str | None, Meta(description="The rule that set it; absent when a person did.")] = None


class RuleStarted(Event, tag="rule.started", frozen=True, kw_only=True):
    """A rule started another one."""

    rule: RuleId
    started_by: Annotated[str, Meta(description="The rule that started it.")]
    camera: CameraId | None = None


class RulePaused(Event, tag="rule.paused", frozen=True, kw_only=True):
    """A person turned a rule off for a stated reason."""

    rule: RuleId
    reason: Annotated[str, Meta(description="Why.")]
    until_at: Annotated[
        datetime | None, Meta(description="When it goes on by itself; absent: when somebody says so.")
    ] = None


class RuleResumed(Event, tag="rule.resumed", frozen=True, kw_only=True):
    """A rule that was off is on again."""

    CLEARS: ClassVar[type[Event] | None] = RulePaused
    rule: RuleId
    why: Annotated[Literal["time", "person"], Meta(description="Its time was over, or somebody turned it on.")]


class RulesLooped(Event, tag="rules.looped", frozen=True, kw_only=True):
    """Rules led to one another in a circle; the chain was cut."""

    rule: RuleId
    records: Annotated[int, Meta(description="How many records stood in a row, each led to by the one before.")]


class CalendarLoaded(Event, tag="calendar.loaded", frozen=True, kw_only=True):
    """The site's calendar of holidays and make-up days is another one from now on."""

    calendar: Annotated[Calendar, Meta(description="Every day that is told apart from its weekday.")]
