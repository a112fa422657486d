"""The days that a report is about: a day, a week from Monday on, a month."""

from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

Kind = Literal["daily", "weekly", "monthly", "clause"]
"""`clause`: a month, ordered by the clauses of the regulation."""
KINDS: tuple[Kind, ...] = get_args(Kind)
_DAY = timedelta(days=1)


class Days(NamedTuple):
    """Whole days of the site, both ends among them."""

    first: date
    last: date

    def each(self) -> list[date]:
        """The days, oldest first."""
        return [self.first + number * _DAY for number in range((self.last - self.first).days + 1)]


def days_of(kind: Kind, day: date) -> Days:
    """The period of a kind in which a day lies.

    >>> tuple(map(str, (days_of("weekly", date(2026, 11, 1)).first, days_of("monthly", date(2026, 2, 9)).last)))
    ('2026-10-26', '2026-02-28')
    """
    match kind:
        case "daily":
            return Days(day, day)
        case "weekly":
            monday = day - day.weekday() * _DAY
            return Days(monday, monday + 6 * _DAY)
        case "monthly" | "clause":
            first = day.replace(day=1)
            return Days(first, (first.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY)


def last_over(kind: Kind, today: date) -> Days:
    """The newest period that is over on the morning of `today`.

    >>> last_over("weekly", date(2026, 11, 2)).first.isoformat()
    '2026-10-26'
    """
    return before(kind, days_of(kind, today))


def before(kind: Kind, days: Days) -> Days:
    """The period of the same kind that ends where this one begins."""
    return days_of(kind, days.first - _DAY)
