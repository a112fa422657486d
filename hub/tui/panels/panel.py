"""What the panels have in common."""

from typing import ClassVar

from textual.containers import Container
from textual.widgets import Static

from hub.clock import Clock
from hub.tui.action import Where
from hub.tui.messages import Notice
from hub.tui.situation import Situation
from hub.tui.widgets.table import RowTable


class Panel(Container):
    """One panel. `redraw` draws `self.situation`; it is called whenever that changes and once a second."""

    WHERE: ClassVar[Where]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(id=self.WHERE)
        self.clock = clock
        self.situation = situation
        self.reworded = False
        """The language was switched while the panel was out of sight: it is to say everything again."""

    def show(self, situation: Situation) -> None:
        self.situation = situation
        self.redraw()

    def redraw(self) -> None:
        raise NotImplementedError

    def relabel(self) -> None:
        """Everything again, in the language in force."""
        raise NotImplementedError

    def focus_here(self) -> None:
        """Put the keyboard where this panel's keys work."""
        self.query_one(RowTable).focus()

    def choose(self, item: str) -> None:
        """Put the cursor on a thing."""
        self.query_one(RowTable).choose(item)

    def remark(self) -> str:
        """A short remark beside the tabs: what is filtered, say."""
        return ""

    def say(self, text: str, tone: str = "fault") -> None:
        self.app.post_message(Notice(text, tone))

    def show_empty(self, text: str) -> None:
        """`text` in the place of a list without rows; the list itself when `text` is empty."""
        empty = self.query_one(".empty", Static)
        empty.display = bool(text)
        empty.update(text)
