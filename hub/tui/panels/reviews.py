"""Assessments, commendations and figures."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.panels.panel import Panel
from hub.tui.widgets.table import RowTable


class ReviewsPanel(Panel):
    """Assessments, commendations and figures."""

    WHERE: ClassVar[Where] = "reviews"
    BINDINGS = bindings_of("reviews")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "reviews-table")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        self.show_empty(_("Waiting for the hub."))
