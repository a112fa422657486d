"""The password must be changed before anything else is shown."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from hub.locale import _
from hub.tui.forms.people import password_problem
from hub.tui.screens.shown import Shown


class NewPasswordAsked(Message):
    """`answered` is called with "" when the hub took it, else with the reason it did not."""

    def __init__(self, password: str, new_password: str, answered: Callable[[str], None]) -> None:
        super().__init__()
        self.password = password
        self.new_password = new_password
        self.answered = answered


class NewPasswordScreen(Shown, Screen[None]):
    """Twice the new password. `why`: first, expired. `password`: the one just signed in with."""

    BINDINGS = [Binding("escape", "app.sign_out_again", show=False)]

    def __init__(self, account: str, password: str, why: str) -> None:
        super().__init__()
        self._account = account
        self._password = password
        self._why = why
        self._sending = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="form sign-in"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            for name in ("new", "again"):
                yield Label(id=f"label-{name}")
                yield Input(id=name, password=True, max_length=200)
                yield Static(id=f"problem-{name}", classes="problem", markup=False)
            yield Static(classes="answer -lost", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(id="enter", variant="primary", compact=True)
                yield Button(id="back", compact=True)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one("#new", Input).focus()

    def relabel(self) -> None:
        expired = _("Your password is too old: choose a new one.")
        first = _("Somebody else chose this password for you: choose your own.")
        self.query_one(".title", Static).update(_("A new password"))
        self.query_one(".about", Static).update(expired if self._why == "expired" else first)
        self.query_one("#label-new", Label).update(_("New password") + "  " + _("a sentence is best"))
        self.query_one("#label-again", Label).update(_("Once more"))
        self.query_one("#enter", Button).label = _("Change")
        self.query_one("#back", Button).label = _("Back (Esc)")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._say("", "" if event.input.id == "new" else None)

    @on(Input.Submitted, "#new")
    def _to_again(self) -> None:
        wrong, _differs = password_problem(self._value("new"), self._value("new"), self._account)
        self._say(wrong, "")
        if not wrong:
            self.query_one("#again", Input).focus()

    @on(Input.Submitted, "#again")
    @on(Button.Pressed, "#enter")
    def _send(self) -> None:
        new, again = self._value("new"), self._value("again")
        wrong, differs = password_problem(new, again, self._account)
        self._say(wrong, differs)
        if self._sending or wrong or differs:
            return
        self._sending = True
        self.app.post_message(NewPasswordAsked(self._password, new, self._answered))

    @on(Button.Pressed, "#back")
    async def _back(self) -> None:
        await self.run_action("app.sign_out_again")

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _answered(self, refusal: str) -> None:
        self._sending = False
        if self.is_attached and refusal:
            with self.prevent(Input.Changed):
                for field in self.query(Input):
                    field.value = ""
            self.query_one(".answer", Static).update(f"✗ {refusal}")
            self.query_one("#new", Input).focus()

    def _say(self, new: str, again: str | None) -> None:
        self.query_one(".answer", Static).update("")
        for name, text in (("new", new), ("again", again)):
            if text is not None:
                self.query_one(f"#problem-{name}", Static).update(f"✗ {text}" if text else "")
