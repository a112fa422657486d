"""The days on which a schedule comes due. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from hub.automation.model import Every
from hub.core.calendar import WEEKDAYS, Calendar, is_worked

LONGEST_SEARCH = 42 * 366
"""Days. Within them every pattern that comes at all has come: the 29th of February on a Monday takes up to 40 years."""

_DAY = timedelta(days=1)


def days_from(every: Every, first: date, calendar: Calendar) -> Iterator[date]:
    """The days of `every` from `first` on, in order; ends when none comes within `LONGEST_SEARCH`."""
    day = max(first, every.since or first)
    left = LONGEST_SEARCH
    while left:
        if every.months and day.month not in every.months:
            left -= 1
            day = _first_of_next_month(day)
        elif falls_on(every, day, calendar):
            yield day
            left = LONGEST_SEARCH
            day = _next(day)
        else:
            left -= 1
            day = _next(day)
        if day == date.max:
            return


def falls_on(every: Every, day: date, calendar: Calendar) -> bool:
    """Whether `day` is one of the days of `every`."""
    if every.months and day.month not in every.months:
        return False
    if every.days and day.day not in every.days and not (-1 in every.days and _is_last(day)):
        return False
    if not _weekday_fits(every, day):
        return False
    if every.since is not None and (day < every.since or _weeks_between(every.since, day) % every.weeks):
        return False
    return every.only is None or is_worked(calendar, day) == (every.only == "workdays")


def _weekday_fits(every: Every, day: date) -> bool:
    if every.weekdays or every.nth:
        name = WEEKDAYS[day.weekday()]
        return name in every.weekdays or any(
            name == weekday and _place(day, from_end=number < 0) == abs(number) for number, weekday in every.nth
        )
    if every.weeks > 1 and every.since is not None and not every.days:
        return day.weekday() == every.since.weekday()
    return True


def _place(day: date, *, from_end: bool) -> int:
    """The how many-th of its weekday in the month `day` is, from 1."""
    if not from_end:
        return (day.day + 6) // 7
    place = 1
    while (day + place * 7 * _DAY).month == day.month:
        place += 1
    return place


def _weeks_between(since: date, day: date) -> int:
    return (day.toordinal() - 1) // 7 - (since.toordinal() - 1) // 7  # ordinal 1 is a Monday


def _is_last(day: date) -> bool:
    return _next(day).month != day.month


def _next(day: date) -> date:
    return day + _DAY if day < date.max else day


def _first_of_next_month(day: date) -> date:
    if day.month < 12:
        return day.replace(month=day.month + 1, day=1)
    return day.replace(year=day.year + 1, month=1, day=1) if day.year < date.max.year else date.max
