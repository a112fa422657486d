"""What rules/replacement.toml may say, table by table. The JSON Schema is made from these models."""

from typing import Annotated

from pydantic import Field

from hub.config.rules.values import Duration
from hub.config.tables import Id, Table
from hub.core.assets.scheme import Criterion
from hub.core.rounds.kinds import AssetKind

_Points = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
_Years = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
_Limit = Annotated[float, Field(gt=0, le=100000, allow_inf_nan=False)]


class PointsTable(Table):
    """How many points each ground gives at its limit; below it a share of them. What is left out gives none."""

    age: _Points = Field(default=0.0, title="Age", description="Years in use by years expected.")
    failures: _Points = Field(default=0.0, title="Failures", description="Faults in 12 months.")
    repair: _Points = Field(default=0.0, title="Repair", description="Hours to restore it, on average.")
    relapses: _Points = Field(default=0.0, title="Relapses", description="Repairs in 12 months that did not last.")
    night: _Points = Field(default=0.0, title="Night", description="Nights in 12 months without a usable picture.")
    parts: _Points = Field(default=0.0, title="Parts", description="Spare parts are no longer to be had.")


class LimitsTable(Table):
    """The limits at which a ground gives its full points."""

    failures: _Limit = Field(default=4.0, title="Failures", description="Faults in 12 months.")
    repair_hours: _Limit = Field(default=72.0, title="Repair hours", description="Hours to restore it, on average.")
    relapses: _Limit = Field(default=2.0, title="Relapses", description="Repairs in 12 months that did not last.")
    nights: _Limit = Field(default=10.0, title="Nights", description="Nights in 12 months without a usable picture.")


class PartiesTable(Table):
    """The department that signs for each party, by its id in hub.toml."""

    planning: Id | None = Field(default=None, title="Planning", description="The planning department (规划部门).")
    technical: Id | None = Field(default=None, title="Technical", description="The technical department (技术部门).")
    using: Id | None = Field(
        default=None, title="Using", description="The using department; without it, the one in the asset's entry."
    )


class WithinTable(Table):
    """How long each step may take before it is overdue."""

    signatures: Duration = Field(default=14 * 86400.0, title="Signatures", description="The three signatures.")
    order: Duration = Field(default=60 * 86400.0, title="Order", description="The order, once it is decided.")
    commissioning: Duration = Field(default=90 * 86400.0, title="Commissioning", description="The new device in use.")


class ReplacementTable(Table):
    """By what a replacement is proposed."""

    propose_at: _Points = Field(default=60.0, title="Propose at", description="With so many points it is proposed.")
    alone: list[Criterion] = Field(
        default=[],
        title="Alone",
        description="What is enough by itself at its limit: `age`, `failures`, `repair`, `relapses`, `night`, `parts`.",
        max_length=6,
    )
    warranty_notice: Duration = Field(
        default=30 * 86400.0, title="Warranty notice", description="So long before its end a warranty is told of."
    )
    recorded_for: Duration = Field(
        default=86400.0,
        title="Recorded for",
        description="So long a camera must have been recorded without a gap before it is handed over.",
    )
    points: PointsTable = Field(default=PointsTable(), title="Points", description="What each ground weighs.")
    limits: LimitsTable = Field(default=LimitsTable(), title="Limits", description="When a ground weighs fully.")
    life_years: dict[AssetKind, _Years] = Field(
        default={},
        title="Life in years",
        description="How long each kind of asset is expected to last where its entry does not say.",
    )
    parties: PartiesTable = Field(default=PartiesTable(), title="Parties", description="Who signs.")
    within: WithinTable = Field(default=WithinTable(), title="Within", description="When a step is overdue.")
