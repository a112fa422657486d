"""The site's calendar, `rules/calendar.toml`: from TOML to days that are told apart, or to every problem at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema

from hub.config.beside.public_holidays import MAKE_UP, Country, is_announced, public_holidays, regions_of
from hub.config.explain import explain
from hub.config.mistakes import mistake
from hub.config.problems import Problem, errors_of, in_order, suggestion
from hub.config.read import read_text
from hub.config.tables import Table, Words
from hub.config.toml import Document, Path, parse_toml
from hub.core.calendar import WEEKDAYS, Calendar, Weekday, is_worked
from hub.core.saying import saying
from hub.core.text import Text

FILE = "rules/calendar.toml"

_YEARS_BACK, _YEARS_AHEAD = 1, 6
"""The years around today for which the library is asked."""
_SOON = timedelta(days=60)
"""How long before a year begins its holidays should be known."""
_LONGEST = 60
_MOST_DAYS = 2000
_WEEKDAYS = (
    *(saying("Monday"), saying("Tuesday"), saying("Wednesday"), saying("Thursday"), saying("Friday")),
    *(saying("Saturday"), saying("Sunday")),
)
_UNNAMED = Text(en="Holiday", zh="休息日")


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise mistake(saying("expected a day without quotes, such as 2026-10-01"))


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class HolidayTable(Table):
    """A day that is free, or several in a row: `date`, or `from` and `to`."""

    date: Day | None = Field(default=None, title="Day", description="The day, such as 2026-10-01.")
    from_: Day | None = Field(default=None, alias="from", title="From", description="The first of several days.")
    to: Day | None = Field(default=None, title="To", description="The last of several days.")
    name: Words | None = Field(default=None, title="Name", description="What the day is called.")


class WorkdayTable(Table):
    """A make-up day (调休): it is worked though it is a weekend or a holiday."""

    date: Day = Field(title="Day", description="The day, such as 2026-10-10.")
    name: Words | None = Field(default=None, title="Name", description="What it is worked for.")


class CalendarTable(Table):
    """Which days are worked. What stands here goes before what the library of public holidays says."""

    country: str = Field(
        default="",
        title="Country",
        description="Its public holidays and make-up days are known without being written here, such as `CN`.",
        max_length=60,
    )
    region: str = Field(
        default="",
        title="Region",
        description="State or province with holidays of its own, such as `BE`.",
        max_length=60,
    )
    rest: list[Weekday] = Field(
        default=["sat", "sun"], title="Rest days", description="The weekdays that are free.", max_length=7
    )
    holiday: list[HolidayTable] = Field(
        default=[], title="Holidays", description="Days that are free.", max_length=1000
    )
    workday: list[WorkdayTable] = Field(
        default=[], title="Make-up days", description="Days that are worked.", max_length=1000
    )


def load_calendar(folder: FilePath, today: date) -> tuple[Calendar | None, list[Problem]]:
    """The calendar of the site in `folder`, with problems; an ordinary one when there is no file. Never raises.

    None when the file cannot be used. `today` decides for which years the library is asked.
    """
    path = folder / FILE
    if not path.exists():
        return Calendar(), []
    text, problems = read_text(path, FILE)
    return (None, problems) if problems else parse_calendar(text, FILE, today)


def parse_calendar(text: str, file: str, today: date) -> tuple[Calendar | None, list[Problem]]:
    """The calendar that `text` says, and every problem of the file in its order. Never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    try:
        table = CalendarTable.model_validate(document.data)
    except ValidationError as error:
        return None, in_order([*problems, *explain(error, document, (), CalendarTable)])
    problems += _country_problems(document, table)
    days = _Days(document)
    holidays = {day: name for index, item in enumerate(table.holiday) for day, name in days.of_holiday(index, item)}
    workdays = {day: name for index, item in enumerate(table.workday) for day, name in days.of_workday(index, item)}
    problems += days.problems
    if errors_of(problems):
        return None, in_order(problems)
    country = Country(table.country, table.region)
    known = _public(country, today)
    calendar = Calendar(
        rest=tuple(day for day in WEEKDAYS if day in table.rest),
        holidays=_sorted({**{d: n for d, n in known.holidays.items() if d not in workdays}, **holidays}),
        workdays=_sorted({**{d: n for d, n in known.workdays.items() if d not in holidays}, **workdays}),
    )
    problems += _idle(document, table, Calendar(rest=calendar.rest, holidays={**known.holidays, **holidays}))
    problems += _unknown_years(document, country, {day.year for day in (*holidays, *workdays)}, today)
    return calendar, in_order(problems)


