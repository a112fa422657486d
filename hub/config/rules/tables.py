"""What a rule file may say, table by table. The JSON Schema is made from these models."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from hub.automation.language.condition import LONGEST
from hub.automation.model import Missed, Mode
from hub.automation.schedules.schedule import MOST_TIMES
from hub.config.mistakes import mistake
from hub.config.rules.action_tables import VARIABLE_PATTERN
from hub.config.rules.values import AnyWeekday, Day, Duration, Month, OneOrMore, Time, listed
from hub.config.tables import Id, Table, Words
from hub.core.rules.events import VariableValue
from hub.core.saying import saying

MOST_STAGES = 20
"""How many `[[rule.escalate]]` a rule may have."""
MOST_REPEATS = 100
"""How often one of them may be repeated."""
SHORTEST_REPEAT_S = 10.0

_CONDITION: dict[str, Any] = {"maxLength": LONGEST}


class EveryTable(Table):
    """When a scheduled rule comes due, in the site's time zone: `at` these times or `every` so often, on the days that
    match all the other keys; without those, every day."""

    at: Annotated[list[Time], BeforeValidator(listed), OneOrMore] = Field(
        default=[], title="Time", description="Time of day such as `08:30`, or several.", max_length=MOST_TIMES
    )
    every: Duration | None = Field(
        default=None, title="Interval", description="Instead of `at`: a length of time such as `2h`."
    )
    between: list[Time] | None = Field(
        default=None,
        title="Between",
        description='With `every`: the part of the day, such as `["08:00", "20:00"]`; over midnight where the second '
        "time is the earlier one.",
        min_length=2,
        max_length=2,
    )
    weekday: Annotated[list[AnyWeekday], BeforeValidator(listed), OneOrMore] = Field(
        default=[],
        title="Weekday",
        description="`mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, one by its place in the month such as "
        "`first mon` or `last fri`, or several.",
        max_length=42,
    )
    day: Annotated[list[Day], BeforeValidator(listed), OneOrMore] = Field(
        default=[],
        title="Day of the month",
        description="1 to 31, or `last`, or several. A month without that day is passed over.",
        max_length=32,
    )
    month: Annotated[list[Month], BeforeValidator(listed), OneOrMore] = Field(
        default=[], title="Month", description="`jan` to `dec` or 1 to 12, or several.", max_length=12
    )
    only: Literal["workdays", "holidays"] | None = Field(
        default=None,
        title="Only",
        description="`workdays`: days that are worked by the site's calendar; `holidays`: those that are not.",
    )
    weeks: int = Field(
        default=1, title="Weeks", description="Every so many weeks, counted from the week of `from`.", ge=1, le=52
    )
    since: date | None = Field(
        default=None,
        alias="from",
        title="From",
        description="A date without quotes, such as `2026-01-05`: nothing comes due before it.",
    )
    jitter: Duration | None = Field(
        default=None,
        title="Jitter",
        description="It comes up to so much later, such as `10m`; nobody can foresee by how much.",
    )


class GroupTable(Table):
    """Messages about many things become one that lists them."""

    wait: Duration = Field(title="Wait", description="How long after the first one others are waited for: `30s`.")
    by: Annotated[list[str], BeforeValidator(listed), OneOrMore] = Field(
        default=[],
        title="By",
        description="One message for each value of these names, such as `camera.area`; without it one for all.",
        max_length=5,
    )

    @model_validator(mode="before")
    @classmethod
    def _one_string(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"wait": value}
        if isinstance(value, dict | GroupTable):
            return value
        raise mistake(saying('expected a length of time such as "30s", or { wait = "30s", by = … }'))


class EscalateTable(Table):
    """What is done when nobody reacts. It ends when the rule's condition ends or `unless` holds."""

    after: Duration = Field(title="After", description="How long after the rule fired, such as `5m`.")
    unless: str | None = Field(
        default=None,
        title="Unless",
        description="A condition that ends it; without it, when somebody acknowledges the rule's alarm. Also knows "
        "`alarm.acknowledged`, `alarm.active`, `alarm.shelved`, `ticket.assigned` and `ticket.open`.",
        json_schema_extra=_CONDITION,
    )
    repeat: Duration | None = Field(
        default=None, title="Repeat", description="It is done again and again, with this time between: `10m`."
    )
    times: int | None = Field(
        default=None,
        title="Times",
        description=f"With `repeat`: how often in all, at most {MOST_REPEATS}.",
        ge=1,
        json_schema_extra={"maximum": MOST_REPEATS},
    )
    do: list[dict[str, Any]] = Field(
        title="Do", description="What is done, in this order.", min_length=1, max_length=50
    )


