"""Rosters that hypothesis makes, and what they come to, found minute by minute."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from hub.core.calendar import WEEKDAYS
from hub.core.duty.roster import OFF, Cover, Held, Hours, Leave, Pattern, Person, Post, Roster, Shift, Team, Turn
from hub.core.text import Text

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAME = Text(en="x")
PEOPLE = ("ann", "bob", "cai", "dan")
POSTS = ("desk", "gate")
SHIFTS = ("early", "late", "long")
DAYS = 3
"""Days that the oracle looks at."""

PLACES = (
    ("Asia/Shanghai", date(2026, 10, 7)),
    ("Europe/Berlin", date(2026, 3, 28)),  # the clocks go forward in the night to the 29th
    ("Europe/Berlin", date(2026, 10, 24)),  # and back in the night to the 25th
    ("Australia/Lord_Howe", date(2026, 4, 4)),  # back by half an hour
)


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day.day != 29


times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
days = st.integers(-2, DAYS + 1)


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Roster, ZoneInfo, date]:
    zone, first = draw(st.sampled_from(PLACES))

    def on(number: int) -> date:
        return first + number * DAY

    def held() -> st.SearchStrategy[Held]:
        bound = st.none() | days.map(on)
        return st.builds(Held, qualification=st.sampled_from(("watch", "radio")), from_on=bound, until_on=bound)

    people = tuple(Person(id=name, name=NAME, held=tuple(draw(st.lists(held(), max_size=3)))) for name in PEOPLE)
    teams = tuple(
        Team(id=name, name=NAME, people=tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))))
        for name in ("a", "b")
    )
    hours = st.builds(
        Hours,
        begin=times,
        end=times,
        weekdays=st.lists(st.sampled_from(WEEKDAYS), max_size=2, unique=True).map(tuple),
        only=st.sampled_from((None, None, "workdays", "holidays")),
        people=st.integers(1, 2),
    )
    posts = tuple(
        Post(
            id=name,
            name=NAME,
            hours=draw(st.just((Hours(),)) | st.lists(hours, max_size=2).map(tuple)),
            qualifications=draw(st.sampled_from(((), (), ("watch",), ("watch", "radio")))),
        )
        for name in POSTS
    )
    shifts = tuple(Shift(id=name, name=NAME, begin=draw(times), end=draw(times)) for name in SHIFTS)
    pattern = st.builds(
        Pattern,
        id=st.just("p"),
        post=st.sampled_from(POSTS),
        cycle=st.lists(st.sampled_from((*SHIFTS, OFF)), min_size=1, max_size=4).map(tuple),
        start_on=st.integers(-5, 1).map(on),
        until_on=st.none() | days.map(on),
        only=st.sampled_from((None, None, "workdays", "holidays")),
        turns=st.lists(
            st.builds(Turn, team=st.sampled_from(("a", "b")), offset=st.integers(0, 3)), min_size=1, max_size=2
        ).map(tuple),
    )
    person = st.sampled_from(PEOPLE)
    leave = st.tuples(person, days, st.integers(0, 2)).map(
        lambda x: Leave(person=x[0], first_on=on(x[1]), last_on=on(x[1] + x[2]))
    )
    stand_in = st.builds(
        Cover, on=days.map(on), person=person, instead_of=person, shift=st.sampled_from(("", *SHIFTS)), post=st.just("")
    )
    extra = st.builds(Cover, on=days.map(on), person=person, shift=st.sampled_from(SHIFTS), post=st.sampled_from(POSTS))
    roster = Roster(
        people=people,
        teams=teams,
        posts=posts,
        shifts=shifts,
        patterns=tuple(draw(st.lists(pattern, min_size=1, max_size=3))),
        leaves=tuple(draw(st.lists(leave, max_size=2))),
        covers=tuple(draw(st.lists(stand_in | extra, max_size=3))),
        rest_s=draw(st.sampled_from((0.0, 8 * 3600.0))),
    )
    return roster, ZoneInfo(zone), first


class Minute(NamedTuple):
    """What holds in one minute."""

    at: datetime
    need: dict[str, int]
    here: dict[str, set[str]]
    """By post: those who count."""
    away: dict[str, set[tuple[str, str]]]
    """By post: who does not count, and why."""
    posts: dict[str, set[str]]
    """By person: where he or she is."""


def minutes(roster: Roster, zone: ZoneInfo, first: date) -> Iterator[Minute]:
    """Every minute of `DAYS` days, each looked at by itself."""
    start = datetime.combine(first, time(), UTC) - 4 * DAY
    line = [start + number * MINUTE for number in range((DAYS + 8) * 1440)]
    shown = [at.astimezone(zone).replace(tzinfo=None) for at in line]
    reached: list[datetime] = []  # the latest wall time that was shown so far: it never goes back
    for wall in shown:
        reached.append(max(wall, reached[-1]) if reached else wall)

    def place(wall: datetime) -> datetime:
        return line[bisect_left(reached, wall)]

    def placed(day: date, begin: time, end: time) -> tuple[datetime, datetime]:
        last = day if end > begin else day + DAY
        return place(datetime.combine(day, begin)), place(datetime.combine(last, end))

    shifts = {shift.id: shift for shift in roster.shifts}
    span = [first + number * DAY for number in range(-2, DAYS + 2)]
    needs = [
        (post.id, *placed(day, hours.begin, hours.end), hours.people)
        for post in roster.posts
        for hours in post.hours
        for day in span
        if not hours.weekdays or WEEKDAYS[day.weekday()] in hours.weekdays
        if hours.only is None or is_workday(day) == (hours.only == "workdays")
    ]
    works: list[tuple[str, datetime, datetime, str, date]] = []
    for day in span:
        for pattern in roster.patterns:
            if day < pattern.start_on or (pattern.until_on and day > pattern.until_on):
                continue
            if pattern.only and is_workday(day) != (pattern.only == "workdays"):
                continue
            for turn in pattern.turns:
                word = pattern.cycle[((day - pattern.start_on).days + turn.offset) % len(pattern.cycle)]
                if word == OFF:
                    continue
                begin, end = placed(day, shifts[word].begin, shifts[word].end)
                people = next(team.people for team in roster.teams if team.id == turn.team)
                works += [(pattern.post, begin, end, stand_in(roster, person, day, word), day) for person in people]
        for cover in roster.covers:
            if cover.on == day and not cover.instead_of:
                begin, end = placed(day, shifts[cover.shift].begin, shifts[cover.shift].end)
                works.append((cover.post, begin, end, stand_in(roster, cover.person, day, cover.shift), day))
    for at, wall in zip(line, shown, strict=True):
        if not first <= wall.date() < first + DAYS * DAY:
            continue
        moment = Minute(at, {}, {}, {}, {})
        for post, begin, end, people in needs:
            if begin <= at < end:
                moment.need[post] = max(people, moment.need.get(post, 0))
        for post, begin, end, person, day in works:
            if not begin <= at < end:
                continue
            if any(each.person == person and each.first_on <= day <= each.last_on for each in roster.leaves):
                moment.away.setdefault(post, set()).add((person, "leave"))
                continue
            moment.posts.setdefault(person, set()).add(post)
            reason = lacking(roster, post, person, wall.date())
            if reason:
                moment.away.setdefault(post, set()).add((person, reason))
            else:
                moment.here.setdefault(post, set()).add(person)
        yield moment


def stand_in(roster: Roster, person: str, day: date, shift: str) -> str:
    for cover in roster.covers:
        if cover.on == day and cover.instead_of == person and cover.shift in ("", shift):
            return cover.person
    return person


def lacking(roster: Roster, post: str, person: str, day: date) -> str:
    held = next(each.held for each in roster.people if each.id == person)
    for name in next(each.qualifications for each in roster.posts if each.id == post):
        records = [each for each in held if each.qualification == name]
        if any((each.from_on or date.min) <= day <= (each.until_on or date.max) for each in records):
            continue
        if any(each.until_on and each.until_on < day for each in records):
            return "expired"
        return "not_yet" if any(each.from_on and each.from_on > day for each in records) else "unqualified"
    return ""
