"""Public holidays and make-up days by country, from the `holidays` library: the start of a site's calendar."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, NamedTuple

from hub.core.calendar import Calendar
from hub.core.text import Text

MAKE_UP = Text(en="Make-up day", zh="调休上班")


class Country(NamedTuple):
    """A country, with the part of it (a state, a province) whose holidays differ; "" where they do not."""

    code: str
    region: str = ""


def regions_of(country: str) -> tuple[str, ...] | None:
    """The regions of a country by its code of two letters; None where no holidays of it are known."""
    # Imported where it is used: it takes a quarter of a second, and most commands look at no calendar.
    from holidays import country_holidays
    from holidays.registry import EntityLoader

    if len(country) != 2 or country not in EntityLoader.get_country_codes():
        return None
    return tuple(map(str, country_holidays(country).subdivisions))


@cache
def public_holidays(country: Country, first: int, last: int) -> Calendar:
    """The holidays and make-up days of the years `first` to `last`. `country` is one that is known."""
    years = range(first, last + 1)
    english, chinese = _in_country(country, years, "en_US"), _in_country(country, years, "zh_CN")
    in_chinese = "zh_CN" in chinese.supported_languages
    return Calendar(
        holidays={
            day: Text(en=str(name), zh=str(chinese[day]) if in_chinese else "")
            for day, name in sorted(english.items())
            if day.year in years
        },
        # The library names those of other years, too.
        workdays={day: MAKE_UP for day in sorted(getattr(english, "weekend_workdays", ())) if day.year in years},
    )


def is_announced(country: Country, year: int) -> bool:
    """Whether the library can know all of a year: where work is moved to weekends, that is announced year by year."""
    found = _in_country(country, (), "en_US")
    moved = [known for known, days in getattr(found, "special_public_holidays", {}).items() if _moves_work(days)]
    return bool(found.start_year <= year <= found.end_year and (not moved or year <= max(moved)))


def _in_country(country: Country, years: Iterable[int], language: Literal["en_US", "zh_CN"]) -> Any:
    """The library's days; in the country's own language where it does not know `language`."""
    from holidays import country_holidays

    region = country.region or None
    return country_holidays(country.code, subdiv=region, years=list(years), expand=False, language=language)


def _moves_work(days: Any) -> bool:
    """Whether a year's table has a day off that is made up for on another day: (month, day, month, day …)."""
    rows = days if days and isinstance(days[0], tuple) else (days,)
    return any(len(row) >= 4 for row in rows)
