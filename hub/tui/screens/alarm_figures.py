"""The figures by which the alarms are judged, over a period that can be chosen."""

from datetime import timedelta
from typing import ClassVar, cast

from textual.binding import Binding, BindingType

from hub.client.alarms import AlarmFigures, alarm_figures
from hub.locale import N_, _
from hub.tui.messages import Answer, Ask
from hub.tui.rows.alarm_figures import facts
from hub.tui.rows.row import Fact
from hub.tui.screens.rule import Page
from hub.tui.situation import Situation

PERIODS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(hours=24), N_("the last 24 hours")),
    (timedelta(days=7), N_("the last 7 days")),
    (timedelta(days=30), N_("the last 30 days")),
    (timedelta(days=90), N_("the last 90 days")),
)


class AlarmFiguresScreen(Page):
    """What the hub counted; `t` goes on to a longer period."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        Binding("pagedown,space", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
        Binding("t", "period", show=False),
    ]

    def __init__(self, situation: Situation) -> None:
        super().__init__(situation)
        self._period = 0
        self._found: AlarmFigures | None = None
        self._problem = ""

    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about != f"figures-{self._period}":
            return
        self._problem = message.problem
        self._found = None if message.problem else cast(AlarmFigures, message.answer)
        if self.is_mounted:
            self.draw()

    def action_period(self) -> None:
        self._period = (self._period + 1) % len(PERIODS)
        self._found, self._problem = None, ""
        self._ask()
        self.draw()

    def heading(self) -> str:
        return _("Alarms of {period}").format(period=_(PERIODS[self._period][1]))

    def facts(self) -> list[Fact]:
        if self._problem:
            return [Fact("", self._problem, "fault")]
        if self._found is None:
            return [Fact("", _("The hub is at it."), "muted")]
        return facts(self._found, self._situation)

    def keys(self) -> list[str]:
        return [_("t: another period"), *super().keys()]

    def _ask(self) -> None:
        begin = self._situation.now - PERIODS[self._period][0]
        about = f"figures-{self._period}"
        self.app.post_message(Ask(self, about, lambda client: alarm_figures(client, from_at=begin)))
