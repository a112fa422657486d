"""One entry of the duty log with everything around it, and its pictures one after another."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import HubClient, log
from hub.client.log import EntryDetail, EntryView
from hub.core.findings import Picture
from hub.locale import _
from hub.tui.bridge import ATTACHMENT
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import dutylog as rows
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView


class Shot(NamedTuple):
    """A picture that goes with an entry, as the hub is asked for it, and what stands under it."""

    path: str
    label: str


class EntryScreen(Shown, ModalScreen[None]):
    """Esc or Enter goes back; Left and Right turn the pictures over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
    ]

    def __init__(self, view: EntryView, situation: Situation) -> None:
        super().__init__()
        self._detail = EntryDetail(view=view)
        self._situation = situation
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup entry"):
            yield Static(classes="title", markup=False)
            yield EvidencePicture("entry-picture")
            yield FactsView("entry-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        entry_id = self._detail.view.entry.id

        async def question(client: HubClient) -> EntryDetail:
            return await log.entry(client, entry_id)

        self.app.post_message(Ask(self, "entry", question))
        self.relabel()

    def relabel(self) -> None:
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        shots = self.shots()
        title = _("Duty log {id}").format(id=self._detail.view.entry.id)
        self.query_one(".title", Static).update(title)
        self.query_one(FactsView).show(rows.full(self._detail, situation))
        picture = self.query_one(EvidencePicture)
        picture.display = bool(shots)
        if shots:
            shot = shots[self._at % len(shots)]
            number = f" ({self._at % len(shots) + 1}/{len(shots)})" if len(shots) > 1 else ""
            picture.show_evidence(Picture(path=shot.path, sha256=""), shot.label + number)
        keys = [_("Left Right: other pictures")] if len(shots) > 1 else []
        self.query_one(".foot", Static).update("   ".join([*keys, _("Esc: back")]))

    def shots(self) -> Sequence[Shot]:
        """What can be looked at: pictures kept by the hub, then those handed over. A PDF cannot."""
        view = self._detail.view
        kept = [Shot(each.path, self._situation.camera_name(each.camera)) for each in view.pictures]
        files = [
            Shot(f"{ATTACHMENT}{file.id}", file.name) for file in view.attachments if file.media != "application/pdf"
        ]
        return [*kept, *files]

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, EntryDetail):
            self._detail = message.answer
            self.show(self._situation)
        elif message.problem:
            self.app.post_message(Notice(message.problem, "lost"))

    def action_turn(self, step: int) -> None:
        """Show the picture before or after the one in sight."""
        self._at += step
        self.show(self._situation)

    def action_scroll_facts(self, lines: int) -> None:
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)
