"""The wall: every camera by area, and one of them looked at."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from hub.client import CameraView
from hub.clock import Clock
from hub.core.cameras.commands import RetryCamera
from hub.core.homes.commands import ReturnHome
from hub.locale import _, say
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms.cameras import approve_home, relearn
from hub.tui.messages import Give, GoTo, Notice
from hub.tui.panels.panel import Panel
from hub.tui.rows import wall as rows
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.screens.patrol import WalkWall
from hub.tui.screens.playback import playback
from hub.tui.screens.references import ReferencesScreen
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import LivePicture
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class WallPanel(Panel):
    """Cameras by area on the left; picture and facts of the chosen one on the right."""

    WHERE: ClassVar[Where] = "wall"
    BINDINGS = bindings_of("wall")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._only_wrong = False

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical(classes="list"):
                yield Input(classes="find", id="wall-find")
                yield Static(classes="empty")
                yield RowTable(self.clock, "wall-table")
            with Vertical(classes="side"):
                yield LivePicture("wall-picture")
                yield FactsView("wall-facts")

    def on_mount(self) -> None:
        self.query_one("#wall-find", Input).display = False
        self.relabel()

    def relabel(self) -> None:
        self.query_one("#wall-find", Input).placeholder = _("part of a camera's name; Esc shows all again")
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def redraw(self) -> None:
        find = self.query_one("#wall-find", Input)
        table = self.query_one(RowTable)
        shown = rows.rows(self.situation, only_wrong=self._only_wrong, find=find.value if find.display else "")
        table.show(shown)
        self.show_empty("" if shown else self._why_empty())
        self._details(table.chosen)

    def remark(self) -> str:
        return _("only faults") if self._only_wrong else ""

    def choose(self, camera: str) -> None:
        """Put the cursor on a camera, whatever is filtered."""
        self._only_wrong = False
        self.query_one("#wall-find", Input).display = False
        self.redraw()
        self.query_one(RowTable).choose(camera)

    def chosen(self) -> CameraView | None:
        key = self.query_one(RowTable).chosen
        site = self.situation.site
        return next((camera for camera in site.cameras if camera.id == key), None) if site else None

    @on(RowTable.Chosen)
    def _chosen(self, message: RowTable.Chosen) -> None:
        self._details(message.key)

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        camera = self.chosen()
        if camera is not None:
            self.app.push_screen(Closeup(self.situation, camera=camera.id))

    def action_only_wrong(self) -> None:
        self._only_wrong = not self._only_wrong
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    def action_find(self) -> None:
        find = self.query_one("#wall-find", Input)
        find.display = True
        find.focus()

    def key_escape(self) -> None:
        find = self.query_one("#wall-find", Input)
        if find.display:
            find.display = False
            self.redraw()
            self.focus_here()

    @on(Input.Changed, "#wall-find")
    def _find(self) -> None:
        self.redraw()

    @on(Input.Submitted, "#wall-find")
    def _found(self) -> None:
        self.focus_here()

    def action_camera_log(self) -> None:
        camera = self.chosen()
        if camera is not None:
            self.app.post_message(GoTo("log", camera.id))

    def action_retry(self) -> None:
        camera = self.chosen()
        if camera is not None:
            done = _("{camera} is tried again.").format(camera=say(camera.name))
            self.app.post_message(Give((RetryCamera(camera=camera.id),), done))

    def action_send_home(self) -> None:
        camera = self.chosen()
        if camera is not None:
            done = _("{camera} is sent to its home preset.").format(camera=say(camera.name))
            self.app.post_message(Give((ReturnHome(camera=camera.id),), done))

    def action_approve_home(self) -> None:
        camera = self.chosen()
        if camera is not None:
            self.app.push_screen(FormScreen(lambda: approve_home(camera), self.situation))

    def action_relearn(self) -> None:
        camera = self.chosen()
        if camera is not None:
            self.app.push_screen(FormScreen(lambda: relearn(camera), self.situation))

    def action_walk_wall(self) -> None:
        self.app.push_screen(WalkWall(self.clock, self.situation))

    def action_playback(self) -> None:
        site = self.situation.site
        screen = playback(self.situation, self.chosen(), site.me if site is not None else None)
        if isinstance(screen, Notice):
            self.app.post_message(screen)
        elif screen is not None:
            self.app.push_screen(screen)

    def action_references(self) -> None:
        self.app.push_screen(ReferencesScreen(self.clock, self.situation))

    def _details(self, key: str) -> None:
        camera = self.chosen()
        picture = self.query_one(LivePicture)
        facts = self.query_one(FactsView)
        picture.display = camera is not None
        picture.show_camera(camera, self.situation)
        if camera is not None:
            facts.show(rows.facts(camera, self.situation))
        elif key.startswith(rows.GROUP):
            facts.show(rows.area_facts(key.removeprefix(rows.GROUP), self.situation))
        else:
            facts.show([])

    def _why_empty(self) -> str:
        if self.situation.site is None:
            return _("Waiting for the hub.")
        if not self.situation.site.cameras:
            return _("No camera is configured that you may see.")
        return _("No camera matches.") if not self._only_wrong else _("All cameras are good.")
