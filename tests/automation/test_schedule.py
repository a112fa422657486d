"""`every` in words, and what is wrong with it."""

from datetime import UTC, time

import pytest

from hub.automation.model import Every
from hub.automation.schedule import MOST_TIMES, describe, duration, validate

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
        (Every(interval_s=60, weekdays=("mon",)), ["interval_s"]),
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
