"""Who is there? Shown before anything of the site is."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Static

from hub.locale import _
from hub.tui.messages import SignInAsked
from hub.tui.screens.shown import Shown


class SignInScreen(Shown, Screen[None]):
    """Account and password; errors in words below. `reason` says why one has to sign in again."""

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self._reason = reason
        self._sending = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="form sign-in"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            yield Label(id="label-account")
            yield Input(id="account", max_length=64)
            yield Label(id="label-password")
            yield Input(id="password", password=True, max_length=200)
            with Vertical(classes="code"):
                yield Label(id="label-code")
                yield Input(id="code", max_length=32)
            yield Static(classes="answer -lost", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(id="enter", variant="primary", compact=True)
                yield Button(id="language", compact=True)
                yield Button(id="leave", compact=True)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(".code").display = False
        self.query_one("#account", Input).focus()

    def ask_code(self) -> None:
        """Name and password are right; the account has a code besides."""
        self._sending = False
        self.query_one(".code").display = True
        self._answer(_("This account asks for a code besides the password."))
        self.query_one("#code", Input).focus()

    def relabel(self) -> None:
        self.query_one(".title", Static).update("Watchroom")
        self.query_one(".about", Static).update(self._reason or _("Sign in with your own account."))
        self.query_one("#label-account", Label).update(_("Account"))
        self.query_one("#label-password", Label).update(_("Password"))
        self.query_one("#label-code", Label).update(_("Code: six digits of the telephone, or a recovery code"))
        self.query_one("#enter", Button).label = _("Sign in")
        self.query_one("#language", Button).label = _("中文") + " (Ctrl+L)"
        self.query_one("#leave", Button).label = _("Leave") + " (Ctrl+Q)"

    @on(Input.Submitted, "#account")
    def _to_password(self) -> None:
        self.query_one("#password", Input).focus()

    @on(Input.Submitted, "#password")
    @on(Input.Submitted, "#code")
    @on(Button.Pressed, "#enter")
    def _send(self) -> None:
        if self._sending:
            return
        account = self.query_one("#account", Input).value.strip()
        password = self.query_one("#password", Input).value
        if not account or not password:
            self._answer(_("Both account and password are needed."))
            return
        self._sending = True
        self._answer("")
        code = self.query_one("#code", Input).value.strip()
        self.app.post_message(SignInAsked(account, password, self._answered, code))

    @on(Button.Pressed, "#language")
    async def _language(self) -> None:
        await self.run_action("app.switch_language")

    @on(Button.Pressed, "#leave")
    async def _leave(self) -> None:
        await self.run_action("app.quit")

    def _answered(self, refusal: str) -> None:
        self._sending = False
        password = self.query_one("#password", Input)
        password.value = ""
        self.query_one("#code", Input).value = ""
        self.query_one(".code").display = False
        if refusal:
            self._answer(f"✗ {refusal}")
            password.focus()

    def _answer(self, text: str) -> None:
        self.query_one(".answer", Static).update(text)
