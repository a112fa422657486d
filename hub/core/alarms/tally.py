"""Counting alarms as the journal tells of them, hour by hour, so that figures of any period are soon added up.

A tally takes records in order and keeps the counts of each hour and domain, and the lives of the newest alarms for the
history. It never looks back: what was counted stays, so it is carried on with the records that come, and a period of
months is some thousand hours to add up.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast, get_args

import msgspec

from hub.core.alarms.events import (
    AlarmCalmed,
    AlarmChattering,
    AlarmJudged,
    AlarmRaised,
    AlarmSuppressed,
    Priority,
    Verdict,
)
from hub.core.alarms.model import Alarm, LaterEvent, apply, key_of, raised
from hub.core.event import Event, Record, wire_name
from hub.core.text import Text

SLOT = timedelta(minutes=10)
"""The time over which IEC 62682 and EEMUA 191 count alarms."""
HOUR = timedelta(hours=1)
SLOTS_AN_HOUR = 6
NOBODYS = "?"
"""The domain of a camera that hub.toml does not have any more."""
MOST_LIVES = 20_000
"""The newest alarms of which the history tells."""

EVENTS: tuple[type[Event], ...] = (AlarmRaised, *get_args(LaterEvent))
TYPES: tuple[str, ...] = tuple(wire_name(event) for event in EVENTS)
"""Wire names of what a tally takes."""


class Source(msgspec.Struct, frozen=True):
    """What raises alarms: a rule about a subject."""

    rule: str
    subject: str
    kind: str
    camera: str | None


class Judged(msgspec.Struct, frozen=True):
    verdict: Verdict
    source: Source


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm from its first raising on, as the history tells it."""

    alarm: str
    rule: str
    kind: str
    subject: str
    camera: str | None
    domain: str
    priority: Priority
    title: Text
    raised_at: datetime
    times: int = 1
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    returned_at: datetime | None = None
    cleared_at: datetime | None = None
    verdict: Verdict | None = None
    verdict_by: str = ""
    cause: str = ""


class Hour:
    """What was counted in one hour of one domain."""

    __slots__ = ("acknowledge_s", "chattered", "judged", "priorities", "quiet", "slots", "sources")

    def __init__(self) -> None:
        self.slots = [0] * SLOTS_AN_HOUR
        """Alarms that disturbed somebody, by ten minutes."""
        self.quiet = 0
        """Those raised while shelved, suppressed, out of service or chattering."""
        self.sources: Counter[Source] = Counter()
        self.priorities: Counter[Priority] = Counter()
        self.acknowledge_s: list[float] = []
        self.chattered: Counter[Source] = Counter()
        """How often each began to chatter."""
        self.judged: dict[str, Judged] = {}
        """The newest verdict on each alarm that was first raised in this hour."""


