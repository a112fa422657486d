"""Whether a roster holds: against an oracle that looks at every minute, and at nights in which the clocks change."""

import time as steady
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from hub.core.duty.coverage import Coverage, Excuse, Gap, coverage, excuse_of
from hub.core.duty.roster import (
    OFF,
    Cover,
    Held,
    Hours,
    Leave,
    Pattern,
    Person,
    Post,
    Qualification,
    Roster,
    Shift,
    Stint,
    Team,
    Turn,
    next_change,
    shifts_between,
    who,
)
from hub.core.duty.words import way_out, why
from hub.core.text import Text
from hub.core.walltime import midnight
from tests.core.rosters import DAY, DAYS, MINUTE, is_workday, minutes, rosters

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NAME = Text(en="x")
EVERY_DAY = ("day", "day", "night", "night", OFF, OFF, OFF, OFF)


def person(name: str, until: str | None = None) -> Person:
    """Somebody who may watch until a date, or for good."""
    held = Held(qualification="watch", until_on=date.fromisoformat(until) if until else None)
    return Person(id=name, name=Text(en=name.title(), zh="王" + name), held=(held,))


def site(**changes: object) -> Roster:
    """Four teams of one, two days and two nights each, at one post that is held around the clock."""
    names = ("ann", "bob", "cai", "dan")
    given_: dict[str, object] = {
        "qualifications": (Qualification("watch", Text(en="Watch officer", zh="监控值班员")),),
        "people": tuple(person(name) for name in names),
        "teams": tuple(Team(id=name[0], name=NAME, people=(name,)) for name in names),
        "posts": (Post(id="desk", name=NAME, qualifications=("watch",)),),
        "shifts": (
            Shift(id="day", name=NAME, begin=time(8), end=time(20)),
            Shift(id="night", name=NAME, begin=time(20), end=time(8)),
        ),
        "patterns": (
            Pattern(
                id="main",
                post="desk",
                cycle=EVERY_DAY,
                start_on=date(2025, 12, 24),
                turns=tuple(Turn(team=name[0], offset=2 * number) for number, name in enumerate(names)),
            ),
        ),
    }
    return Roster(**{**given_, **changes})  # type: ignore[arg-type]


def of(roster: Roster, zone: ZoneInfo, first: str, days: float) -> Coverage:
    begin = midnight(date.fromisoformat(first), zone)
    return coverage(roster, begin, begin + timedelta(days=days), zone, is_workday)


@settings(max_examples=60, deadline=None)
@given(made=rosters())
def test_it_says_of_every_minute_what_looking_at_that_minute_alone_says(made):
    roster, zone, first = made
    from_at, to_at = midnight(first, zone), midnight(first + DAYS * DAY, zone)
    found = coverage(roster, from_at, to_at, zone, is_workday)
    pieces = {post.id: [each for each in (*found.spans, *found.gaps) if each.post == post.id] for post in roster.posts}
    seconds = dict.fromkeys((each.id for each in roster.people), 0.0)
    looked_at = 0
    for minute in minutes(roster, zone, first):
        looked_at += 1
        for post, held in pieces.items():
            here = [each for each in held if each.from_at <= minute.at < each.to_at]
            need = minute.need.get(post, 0)
            assert len(here) == (1 if need else 0)
            if need:
                people = minute.here.get(post, set())
                assert (set(here[0].people), here[0].need) == (people, need)
                assert isinstance(here[0], Gap) == (len(people) < need)
                if isinstance(here[0], Gap):
                    away = {(who_, reason) for who_, reason in minute.away.get(post, set()) if who_ not in people}
                    assert {(each.person, each.reason) for each in here[0].excuses} == away
        for name, posts in minute.posts.items():
            seconds[name] += 60
            double = [each for each in found.doubles if each.person == name and each.from_at <= minute.at < each.to_at]
            assert [set(each.posts) for each in double] == ([posts] if len(posts) > 1 else [])
    assert looked_at * MINUTE == to_at - from_at
    assert found.hours_s == {name: total for name, total in sorted(seconds.items()) if total}
    for held in pieces.values():
        for one, other in zip(
            sorted(held, key=lambda each: each.from_at), sorted(held, key=lambda e: e.from_at)[1:], strict=False
        ):
            assert one.to_at <= other.from_at
            if one.to_at == other.from_at:
                assert (type(one), one.people, one.need) != (type(other), other.people, other.need) or (
                    isinstance(one, Gap) and isinstance(other, Gap) and one.excuses != other.excuses
                )


@settings(max_examples=60, deadline=None)
@given(made=rosters())
def test_the_shifts_of_a_period_are_the_same_however_the_period_is_cut(made):
    roster, zone, first = made
    from_at, to_at = midnight(first, zone), midnight(first + DAYS * DAY, zone)
    middle = from_at + (to_at - from_at) / 3
    whole = shifts_between(roster, from_at, to_at, zone, is_workday)
    parts = shifts_between(roster, from_at, middle, zone, is_workday)
    parts += shifts_between(roster, middle, to_at, zone, is_workday)
    assert set(parts) == set(whole)
    assert whole == sorted(whole, key=lambda stint: stint.from_at)
    at = from_at
    changes = sorted({change for stint in whole for change in (stint.from_at, stint.to_at) if from_at < change < to_at})
    for change in changes:
        assert next_change(roster, at, zone, is_workday) == change
        at = change


