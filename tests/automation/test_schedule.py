"""`every` in words, and what is wrong with it."""

from datetime import UTC, date, time

import pytest

from hub.automation.model import Every
from hub.automation.schedules.schedule import MOST_TIMES, describe, duration, validate

HALF_PAST_EIGHT = (time(8, 30),)


@pytest.mark.parametrize(
    ("every", "en", "zh"),
    [
        (Every(at=HALF_PAST_EIGHT), "every day at 08:30", "每天 08:30"),
        (Every(weekdays=("mon",), at=HALF_PAST_EIGHT), "every Monday at 08:30", "每周一 08:30"),
        (
            Every(weekdays=("fri", "mon"), at=(time(17), time(8, 30, 15))),
            "every Monday and Friday at 08:30:15 and 17:00",
            "每周一、五 08:30:15、17:00",
        ),
        (
            Every(days=(1, 22, 13, -1), at=HALF_PAST_EIGHT),
            "on the 1st, 13th, 22nd and last day of every month at 08:30",
            "每月1日、13日、22日、最后一天 08:30",
        ),
        (
            Every(days=(1,), weekdays=("mon",), at=HALF_PAST_EIGHT),
            "every Monday that is the 1st day of the month at 08:30",
            "每月1日且为周一时 08:30",
        ),
        (Every(only="workdays", at=HALF_PAST_EIGHT), "on workdays at 08:30", "工作日 08:30"),
        (
            Every(days=(-1,), only="workdays", at=HALF_PAST_EIGHT),
            "on the last day of every month if it is a workday at 08:30",
            "每月最后一天（仅工作日） 08:30",
        ),
        (
            Every(weekdays=("sat",), only="holidays", at=HALF_PAST_EIGHT),
            "every Saturday if it is a day off at 08:30",
            "每周六（仅休息日） 08:30",
        ),
        (
            Every(nth=((1, "mon"),), at=HALF_PAST_EIGHT),
            "on the first Monday of every month at 08:30",
            "每月第一个周一 08:30",
        ),
        (
            Every(nth=((-1, "fri"),), months=(1, 7), at=HALF_PAST_EIGHT),
            "on the last Friday of January and July at 08:30",
            "1月、7月最后一个周五 08:30",
        ),
        (Every(weekdays=("mon",), months=(6,), at=HALF_PAST_EIGHT), "every Monday in June at 08:30", "6月每周一 08:30"),
        (Every(days=(1,), months=(1,), at=HALF_PAST_EIGHT), "on the 1st day of January at 08:30", "1月1日 08:30"),
        (Every(months=(6,), at=HALF_PAST_EIGHT), "every day in June at 08:30", "6月每天 08:30"),
        (
            Every(weekdays=("mon", "thu"), weeks=2, since=date(2026, 1, 5), at=HALF_PAST_EIGHT),
            "every 2 weeks on Monday and Thursday from 2026-01-05 on at 08:30",
            "自2026-01-05起每2周的周一、四 08:30",
        ),
        (
            Every(weeks=2, since=date(2026, 1, 7), at=HALF_PAST_EIGHT),
            "every 2 weeks on Wednesday from 2026-01-07 on at 08:30",
            "自2026-01-07起每2周的周三 08:30",
        ),
        (Every(interval_s=7200, between=(time(8), time(20))), "every 2 h from 08:00 to 20:00", "08:00至20:00每2小时"),
        (
            Every(interval_s=5400, between=(time(22), time(6)), only="workdays", jitter_s=600),
            "every 1 h 30 min from 22:00 to 06:00, on workdays, put off by up to 10 min",
            "工作日 22:00至06:00每1小时30分钟，随机推迟最多10分钟",
        ),
        (Every(interval_s=3600, weekdays=("sat",)), "every 1 h, every Saturday", "每周六 每1小时"),
        (Every(interval_s=900), "every 15 min", "每15分钟"),
        (Every(interval_s=5400), "every 1 h 30 min", "每1小时30分钟"),
    ],
)
def test_a_schedule_reads_well_in_both_languages(every: Every, en: str, zh: str) -> None:
    assert validate(every) == []
    assert (describe(every).en, describe(every).zh) == (en, zh)


@pytest.mark.parametrize(
    ("every", "keys"),
    [
        (Every(), ["at"]),
        (Every(weekdays=("mon",)), ["at"]),
        (Every(interval_s=60, at=HALF_PAST_EIGHT), ["interval_s"]),
        (Every(interval_s=2 * 86400.0, weekdays=("mon",)), ["interval_s"]),
        (Every(interval_s=3600, between=(time(22), time(22, 30))), ["interval_s"]),
        (Every(interval_s=3600, between=(time(22), time(22))), ["between"]),
        (Every(at=HALF_PAST_EIGHT, between=(time(8), time(20))), ["between"]),
        (Every(at=HALF_PAST_EIGHT, months=(0, 13)), ["months", "months"]),
        (Every(at=HALF_PAST_EIGHT, nth=((6, "mon"), (0, "fri"))), ["nth", "nth"]),
        (Every(at=HALF_PAST_EIGHT, weeks=0), ["weeks"]),
        (Every(at=HALF_PAST_EIGHT, weeks=2), ["weeks"]),
        (Every(at=HALF_PAST_EIGHT, jitter_s=-1), ["jitter_s"]),
        (Every(at=HALF_PAST_EIGHT, jitter_s=13 * 3600.0), ["jitter_s"]),
        (Every(interval_s=600, jitter_s=900), ["jitter_s"]),
        (Every(at=HALF_PAST_EIGHT, days=(31,), months=(2,)), ["days"]),
        (Every(at=HALF_PAST_EIGHT, days=(13,), nth=((1, "fri"),)), ["days"]),
        (Every(interval_s=9.9), ["interval_s"]),
        (Every(interval_s=-1), ["interval_s"]),
        (Every(interval_s=float("nan")), ["interval_s"]),
        (Every(interval_s=400 * 86400.0), ["interval_s"]),
        (Every(at=(time(8, tzinfo=UTC),)), ["at"]),
        (Every(at=(time(8, 0, 0, 5),)), ["at"]),
        (Every(at=(time(8), time(8))), ["at"]),
        (Every(at=tuple(time(n // 60, n % 60) for n in range(MOST_TIMES + 1))), ["at"]),
        (Every(at=HALF_PAST_EIGHT, weekdays=("monday",)), ["weekdays"]),  # type: ignore[arg-type]
        (Every(at=HALF_PAST_EIGHT, weekdays=("mon", "mon")), ["weekdays"]),
        (Every(at=HALF_PAST_EIGHT, days=(0, 32, -2)), ["days", "days", "days"]),
    ],
)
def test_what_is_wrong_with_a_schedule_is_told_by_key(every: Every, keys: list[str]) -> None:
    problems = validate(every)
    assert [problem.key for problem in problems] == keys
    assert all(problem.message for problem in problems)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0.4, "0.4 s", "0.4秒"),
        (20, "20 s", "20秒"),
        (90, "1 min 30 s", "1分钟30秒"),
        (259200, "3 d", "3天"),
        (90061, "1 d 1 h", "1天1小时"),
    ],
)
def test_lengths_of_time_are_told_in_two_units(seconds: float, en: str, zh: str) -> None:
    assert (duration(seconds).en, duration(seconds).zh) == (en, zh)
