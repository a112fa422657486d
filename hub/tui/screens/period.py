"""A page of figures over a period that can be chosen."""

from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar, cast

from textual.binding import Binding, BindingType

from hub.client import HubClient
from hub.locale import _
from hub.tui.messages import Answer, Ask
from hub.tui.rows.row import Fact
from hub.tui.screens.rule import SCROLLING, Page
from hub.tui.situation import Situation

Found = TypeVar("Found")


class PeriodPage(Page, Generic[Found]):
    """What the hub counted since some time ago; `t` goes on to another period."""

    PERIODS: ClassVar[tuple[tuple[timedelta, str], ...]]
    """How far back, and how that is called (an English text to translate). The first is shown first."""
    BINDINGS: ClassVar[list[BindingType]] = [*SCROLLING, Binding("t", "period", show=False)]

    def __init__(self, situation: Situation) -> None:
        super().__init__(situation)
        self._period = 0
        self._found: Found | None = None
        self._problem = ""

    async def count(self, client: HubClient, from_at: datetime) -> Found:
        """Ask the hub."""
        raise NotImplementedError

    def titled(self, period: str) -> str:
        """The page's title, with the period in words."""
        raise NotImplementedError

    def lines(self, found: Found) -> list[Fact]:
        """What was counted, to scroll through."""
        raise NotImplementedError

    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about != self._about:
            return
        self._problem = message.problem
        self._found = None if message.problem else cast(Found, message.answer)
        if self.is_mounted:
            self.draw()

    def action_period(self) -> None:
        self._period = (self._period + 1) % len(self.PERIODS)
        self._found, self._problem = None, ""
        self._ask()
        self.draw()

    def heading(self) -> str:
        return self.titled(_(self.PERIODS[self._period][1]))

    def facts(self) -> list[Fact]:
        if self._problem:
            return [Fact("", self._problem, "fault")]
        if self._found is None:
            return [Fact("", _("The hub is at it."), "muted")]
        return self.lines(self._found)

    def keys(self) -> list[str]:
        return [_("t: another period"), *super().keys()]

    @property
    def _about(self) -> str:
        return f"figures-{self._period}"

    def _ask(self) -> None:
        from_at = self._situation.now - self.PERIODS[self._period][0]
        self.app.post_message(Ask(self, self._about, lambda client: self.count(client, from_at)))
