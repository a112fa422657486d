"""People, their accounts, rights and records."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client.people import PersonView, TotpOffer, people, totp_offer
from hub.clock import Clock
from hub.core.people.commands import EnableAccount
from hub.core.site import Department
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import people as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, Give
from hub.tui.panels.panel import Panel
from hub.tui.rows import people as rows
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

ASK_EVERY_S = 5.0
"""Sign-ins come and go without a record of each use: the list is asked for again as long as it is looked at."""


class PeoplePanel(Panel):
    """The list, and the chosen person. Who neither leads nor administers sees themselves."""

    WHERE: ClassVar[Where] = "people"
    BINDINGS = bindings_of("people")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._people: tuple[PersonView, ...] | None = None
        self._asked_s = float("-inf")
        self._whose = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "people-table")
        with Vertical(classes="side"):
            yield FactsView("person-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        me = situation.site.me.id if situation.site is not None else ""
        if me != self._whose:
            self._people, self._whose, self._asked_s = None, me, float("-inf")
        if me and situation.link.up and self.clock.monotonic() - self._asked_s >= ASK_EVERY_S:
            self.look_again()
        super().show(situation)

    def redraw(self) -> None:
        shown = rows.rows(self._people, self.situation) if self._people is not None else []
        self.query_one(RowTable).show(shown)
        self.show_empty("" if shown else _("Waiting for the hub."))
        self._details()

    def look_again(self) -> None:
        """Ask for everybody anew."""
        self._asked_s = self.clock.monotonic()
        self.app.post_message(Ask(self, "people", lambda client: people(client)))

    def chosen(self) -> PersonView | None:
        key = self.query_one(RowTable).chosen
        return next((view for view in self._people or () if view.account.id == key), None)

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.problem:
            self.say(message.problem, "lost")
        elif isinstance(message.answer, TotpOffer):
            offer = message.answer
            self._open(lambda: forms.enrol(offer))
        elif isinstance(message.answer, list):
            self._people = tuple(view for view in message.answer if isinstance(view, PersonView))
            self.redraw()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def action_new_person(self) -> None:
        self._open(lambda: forms.new_person(self._departments()))

    def action_change_person(self) -> None:
        if (view := self._here()) is not None:
            self._open(lambda: forms.change_person(view, self._departments()))

    def action_reset_password(self) -> None:
        if (view := self._here()) is not None:
            self._open(lambda: forms.reset_password(view))

    def action_disable(self) -> None:
        if (view := self._here()) is None:
            return
        if view.state == "enabled" and view.locked_until_at is None:
            self._open(lambda: forms.disable(view))
        else:
            done = _("{name} may sign in again.").format(name=view.account.name)
            self.app.post_message(Give((EnableAccount(account=view.account.id),), done))
            self._asked_s = float("-inf")

    def action_train(self) -> None:
        if (view := self._here()) is not None:
            self._open(lambda: forms.train(view, self.situation.zone))

    def action_confidentiality(self) -> None:
        if (view := self._here()) is not None:
            self._open(lambda: forms.confidentiality(view, self.situation.zone))

    def action_end_sessions(self) -> None:
        if (view := self._here()) is None:
            return
        if view.sessions:
            self._open(lambda: forms.end_sessions(view))
        else:
            self.say(_("Nobody is signed in with this account."))

    def action_dismiss_person(self) -> None:
        if (view := self._here()) is not None:
            others = list(self._people or ())
            self._open(lambda: forms.dismiss(view, others))

    def action_own_password(self) -> None:
        if self._whose:
            self._open(lambda: forms.own_password(self._whose))

    def action_own_codes(self) -> None:
        me = next((view for view in self._people or () if view.account.id == self._whose), None)
        if me is not None and me.totp:
            self._open(lambda: forms.drop_codes(me, own=True))
        elif me is not None:
            self.app.post_message(Ask(self, "totp", lambda client: totp_offer(client)))

    def _here(self) -> PersonView | None:
        """The person under the cursor; else it is said that there is none, or that they have left."""
        table, view = self.query_one(RowTable), self.chosen()
        if view is None:
            self.say(_("This is for people; put the cursor on one."))
        elif not table.settled:
            self.say(_("The list has just moved: press the key again."))
        elif view.state == "left":
            self.say(_("{name} has left.").format(name=view.account.name))
        else:
            return view
        return None

    def _open(self, make: Callable[[], Form]) -> None:
        self.app.push_screen(FormScreen(make, self.situation), lambda _result: self.look_again())

    def _departments(self) -> list[Department]:
        return self.situation.site.departments if self.situation.site is not None else []

    def _details(self) -> None:
        view = self.chosen()
        self.query_one(FactsView).show(rows.facts(view, self.situation) if view is not None else [])
