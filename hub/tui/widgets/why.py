"""The page of the close-up that says why a camera is judged as it is; it keeps itself fresh."""

from datetime import datetime
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from hub.core.explanation import Explanation
from hub.locale import _
from hub.tui.colours import tone
from hub.tui.messages import ExplanationCame, ExplanationWanted
from hub.tui.rows import why
from hub.tui.situation import Situation

EVERY_S = 2.0
"""How often the explanation is asked for while it is in sight."""


class WhyView(VerticalScroll, can_focus=True):
    """Shows the newest explanation of one camera; the arrow keys scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]

    def __init__(self, name: str, camera: str) -> None:
        super().__init__(Static(classes="why"), id=name)
        self._camera = camera
        self._explanation: Explanation | None = None
        self._problem = ""
        self._asked_at: datetime | None = None

    def show(self, situation: Situation) -> None:
        """To be called at least once a second while it is in sight."""
        due = self._asked_at is None or (situation.now - self._asked_at).total_seconds() >= EVERY_S
        if due and situation.link.up:
            self._asked_at = situation.now
            self.app.post_message(ExplanationWanted(self, self._camera))
        if not situation.link.up:
            self._problem = _("The hub does not answer; this is what it said last.")
        self.draw()

    def on_explanation_came(self, message: ExplanationCame) -> None:
        message.stop()
        self._problem = message.problem
        if message.explanation is not None:
            self._explanation = message.explanation
        self.draw()

    def on_resize(self, event: Resize) -> None:
        self.draw()

    def draw(self) -> None:
        """Everything again, in the language in force."""
        if not self.is_mounted:
            return
        page = self.query_one(".why", Static)
        if self._explanation is None:
            page.update(Text(self._problem or _("asking why"), style=tone("muted")))
            return
        parts: list[RenderableType] = [Text(self._problem, style=tone("lost"))] if self._problem else []
        page.update(Group(*parts, why.render(self._explanation, self.scrollable_content_region.width)))
