"""What rules/assessment.toml may say, table by table. The JSON Schema is made from these models."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from hub.config.rules.values import Duration, OneOrMore, listed
from hub.config.tables import Id, Table, Words

Event = Annotated[str, Field(min_length=1, max_length=100)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
_Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
_Number = Annotated[int, Field(ge=1, le=10_000)]
_Bound = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]


class AfterTable(Table):
    """The time since an earlier event about the same thing."""

    event: Event = Field(title="Event", description="The earlier event, such as `alarm.raised`: the newest one counts.")
    where: dict[str, Any] = Field(
        default={}, title="Where", description="What the earlier event must be like, as in `where` of the point."
    )
    longer_than: Duration | None = Field(default=None, title="Longer than", description="Only what took longer.")
    shorter_than: Duration | None = Field(default=None, title="Shorter than", description="Only what took less.")
    on_duty: bool = Field(
        default=False,
        title="On duty",
        description="Where the person signed on at a post only later, the time counts from then.",
    )


class CountedTable(Table):
    """Which records are counted, and for whom."""

    on: Annotated[list[Event], BeforeValidator(listed), OneOrMore] = Field(
        title="On", description="The events: one, or a list. `ticket.*` stands for all of an area that begin something."
    )
    where: dict[str, Any] = Field(
        default={}, title="Where", description="Which of them: fields of the event and what they must be, as in rules."
    )
    who: Name = Field(
        title="Who",
        description="Whose record it is: `actor` (who did it), `present` (who is signed on at the event's post), or "
        "the field that names the account or accounts.",
    )
    of: Event | None = Field(
        default=None,
        title="Of",
        description="`who` is said by the newest earlier event of this name about the same thing, not by this one. "
        "Each such earlier event counts once, whatever comes after it.",
    )
    after: AfterTable | None = Field(default=None, title="After", description="How long after an earlier event.")


class PointTable(CountedTable):
    """What gives points, for or against."""

    id: Id = Field(title="Id", description="Its name; it stays the same when the rest is changed.")
    title: Words = Field(title="Title", description="What people read.")
    clause: Name | None = Field(default=None, title="Clause", description="Clause of the regulation, such as `3.4`.")
    points: _Points = Field(title="Points", description="For each record; less than nothing is against the person.")
    at_most: _Number | None = Field(
        default=None, title="At most", description="How often it counts for one person in a month."
    )


class AtLeastTable(CountedTable):
    """So many records of the month."""

    number: _Number = Field(title="Number", description="How many records of the person there must be.")


class BestTable(CountedTable):
    """Who is better than all others."""

    by: Literal["time", "number"] = Field(
        title="By", description="`time`: the shortest median of `after`. `number`: the most records."
    )
    number: _Number = Field(default=1, title="Number", description="Who has fewer records is not compared.")


class CommendationTable(Table):
    """What a whole month is commended for."""

    id: Id = Field(title="Id", description="Its name; it stays the same when the rest is changed.")
    title: Words = Field(title="Title", description="What people read.")
    clause: Name | None = Field(default=None, title="Clause", description="Clause of the regulation.")
    points: _Points = Field(ge=0, title="Points", description="How many points it gives.")
    at_least: list[AtLeastTable] = Field(
        default=[], title="At least", description="Records that there must be.", max_length=10
    )
    without: list[Name] = Field(
        default=[],
        title="Without",
        description='Ids of points that the person must not have; ["*"]: none against them.',
        max_length=100,
    )
    best: BestTable | None = Field(default=None, title="Best", description="In what the person is the best of all.")


class TargetTable(Table):
    """What one figure should reach, in its own unit: shares from 0 to 1, times in seconds."""

    good_from: _Bound | None = Field(default=None, title="Good from", description="Good from this value up.")
    good_to: _Bound | None = Field(default=None, title="Good to", description="Good down from this value.")


class ReviewTable(Table):
    """How a review goes."""

    make_on_day: Annotated[int, Field(ge=0, le=28)] = Field(
        default=3,
        title="Make on day",
        description="Day of the next month on which the hub makes the review by itself; 0: only when a leader asks.",
    )
    appeal_within: Duration = Field(
        default=14 * 86400.0, title="Appeal within", description="How long people may appeal against a point."
    )
    by_hand_at_most: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = Field(
        default=10.0,
        title="By hand at most",
        description="Points that one person can have in a month for good work that leaders put on record.",
    )
    watched_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=0.95,
        title="Watched share",
        description="A figure has no verdict while less than this share of its period was watched.",
    )


class AssessmentTable(Table):
    """By what people are reviewed, and what the figures should reach."""

    review: ReviewTable = Field(default=ReviewTable(), title="Review", description="How a review goes.")
    point: list[PointTable] = Field(default=[], title="Points", description="What gives points.", max_length=200)
    commendation: list[CommendationTable] = Field(
        default=[], title="Commendations", description="What a whole month is commended for.", max_length=50
    )
    figures: dict[Id, TargetTable] = Field(default={}, title="Figures", description="Targets by figure.")
