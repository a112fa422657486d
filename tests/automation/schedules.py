"""Schedules for tests: made short, drawn at random, and worked out minute by minute without any cleverness."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from hub.automation.model import Every, Missed, Rule
from hub.automation.schedules.instants import Plan
from hub.core.calendar import WEEKDAYS, Calendar
from hub.core.text import Text

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
LORD_HOWE, UTC_ZONE = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")
SECRET = b"the secret of a test"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(*at: str) -> Every:
    return Every(at=tuple(time.fromisoformat(each) for each in at))


def rule_of(every: Every, *, policy: Missed = "run-once", rule: str = "weekly", digest: str = "d1") -> Rule:
    return Rule(id=rule, title=Text(en="Weekly"), file="rules/x.toml", digest=digest, every=every, missed=policy)


# --- worked out minute by minute


def naive(plan: Plan, after: datetime, until: datetime) -> list[datetime]:
    """The instants of a schedule in whole minutes: every minute is looked at, with the clock on the wall."""
    every, found, part_began, part_ends = plan.every, [], None, None
    minute = after.replace(second=0, microsecond=0) - 2 * DAY
    high = minute.astimezone(plan.zone).replace(tzinfo=None)
    while minute < until:
        minute += MINUTE
        wall = minute.astimezone(plan.zone).replace(tzinfo=None)
        passed, high = (high, max(high, wall)), max(high, wall)
        if every.interval_s is None:
            hit = any(_shown(passed, day, at) for day in _days(plan, passed) for at in every.at)
        elif plain(every):
            hit = (minute - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds() % every.interval_s == 0
        else:
            begin, end = every.between or (time(), time())
            for day in _days(plan, passed):
                if _shown(passed, day, begin):
                    part_began = minute
                    part_ends = datetime.combine(day if end > begin else day + DAY, end)
            if part_ends is not None and high >= part_ends:
                part_began = None if part_began != minute else part_began
                part_ends = None if part_began is None else part_ends
            hit = part_began is not None and (minute - part_began).total_seconds() % every.interval_s == 0
        if hit and after < minute <= until:
            found.append(minute)
    return found


def plain(every: Every) -> bool:
    return replace(every, interval_s=None) == Every()


def _shown(passed: tuple[datetime, datetime], day: date, at: time) -> bool:
    return passed[0] < datetime.combine(day, at) <= passed[1]


def _days(plan: Plan, passed: tuple[datetime, datetime]) -> Iterator[date]:
    day = passed[0].date()
    while day <= passed[1].date():
        if fits(plan.every, day, plan.calendar):
            yield day
        day += DAY


def fits(every: Every, day: date, calendar: Calendar) -> bool:
    name = WEEKDAYS[day.weekday()]
    same = [number for number in range(1, monthrange(day.year, day.month)[1] + 1) if (number - day.day) % 7 == 0]
    places = {(same.index(day.day) + 1, name), (same.index(day.day) - len(same), name)}
    weekdays = every.weekdays
    if every.weeks > 1 and every.since and not (weekdays or every.nth or every.days):
        weekdays = (WEEKDAYS[every.since.weekday()],)
    if (weekdays or every.nth) and name not in weekdays and not places & set(every.nth):
        return False
    last = monthrange(day.year, day.month)[1]
    if every.days and day.day not in {last if number == -1 else number for number in every.days}:
        return False
    if every.months and day.month not in every.months:
        return False
    if every.since is not None:
        mondays = [each - timedelta(days=each.weekday()) for each in (every.since, day)]
        if day < every.since or (mondays[1] - mondays[0]).days // 7 % every.weeks:
            return False
    worked = day in calendar.workdays or (day not in calendar.holidays and name not in calendar.rest)
    return every.only is None or (every.only == "workdays") == worked


# --- drawn at random

_MINUTES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
_NEAR_CHANGES = st.sampled_from(
    [time(0, 0), time(1, 59), time(2, 0), time(2, 30), time(2, 59), time(3, 0), time(23, 59)]
)
_TIMES = st.one_of(_MINUTES, _NEAR_CHANGES)


@st.composite
def everies(draw: st.DrawFn) -> Every:
    """Schedules of every kind, in whole minutes, that `validate` may find nothing wrong with."""
    days: dict[str, object] = {}
    if draw(st.booleans()):
        days["weekdays"] = tuple(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1, max_size=4)))
    if draw(st.integers(0, 4)) == 0:
        days["nth"] = ((draw(st.sampled_from([1, 2, 3, 4, -1])), draw(st.sampled_from(WEEKDAYS))),)
    if draw(st.integers(0, 3)) == 0:
        days["days"] = tuple(draw(st.sets(st.one_of(st.just(-1), st.integers(1, 31)), min_size=1, max_size=20)))
    if draw(st.integers(0, 3)) == 0:
        days["months"] = tuple(draw(st.sets(st.sampled_from([3, 10, 12]), min_size=1)))
    if draw(st.integers(0, 2)) == 0:
        days["only"] = draw(st.sampled_from(["workdays", "holidays"]))
    if draw(st.integers(0, 2)) == 0:
        days["since"] = draw(st.dates(date(2025, 12, 20), date(2026, 10, 31)))
        days["weeks"] = draw(st.integers(1, 3))
    if draw(st.booleans()):
        return Every(at=tuple(draw(st.sets(_TIMES, min_size=1, max_size=4))), **days)  # type: ignore[arg-type]
    between = draw(st.one_of(st.none(), st.tuples(_TIMES, _TIMES).filter(lambda part: part[0] != part[1])))
    interval_s = 60.0 * draw(st.sampled_from([7, 15, 60, 90, 150, 360]))
    return Every(interval_s=interval_s, between=between, **days)  # type: ignore[arg-type]


CALENDARS = st.sampled_from(
    [
        Calendar(),
        Calendar(
            holidays={date(2026, 3, 30): Text(en="Closed"), date(2026, 10, 26): Text(en="Closed")},
            workdays={date(2026, 3, 28): Text(en="Make-up"), date(2026, 10, 25): Text(en="Make-up")},
        ),
        Calendar(rest=("sun",)),
    ]
)
BEGINNINGS = st.one_of(
    st.sampled_from([utc("2026-03-27T12:00"), utc("2026-10-24T00:00"), utc("2026-12-30T00:00")]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
)
