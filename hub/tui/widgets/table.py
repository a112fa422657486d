"""A table that is told its rows and draws only what differs.

Textual's table keeps the order of the rows, the cursor and the scrolling, with one empty cell a row; the lines are
drawn here, from the rows as they were told. So a text that changes costs a line when it is in sight, and nothing when
it is not.

The cursor stays on the same thing while the list moves under it. When that thing vanishes the cursor has to go
elsewhere; `settled` is False for a moment then, so that a key meant for the one does not hit the other.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import DataTable

from hub.clock import Clock
from hub.tui.colours import tone
from hub.tui.rows.row import Cell, Column, Row, fit, shown_columns, widths

SETTLING_S = 0.8
"""How long after an involuntary move of the cursor keys are not trusted to mean the new row."""


_ONLY = "row"
"""Textual's one column."""

_PLAIN = "plain"
"""Drawn in the style of the line alone."""

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
"""What a terminal would obey instead of showing it."""


class _Place(Text):
    """The empty cell of a row: it knows where the row belongs."""

    order = 0


class _Drawn(NamedTuple):
    """A column as it is drawn: which cell of a row stands in it, under which label, how wide."""

    cell: int
    label: str
    width: int


class RowTable(DataTable[Text]):
    """Rows by key; `Chosen` is posted when another row comes under the cursor."""

    BINDINGS = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    class Chosen(Message):
        """Another row is under the cursor; `key` is empty when there are none."""

        def __init__(self, table: "RowTable", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "RowTable":
            return self.table

    class Opened(Chosen):
        """Enter was pressed, or a chosen row clicked."""

    def __init__(self, clock: Clock, name: str) -> None:
        super().__init__(
            id=name, cursor_type="row", zebra_stripes=False, cell_padding=1, cursor_foreground_priority="renderable"
        )
        self._clock = clock
        self._plan: list[Column] = []
        self._rows: dict[str, Row] = {}
        self._places: dict[str, _Place] = {}
        self._shown: list[_Drawn] = []
        self._chosen = ""
        self._moved_s = float("-inf")

    @property
    def chosen(self) -> str:
        """Key of the row under the cursor, or empty. Right at every moment, so that no key acts on the row before."""
        return self._key_at(self.cursor_row) if self._shown else self._chosen

    @property
    def row_keys(self) -> list[str]:
        """Keys of the rows in their order."""
        return list(self._rows)

    @property
    def settled(self) -> bool:
        return self._clock.monotonic() - self._moved_s >= SETTLING_S

    @property
    def headings(self) -> list[str]:
        """Labels of the columns that there is room for."""
        return [drawn.label for drawn in self._shown]

    def plan(self, columns: Sequence[Column]) -> None:
        """Use these columns (with their labels in the language in force) from now on; `show` brings their rows."""
        self._plan = list(columns)
        if self._shown:
            self._shown = self._widths()
            self.refresh()
        else:
            self._build(list(self._rows.values()))

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows: what did not change is left alone."""
        new = {row.key: row for row in rows}
        if not self._shown or len(new.keys() ^ self._rows.keys()) > max(40, len(self._rows) // 2):
            self._build(list(rows))
            return
        self._chosen = self.chosen
        at, before = self._index(), self._rows
        for key in [key for key in before if key not in new]:
            self.remove_row(key)
            del self._places[key]
        order_changed = list(new) != [key for key in before if key in new]
        for order, key in enumerate(new):
            if key not in before:
                self._add(key, order)
            self._places[key].order = order
        if order_changed:
            self.sort(_ONLY, key=lambda place: getattr(place, "order", 0))
        self._rows = new
        self._keep_cursor(at)
        self._refresh_changed(before)

    def choose(self, key: str) -> bool:
        """Put the cursor on a row; False when there is no such row."""
        if key not in self._rows:
            return False
        if not self._shown:
            self._chosen = key
            return True
        self.move_cursor(row=self.get_row_index(key), animate=False)
        self._choose(key)
        return True

    def choose_next(self) -> None:
        """One row down."""
        keys = self.row_keys
        if self._chosen in keys[:-1]:
            self.choose(keys[keys.index(self._chosen) + 1])

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        key = self._key_at(self.cursor_row)
        if key:
            self._choose(key)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if event.row_key.value:
            self._choose(event.row_key.value)
            self.post_message(self.Opened(self, event.row_key.value))

    def on_resize(self, event: events.Resize) -> None:
        if self._plan and self._widths() != self._shown:
            self._build(list(self._rows.values()))

    def render_line(self, y: int) -> Strip:
        """The heading, or the row that is scrolled to this line."""
        if y < self.header_height:
            plain = self.get_component_rich_style("datatable--header")
            return self._strip([Cell(drawn.label, _PLAIN) for drawn in self._shown], plain, -1)
        index = y - self.header_height + self.scroll_offset.y
        row = self._rows.get(self._key_at(index))
        if row is None:
            return Strip.blank(self.size.width, self.rich_style)
        plain = self.rich_style
        if self._show_hover_cursor and index == self.hover_coordinate.row:
            plain += self.get_component_rich_style("datatable--hover")
        if index == self.cursor_row:
            plain += self.get_component_rich_style("datatable--cursor")
        return self._strip([row.cells[drawn.cell] for drawn in self._shown], plain, index)

    def _strip(self, cells: Sequence[Cell], plain: Style, index: int) -> Strip:
        """One line; the mouse finds the row by what is noted in its style."""
        plain += Style.from_meta({"row": index, "column": 0})
        segments: list[Segment] = []
        for cell, drawn in zip(cells, self._shown, strict=True):
            text = cell.text if cell.text.isprintable() else cell.text.translate(_CONTROLS)
            text = fit(text, drawn.width)
            style = plain if cell.tone == _PLAIN else plain + Style.parse(tone(cell.tone))
            fill = " " * (drawn.width - cell_len(text) + 1)
            segments += (Segment(" ", plain), Segment(text, style), Segment(fill, plain))
        line = Strip(segment for segment in segments if segment.text)
        return line.adjust_cell_length(self.size.width, plain).simplify()

    def _refresh_changed(self, before: Mapping[str, Row]) -> None:
        """Have the lines in sight drawn anew whose rows are not what they were."""
        top = self.scroll_offset.y
        for line in range(self.size.height - self.header_height):
            key = self._key_at(top + line)
            if key and before.get(key) != self._rows.get(key):
                self.refresh(Region(0, line + self.header_height, self.size.width, 1))

    def _widths(self) -> list["_Drawn"]:
        room = self.size.width - self.styles.scrollbar_size_vertical
        columns = shown_columns(self._plan, room)
        by_key = {column.key: index for index, column in enumerate(self._plan)}
        given = widths(columns, max(0, room - 2 * len(columns)))
        return [_Drawn(by_key[column.key], column.label, width) for column, width in zip(columns, given, strict=True)]

    def _build(self, rows: list[Row]) -> None:
        if self.size.width == 0 or not self._plan:
            # Out of sight: what is drawn is no longer what is known, and is drawn anew when there is room again.
            self._chosen = self.chosen
            self._shown = []
            self._rows = {row.key: row for row in rows}
            if self._chosen not in self._rows:
                self._choose(next((row.key for row in rows if not row.group), ""))
            return
        self._chosen = self.chosen or self._chosen
        at, top = self._index(), self.scroll_offset.y
        self._shown = self._widths()
        self.clear(columns=True)
        self._places.clear()
        self.add_column("", width=max(1, self.size.width - 2 * self.cell_padding - 1), key=_ONLY)
        for order, row in enumerate(rows):
            self._add(row.key, order)
        self._rows = {row.key: row for row in rows}
        self._keep_cursor(at)
        if at == len(rows) - 1:
            self.scroll_end(animate=False)
        else:
            self.scroll_to(y=top, animate=False)

    def _add(self, key: str, order: int) -> None:
        self._places[key] = place = _Place()
        place.order = order
        self.add_row(place, key=key)

    def _index(self) -> int:
        return list(self._rows).index(self._chosen) if self._chosen in self._rows else self.cursor_row

    def _keep_cursor(self, before: int) -> None:
        """Back to the row that was chosen; else to the one that took its place, and let nobody press a key too soon."""
        if not self._rows:
            self._choose("")
            return
        if self._chosen in self._rows:
            index = self.get_row_index(self._chosen)
            if index != self.cursor_row:
                self.move_cursor(row=index, animate=False, scroll=False)
            return
        keys = list(self._rows)
        index = min(max(before, 0), len(keys) - 1)
        if self._rows[keys[index]].group and index + 1 < len(keys):
            index += 1
        if self._chosen:
            self._moved_s = self._clock.monotonic()
        self.move_cursor(row=index, animate=False, scroll=False)
        self._choose(keys[index])

    def _key_at(self, index: int) -> str:
        if not self.is_valid_row_index(index):
            return ""
        return self.coordinate_to_cell_key((index, 0)).row_key.value or ""  # type: ignore[arg-type]

    def _choose(self, key: str) -> None:
        if key != self._chosen:
            self._chosen = key
            self.post_message(self.Chosen(self, key))
