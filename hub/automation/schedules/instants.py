"""The instants at which a schedule is planned to come due. Pure; no clock.

They follow from what the rule says, the site's zone and its calendar alone: so the same function serves the running
timer, the calendar of what is due, what was missed while the hub was down, and the ledger.

Local times and the clock changes of the zone: a time that a change leaves out comes due at the moment of the change;
a time that a change repeats comes due once, the first time. Intervals are counted in time that really passed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hub.automation.model import Every
from hub.automation.schedules.days import days_from, falls_on
from hub.core.calendar import Calendar
from hub.core.walltime import instant_of

ANCHOR = datetime(2000, 1, 1, tzinfo=UTC)
"""Intervals that say nothing of days are counted from here."""

_DAY = timedelta(days=1)
_WHOLE_DAY = (time(), time())


class Plan(NamedTuple):
    """All that the instants of a schedule follow from."""

    every: Every
    zone: ZoneInfo
    calendar: Calendar = Calendar()


def planned(plan: Plan, after: datetime) -> Iterator[datetime]:
    """The instants (UTC) later than `after`, in order, each once.

    `every` is one that `schedule.validate` finds nothing wrong with.
    """
    if is_plain_interval(plan.every):
        yield from _counted(plan.every, after)
        return
    last = after
    # A part of the day that began yesterday may last until today.
    for day in days_from(plan.every, _local_day(plan, after, back=1), plan.calendar):
        for instant in _of_day(plan, day):
            if instant > last:
                last = instant
                yield instant


def fires(plan: Plan, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The instants after `after` and not after `until`; the first `limit` at most."""
    found = []
    for instant in islice(planned(plan, after), limit):
        if instant > until:
            break
        found.append(instant)
    return found


def newest(plan: Plan, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The last `limit` of the instants after `after` and not after `until`, oldest first."""
    if is_plain_interval(plan.every):
        step = timedelta(seconds=_interval_s(plan.every))
        return fires(plan, max(after, until - step * (limit + 1)), until, limit + 2)[-limit:]
    found: list[datetime] = []
    day, first = _local_day(plan, until), _local_day(plan, after, back=1)
    while day >= first and len(found) < limit:
        if falls_on(plan.every, day, plan.calendar):
            of_day = [instant for instant in _of_day(plan, day) if after < instant <= until]
            found = [*of_day, *(instant for instant in found if not of_day or instant > of_day[-1])]
        if day == date.min:
            break
        day -= _DAY
    return found[-limit:]


def end_of_part(plan: Plan, instant: datetime) -> datetime | None:
    """The end of the part of the day (`between`) that a planned instant lies in; None where there is none."""
    if plan.every.between is None:
        return None
    for back in (0, 1):
        day = _local_day(plan, instant, back=back)
        begin, end = _part(plan, day)
        if begin <= instant < end and falls_on(plan.every, day, plan.calendar):
            return end
    return None


def is_plain_interval(every: Every) -> bool:
    """Whether it is an interval without a word about days or parts of them."""
    days = every.weekdays or every.nth or every.days or every.months or every.only or every.since
    return every.interval_s is not None and every.between is None and not days


def _counted(every: Every, after: datetime) -> Iterator[datetime]:
    step = timedelta(seconds=_interval_s(every))
    instant = ANCHOR + ((after - ANCHOR) // step + 1) * step
    while True:
        yield instant
        instant += step


def _of_day(plan: Plan, day: date) -> list[datetime]:
    """The instants that belong to one day of the schedule, in order."""
    if plan.every.interval_s is None:
        return sorted({instant_of(datetime.combine(day, at), plan.zone) for at in plan.every.at})
    begin, end = _part(plan, day)
    step = timedelta(seconds=_interval_s(plan.every))
    count = -((begin - end) // step)
    return [begin + step * number for number in range(count)]


def _part(plan: Plan, day: date) -> tuple[datetime, datetime]:
    """Where the part of the day that begins on `day` begins and ends."""
    begin, end = plan.every.between or _WHOLE_DAY
    last_day = day if end > begin or day == date.max else day + _DAY
    return (
        instant_of(datetime.combine(day, begin), plan.zone),
        instant_of(datetime.combine(last_day, end), plan.zone),
    )


def _local_day(plan: Plan, instant: datetime, *, back: int = 0) -> date:
    day = instant.astimezone(plan.zone).date()
    return date.fromordinal(max(1, day.toordinal() - back))


def _interval_s(every: Every) -> float:
    if every.interval_s is None or every.interval_s <= 0:
        raise ValueError("An interval must be positive.")
    return every.interval_s
