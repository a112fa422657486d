"""Pages from values: templates with autoescaping, words in one language, links where there is a hub to follow them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hub.automation.meanings import meaning
from hub.config.clauses import CLAUSES
from hub.core.kpi.definitions import Definition
from hub.core.reports import words as said
from hub.core.reports.model import Cell, Column, Line, Report, Section, Table
from hub.core.reports.tables import domains
from hub.core.text import Language, Text
from hub.server.reports.pages import charts
from hub.server.reports.pages.fields import field_name, field_value
from hub.server.reports.pages.words import KINDS, WORDS

_TEMPLATES = Path(__file__).parent / "templates"
MOST_ROWS = 30
"""Rows of a table on a page; the sheets have all."""
_SUMMARY = (
    *("online_time", "picture_watched", "recording", "not_judged"),
    *("alarm_rate", "false_share", "repair", "rounds", "attendance", "attention"),
)
_CHARTED = (
    *("online_time", "unwatched", "picture_judged", "picture_watched", "not_judged", "recording", "alarm_rate"),
    *("attendance", "attention"),
)
"""Of the others there are too few a day to make a curve."""
_BARS = ("alarm_rate", "unwatched", "not_judged")
"""Of which there is none as a rule: columns from zero show that best."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def file_name(report: Report) -> str:
    """What a report is called as a file, without its ending."""
    named = f"clause-{report.clause}" if report.clause else report.kind
    return f"{named}-{report.first:%Y-%m-%d}"


def report_page(
    report: Report, language: Language, *, base: str | None, person: str = "", around: Mapping[str, str] = {}
) -> str:
    """A report as a page. `base`: where the hub answers, before links to entries; None: nobody can follow one.

    `person` and `around` (addresses of the periods before and after, and of the sheets, by name) are for pages that
    the hub shows; a file has neither.
    """
    return _render("report.html.j2", language, report=Shown(report, language, base), person=person, around=around)


def page(template: str, language: Language, **values: object) -> str:
    """Another page of the hub."""
    return _render(template, language, **values)


