"""A post that is handed over: the sheet as it is now, what changed, the room, and the two signatures."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client.duty import handovers
from hub.client.duty_views import HandoverView, PostView
from hub.clock import Clock
from hub.core.people.rights import may
from hub.core.posts.commands import BeginHandover, OverrideHandover
from hub.locale import _, say
from hub.tui.forms import duty as forms
from hub.tui.messages import Answer, Ask, Give, Notice
from hub.tui.rows import duty as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable


class HandoverScreen(Shown, ModalScreen[None]):
    """Whoever goes begins it, reads it and signs; whoever comes reads it, signs, and is signed on by it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("b,B", "begin", show=False),
        Binding("s,S", "sign", show=False),
        Binding("t,T", "take", show=False),
        Binding("o,O", "override", show=False),
        Binding("g,G", "give_up", show=False),
    ]

    def __init__(self, clock: Clock, post: str, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._post_id = post
        self._situation = situation
        self._view: HandoverView | None = None
        self._answered = False
        self._problem = ""
        self._asked_at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup handover"):
            yield Static(classes="title", markup=False)
            yield Static(classes="empty", markup=False)
            yield RowTable(self._clock, "handover-table")
            yield FactsView("handover-facts")
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one(RowTable).focus()
        self.show(self._situation)

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.sheet_columns())
        self.draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        position = situation.site.position if situation.site is not None else 0
        if self.is_mounted and situation.link.up and position != self._asked_at:
            self._asked_at = position
            self.app.post_message(Ask(self, "handovers", handovers))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if isinstance(message.answer, list):
            self._answered = True
            self._view = next((each for each in message.answer if each.post == self._post_id), None)
        if self.is_mounted:
            self.draw()

    def draw(self) -> None:
        view, post = self._view, self._post()
        name = say(post.name) if post is not None else self._post_id
        number = f" {view.handover}" if view is not None else ""
        self.query_one(".title", Static).update(_("Handover of {post}").format(post=name) + number)
        table, empty = self.query_one(RowTable), self.query_one(".empty", Static)
        table.show(rows.sheet_rows(view) if view is not None else [])
        table.display = self.query_one(FactsView).display = view is not None
        empty.display = view is None
        empty.update(self._problem or self._why_empty())
        self._details()
        self.query_one(".foot", Static).update("   ".join([*self._keys(), _("Esc: back")]))

    @on(RowTable.Chosen)
    def _details(self) -> None:
        if self._view is not None:
            key = self.query_one(RowTable).chosen
            self.query_one(FactsView).show(rows.sheet_facts(self._view, self._situation, key))

    def action_begin(self) -> None:
        if not self._here():
            self._say(_("A post is handed over by somebody who is signed on there."))
            return
        done = _("The sheet is made. Read it, and sign.")
        self.app.post_message(Give((BeginHandover(post=self._post_id),), done))

    def action_sign(self) -> None:
        view = self._view
        if view is None:
            self._say(_("Begin the handover first."))
        elif view.state == "signed":
            self._say(_("It is signed already; whoever comes signs now."))
        elif not self._here():
            self._say(_("Whoever goes signs first, and is signed on there."))
        else:
            self.app.push_screen(FormScreen(lambda: forms.sign(view), self._situation))

    def action_take(self) -> None:
        view = self._view
        if view is None or view.state != "signed":
            self._say(_("Whoever goes signs first."))
        elif view.signed_by == self._me():
            self._say(_("The second signature is that of whoever comes."))
        else:
            self.app.push_screen(FormScreen(lambda: forms.take_over(view), self._situation))

    def action_override(self) -> None:
        view = self._view
        if view is None or not view.waiting:
            self._say(_("No critical alarm keeps it from being handed over."))
        elif not self._leads():
            self._say(_("Only a leader may allow this."))
        else:
            self.app.push_screen(FormScreen(lambda: forms.override(view), self._situation))

    def action_give_up(self) -> None:
        view = self._view
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.abandon(view), self._situation))

    def _keys(self) -> list[str]:
        view = self._view
        if view is None:
            return [_("B: begin")] if self._here() else []
        keys: list[str] = []
        if view.state == "begun" and self._here():
            keys.append(_("S: sign"))
        if view.state == "signed" and view.signed_by != self._me():
            keys.append(_("T: take over"))
        if view.waiting and self._leads():
            keys.append(_("O: allow it"))
        if self._here():
            keys += [_("B: begin anew"), _("G: give up")]
        return keys

    def _why_empty(self) -> str:
        if not self._answered:
            return _("Waiting for the hub.")
        if self._here():
            return _("Press B to make the sheet from what stands now.")
        return _("Nobody hands this post over. Whoever is signed on there begins it.")

    def _post(self) -> PostView | None:
        site = self._situation.site
        return next((post for post in site.posts if post.post == self._post_id), None) if site is not None else None

    def _me(self) -> str:
        return self._situation.site.me.id if self._situation.site is not None else ""

    def _here(self) -> bool:
        """The reader is signed on at this post."""
        post = self._post()
        return post is not None and any(each.present and each.account == self._me() for each in post.people)

    def _leads(self) -> bool:
        site = self._situation.site
        return site is not None and may(site.me, OverrideHandover)

    def _say(self, text: str) -> None:
        self.app.post_message(Notice(text, "fault"))
