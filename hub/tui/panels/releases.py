"""Releases of recordings: asked for, checked, decided, packed, handed over, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on

from hub.client import HubClient, SiteView
from hub.client.release_packages import PackageProgress, package_progress
from hub.client.releases import releases
from hub.clock import Clock
from hub.core.releases.model import REFUSABLE, Release
from hub.locale import N_, _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import release_request
from hub.tui.forms import releases as forms
from hub.tui.messages import Answer, Ask
from hub.tui.panels.open_and_past import OpenAndPast
from hub.tui.rows import packages as rows_of_packages
from hub.tui.rows import releases as rows
from hub.tui.rows.row import Column, Fact, Row
from hub.tui.screens.form import FormScreen
from hub.tui.screens.package import ASK_EVERY, PackageScreen
from hub.tui.screens.regions import RegionsScreen
from hub.tui.screens.release import ReleaseScreen
from hub.tui.situation import Situation
from hub.tui.widgets.table import RowTable


class ReleasesPanel(OpenAndPast[Release]):
    """The list, and the chosen release."""

    WHERE: ClassVar[Where] = "releases"
    BINDINGS = bindings_of("releases")

    NOBODY = N_("No release is open.")
    NOT_ON_ONE = N_("This is for releases; put the cursor on one.")
    NOT_NOW = N_("This cannot be done with {number} as it is now.")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._making: tuple[str, PackageProgress | None] = ("", None)
        self._asked_at: datetime | None = None

    def opened(self, site: SiteView) -> Sequence[Release]:
        return site.releases

    async def ask_for_all(self, client: HubClient) -> Sequence[Release]:
        return [view.release for view in await releases(client)]

    def columns(self) -> list[Column]:
        return rows.columns()

    def rows(self, past: Sequence[Release]) -> list[Row]:
        return rows.rows(self.situation, past)

    def facts(self, item: Release) -> list[Fact]:
        number, progress = self._making
        making = rows_of_packages.making(progress if number == item.id else None)
        return rows.facts(item, self.situation, making)

    def redraw(self) -> None:
        super().redraw()
        self._ask_for_progress()

    @on(RowTable.Opened)
    def _opened(self) -> None:
        self.action_details()

    def action_ask(self) -> None:
        if self.situation.site is not None:
            self.app.push_screen(
                FormScreen(lambda: release_request.ask_for(self.situation, "external"), self.situation)
            )

    def action_ask_own(self) -> None:
        site = self.situation.site
        if site is None:
            return
        if not site.internal_purposes:
            self.say(_("hub.toml allows no purpose of the site's own: see [releases] there."))
            return
        self.app.push_screen(FormScreen(lambda: release_request.ask_for(self.situation, "internal"), self.situation))

    def action_amend(self) -> None:
        if (release := self._mine("requested", "returned")) is not None:
            self.open_form(release_request.amend, release)

    def action_withdraw(self) -> None:
        if (release := self._mine(*REFUSABLE)) is not None:
            self.open_form(forms.withdraw, release)

    def action_check(self) -> None:
        if (release := self.in_state("requested")) is not None:
            self.open_form(forms.check, release)

    def action_give_back(self) -> None:
        if (release := self.in_state("requested", "checked")) is not None:
            self.open_form(forms.give_back, release)

    def action_approve(self) -> None:
        if (release := self._to_decide("checked")) is not None:
            self.open_form(forms.approve, release)

    def action_refuse(self) -> None:
        if (release := self._to_decide(*REFUSABLE)) is not None:
            self.open_form(forms.refuse, release)

    def action_prepare(self) -> None:
        if (release := self.in_state("approved", "prepared")) is not None:
            self.open_form(forms.prepare, release)

    def action_hand_over(self) -> None:
        release = self.in_state("prepared")
        if release is None:
            return
        if not release.fetched_by:
            self.say(_("Nobody has fetched the package yet: s saves it on this machine."))
            return
        self.open_form(forms.hand_over, release)

    def action_regions(self) -> None:
        if (release := self.in_state("approved", "prepared")) is not None:
            self.app.push_screen(RegionsScreen(release, self.situation))

    def action_package(self) -> None:
        if (release := self.in_state("preparing", "prepared")) is not None:
            self.app.push_screen(PackageScreen(release, self.situation))

    def action_close(self) -> None:
        if (release := self.in_state("handed_over")) is not None:
            self.open_form(forms.close, release)

    def action_details(self) -> None:
        if (release := self.chosen()) is not None:
            self.app.push_screen(ReleaseScreen(release, self.situation))

    def on_answer(self, message: Answer) -> None:
        about, _space, number = message.about.partition(" ")
        if about == "progress":
            message.stop()
            message.prevent_default()  # what answers the list is `OpenAndPast.on_answer`
            self._making = number, message.answer if isinstance(message.answer, PackageProgress) else None
            self.show_facts()

    def _ask_for_progress(self) -> None:
        """Of the package under the cursor, while it is made, for those who make them."""
        release, site, now = self.chosen(), self.situation.site, self.situation.now
        if release is None or release.state != "preparing" or site is None or "export" not in site.me.rights:
            return
        if self.situation.link.up and (self._asked_at is None or now - self._asked_at >= ASK_EVERY):
            self._asked_at = now
            number = release.id
            self.app.post_message(Ask(self, f"progress {number}", lambda client: package_progress(client, number)))

    def _mine(self, *states: str) -> Release | None:
        release, site = self.in_state(*states), self.situation.site
        if release is not None and site is not None and release.requester != site.me.actor:
            self.say(_("Somebody else asked for this: only they can change or withdraw it."))
            return None
        return release

    def _to_decide(self, *states: str) -> Release | None:
        release, site = self.in_state(*states), self.situation.site
        if release is not None and site is not None and not rows.decides(release, site.me):
            self.say(_("You asked for this or checked it: somebody else must decide on it."))
            return None
        return release
