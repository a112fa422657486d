"""Entering a table of assets: first what it would do, line by line, then all of it or nothing."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client.assets import preview
from hub.core.assets.commands import ImportAssets
from hub.core.assets.table import Plan
from hub.locale import _
from hub.tui.messages import Answer, Ask, FormSubmitted
from hub.tui.rows.asset_import import facts
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView

_DRAFT = "assets:import"


class ImportScreen(Shown, ModalScreen[None]):
    """Asks for a file on this machine. Enter looks through it; Enter once more enters it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
        Binding("pagedown", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
    ]

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self._situation = situation
        self._plan: Plan | None = None
        self._of = ""
        self._said = ""
        self._sending = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup"):
            yield Static(classes="title", markup=False)
            yield Input(id="import-path", max_length=1000)
            yield FactsView("import-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).value = self.app.drafts.of(_DRAFT).get("path", "")  # type: ignore[attr-defined]
        self.relabel()
        self.query_one(Input).focus()

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Enter a table of assets"))
        self.query_one(Input).placeholder = _("a .csv or .xlsx file on this machine")
        self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.app.drafts.keep(_DRAFT, {"path": event.value})  # type: ignore[attr-defined]
        if event.value.strip() != self._of:
            self._plan, self._said = None, ""
            self._draw()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        path, plan = event.value.strip(), self._plan
        if not path or self._sending:
            return
        if plan is None or path != self._of:
            self._of, self._said = path, _("Looking through it")
            self._draw()
            self.app.post_message(Ask(self, "import", partial(preview, path=Path(path).expanduser())))
        elif plan.problems or not (plan.added or plan.changed):
            self._plan = None
            self._entered(event)
        else:
            self._sending = True
            self._said = _("Sending")
            self._draw()
            done = _("{added} added, {changed} changed.").format(added=len(plan.added), changed=len(plan.changed))
            self.app.post_message(FormSubmitted(ImportAssets(rows=plan.rows), done, self._sent))

    @on(Answer)
    def _looked(self, message: Answer) -> None:
        message.stop()
        self._plan = message.answer if isinstance(message.answer, Plan) else None
        self._said = message.problem
        self._draw()

    def _sent(self, refusal: str) -> None:
        self._sending = False
        if not self.is_attached:
            return
        if refusal:
            self._said = refusal
            self._draw()
            return
        self.app.drafts.drop(_DRAFT)  # type: ignore[attr-defined]
        self.dismiss()

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)

    def _draw(self) -> None:
        found = [Fact("", self._said, "fault")] if self._said else []
        if self._plan is not None:
            found += facts(self._plan, Path(self._of).name)
        self.query_one(FactsView).show(found)
        ready = self._plan is not None and not self._plan.problems and bool(self._plan.added or self._plan.changed)
        enter = _("Enter: enter all of it") if ready else _("Enter: look through it")
        self.query_one(".foot", Static).update("   ".join([enter, _("PgUp PgDn: more"), _("Esc: back")]))
