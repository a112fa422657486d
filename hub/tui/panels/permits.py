"""Permits to cover a camera: applied for, approved, in force, ended."""

from collections.abc import Sequence
from typing import ClassVar

from hub.client import HubClient, SiteView
from hub.client.permits import permits
from hub.core.permits.model import Permit
from hub.locale import N_, _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import permits as forms
from hub.tui.messages import GoTo
from hub.tui.panels.open_and_past import OpenAndPast
from hub.tui.rows import permits as rows
from hub.tui.rows.row import Column, Fact, Row
from hub.tui.screens.form import FormScreen


class PermitsPanel(OpenAndPast[Permit]):
    """The list, and the chosen permit."""

    WHERE: ClassVar[Where] = "permits"
    BINDINGS = bindings_of("permits")

    NOBODY = N_("No permit is in force or applied for.")
    NOT_ON_ONE = N_("This is for permits; put the cursor on one.")
    NOT_NOW = N_("This cannot be done with {number} as it is now.")

    def opened(self, site: SiteView) -> Sequence[Permit]:
        return site.permits

    async def ask_for_all(self, client: HubClient) -> Sequence[Permit]:
        return [view.permit for view in await permits(client)]

    def columns(self) -> list[Column]:
        return rows.columns()

    def rows(self, past: Sequence[Permit]) -> list[Row]:
        return rows.rows(self.situation, past)

    def facts(self, item: Permit) -> list[Fact]:
        return rows.facts(item, self.situation)

    def action_apply(self) -> None:
        site = self.situation.site
        if site is not None:
            form = forms.apply_for
            self.app.push_screen(FormScreen(lambda: form(site.cameras, self.situation.zone), self.situation))

    def action_approve(self) -> None:
        permit = self.in_state("applied")
        if permit is None:
            return
        if self._own(permit):
            self.say(_("This is your own application: somebody else must decide on it."))
            return
        self.open_form(forms.approve, permit)

    def action_refuse(self) -> None:
        permit = self.in_state("applied")
        if permit is None:
            return
        if self._own(permit):
            self.say(_("This is your own application: withdraw it instead."))
            return
        self.open_form(forms.refuse, permit)

    def action_end(self) -> None:
        if (permit := self.in_state("active", "approved")) is not None:
            self.open_form(forms.end, permit)

    def action_extend(self) -> None:
        if (permit := self.in_state("active", "approved")) is not None:
            self.open_form(forms.extend, permit)

    def action_revoke(self) -> None:
        if (permit := self.in_state("active", "approved")) is not None:
            self.open_form(forms.revoke, permit)

    def action_withdraw(self) -> None:
        permit = self.in_state("applied", "approved")
        if permit is None:
            return
        if not self._own(permit):
            self.say(_("Somebody else applied for this: only they can withdraw it."))
            return
        self.open_form(forms.withdraw, permit)

    def action_show_camera(self) -> None:
        permit = self.chosen()
        if permit is not None:
            self.app.post_message(GoTo("wall", permit.cameras[0]))

    def _own(self, permit: Permit) -> bool:
        site = self.situation.site
        return site is not None and permit.applicant == site.me.actor
