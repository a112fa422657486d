"""Reports for spreadsheet programs: the figures as CSV; figures, days, tables and counts as a workbook.

openpyxl takes 0.3 s to import: only who asks for a workbook waits for it.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.automation.meanings import meaning
from hub.core.reports import words as said
from hub.core.reports.model import Cell, Column, Report
from hub.core.text import Language, Text

Row = Sequence[str | float | int | datetime | None]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TITLE = re.compile(r"[\\/*?:\[\]]")
_LONGEST_TITLE = 31
"""Characters that a sheet's name may have."""

_HEADINGS = (
    Text(en="section", zh="章节"),
    Text(en="clauses", zh="条款"),
    Text(en="figure id", zh="指标标识"),
    Text(en="figure", zh="指标"),
    Text(en="unit", zh="单位"),
    Text(en="value", zh="数值"),
    Text(en="before", zh="上期"),
    Text(en="numerator", zh="分子"),
    Text(en="counted", zh="分子含义"),
    Text(en="denominator", zh="分母"),
    Text(en="counted over", zh="分母含义"),
    Text(en="excused", zh="许可覆盖"),
    Text(en="camera", zh="摄像机"),
    Text(en="verdict", zh="判定"),
    Text(en="at least", zh="不低于"),
    Text(en="at most", zh="不高于"),
    Text(en="first day", zh="首日"),
    Text(en="last day", zh="末日"),
)


def as_csv(report: Report, language: Language) -> bytes:
    """The figures, a line each: UTF-8 with its mark, as spreadsheet programs want it. No cell is a formula."""
    text = io.StringIO(newline="")
    written = csv.writer(text)
    for row in figure_rows(report, language):
        written.writerow([_harmless(_plain(cell)) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(report: Report, language: Language) -> bytes:
    """A workbook: the figures, their days, each table, and how many records there are."""
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for title, rows in _sheets(report, language):
        sheet = book.create_sheet(_title(title, taken))
        sheet.freeze_panes = "A2"
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(row=line, column=column)
                cell.value = value
                if isinstance(value, str):
                    # A text that looks like a formula stays a text.
                    cell.data_type = "s"
                if line == 1:
                    cell.font = Font(bold=True)
        for place, cells in enumerate(zip(*rows, strict=True), start=1):
            longest = max(len(str(each)) for each in cells if each is not None) if any(cells) else 8
            letter = sheet.cell(row=1, column=place).column_letter
            sheet.column_dimensions[letter].width = min(60, max(9, longest + 2))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def figure_rows(report: Report, language: Language) -> list[Row]:
    """Every figure with what it was counted from, below a line of headings."""
    rows: list[Row] = [[each.in_(language) for each in _HEADINGS]]
    for section in report.sections:
        for line in section.lines:
            known, figure = report.definition(line.figure.id), line.figure
            if known is None:
                continue
            rows.append(
                [
                    *(section.title.in_(language), " ".join(section.clauses), figure.id, known.name.in_(language)),
                    *(known.unit, figure.value, line.before),
                    *(figure.numerator, known.numerator.in_(language)),
                    *(figure.denominator, known.denominator.in_(language), figure.excused, figure.about),
                    *(said.VERDICTS[figure.verdict].in_(language), figure.good_from, figure.good_to),
                    *(report.first.isoformat(), report.last.isoformat()),
                ]
            )
    return rows


def _sheets(report: Report, language: Language) -> Iterator[tuple[str, list[Row]]]:
    yield Text(en="Figures", zh="指标").in_(language), figure_rows(report, language)
    if report.trend_days:
        yield Text(en="Days", zh="逐日").in_(language), _day_rows(report, language)
    zone = ZoneInfo(report.timezone)
    for section in report.sections:
        for table in section.tables:
            rows: list[Row] = [[column.title.in_(language) for column in table.columns]]
            rows += [
                [_value(cell, column, language, zone) for cell, column in zip(row, table.columns, strict=True)]
                for row in table.rows
            ]
            yield f"{section.title.in_(language)} {table.title.in_(language)}", rows
    counted: list[Row] = [[each.in_(language) for each in _COUNT_HEADINGS]]
    counted += [
        [section.title.in_(language), each.type, meaning(each.type).in_(language), each.count]
        for section in report.sections
        for each in section.counted
    ]
    yield Text(en="On record", zh="记录数").in_(language), counted


_COUNT_HEADINGS = (
    Text(en="section", zh="章节"),
    Text(en="kind of record", zh="记录类型"),
    Text(en="meaning", zh="含义"),
    Text(en="records", zh="条数"),
)


def _day_rows(report: Report, language: Language) -> list[Row]:
    rows: list[Row] = [[Text(en="figure", zh="指标").in_(language), *(day.isoformat() for day in report.trend_days)]]
    for section in report.sections:
        for line in section.lines:
            known = report.definition(line.figure.id)
            if known is not None and line.days:
                rows.append([known.name.in_(language), *line.days])
    return rows


def _value(cell: Cell, column: Column, language: Language, zone: ZoneInfo) -> str | float | datetime | None:
    if isinstance(cell, Text):
        return cell.in_(language)
    if isinstance(cell, str) and column.kind == "at":
        # A workbook knows no zones: the time is the site's.
        return datetime.fromisoformat(cell).astimezone(zone).replace(tzinfo=None, microsecond=0)
    return cell


def _title(wanted: str, taken: set[str]) -> str:
    name = _NO_TITLE.sub(" ", wanted)[:_LONGEST_TITLE].strip()
    number = 2
    while name.lower() in taken:
        ending = f" {number}"
        name, number = f"{_NO_TITLE.sub(' ', wanted)[: _LONGEST_TITLE - len(ending)]}{ending}", number + 1
    taken.add(name.lower())
    return name


def _plain(cell: str | float | int | datetime | None) -> str:
    return "" if cell is None else f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
