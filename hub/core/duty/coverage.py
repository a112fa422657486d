"""Whether a roster holds: every minute of every post, by enough people who may watch there.

Interval arithmetic over the stints of a period: boundaries are sorted once and swept, so a year of many posts takes no
longer than its stints are many.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple, TypeVar

import msgspec

from hub.core.duty.roster import Held, IsWorkday, Post, Roster, Stint, occurs, shifts_between, stretch
from hub.core.walltime import midnight

T = TypeVar("T")
Reason = Literal["leave", "unqualified", "expired", "not_yet", "papers"]
Papers = Mapping[str, datetime | None]
"""Those whose training and confidentiality agreement are on record, and until when; None: without end."""

_DAY = timedelta(days=1)


class Excuse(NamedTuple):
    """Why somebody who is rostered does not count. `on` is the last day of an expired qualification, or the first of
    one that is still to come. `papers`: training or confidentiality agreement are not on record, or have ended `on`."""

    person: str
    reason: Reason
    qualification: str = ""
    on: date | None = None


class Span(msgspec.Struct, frozen=True):
    """A post is held: by these people, of whom `need` are wanted."""

    post: str
    from_at: datetime
    to_at: datetime
    need: int
    people: tuple[str, ...]


class Gap(msgspec.Struct, frozen=True):
    """A post is held by fewer than are wanted. `excuses` names the rostered who do not count."""

    post: str
    from_at: datetime
    to_at: datetime
    need: int
    people: tuple[str, ...]
    excuses: tuple[Excuse, ...] = ()


class Double(msgspec.Struct, frozen=True):
    """A person is rostered at several posts at once."""

    person: str
    from_at: datetime
    to_at: datetime
    posts: tuple[str, ...]


class ShortRest(msgspec.Struct, frozen=True):
    """A person has less rest between two shifts than the roster wants."""

    person: str
    from_at: datetime
    """End of the shift before."""
    to_at: datetime
    """Beginning of the next; it may lie before `from_at` where the two overlap."""
    rest_s: float


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What a roster comes to between two instants. Lists are in the order of time, then of posts or people."""

    spans: tuple[Span, ...] = ()
    gaps: tuple[Gap, ...] = ()
    doubles: tuple[Double, ...] = ()
    short_rests: tuple[ShortRest, ...] = ()
    hours_s: dict[str, float] = {}
    """Seconds on duty of each person who has any; time at two posts at once counts once."""


class _Work(NamedTuple):
    """A person's part of a stint."""

    person: str
    post: str
    from_at: datetime
    to_at: datetime


def coverage(
    roster: Roster,
    from_at: datetime,
    to_at: datetime,
    zone: tzinfo,
    is_workday: IsWorkday,
    papers: Papers | None = None,
) -> Coverage:
    """What the roster comes to between two instants. `papers` count where the roster wants them `on_record`; None:
    nobody knows of any here."""
    # A rest that ends in the period began before it.
    before = timedelta(seconds=roster.rest_s) + 2 * _DAY
    stints = shifts_between(roster, from_at - before, to_at, zone, is_workday)
    held = _Held(roster, from_at, to_at, zone, papers if roster.on_record else None)
    by_post: dict[str, list[Stint]] = {}
    works: dict[str, list[_Work]] = {}
    for stint in stints:
        if stint.to_at > from_at:
            by_post.setdefault(stint.post, []).append(stint)
        for person in stint.people:
            works.setdefault(person, []).append(_Work(person, stint.post, stint.from_at, stint.to_at))
    spans: list[Span] = []
    gaps: list[Gap] = []
    for post in roster.posts:
        for found in _swept(post, by_post.get(post.id, ()), held, from_at, to_at, zone, is_workday):
            if isinstance(found, Span):
                spans.append(found)
            else:
                gaps.append(found)
    doubles = [double for work in works.values() for double in _doubles(work, from_at, to_at)]
    rests = [rest for work in works.values() for rest in _short_rests(work, roster.rest_s, from_at, to_at)]
    hours = {person: _hours_s(work, from_at, to_at) for person, work in sorted(works.items())}
    return Coverage(
        spans=tuple(sorted(spans, key=lambda span: (span.from_at, span.post))),
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.from_at, gap.post))),
        doubles=tuple(sorted(doubles, key=lambda double: (double.from_at, double.person))),
        short_rests=tuple(sorted(rests, key=lambda rest: (rest.to_at, rest.person))),
        hours_s={person: seconds for person, seconds in hours.items() if seconds},
    )


