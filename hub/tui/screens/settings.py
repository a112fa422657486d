"""The settings of one device against those approved: what differs, accepting it, putting it back."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from hub.client import HubClient
from hub.client.settings import SettingsDetail, settings_of
from hub.locale import _
from hub.tui.forms import settings as forms
from hub.tui.messages import Answer, Ask
from hub.tui.rows import settings as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.form import FormScreen
from hub.tui.screens.rule import SCROLLING, Page
from hub.tui.situation import Situation


class SettingsScreen(Page):
    """a approves, b puts back, u reads the device now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SCROLLING,
        Binding("a", "accept", show=False),
        Binding("b", "restore", show=False),
        Binding("u", "read", show=False),
    ]

    def __init__(self, device: str, situation: Situation) -> None:
        super().__init__(situation)
        self._device = device
        self._detail: SettingsDetail | None = None
        self._said = ""
        self._asked_at = -1

    def on_mount(self) -> None:
        super().on_mount()
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        """Ask anew when something happened."""
        super().show(situation)
        position = situation.site.position if situation.site is not None else 0
        if self.is_mounted and situation.link.up and position != self._asked_at:
            self._asked_at = position
            self._ask(fresh=False)

    def _ask(self, *, fresh: bool) -> None:
        device = self._device

        async def question(client: HubClient) -> SettingsDetail:
            return await settings_of(client, device, fresh=fresh)

        self.app.post_message(Ask(self, "settings", question))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._said = message.problem
        if isinstance(message.answer, SettingsDetail):
            self._detail = message.answer
        if self.is_mounted:
            self.draw()

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
        self.draw()

    def heading(self) -> str:
        if self._detail is None:
            return _("Settings of {device}").format(device=self._device)
        return rows.title(self._detail.view)

    def facts(self) -> list[Fact]:
        if self._detail is None:
            return rows.waiting(self._said or _("Waiting for the hub."))
        return [*rows.waiting(self._said), *rows.facts(self._detail, self._situation)]

    def keys(self) -> list[str]:
        view = self._detail.view if self._detail is not None else None
        approves = [_("a: approve")] if view is not None and view.state != "approved" else []
        restores = [_("b: put back")] if view is not None and view.state == "drifted" and view.may_restore else []
        return [_("u: read now"), *approves, *restores, *super().keys()]