@pytest.mark.parametrize(("first", "hours"), [("2026-03-28", 11), ("2026-10-24", 13), ("2026-05-01", 12)])
def test_a_night_shift_is_as_long_as_the_night_and_nothing_is_left_open(first: str, hours: int) -> None:
    found = of(site(), BERLIN, first, 2)
    assert found.gaps == ()
    assert found.doubles == ()
    begin = midnight(date.fromisoformat(first), BERLIN)
    (night,) = (
        stint
        for stint in shifts_between(site(), begin, begin + DAY, BERLIN, is_workday)
        if stint.shift == "night" and stint.on == date.fromisoformat(first)
    )
    assert (night.to_at - night.from_at).total_seconds() == hours * 3600
    assert night.from_at.astimezone(BERLIN).time() == time(20)
    assert night.to_at.astimezone(BERLIN).time() == time(8)


def test_a_post_that_nobody_is_rostered_at_is_one_gap() -> None:
    roster = site(patterns=())
    (gap,) = of(roster, SHANGHAI, "2026-10-01", 7).gaps
    assert gap.to_at - gap.from_at == timedelta(days=7)
    assert why(gap, roster) == Text(en="nobody is rostered", zh="无人排班")
    assert "[[pattern]]" in way_out(gap).en


def test_leave_without_a_stand_in_leaves_the_shift_open_and_a_cover_closes_it() -> None:
    on = date(2026, 1, 1)
    first = Leave(person="ann", first_on=on, last_on=on)
    roster = site(leaves=(first,))
    (gap,) = of(roster, SHANGHAI, "2026-01-01", 3).gaps
    assert (gap.from_at.astimezone(SHANGHAI), gap.to_at - gap.from_at) == (
        datetime(2026, 1, 1, 8, tzinfo=SHANGHAI),
        timedelta(hours=12),
    )
    assert gap.excuses == (Excuse("ann", "leave"),)
    assert why(gap, roster) == Text(en="Ann is on leave", zh="王ann请假")
    covered = site(leaves=(first,), covers=(Cover(on=on, person="cai", instead_of="ann"),))
    found = of(covered, SHANGHAI, "2026-01-01", 3)
    assert found.gaps == ()
    at = datetime(2026, 1, 1, 9, tzinfo=SHANGHAI)
    (stint,) = who(covered, "desk", at, SHANGHAI, is_workday)
    assert [(place.person, place.instead_of) for place in stint.places] == [("cai", "ann")]


def test_a_training_that_ends_leaves_the_post_open_from_that_midnight() -> None:
    people = tuple(person(name, until="2026-01-01" if name == "bob" else None) for name in ("ann", "bob", "cai", "dan"))
    roster = site(people=people)
    found = of(roster, SHANGHAI, "2026-01-01", 1.5)
    (gap,) = found.gaps  # bob's night began at 20:00 on the last day of his training
    assert gap.from_at == midnight(date(2026, 1, 2), SHANGHAI)
    assert gap.to_at.astimezone(SHANGHAI) == datetime(2026, 1, 2, 8, tzinfo=SHANGHAI)
    assert why(gap, roster).en == "Bob's training 'Watch officer' ended on 2026-01-01"
    (post,) = roster.posts
    assert excuse_of(roster, post, "bob", gap.from_at - MINUTE, SHANGHAI) is None
    assert excuse_of(roster, post, "bob", gap.from_at, SHANGHAI) == Excuse("bob", "expired", "watch", date(2026, 1, 1))


def test_people_who_were_never_trained_or_will_be_do_not_count() -> None:
    later = Person(id="bob", name=NAME, held=(Held(qualification="watch", from_on=date(2026, 6, 1)),))
    roster = site(people=(Person(id="ann", name=NAME), later, person("cai"), person("dan")))
    reasons = {excuse.reason for gap in of(roster, SHANGHAI, "2026-01-01", 8).gaps for excuse in gap.excuses}
    assert reasons == {"unqualified", "not_yet"}
    for gap in of(roster, SHANGHAI, "2026-01-01", 8).gaps:
        assert "[[" in way_out(gap).en or "roster somebody" in way_out(gap).en
        assert why(gap, roster).zh != why(gap, roster).en


