"""Rows, cells, columns and facts: the values that panels are given to draw."""

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len, set_cell_size


class Cell(msgspec.Struct, frozen=True):
    """One text in a table; `tone` names how it looks (`hub.tui.colours`)."""

    text: str
    tone: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line of a table. `key` stays the same for the same thing; `group` marks a heading between rows."""

    key: str
    cells: tuple[Cell, ...]
    group: bool = False


class Column(msgspec.Struct, frozen=True):
    """A column `width` cells wide; `flex` is its share of the room that is left. Hidden below `from_width`."""

    key: str
    label: str
    width: int
    flex: int = 0
    from_width: int = 0


class Fact(msgspec.Struct, frozen=True):
    """One labelled line of details; an empty label lets the text take the whole width."""

    label: str
    text: str
    tone: str = ""


def fit(text: str, width: int) -> str:
    """`text` in at most `width` terminal cells; `~` stands for what was cut off."""
    line = text.replace("\n", " ")
    if cell_len(line) <= width:
        return line
    return set_cell_size(line, width - 1).rstrip() + "~" if width > 1 else set_cell_size(line, width)


def shown_columns(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that a table `width` cells wide has room for."""
    return [column for column in columns if column.from_width <= width]


def widths(columns: Sequence[Column], width: int) -> list[int]:
    """The widths of `columns` in a table with `width` cells to give away: the rest goes to those with `flex`."""
    rest = max(0, width - sum(column.width for column in columns))
    shares = sum(column.flex for column in columns)
    given = [column.width + (rest * column.flex // shares if shares else 0) for column in columns]
    left = width - sum(given)
    for index, column in enumerate(columns):
        if column.flex and left > 0:
            given[index] += left
            break
    return given
