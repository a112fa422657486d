"""What rules/rounds.toml may say, table by table. The JSON Schema is made from these models."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hub.automation.model import Missed
from hub.config.clauses import CLAUSES
from hub.config.rules.values import Duration
from hub.config.tables import Domain, Id, Table, Tag, Words
from hub.core.rounds.kinds import AssetKind, Measure

_Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]

Answer = Literal["yes-no", "number", "text", "photo", "measured"]


class ItemTable(Table):
    """One thing to look at."""

    id: Id = Field(title="Id", description="Name within the checklist.")
    ask: Words = Field(title="Question", description="What is looked at, as staff read it.")
    answer: Answer = Field(
        title="Answer",
        description="`yes-no`, `number`, `text`, `photo`, or `measured` (the hub fills it in).",
    )
    help: Words | None = Field(default=None, title="Help", description="How it is done.")
    must: bool = Field(default=True, title="Must", description="The round cannot be signed off without it.")
    fault: Words | None = Field(
        default=None, title="Fault", description="Title of the ticket that a bad answer opens; without it none."
    )
    photo_of_fault: bool = Field(default=False, title="Photo of a fault", description="A bad answer needs a photo.")
    good: bool | None = Field(
        default=None,
        title="Good",
        description="With `yes-no`: the good answer, `true` for yes (so it is without this key) or `false` for no.",
    )
    unit: str | None = Field(default=None, title="Unit", description="With `number`: such as `°C`.", max_length=20)
    measure: Measure | None = Field(
        default=None,
        title="Measure",
        description="With `measured`, of cameras: `picture`, `recording`, `signal`, `online`, `recorded`, `sharpness` "
        "or `likeness` (these four in %); of machines: `storage`, `disk` (% used), `disk-free` (GB), `clock` (s) or "
        "`temperature` (°C).",
    )
    at_least: _Number | None = Field(default=None, title="At least", description="With a number: less is a bad answer.")
    at_most: _Number | None = Field(default=None, title="At most", description="With a number: more is a bad answer.")


class ChecklistTable(Table):
    """What is looked at on each asset of one sort, or on those that all of `assets`, `areas`, `tags`, `domain` fit."""

    of: AssetKind = Field(
        title="Of",
        description="The sort of asset: `camera`, `line`, `switch`, `encoder`, `server`, `recorder`, `disk`, "
        "`monitor`, `ups` or `room`.",
    )
    assets: list[Id] = Field(default=[], title="Assets", description="Only these, by id.", max_length=5000)
    areas: list[Id] = Field(default=[], title="Areas", description="Only those in these areas.", max_length=500)
    tags: list[Tag] = Field(default=[], title="Tags", description="Only those with one of these tags.", max_length=100)
    domain: Domain | None = Field(default=None, title="Domain", description="Only those of this domain.")
    item: list[ItemTable] = Field(
        title="Items", description="What is looked at, in this order.", min_length=1, max_length=100
    )


class RoundTable(Table):
    """A kind of round."""

    id: Id = Field(title="Id", description='Name in rules: `{ round = "technical" }`.')
    name: Words = Field(title="Name", description="What staff call it.")
    clause: str = Field(
        default="",
        title="Clause",
        description="The clause of the regulation that it serves.",
        max_length=10,
        json_schema_extra={"enum": list(CLAUSES)},
    )
    team: Id | None = Field(
        default=None, title="Team", description="Who makes it: a team of rules/roster.toml, unless a rule says so."
    )
    due: Duration | None = Field(
        default=None, title="Due", description="How long there is time for it, such as `3d`, unless a rule says so."
    )
    every: Any = Field(
        default=None,
        title="Every",
        description="When it comes due: a length of time such as `7d`, or a table as in rules. Without it a rule makes "
        "it due.",
    )
    missed: Missed | None = Field(
        default=None,
        title="Missed",
        description="With `every`, when the hub was down at the time: `run-once` (the default), `skip` or `run-all`.",
    )
    signed_by: Literal["maker", "leader"] = Field(
        default="maker", title="Signed by", description="Whose signature ends it: `maker` or `leader`."
    )
    checklist: list[ChecklistTable] = Field(
        title="Checklists", description="What is looked at, by sort of asset.", min_length=1, max_length=50
    )


class RoundsTable(Table):
    """The kinds of rounds."""

    round: list[RoundTable] = Field(default=[], title="Rounds", description="The kinds of rounds.", max_length=200)
