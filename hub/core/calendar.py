"""Which days are worked at the site: weekly rest days, public holidays, and days worked to make up for them.

In China a holiday of a week is made by moving work to a Saturday or Sunday (调休); such a day is a make-up day here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from hub.core.text import Text

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As `date.weekday` counts them."""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a site. Without anything said: Saturdays and Sundays are free, and there are no holidays."""

    rest: tuple[Weekday, ...] = ("sat", "sun")
    """The weekdays that are free."""
    holidays: Mapping[date, Text] = {}
    """Days that are free whatever weekday they are, with their names."""
    workdays: Mapping[date, Text] = {}
    """Make-up days, which are worked whatever else is said of them, with what they are for."""


def is_worked(calendar: Calendar, day: date) -> bool:
    """Whether `day` is worked. A make-up day goes before a holiday, and a holiday before the weekday."""
    if day in calendar.workdays:
        return True
    return day not in calendar.holidays and WEEKDAYS[day.weekday()] not in calendar.rest


def name_of(calendar: Calendar, day: date) -> Text:
    """What is special about `day`: the name of its holiday or make-up day; an empty text on ordinary days."""
    return calendar.workdays.get(day) or calendar.holidays.get(day) or Text(en="")
