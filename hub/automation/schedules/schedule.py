"""What is wrong with an `every`, and what it says in words. Pure; no clock."""

from collections.abc import Iterator
from datetime import date, time

import msgspec

from hub.automation.model import Every
from hub.automation.schedules.days import days_from
from hub.core import calendar
from hub.core.durations import duration as duration
from hub.core.saying import NOTHING, Saying, saying
from hub.core.text import Text

SHORTEST_S = 10.0
"""The shortest interval of an `every`, seconds."""
LONGEST_S = 366 * 86400.0
"""The longest interval of an `every`, seconds."""
MOST_TIMES = 48
"""How many times of day one `every` may have."""
MOST_WEEKS = 52
"""The longest step of `weeks`."""
LONGEST_JITTER_S = 12 * 3600.0
"""The longest `jitter_s`, seconds."""

WEEKDAYS = calendar.WEEKDAYS
_DAY_S = 86400.0
_DAY_NAMES = dict(
    zip(
        WEEKDAYS,
        (
            ("Monday", "一"),
            ("Tuesday", "二"),
            ("Wednesday", "三"),
            ("Thursday", "四"),
            ("Friday", "五"),
            ("Saturday", "六"),
            ("Sunday", "日"),
        ),
        strict=True,
    )
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PLACES = {
    1: ("first", "第一个"),
    2: ("second", "第二个"),
    3: ("third", "第三个"),
    4: ("fourth", "第四个"),
    5: ("fifth", "第五个"),
    -1: ("last", "最后一个"),
}
_ANY_DAY = date(2001, 1, 1)


class EveryProblem(msgspec.Struct, frozen=True):
    """One thing wrong with an `every`; `key` is the field of `Every` it is about."""

    key: str
    message: Saying
    hint: Saying = NOTHING


def validate(every: Every) -> list[EveryProblem]:
    """Everything that is wrong with `every`; empty when it can be used."""
    problems = [*_time_problems(every), *_day_problems(every), *_part_problems(every), *_jitter_problems(every)]
    for key in ("at", "weekdays", "nth", "days", "months"):
        values = getattr(every, key)
        if len(set(values)) < len(values):
            problems.append(EveryProblem(key, saying("The same value stands there twice."), saying("Leave one out.")))
    return problems or [*_never(every)]


def _time_problems(every: Every) -> Iterator[EveryProblem]:
    if every.interval_s is None and not every.at:
        yield EveryProblem("at", saying("No time of day is given."), saying('Write `at = "08:30"`, or an interval.'))
    if every.interval_s is not None and every.at:
        yield EveryProblem(
            "interval_s", saying("An interval cannot be combined with times of day."), saying("Use one or the other.")
        )
    if every.interval_s is not None and not SHORTEST_S <= every.interval_s <= LONGEST_S:
        yield EveryProblem("interval_s", saying("The interval must be between 10 seconds and 366 days."))
    if len(every.at) > MOST_TIMES:
        yield EveryProblem(
            "at",
            saying("More than {most} times a day.", most=MOST_TIMES),
            saying('Use an interval, such as `every = "15m"`.'),
        )
    if any(at.microsecond or at.tzinfo for at in every.at):
        yield EveryProblem("at", saying("A time of day has hours, minutes and seconds, in the site's time zone."))


def _day_problems(every: Every) -> Iterator[EveryProblem]:
    for day in every.weekdays:
        if day not in WEEKDAYS:
            yield EveryProblem(
                "weekdays",
                saying("`{day}` is not a weekday.", day=day),
                saying("Use {days}.", days=WEEKDAYS),
            )
    for number, weekday in every.nth:
        if number not in _PLACES or weekday not in WEEKDAYS:
            hint = saying(
                "Use `first`, `second`, `third`, `fourth`, `fifth` or `last` and a weekday, such as `first mon`."
            )
            yield EveryProblem(
                "nth", saying("{number} `{weekday}` is not a weekday of a month.", number=number, weekday=weekday), hint
            )
    for number in every.days:
        if number != -1 and not 1 <= number <= 31:
            yield EveryProblem(
                "days",
                saying("{number} is not a day of the month.", number=number),
                saying("Use 1 to 31, or -1 for the last day."),
            )
    for number in every.months:
        if not 1 <= number <= 12:
            yield EveryProblem("months", saying("{number} is not a month.", number=number), saying("Use 1 to 12."))
    if not 1 <= every.weeks <= MOST_WEEKS:
        yield EveryProblem("weeks", saying("The number of weeks must be between 1 and {most}.", most=MOST_WEEKS))
    elif every.weeks > 1 and every.since is None:
        yield EveryProblem(
            "weeks", saying("It is not said from when the weeks are counted."), saying("Write `from = 2026-01-05`.")
        )


def _part_problems(every: Every) -> Iterator[EveryProblem]:
    length_s = _DAY_S
    if every.between is not None:
        begin, end = every.between
        length_s = _seconds(end) - _seconds(begin) + (_DAY_S if end < begin else 0)
        if every.interval_s is None:
            yield EveryProblem(
                "between", saying("A part of the day is for an interval."), saying('Write `every = "2h"` with it.')
            )
        if begin == end:
            yield EveryProblem("between", saying("It ends when it begins."), saying("Leave it out for the whole day."))
        if any(at.microsecond or at.tzinfo for at in every.between):
            yield EveryProblem(
                "between", saying("A time of day has hours, minutes and seconds, in the site's time zone.")
            )
    whole = every.between is None and not (every.weekdays or every.nth or every.days or every.months or every.only)
    if every.interval_s is not None and not (whole and every.since is None) and 0 < length_s < every.interval_s:
        hint = saying("Use a time of day instead.")
        yield EveryProblem("interval_s", saying("The interval is longer than the part of the day."), hint)


def _jitter_problems(every: Every) -> Iterator[EveryProblem]:
    if not 0 <= every.jitter_s <= LONGEST_JITTER_S:
        yield EveryProblem("jitter_s", saying("The jitter must be between nothing and 12 hours."))
    elif every.interval_s is not None and every.jitter_s and every.jitter_s > every.interval_s:
        yield EveryProblem(
            "jitter_s", saying("The jitter is longer than the interval."), saying("It never reaches the next instant.")
        )


def _never(every: Every) -> Iterator[EveryProblem]:
    # Which days are worked is known a few years ahead only, so it does not count here.
    always = msgspec.structs.replace(every, only=None)
    if next(days_from(always, every.since or _ANY_DAY, calendar.Calendar()), None) is None:
        yield EveryProblem(
            "days", saying("No day ever fits all that is said of days."), saying("Leave some of it out.")
        )


def _seconds(at: time) -> float:
    return at.hour * 3600.0 + at.minute * 60 + at.second


def describe(every: Every) -> Text:
    """What `every` says: `every Monday at 08:30` and `每周一 08:30`."""
    en, zh = _days(every)
    en, zh = _times(every, en, zh)
    if every.jitter_s:
        put_off = duration(every.jitter_s)
        en, zh = f"{en}, put off by up to {put_off.en}", f"{zh}，随机推迟最多{put_off.zh}"
    return Text(en=en, zh=zh)


def _times(every: Every, en: str, zh: str) -> tuple[str, str]:
    if every.interval_s is None:
        times = [_time(at) for at in sorted(every.at)]
        return f"{en or 'every day'} at {_listed(times)}", f"{zh or '每天'} {'、'.join(times)}"
    length = duration(every.interval_s)
    en_step, zh_step = f"every {length.en}", f"每{length.zh}"
    if every.between is not None:
        begin, end = map(_time, every.between)
        en_step, zh_step = f"{en_step} from {begin} to {end}", f"{begin}至{end}{zh_step}"
    return (f"{en_step}, {en}", f"{zh} {zh_step}") if en else (en_step, zh_step)


def _days(every: Every) -> tuple[str, str]:
    """The days in words; nothing where every day is one."""
    en, zh = _day_pattern(every)
    if every.weeks > 1 and every.since is not None:
        en, zh = _weeks(every, every.since, en, zh)
    if every.only == "workdays":
        en, zh = (f"{en} if it is a workday", f"{zh}（仅工作日）") if en else ("on workdays", "工作日")
    elif every.only == "holidays":
        en, zh = (f"{en} if it is a day off", f"{zh}（仅休息日）") if en else ("on days off", "休息日")
    if every.since is not None:
        en, zh = f"{en or 'every day'} from {every.since} on", f"自{every.since}起{zh or '每天'}"
    return en, zh


def _weeks(every: Every, since: date, en: str, zh: str) -> tuple[str, str]:
    if every.nth or every.days or every.months:
        return f"{en}, every {every.weeks} weeks", f"{zh}（每{every.weeks}周）"
    implied = msgspec.structs.replace(every, weekdays=every.weekdays or (WEEKDAYS[since.weekday()],))
    en_weekdays, zh_weekdays = _weekdays(implied)
    return f"every {every.weeks} weeks on {en_weekdays}", f"每{every.weeks}周的{zh_weekdays}"


def _day_pattern(every: Every) -> tuple[str, str]:
    """Weekdays, days of the month and months."""
    en_weekdays, zh_weekdays = _weekdays(every)
    numbers = sorted(day for day in every.days if day != -1)
    last = -1 in every.days
    en_days = _listed([*(_ordinal(day) for day in numbers), *(["last"] if last else [])])
    zh_days = "、".join([*(f"{day}日" for day in numbers), *(["最后一天"] if last else [])])
    en_months = _listed([_MONTHS[month - 1] for month in sorted(every.months)])
    zh_months = "、".join(f"{month}月" for month in sorted(every.months))
    of_month = f"of {en_months}" if en_months else "of every month"
    if every.weekdays or every.nth:
        en = f"every {en_weekdays}" if not every.nth else f"on the {en_weekdays} {of_month}"
        zh = zh_weekdays if not every.nth else f"{zh_months or '每月'}{zh_weekdays}"
        if every.days:
            en = f"every {en_weekdays} that is the {en_days} day {of_month if en_months else 'of the month'}"
            return en, f"{zh_months or '每月'}{zh_days}且为{zh_weekdays}时"
        if en_months and not every.nth:
            return f"{en} in {en_months}", f"{zh_months}每{zh}"
        return en, zh if every.nth else f"每{zh}"
    if every.days:
        return f"on the {en_days} day {of_month}", f"{zh_months or '每月'}{zh_days}"
    return (f"every day in {en_months}", f"{zh_months}每天") if en_months else ("", "")


def _weekdays(every: Every) -> tuple[str, str]:
    """`Monday and Friday`, `first Monday`; `周一、五`, `第一个周一`."""
    plain = [_DAY_NAMES[day] for day in WEEKDAYS if day in every.weekdays]
    placed = [(_PLACES[number], _DAY_NAMES[day]) for number, day in every.nth]
    en = [*(f"{place[0]} {name[0]}" for place, name in placed), *(name[0] for name in plain)]
    zh = [f"{place[1]}周{name[1]}" for place, name in placed]
    if plain:
        zh.append("周" + "、".join(name[1] for name in plain))
    return _listed(en), "、".join(zh)


def _time(at: time) -> str:
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def _ordinal(day: int) -> str:
    suffix = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
