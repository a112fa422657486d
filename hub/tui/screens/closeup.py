"""One thing as large as the screen allows: a camera, an alarm with its pictures, or a record."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import EventView
from hub.locale import _, say
from hub.tui import moments
from hub.tui.describe import Names
from hub.tui.rows import alarms, log, wall
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from hub.tui.widgets.facts import FactsView


class Closeup(Shown, ModalScreen[None]):
    """Exactly one of `camera`, `alarm` and `record` is named. Esc or Enter goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(
        self, situation: Situation, *, camera: str = "", alarm: str = "", record: EventView | None = None
    ) -> None:
        super().__init__()
        self._situation = situation
        self._camera = camera
        self._alarm = alarm
        self._record = record

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup"):
            yield Static(classes="title", markup=False)
            if self._camera:
                yield LivePicture("closeup-live")
            if self._alarm:
                with Horizontal(classes="pictures"):
                    yield EvidencePicture("closeup-before")
                    yield EvidencePicture("closeup-after")
            yield FactsView("closeup-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(".foot", Static).update(_("Esc: back"))
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        title, facts = self._what()
        self.query_one(".title", Static).update(title)
        self.query_one(FactsView).show(facts)

    def _what(self) -> tuple[str, Sequence[Fact]]:
        situation = self._situation
        site = situation.site
        if self._record is not None:
            names = Names(situation.zone, {camera.id: camera.name for camera in site.cameras} if site else {})
            return _("Record {seq}").format(seq=self._record.seq), log.facts(self._record, names)
        camera = next((camera for camera in site.cameras if camera.id == self._camera), None) if site else None
        if camera is not None:
            self.query_one(LivePicture).show_camera(camera, situation)
            return say(camera.name), wall.facts(camera, situation)
        view = next((view for view in site.alarms if view.alarm.id == self._alarm), None) if site else None
        if view is not None:
            evidence = view.alarm.evidence
            raised = moments.clock(view.alarm.raised_at, situation.zone, now=situation.now)
            before = self.query_one("#closeup-before", EvidencePicture)
            before.show_evidence(evidence.before if evidence else None, _("before"))
            after = self.query_one("#closeup-after", EvidencePicture)
            after.show_evidence(evidence.after if evidence else None, _("at {clock}").format(clock=raised))
            return f"{view.alarm.id} {say(view.alarm.title)}", alarms.facts(view, situation)
        return self._alarm or self._camera, [Fact("", _("It is no longer there."), "muted")]
