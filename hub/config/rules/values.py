"""How values are written in rule files: lengths of time, times of day, days, one or a list."""

import re
from datetime import time
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from hub.config.mistakes import mistake
from hub.core.calendar import WEEKDAYS, Weekday
from hub.core.durations import PATTERN, parse_duration
from hub.core.saying import NOTHING, Saying, said_by, saying

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
"""The words for a weekday's place in the month."""

NTH_WEEKDAYS: dict[str, tuple[int, Weekday]] = {
    f"{word} {day}": (number, day) for word, number in PLACES.items() for day in WEEKDAYS
}
"""`first mon` … `last sun`, as `hub.automation.model.Every.nth` has them."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s*[:：.时点h]\s*(\d\d)?(?::\d\d)?\s*[分]?", re.ASCII)
"""A time of day as people also write it."""
_CHINESE_DAYS = "一二三四五六日"
_CHINESE_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒"), (1, "s")),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分钟"), (1, "m")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "时"), (1, "h")),
    **dict.fromkeys(("d", "day", "days", "天", "日"), (1, "d")),
    **dict.fromkeys(("w", "week", "weeks", "周", "星期"), (7, "d")),
}
"""Words for lengths of time, and what each comes to."""
_MEASURED = re.compile(rf"(?i)(\d{{1,5}})\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![a-z])")


class OneOrMore:
    """Takes one value where a list is expected."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many.get("items", {}), many]}


def listed(value: Any) -> list[Any]:
    """The items of a list, or the one value that stands for a list of it."""
    return value if isinstance(value, list) else [value]


def duration_meant(text: str) -> Saying:
    """What a length of time in other words is as one, as a question: `5 min`, `20 seconds`, `2小时`; nothing where it
    cannot be told."""
    parts = _MEASURED.findall(text)
    if not parts or _MEASURED.sub("", text).strip(" ,"):
        return NOTHING
    found = "".join(f"{int(number) * times}{unit}" for number, word in parts for times, unit in [_UNITS[word.lower()]])
    try:
        parse_duration(found)
    except ValueError:
        return NOTHING
    return saying("Did you mean `{word}`?", word=found)


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        raise mistake(saying("expected a length of time in quotes, such as '20s', '5m' or '3d'"))
    try:
        return parse_duration(value)
    except ValueError as error:
        raise mistake(said_by(error), duration_meant(value)) from None


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        meant = _CLOCK.fullmatch(value) if isinstance(value, str) else None
        shown = f"{int(meant[1]):02}:{meant[2] or '00'}" if meant is not None else ""
        hint = saying("Did you mean `{word}`?", word=shown) if _TIME.fullmatch(shown) else NOTHING
        if shown == "24:00":
            hint = saying("Midnight is `00:00`.")
        raise mistake(saying("expected a time of day in quotes, such as '08:30'"), hint)
    return time(int(match[1]), int(match[2]))


def _day(value: Any) -> Any:
    if value == "last":
        return -1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 31:
        raise mistake(saying("expected a day of the month from 1 to 31, or 'last'"))
    return value


def _month(value: Any) -> Any:
    if isinstance(value, str) and value in MONTHS:
        return MONTHS.index(value) + 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise mistake(saying("expected a month: 1 to 12, or 'jan' to 'dec'"))
    return value


def _weekday(value: Any) -> Any:
    if value not in WEEKDAYS and value not in NTH_WEEKDAYS:
        hint = NOTHING
        if isinstance(value, str):
            hint = _weekday_meant(value.lower())
        message = saying(
            "expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', or one by its place such as 'first mon'"
        )
        raise mistake(message, hint or saying("A place is first to fourth, or last."))
    return value


def _weekday_meant(value: str) -> Saying:
    if value.rstrip("s") in ("workday", "holiday", "weekday"):
        return saying('For days that are worked, or not, write `only = "workdays"` or `only = "holidays"`.')
    chinese = _CHINESE_DAY.fullmatch(value)
    if chinese is not None:
        return saying("Did you mean `{word}`?", word=WEEKDAYS[_CHINESE_DAYS.index(chinese[1].replace("天", "日"))])
    first, _, rest = value.partition(" ")
    short = (rest or first)[:3]
    place = _ORDINALS.get(first, first)
    if short not in WEEKDAYS or (rest and place not in PLACES):
        return NOTHING
    return saying("Did you mean `{word}`?", word=f"{place} {short}" if rest else short)


DURATION_SCHEMA = {"type": "string", "pattern": PATTERN, "examples": ["20s", "5m", "1h30m", "3d"]}
Duration = Annotated[float, BeforeValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]
Time = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "examples": ["08:30"]}),
]
Day = Annotated[
    int,
    BeforeValidator(_day),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 31}, {"const": "last"}]}),
]
Month = Annotated[
    int,
    BeforeValidator(_month),
    WithJsonSchema({"anyOf": [{"enum": list(MONTHS)}, {"type": "integer", "minimum": 1, "maximum": 12}]}),
]
AnyWeekday = Annotated[str, BeforeValidator(_weekday), WithJsonSchema({"enum": [*get_args(Weekday), *NTH_WEEKDAYS]})]
