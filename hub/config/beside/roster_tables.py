"""What rules/roster.toml may say, table by table. The JSON Schema is made from these models."""

from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from hub.config.beside.calendar_file import Day
from hub.config.rules.values import Duration, OneOrMore, Time, listed
from hub.config.tables import Id, Table, Words
from hub.core.calendar import Weekday
from hub.core.duty.roster import Only

ACCOUNT_PATTERN = r"^[a-z][a-z0-9._-]{1,31}$"

Account = Annotated[str, Field(pattern=ACCOUNT_PATTERN)]

_ONLY = "`workdays`: days that are worked by the site's calendar; `holidays`: those that are not."


class _Named:
    """Takes an id alone where a table with it is expected."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        items = handler(schema)
        return {**items, "items": {"anyOf": [{"type": "string"}, items.get("items", {})]}}


def _as_tables(key: str) -> Any:
    def table(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [{key: item} if isinstance(item, str) else item for item in value]

    return table


class QualificationTable(Table):
    """Something that people must have learned before they may watch (clause 2.3)."""

    id: Id = Field(title="Id", description="Name in this file: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")


class HeldTable(Table):
    """A qualification of a person: its id alone, or a table with the days on which it counts."""

    id: Id = Field(title="Qualification", description="Id of the qualification.")
    from_: Day | None = Field(default=None, alias="from", title="From", description="The first day on which it counts.")
    until: Day | None = Field(default=None, title="Until", description="The last day on which it counts.")


class PersonTable(Table):
    """Somebody who can be rostered."""

    id: Account = Field(title="Account", description="Name of the person's account.")
    name: Words = Field(title="Name", description="Name that staff use.")
    qualifications: Annotated[list[HeldTable], BeforeValidator(_as_tables("id")), _Named] = Field(
        default=[],
        title="Qualifications",
        description='Ids, or tables such as `{ id = "watch-officer", until = 2027-03-31 }`.',
        max_length=50,
    )


class TeamTable(Table):
    """People who work the same shifts, or make rounds."""

    id: Id = Field(title="Id", description="Name in rule files.")
    name: Words = Field(title="Name", description="Name that staff use.")
    people: list[Account] = Field(title="People", description="Accounts of its people.", min_length=1, max_length=200)


class HoursTable(Table):
    """A part of the day during which a post is held, on the days on which it begins."""

    from_: Time = Field(alias="from", title="From", description="When it begins, such as `08:00`.")
    to: Time = Field(title="To", description="When it ends; on the next day where it is not the later time.")
    weekday: Annotated[list[Weekday], BeforeValidator(listed), OneOrMore] = Field(
        default=[], title="Weekday", description="The weekdays, such as `mon`; without it all of them.", max_length=7
    )
    only: Only | None = Field(default=None, title="Only", description=_ONLY)
    people: int | None = Field(
        default=None, title="People", description="How many people must be there; else as the post says.", ge=1, le=50
    )


class PostTable(Table):
    """A place from which cameras are watched (clause 2.1)."""

    id: Id = Field(title="Id", description='Name in rules: `post:ID`, `on_duty("ID")`.')
    name: Words = Field(title="Name", description="Name that staff use.")
    department: Id | None = Field(default=None, title="Department", description="Id of the department that holds it.")
    areas: list[Id] = Field(
        default=[], title="Areas", description="The areas whose cameras it watches.", max_length=500
    )
    cameras: list[Id] = Field(
        default=[], title="Cameras", description="Cameras that it watches beside those of its areas.", max_length=5000
    )
    people: int = Field(default=1, title="People", description="How many people must be there at once.", ge=1, le=50)
    hours: list[HoursTable] = Field(
        default=[],
        title="Hours",
        description='When it is held, such as `{ from = "08:00", to = "18:00", only = "workdays" }`; without it around '
        "the clock.",
        max_length=50,
    )
    qualifications: list[Id] = Field(
        default=[],
        title="Qualifications",
        description="What everybody must have learned who is to count here.",
        max_length=20,
    )
    patrol: Duration | None = Field(
        default=None,
        title="Patrol",
        description="Within this time every channel of its wall is confirmed once, such as `4h`; without it nobody is "
        "asked to.",
    )
    sign_on: bool = Field(
        default=True,
        title="Sign on",
        description="Whoever is rostered signs on here; with `false` nobody is late or absent.",
    )


class AttentionTable(Table):
    """Attention checks: those at a post are asked now and then, at times that nobody can foresee."""

    every: Duration | None = Field(
        default=None, title="Every", description="How often by day, on average, such as `2h`; without it never."
    )
    night_every: Duration | None = Field(
        default=None, title="Every, by night", description="How often by night, on average; without it never."
    )
    night: list[Time] = Field(
        default=[time(22), time(6)],
        title="Night",
        description='When the night begins and ends: `["22:00", "06:00"]`.',
        min_length=2,
        max_length=2,
    )
    posts: list[Id] | None = Field(
        default=None, title="Posts", description="Ids of the posts; without it all of them.", max_length=200
    )


class ShiftTable(Table):
    """A stretch of the day that people work."""

    id: Id = Field(title="Id", description="Name for the cycles of patterns.")
    name: Words = Field(title="Name", description="Name that staff use.")
    from_: Time = Field(alias="from", title="From", description="When it begins, such as `20:00`.")
    to: Time = Field(
        title="To", description="When it ends, such as `08:00`; on the next day where it is not the later time."
    )


class TurnTable(Table):
    """A team in a pattern: its id alone, or a table."""

    team: Id = Field(title="Team", description="Id of the team.")
    offset: int = Field(
        default=0,
        title="Offset",
        description="The day of the cycle that the team has on the date `start`: 0 is the first.",
        ge=0,
        le=399,
    )
    people: list[Account] = Field(
        default=[],
        title="People",
        description="Only these of the team, where the team is shared out over several posts.",
        max_length=200,
    )


class PatternTable(Table):
    """Teams that take turns at a post."""

    id: Id = Field(title="Id", description="Name in problems.")
    post: Id = Field(title="Post", description="Id of the post.")
    cycle: list[str] = Field(
        title="Cycle",
        description='The shift of each day, or `off`: `["day", "day", "night", "night", "off", "off", "off", "off"]`.',
        min_length=1,
        max_length=400,
    )
    start: Day = Field(title="Start", description="The date of the first day of the cycle.")
    until: Day | None = Field(default=None, title="Until", description="The last date on which it counts.")
    only: Only | None = Field(default=None, title="Only", description=f"Work on some days only. {_ONLY}")
    teams: Annotated[list[TurnTable], BeforeValidator(_as_tables("team")), _Named] = Field(
        title="Teams",
        description='The teams, such as `[{ team = "a" }, { team = "b", offset = 2 }]`.',
        min_length=1,
        max_length=100,
    )


class LeaveTable(Table):
    """A person is away: the shifts that begin on these dates are not worked."""

    person: Account = Field(title="Person", description="Account of the person.")
    from_: Day = Field(alias="from", title="From", description="The first date.")
    to: Day = Field(title="To", description="The last date.")
    why: Words | None = Field(default=None, title="Why", description="Such as `Annual leave`.")


class CoverTable(Table):
    """On one date somebody works instead of somebody else, or in addition."""

    date: Day = Field(title="Date", description="The date on which the shift begins.")
    person: Account = Field(title="Person", description="Account of whoever works.")
    instead_of: Account | None = Field(
        default=None,
        title="Instead of",
        description="Account of whoever does not; without it the person comes in addition.",
    )
    shift: Id | None = Field(
        default=None, title="Shift", description="Only this shift; needed where somebody comes in addition."
    )
    post: Id | None = Field(
        default=None, title="Post", description="Only at this post; needed where somebody comes in addition."
    )


class SwapTable(Table):
    """Two people exchange their shifts: `person` of `date`, and `with` of `with_date`."""

    date: Day = Field(title="Date", description="The date on which the person's shift begins.")
    person: Account = Field(title="Person", description="Account of the one.")
    with_: Account = Field(alias="with", title="With", description="Account of the other.")
    with_date: Day | None = Field(
        default=None, title="Date of the other", description="The date of the other's shift; without it the same."
    )


class RosterTable(Table):
    """Who watches which post when."""

    rest: Duration | None = Field(
        default=None, title="Rest", description="The shortest rest between two shifts of a person, such as `11h`."
    )
    ends_soon: Duration = Field(
        default=900.0,
        title="Ends soon",
        description="How long before its end a shift is announced to end, such as `15m`.",
        le=12 * 3600.0,
    )
    late: Duration = Field(
        default=300.0,
        title="Late",
        description="How long after the beginning of a shift somebody may sign on and is not late, such as `5m`.",
        le=3600.0,
    )
    absent: Duration = Field(
        default=900.0,
        title="Absent",
        description="How long after it somebody who has not signed on is absent, such as `15m`.",
        le=4 * 3600.0,
    )
    on_record: bool = Field(
        default=False,
        title="On record",
        description="Count only people whose training and confidentiality agreement are on record (`hub people`): "
        "who has neither leaves a gap. The hub lets them sign on at no post in any case.",
    )
    qualification: list[QualificationTable] = Field(
        default=[], title="Qualifications", description="What can be learned.", max_length=200
    )
    person: list[PersonTable] = Field(default=[], title="People", description="The people.", max_length=2000)
    team: list[TeamTable] = Field(default=[], title="Teams", description="The teams.", max_length=500)
    attention: AttentionTable | None = Field(
        default=None, title="Attention checks", description="How often those at posts are asked whether they are there."
    )
    post: list[PostTable] = Field(default=[], title="Posts", description="The posts.", max_length=200)
    shift: list[ShiftTable] = Field(default=[], title="Shifts", description="The shifts.", max_length=100)
    pattern: list[PatternTable] = Field(
        default=[], title="Patterns", description="How teams take turns.", max_length=500
    )
    leave: list[LeaveTable] = Field(default=[], title="Leave", description="Who is away.", max_length=5000)
    cover: list[CoverTable] = Field(default=[], title="Covers", description="Who stands in.", max_length=5000)
    swap: list[SwapTable] = Field(default=[], title="Swaps", description="Who exchanged shifts.", max_length=5000)