class Tally:
    """The counts. Not for two threads at once."""

    def __init__(self, domains: Mapping[str, str] = {}) -> None:
        """`domains`: of each camera, for records that do not say it themselves."""
        self._domains = domains
        self.hours: dict[tuple[datetime, str], Hour] = {}
        """By the hour's beginning and the domain; an empty domain: about no camera."""
        self.lives: OrderedDict[str, Life] = OrderedDict()
        """The newest alarms, oldest first."""
        self._standing: dict[str, Alarm] = {}
        self._sources: dict[tuple[str, str], Source] = {}
        self._chattering: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Count one more record of `EVENTS`; the others change nothing."""
        event = record.event
        if isinstance(event, AlarmRaised):
            self._raised(record, event)
        elif isinstance(event, EVENTS):
            self._later(record, cast(LaterEvent, event))

    def _raised(self, record: Record, event: AlarmRaised) -> None:
        if not event.domain and event.camera is not None:
            event = msgspec.structs.replace(event, domain=self._domains.get(event.camera, NOBODYS))
        known = self._standing.get(event.alarm)
        key = key_of(event.rule, event.subject)
        alarm = raised(record, event, known, chattering=key in self._chattering)
        if key in self._chattering:
            self._chattering[key] = event.alarm
        self._standing[event.alarm] = alarm
        source = self._source(event)
        hour = self._hour(record.seen_at, event.domain)
        if alarm.quiet:
            hour.quiet += 1
        else:
            hour.slots[record.seen_at.minute // 10] += 1
            hour.sources[source] += 1
            hour.priorities[alarm.priority] += 1
        life = self.lives.get(event.alarm)
        if life is not None:
            self.lives[event.alarm] = msgspec.structs.replace(
                life,
                times=life.times + 1,
                priority=alarm.priority,
                acknowledged_by=None,
                acknowledged_at=None,
                returned_at=None,
            )
            return
        self.lives[event.alarm] = Life(
            alarm=event.alarm,
            rule=event.rule,
            kind=event.kind,
            subject=event.subject,
            camera=event.camera,
            domain=event.domain,
            priority=event.priority,
            title=event.title,
            raised_at=record.seen_at,
        )
        if len(self.lives) > MOST_LIVES:
            self.lives.popitem(last=False)

    def _later(self, record: Record, event: LaterEvent) -> None:
        if isinstance(event, AlarmJudged):
            self._judged(record, event)
        number = event.alarm
        if isinstance(event, AlarmChattering):
            self._chattering[key_of(event.rule, event.about)] = number
        elif isinstance(event, AlarmCalmed):
            number = self._chattering.pop(key_of(event.rule, event.about), number)
        known = self._standing.get(number)
        if known is None:
            return
        alarm = apply(known, record, event)
        hour = self._hour(record.seen_at, alarm.domain)
        if isinstance(event, AlarmSuppressed) and record.seen_at == known.raised_at and not known.quiet:
            # A permit covers it from the moment at which it was raised: it disturbed nobody.
            source = self._sources[alarm.rule, alarm.subject]
            hour.slots[record.seen_at.minute // 10] -= 1
            hour.sources -= Counter({source: 1})
            hour.priorities -= Counter({known.priority: 1})
            hour.quiet += 1
        if isinstance(event, AlarmChattering):
            hour.chattered[self._sources[alarm.rule, alarm.subject]] += 1
        taken_note = known.acknowledged_by is None and alarm.acknowledged_by is not None
        if taken_note and known.waiting_at is not None and not known.laid_aside:
            hour.acknowledge_s.append(max(0.0, (record.seen_at - known.waiting_at).total_seconds()))
        if alarm.cleared:
            del self._standing[number]
        else:
            self._standing[number] = alarm
        life = self.lives.get(number)
        if life is not None:
            self.lives[number] = msgspec.structs.replace(
                life,
                priority=alarm.priority,
                title=alarm.title,
                acknowledged_by=alarm.acknowledged_by,
                acknowledged_at=alarm.acknowledged_at,
                returned_at=alarm.returned_at,
                cleared_at=record.seen_at if alarm.cleared else None,
            )

    def _judged(self, record: Record, event: AlarmJudged) -> None:
        life = self.lives.get(event.alarm)
        if life is None:
            return
        self.lives[event.alarm] = msgspec.structs.replace(
            life, verdict=event.verdict, verdict_by=record.actor, cause=event.cause
        )
        judged = Judged(event.verdict, self._sources[life.rule, life.subject])
        self._hour(life.raised_at, life.domain).judged[event.alarm] = judged

    def _source(self, event: AlarmRaised) -> Source:
        known = self._sources.get((event.rule, event.subject))
        if known is None or known.kind != event.kind:
            known = Source(event.rule, event.subject, event.kind, event.camera)
            self._sources[event.rule, event.subject] = known
        return known

    def _hour(self, at: datetime, domain: str) -> Hour:
        key = (at.replace(minute=0, second=0, microsecond=0), domain)
        hour = self.hours.get(key)
        if hour is None:
            hour = self.hours[key] = Hour()
        return hour
