"""Looking at what a camera recorded: its day on a line, the picture of any moment, and the local player from there.

Why somebody looks is asked first and goes on record; before that, nothing is shown.
"""

from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast

from rich.text import Text as Line
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client import CameraView, HubClient
from hub.client.player import Player, find_player
from hub.core.people.account import Account
from hub.locale import _
from hub.tui import looking
from hub.tui.colours import tone
from hub.tui.forms.when import parse_past
from hub.tui.halfblocks import Image
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import timeline
from hub.tui.rows.row import Cell, Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.picture import PictureView

_SETTLED_S = 0.15
"""A picture is asked for when the cursor has stood still for so long."""
_KNOWN_FOR = timedelta(seconds=10)
_LONGEST_REASON = 500


class PlaybackScreen(Shown, ModalScreen[None]):
    """`at` is where the cursor stands first; without it, a minute ago."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("pageup", "leap(-1)", show=False),
        Binding("pagedown", "leap(1)", show=False),
        Binding("up,left_square_bracket", "other_day(-1)", show=False),
        Binding("down,right_square_bracket", "other_day(1)", show=False),
        Binding("plus,equals_sign", "zoom(1)", show=False),
        Binding("minus", "zoom(-1)", show=False),
        Binding("n", "alarm(1)", show=False),
        Binding("p", "alarm(-1)", show=False),
        Binding("tab", "other_camera(1)", show=False),
        Binding("shift+tab", "other_camera(-1)", show=False),
        Binding("t", "type_time", show=False),
        Binding("enter,space", "play", show=False),
        Binding("l", "live", show=False),
        Binding("escape,q", "leave", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, situation: Situation, camera: str, at: datetime | None = None) -> None:
        super().__init__()
        self._situation = situation
        self._camera = camera
        self._at = (at or situation.now - timedelta(minutes=1)).replace(microsecond=0)
        self._zoom = 0
        self._reason = ""
        self._day: timeline.Day | None = None
        self._viewings: dict[tuple[str, datetime], str] = {}
        self._image: Image | None = None
        self._image_at: datetime | None = None
        self._said = ""
        self._fetched_at = situation.now
        self._playing = 0
        self._left = False
        self._moved = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup playback"):
            yield Static(classes="title", markup=False)
            yield PictureView("playback-picture")
            yield Static(classes="line", markup=False)
            yield Static(classes="moment", markup=False)
            yield Input(id="playback-typed", max_length=_LONGEST_REASON)
            yield Static(classes="answer -fault", markup=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.relabel()

    def relabel(self) -> None:
        self.query_one(Input).placeholder = self._asked()
        self._draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if self.is_mounted:
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    # --- what the keys do ---

    def action_step(self, steps: int) -> None:
        self._go(self._at + steps * timeline.STEPS[self._zoom])

    def action_leap(self, leaps: int) -> None:
        self._go(self._at + leaps * timeline.LEAPS[self._zoom])

    def action_other_day(self, days: int) -> None:
        local = self._at.astimezone(self._situation.zone)
        self._go((local + timedelta(days=days)).astimezone(self._at.tzinfo))

    def action_zoom(self, closer: int) -> None:
        self._zoom = min(max(self._zoom + closer, 0), len(timeline.ZOOMS) - 1)
        self._draw()

    def action_alarm(self, way: int) -> None:
        if self._day is not None:
            found = self._day.next_alarm(self._at) if way > 0 else self._day.last_alarm(self._at)
            if found is None:
                self._say(_("No other alarm of this camera on that side of the day."))
            else:
                self._go(found.life.raised_at)

    def action_other_camera(self, step: int) -> None:
        site = self._situation.site
        names = [camera.id for camera in site.cameras] if site is not None else []
        if self._camera in names and len(names) > 1:
            self._camera = names[(names.index(self._camera) + step) % len(names)]
            self._day = self._image = self._image_at = None
            self._say("")
            self._ask_day()

    def action_type_time(self) -> None:
        self._open_input()

    def action_play(self) -> None:
        day, viewing = self._day, self._viewing()
        if day is None or viewing is None or (player := self._player()) is None:
            return
        at, title = self._at, f"{self._camera_name()} {self._clock()}"
        self._say(_("Playing with {player}.").format(player=player.name), wrong=False)
        self._run(lambda client: looking.play_from(client, viewing, day, at, player, title))

    def action_live(self) -> None:
        if not self._may_look_live():
            self._say(_("You may not look at cameras live."))
        elif self._reason and (player := self._player()) is not None:
            camera, reason, title = self._camera, self._reason, self._camera_name()
            self._say(_("Live with {player}.").format(player=player.name), wrong=False)
            self._run(lambda client: looking.play_live(client, camera, reason, player, title))

    def action_leave(self) -> None:
        box = self.query_one(Input)
        if box.display and self._reason:
            self._close_input()
            return
        self._left = True
        if not self._playing:
            self._end_all()
        self.dismiss()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        if not self._reason:
            if typed:
                self._reason = typed
                self._close_input()
                self._ask_day()
            return
        at = parse_past(typed, self._situation.now, self._situation.zone)
        if at is None or at > self._situation.now:
            self._say(_("Write 14:30, 20m or 2026-11-30 08:00."))
            return
        self._close_input()
        self._go(at)

    # --- what the hub answers ---

    def on_answer(self, message: Answer) -> None:
        message.stop()
        about, _space, which = message.about.partition(" ")
        if message.problem:
            self._say(message.problem)
        elif about == "day" and which == self._key_of_day():
            self._day, self._fetched_at = cast(timeline.Day, message.answer), self._situation.now
            if not self._viewings:
                self._zoom = timeline.closest(self._day, self._at)
            self._begin()
        elif about == "viewing":
            self._viewings[self._camera_of(which), self._begin_of(which)] = cast(str, message.answer)
            self._ask_picture()
        elif about == "picture" and message.answer is None:
            self._viewings.pop(self._key(), None)
            self._begin()
        elif about == "picture" and which == str(self._moved):
            self._image, self._image_at = cast(Image, message.answer), self._at
        elif about == "player" and message.answer:
            self._say(_("The player did not play it: {status}.").format(status=message.answer))
        if self.is_mounted:
            self._draw()

    def _go(self, at: datetime) -> None:
        """Put the cursor somewhere; another day is fetched."""
        if not self._reason:
            return
        self._at = min(at, self._situation.now).replace(microsecond=0)
        self._moved += 1
        self._say("")
        if self._day is None or not self._day.span.from_at <= self._at < self._day.span.to_at:
            self._day = None
        if self._day is None or self._is_old(self._day):
            self._ask_day()
            return
        self._draw()
        moved = self._moved
        self.set_timer(_SETTLED_S, lambda: self._ask_picture() if moved == self._moved else None)

    def _ask_day(self) -> None:
        camera, day, zone = self._camera, self._local_day(), self._situation.zone
        self._moved += 1
        self._draw()
        question: Callable[[HubClient], Coroutine[Any, Any, object]] = lambda client: looking.fetch_day(  # noqa: E731
            client, camera, day, zone
        )
        self.app.post_message(Ask(self, f"day {self._key_of_day()}", question))

    def _begin(self) -> None:
        """Begin to look at the day, once."""
        day = self._day
        if day is None or not day.recorded:
            return
        if self._viewing() is not None:
            self._ask_picture()
            return
        reason, which = self._reason, f"{day.camera} {day.span.from_at.isoformat()}"
        self.app.post_message(Ask(self, f"viewing {which}", lambda client: looking.begin_day(client, day, reason)))

    def _ask_picture(self) -> None:
        viewing, at = self._viewing(), self._at
        if viewing is None or self._day is None:
            return
        if not self._day.has(at):
            self._image = None
            self._draw()
            return
        question = lambda client: looking.picture_at(client, viewing, at)  # noqa: E731
        self.app.post_message(Ask(self, f"picture {self._moved}", question))

    def _run(self, question: Callable[[HubClient], Coroutine[Any, Any, int]]) -> None:
        """Play something; leaving the screen meanwhile leaves the player open, and the viewing with it."""

        async def played(client: HubClient) -> int:
            self._playing += 1
            try:
                return await question(client)
            finally:
                self._playing -= 1
                if self._left and not self._playing:
                    await looking.end_all(client, list(self._viewings.values()))

        self.app.post_message(Ask(self, "player", played, looking.LONGEST_S))

    def _end_all(self) -> None:
        viewings = list(self._viewings.values())
        if viewings:
            self.app.post_message(Ask(self.app, "left", lambda client: looking.end_all(client, viewings)))

    # --- what is on the screen ---

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        self.query_one(".title", Static).update(
            _("{camera}, recordings of {day}").format(camera=self._camera_name(), day=f"{self._local_day():%Y-%m-%d}")
        )
        day, zone, width = self._day, self._situation.zone, self.query_one(".line", Static).size.width
        drawn: list[list[Cell]] = []
        about: list[Cell] = []
        if day is not None:
            shown = timeline.window(day.span, self._at, timeline.ZOOMS[self._zoom])
            drawn = timeline.lines(day, shown, self._at, zone, width, self._situation.now)
            about = timeline.said(day, self._at, zone, self._situation.now)
        self.query_one(".line", Static).update(Line("\n").join(_line(cells) for cells in drawn))
        self.query_one(".moment", Static).update(_line(about))
        self.query_one(".answer", Static).update(self._said)
        self.query_one(".foot", Static).update(self._keys())
        self._draw_picture()

    def _draw_picture(self) -> None:
        view = self.query_one(PictureView)
        if not self._reason:
            view.show(None, Fact("", ""), said=_("Who looks at recordings says why; it goes on record."))
        elif self._day is None:
            view.show(None, Fact("", ""), said=_("fetching the day"))
        elif not self._day.recorded:
            view.show(None, Fact("", ""), said=_("Nothing was recorded on this day."))
        elif self._image is None or self._image_at is None:
            had = self._day.has(self._at)
            view.show(None, Fact("", ""), said=_("fetching the picture") if had else _("no picture"))
        else:
            taken = f"{self._image_at.astimezone(self._situation.zone):%Y-%m-%d %H:%M:%S}"
            behind = self._image_at != self._at
            view.show(self._image, Fact("", taken, "stale" if behind else ""), grey=behind)

    def _keys(self) -> str:
        if self.query_one(Input).display:
            return "   ".join([_("Enter: go on"), _("Esc: back")])
        keys = [_("Left Right: {step}").format(step=_words(timeline.STEPS[self._zoom]))]
        keys.append(_("PgUp PgDn: {step}").format(step=_words(timeline.LEAPS[self._zoom])))
        keys += [_("+ -: zoom"), _("Up Down: day"), _("n p: alarm"), _("t: time"), _("Tab: camera")]
        return "   ".join([*keys, _("Enter: play"), _("l: live"), _("Esc: back")])

    def _asked(self) -> str:
        return _("a time, such as 14:30 or 2026-11-30 08:00") if self._reason else _("why you look at it; Enter")

    def _open_input(self) -> None:
        box = self.query_one(Input)
        box.value, box.placeholder, box.display = "", self._asked(), True
        box.focus()
        self._draw()

    def _close_input(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(None)
        self._draw()

    def _say(self, text: str, *, wrong: bool = True) -> None:
        self._said = f"! {text}" if text and wrong else text
        if self.is_mounted:
            self._draw()

    def _player(self) -> Player | None:
        player = find_player()
        if player is None:
            self._say(_("There is no player here (mpv, vlc, ffplay), or no screen: look from a desk that has one."))
        return player

    def _viewing(self) -> str | None:
        return self._viewings.get(self._key())

    def _key(self) -> tuple[str, datetime]:
        return self._camera, self._day.span.from_at if self._day is not None else self._at

    def _is_old(self, day: timeline.Day) -> bool:
        """Whether more may have been recorded of the present day than is known here."""
        known = self._situation.now - self._fetched_at < _KNOWN_FOR
        return not known and not day.has(self._at) and day.span.to_at > self._fetched_at

    def _may_look_live(self) -> bool:
        site = self._situation.site
        return site is not None and "live" in site.me.rights

    def _local_day(self) -> date:
        return self._at.astimezone(self._situation.zone).date()

    def _key_of_day(self) -> str:
        return f"{self._camera} {self._local_day()}"

    def _camera_of(self, which: str) -> str:
        return which.partition(" ")[0]

    def _begin_of(self, which: str) -> datetime:
        return datetime.fromisoformat(which.partition(" ")[2])

    def _camera_name(self) -> str:
        return self._situation.camera_name(self._camera)

    def _clock(self) -> str:
        return f"{self._at.astimezone(self._situation.zone):%Y-%m-%d %H:%M:%S}"


def playback(situation: Situation, camera: CameraView | None, me: Account | None) -> PlaybackScreen | Notice | None:
    """The screen, or why this person may not have it."""
    if camera is None or me is None:
        return None
    if "playback" not in me.rights:
        return Notice(_("You may not look at recordings."), "fault")
    return PlaybackScreen(situation, camera.id)


def _line(cells: list[Cell]) -> Line:
    return Line.assemble(*((cell.text, tone(cell.tone)) for cell in cells))


def _words(step: timedelta) -> str:
    seconds = int(step.total_seconds())
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    return _("{n} h").format(n=seconds // 3600) if seconds >= 3600 else _("{n} min").format(n=seconds // 60)
