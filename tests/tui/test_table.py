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


def line(table: RowTable, index: int) -> str:
    """A line of the table as it is drawn; 0 is the heading."""
    return table.render_line(index).text.rstrip()


def shown(table: RowTable) -> list[str]:
    return [line(table, index + 1).split()[0] for index in range(table.row_count)]


async def test_rows_come_go_and_move_without_the_table_being_refilled(clock: FakeClock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows("a", "b", "c"))
        await pilot.pause()
        cleared: list[int] = []
        monkeypatch.setattr(table, "clear", lambda **_: cleared.append(1))
        drawn: list[int] = []
        monkeypatch.setattr(table, "render_line", lambda y: (drawn.append(y), RowTable.render_line(table, y))[1])
        table.show([*rows("a"), *rows("b", state="bad"), *rows("c")])
        await pilot.pause()
        assert drawn == [2]
        assert line(table, 2).split() == ["b", "bad"]
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
        assert table.headings == ["Name", "State"]
        await pilot.resize_terminal(140, 20)
        await pilot.pause()
        assert table.headings == ["Name", "State", "More"]
        assert table.row_count == 30
        assert table.chosen == "row20"


async def test_nothing_in_a_cell_commands_the_terminal(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show([Row("a", (Cell("gate\x1b[2J\r\n\x9b1m大门"), Cell("good"), Cell("")))])
        await pilot.pause()
        assert (
            line(table, 1)
            == " gate [2J   1m大门" + " " * (line(table, 1).index("good") - len(" gate [2J   1m大门")) + "good"
        )
        assert line(table, 1).isprintable()


async def test_a_click_chooses_the_row_under_the_mouse(clock: FakeClock) -> None:
    app = TableApp(clock)
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(RowTable)
        table.plan(COLUMNS)
        table.show(rows(*(f"row{n}" for n in range(30))))
        await pilot.pause()
        table.scroll_to(y=5, animate=False)
        await pilot.pause()
        await pilot.click(RowTable, offset=(40, 3))
        assert table.chosen == "row7"
