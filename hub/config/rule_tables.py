"""What a rule file may say, table by table. The JSON Schema is made from these models."""

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from hub.automation.condition import LONGEST
from hub.automation.model import Missed, Weekday
from hub.automation.schedule import MOST_TIMES
from hub.config.durations import PATTERN, parse_duration
from hub.config.tables import Id, Table, Words
from hub.core.catalogue import Priority

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class _OneOrMore:
    """Takes one value where a list is expected."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many.get("items", {}), many]}


def _listed(value: Any) -> Any:
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


class EveryTable(Table):
    """When a scheduled rule comes due, in the site's time zone. Without `weekday` and `day`: every day."""

    at: Annotated[list[Time], BeforeValidator(_listed), _OneOrMore] = Field(
        title="Time", description="Time of day such as `08:30`, or several.", min_length=1, max_length=MOST_TIMES
    )
    weekday: Annotated[list[Weekday], BeforeValidator(_listed), _OneOrMore] = Field(
        default=[],
        title="Weekday",
        description="`mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, or several.",
        max_length=7,
    )
    day: Annotated[list[Day], BeforeValidator(_listed), _OneOrMore] = Field(
        default=[],
        title="Day of the month",
        description="1 to 31, or `last`, or several. A month without that day is passed over.",
        max_length=32,
    )


class AlarmTable(Table):
    """Raise an alarm; it returns to normal when the event's condition ends."""

    alarm: Id = Field(title="Alarm", description="Kind of alarm, such as `obstruction`.")
    priority: Priority = Field(title="Priority", description="`low`, `medium`, `high` or `critical`.")
    title: Words | None = Field(default=None, title="Title", description="What staff read; else the rule's title.")
    response: Words | None = Field(default=None, title="Response", description="What staff should do about it.")


class TicketTable(Table):
    """Open a fault ticket with the technical department."""

    ticket: Words = Field(title="Ticket", description="Title of the ticket.")


class RoundTable(Table):
    """Make a round due."""

    round: Id = Field(title="Round", description="Kind of round, such as `technical`.")
    title: Words | None = Field(default=None, title="Title", description="What staff read; else the rule's title.")
    due: Duration | None = Field(default=None, title="Due", description="How long there is time for it, such as `3d`.")
    team: str = Field(default="", title="Team", description="Who makes it.", max_length=100)


class NotifyTable(Table):
    """Send a message along a route of hub.toml."""

    notify: Id = Field(title="Route", description="Id of the route.")
    text: Words | None = Field(
        default=None, title="Text", description="What the message says; else the rule's title and what happened."
    )


ACTIONS: dict[str, type[AlarmTable | TicketTable | RoundTable | NotifyTable]] = {
    "alarm": AlarmTable,
    "ticket": TicketTable,
    "round": RoundTable,
    "notify": NotifyTable,
}


class RuleTable(Table):
    """One rule. `on` says which events it is about, or `every` when it comes due; `do` says what follows."""

    id: Id = Field(title="Id", description="Name of the rule, unique over all files.")
    title: Words = Field(title="Title", description="What the rule is about, as staff read it.")
    clause: str = Field(
        default="", title="Clause", description="The clause of the regulation that it serves.", max_length=10
    )
    on: Annotated[list[str], BeforeValidator(_listed), _OneOrMore] | None = Field(
        default=None, title="On", description="The event, or several, that the rule is about.", min_length=1
    )
    where: dict[str, Any] | None = Field(
        default=None,
        title="Where",
        description="Fields of the event or of its camera and the values that they must have: one, a list of which "
        "one must fit, or `{ at_least = 1, at_most = 2 }`.",
    )
    if_: str | None = Field(
        default=None,
        alias="if",
        title="If",
        description="A condition; the rule goes on only where it holds.",
        json_schema_extra={"maxLength": LONGEST},
    )
    for_: Duration | None = Field(
        default=None, alias="for", title="For", description="How long the condition must last, such as `20s`."
    )
    unless: str | None = Field(
        default=None,
        title="Unless",
        description="A condition, looked at when the rule would act; where it holds nothing is done.",
        json_schema_extra={"maxLength": LONGEST},
    )
    every: Any = Field(
        default=None,
        title="Every",
        description="A length of time such as `6h`, or a table with `at` and `weekday` or `day`.",
    )
    missed: Missed | None = Field(
        default=None,
        title="Missed",
        description="When the hub was down at the time: `run-once` (the default), `skip` or `run-all`.",
    )
    do: list[dict[str, Any]] = Field(
        title="Do", description="What follows, in this order.", min_length=1, max_length=50
    )
