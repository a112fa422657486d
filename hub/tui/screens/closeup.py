"""One thing as large as the screen allows: a camera, an alarm with its pictures, or a record."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from hub.client import CameraView, EventView, RecordingDay
from hub.core.references import ReferenceView
from hub.locale import _, say
from hub.tui import moments
from hub.tui.messages import Notice, RecordingDayCame, RecordingDayWanted
from hub.tui.rows import alarms, log, recording, references, wall
from hub.tui.rows.row import Fact
from hub.tui.screens.deciding import DECIDING, Deciding
from hub.tui.screens.playback import playback
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.why import WhyView

RECORDING_EVERY_S = 10.0
"""How often the account of the day is asked for."""


class Closeup(Deciding):
    """Exactly one of `camera`, `alarm` and `record` is named. Esc or Enter goes back.

    Beside a camera's present picture stands its reference view: the one in use, or the one called `view`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("w,W", "why", show=False),
        Binding("v", "playback", show=False),
        Binding("left", "other_view(-1)", show=False),
        Binding("right", "other_view(1)", show=False),
        Binding("down,j", "scroll_facts(1)", show=False),
        Binding("up,k", "scroll_facts(-1)", show=False),
        *DECIDING,
    ]

    def __init__(
        self,
        situation: Situation,
        *,
        camera: str = "",
        view: str = "",
        alarm: str = "",
        record: EventView | None = None,
    ) -> None:
        super().__init__()
        self._situation = situation
        self._camera = camera
        self._view = view
        self._alarm = alarm
        self._record = record
        self._day: RecordingDay | None = None
        self._day_asked_at: datetime | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup"):
            yield Static(classes="title", markup=False)
            if self._camera:
                with Horizontal(classes="pictures"):
                    yield LivePicture("closeup-live")
                    yield EvidencePicture("closeup-reference")
            if self._alarm:
                with Horizontal(classes="pictures"):
                    yield EvidencePicture("closeup-before")
                    yield EvidencePicture("closeup-after")
            yield FactsView("closeup-facts")
            if self._camera:
                yield WhyView("closeup-why", self._camera)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def action_why(self) -> None:
        """Turn between the picture with its facts and the page that says why."""
        if not self._camera:
            return
        self.set_class(not self.has_class("-why"), "-why")
        if self.has_class("-why"):
            self.query_one(WhyView).focus()
        else:
            self.set_focus(None)
        self.relabel()

    def action_playback(self) -> None:
        """What this camera recorded."""
        site = self._situation.site
        screen = playback(self._situation, self._camera_now(), site.me if site is not None else None)
        if isinstance(screen, Notice):
            self.app.post_message(screen)
        elif screen is not None:
            self.app.push_screen(screen)

    def action_scroll_facts(self, lines: int) -> None:
        """On a small screen there is room for a few lines of facts only."""
        self.query_one(FactsView).scroll_relative(y=lines, animate=False)

    def in_sight(self) -> references.Waiting | None:
        camera = self._camera_now()
        view = self._view_of(camera) if camera is not None else None
        shown = camera is not None and view is not None and not self.has_class("-why")
        return references.Waiting(camera, view) if shown and camera is not None and view is not None else None

    def action_other_view(self, step: int) -> None:
        """Show the reference view before or after the one in sight."""
        found = self.in_sight()
        if found is not None:
            names = [view.id for view in found.camera.references]
            self._view = names[(names.index(found.view.id) + step) % len(names)]
            self.show(self._situation)

    def relabel(self) -> None:
        self.show(self._situation)

    def _foot(self) -> str:
        keys = []
        if self._camera:
            why = self.has_class("-why")
            found = self.in_sight()
            keys += references.decision_keys(found, self._situation)
            keys += [_("Left Right: other views")] if found and len(found.camera.references) > 1 else []
            keys.append(_("W: the picture") if why else _("W: why it is judged so"))
            keys.append(_("v: recordings"))
        return "   ".join([*keys, _("Esc: back")])

    def _camera_now(self) -> CameraView | None:
        site = self._situation.site
        return next((camera for camera in site.cameras if camera.id == self._camera), None) if site else None

    def _view_of(self, camera: CameraView) -> ReferenceView | None:
        named = next((view for view in camera.references if view.id == self._view), None)
        return named or references.in_use(camera)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        title, facts = self._what()
        self.query_one(".title", Static).update(title)
        self.query_one(FactsView).show(facts)
        self.query_one(".foot", Static).update(self._foot())
        if self.has_class("-why"):
            self.query_one(WhyView).show(situation)

    def on_recording_day_came(self, message: RecordingDayCame) -> None:
        message.stop()
        self._day = message.day
        self.show(self._situation)

    def _ask_for_the_day(self, camera: CameraView) -> None:
        situation, asked_at = self._situation, self._day_asked_at
        due = asked_at is None or (situation.now - asked_at).total_seconds() >= RECORDING_EVERY_S
        if camera.recording is not None and due and situation.link.up:
            self._day_asked_at = situation.now
            today = situation.now.astimezone(situation.zone).date()
            self.app.post_message(RecordingDayWanted(self, camera.id, today))

    def _what(self) -> tuple[str, Sequence[Fact]]:
        situation = self._situation
        site = situation.site
        if self._record is not None:
            return _("Record {seq}").format(seq=self._record.seq), log.facts(self._record, situation.names)
        camera = self._camera_now()
        if camera is not None:
            self.query_one(LivePicture).show_camera(camera, situation)
            shown = self._view_of(camera)
            label = references.caption(shown, situation)
            beside = self.query_one("#closeup-reference", EvidencePicture)
            beside.show_evidence(shown.picture if shown else None, label.text, tone=label.tone)
            self._ask_for_the_day(camera)
            facts = wall.facts(camera, situation, recorded=recording.today(self._day, situation))
            return say(camera.name), [*references.facts(camera, situation), *facts]
        view = next((view for view in site.alarms if view.alarm.id == self._alarm), None) if site else None
        if view is not None:
            evidence = view.alarm.evidence
            # What is about no camera has no pictures, and leaves their room to the words.
            self.query_one(".pictures").display = evidence is not None
            raised = moments.clock(view.alarm.raised_at, situation.zone, now=situation.now)
            before = self.query_one("#closeup-before", EvidencePicture)
            before.show_evidence(evidence.before if evidence else None, _("before"))
            after = self.query_one("#closeup-after", EvidencePicture)
            after.show_evidence(
                evidence.after if evidence else None,
                _("at {clock}").format(clock=raised),
                cells=alarms.cells(view, situation),
            )
            return f"{view.alarm.id} {say(view.alarm.title)}", alarms.facts(view, situation)
        return self._alarm or self._camera, [Fact("", _("It is no longer there."), "muted")]
