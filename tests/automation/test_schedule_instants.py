"""The instants of schedules: on which days, at what time, and what the clock changes of the zone do to them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.automation.model import Every
from hub.automation.schedules.days import days_from
from hub.automation.schedules.instants import Plan, fires, newest
from hub.automation.schedules.schedule import validate
from hub.clock import SystemClock
from hub.core.calendar import WEEKDAYS, Calendar, Weekday
from hub.core.text import Text
from hub.core.walltime import instant_of
from tests.automation.schedules import (
    BEGINNINGS,
    BERLIN,
    CALENDARS,
    LORD_HOWE,
    SHANGHAI,
    UTC_ZONE,
    daily,
    everies,
    naive,
    utc,
)

MONDAY = Every(weekdays=("mon",), at=(time(8, 30),))
MORNING = (time(8, 30),)
CHINA_IN_FEBRUARY = Calendar(
    holidays={date(2026, 2, day): Text(en="Spring Festival", zh="春节") for day in (16, 17, 18, 19, 20, 23)},
    workdays={date(2026, 2, day): Text(en="Make-up day", zh="调休上班") for day in (14, 28)},
)


def due(every: Every, zone: ZoneInfo, after: str, until: str, calendar: Calendar = Calendar()) -> list[datetime]:
    return fires(Plan(every, zone, calendar), utc(after), utc(until), 1000)


def local(every: Every, zone: ZoneInfo, after: str, until: str, calendar: Calendar = Calendar()) -> list[str]:
    return [f"{at.astimezone(zone):%m-%d %H:%M}" for at in due(every, zone, after, until, calendar)]


# --- days and times


def test_the_weekly_example_comes_due_on_mondays_at_half_past_eight_local_time() -> None:
    found = due(MONDAY, SHANGHAI, "2026-01-01", "2026-01-20")
    assert found == [utc("2026-01-05T00:30"), utc("2026-01-12T00:30"), utc("2026-01-19T00:30")]


def test_the_range_leaves_out_its_start_and_takes_in_its_end() -> None:
    assert due(MONDAY, SHANGHAI, "2026-01-05T00:30", "2026-01-12T00:30") == [utc("2026-01-12T00:30")]


def test_the_limit_ends_the_walk() -> None:
    assert len(fires(Plan(Every(interval_s=10), UTC_ZONE), utc("2026-01-01"), utc("2027-01-01"), 7)) == 7


@pytest.mark.parametrize(("weekday", "day"), list(zip(WEEKDAYS, range(5, 12), strict=True)))
def test_weekday_names_mean_what_they_say(weekday: Weekday, day: int) -> None:
    every = Every(weekdays=(weekday,), at=(time(12),))
    assert due(every, UTC_ZONE, "2026-01-05", "2026-01-12") == [datetime(2026, 1, day, 12, tzinfo=UTC)]


def test_several_times_on_several_days_are_all_due_and_in_order() -> None:
    every = Every(weekdays=("fri", "mon"), at=(time(17, 0), time(8, 30)))
    found = local(every, UTC_ZONE, "2026-01-05", "2026-01-12")
    assert found == ["01-05 08:30", "01-05 17:00", "01-09 08:30", "01-09 17:00"]


def test_days_of_the_month_with_the_last_one() -> None:
    every = Every(days=(15, -1), at=(time(6),))
    found = [at.day for at in due(every, UTC_ZONE, "2028-01-01", "2028-03-31T23:00")]
    assert found == [15, 31, 15, 29, 15, 31]


def test_the_last_day_of_the_month_is_the_local_one() -> None:
    every = Every(days=(-1,), at=(time(23, 30),))
    found = local(every, BERLIN, "2026-01-01", "2026-04-30T23:00")
    assert found == ["01-31 23:30", "02-28 23:30", "03-31 23:30", "04-30 23:30"]


def test_a_month_without_that_day_is_passed_over() -> None:
    found = [at.month for at in due(Every(days=(31,), at=(time(6),)), UTC_ZONE, "2026-01-01", "2026-06-01")]
    assert found == [1, 3, 5]


def test_weekday_and_day_of_the_month_must_both_match() -> None:
    every = Every(weekdays=("mon",), days=(1,), at=(time(6),))
    assert due(every, UTC_ZONE, "2026-01-01", "2027-01-01") == [utc("2026-06-01T06:00")]


def test_months_and_places_in_the_month() -> None:
    first_monday = Every(nth=((1, "mon"),), months=(1, 7), at=MORNING)
    last_friday = Every(nth=((-1, "fri"),), at=MORNING)
    assert local(first_monday, UTC_ZONE, "2026-01-01", "2026-12-31") == ["01-05 08:30", "07-06 08:30"]
    assert local(last_friday, UTC_ZONE, "2026-01-01", "2026-04-01") == ["01-30 08:30", "02-27 08:30", "03-27 08:30"]


def test_a_leap_day_on_a_monday_is_found_across_decades() -> None:
    every = Every(days=(29,), months=(2,), weekdays=("mon",), at=MORNING)
    assert due(every, UTC_ZONE, "2026-01-01", "2053-01-01") == [utc("2044-02-29T08:30")]


def test_every_two_weeks_from_a_date_goes_on_over_the_new_year() -> None:
    every = Every(weekdays=("mon", "thu"), weeks=2, since=date(2026, 12, 9), at=MORNING)
    found = local(every, SHANGHAI, "2026-11-01", "2027-01-20")
    # The 9th is a Wednesday: its week's Monday is over, and the week of the year (53, then 1) does not count.
    assert found == ["12-10 08:30", "12-21 08:30", "12-24 08:30", "01-04 08:30", "01-07 08:30", "01-18 08:30"]


def test_every_so_many_weeks_without_a_weekday_is_on_the_weekday_of_the_date() -> None:
    every = Every(weeks=3, since=date(2026, 12, 9), at=MORNING)
    assert local(every, SHANGHAI, "2026-11-01", "2027-02-01") == ["12-09 08:30", "12-30 08:30", "01-20 08:30"]


# --- workdays


def test_a_make_up_saturday_is_a_workday_and_a_public_holiday_is_none() -> None:
    every = Every(only="workdays", at=MORNING)
    found = local(every, SHANGHAI, "2026-02-12", "2026-03-01T12:00", CHINA_IN_FEBRUARY)
    days = [each.partition(" ")[0] for each in found]
    assert "02-14" in days, "a make-up Saturday"
    assert not {"02-15", "02-16", "02-17", "02-18", "02-19", "02-20", "02-21", "02-22", "02-23"} & set(days)
    assert days == ["02-12", "02-13", "02-14", "02-24", "02-25", "02-26", "02-27", "02-28"]


def test_days_off_are_all_the_others() -> None:
    every = Every(only="holidays", at=MORNING)
    found = local(every, SHANGHAI, "2026-02-12T12:00", "2026-03-01T12:00", CHINA_IN_FEBRUARY)
    assert [each[3:5] for each in found] == ["15", "16", "17", "18", "19", "20", "21", "22", "23", "01"]


# --- intervals


def test_intervals_are_counted_from_a_fixed_instant_so_that_a_restart_does_not_shift_them() -> None:
    found = due(Every(interval_s=900), BERLIN, "2026-01-05T10:07:11", "2026-01-05T10:31")
    assert found == [utc("2026-01-05T10:15"), utc("2026-01-05T10:30")]


def test_a_part_of_the_day_begins_its_interval_anew_and_leaves_out_its_end() -> None:
    every = Every(interval_s=5400, between=(time(8), time(12, 30)))
    found = local(every, BERLIN, "2026-01-05", "2026-01-06T09:00")
    assert found == ["01-05 08:00", "01-05 09:30", "01-05 11:00", "01-06 08:00", "01-06 09:30"]


def test_a_part_of_the_day_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    every = Every(interval_s=7200, between=(time(22), time(6)), weekdays=("fri",))
    night = ["01-09 22:00", "01-10 00:00", "01-10 02:00", "01-10 04:00"]
    assert local(every, SHANGHAI, "2026-01-05", "2026-01-12") == night
    assert local(every, SHANGHAI, "2026-01-09T17:30", "2026-01-12") == night[2:], "begun in the middle of the night"


@pytest.mark.parametrize(
    ("begin", "hours"), [("2026-03-28T12:00", 7), ("2026-10-24T12:00", 9), ("2026-06-06T12:00", 8)]
)
def test_a_night_in_which_the_clocks_change_has_as_many_hours_as_it_really_has(begin: str, hours: int) -> None:
    every = Every(interval_s=3600, between=(time(22), time(6)))
    found = fires(Plan(every, BERLIN), utc(begin), utc(begin) + timedelta(hours=22), 100)
    assert len(found) == hours
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(hours=1)}


def test_an_interval_on_some_days_only_begins_at_their_midnight() -> None:
    every = Every(interval_s=6 * 3600, weekdays=("sat",))
    found = local(every, SHANGHAI, "2026-01-05", "2026-01-12")
    assert found == ["01-10 00:00", "01-10 06:00", "01-10 12:00", "01-10 18:00"]


# --- clock changes


def test_in_berlin_a_time_that_spring_leaves_out_is_due_when_the_clocks_jump_past_it() -> None:
    found = due(daily("02:30"), BERLIN, "2026-03-27T12:00", "2026-03-30T12:00")
    assert found == [utc("2026-03-28T01:30"), utc("2026-03-29T01:00"), utc("2026-03-30T00:30")]


def test_in_berlin_a_time_that_autumn_repeats_is_due_once_the_first_time() -> None:
    found = due(daily("02:30"), BERLIN, "2026-10-24T12:00", "2026-10-26T12:00")
    assert found == [utc("2026-10-25T00:30"), utc("2026-10-26T01:30")]


def test_two_times_within_the_hour_left_out_are_due_together_once() -> None:
    found = due(daily("02:10", "02:50", "03:00", "03:10"), BERLIN, "2026-03-29", "2026-03-29T02:00")
    assert found == [utc("2026-03-29T01:00"), utc("2026-03-29T01:10")]


def test_asked_within_the_repeated_hour_the_second_pass_is_not_due() -> None:
    for after in ("2026-10-25T00:40", "2026-10-25T01:10"):
        assert due(daily("02:30"), BERLIN, after, "2026-10-26T12:00") == [utc("2026-10-26T01:30")]


def test_shanghai_has_no_clock_change() -> None:
    found = due(daily("02:30"), SHANGHAI, "2026-01-01", "2027-01-01")
    assert len(found) == 365
    assert {at.strftime("%H:%M") for at in found} == {"18:30"}


def test_half_an_hour_of_change_and_a_day_left_out_are_understood() -> None:
    assert due(daily("02:15"), LORD_HOWE, "2026-10-03T12:00", "2026-10-03T20:00") == [utc("2026-10-03T15:30")]
    samoa = due(daily("08:30"), ZoneInfo("Pacific/Apia"), "2011-12-29T20:00", "2011-12-31T12:00")
    assert samoa == [utc("2011-12-30T10:00"), utc("2011-12-30T18:30")], "the 30th was left out as a whole"


@settings(max_examples=150, deadline=None)
@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    times=st.lists(st.times().map(lambda t: t.replace(microsecond=0)), min_size=1, max_size=4, unique=True),
    zone=st.sampled_from([BERLIN, SHANGHAI, LORD_HOWE, ZoneInfo("America/New_York"), UTC_ZONE]),
    cut_h=st.integers(1, 200),
)
def test_every_day_has_each_time_once_and_the_walk_may_begin_anywhere(
    start: datetime, times: list[time], zone: ZoneInfo, cut_h: int
) -> None:
    begin, plan = start.replace(tzinfo=UTC), Plan(Every(at=tuple(times)), zone)
    end = begin + timedelta(days=10)
    found = fires(plan, begin, end, 1000)
    local_days = [(begin.astimezone(zone) + timedelta(days=number)).date() for number in range(-2, 13)]
    wanted = {instant_of(datetime.combine(day, at), zone) for day in local_days for at in times}
    assert found == sorted(at for at in wanted if begin < at <= end)
    middle = begin + timedelta(hours=cut_h)
    assert found == fires(plan, begin, middle, 1000) + fires(plan, middle, end, 1000)


# --- all of it together


@settings(max_examples=40, deadline=None)
@given(every=everies(), zone=st.sampled_from([BERLIN, SHANGHAI]), calendar=CALENDARS, begin=BEGINNINGS)
def test_schedules_of_every_kind_come_due_as_a_look_at_the_clock_every_minute_would_have_it(
    every: Every, zone: ZoneInfo, calendar: Calendar, begin: datetime
) -> None:
    assume(not validate(every))
    plan = Plan(every, zone, calendar)
    until = begin + timedelta(days=3)
    found = fires(plan, begin, until, 100_000)
    assert found == naive(plan, begin, until)
    assert newest(plan, begin, until, 5) == found[-5:], "walked from the other end"
    assert newest(plan, begin, until, 100_000) == found


def test_a_schedule_that_never_comes_due_gives_nothing_and_says_so() -> None:
    every = Every(days=(31,), months=(2,), at=MORNING)
    assert next(days_from(every, date(2026, 1, 1), Calendar()), None) is None
    assert [problem.key for problem in validate(every)] == ["days"]
    assert fires(Plan(every, BERLIN), utc("2026-01-01"), utc("2090-01-01"), 1) == []
    assert newest(Plan(every, BERLIN), utc("2026-01-01"), utc("2027-01-01"), 1) == []


def test_the_ends_of_time_are_no_accident() -> None:
    last_days = datetime(9999, 12, 30, tzinfo=UTC)
    assert len(fires(Plan(daily("08:30"), UTC_ZONE), last_days, datetime(9999, 12, 31, 12, tzinfo=UTC), 9)) >= 1


def test_thirty_days_of_a_thousand_rules_are_worked_out_within_two_seconds() -> None:
    kinds = (
        daily("08:30"),
        MONDAY,
        Every(days=(1, -1), only="workdays", at=(time(9),)),
        Every(interval_s=7200, between=(time(22), time(6)), only="workdays"),
        Every(interval_s=6 * 3600.0),
    )
    plans = [Plan(kinds[number % 5], BERLIN, CHINA_IN_FEBRUARY) for number in range(1000)]
    begin = utc("2026-03-10")
    clock = SystemClock()
    began_s = clock.monotonic()
    count = sum(len(fires(plan, begin, begin + timedelta(days=30), 10_000)) for plan in plans)
    assert clock.monotonic() - began_s < 2
    assert count > 40_000