def _sorted(days: Mapping[date, Text]) -> dict[date, Text]:
    return dict(sorted(days.items()))


def _public(country: Country, today: date) -> Calendar:
    if not country.code:
        return Calendar()
    return public_holidays(country, today.year - _YEARS_BACK, today.year + _YEARS_AHEAD)


def _country_problems(document: Document, table: CalendarTable) -> Iterator[Problem]:
    regions = regions_of(table.country) if table.country else ()
    if regions is None:
        hint = saying("Use the two letters of ISO 3166, such as `CN`; without a country, write every holiday here.")
        yield document.problem(
            ("country",), saying("no holidays are known of {country!r}", country=table.country), hint
        )
    elif table.region and not table.country:
        yield document.problem(
            ("region",), saying("a region is part of a country"), saying('Write `country = "DE"` before it.')
        )
    elif table.region and table.region not in regions:
        hint = suggestion(table.region, regions, of=saying("regions"))
        yield document.problem(
            ("region",),
            saying("no region {region!r} of {country} is known", region=table.region, country=table.country),
            hint,
        )


class _Days:
    """Gathers the days that a file names, each once."""

    def __init__(self, document: Document) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._seen: dict[date, Path] = {}

    def of_holiday(self, index: int, item: HolidayTable) -> Iterator[tuple[date, Text]]:
        path: Path = ("holiday", index)
        name = item.name.text() if item.name is not None else _UNNAMED
        if item.date is not None and item.from_ is None and item.to is None:
            yield from self._take((*path, "date"), [item.date], name)
        elif item.date is not None or item.from_ is None or item.to is None:
            message = saying("expected either `date`, or `from` and `to`")
            self.problems.append(self._document.problem(path, message, saying("Both ends belong to the holiday.")))
        elif item.to < item.from_:
            message = saying("{last} is before the first day, {first}", last=item.to, first=item.from_)
            self.problems.append(self._document.problem((*path, "to"), message))
        elif (item.to - item.from_).days >= _LONGEST:
            message = saying(
                "expected at most {most} days, found {days}",
                most=_LONGEST,
                days=(item.to - item.from_).days + 1,
            )
            self.problems.append(self._document.problem((*path, "to"), message, saying("Is the year right?")))
        else:
            days = [item.from_ + timedelta(days=number) for number in range((item.to - item.from_).days + 1)]
            yield from self._take((*path, "from"), days, name)

    def of_workday(self, index: int, item: WorkdayTable) -> Iterator[tuple[date, Text]]:
        name = item.name.text() if item.name is not None else MAKE_UP
        yield from self._take(("workday", index, "date"), [item.date], name)

    def _take(self, path: Path, days: Sequence[date], name: Text) -> Iterator[tuple[date, Text]]:
        for day in days:
            if day in self._seen:
                line = self._document.position(self._seen[day]).line
                self.problems.append(
                    self._document.problem(
                        path, saying("{day} is named twice", day=day), saying("It is on line {line}, too.", line=line)
                    )
                )
            elif len(self._seen) >= _MOST_DAYS:
                self.problems.append(
                    self._document.problem(
                        path,
                        saying("more than {most} days", most=_MOST_DAYS),
                        saying("Leave out past years."),
                    )
                )
                return
            else:
                self._seen[day] = path
                yield day, name


def _idle(document: Document, table: CalendarTable, without: Calendar) -> Iterator[Problem]:
    """Make-up days that change nothing: a slip of the year or the month, most likely."""
    for index, item in enumerate(table.workday):
        if is_worked(without, item.date):
            message = saying(
                "{date} is a {weekday}, which is worked anyway", date=item.date, weekday=_WEEKDAYS[item.date.weekday()]
            )
            yield document.problem(("workday", index, "date"), message, saying("Is the year right?"), level="warning")


def _unknown_years(document: Document, country: Country, said: set[int], today: date) -> Iterator[Problem]:
    for year in sorted({today.year, (today + _SOON).year}):
        if country.code and year not in said and not is_announced(country, year):
            yield document.problem(
                ("country",),
                saying("not all holidays and make-up days of {year} are known yet", year=year),
                saying("Write them here as [[holiday]] and [[workday]] when they are announced."),
                level="warning",
            )
