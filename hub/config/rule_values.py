"""How values are written in rule files: lengths of time, times of day, days, one or a list."""

import re
from datetime import time
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from hub.core.calendar import WEEKDAYS, Weekday
from hub.core.durations import PATTERN, parse_duration

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
"""The words for a weekday's place in the month."""

NTH_WEEKDAYS: dict[str, tuple[int, Weekday]] = {
    f"{word} {day}": (number, day) for word, number in PLACES.items() for day in WEEKDAYS
}
"""`first mon` … `last sun`, as `hub.automation.model.Every.nth` has them."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class OneOrMore:
    """Takes one value where a list is expected."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many.get("items", {}), many]}


def listed(value: Any) -> list[Any]:
    """The items of a list, or the one value that stands for a list of it."""
    return value if isinstance(value, list) else [value]


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("duration", "expected a length of time in quotes, such as '20s', '5m' or '3d'")
    try:
        return parse_duration(value)
    except ValueError as error:
        raise PydanticCustomError("duration", "{reason}", {"reason": str(error)}) from None


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("time", "expected a time of day in quotes, such as '08:30'")
    return time(int(match[1]), int(match[2]))


def _day(value: Any) -> Any:
    if value == "last":
        return -1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 31:
        raise PydanticCustomError("day", "expected a day of the month from 1 to 31, or 'last'")
    return value


def _month(value: Any) -> Any:
    if isinstance(value, str) and value in MONTHS:
        return MONTHS.index(value) + 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise PydanticCustomError("month", "expected a month: 1 to 12, or 'jan' to 'dec'")
    return value


def _weekday(value: Any) -> Any:
    if value not in WEEKDAYS and value not in NTH_WEEKDAYS:
        hint = ""
        if isinstance(value, str):
            first, _, rest = value.lower().partition(" ")
            short = (rest or first)[:3]
            if short in WEEKDAYS:
                hint = f"Did you mean `{f'{first} {short}' if rest and first in PLACES else short}`?"
        message = "expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', or one by its place such as 'first mon'"
        raise PydanticCustomError("weekday", message, {"hint": hint or "A place is first to fourth, or last."})
    return value


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
