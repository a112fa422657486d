"""A table that is told its rows and changes only what differs.

The cursor stays on the same thing while the list moves under it. When that thing vanishes the cursor has to go
elsewhere; `settled` is False for a moment then, so that a key meant for the one does not hit the other.
"""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import DataTable

from hub.clock import Clock
from hub.tui.colours import tone
from hub.tui.rows.row import Cell, Column, Row, fit, shown_columns, widths

SETTLING_S = 0.8
"""How long after an involuntary move of the cursor keys are not trusted to mean the new row."""


class _Sorted(Text):
    """The first cell of a row: it knows where the row belongs."""

    order = 0


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
        self._shown: list[tuple[Column, int]] = []
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

    def plan(self, columns: Sequence[Column]) -> None:
        """Use these columns (with their labels in the language in force) from now on."""
        self._plan = list(columns)
        self._build(list(self._rows.values()))

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows: what did not change is left alone."""
        new = {row.key: row for row in rows}
        if not self._shown or len(new.keys() ^ self._rows.keys()) > max(40, len(self._rows) // 2):
            self._build(list(rows))
            return
        self._chosen = self.chosen
        at = self._index()
        for key in [key for key in self._rows if key not in new]:
            self.remove_row(key)
        order_changed = list(new) != [key for key in self._rows if key in new]
        for order, (key, row) in enumerate(new.items()):
            known = self._rows.get(key)
            if known is None:
                self.add_row(*self._cells(row, order), key=key)
            elif known != row or order_changed:
                self._update(row, known, order)
        if order_changed:
            self.sort(self._shown[0][0].key, key=lambda cell: getattr(cell, "order", 0))
        self._rows = new
        self._keep_cursor(at)

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

    def _widths(self) -> list[tuple[Column, int]]:
        room = self.size.width - self.styles.scrollbar_size_vertical
        columns = shown_columns(self._plan, room)
        return list(zip(columns, widths(columns, max(0, room - 2 * len(columns))), strict=True))

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
        for column, width in self._shown:
            self.add_column(fit(column.label, width), width=width, key=column.key)
        for order, row in enumerate(rows):
            self.add_row(*self._cells(row, order), key=row.key)
        self._rows = {row.key: row for row in rows}
        self._keep_cursor(at)
        if at == len(rows) - 1:
            self.scroll_end(animate=False)
        else:
            self.scroll_to(y=top, animate=False)

    def _cells(self, row: Row, order: int) -> list[Text]:
        by_key = {column.key: index for index, column in enumerate(self._plan)}
        cells = [self._cell(row.cells[by_key[column.key]], width) for column, width in self._shown]
        first = _Sorted(cells[0].plain, style=cells[0].style, no_wrap=True, end="")
        first.order = order
        return [first, *cells[1:]]

    def _cell(self, cell: Cell, width: int) -> Text:
        return Text(fit(cell.text, width), style=tone(cell.tone), no_wrap=True, end="")

    def _update(self, row: Row, known: Row, order: int) -> None:
        by_key = {column.key: index for index, column in enumerate(self._plan)}
        cells = self._cells(row, order)
        for position, (column, _width) in enumerate(self._shown):
            index = by_key[column.key]
            if position == 0 or row.cells[index] != known.cells[index]:
                self.update_cell(row.key, column.key, cells[position], update_width=False)

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