def test_day_duty_with_weekends_off_follows_the_calendar_of_the_site() -> None:
    office = Pattern(
        id="office", post="desk", cycle=("day",), start_on=date(2026, 1, 1), only="workdays", turns=(Turn(team="a"),)
    )
    hours = (Hours(begin=time(9), end=time(17), only="workdays"),)
    roster = site(patterns=(office,), posts=(Post(id="desk", name=NAME, hours=hours),))
    made_up = {date(2026, 1, 4)}  # a Sunday that is worked
    off = {date(2026, 1, 1), date(2026, 1, 2)}  # a holiday and the bridge to the weekend

    def worked(day: date) -> bool:
        return day in made_up or (day.weekday() < 5 and day not in off)

    begin = midnight(date(2026, 1, 1), SHANGHAI)
    stints = shifts_between(roster, begin, begin + 7 * DAY, SHANGHAI, worked)
    assert [stint.on.day for stint in stints] == [4, 5, 6, 7]
    assert coverage(roster, begin, begin + 7 * DAY, SHANGHAI, worked).gaps == ()


def test_a_swap_is_two_covers_and_changes_only_those_two_shifts() -> None:
    covers = (
        Cover(on=date(2026, 1, 1), person="bob", instead_of="ann"),
        Cover(on=date(2026, 1, 1), person="ann", instead_of="bob"),
    )
    begin = midnight(date(2026, 1, 1), SHANGHAI)
    before = shifts_between(site(), begin, begin + 8 * DAY, SHANGHAI, is_workday)
    after = shifts_between(site(covers=covers), begin, begin + 8 * DAY, SHANGHAI, is_workday)
    changed = [(a.shift, a.people, b.people) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [("day", ("ann",), ("bob",)), ("night", ("bob",), ("ann",))]
    assert of(site(covers=covers), SHANGHAI, "2026-01-01", 8).gaps == ()


def test_two_posts_at_once_are_named_for_as_long_as_they_overlap() -> None:
    extra = Cover(on=date(2026, 1, 1), person="ann", shift="eve", post="gate")
    shifts = (*site().shifts, Shift(id="eve", name=NAME, begin=time(18), end=time(22)))
    posts = (*site().posts, Post(id="gate", name=NAME, hours=()))
    found = of(site(shifts=shifts, posts=posts, covers=(extra,)), SHANGHAI, "2026-01-01", 1)
    (double,) = found.doubles
    assert (double.person, double.posts) == ("ann", ("desk", "gate"))
    assert [at.astimezone(SHANGHAI).hour for at in (double.from_at, double.to_at)] == [18, 20]
    assert found.hours_s["ann"] == 14 * 3600


def test_rest_that_is_too_short_is_named_also_where_it_began_before_the_period() -> None:
    roster = site(rest_s=11 * 3600.0, covers=(Cover(on=date(2026, 1, 1), person="bob", shift="day", post="desk"),))
    (rest,) = of(roster, SHANGHAI, "2026-01-01", 1).short_rests  # from his day straight into his night
    assert (rest.person, rest.rest_s) == ("bob", 0.0)
    nights = site(rest_s=13 * 3600.0)
    assert {rest.rest_s for rest in of(nights, SHANGHAI, "2026-01-02", 1).short_rests} == {12 * 3600.0}


def test_a_year_of_twenty_posts_takes_a_second_at_most() -> None:
    names = [(post, team, number) for post in range(20) for team in range(4) for number in range(3)]
    roster = Roster(
        people=tuple(person("p{}-{}-{}".format(*name)) for name in names),
        teams=tuple(
            Team(id=f"{post}-{team}", name=NAME, people=tuple(f"p{post}-{team}-{number}" for number in range(3)))
            for post in range(20)
            for team in range(4)
        ),
        posts=tuple(Post(id=f"{post}", name=NAME, qualifications=("watch",)) for post in range(20)),
        shifts=tuple(
            Shift(
                id=f"s{number}", name=NAME, begin=time(8 * number), end=time(8 * number + 8) if number < 2 else time()
            )
            for number in range(3)
        ),
        patterns=tuple(
            Pattern(
                id=f"{post}",
                post=f"{post}",
                cycle=("s0", "s0", "s1", "s1", "s2", "s2", OFF, OFF),
                start_on=date(2025, 1, 1),
                turns=tuple(Turn(team=f"{post}-{team}", offset=2 * team) for team in range(4)),
            )
            for post in range(20)
        ),
        rest_s=11 * 3600.0,
    )
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    took = []
    for _ in range(2):
        started = steady.process_time()
        found = coverage(roster, begin, begin + timedelta(days=365), BERLIN, is_workday)
        took.append(steady.process_time() - started)
    assert found.gaps == ()
    assert len(found.spans) > 20 * 365 * 2
    assert min(took) <= 1.0


def test_a_stint_names_only_those_who_are_there() -> None:
    leave = Leave(person="ann", first_on=date(2026, 1, 1), last_on=date(2026, 1, 9))
    stints = shifts_between(
        site(leaves=(leave,)),
        midnight(date(2026, 1, 1), SHANGHAI),
        midnight(date(2026, 1, 2), SHANGHAI),
        SHANGHAI,
        is_workday,
    )
    days = [stint for stint in stints if stint.shift == "day" and stint.on == date(2026, 1, 1)]
    assert [(type(stint), stint.people, len(stint.places)) for stint in days] == [(Stint, (), 1)]
