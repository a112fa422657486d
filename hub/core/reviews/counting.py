"""What the records of a month are counted as, record by record: the part of `assess` that remembers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hub.core.catalogue import ClockStepped, subject_of
from hub.core.durations import duration
from hub.core.event import Event, Record, wire_name
from hub.core.matching import Match, fits
from hub.core.posts.events import PostSignedOff, PostSignedOn
from hub.core.recorded import Span
from hub.core.reviews.events import PersonCommended
from hub.core.reviews.points import BY_HAND, MOST_RECORDS, Point
from hub.core.reviews.scheme import ACTOR, PRESENT, After, CommendationRule, Counted, PointRule, Scheme
from hub.core.text import Text

ALWAYS: tuple[type[Event], ...] = (ClockStepped, PersonCommended, PostSignedOn, PostSignedOff)
"""The events that matter whatever the scheme says."""
_PERSON = "person:"


class Hit(NamedTuple):
    """One record that is counted for a person, and how long after the earlier event it came."""

    seq: int
    at: datetime
    elapsed_s: float | None
    beginning: int | None = None
    """Number of the record of the earlier event."""


class _Earlier(NamedTuple):
    record: Record
    steady: datetime
    """When, by a clock that was never set."""


class Counting:
    """What was counted so far. For one thread at a time."""

    def __init__(self, scheme: Scheme, people: Mapping[str, str], span: Span) -> None:
        self.people = people
        self._span = span
        self._rules: defaultdict[Counted, list[PointRule]] = defaultdict(list)
        self._commended = {counted for rule in scheme.commendations for counted in asked_by(rule)}
        self._counted: defaultdict[str, list[Counted]] = defaultdict(list)
        self._spent: set[tuple[Counted, int]] = set()
        """What was counted by an earlier record (`of`), with that record's number: each counts once."""
        self._remembered: defaultdict[str, set[str]] = defaultdict(set)
        self._earlier: dict[tuple[str, str, str], _Earlier] = {}
        self._present: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        self._stepped = timedelta()
        self._by_hand_most = scheme.by_hand_most
        self._by_hand: defaultdict[str, float] = defaultdict(float)
        self._times: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.points: defaultdict[str, list[Point]] = defaultdict(list)
        self.hits: defaultdict[Counted, defaultdict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
        """For commendations: by what is counted and by person."""
        for rule in scheme.points:
            self._rules[rule.counted].append(rule)
        for counted in dict.fromkeys(scheme.counted):
            for name in counted.on:
                self._counted[name].append(counted)
            if counted.of:
                self._remembered[counted.of].add(counted.of_same)
            if counted.after is not None:
                self._remembered[counted.after.event].add(counted.after.same)

    def take(self, record: Record) -> None:
        """Go on with one more record."""
        event = record.event
        if isinstance(event, ClockStepped):
            self._stepped += timedelta(seconds=event.by_s)
            return
        steady = record.seen_at - self._stepped
        name = wire_name(event)
        if record.seen_at < self._span.to_at:
            self._count(name, record, steady)
        for same in self._remembered.get(name, ()):
            value = getattr(event, same, None)
            if value is not None:
                self._earlier[name, same, str(value)] = _Earlier(record, steady)
        match event:
            case PostSignedOn():
                self._present[event.post].setdefault(event.account, steady)
            case PostSignedOff():
                self._present[event.post].pop(event.account, None)

    def _count(self, name: str, record: Record, steady: datetime) -> None:
        of_the_month = record.seen_at >= self._span.from_at
        for counted in self._counted.get(name, ()):
            # What an earlier month counted of an earlier record is not counted again in this one.
            if of_the_month or counted.of:
                hits = list(self._hits(counted, record, steady))
                if hits and counted.of:
                    self._spend(counted, record.event)
                if of_the_month:
                    self._add(counted, record, hits)
        if of_the_month and isinstance(record.event, PersonCommended):
            self._commend(record, record.event)

    def _add(self, counted: Counted, record: Record, hits: list[tuple[str, Hit]]) -> None:
        for rule in self._rules.get(counted, ()):
            for person, hit in hits:
                self._times[rule.id, person] += 1
                if rule.at_most is None or self._times[rule.id, person] <= rule.at_most:
                    self.points[person].append(_point(rule, hit, self._about(counted, record)))
        if counted in self._commended:
            for person, hit in hits:
                self.hits[counted][person].append(hit)

    def _spend(self, counted: Counted, event: Event) -> None:
        earlier = self._known(counted.of, counted.of_same, event)
        if earlier is not None:
            self._spent.add((counted, earlier.record.seq))

    def _hits(self, counted: Counted, record: Record, steady: datetime) -> Iterator[tuple[str, Hit]]:
        """The people whom the record is counted for."""
        if not _fits(counted.where, record.event):
            return
        after = counted.after
        begun = self._known(after.event, after.same, record.event) if after is not None else None
        if after is not None and (begun is None or not _fits(after.where, begun.record.event)):
            return
        for person in self._whom(counted, record):
            if after is None or begun is None:
                yield person, Hit(record.seq, record.seen_at, None)
                continue
            elapsed_s = (steady - self._since(after, begun, person)).total_seconds()
            if _within(after, elapsed_s):
                yield person, Hit(record.seq, record.seen_at, elapsed_s, begun.record.seq)

    def _known(self, name: str, same: str, event: Event) -> "_Earlier | None":
        """The newest earlier event of a name about the same thing as `event`."""
        return self._earlier.get((name, same, str(getattr(event, same, None))))

    def _whom(self, counted: Counted, record: Record) -> list[str]:
        """The accounts that are named, as far as they are of people who are reviewed."""
        if counted.of:
            earlier = self._known(counted.of, counted.of_same, record.event)
            if earlier is None or (counted, earlier.record.seq) in self._spent:
                return []
            record = earlier.record
        if counted.who == ACTOR:
            named: Any = record.actor
        elif counted.who == PRESENT:
            named = list(self._present.get(getattr(record.event, "post", ""), ()))
        else:
            named = getattr(record.event, counted.who, None)
        names = [named] if isinstance(named, str) else named if isinstance(named, list | tuple) else []
        accounts = dict.fromkeys(str(name).removeprefix(_PERSON) for name in names)
        return [account for account in accounts if account in self.people]

    def _since(self, after: After, begun: _Earlier, person: str) -> datetime:
        """From when the time counts for the person."""
        signed_on = [there[person] for there in self._present.values() if person in there] if after.on_duty else []
        return max(begun.steady, min(signed_on)) if signed_on else begun.steady

    def _about(self, counted: Counted, record: Record) -> Text:
        """What the record is about, in a few words: its own, or those of the earlier event."""
        after = counted.after
        begun = self._known(after.event, after.same, record.event) if after is not None else None
        for event in (record.event, *([begun.record.event] if begun is not None else [])):
            for name in ("title", "post_name"):
                if isinstance(text := getattr(event, name, None), Text) and text:
                    return text
        return Text(en=subject_of(record.event))

    def _commend(self, record: Record, event: PersonCommended) -> None:
        points = min(event.points, self._by_hand_most - self._by_hand[event.account])
        if event.account not in self.people or points <= 0:
            return
        self._by_hand[event.account] += points
        self.points[event.account].append(
            Point(
                number=0,
                rule=BY_HAND,
                title=Text(en="Commended by a leader", zh="领导表扬"),
                points=round(points, 2),
                at=record.seen_at,
                records=(record.seq, *event.records)[:MOST_RECORDS],
                clause="5.1",
                why=Text(en=event.reason, zh=event.reason),
            )
        )


def asked_by(rule: CommendationRule) -> list[Counted]:
    return [each.counted for each in rule.at_least] + ([rule.best.counted] if rule.best is not None else [])


def _fits(where: tuple[Match, ...], event: Event) -> bool:
    return all(fits(match, _value(event, match.path)) for match in where)


def _value(event: Event, path: str) -> Any:
    """What `where` compares: a field, or `measures.NAME` for one value of a field with several."""
    name, _, rest = path.partition(".")
    value = getattr(event, name, None)
    return value.get(rest) if rest and isinstance(value, Mapping) else value


def _within(after: After, elapsed_s: float) -> bool:
    longer = after.longer_than_s is None or elapsed_s > after.longer_than_s
    return longer and (after.shorter_than_s is None or elapsed_s < after.shorter_than_s)


def _point(rule: PointRule, hit: Hit, about: Text) -> Point:
    if hit.elapsed_s is not None:
        took = duration(hit.elapsed_s)
        about = Text(en=f"{about.in_('en')}: after {took.en}", zh=f"{about.in_('zh_CN')}：历时{took.zh}")
    return Point(
        number=0,
        rule=rule.id,
        title=rule.title,
        points=rule.points,
        at=hit.at,
        records=(hit.seq,) if hit.beginning is None else (hit.beginning, hit.seq),
        clause=rule.clause,
        why=about,
    )