class Shown:
    """A report in one language, as the template reads it."""

    def __init__(self, report: Report, language: Language, base: str | None) -> None:
        self.it = report
        self.language: Language = language
        self._base = base
        self._zone = ZoneInfo(report.timezone)

    @property
    def title(self) -> str:
        return KINDS[self.it.kind].in_(self.language)

    @property
    def clause(self) -> str:
        says = CLAUSES.get(self.it.clause)
        return f"{self.it.clause} {says.in_(self.language)}" if says is not None else ""

    @property
    def period(self) -> str:
        return f"{self.it.first}" if self.it.first == self.it.last else f"{self.it.first} – {self.it.last}"

    @property
    def domains(self) -> str:
        return domains(self.it.domains).in_(self.language)

    @property
    def least(self) -> str:
        return said.percent(self.it.least_coverage)

    @property
    def coverage(self) -> str:
        return said.percent(self.it.coverage)

    @property
    def covered(self) -> bool:
        return self.it.coverage >= self.it.least_coverage

    def at(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def in_(self, text: Text) -> str:
        return text.in_(self.language)

    def summary(self) -> list[tuple[Definition, Line]]:
        """The figures that come first."""
        if self.it.kind == "clause":
            return []
        found = ((name, self.it.line(name)) for name in _SUMMARY)
        return [
            (known, line)
            for name, line in found
            if line is not None and (known := self.it.definition(name)) is not None
        ]

    def lines(self, section: Section) -> list[tuple[Definition, Line]]:
        return [(known, line) for line in section.lines if (known := self.it.definition(line.figure.id)) is not None]

    def value(self, line: Line, known: Definition) -> str:
        return said.shown(line.figure.value, known.unit).in_(self.language)

    def before(self, line: Line, known: Definition) -> str:
        return said.shown(line.before, known.unit).in_(self.language)

    def target(self, line: Line, known: Definition) -> str:
        return said.target(line.figure, known.unit).in_(self.language)

    def verdict(self, line: Line) -> str:
        return said.VERDICTS[line.figure.verdict].in_(self.language)

    def counted(self, line: Line, known: Definition) -> str:
        return said.counted(line.figure, known).in_(self.language)

    def excused(self, line: Line, known: Definition) -> str:
        return said.excused(line.figure, known).in_(self.language) if line.figure.excused else ""

    def about(self, line: Line) -> str:
        """The camera that a figure is about; empty for those of all."""
        name = self.it.camera_names.get(line.figure.about)
        return name.in_(self.language) if name is not None else line.figure.about

    def entries(self, types: Sequence[str]) -> str:
        """The address of the entries of these kinds in the period; empty where there is none."""
        if self._base is None or not types:
            return ""
        asked = [*(("type", name) for name in types), ("first", f"{self.it.first}"), ("last", f"{self.it.last}")]
        return f"{self._base}/reports/entries?{urlencode([*asked, ('language', self.language)])}"

    def meant(self, type_: str) -> str:
        return meaning(type_).in_(self.language) or type_

    def drawn(self, section: Section) -> list[tuple[str, str, Markup]]:
        """How the figures of a section went from day to day, with their names and targets."""
        drawn = [
            (self.in_(known.name), self.target(line, known), self._curve(line, known))
            for known, line in self.lines(section)
            if line.figure.id in _CHARTED
        ]
        return [each for each in drawn if each[2]]

    def time(self) -> tuple[Markup, list[charts.Share]]:
        """What the time of all cameras was, drawn and as a legend."""
        time = self.it.time
        parts = (
            ("good", time.good_s, charts.GREEN),
            ("faulty", time.faulty_s, "#c9861a"),
            ("no_signal", time.no_signal_s, charts.RED),
            ("not_judged", time.not_judged_s, "#8a94a0"),
            ("unwatched", time.unwatched_s, "#c3cad2"),
        )
        whole = time.whole_s or 1.0
        shares = [
            charts.Share(WORDS[name].in_(self.language), seconds, colour, said.percent(seconds / whole))
            for name, seconds, colour in parts
        ]
        return charts.stacked(shares, title=WORDS["time"].in_(self.language)), shares

    def rows(self, table: Table) -> list[list[str | Markup]]:
        return [
            [self._cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows[:MOST_ROWS]
        ]

    def more(self, table: Table) -> int:
        """How many rows the page leaves out."""
        return max(0, len(table.rows) - MOST_ROWS)

    def _curve(self, line: Line, known: Definition) -> Markup:
        figure = line.figure
        bound = figure.good_from if figure.good_from is not None else figure.good_to
        return charts.curve(
            line.days,
            [_day(day) for day in self.it.trend_days],
            title=self.in_(known.name),
            said=lambda value: said.shown(value, known.unit).in_(self.language),
            bars=figure.id in _BARS,
            bound=bound,
            share=known.unit == "share",
        )

    def _cell(self, cell: Cell, column: Column) -> str | Markup:
        if cell is None:
            return "–" if column.kind != "text" else ""
        if isinstance(cell, Text):
            return self.in_(cell)
        if isinstance(cell, str):
            return self.at(datetime.fromisoformat(cell)) if column.kind == "at" else cell
        match column.kind:
            case "share":
                return Markup("{} {}").format(said.percent(cell), charts.bar(cell))
            case "s" | "days" | "count":
                return said.shown(cell, column.kind).in_(self.language)
            case _:
                return f"{cell:g}"


def event_words(type_: str, language: Language) -> str:
    """What a kind of record means."""
    return meaning(type_).in_(language) or type_


def details(event: Mapping[str, Any], language: Language, zone: ZoneInfo, *, most: int = 300) -> str:
    """The fields of a record on one line: what is empty is left out, what is long is cut. Times are in `zone`."""
    parts = [
        f"{field_name(name, language)}: {field_value(name, _flat(value, language, zone), language)}"
        for name, value in event.items()
        if value not in (None, "", [], {})
    ]
    line = "; ".join(parts)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _flat(value: object, language: Language, zone: ZoneInfo) -> str:
    match value:
        case str() if _MOMENT.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case str() if _DIGEST.fullmatch(value):
            return f"{value[:16]}…"
        case str():
            return value
        case float():
            return f"{value:g}"
        case {"camera": str(camera), "left": left, "top": top, "right": right, "bottom": bottom}:
            # As it is typed: a region of a picture, by its edges.
            return f"{camera} {' '.join(f'{100 * edge:.0f}' for edge in (left, top, right, bottom))} %"
        case {"en": str(en), **rest} if rest.keys() <= {"zh"}:
            return Text(en=en, zh=str(rest.get("zh", ""))).in_(language)
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(_flat(each, language, zone) for each in value)
        case list():
            return " / ".join(_flat(each, language, zone) for each in value)
        case dict():
            pairs = (
                f"{field_name(str(name), language)} {_flat(each, language, zone)}"
                for name, each in value.items()
                if each not in (None, "", [], {})
            )
            return ", ".join(pairs)
        case _:
            return str(value)


def _day(day: date) -> str:
    return f"{day:%m-%d}"


def _render(template: str, language: Language, **values: object) -> str:
    w: Callable[[str], str] = partial(_word, language)
    return _environment().get_template(template).render(language=language, w=w, **values)


def _word(language: Language, key: str) -> str:
    return WORDS[key].in_(language)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
