"""Who is there: signing in and out, a new password, and the screen that locks itself when nobody is."""

from collections.abc import Callable, Coroutine
from functools import partial

from textual.app import App
from textual.screen import Screen
from textual.worker import Worker

from hub.client import SiteView
from hub.clock import Clock
from hub.core.people.commands import ChangePassword, UnlockScreen
from hub.errors import CodeWanted, HubError, NotSignedIn
from hub.locale import _
from hub.tui import messages
from hub.tui.bridge import Bridge
from hub.tui.drafts import Drafts
from hub.tui.refusals import in_words
from hub.tui.screens.lock import LockScreen, UnlockAsked
from hub.tui.screens.new_password import NewPasswordAsked, NewPasswordScreen
from hub.tui.screens.room import RoomScreen
from hub.tui.screens.shown import Shown
from hub.tui.screens.sign_in import SignInScreen
from hub.tui.situation import Link

COVERING = (SignInScreen, NewPasswordScreen, LockScreen)
"""What lies over the room as long as it is not known that the person is there."""


class Door(App[None]):
    """The part of the app that knows who is there. `tell` and `refused` are the app's."""

    clock: Clock
    bridge: Bridge
    drafts: Drafts
    room: RoomScreen
    _site: SiteView | None
    _link: Link
    _person: str
    _typed_s: float
    """Monotonic: when a key was pressed last."""
    _following: Worker[object] | None
    signed_in_here: bool
    """Somebody signed in at this screen, and is signed out when it is left."""

    def tell(self) -> None:
        """Every screen is told what is known now."""
        raise NotImplementedError

    def refused(self, error: HubError) -> None:
        """Say why something was refused."""
        raise NotImplementedError

    def begin(
        self, work: Callable[[], Coroutine[None, None, object]], group: str, *, exclusive: bool = False
    ) -> Worker[object]:
        """Begin what takes time. It is a callable, because a worker that is cancelled before it begins is never run."""
        return self.run_worker(work, group=group, exclusive=exclusive)

    def on_sign_in_asked(self, message: messages.SignInAsked) -> None:
        self.begin(partial(self._sign_in, message), group="sign-in", exclusive=True)

    def on_unlock_asked(self, message: UnlockAsked) -> None:
        self.begin(partial(self._unlock, message), group="sign-in", exclusive=True)

    def on_new_password_asked(self, message: NewPasswordAsked) -> None:
        self.begin(partial(self._new_password, message), group="sign-in", exclusive=True)

    def on_session_ended(self, message: messages.SessionEnded) -> None:
        self.ask_who(_("Your sign-in has ended. What you typed is kept: sign in again."))

    async def action_sign_out(self) -> None:
        try:
            await self.bridge.sign_out()
        except HubError:
            # The hub forgets the sign-in by itself when it expires; whoever leaves must not be kept here by a lost hub.
            self.log.warning("the hub could not be told of the sign-out")
        self.ask_who("")

    async def action_sign_out_again(self) -> None:
        """Back from choosing a new password to the sign-in below it."""
        if isinstance(self.screen, NewPasswordScreen):
            self.pop_screen()
        await self.action_sign_out()

    async def action_leave_to_another(self) -> None:
        """From a locked screen: somebody else signs in."""
        await self.action_sign_out()

    def lock_when_idle(self) -> None:
        """Cover the screen when nobody typed for as long as the site says."""
        after_s = self._site.lock_after_s if self._site is not None else 0.0
        if not after_s or self.clock.monotonic() - self._typed_s < after_s:
            return
        if self._site is not None and not any(isinstance(screen, COVERING) for screen in self.screen_stack):
            self.push_screen(LockScreen(self._site.me.name))

    async def _unlock(self, message: UnlockAsked) -> None:
        try:
            await self.bridge.give(UnlockScreen(password=message.password))
        except HubError as error:
            message.answered(in_words(error))
            if isinstance(error, NotSignedIn):
                self.refused(error)
            return
        message.answered("")
        self._uncover(LockScreen)

    async def _new_password(self, message: NewPasswordAsked) -> None:
        try:
            await self.bridge.give(ChangePassword(password=message.password, new_password=message.new_password))
        except HubError as error:
            message.answered(in_words(error))
            return
        message.answered("")
        self._uncover(NewPasswordScreen, SignInScreen, LockScreen)
        self.follow()
        self.post_message(messages.Notice(_("Your password was changed."), "good"))

    def _uncover(self, *covers: type[Screen[None]]) -> None:
        """Take away what lies over the room for one of these reasons."""
        while isinstance(self.screen, covers):
            self.pop_screen()

    def follow(self) -> None:
        self._following = self.begin(self.bridge.follow, group="bridge", exclusive=True)

    def ask_who(self, reason: str) -> None:
        """Back to the sign-in; forms that are open stay underneath with what was typed."""
        if self._following is not None:
            self._following.cancel()
        self._link = Link(up=False)
        self.tell()
        if not isinstance(self.screen, SignInScreen):
            self.push_screen(SignInScreen(reason))

    async def _sign_in(self, message: messages.SignInAsked) -> None:
        try:
            session = await self.bridge.sign_in(message.account, message.password, message.code)
        except CodeWanted:
            if isinstance(self.screen, SignInScreen):
                self.screen.ask_code()
            return
        except HubError as error:
            message.answered(in_words(error))
            return
        message.answered("")
        if session.account.id != self._person:
            self._forget()
        self._person = session.account.id
        self._typed_s = self.clock.monotonic()
        self.signed_in_here = True
        if session.must_change:
            self.push_screen(NewPasswordScreen(session.account.id, message.password, session.must_change))
            return
        self._uncover(SignInScreen, LockScreen)
        self.follow()

    def _forget(self) -> None:
        """Somebody else is here now: nothing of the one before may be seen, and no form of theirs be sent."""
        self.drafts.clear()
        self.bridge.forget()
        self._site, self._link = None, Link(up=False)
        for screen in self.screen_stack:
            if not isinstance(screen, (RoomScreen, *COVERING)) and isinstance(screen, Shown):
                screen.dismiss()
        self.room.log_panel.forget()
        self.tell()
