"""Months as they are written: `2026-10`, and when they begin and end in the site's time zone."""

import re
from datetime import date, tzinfo

from hub.core.recorded import Span
from hub.core.walltime import midnight

PATTERN = r"^20\d{2}-(0[1-9]|1[0-2])$"
_MONTH = re.compile(PATTERN, re.ASCII)


def first_day(month: str) -> date:
    """The first day of a month. Raises `ValueError` for what is none.

    >>> first_day("2026-10")
    datetime.date(2026, 10, 1)
    """
    if not _MONTH.fullmatch(month):
        raise ValueError("expected a month such as 2026-10")
    return date(int(month[:4]), int(month[5:]), 1)


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def following(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + 1, 1, 1) if day.month == 12 else date(day.year, day.month + 1, 1)


def month_before(day: date) -> str:
    """The month before the one in which `day` lies.

    >>> month_before(date(2026, 1, 3))
    '2025-12'
    """
    return f"{day.year - 1:04}-12" if day.month == 1 else f"{day.year:04}-{day.month - 1:02}"


def span_of(month: str, zone: tzinfo) -> Span:
    """The month from midnight to midnight. Raises `ValueError` for what is none."""
    first = first_day(month)
    return Span(midnight(first, zone), midnight(following(first), zone))
