"""Facts about alarms (ISA-18.2 words)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.event import AlarmId, Event, RuleId
from hub.core.findings import Evidence
from hub.core.text import Text

Priority = Literal["low", "medium", "high", "critical"]


PRIORITIES: tuple[Priority, ...] = ("critical", "high", "medium", "low")

Verdict = Literal["real", "false", "nuisance"]
"""real: it was as the alarm said. false: it was not. nuisance: it was, and nobody needed to be told."""
VERDICTS: tuple[Verdict, ...] = ("real", "false", "nuisance")

_Until = Annotated[datetime, Meta(description="When it comes back by itself.")]
_Desk = Annotated[str, Meta(description="The domain whose operators have the flood.")]
_Rule = Annotated[RuleId, Meta(description="The rule that raises it.")]
_About = Annotated[str, Meta(description="What it is about, as the alarm has it.")]


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
    likely_cause: Annotated[Text, Meta(description="What usually causes it.")] = Text(en="")
    consequence: Annotated[Text, Meta(description="What comes of it when nobody does anything.")] = Text(en="")
    clause: Annotated[str, Meta(description="Clause of the regulation it serves.")] = ""
    evidence: Evidence | None = None
    lasting: Annotated[
        bool, Meta(description="True when another event ends the cause; else acknowledging it clears the alarm.")
    ] = True
    domain: Annotated[str, Meta(description="Domain of the camera at that time; empty when it is about none.")] = ""


class AlarmPrioritised(Event, tag="alarm.prioritised", frozen=True, kw_only=True):
    """A rule raised a standing alarm's priority, or a leader changed it; a higher one is to be acknowledged again."""

    alarm: AlarmId
    before: Annotated[Priority, Meta(description="What it was.")]
    priority: Annotated[Priority, Meta(description="What it is now.")]
    reason: Annotated[str, Meta(description="Why, when a person changed it.")] = ""
    title: Annotated[Text | None, Meta(description="The line for the list from now on; none: as before.")] = None
    response: Annotated[Text | None, Meta(description="What to do from now on; none: as before.")] = None


class AlarmAcknowledged(Event, tag="alarm.acknowledged", frozen=True, kw_only=True):
    """A person took note of the alarm."""

    alarm: AlarmId
    note: Annotated[str, Meta(description="What the person wrote.")] = ""


class AlarmResponded(Event, tag="alarm.responded", frozen=True, kw_only=True):
    """A person did what the alarm asks for."""

    alarm: AlarmId
    note: Annotated[str, Meta(description="What was done.")] = ""


class AlarmReturned(Event, tag="alarm.returned", frozen=True, kw_only=True):
    """The cause is gone: the alarm returned to normal by itself."""

    alarm: AlarmId


class AlarmShelved(Event, tag="alarm.shelved", frozen=True, kw_only=True):
    """A person silenced the alarm for a stated time and reason."""

    alarm: AlarmId
    reason: Annotated[str, Meta(description="Why.")]
    until_at: _Until
    once: Annotated[bool, Meta(description="True: only until it returns to normal, if that is earlier.")] = False


class AlarmUnshelved(Event, tag="alarm.unshelved", frozen=True, kw_only=True):
    """The shelving ended, on time, with its cause, or by hand."""

    alarm: AlarmId


class AlarmSuppressed(Event, tag="alarm.suppressed", frozen=True, kw_only=True):
    """An approved permit covers the alarm."""

    alarm: AlarmId
    by: Annotated[str, Meta(description="What suppresses it.")]


class AlarmUnsuppressed(Event, tag="alarm.unsuppressed", frozen=True, kw_only=True):
    """What suppressed the alarm does so no more."""

    alarm: AlarmId
    by: Annotated[str, Meta(description="What ended; empty: nothing suppresses it any more.")] = ""


class AlarmRemovedFromService(Event, tag="alarm.removed_from_service", frozen=True, kw_only=True):
    """A leader took the alarm out of service for a stated time and reason."""

    alarm: AlarmId
    reason: Annotated[str, Meta(description="Why.")]
    until_at: _Until


class AlarmServiceEndsSoon(Event, tag="alarm.service_ends_soon", frozen=True, kw_only=True):
    """An alarm that is out of service comes back soon: a reminder to finish, or to decide again."""

    alarm: AlarmId
    until_at: _Until


class AlarmReturnedToService(Event, tag="alarm.returned_to_service", frozen=True, kw_only=True):
    """The alarm is in service again, on time or by hand."""

    CLEARS: ClassVar[type[Event] | None] = AlarmRemovedFromService
    alarm: AlarmId


class AlarmChattering(Event, tag="alarm.chattering", frozen=True, kw_only=True):
    """The alarm is raised again and again within a minute: from now on it counts, and disturbs nobody."""

    alarm: AlarmId
    rule: _Rule
    about: _About
    times: Annotated[int, Meta(description="How often it was raised.")]
    within_s: Annotated[float, Meta(description="Within so many seconds.")]


class AlarmCalmed(Event, tag="alarm.calmed", frozen=True, kw_only=True):
    """An alarm that chattered has been quiet for a while."""

    CLEARS: ClassVar[type[Event] | None] = AlarmChattering
    alarm: AlarmId
    rule: _Rule
    about: _About


class AlarmStale(Event, tag="alarm.stale", frozen=True, kw_only=True):
    """The alarm has stood for a day: nobody ends its cause, or nobody needs it."""

    alarm: AlarmId
    since_at: Annotated[datetime, Meta(description="Since when it has stood.")]


class AlarmStaleEnded(Event, tag="alarm.stale_ended", frozen=True, kw_only=True):
    """The cause of an alarm that had stood for long is gone at last."""

    CLEARS: ClassVar[type[Event] | None] = AlarmStale
    alarm: AlarmId


class AlarmFloodBegan(Event, tag="alarms.flood_began", frozen=True, kw_only=True):
    """More alarms come than a person can deal with."""

    desk: _Desk
    alarms: Annotated[int, Meta(description="How many came within `within_s`.")]
    within_s: Annotated[float, Meta(description="Seconds that are looked at.")]


class AlarmFloodEnded(Event, tag="alarms.flood_ended", frozen=True, kw_only=True):
    """The flood of alarms is over."""

    CLEARS: ClassVar[type[Event] | None] = AlarmFloodBegan
    desk: _Desk
    alarms: Annotated[int, Meta(description="How many came in all, from the first of the flood on.")]
    peak: Annotated[int, Meta(description="The most that came within the time that is looked at.")]
    since_at: Annotated[datetime, Meta(description="When it began.")]


class AlarmJudged(Event, tag="alarm.judged", frozen=True, kw_only=True):
    """A person said whether the alarm was right; the newest verdict counts, the others stay on record."""

    alarm: AlarmId
    verdict: Annotated[
        Verdict,
        Meta(
            description="`real`: it was as the alarm said. `false`: it was not. `nuisance`: it was, and nobody needed "
            "to be told."
        ),
    ]
    cause: Annotated[str, Meta(description="What it was.")] = ""
