"""The locked screen: nobody typed for a while, and nobody else may look or act meanwhile."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from hub.locale import _
from hub.tui.screens.shown import Shown


class UnlockAsked(Message):
    """Somebody typed the password; `answered` is called with "" when it is right, else with the reason it is not."""

    def __init__(self, password: str, answered: Callable[[str], None]) -> None:
        super().__init__()
        self.password = password
        self.answered = answered


class LockScreen(Shown, Screen[None]):
    """Covers everything until the password is typed again; what was typed underneath stays."""

    def __init__(self, name: str) -> None:
        """`name`: whose screen it is."""
        super().__init__()
        self._person = name
        self._sending = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="form lock"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            yield Label(id="label-password")
            yield Input(id="password", password=True, max_length=200)
            yield Static(classes="answer -lost", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(id="enter", variant="primary", compact=True)
                yield Button(id="other", compact=True)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one("#password", Input).focus()

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Locked: {name}").format(name=self._person))
        self.query_one(".about", Static).update(_("Nobody typed for a while. What was typed is kept."))
        self.query_one("#label-password", Label).update(_("Password"))
        self.query_one("#enter", Button).label = _("Go on")
        self.query_one("#other", Button).label = _("Somebody else signs in")

    @on(Input.Submitted, "#password")
    @on(Button.Pressed, "#enter")
    def _send(self) -> None:
        password = self.query_one("#password", Input).value
        if self._sending or not password:
            return
        self._sending = True
        self._answer("")
        self.app.post_message(UnlockAsked(password, self._answered))

    @on(Button.Pressed, "#other")
    async def _other(self) -> None:
        await self.run_action("app.leave_to_another")

    def _answered(self, refusal: str) -> None:
        self._sending = False
        if not self.is_attached:
            return
        field = self.query_one("#password", Input)
        field.value = ""
        if refusal:
            self._answer(f"✗ {refusal}")
            field.focus()

    def _answer(self, text: str) -> None:
        self.query_one(".answer", Static).update(text)
