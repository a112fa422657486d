"""The settings of one device against those approved: what differs, accepting it, putting it back."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import HubClient
from hub.client.settings import SettingsDetail, settings_of
from hub.locale import _
from hub.tui.forms import settings as forms
from hub.tui.messages import Answer, Ask
from hub.tui.rows import settings as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView


class SettingsScreen(Shown, ModalScreen[None]):
    """Esc goes back; a accepts, b puts back, u reads the device now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("a", "accept", show=False),
        Binding("b", "restore", show=False),
        Binding("u", "read", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        Binding("pagedown,space", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
    ]

    def __init__(self, device: str, situation: Situation) -> None:
        super().__init__()
        self._device = device
        self._situation = situation
        self._detail: SettingsDetail | None = None
        self._problem = ""
        self._said = ""
        self._asked_at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup ticket"):
            yield Static(classes="title", markup=False)
            yield FactsView("settings-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        """Ask anew when something happened."""
        self._situation = situation
        if not self.is_mounted:
            return
        position = situation.site.position if situation.site is not None else 0
        if situation.link.up and position != self._asked_at:
            self._asked_at = position
            self._ask(fresh=False)
        self._draw()

    def _ask(self, *, fresh: bool) -> None:
        device = self._device

        async def question(client: HubClient) -> SettingsDetail:
            return await settings_of(client, device, fresh=fresh)

        self.app.post_message(Ask(self, "settings", question))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if isinstance(message.answer, SettingsDetail):
            self._detail = message.answer
        self._said = message.problem if self._detail is not None else ""
        if self.is_mounted:
            self._draw()

    def action_read(self) -> None:
        self._say(_("The device is being read."))
        self._ask(fresh=True)

    def action_accept(self) -> None:
        detail = self._detail
        if detail is not None and detail.view.state != "approved":
            self.app.push_screen(FormScreen(lambda: forms.accept(detail), self._situation))

    def action_restore(self) -> None:
        detail = self._detail
        if detail is None or detail.view.state != "drifted":
            return
        if not rows.written_back(detail):
            self._say(_("What was added is removed by hand, or accepted."))
        else:
            self.app.push_screen(FormScreen(lambda: forms.restore(detail), self._situation))

    def _say(self, words: str) -> None:
        self._said = words
        self._draw()

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)

    def _draw(self) -> None:
        detail, keys = self._detail, [_("u: read now")]
        title, empty = self.query_one(".title", Static), self._problem or _("Waiting for the hub.")
        if detail is None:
            title.update(_("Settings of {device}").format(device=self._device))
            self.query_one(FactsView).show(rows.waiting(empty))
        else:
            title.update(rows.title(detail.view))
            self.query_one(FactsView).show([*rows.waiting(self._said), *rows.facts(detail, self._situation)])
            keys += [_("a: approve")] if detail.view.state != "approved" else []
            keys += [_("b: put back")] if detail.view.state == "drifted" and detail.view.may_restore else []
        self.query_one(".foot", Static).update("   ".join([*keys, _("Up Down: more"), _("Esc: back")]))
