"""Workbooks: the same table as in CSV, there and back; and a clear word where they cannot be read."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hub.client.assets_xlsx import read_cells, write_cells
from hub.errors import Refused


def test_what_is_written_reads_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    rows = [["asset", "kind", "型号"], ["SW-1", "switch", "=1+1"], ["SW-2", "switch", "007"]]
    write_cells(path, rows)
    assert read_cells(path.read_bytes(), path.name) == list(enumerate(rows, start=1))


def test_dates_and_numbers_of_a_spreadsheet_are_read_as_people_see_them() -> None:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["asset", "warranty", "life", "price", "parts", None])
    book.active.append(["SW-1", date(2027, 3, 2), 8.0, 12.5, True, None])
    book.save(packed)
    assert read_cells(packed.getvalue(), "x.xlsx")[1] == (2, ["SW-1", "2027-03-02", "8", "12.5", "yes"])


def test_a_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(Refused, match="no workbook"):
        read_cells(b"PK\x03\x04broken", "x.xlsx")