def excuse_of(roster: Roster, post: Post, person: str, at: datetime, zone: tzinfo) -> Excuse | None:
    """Why `person`, who is rostered at `post`, does not count there at `at`; None when he or she does."""
    found = _Held(roster, at, at + timedelta(seconds=1), zone).parts(post, person)
    return found[max(0, bisect_right([start for start, _ in found], at) - 1)][1]


# --- one post -----------------------------------------------------------------------------------------------------


class _Edge(NamedTuple):
    """Where something begins (`change` 1) or ends (-1): people are wanted, somebody is there or does not count."""

    at: datetime
    change: int
    need: int = 0
    here: str = ""
    away: Excuse | None = None


def _swept(
    post: Post,
    stints: Iterable[Stint],
    held: "_Held",
    from_at: datetime,
    to_at: datetime,
    zone: tzinfo,
    is_workday: IsWorkday,
) -> Iterator[Span | Gap]:
    """The post's spans and gaps in order of time; neighbours that say the same are one."""
    edges: list[_Edge] = []

    def add(begin: datetime, end: datetime, need: int = 0, here: str = "", away: Excuse | None = None) -> None:
        begin, end = max(begin, from_at), min(end, to_at)
        if begin < end:
            edges.append(_Edge(begin, 1, need, here, away))
            edges.append(_Edge(end, -1, need, here, away))

    for begin, end, people in _wanted(post, from_at, to_at, zone, is_workday):
        add(begin, end, need=people)
    for stint in stints:
        for place in stint.places:
            if place.on_leave:
                add(stint.from_at, stint.to_at, away=Excuse(place.person, "leave"))
                continue
            parts = held.parts(post, place.person)
            for number, (begin, excuse) in enumerate(parts):
                end = parts[number + 1][0] if number + 1 < len(parts) else to_at
                here = place.person if excuse is None else ""
                add(max(begin, stint.from_at), min(end, stint.to_at), here=here, away=excuse)
    edges.sort(key=lambda edge: edge.at)
    yield from _joined(_segments(post.id, edges))


def _segments(post: str, edges: Sequence[_Edge]) -> Iterator[Span | Gap]:
    """What holds between each two neighbouring edges where anybody is wanted."""
    needs: Counter[int] = Counter()
    here: Counter[str] = Counter()
    away: Counter[Excuse] = Counter()
    since: datetime | None = None
    for edge in edges:
        if since is not None and since < edge.at and (need := max(needs, default=0)):
            people = tuple(sorted(here))
            if len(people) >= need:
                yield Span(post, since, edge.at, need, people)
            else:
                yield Gap(post, since, edge.at, need, people, tuple(sorted(e for e in away if e.person not in here)))
        if edge.need:
            _count(needs, edge.need, edge.change)
        elif edge.away is not None:
            _count(away, edge.away, edge.change)
        else:
            _count(here, edge.here, edge.change)
        since = edge.at


def _count(counter: Counter[T], what: T, change: int) -> None:
    """Change how many there are; what is gone is not kept."""
    counter[what] += change
    if not counter[what]:
        del counter[what]


def _joined(segments: Iterable[Span | Gap]) -> Iterator[Span | Gap]:
    last: Span | Gap | None = None
    for segment in segments:
        if last is not None and last.to_at == segment.from_at and _same(last, segment):
            last = msgspec.structs.replace(last, to_at=segment.to_at)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last


def _same(one: Span | Gap, other: Span | Gap) -> bool:
    if type(one) is not type(other) or one.need != other.need or one.people != other.people:
        return False
    return not isinstance(one, Gap) or not isinstance(other, Gap) or one.excuses == other.excuses


def _wanted(
    post: Post, from_at: datetime, to_at: datetime, zone: tzinfo, is_workday: IsWorkday
) -> Iterator[tuple[datetime, datetime, int]]:
    day, last = from_at.astimezone(zone).date() - _DAY, to_at.astimezone(zone).date()
    while day <= last:
        for hours in post.hours:
            if occurs(day, hours.weekdays, hours.only, is_workday):
                yield (*stretch(day, hours.begin, hours.end, zone), hours.people)
        day += _DAY


# --- qualifications -----------------------------------------------------------------------------------------------


