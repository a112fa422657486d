"""Rosters: who is to watch which post when. Values as `rules/roster.toml` says them; `coverage` judges them.

A *shift* is a stretch of the day; a *pattern* lets teams go through a cycle of shifts at a post; a *stint* is one
team's shift at one post on one date, with the people who stand in for others. Days and times of day are those of the
site's zone; everything computed is in UTC, so a shift from 20:00 to 08:00 has 11 or 13 hours in a night in which the
clocks change, and no gap.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.calendar import WEEKDAYS, Weekday
from hub.core.text import Text
from hub.core.walltime import instant_of

Only = Literal["workdays", "holidays"]
OFF = "off"
"""The word for a day without a shift in a cycle."""

IsWorkday = Callable[[date], bool]
"""Whether a date is worked, by the site's calendar of holidays and make-up days."""

_DAY = timedelta(days=1)
_LOOK_AHEAD = (timedelta(days=3), timedelta(days=40), timedelta(days=400))


class Qualification(msgspec.Struct, frozen=True):
    """Something that people must have learned before they may watch."""

    id: str
    name: Text


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A qualification that a person has, on the days `from_on` to `until_on`; None: no bound."""

    qualification: str
    from_on: date | None = None
    until_on: date | None = None
    """The last day on which it counts."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can be rostered. `id` is the account's name."""

    id: str
    name: Text
    held: tuple[Held, ...] = ()


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """People who go through a cycle together, or make rounds."""

    id: str
    name: Text
    people: tuple[str, ...] = ()


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the day during which `people` must be at a post.

    From `begin` to `end`, over midnight where `end` is not the later one. It counts for the day it begins on, which
    must be one of `weekdays` (empty: any) and fit `only`.
    """

    begin: time = time()
    end: time = time()
    weekdays: tuple[Weekday, ...] = ()
    only: Only | None = None
    people: int = 1


class Asks(msgspec.Struct, frozen=True, kw_only=True):
    """Attention checks at posts: how often by day and by night, on average; 0: never."""

    posts: tuple[str, ...] = ()
    day_s: float = 0.0
    night_s: float = 0.0
    night: tuple[time, time] = (time(22), time(6))
    """When the night begins and ends."""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A place from which cameras are watched."""

    id: str
    name: Text
    department: str = ""
    cameras: tuple[str, ...] = ()
    """The cameras it watches, those of its areas included."""
    areas: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = (Hours(),)
    """When it must be held; where they overlap, the one that wants most counts."""
    qualifications: tuple[str, ...] = ()
    """What everybody who is counted must have."""
    patrol_s: float = 0.0
    """Within so many seconds every channel of its wall is to be confirmed; 0: that is not asked."""
    sign_on: bool = True
    """Whoever is rostered signs on here; where not, nobody is late or absent."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the day that a team works; over midnight where `end` is not the later one."""

    id: str
    name: Text
    begin: time
    end: time


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A team in a pattern, `offset` days ahead in the cycle. `people`: only these of the team; empty: all."""

    team: str
    offset: int = 0
    people: tuple[str, ...] = ()


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """Teams that take turns at a post. On the date `start_on` a team with offset n has the nth day of the cycle."""

    id: str
    post: str
    cycle: tuple[str, ...]
    """The id of a shift, or `OFF`, for each day."""
    start_on: date
    until_on: date | None = None
    """The last date on which it counts; None: until the file says otherwise."""
    only: Only | None = None
    """Shifts are worked on such days only; the cycle goes on all the same."""
    turns: tuple[Turn, ...] = ()


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """A person does not work the shifts that begin on these dates."""

    person: str
    first_on: date
    last_on: date
    why: Text = Text(en="")


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """On one date `person` works in place of `instead_of`, or in addition where that is empty.

    It is about every shift of `instead_of` that begins on that date, or that fits `shift` and `post` where they are
    given; in addition, both are given.
    """

    on: date
    person: str
    instead_of: str = ""
    shift: str = ""
    post: str = ""


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `rules/roster.toml` says."""

    qualifications: tuple[Qualification, ...] = ()
    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    posts: tuple[Post, ...] = ()
    shifts: tuple[Shift, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    leaves: tuple[Leave, ...] = ()
    covers: tuple[Cover, ...] = ()
    rest_s: float = 0.0
    """The shortest rest between two shifts of a person; shorter ones are warned of."""
    ends_soon_s: float = 900.0
    """How long before its end a shift is announced to end."""
    late_s: float = 300.0
    """How long after the beginning of a shift somebody may sign on and is not late."""
    attention: Asks = Asks()
    absent_s: float = 900.0
    """How long after it somebody who has not signed on is absent."""
    on_record: bool = False
    """Only those count whose training and confidentiality agreement are on record (`hub.core.people`)."""

    def post(self, post_id: str) -> Post | None:
        return next((post for post in self.posts if post.id == post_id), None)

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def team(self, team_id: str) -> Team | None:
        return next((team for team in self.teams if team.id == team_id), None)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's place in a stint: who has it, for whom, and whether nobody does because of leave."""

    person: str
    instead_of: str = ""
    on_leave: bool = False


class Stint(msgspec.Struct, frozen=True, kw_only=True):
    """One team's shift at one post, which began (or will) on the date `on`. `team` is empty for people on their own."""

    post: str
    shift: str
    team: str
    on: date
    from_at: datetime
    to_at: datetime
    places: tuple[Place, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Those who are to be there."""
        return tuple(place.person for place in self.places if not place.on_leave)


def shifts_between(
    roster: Roster, from_at: datetime, to_at: datetime, zone: tzinfo, is_workday: IsWorkday
) -> list[Stint]:
    """Every stint that has a part between the two instants, by its beginning, post, shift and team.

    What several patterns say of one team's shift at a post is one stint.
    """
    first = from_at.astimezone(zone).date() - 2 * _DAY
    last = to_at.astimezone(zone).date() + _DAY
    calendar = _Calendar(roster, zone, is_workday)
    found: dict[tuple[str, str, str, date], Stint] = {}
    for stint in (*_in_patterns(roster, first, last, calendar), *_in_addition(roster, first, last, calendar)):
        if stint.from_at < to_at and stint.to_at > from_at:
            key = (stint.post, stint.shift, stint.team, stint.on)
            known = found.get(key)
            if known is not None:  # two patterns may share out a team
                stint = replace(stint, places=tuple(dict.fromkeys((*known.places, *stint.places))))
            found[key] = stint
    return sorted(found.values(), key=lambda stint: (stint.from_at, stint.post, stint.shift, stint.team))


def who(roster: Roster, post: str, at: datetime, zone: tzinfo, is_workday: IsWorkday) -> list[Stint]:
    """The stints at a post that are under way at `at`. Whether their people count is said by `coverage`."""
    stints = shifts_between(roster, at, at + timedelta(seconds=1), zone, is_workday)
    return [stint for stint in stints if stint.post == post and stint.from_at <= at < stint.to_at]


def next_change(roster: Roster, at: datetime, zone: tzinfo, is_workday: IsWorkday) -> datetime | None:
    """The first instant after `at` at which a stint begins or ends; None when there is none within 400 days."""
    for ahead in _LOOK_AHEAD:
        stints = shifts_between(roster, at, at + ahead, zone, is_workday)
        changes = [change for stint in stints for change in (stint.from_at, stint.to_at) if at < change <= at + ahead]
        if changes:
            return min(changes)
    return None


def occurs(day: date, weekdays: Sequence[Weekday], only: Only | None, is_workday: IsWorkday) -> bool:
    """Whether `day` is one of `weekdays` (empty: any) and is worked, or not, as `only` wants it."""
    if weekdays and WEEKDAYS[day.weekday()] not in weekdays:
        return False
    return only is None or is_workday(day) == (only == "workdays")


def stretch(day: date, begin: time, end: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """The instants from `begin` on `day` to `end`, which is on the next day where it is not the later one."""
    last = day if end > begin else day + _DAY
    return instant_of(datetime.combine(day, begin), zone), instant_of(datetime.combine(last, end), zone)


class _Calendar:
    """What is asked again and again while stints are reckoned: places of shifts, workdays, leaves, covers."""

    def __init__(self, roster: Roster, zone: tzinfo, is_workday: IsWorkday) -> None:
        self._zone = zone
        self._is_workday = is_workday
        self._worked: dict[date, bool] = {}
        self._stretches: dict[tuple[str, date], tuple[datetime, datetime]] = {}
        self.shifts = {shift.id: shift for shift in roster.shifts}
        self.teams = {team.id: team for team in roster.teams}
        self._leaves: dict[str, list[Leave]] = {}
        for leave in roster.leaves:
            self._leaves.setdefault(leave.person, []).append(leave)
        self._covers: dict[tuple[date, str], list[Cover]] = {}
        for cover in roster.covers:
            if cover.instead_of:
                self._covers.setdefault((cover.on, cover.instead_of), []).append(cover)

    def stretch(self, shift: Shift, day: date) -> tuple[datetime, datetime]:
        known = self._stretches.get((shift.id, day))
        if known is None:
            known = self._stretches[shift.id, day] = stretch(day, shift.begin, shift.end, self._zone)
        return known

    def worked(self, day: date, only: Only | None) -> bool:
        if only is None:
            return True
        if day not in self._worked:
            self._worked[day] = self._is_workday(day)
        return self._worked[day] == (only == "workdays")

    def place(self, person: str, day: date, shift: str, post: str) -> Place:
        """The place of `person` as the pattern has it, or of whoever stands in."""
        covers = self._covers.get((day, person))
        if covers is not None:
            for cover in covers:
                if cover.shift in ("", shift) and cover.post in ("", post):
                    return Place(person=cover.person, instead_of=person, on_leave=self._on_leave(cover.person, day))
        return Place(person=person, on_leave=self._on_leave(person, day))

    def _on_leave(self, person: str, day: date) -> bool:
        leaves = self._leaves.get(person)
        return leaves is not None and any(leave.first_on <= day <= leave.last_on for leave in leaves)


def _in_patterns(roster: Roster, first: date, last: date, calendar: _Calendar) -> Iterator[Stint]:
    for pattern in roster.patterns:
        begin, end = max(first, pattern.start_on), min(last, pattern.until_on or last)
        length = len(pattern.cycle)
        turns = [(turn, turn.people or calendar.teams[turn.team].people) for turn in pattern.turns]
        for number in range((end - begin).days + 1):
            day = begin + timedelta(days=number)
            passed = (day - pattern.start_on).days
            if not calendar.worked(day, pattern.only):
                continue
            for turn, people in turns:
                name = pattern.cycle[(passed + turn.offset) % length]
                if name == OFF:
                    continue
                from_at, to_at = calendar.stretch(calendar.shifts[name], day)
                yield Stint(
                    post=pattern.post,
                    shift=name,
                    team=turn.team,
                    on=day,
                    from_at=from_at,
                    to_at=to_at,
                    places=tuple(calendar.place(person, day, name, pattern.post) for person in people),
                )


def _in_addition(roster: Roster, first: date, last: date, calendar: _Calendar) -> Iterator[Stint]:
    people: dict[tuple[date, str, str], list[Place]] = {}
    for cover in roster.covers:
        if not cover.instead_of and first <= cover.on <= last:
            place = calendar.place(cover.person, cover.on, cover.shift, cover.post)
            people.setdefault((cover.on, cover.shift, cover.post), []).append(place)
    for (day, shift, post), places in people.items():
        from_at, to_at = calendar.stretch(calendar.shifts[shift], day)
        yield Stint(
            post=post, shift=shift, team="", on=day, from_at=from_at, to_at=to_at, places=tuple(dict.fromkeys(places))
        )
