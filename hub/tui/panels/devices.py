"""Recorders and cameras that the hub asks how they are."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client.devices import DeviceView, devices
from hub.clock import Clock
from hub.core.devices.commands import RetryDevice
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import devices as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, Give
from hub.tui.panels.panel import Panel
from hub.tui.rows import devices as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.settings import SettingsScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

EVERY_S = 5.0
"""Devices are asked every half minute; people want to see soon what came of what they did."""
_ASKED = "devices"


class DevicesPanel(Panel):
    """The list, and everything that is known of the chosen device."""

    WHERE: ClassVar[Where] = "devices"
    BINDINGS = bindings_of("devices")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._views: list[DeviceView] | None = None
        self._problem = ""
        self._only_wrong = False
        self._asked_s = float("-inf")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="summary", markup=False)
            yield Static(classes="empty")
            yield RowTable(self.clock, "devices-table")
        with Vertical(classes="side"):
            yield FactsView("device-facts")

    def on_mount(self) -> None:
        self.relabel()

    @property
    def _table(self) -> RowTable:
        return self.query_one(RowTable)

    def relabel(self) -> None:
        self._table.plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        if situation.link.up and self.clock.monotonic() - self._asked_s >= EVERY_S:
            self._asked_s = self.clock.monotonic()
            self.app.post_message(Ask(self, _ASKED, devices))

    @on(Answer)
    def _answered(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if isinstance(message.answer, list):
            self._views = message.answer
        self.redraw()

    def redraw(self) -> None:
        views = self._views or []
        shown = rows.rows([view for view in views if not self._only_wrong or rows.wrong(view)], self.situation)
        self._table.show(shown)
        if self._views is None:
            empty = self._problem or _("Waiting for the hub.")
        elif not views:
            empty = _("hub.toml names no devices: see docs/operate/devices.md.")
        else:
            empty = _("Nothing is wrong with any device that has said so.")
        self.show_empty("" if shown else empty)
        summary = self.query_one(".summary", Static)
        summary.display = bool(views)
        summary.update(rows.summary(views) if views else "")
        self._details()

    def remark(self) -> str:
        return _("only wrong") if self._only_wrong else ""

    def action_only_wrong(self) -> None:
        self._only_wrong = not self._only_wrong
        self.redraw()

    def action_retry_device(self) -> None:
        view = self._chosen_view()
        if view is not None:
            self._asked_s = float("-inf")
            done = _("{device} is asked again.").format(device=view.id)
            self.app.post_message(Give((RetryDevice(device=view.id),), done))

    def action_set_clock(self) -> None:
        self._ask_form(forms.set_clock)

    def action_reboot_device(self) -> None:
        self._ask_form(forms.reboot)

    def action_device_settings(self) -> None:
        view = self._chosen_view()
        if view is not None:
            self.app.push_screen(SettingsScreen(view.id, self.situation))

    def _ask_form(self, form: Callable[[DeviceView], Form]) -> None:
        view = self._chosen_view()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: form(view), self.situation))

    def _chosen_view(self) -> DeviceView | None:
        if not self._table.settled:
            self.say(_("The list has just moved: press the key again."))
            return None
        return self._view()

    def _view(self) -> DeviceView | None:
        return next((view for view in self._views or [] if view.id == self._table.chosen), None)

    @on(RowTable.Chosen)
    def _details(self) -> None:
        view = self._view()
        self.query_one(FactsView).show(rows.facts(view, self.situation) if view is not None else [])
