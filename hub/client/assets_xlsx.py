"""Workbooks of spreadsheets (XLSX): the first sheet as cells.

openpyxl takes 0.3 s to import: only who names a workbook waits for it.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hub.core.assets.commands import MOST_ROWS
from hub.errors import Refused

_LARGEST_UNPACKED = 64 * 1024 * 1024
_MOST_COLUMNS = 200


def read_cells(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet, each with its number. Raises `Refused` for what is no sound workbook."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _LARGEST_UNPACKED:
                raise Refused(f"{name} unpacks to more than {_LARGEST_UNPACKED // 1024 // 1024} MB.", hint="Split it.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True)
            cells = [(number, _trimmed([_text(cell) for cell in row])) for number, row in enumerate(rows, start=1)]
            return [(number, row) for number, row in cells if row]
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:  # whatever a broken workbook makes the library raise
        raise Refused(
            f"{name} is no workbook that can be read: {type(error).__name__}.", hint="Save it as XLSX, or as CSV."
        ) from error


def write_cells(path: Path, rows: Sequence[Sequence[str]], *, title: str = "assets") -> None:
    """Write rows as the only sheet of a workbook; every cell is text, none a formula."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.freeze_panes = "C2"
    for line, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(row=line, column=column)
            cell.value = text or None
            if text:
                cell.data_type = "s"
            cell.number_format = "@"
    book.save(path)


def _trimmed(row: list[str]) -> list[str]:
    """Without the empty cells at its end: the library fills every row up."""
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)
