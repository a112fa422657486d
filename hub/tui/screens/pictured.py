"""One thing with its whole course, and its pictures one after another."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import HubClient
from hub.client.attachments import AttachmentView
from hub.core.findings import Picture
from hub.locale import _
from hub.tui.bridge import ATTACHMENT
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView

Detail = TypeVar("Detail")


class Shot(NamedTuple):
    """A picture as the hub is asked for it, and what stands under it."""

    path: str
    label: str


def shots_of(files: Iterable[AttachmentView]) -> list[Shot]:
    """The pictures among what people handed over; a PDF cannot be looked at here."""
    return [Shot(f"{ATTACHMENT}{file.id}", file.name) for file in files if file.media != "application/pdf"]


class PicturedScreen(Shown, ModalScreen[None], Generic[Detail]):
    """Esc or Enter goes back; Left and Right turn the pictures over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        Binding("pagedown,space", "scroll_facts(10)", show=False),
        Binding("pageup", "scroll_facts(-10)", show=False),
    ]
    NAME: ClassVar[str]
    """What the hub is asked for, and the ids of the picture and the facts: `ticket-picture`."""

    def __init__(self, detail: Detail, situation: Situation) -> None:
        """`detail`: as far as it is known before the hub answered."""
        super().__init__()
        self._detail = detail
        self._situation = situation
        self._at = 0
        self._asked_at = -1

    @abstractmethod
    async def ask(self, client: HubClient) -> Detail:
        """Everything, from the hub."""

    @abstractmethod
    def title_of(self) -> str:
        """What it is called."""

    @abstractmethod
    def facts(self, situation: Situation) -> list[Fact]:
        """Its course, in lines."""

    @abstractmethod
    def shots(self) -> Sequence[Shot]:
        """Its pictures, in their order."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup pictured"):
            yield Static(classes="title", markup=False)
            yield EvidencePicture(f"{self.NAME}-picture")
            yield FactsView(f"{self.NAME}-course")
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
            self.app.post_message(Ask(self, self.NAME, self.ask))
        self._draw()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, type(self._detail)):
            self._detail = message.answer
            if self.is_mounted:
                self._draw()
        elif message.problem:
            self.app.post_message(Notice(message.problem, "lost"))

    def action_turn(self, step: int) -> None:
        """Show the picture before or after the one in sight."""
        self._at += step
        self._draw()

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)

    def _draw(self) -> None:
        shots = self.shots()
        self.query_one(".title", Static).update(self.title_of())
        self.query_one(FactsView).show(self.facts(self._situation))
        picture = self.query_one(EvidencePicture)
        picture.display = bool(shots)
        if shots:
            shot = shots[self._at % len(shots)]
            which = f" ({self._at % len(shots) + 1}/{len(shots)})" if len(shots) > 1 else ""
            picture.show_evidence(Picture(path=shot.path, sha256=""), shot.label + which)
        keys = [_("Left Right: other pictures")] if len(shots) > 1 else []
        self.query_one(".foot", Static).update("   ".join([*keys, _("Up Down: more"), _("Esc: back")]))
