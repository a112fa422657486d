"""Choosing what is blurred in the copy: on the picture, at any time of the period, with a grid of ten percent.

What is chosen goes into the form that has the package made, as if it had been typed there. Looking at the pictures is
a viewing; the hub puts it on record.
"""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client import HubClient
from hub.client.release_packages import release_preview
from hub.core.releases.commands import MOST_REGIONS
from hub.core.releases.events import BlurRegion
from hub.core.releases.model import Release
from hub.locale import _
from hub.tui import regions
from hub.tui.drafts import Drafts
from hub.tui.forms import releases as forms
from hub.tui.forms.release_fields import parse_regions, region_lines
from hub.tui.forms.when import parse_within
from hub.tui.halfblocks import Image, decode_jpeg
from hub.tui.messages import Answer, Ask
from hub.tui.rows.row import Fact
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.picture import PictureView

PARTS = 20
"""Steps in which one looks through the period."""
_SETTLED_S = 0.15
"""A picture is asked for when nothing was pressed for so long."""
_SMALL_STEP = timedelta(seconds=1)


class RegionsScreen(Shown, ModalScreen[None]):
    """Arrows move the chosen region, Shift with them moves its right and lower edge; Enter goes on to the form."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"move({across}, {down})", show=False)
            for key, across, down in (("left", -1, 0), ("right", 1, 0), ("up", 0, -1), ("down", 0, 1))
        ),
        *(
            Binding(key, f"size({across}, {down})", show=False)
            for key, across, down in (
                *(("shift+left,a", -1, 0), ("shift+right,d", 1, 0)),
                *(("shift+up,w", 0, -1), ("shift+down,s", 0, 1)),
            )
        ),
        Binding("n,insert", "new", show=False),
        Binding("x,delete", "drop", show=False),
        Binding("r,space", "next", show=False),
        Binding("tab", "other_camera(1)", show=False),
        Binding("shift+tab", "other_camera(-1)", show=False),
        Binding("pageup", "leap(-1)", show=False),
        Binding("pagedown", "leap(1)", show=False),
        Binding("comma", "step(-1)", show=False),
        Binding("full_stop", "step(1)", show=False),
        Binding("t", "type_time", show=False),
        Binding("enter", "go_on", show=False),
        Binding("escape,q", "leave", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, release: Release, situation: Situation) -> None:
        super().__init__()
        self._release = release
        self._situation = situation
        self._camera = release.cameras[0]
        self._at = release.from_at
        self._regions: list[BlurRegion] = []
        self._chosen = 0
        self._image: Image | None = None
        self._image_of: tuple[str, datetime] | None = None
        self._drawn: tuple[Image, tuple[BlurRegion, ...], int, Image] | None = None
        self._waiting_for = 0
        self._problem = ""
        self._said = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup regions"):
            yield Static(classes="title", markup=False)
            yield PictureView("regions-picture")
            yield Static(classes="about", markup=False)
            yield Input(id="regions-time", max_length=40)
            yield Static(classes="answer -fault", markup=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self._regions = self._kept()
        self._chosen = next((at for at, one in enumerate(self._regions) if one.camera == self._camera), 0)
        self.query_one(Input).display = False
        self._ask()
        self.relabel()

    def relabel(self) -> None:
        self.query_one(Input).placeholder = _("a time of the period, such as 14:30:20")
        self._draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if self.is_mounted:
            self._draw()

    # --- what the keys do ---

    def action_move(self, across: int, down: int) -> None:
        self._change(lambda one: regions.moved(one, across, down))

    def action_size(self, across: int, down: int) -> None:
        self._change(lambda one: regions.sized(one, across, down))

    def action_new(self) -> None:
        """One more region of the camera in sight."""
        if len(self._regions) >= MOST_REGIONS:
            self._said = _("{count} regions at most.").format(count=MOST_REGIONS)
        else:
            self._regions.append(regions.new(self._camera))
            self._chosen, self._said = len(self._regions) - 1, ""
        self._draw()

    def action_drop(self) -> None:
        if self._current() is not None:
            del self._regions[self._chosen]
            self._chosen = next((at for at, one in enumerate(self._regions) if one.camera == self._camera), 0)
        self._draw()

    def action_next(self) -> None:
        """Choose another region of this camera."""
        places = [at for at, one in enumerate(self._regions) if one.camera == self._camera]
        if places:
            self._chosen = next((at for at in places if at > self._chosen), places[0])
        self._draw()

    def action_other_camera(self, step: int) -> None:
        cameras = self._release.cameras
        self._camera = cameras[(cameras.index(self._camera) + step) % len(cameras)]
        self._chosen = next((at for at, one in enumerate(self._regions) if one.camera == self._camera), 0)
        self._look(self._at)

    def action_leap(self, steps: int) -> None:
        part = (self._release.to_at - self._release.from_at) / PARTS
        self._look(self._at + steps * max(part, _SMALL_STEP))

    def action_step(self, steps: int) -> None:
        self._look(self._at + steps * _SMALL_STEP)

    def action_type_time(self) -> None:
        box = self.query_one(Input)
        box.value, box.display = "", True
        box.focus()
        self._draw()

    def action_go_on(self) -> None:
        """Keep what was chosen for the form, and open it."""
        self._keep()
        release, situation = self._release, self._situation
        self.app.switch_screen(FormScreen(lambda: forms.prepare(release, situation), situation))

    def action_leave(self) -> None:
        box = self.query_one(Input)
        if box.display:
            self._close_input()
            return
        self._keep()
        self.dismiss()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        release = self._release
        at = parse_within(event.value, release.from_at, release.to_at, self._situation.zone)
        if at is None:
            self._said = _("Write a time of the period: 14:30, 14:30:20 or 2026-11-30 08:00.")
            self._draw()
            return
        self._close_input()
        self._look(at)

    # --- the picture ---

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about != f"preview {self._waiting_for}":
            return
        self._problem = message.problem
        if not message.problem:
            self._image, self._image_of = message.answer, (self._camera, self._at)  # type: ignore[assignment]
        if self.is_mounted:
            self._draw()

    def _look(self, at: datetime) -> None:
        """Put another time of the period, or another camera, in sight."""
        last = self._release.to_at - timedelta(milliseconds=1)
        self._at = min(max(at, self._release.from_at), last)
        self._said = ""
        self._waiting_for += 1
        waiting = self._waiting_for
        self._draw()
        self.set_timer(_SETTLED_S, lambda: self._ask() if waiting == self._waiting_for else None)

    def _ask(self) -> None:
        number, camera, at = self._release.id, self._camera, self._at
        self._problem = ""

        async def picture(client: HubClient) -> Image:
            return await asyncio.to_thread(decode_jpeg, await release_preview(client, number, camera, at))

        self.app.post_message(Ask(self, f"preview {self._waiting_for}", picture))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        title = _("{release}: what is blurred in the copy of {camera}")
        name = self._situation.camera_name(self._camera)
        self.query_one(".title", Static).update(title.format(release=self._release.id, camera=name))
        mine = [one for one in self._regions if one.camera == self._camera]
        current = self._current()
        view, taken = self.query_one(PictureView), f"{self._at.astimezone(self._situation.zone):%Y-%m-%d %H:%M:%S}"
        if self._image is None or self._image_of is None or self._image_of[0] != self._camera or self._problem:
            view.show(None, Fact("", ""), said=self._problem or _("fetching the picture"))
        else:
            place = mine.index(current) if current in mine else -1
            behind = self._image_of[1] != self._at
            view.show(self._marked(self._image, mine, place), Fact("", taken, "stale" if behind else ""), grey=behind)
        self.query_one(".about", Static).update(self._about(mine, current))
        self.query_one(".answer", Static).update(f"! {self._said}" if self._said else "")
        self.query_one(".foot", Static).update(self._keys())

    def _marked(self, image: Image, mine: list[BlurRegion], place: int) -> Image:
        """Drawn anew when something changed only: this is asked for every second."""
        wanted = (image, tuple(mine), place)
        if self._drawn is None or self._drawn[0] is not image or self._drawn[1:3] != wanted[1:]:
            self._drawn = (*wanted, regions.drawn(image, mine, place))
        return self._drawn[3]

    def _about(self, mine: list[BlurRegion], current: BlurRegion | None) -> str:
        if current is None:
            others = len(self._regions)
            elsewhere = _("Other cameras: {count}").format(count=others) if others else ""
            return "   ".join(filter(None, [_("Nothing is blurred here: n marks something."), elsewhere]))
        number = _("Region {number} of {count}").format(number=mine.index(current) + 1, count=len(mine))
        return f"{number}   {region_lines([current])} %"

    def _keys(self) -> str:
        if self.query_one(Input).display:
            return "   ".join([_("Enter: go on"), _("Esc: back")])
        keys = [_("n: new"), _("arrows: move"), _("Shift+arrows: size"), _("r: another"), _("x: away")]
        keys += [_("PgUp PgDn , .: time"), _("t: time")]
        keys += [_("Tab: camera")] if len(self._release.cameras) > 1 else []
        return "   ".join([*keys, _("Enter: to the order"), _("Esc: back")])

    # --- what is kept ---

    def _current(self) -> BlurRegion | None:
        """The chosen region, where it is of the camera in sight."""
        chosen = self._regions[self._chosen] if self._chosen < len(self._regions) else None
        return chosen if chosen is not None and chosen.camera == self._camera else None

    def _change(self, how: "regions.Change") -> None:
        if (current := self._current()) is not None:
            self._regions[self._chosen] = how(current)
        else:
            self._said = _("Nothing is blurred here: n marks something.")
        self._draw()

    def _kept(self) -> list[BlurRegion]:
        """As typed into the form and not sent yet; else as the last package had it."""
        key = forms.prepare_key(self._release)
        found, wrong = parse_regions(self._drafts.of(key).get("blur", region_lines(self._release.blur)))
        if wrong:
            self._said = _("Not understood: {line}. Write gate-1 10 20 40 50.").format(line=wrong)
        return [one for one in found if one.camera in self._release.cameras]

    def _keep(self) -> None:
        key = forms.prepare_key(self._release)
        self._drafts.keep(key, {**self._drafts.of(key), "blur": region_lines(self._regions)})

    def _close_input(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(None)
        self._said = ""
        self._draw()

    @property
    def _drafts(self) -> Drafts:
        drafts: Drafts = self.app.drafts  # type: ignore[attr-defined]
        return drafts
