"""An attention check over whatever is on the screen: which camera is this? What was being typed stays underneath."""

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client import HubClient
from hub.client.attention import check_picture
from hub.client.views import CheckView
from hub.clock import Clock
from hub.core.attention.commands import AnswerAttention
from hub.locale import _, say
from hub.tui.halfblocks import Image, decode_jpeg
from hub.tui.messages import Answer, Ask, FormSubmitted
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.picture import PictureView

DEAF_S = 1.0
"""A key that was meant for what lies underneath, and came too late, is no answer."""


class AttentionScreen(Shown, ModalScreen[None]):
    """Asks; one key answers. It goes away when the check is over, here or at another screen."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, 5)),
        Binding("space", "here", show=False),
        Binding("r,R", "remark", show=False),
        Binding("escape", "back", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, clock: Clock, check: CheckView, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._check = check
        self._situation = situation
        self._shown_s = clock.monotonic()
        self._image: Image | None = None
        self._problem = ""
        self._sending = False
        self._said = ""

    @property
    def check_id(self) -> str:
        return self._check.id

    def compose(self) -> ComposeResult:
        with Vertical(classes="attention"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            yield PictureView("attention-picture")
            yield Static(classes="choices", markup=False)
            yield Input(id="attention-remark", max_length=500)
            yield Static(classes="answer", markup=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        if self._check.choices:
            self._fetch()
        self.relabel()

    def relabel(self) -> None:
        self.query_one(Input).placeholder = _("what you see; Enter sends it")
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        site = situation.site
        if site is None or situation.stale:
            self._draw()
            return
        known = next((check for check in site.checks if check.id == self._check.id and check.mine), None)
        if known is None:
            self._leave()
            return
        self._check = known
        self._draw()

    def action_choose(self, number: int) -> None:
        choices = self._check.choices
        if number <= len(choices) and self._hears():
            self._send(AnswerAttention(check=self._check.id, chosen=choices[number - 1].camera))

    def action_here(self) -> None:
        if not self._hears():
            return
        if not self._check.choices:
            self._send(AnswerAttention(check=self._check.id))
        elif self._problem:
            self._send(AnswerAttention(check=self._check.id, note=_("No picture came.")))

    def action_remark(self) -> None:
        if self._hears():
            box = self.query_one(Input)
            box.display = True
            box.focus()

    def action_back(self) -> None:
        """Nobody gets rid of the question by Esc; it only leaves the remark."""
        self.query_one(Input).display = False
        self.set_focus(None)

    @on(Input.Submitted)
    def _remarked(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() and not self._sending:
            self._send(AnswerAttention(check=self._check.id, note=event.value.strip()))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if message.answer is not None:
            self._image = message.answer  # type: ignore[assignment]
        self._draw()

    def _hears(self) -> bool:
        return not self._sending and self._clock.monotonic() - self._shown_s >= DEAF_S

    def _fetch(self) -> None:
        check = self._check.id

        async def picture(client: HubClient) -> Image:
            return await asyncio.to_thread(decode_jpeg, await check_picture(client, check))

        self.app.post_message(Ask(self, "picture", picture))

    def _send(self, command: AnswerAttention) -> None:
        self._sending = True
        self._said = ""
        self.app.post_message(FormSubmitted(command, _("Thank you."), self._answered))
        self._draw()

    def _answered(self, refusal: str) -> None:
        self._sending = False
        self._said = refusal
        if not self.is_attached:
            return
        if refusal:
            self._draw()
        else:
            self._leave()

    def _leave(self) -> None:
        if self.is_current:
            self.dismiss()

    def _draw(self) -> None:
        check, now = self._check, self._situation.now
        left_s = max(0, int((check.until_at - now).total_seconds()))
        title = _("Are you there? {post}").format(post=say(check.post_name))
        self.query_one(".title", Static).update(title)
        self.query_one(".about", Static).update(self._asked(left_s))
        picture = self.query_one(PictureView)
        picture.display = bool(check.choices)
        if check.choices:
            picture.show(self._image, Fact("", ""), said=self._problem or _("fetching the picture"))
        self.query_one(".choices", Static).update(
            "   ".join(f"{number} {say(choice.name)}" for number, choice in enumerate(check.choices, 1))
        )
        answer = self.query_one(".answer", Static)
        answer.set_classes("answer -lost" if self._said else "answer -muted")
        answer.update(f"✗ {self._said}" if self._said else _("Sending") if self._sending else "")
        self.query_one(".foot", Static).update(self._keys())

    def _asked(self, left_s: int) -> str:
        if self._check.state == "missed":
            return _("Nobody answered, and the leader has been told. Answer now.")
        said = _("Which camera is this? One key answers.") if self._check.choices else _("Press Space.")
        if self._check.state == "again":
            said = _("Asked once more.") + " " + said
        return said + " " + _("{n} s left.").format(n=left_s)

    def _keys(self) -> str:
        if not self._check.choices:
            return _("Space: I am here   R: write what you see")
        keys = _("1 to {n}: the camera   R: write what you see").format(n=len(self._check.choices))
        return keys + "   " + _("Space: no picture came") if self._problem else keys
