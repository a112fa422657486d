"""The reference views that wait for approval: each beside the present picture, approved or rejected by key."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from hub.clock import Clock
from hub.locale import _
from hub.tui.messages import Notice
from hub.tui.rows import references as rows
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.deciding import DECIDING, Deciding
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from hub.tui.widgets.table import RowTable


class ReferencesScreen(Deciding):
    """The list above, the chosen view and the camera's present picture side by side below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        *DECIDING,
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup references"):
            yield Static(classes="title", markup=False)
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "references-table")
            with Horizontal(classes="pictures"):
                yield LivePicture("references-live")
                yield EvidencePicture("references-view")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(RowTable).focus()

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Reference views that wait for approval"))
        self.query_one(RowTable).plan(rows.columns())
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        table = self.query_one(RowTable)
        shown = rows.rows(situation)
        table.show(shown)
        table.display = bool(shown)
        empty = self.query_one(".empty", Static)
        empty.display = not shown
        empty.update(_("Waiting for the hub.") if situation.site is None else _("No reference view waits."))
        self._details()

    def chosen(self) -> rows.Waiting | None:
        key = self.query_one(RowTable).chosen
        return next((each for each in rows.waiting(self._situation.site) if each.key == key), None)

    @on(RowTable.Chosen)
    def _details(self) -> None:
        found = self.chosen()
        self.query_one(".pictures").display = found is not None
        if found is not None:
            self.query_one(LivePicture).show_camera(found.camera, self._situation)
            label = rows.caption(found.view, self._situation)
            self.query_one(EvidencePicture).show_evidence(found.view.picture, label.text, tone=label.tone)
        self.query_one(".foot", Static).update(self._foot(found))

    @on(RowTable.Opened)
    def _enlarge(self) -> None:
        found = self.chosen()
        if found is not None:
            self.app.push_screen(Closeup(self._situation, camera=found.camera.id, view=found.view.id))

    def in_sight(self) -> rows.Waiting | None:
        found = self.chosen()
        if found is not None and not self.query_one(RowTable).settled:
            self.app.post_message(Notice(_("The list has just moved: press the key again."), "fault"))
            return None
        return found

    def _foot(self, found: rows.Waiting | None) -> str:
        return "   ".join([*rows.decision_keys(found, self._situation), _("Esc: back")])
