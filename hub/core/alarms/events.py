"""Facts about alarms (ISA-18.2 words)."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import AlarmId, Event, RuleId
from hub.core.findings import Evidence
from hub.core.text import Text

Priority = Literal["low", "medium", "high", "critical"]


PRIORITIES: tuple[Priority, ...] = ("critical", "high", "medium", "low")


class AlarmRaised(Event, tag="alarm.raised", frozen=True, kw_only=True):
    """A rule raised an alarm, or raised again one that had returned to normal."""

    alarm: AlarmId
    rule: RuleId
    kind: Annotated[str, Meta(description="Kind of alarm, as the rule names it.")]
    subject: Annotated[str, Meta(description="What it is about: `camera:gate-1`, `rules/x.toml`, `hub` …")]
    camera: Annotated[str | None, Meta(description="The camera, when it is about one.")] = None
    priority: Annotated[Priority, Meta(description="How urgent it is.")]
    title: Annotated[Text, Meta(description="One line for the list.")]
    response: Annotated[Text, Meta(description="What the person on duty should do.")] = Text(en="")
    clause: Annotated[str, Meta(description="Clause of the regulation it serves.")] = ""
    evidence: Evidence | None = None
    lasting: Annotated[
        bool, Meta(description="True when another event ends the cause; else acknowledging it clears the alarm.")
    ] = True


class AlarmAcknowledged(Event, tag="alarm.acknowledged", frozen=True, kw_only=True):
    """A person took note of the alarm."""

    alarm: AlarmId
    note: Annotated[str, Meta(description="What the person wrote.")] = ""


class AlarmReturned(Event, tag="alarm.returned", frozen=True, kw_only=True):
    """The cause is gone: the alarm returned to normal by itself."""

    alarm: AlarmId


class AlarmShelved(Event, tag="alarm.shelved", frozen=True, kw_only=True):
    """A person silenced the alarm for a stated time and reason."""

    alarm: AlarmId
    reason: Annotated[str, Meta(description="Why.")]
    until_at: Annotated[datetime, Meta(description="When it comes back by itself.")]


class AlarmUnshelved(Event, tag="alarm.unshelved", frozen=True, kw_only=True):
    """The shelving ended, on time or by hand."""

    alarm: AlarmId


class AlarmSuppressed(Event, tag="alarm.suppressed", frozen=True, kw_only=True):
    """An approved permit covers the alarm."""

    alarm: AlarmId
    by: Annotated[str, Meta(description="What suppresses it.")]


class AlarmUnsuppressed(Event, tag="alarm.unsuppressed", frozen=True, kw_only=True):
    """Nothing suppresses the alarm any more."""

    alarm: AlarmId
