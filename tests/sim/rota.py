"""Who works when, reckoned by hand from what hangs on the wall of the control room: no roster file is read."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from tests.sim.plant import wall_clock

FIRST_DAY = date(2026, 1, 1)
TEAMS = (("wang-fang", "li-qiang"), ("zhang-min", "liu-yang"), ("chen-jing", "yang-lei"), ("zhao-li", "huang-tao"))
GUARDS = ("zhou-jie", "wu-gang", "xu-hong")
DESK = ("sun-wei", "ma-chao")
HOURS = {
    "early": (8, 0, 16, 0),
    "late": (16, 0, 24, 0),
    "night": (0, 0, 8, 0),
    "long-day": (8, 0, 20, 0),
    "long-night": (20, 0, 32, 0),
    "office": (8, 30, 17, 30),
}
FREE_WEEKDAYS = (5, 6)
HOLIDAYS = {
    *(date(2026, 10, day) for day in range(1, 8)),
    *(date(2026, 5, day) for day in range(1, 6)),
}
MADE_UP = {date(2026, 10, 10), date(2026, 5, 9)}
"""Saturdays that are worked in place of a holiday, as the State Council announced them for the simulated months."""


class Stint(NamedTuple):
    """One person's shift."""

    post: str
    shift: str
    person: str
    on: date
    from_at: datetime
    to_at: datetime


def worked(day: date) -> bool:
    return day in MADE_UP or (day not in HOLIDAYS and day.weekday() not in FREE_WEEKDAYS)


def stints_of(day: date) -> list[Stint]:
    """The shifts that begin on a date."""
    passed = (day - FIRST_DAY).days
    found: list[Stint] = []
    for number, team in enumerate(TEAMS):
        name = ("early", "early", "late", "late", "", "night", "night", "")[(passed + 2 * number) % 8]
        found += [_stint("control-room", name, person, day) for person in team if name]
    for number, guard in enumerate(GUARDS):
        name = ("long-day", "long-night", "")[(passed + number) % 3]
        found += [_stint("gate-house", name, guard, day)] if name else []
    if worked(day):
        found += [_stint("technical-desk", "office", person, day) for person in DESK]
    return found


def stints_between(begin: date, end: date) -> list[Stint]:
    days = [begin + timedelta(days=number) for number in range((end - begin).days)]
    return [stint for day in days for stint in stints_of(day)]


def exchanged(stints: list[Stint], one: Stint, other: Stint | None, taker: str) -> list[Stint]:
    """The same shifts, where `taker` has `one`, and whoever had it has `other`, where there is one."""
    left = [stint for stint in stints if stint not in (one, other)]
    left.append(one._replace(person=taker))
    return [*left, other._replace(person=one.person)] if other is not None else left


def fits(stints: list[Stint], people: set[str], rest: timedelta) -> bool:
    """Whether none of these people is at two posts at once, or rests too little between two shifts."""
    for person in people:
        mine = sorted((stint for stint in stints if stint.person == person), key=lambda stint: stint.from_at)
        for before, after in pairwise(mine):
            if after.from_at - before.to_at < rest:
                return False
    return True


def _stint(post: str, shift: str, person: str, day: date) -> Stint:
    from_hour, from_minute, to_hour, to_minute = HOURS[shift]
    begin, end = wall_clock(day, from_hour, from_minute), wall_clock(day, to_hour, to_minute)
    return Stint(post, shift, person, day, begin, end)
