"""The app: takes what the bridge learns and what people ask, and keeps every screen told."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

from textual import events
from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen

from hub.client import HubClient, SiteView
from hub.clock import Clock, SystemClock
from hub.core.text import Language
from hub.errors import HubError, NotSignedIn
from hub.locale import Voice, _, share_voice
from hub.tui import messages, situation
from hub.tui.action import Where
from hub.tui.actions import PANELS, actions_of, allowed, bindings_of, key_name
from hub.tui.bridge import Bridge
from hub.tui.colours import THEME
from hub.tui.door import Door
from hub.tui.drafts import Drafts
from hub.tui.keys import KeyLine
from hub.tui.panels.log import PAGE
from hub.tui.refusals import in_words
from hub.tui.screens.attention import AttentionScreen
from hub.tui.screens.discover import DiscoverScreen
from hub.tui.screens.help import HelpScreen
from hub.tui.screens.lock import LockScreen
from hub.tui.screens.room import RoomScreen
from hub.tui.screens.search import SearchScreen
from hub.tui.screens.shown import Shown
from hub.tui.screens.sign_in import SignInScreen
from hub.tui.situation import Link, Situation

BELL_EVERY_S = 1.0
"""A flood of critical alarms rings once a second at most."""


class HubTui(Door):
    """Watchroom in the terminal. `signed_in` says that `client` holds a sign-in already; else it asks for one.

    `panel` is shown first. `zone` is used for times when the hub names no zone of the site; None means this machine's.
    """

    TITLE = "Watchroom"
    CSS_PATH = Path(__file__).with_name("hub.tcss")
    BINDINGS = bindings_of("everywhere")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(
        self,
        client: HubClient,
        *,
        signed_in: bool = False,
        language: Language = "en",
        clock: Clock | None = None,
        zone: tzinfo | None = None,
        panel: Where = "home",
    ) -> None:
        super().__init__()
        self.clock: Clock = clock if clock is not None else SystemClock()
        self.voice = Voice(language)
        self.drafts = Drafts()
        self.bridge = Bridge(client, self.post_message, self.clock)
        self._signed_in = signed_in
        self._person = ""
        self._own_zone = zone if zone is not None else situation.local_zone(self.clock.now())
        self._site: SiteView | None = None
        self._received_s = 0.0
        self._link = Link(up=False)
        self._typed_s = self.clock.monotonic()
        self._following = None
        self.signed_in_here = False
        self._bell_s = float("-inf")
        self._keys = KeyLine(self, super().on_event)
        self.room = RoomScreen(self.clock, self._situation(), panel)

    def on_load(self) -> None:
        share_voice(self.voice)

    def on_mount(self) -> None:
        self.register_theme(THEME)
        self.theme = THEME.name
        self.animation_level = "none"
        self.push_screen(self.room)
        if not self._signed_in:
            self.push_screen(SignInScreen())
        else:
            self.follow()
        self.set_interval(1.0, self.tick)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self._typed_s = self.clock.monotonic()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keys.take(event)
        else:
            await super().on_event(event)

    # --- what the bridge learns ---------------------------------------------------------------------------------
    # Messages may still come while the app is being taken down, when the screens have lost their parts: `is_running`.

    def on_site_changed(self, message: messages.SiteChanged) -> None:
        self._site, self._received_s = message.site, message.received_s
        self._person = message.site.me.id
        self.tell()
        self._ask_attention(message.site)

    def on_happened(self, message: messages.Happened) -> None:
        if self.is_running:
            self.room.log_panel.add(message.events)

    def on_alarm_raised(self, message: messages.AlarmRaised) -> None:
        now_s = self.clock.monotonic()
        if message.priority != "critical" or self._is_quiet(str(message.event.event.get("alarm", ""))):
            return
        if now_s - self._bell_s >= BELL_EVERY_S:
            self._bell_s = now_s
            self.bell()
            self.room.flash()

    def on_link_lost(self, message: messages.LinkLost) -> None:
        since_at = self._link.since_at if not self._link.up and self._link.reason else self._now()
        self._link = Link(up=False, since_at=since_at, reason=message.reason)
        self.tell()

    def on_link_back(self, message: messages.LinkBack) -> None:
        self._link = Link(up=True, since_at=self._now())
        self.tell()

    # --- what people ask ----------------------------------------------------------------------------------------

    def on_give(self, message: messages.Give) -> None:
        self.begin(partial(self._give, message), group="commands")

    def on_form_submitted(self, message: messages.FormSubmitted) -> None:
        self.begin(partial(self._submit, message), group="commands")

    def on_picture_wanted(self, message: messages.PictureWanted) -> None:
        self.begin(partial(self._picture, message), group=f"picture-{message.reply_to.id}", exclusive=True)

    def on_explanation_wanted(self, message: messages.ExplanationWanted) -> None:
        self.begin(partial(self._explanation, message), group="explanation", exclusive=True)

    def on_recording_day_wanted(self, message: messages.RecordingDayWanted) -> None:
        self.begin(partial(self._recording_day, message), group="recording", exclusive=True)

    def on_rules_wanted(self, message: messages.RulesWanted) -> None:
        self.begin(partial(self._rules, message), group="rules", exclusive=True)

    def on_rule_asked(self, message: messages.RuleAsked) -> None:
        self.begin(partial(self._about_rule, message), group="rules")

    def on_ask(self, message: messages.Ask) -> None:
        group = f"ask-{id(message.reply_to)}-{message.about}"
        self.begin(partial(self._ask, message), group=group, exclusive=True)

    def on_upload(self, message: messages.Upload) -> None:
        self.begin(partial(self._upload, message), group="commands")

    def on_records_wanted(self, message: messages.RecordsWanted) -> None:
        self.begin(partial(self._records, message), group="records")

    def on_notice(self, message: messages.Notice) -> None:
        if self.is_running:
            self.room.notice(message.text, message.tone)

    def on_go_to(self, message: messages.GoTo) -> None:
        if self.is_running:
            self.room.go(message.panel, message.item)

    def action_show(self, panel: str) -> None:
        self.room.go(panel)

    async def action_do(self, name: str) -> None:
        """Carry out an action by its name, wherever the keyboard is: for clicks and the command palette."""
        own = any(action.name == name for action in actions_of(self.room.where))
        await self.run_action(name, self.room.panel if own else self)

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.room.where, self.room.me))

    def action_search(self) -> None:
        self.push_screen(SearchScreen(self.clock, self._situation()))

    def action_discover(self) -> None:
        if all(allowed(action, self.room.me) for action in actions_of("everywhere") if action.name == "discover"):
            self.push_screen(DiscoverScreen(self.clock, self._situation()))
        else:
            self.post_message(messages.Notice(_("Only administrators look for devices and add them."), "fault"))

    def action_switch_language(self) -> None:
        self.voice.language = "en" if self.voice.language == "zh_CN" else "zh_CN"
        for screen in self.screen_stack:
            if isinstance(screen, Shown):
                screen.relabel()

    def action_command_palette(self) -> None:
        if self.screen is self.room:
            self.push_screen(CommandPalette(placeholder=_("Search for a command"), id="--command-palette"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing of the room while somebody signs in or fills in a form."""
        if action in ("show", "do", "help", "search", "discover", "sign_out", "command_palette"):
            return self.screen is self.room
        return True

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        for where in (self.room.where, "everywhere"):
            for action in actions_of(where):
                if action.name != "command_palette" and allowed(action, self.room.me):
                    yield SystemCommand(_(action.label), _(action.help), self._doing(action.name))
        # What another panel does, it does to the line under its cursor: the command only leads there.
        for panel, name, _key in PANELS:
            for action in actions_of(panel) if panel != self.room.where else []:
                if allowed(action, self.room.me):
                    title = f"{_(name)} › {_(action.label)} ({key_name(action.primary)})"
                    yield SystemCommand(title, _(action.help), self._doing(f"show({panel!r})"), discover=False)

    # --- inside -------------------------------------------------------------------------------------------------

    def _is_quiet(self, alarm: str) -> bool:
        """Whether an alarm that stood before was laid aside, or chatters."""
        alarms = self._site.alarms if self._site is not None else []
        return any(view.alarm.id == alarm and bool(view.alarm.quiet) for view in alarms)

    def _doing(self, name: str) -> Callable[[], None]:
        def do() -> None:
            self.begin(partial(self.run_action, f"app.do({name!r})"), group="commands")

        return do

    def _now(self) -> datetime:
        return situation.hub_now(self._site, self._received_s, self.clock.monotonic(), self.clock.now())

    def _situation(self) -> Situation:
        zone = situation.zone_of(self._site, self._own_zone)
        return Situation(now=self._now(), zone=zone, link=self._link, site=self._site)

    def tell(self) -> None:
        """Every screen is told what is known now."""
        if not self.is_running:
            return
        known = self._situation()
        for screen in self.screen_stack:
            if isinstance(screen, Shown):
                screen.show(known)

    def tick(self) -> None:
        """Once a second: ages grow, notices end."""
        self.tell()
        if self.is_running:
            self.room.tick()
            self.lock_when_idle()

    def _ask_attention(self, site: SiteView) -> None:
        """A check comes over whatever is open, and leaves it as it is; never over the sign-in."""
        if not self.is_running or any(
            isinstance(s, SignInScreen | LockScreen | AttentionScreen) for s in self.screen_stack
        ):
            return
        check = next((check for check in site.checks if check.mine), None)
        if check is not None:
            self.bell()
            self.push_screen(AttentionScreen(self.clock, check, self._situation()))

    async def _give(self, message: messages.Give) -> None:
        for command in message.commands:
            try:
                await self.bridge.give(command)
            except HubError as error:
                self.refused(error)
                return
        self.post_message(messages.Notice(message.done, "good"))

    async def _submit(self, message: messages.FormSubmitted) -> None:
        try:
            await self.bridge.give(message.command)
        except HubError as error:
            message.answered(in_words(error))
            if isinstance(error, NotSignedIn):
                self.refused(error)
            return
        message.answered("")
        self.post_message(messages.Notice(message.done, "good"))

    def refused(self, error: HubError) -> None:
        if isinstance(error, NotSignedIn):
            self.ask_who(_("Your sign-in has ended. What you typed is kept: sign in again."))
        else:
            self.post_message(messages.Notice(in_words(error), "lost"))

    async def _picture(self, message: messages.PictureWanted) -> None:
        source = message.camera or message.evidence
        try:
            if message.camera:
                image, digest = await self.bridge.picture(message.camera)
            else:
                image, digest = await self.bridge.evidence(message.evidence), 1
        except HubError as error:
            message.reply_to.post_message(messages.PictureCame(source, None, problem=in_words(error)))
            return
        message.reply_to.post_message(messages.PictureCame(source, image, digest))

    async def _explanation(self, message: messages.ExplanationWanted) -> None:
        try:
            explanation = await self.bridge.explain(message.camera)
        except HubError as error:
            message.reply_to.post_message(messages.ExplanationCame(None, in_words(error)))
            return
        message.reply_to.post_message(messages.ExplanationCame(explanation))

    async def _recording_day(self, message: messages.RecordingDayWanted) -> None:
        try:
            day = await self.bridge.recording_day(message.camera, message.day)
        except HubError as error:
            self.post_message(messages.Notice(in_words(error), "lost"))
            return
        message.reply_to.post_message(messages.RecordingDayCame(day))

    async def _rules(self, message: messages.RulesWanted) -> None:
        try:
            rules = await self.bridge.rules()
        except HubError as error:
            self.post_message(messages.Notice(in_words(error), "lost"))
            return
        message.reply_to.post_message(messages.RulesCame(rules))

    async def _about_rule(self, message: messages.RuleAsked) -> None:
        try:
            answer = await self.bridge.about_rule(message.what, message.rule)
        except HubError as error:
            message.reply_to.post_message(messages.RuleAnswered(message.what, None, in_words(error)))
            return
        message.reply_to.post_message(messages.RuleAnswered(message.what, answer))

    async def _ask(self, message: messages.Ask) -> None:
        try:
            answer = await self.bridge.ask(message.question, message.within_s)
        except HubError as error:
            message.reply_to.post_message(messages.Answer(message.about, None, in_words(error)))
            return
        message.reply_to.post_message(messages.Answer(message.about, answer))

    async def _upload(self, message: messages.Upload) -> None:
        try:
            attachment = await self.bridge.upload(message.path)
        except HubError as error:
            message.answered("", in_words(error))
            return
        message.answered(attachment, "")

    async def _records(self, message: messages.RecordsWanted) -> None:
        before, subject = message.before, message.subject
        try:
            records = await self.bridge.records(limit=PAGE, before=before, subject=subject)
        except HubError as error:
            message.reply_to.post_message(messages.RecordsCame([], before, subject, in_words(error)))
            return
        message.reply_to.post_message(messages.RecordsCame(records, before, subject))


async def run_tui_async(
    client: HubClient,
    *,
    signed_in: bool = False,
    for_this_screen: bool = False,
    language: Language = "en",
    clock: Clock | None = None,
) -> None:
    """The TUI on `client` until the person leaves; closes the client then. For callers inside an event loop.

    `for_this_screen`: the sign-in that the client has was made for it, and ends with it.
    """
    app = HubTui(client, signed_in=signed_in, language=language, clock=clock)
    app.signed_in_here = signed_in and for_this_screen
    try:
        await app.run_async()
        if app.signed_in_here:
            with contextlib.suppress(HubError):  # the hub forgets the sign-in by itself when it expires
                await client.sign_out()
    finally:
        await client.close()


def run_tui(
    client: HubClient,
    *,
    signed_in: bool = False,
    language: Language = "en",
    clock: Clock | None = None,
) -> None:
    """The TUI on `client` until the person leaves; closes the client then. Runs an event loop of its own."""
    asyncio.run(run_tui_async(client, signed_in=signed_in, language=language, clock=clock))
