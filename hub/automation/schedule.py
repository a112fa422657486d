"""When scheduled rules come due, in words: what is wrong with an `every`, and what it says. Pure; no clock."""

from datetime import time

import msgspec

from hub.automation.model import Every, Weekday
from hub.core.text import Text

SHORTEST_S = 10.0
"""The shortest interval of an `every`, seconds."""
LONGEST_S = 366 * 86400.0
"""The longest interval of an `every`, seconds."""
MOST_TIMES = 48
"""How many times of day one `every` may have."""

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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


class EveryProblem(msgspec.Struct, frozen=True):
    """One thing wrong with an `every`; `key` is the field of `Every` it is about."""

    key: str
    message: str
    hint: str = ""


def validate(every: Every) -> list[EveryProblem]:
    """Everything that is wrong with `every`; empty when it can be used."""
    if every.interval_s is not None:
        return _interval_problems(every, every.interval_s)
    problems: list[EveryProblem] = []
    if not every.at:
        problems.append(EveryProblem("at", "No time of day is given.", 'Write `at = "08:30"`, or an interval.'))
    if len(every.at) > MOST_TIMES:
        problems.append(
            EveryProblem("at", f"More than {MOST_TIMES} times a day.", 'Use an interval, such as `every = "15m"`.')
        )
    if any(at.microsecond or at.tzinfo for at in every.at):
        problems.append(EveryProblem("at", "A time of day has hours, minutes and seconds, in the site's time zone."))
    problems += [
        EveryProblem("weekdays", f"`{day}` is not a weekday.", f"Use {', '.join(WEEKDAYS)}.")
        for day in every.weekdays
        if day not in WEEKDAYS
    ]
    problems += [
        EveryProblem("days", f"{day} is not a day of the month.", "Use 1 to 31, or -1 for the last day.")
        for day in every.days
        if day != -1 and not 1 <= day <= 31
    ]
    for key in ("at", "weekdays", "days"):
        values = getattr(every, key)
        if len(set(values)) < len(values):
            problems.append(EveryProblem(key, "The same value stands there twice.", "Leave one out."))
    return problems


def _interval_problems(every: Every, interval_s: float) -> list[EveryProblem]:
    problems = []
    if every.at or every.weekdays or every.days:
        problems.append(
            EveryProblem("interval_s", "An interval cannot be combined with times or days.", "Use one or the other.")
        )
    if not SHORTEST_S <= interval_s <= LONGEST_S:
        problems.append(EveryProblem("interval_s", "The interval must be between 10 seconds and 366 days."))
    return problems


def describe(every: Every) -> Text:
    """What `every` says: `every Monday at 08:30` and `每周一 08:30`."""
    if every.interval_s is not None:
        length = duration(every.interval_s)
        return Text(en=f"every {length.en}", zh=f"每{length.zh}")
    en, zh = _days(every)
    times = [_time(at) for at in sorted(every.at)]
    return Text(en=f"{en} at {_listed(times)}", zh=f"{zh} {'、'.join(times)}")


def duration(seconds: float) -> Text:
    """A length of time in its two largest units: `1 h 30 min`, `1小时30分钟`."""
    units = ((86400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))
    rest, en, zh = round(seconds), [], []
    for size, short, sign in units:
        count, rest = divmod(rest, size)
        if count:
            en.append(f"{count} {short}")
            zh.append(f"{count}{sign}")
    if not en:
        return Text(en=f"{seconds:g} s", zh=f"{seconds:g}秒")
    return Text(en=" ".join(en[:2]), zh="".join(zh[:2]))


def _days(every: Every) -> tuple[str, str]:
    weekdays = [day for day in WEEKDAYS if day in every.weekdays]
    en_weekdays = _listed([_DAY_NAMES[day][0] for day in weekdays])
    zh_weekdays = "周" + "、".join(_DAY_NAMES[day][1] for day in weekdays)
    numbers = sorted(day for day in every.days if day != -1)
    last = -1 in every.days
    en_days = _listed([*(_ordinal(day) for day in numbers), *(["last"] if last else [])])
    zh_days = "、".join([*(f"{day}日" for day in numbers), *(["最后一天"] if last else [])])
    if weekdays and every.days:
        return f"every {en_weekdays} that is the {en_days} day of the month", f"每月{zh_days}且为{zh_weekdays}时"
    if weekdays:
        return f"every {en_weekdays}", f"每{zh_weekdays}"
    if every.days:
        return f"on the {en_days} day of every month", f"每月{zh_days}"
    return "every day", "每天"


def _time(at: time) -> str:
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def _ordinal(day: int) -> str:
    suffix = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