class DefaultsTable(Table):
    """What holds for every rule that goes by it and has not the key itself."""

    clause: str = Field(
        default="", title="Clause", description="The clause of the regulation that it serves.", max_length=10
    )
    unless: str | None = Field(
        default=None,
        title="Unless",
        description="A condition, looked at when the rule would act; where it holds nothing is done.",
        json_schema_extra=_CONDITION,
    )
    missed: Missed | None = Field(
        default=None,
        title="Missed",
        description="When the hub was down at the time: `run-once` (the default), `skip` or `run-all`.",
    )
    mode: Mode | None = Field(
        default=None,
        title="Mode",
        description="What happens when it fires again about the same while delayed or escalating steps still wait: "
        "`single` (the default: nothing), `restart`, `queued` or `parallel`.",
    )
    per: Annotated[list[str], BeforeValidator(listed), OneOrMore] | None = Field(
        default=None,
        title="Per",
        description="What *the same* is for `mode` and `cooldown`: names such as `camera.area`, or `rule` for the rule "
        "as a whole; without it the round or ticket of such an event, else the camera, or whatever it is about.",
        min_length=1,
        max_length=5,
    )
    cooldown: Duration | None = Field(
        default=None,
        title="Cooldown",
        description="For so long after a firing it does not fire again about the same, such as `10m`.",
    )
    group: GroupTable | None = Field(
        default=None,
        title="Group",
        description='Messages within this time become one, such as `30s` or `{ wait = "30s", by = "camera.area" }`.',
    )
    escalate: list[EscalateTable] | None = Field(
        default=None,
        title="Escalate",
        description="What is done when nobody reacts, one `[[…escalate]]` for each step.",
        max_length=MOST_STAGES,
    )


class RuleTable(DefaultsTable):
    """One rule. `on` says which events it is about, or `every` when it comes due; `do` says what follows. A rule with
    neither is started by others."""

    id: Id = Field(title="Id", description="Name of the rule, unique over all files.")
    title: Words = Field(title="Title", description="What the rule is about, as staff read it.")
    on: Annotated[list[str], BeforeValidator(listed), OneOrMore] | None = Field(
        default=None,
        title="On",
        description="The event, or several, that the rule is about; `picture.*` is every event of that area that does "
        "not end another.",
        min_length=1,
        max_length=100,
    )
    where: dict[str, Any] | None = Field(
        default=None,
        title="Where",
        description="Fields of the event or of its camera and the values that they must have: one, a list of which "
        'one must fit, a pattern such as `"line-*"`, `{ not = "x" }`, or `{ at_least = 1, at_most = 2 }`.',
    )
    if_: str | None = Field(
        default=None,
        alias="if",
        title="If",
        description="A condition; the rule goes on only where it holds.",
        json_schema_extra=_CONDITION,
    )
    for_: Duration | None = Field(
        default=None, alias="for", title="For", description="How long the condition must last, such as `20s`."
    )
    every: Any = Field(
        default=None,
        title="Every",
        description="A length of time such as `6h`, or a table with `at` and `weekday` or `day`.",
    )
    most: int | None = Field(
        default=None,
        title="Most",
        description="How many may wait (`queued`) or be under way (`parallel`) about the same; else 10.",
        ge=1,
        le=100,
    )
    do: list[dict[str, Any]] = Field(
        title="Do", description="What follows, in this order.", min_length=1, max_length=50
    )


Variables = dict[Annotated[str, Field(pattern=VARIABLE_PATTERN)], VariableValue]


class FileTable(Table):
    """A file in rules/, without its rules and defaults."""

    include: list[str] = Field(
        default=[],
        title="Include",
        description="Files of the same folder whose `[defaults]` hold here as well, such as `night.toml`.",
        max_length=20,
    )
    variables: Variables = Field(
        default={},
        title="Variables",
        description="Variables of the rules and what they hold until one is set: `line_stopped = false`.",
        max_length=200,
    )
