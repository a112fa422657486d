"""Labelled lines of details, the labels in one column and the texts wrapped in the other."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from hub.tui.colours import tone
from hub.tui.rows.row import Fact

LABEL_WIDTH = 12
"""The widest label column; a longer label wraps."""


class FactsView(VerticalScroll, can_focus=False):
    """Shows facts; scrolls with the mouse when there are more than fit."""

    def __init__(self, name: str) -> None:
        super().__init__(Static(classes="facts"), id=name)
        self._facts: tuple[Fact, ...] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.query_one(".facts", Static).update(grid(self._facts))

    @property
    def text(self) -> str:
        """What is shown, for those who read by machine."""
        return "\n".join(f"{fact.label}: {fact.text}" if fact.label else fact.text for fact in self._facts)


def grid(facts: Sequence[Fact]) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    widest = max((cell_len(fact.label) for fact in facts), default=0)
    table.add_column(width=min(LABEL_WIDTH, widest), overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for fact in facts:
        table.add_row(Text(fact.label, style=tone("muted")), Text(fact.text, style=tone(fact.tone)))
    return table
