"""What is due when, for people."""

from datetime import date, time, timedelta

from hub.automation.model import Every, NotifyAction, RoundAction, Rule
from hub.automation.schedules.agenda import MOST_A_DAY, agenda, clock_change, deeds
from hub.core.calendar import Calendar
from hub.core.text import Text
from tests.automation.schedules import BERLIN, SHANGHAI, daily, rule_of, utc

FREE_FRIDAY = Calendar(holidays={date(2026, 1, 9): Text(en="Anniversary", zh="厂庆")})
ROUND = Rule(
    id="round",
    title=Text(en="Weekly round", zh="每周检查"),
    file="rules/x.toml",
    digest="d",
    clause="2.4",
    every=Every(weekdays=("fri",), at=(time(8, 30),)),
    do=(RoundAction(kind="technical", due_in_s=3600), NotifyAction(to="duty")),
)


def test_days_follow_one_another_with_what_is_due_on_them_and_what_is_special() -> None:
    rules = [rule_of(daily("18:00"), rule="evening"), ROUND]
    days = agenda(rules, SHANGHAI, FREE_FRIDAY, utc("2026-01-08T04:00"), utc("2026-01-10T04:00"))
    assert [(day.day.day, day.special.zh, [item.rule for item in day.items]) for day in days] == [
        (8, "", ["evening"]),
        (9, "厂庆", ["round", "evening"]),
    ]
    item = days[1].items[0]
    assert (item.title.zh, item.clause, item.due_at, item.until_at, item.times) == (
        "每周检查",
        "2.4",
        utc("2026-01-09T00:30"),
        utc("2026-01-09T00:30"),
        1,
    )
    assert item.does == deeds(ROUND)
    assert "technical" in item.does.en
    assert "duty" in item.does.zh


def test_nothing_before_or_after_the_span_is_due() -> None:
    half_past = utc("2026-01-09T00:30")
    assert agenda([ROUND], SHANGHAI, Calendar(), half_past, half_past + timedelta(days=6)) == []
    assert len(agenda([ROUND], SHANGHAI, Calendar(), half_past - timedelta(seconds=1), half_past)) == 1
    without = Rule(id="x", title=Text(en="X"), file="f", digest="d", on=("signal.lost",))
    assert agenda([without], SHANGHAI, Calendar(), half_past, half_past + timedelta(days=90)) == []


def test_an_instant_that_is_put_off_is_shown_as_the_time_it_lies_in() -> None:
    rule = rule_of(Every(interval_s=7200, between=(time(22), time(6)), jitter_s=1800))
    (day, *_) = agenda([rule], SHANGHAI, Calendar(), utc("2026-01-08T04:00"), utc("2026-01-09T04:00"))
    (item,) = day.items
    assert (item.due_at, item.until_at) == (utc("2026-01-08T14:00"), utc("2026-01-08T14:30"))


def test_what_comes_due_all_the_time_is_told_once_a_day() -> None:
    rule = rule_of(Every(interval_s=600))
    days = agenda([rule], SHANGHAI, Calendar(), utc("2026-01-08T16:00") - timedelta(seconds=1), utc("2026-01-10T15:59"))
    assert [(len(day.items), day.items[0].times) for day in days] == [(1, 144), (1, 144)]
    hourly = rule_of(Every(interval_s=3600))
    (today, *_) = agenda([hourly], SHANGHAI, Calendar(), utc("2026-01-08T15:59"), utc("2026-01-09T15:59"))
    assert len(today.items) == MOST_A_DAY


def test_days_on_which_the_clocks_change_are_marked() -> None:
    days = agenda([rule_of(daily("02:30"))], BERLIN, Calendar(), utc("2026-10-23T12:00"), utc("2026-10-26T12:00"))
    assert [day.clocks.en for day in days] == ["", "clocks go back 1 h", ""]
    assert clock_change(date(2026, 3, 29), BERLIN) == Text(en="clocks go forward 1 h", zh="时钟拨快1小时")
    assert not clock_change(date(2026, 3, 29), SHANGHAI)
