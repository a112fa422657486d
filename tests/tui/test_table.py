"""The table that changes only what differs."""

from textual.app import App, ComposeResult

from hub.testing.clock import FakeClock
from hub.tui.rows.row import Cell, Column, Row
from hub.tui.widgets.table import RowTable

COLUMNS = [Column("name", "Name", 8, flex=1), Column("state", "State", 8), Column("more", "More", 6, from_width=100)]


class TableApp(App[None]):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.chosen: list[str] = []
        self.updates: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield RowTable(self.clock, "table")

    def on_row_table_chosen(self, message: RowTable.Chosen) -> None:
        self.chosen.append(message.key)


def rows(*names: str, state: str = "good") -> list[Row]:
    return [Row(name, (Cell(name), Cell(state), Cell("x"))) for name in names]


def shown(table: RowTable) -> list[str]:
    return [table.get_cell_at((index, 0)).plain for index in range(table.row_count)]  # type: ignore[arg-type]


async def test_rows_come_go_and_move_without_the_table_being_refilled(clock: FakeClock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows("a", "b", "c"))
        await pilot.pause()
        cleared: list[int] = []
        monkeypatch.setattr(table, "clear", lambda **_: cleared.append(1))
        changed: list[tuple[object, object]] = []
        update = table.update_cell

        def counted(row: str, column: str, value: object, **options: bool) -> None:
            changed.append((row, column))
            update(row, column, value, **options)

        monkeypatch.setattr(table, "update_cell", counted)
        table.show([*rows("a"), *rows("b", state="bad"), *rows("c")])
        assert {row for row, _column in changed} == {"b"}
        table.show(rows("d", "c", "a"))
        await pilot.pause()
        assert shown(table) == ["d", "c", "a"]
        assert cleared == []


async def test_the_cursor_follows_its_row_and_says_so_only_when_it_changes(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows("a", "b", "c"))
        await pilot.pause()
        table.choose("b")
        await pilot.pause()
        app.chosen.clear()
        table.show(rows("z", "c", "b", "a"))
        await pilot.pause()
        assert (table.chosen, table.cursor_row) == ("b", 2)
        assert app.chosen == []
        assert table.settled


async def test_when_its_row_goes_the_cursor_takes_the_next_and_is_not_settled_for_a_moment(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows("a", "b", "c"))
        await pilot.pause()
        table.choose("b")
        table.show(rows("a", "c"))
        await pilot.pause()
        assert table.chosen == "c"
        assert not table.settled
        clock.advance(1)
        assert table.settled
        table.show([])
        await pilot.pause()
        assert table.chosen == ""


async def test_headings_are_not_where_the_cursor_begins(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show([Row("area:x", (Cell("X"), Cell(""), Cell("")), group=True), *rows("a")])
        await pilot.pause()
        assert table.chosen == "a"


async def test_columns_come_and_go_with_the_width_and_the_rows_stay(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows(*(f"row{n}" for n in range(30))))
        await pilot.pause()
        table.choose("row20")
        assert len(table.columns) == 2
        await pilot.resize_terminal(140, 20)
        await pilot.pause()
        assert len(table.columns) == 3
        assert table.row_count == 30
        assert table.chosen == "row20"
