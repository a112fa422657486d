"""rules/calendar.toml: the country's holidays as a start, what the file says before them, and every slip named."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config.beside.calendar_file import FILE, load_calendar, parse_calendar
from hub.config.beside.public_holidays import Country, is_announced, public_holidays, regions_of
from hub.config.problems import Problem, errors_of
from hub.core.calendar import Calendar, is_worked, name_of
from hub.core.text import Text

TODAY = date(2026, 6, 1)


def good(text: str, today: date = TODAY) -> Calendar:
    calendar, problems = parse_calendar(text, FILE, today)
    assert calendar is not None, problems
    return calendar


def problems_of(text: str, today: date = TODAY) -> list[Problem]:
    return parse_calendar(text, FILE, today)[1]


# --- which days are worked


def test_without_a_file_weekends_are_free_and_nothing_else(tmp_path: Path) -> None:
    calendar, problems = load_calendar(tmp_path, TODAY)
    assert (calendar, problems) == (Calendar(), [])
    assert calendar is not None
    assert [is_worked(calendar, date(2026, 1, 5) + timedelta(days=number)) for number in range(7)] == [True] * 5 + [
        False
    ] * 2


def test_a_country_brings_its_holidays_and_its_make_up_days_in_both_languages() -> None:
    china = good('country = "CN"')
    assert not is_worked(china, date(2026, 10, 1))
    assert name_of(china, date(2026, 10, 1)) == Text(en="National Day", zh="国庆节")
    assert not is_worked(china, date(2026, 10, 7)), "a Wednesday that is made up for"
    assert is_worked(china, date(2026, 10, 10)), "a Saturday that makes up for it"
    assert name_of(china, date(2026, 10, 10)).zh == "调休上班"
    assert not is_worked(china, date(2026, 10, 11))
    assert is_worked(china, date(2026, 10, 12))
    assert name_of(china, date(2026, 10, 12)) == Text(en="")


def test_a_region_has_holidays_of_its_own() -> None:
    women = date(2026, 3, 9)  # the 8th is a Sunday
    assert is_worked(good('country = "DE"\nregion = "BE"'), women)
    berlin, all_germany = good('country = "DE"\nregion = "BE"'), good('country = "DE"')
    assert date(2027, 3, 8) in berlin.holidays
    assert date(2027, 3, 8) not in all_germany.holidays


def test_what_the_file_says_goes_before_the_library() -> None:
    calendar = good(
        """
        country = "CN"
        [[holiday]]
        date = 2026-10-10
        name = { en = "Anniversary", zh = "厂庆" }
        [[holiday]]
        from = 2026-07-30
        to = 2026-08-02
        [[workday]]
        date = 2026-10-01
        name = "Audit"
        """
    )
    assert not is_worked(calendar, date(2026, 10, 10)), "the library's make-up day"
    assert is_worked(calendar, date(2026, 10, 1)), "the library's holiday"
    assert name_of(calendar, date(2026, 10, 1)) == Text(en="Audit")
    assert [is_worked(calendar, date(2026, 7, 29) + timedelta(days=number)) for number in range(6)] == [
        True,
        *[False] * 4,
        True,
    ]


def test_other_rest_days_and_none_at_all() -> None:
    friday = date(2026, 1, 9)
    assert not is_worked(good('rest = ["fri", "sat"]'), friday)
    assert is_worked(good("rest = []"), date(2026, 1, 11))


def test_a_year_that_the_library_does_not_know_is_a_warning_and_no_accident() -> None:
    (warning,) = problems_of('country = "CN"', date(2026, 12, 1))
    assert (warning.level, warning.line, warning.column) == ("warning", 1, 11)
    assert "2027" in str(warning.message)
    assert problems_of('country = "CN"', date(2026, 9, 1)) == [], "it is not time yet"
    assert problems_of('country = "CN"\n[[workday]]\ndate = 2027-02-20', date(2026, 12, 1)) == [], "the file says it"
    far = good('country = "CN"', date(2150, 1, 1))
    assert is_worked(far, date(2150, 1, 1))
    assert [problem.level for problem in problems_of('country = "CN"', date(2150, 1, 1))] == ["warning"]
    assert problems_of('country = "DE"', date(2030, 12, 1)) == []


@pytest.mark.parametrize("code", ["CN", "TW", "DE", "US", "JP", "HU", "VN"])
def test_every_day_of_the_library_is_of_the_years_asked_for_and_has_a_name(code: str) -> None:
    assert regions_of(code) is not None
    calendar = public_holidays(Country(code), 2025, 2027)
    assert {day.year for day in calendar.holidays} == {2025, 2026, 2027}
    assert {day.year for day in calendar.workdays} <= {2025, 2026, 2027}
    assert all(name.en for name in calendar.holidays.values())
    assert is_announced(Country(code), 2025)


def test_a_calendar_on_record_reads_back_as_it_was() -> None:
    calendar = good('country = "CN"')
    assert msgspec.json.decode(msgspec.json.encode(calendar), type=Calendar) == calendar


def test_the_library_is_loaded_only_where_a_country_is_named() -> None:
    code = (
        "import sys, json, datetime, hub.runtime.parts\n"
        "from hub.config.beside.calendar_file import parse_calendar\n"
        "parse_calendar('rest = [\"sun\"]', 'f', datetime.date(2026, 1, 1))\n"
        "print(json.dumps('holidays' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) is False


# --- problems


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('country = "CHN"', (1, 11), ("CHN", "`CN`")),
        ('country = "XX"', (1, 11), ("XX",)),
        ('region = "BE"', (1, 10), ("country",)),
        ('country = "DE"\nregion = "XX"', (2, 10), ("XX", "BE")),
        ('rest = ["sat", "sonntag"]', (1, 16), ("sonntag", "sun")),
        ('[[holiday]]\ndate = "2026-01-01"', (2, 8), ("without quotes",)),
        ("[[holiday]]\ndate = 2026-01-01T00:00:00", (2, 8), ("without quotes",)),
        ("[[holiday]]\nfrom = 2026-01-03\nto = 2026-01-01", (3, 6), ("before the first",)),
        ("[[holiday]]\nfrom = 2026-01-01\nto = 2026-12-31", (3, 6), ("60 days", "365")),
        ('[[holiday]]\nname = "x"', (1, 3), ("`date`", "`from` and `to`")),
        ("[[holiday]]\ndate = 2026-01-01\nto = 2026-01-02", (1, 3), ("`date`", "`from` and `to`")),
        ("[[holiday]]\ndate = 2026-01-01\n[[workday]]\ndate = 2026-01-01", (4, 8), ("twice", "line 2")),
        ("holidays = 1", (1, 1), ("unknown key", "holiday")),
        ("[[workday]]\nday = 2026-01-01", (2, 1), ("unknown key", "date")),
        ("[[workday]]\ndate = 2026-13-01", (2, 12), ()),
    ],
)
def test_every_slip_is_named_with_its_place_and_the_way_out(
    text: str, place: tuple[int, int], words: tuple[str, ...]
) -> None:
    calendar, problems = parse_calendar(text, FILE, TODAY)
    assert calendar is None
    at = [problem for problem in errors_of(problems) if (problem.line, problem.column) == place]
    assert at, [str(problem) for problem in problems]
    said = str(at[0])
    assert said.startswith(f"{FILE}:{place[0]}:{place[1]}: ")
    assert all(word in said for word in words), said


def test_a_make_up_day_that_changes_nothing_is_doubted() -> None:
    (warning,) = problems_of("[[workday]]\ndate = 2026-06-03")
    assert (warning.level, warning.line) == ("warning", 2)
    assert "Wednesday" in str(warning.message)
    assert problems_of('country = "CN"\n[[workday]]\ndate = 2026-10-01') == [], "a holiday that is worked"


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    calendar, problems = load_calendar(tmp_path, TODAY)
    assert calendar is None
    assert [problem.file for problem in problems] == [FILE]


@settings(max_examples=80, deadline=None)
@given(
    holidays=st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=12),
    workdays=st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=12),
    country=st.sampled_from(["", "CN", "DE"]),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
def test_a_day_of_the_file_is_always_what_the_file_says(
    holidays: set[date], workdays: set[date], country: str, day: date
) -> None:
    lines = [f'country = "{country}"'] if country else []
    lines += [f"[[holiday]]\ndate = {each}" for each in sorted(holidays - workdays)]
    lines += [f"[[workday]]\ndate = {each}" for each in sorted(workdays)]
    calendar = good("\n".join(lines))
    assert all(is_worked(calendar, each) for each in workdays)
    assert not any(is_worked(calendar, each) for each in holidays - workdays)
    if not country and day not in holidays | workdays:
        assert is_worked(calendar, day) == (day.weekday() < 5)
