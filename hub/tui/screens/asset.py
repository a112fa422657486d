"""The archive page of an asset (设备档案): its particulars, its chain, its commissioning, and its whole life."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from hub.client.assets import ArchiveView, archive
from hub.core.assets.fields import Places
from hub.locale import _
from hub.tui.forms import assets as forms
from hub.tui.forms import replacement
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask
from hub.tui.rows import asset_page as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.form import FormScreen
from hub.tui.screens.rule import Page
from hub.tui.situation import Situation

_ASKED = "archive"


class ArchiveScreen(Page):
    """One asset; asked for again whenever something happened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        Binding("pagedown,space", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
        Binding("c,C", "change", show=False),
        Binding("m,M", "commission", show=False),
        Binding("p,P", "add_file", show=False),
        Binding("o,O", "propose", show=False),
        Binding("s,S", "step", show=False),
        Binding("r,R", "retire", show=False),
    ]

    def __init__(self, asset: str, places: Places, situation: Situation) -> None:
        super().__init__(situation)
        self._asset = asset
        self._places = places
        self._page: ArchiveView | None = None
        self._problem = ""
        self._asked_at = -1

    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        position = situation.site.position if situation.site is not None else 0
        if self.is_mounted and situation.link.up and position != self._asked_at:
            self._ask()

    def _ask(self) -> None:
        site = self._situation.site
        self._asked_at = site.position if site is not None else 0
        self.app.post_message(Ask(self, _ASKED, partial(archive, asset=self._asset)))

    @on(Answer)
    def _answered(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if isinstance(message.answer, ArchiveView):
            self._page = message.answer
        if self.is_mounted:
            self.draw()

    def heading(self) -> str:
        return rows.heading(self._page, self._situation) if self._page is not None else self._asset

    def facts(self) -> list[Fact]:
        if self._page is None:
            return [Fact("", self._problem or _("Waiting for the hub."), "fault" if self._problem else "muted")]
        return rows.facts(self._page, self._situation)

    def keys(self) -> list[str]:
        return [
            *(_("c: change"), _("m: commissioning"), _("p: add a photo or document"), _("o: propose to replace")),
            *(_("s: next step of the replacement"), _("r: retire"), _("Esc: back")),
        ]

    def action_change(self) -> None:
        self._form(lambda page: forms.change(page.view.asset, self._situation, self._places))

    def action_commission(self) -> None:
        self._form(lambda page: forms.commissioning(page.view.asset, self._situation))

    def action_add_file(self) -> None:
        self._form(lambda page: forms.add_file(page.view.asset))

    def action_propose(self) -> None:
        if self._page is not None and self._page.proposal is None:
            self._form(lambda page: replacement.propose(page.view.asset))

    def action_step(self) -> None:
        proposal = self._page.proposal if self._page is not None else None
        if proposal is not None:
            self._form(lambda page: replacement.step(proposal, self._places))

    def action_retire(self) -> None:
        self._form(lambda page: forms.retire(page.view.asset, self._places))

    def _form(self, form: Callable[[ArchiveView], Form]) -> None:
        page = self._page
        if page is not None:
            self.app.push_screen(FormScreen(lambda: form(page), self._situation))
