"""A report as values, without a word of its pages: what the pages, the sheets and programs are made from."""

from datetime import date, datetime
from typing import Literal

import msgspec

from hub.core.kpi.figures import Definition, Figure
from hub.core.reports.period import Kind
from hub.core.text import Text

Cell = Text | float | str | None
"""None: not known."""
CellKind = Literal["text", "share", "s", "days", "count", "number", "at", "id"]
"""How a cell is read: `at` is an ISO time with its zone; the units are those of figures; `number` is a whole one, `id`
a name that no line may break."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    title: Text
    kind: CellKind = "text"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one kind of thing, worst or newest first."""

    id: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text = Text(en="")
    """What the rows are, where that is not plain; empty otherwise."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the report."""

    figure: Figure
    before: float | None = None
    """The same figure in the period before; None where nothing was counted then, or too little was watched."""
    days: tuple[float | None, ...] = ()
    """By the report's `trend_days`; empty where it has none."""
    entries: tuple[str, ...] = ()
    """Wire names of the records that it is counted from."""


class Counting(msgspec.Struct, frozen=True):
    """How many records of one kind the period has."""

    type: str
    count: int


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs together: a subject, or a clause."""

    id: str
    title: Text
    clauses: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    counted: tuple[Counting, ...] = ()
    """Of the kinds of records that belong here, those of which there are any."""
    remarks: tuple[Text, ...] = ()
    """What whoever reads it must know."""


class TimeShares(msgspec.Struct, frozen=True, kw_only=True):
    """What the time of all cameras together was, in seconds. They add up to the time of the period up to now."""

    good_s: float = 0.0
    faulty_s: float = 0.0
    """There was a signal, and the picture had a fault."""
    not_judged_s: float = 0.0
    no_signal_s: float = 0.0
    unwatched_s: float = 0.0

    @property
    def whole_s(self) -> float:
        return self.good_s + self.faulty_s + self.not_judged_s + self.no_signal_s + self.unwatched_s


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a period comes to, for somebody who may see a part of the site."""

    kind: Kind
    clause: str = ""
    """The only clause that it is about; empty: every one, or it is not ordered by clauses."""
    site: Text
    timezone: str
    first: date
    last: date
    from_at: datetime
    to_at: datetime
    counted_to_at: datetime
    over: bool
    made_at: datetime
    position: int
    """The newest record of the journal that it takes into account."""
    made_for: str
    """Name of the person whose sight it has; empty: the hub, which sees everything."""
    domains: tuple[str, ...]
    limited: bool
    """Not every domain and department is in it."""
    cameras: int
    coverage: float
    least_coverage: float
    trend_days: tuple[date, ...] = ()
    time: TimeShares = TimeShares()
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    camera_names: dict[str, Text] = {}

    def definition(self, figure_id: str) -> Definition | None:
        return next((each for each in self.definitions if each.id == figure_id), None)

    def line(self, figure_id: str) -> Line | None:
        """The first line with a figure; None where the report has none."""
        lines = (line for section in self.sections for line in section.lines)
        return next((line for line in lines if line.figure.id == figure_id), None)