class _Held:
    """When people may watch at a post, in parts: each begins at an instant and says why they may not, or None."""

    def __init__(
        self, roster: Roster, from_at: datetime, to_at: datetime, zone: tzinfo, papers: Papers | None = None
    ) -> None:
        self._papers = papers
        self._people = {person.id: person for person in roster.people}
        self._from_at, self._to_at, self._zone = from_at, to_at, zone
        self._parts: dict[tuple[str, str], list[tuple[datetime, Excuse | None]]] = {}

    def parts(self, post: Post, person: str) -> list[tuple[datetime, Excuse | None]]:
        known = self._parts.get((post.id, person))
        if known is None:
            known = self._parts[post.id, person] = list(self._on_record(person, self._made(post, person)))
        return known

    def _on_record(
        self, person: str, parts: Iterable[tuple[datetime, Excuse | None]]
    ) -> Iterator[tuple[datetime, Excuse | None]]:
        """The parts, without the time in which the person's papers are not on record."""
        if self._papers is None:
            yield from parts
            return
        if person not in self._papers:
            yield self._from_at, Excuse(person, "papers")
            return
        until_at = self._papers[person]
        for begin, excuse in parts:
            if until_at is None or begin < until_at:
                yield begin, excuse
        if until_at is not None and until_at < self._to_at:
            last = (until_at - timedelta(microseconds=1)).astimezone(self._zone).date()
            yield max(until_at, self._from_at), Excuse(person, "papers", on=last)

    def _made(self, post: Post, person: str) -> list[tuple[datetime, Excuse | None]]:
        if not post.qualifications:
            return [(self._from_at, None)]
        first = self._from_at.astimezone(self._zone).date()
        last = self._to_at.astimezone(self._zone).date()
        held = self._people[person].held if person in self._people else ()
        changes = {each.from_on for each in held if each.from_on}
        changes |= {each.until_on + _DAY for each in held if each.until_on and each.until_on < date.max}
        days = [first, *sorted(day for day in changes if first < day <= last)]
        return [
            (
                self._from_at if day == first else midnight(day, self._zone),
                next(filter(None, (_lacks(held, name, person, day) for name in post.qualifications)), None),
            )
            for day in days
        ]


def _lacks(held: Sequence[Held], qualification: str, person: str, day: date) -> Excuse | None:
    """Why a person does not have a qualification on a day."""
    records = [each for each in held if each.qualification == qualification]
    if any((each.from_on or day) <= day <= (each.until_on or day) for each in records):
        return None
    ended = [each.until_on for each in records if each.until_on and each.until_on < day]
    if ended:
        return Excuse(person, "expired", qualification, max(ended))
    coming = [each.from_on for each in records if each.from_on and each.from_on > day]
    if coming:
        return Excuse(person, "not_yet", qualification, min(coming))
    return Excuse(person, "unqualified", qualification)


# --- one person ---------------------------------------------------------------------------------------------------


def _doubles(works: Sequence[_Work], from_at: datetime, to_at: datetime) -> Iterator[Double]:
    """Stretches with work at two posts or more; neighbours with the same posts are one."""
    if len({work.post for work in works}) < 2:
        return
    edges = sorted(edge for work in works for edge in ((work.from_at, 1, work.post), (work.to_at, -1, work.post)))
    here: Counter[str] = Counter()
    since = from_at
    last: Double | None = None
    for at, change, post in edges:
        begin, end = max(since, from_at), min(at, to_at)
        if len(here) >= 2 and begin < end:
            double = Double(works[0].person, begin, end, tuple(sorted(here)))
            if last is not None and last.to_at == begin and last.posts == double.posts:
                last = msgspec.structs.replace(last, to_at=end)
            else:
                if last is not None:
                    yield last
                last = double
        _count(here, post, change)
        since = at
    if last is not None:
        yield last


def _short_rests(works: Sequence[_Work], rest_s: float, from_at: datetime, to_at: datetime) -> Iterator[ShortRest]:
    """Two shifts of a person with less than `rest_s` between them; two at different posts at once are a double."""
    ended: _Work | None = None
    for work in sorted(works, key=lambda work: (work.from_at, work.to_at, work.post)):
        if ended is not None and (work.from_at >= ended.to_at or work.post == ended.post):
            rested_s = max(0.0, (work.from_at - ended.to_at).total_seconds())
            if rested_s < rest_s and from_at <= work.from_at < to_at:
                yield ShortRest(work.person, ended.to_at, work.from_at, rested_s)
        if ended is None or work.to_at > ended.to_at:
            ended = work


def _hours_s(works: Sequence[_Work], from_at: datetime, to_at: datetime) -> float:
    total, reached = timedelta(), from_at
    for work in sorted(works, key=lambda work: work.from_at):
        begin, end = max(work.from_at, reached), min(work.to_at, to_at)
        if begin < end:
            total += end - begin
            reached = end
    return total.total_seconds()
