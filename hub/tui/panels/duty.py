"""Who watches which post now and next, signing on and off, changes of shifts, handing over."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from hub.client.duty import duty
from hub.client.duty_views import DutyView, OnPost, PostView, SwapView
from hub.clock import Clock
from hub.core.duty.commands import AgreeSwap, ApproveSwap, DeclineSwap, RefuseSwap, WithdrawSwap
from hub.core.posts.commands import SignOff, SignOn
from hub.locale import _, say
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import duty as forms
from hub.tui.messages import Answer, Ask, Give
from hub.tui.panels.panel import Panel
from hub.tui.rows import duty as rows
from hub.tui.screens.duty_days import DutyDaysScreen
from hub.tui.screens.form import FormScreen
from hub.tui.screens.handover import HandoverScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

_ANEW_S = 30.0
"""What follows from the time alone, such as the next shift, is asked for anew so often."""


class DutyPanel(Panel):
    """The posts, the next shifts and the changes of shifts; beside them the reader's own duty."""

    WHERE: ClassVar[Where] = "duty"
    BINDINGS = bindings_of("duty")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._view: DutyView | None = None
        self._known: tuple[object, ...] = ()
        self._asked_s = float("-inf")

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self.clock, "duty-table")
        with Vertical(classes="side"):
            yield FactsView("duty-facts")

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        self._ask()

    def redraw(self) -> None:
        shown = rows.rows(self.situation, self._view)
        self.query_one(RowTable).show(shown)
        waiting = _("Waiting for the hub.") if self.situation.site is None else _("There are no posts in the roster.")
        self.show_empty("" if shown else waiting)
        self._details()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, DutyView):
            self._view = message.answer
            if self.is_mounted:
                self.redraw()
        elif message.problem:
            self._known = ()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def action_sign_on(self) -> None:
        view = self._view
        if view is None:
            self.say(_("Waiting for the hub."))
        elif view.my_post and not view.sign_on_at:
            self.say(_("You are signed on already."))
        elif not view.sign_on_at:
            self.say(_("You have no shift that begins soon. A leader can let you stand in."))
        else:
            name = self._name_of(view.sign_on_at)
            done = _("Signed on at {post}.").format(post=name)
            self.app.post_message(Give((SignOn(post=view.sign_on_at),), done))

    def action_sign_off(self) -> None:
        view = self._view
        mine = self._mine()
        if view is None or mine is None:
            self.say(_("You are not signed on."))
            return
        post, me = mine
        name = say(post.name)
        early = me.state in ("present", "came") and me.to_at is not None
        if early and me.to_at is not None and me.to_at - self.situation.now > rows.EARLY:
            asked = _("Your shift is not over yet.")
        elif self._alone(post, me, view):
            asked = _("Nobody has relieved you yet: stay until somebody has signed on.")
        else:
            self.app.post_message(Give((SignOff(post=post.post),), _("Signed off.")))
            return
        self.app.push_screen(FormScreen(lambda: forms.sign_off(post.post, name, asked), self.situation))

    def action_hand_over(self) -> None:
        found = rows.chosen_person(self.situation, self._key())
        mine = self._mine()
        post = mine[0] if mine is not None else found[0] if found is not None else None
        if post is None and self._view is not None and self._view.sign_on_at:
            post = self._post(self._view.sign_on_at)
        if post is None:
            self.say(_("Put the cursor on a post."))
        else:
            self.app.push_screen(HandoverScreen(self.clock, post.post, self.situation))

    def action_days(self) -> None:
        self.app.push_screen(DutyDaysScreen(self.clock, self.situation))

    def action_ask_swap(self) -> None:
        view = self._own_shifts()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.ask_swap(view), self.situation))

    def action_ask_cover(self) -> None:
        view = self._own_shifts()
        if view is not None:
            self.app.push_screen(FormScreen(lambda: forms.ask_cover(view), self.situation))

    def action_answer_yes(self) -> None:
        item = self._swap()
        if item is None:
            return
        can = rows.answers(item, self.situation)
        if AgreeSwap in can:
            done = _("You agreed to {swap}.").format(swap=item.swap.id)
            self.app.post_message(Give((AgreeSwap(swap=item.swap.id),), done))
        elif ApproveSwap in can:
            done = _("{swap} is approved; the roster is changed by it.").format(swap=item.swap.id)
            self.app.post_message(Give((ApproveSwap(swap=item.swap.id),), done))
        else:
            self.say(_("This is not yours to answer."))

    def action_answer_no(self) -> None:
        item = self._swap()
        if item is None:
            return
        can = rows.answers(item, self.situation)
        if not can:
            self.say(_("This is not yours to answer."))
            return
        kind = can[1]
        assert issubclass(kind, DeclineSwap | RefuseSwap)
        self.app.push_screen(FormScreen(lambda: forms.say_no(item, kind), self.situation))

    def action_withdraw(self) -> None:
        item = self._swap()
        if item is None:
            return
        if not rows.may_withdraw(item, self.situation):
            self.say(_("Only whoever asked can withdraw it."))
            return
        done = _("{swap} is withdrawn.").format(swap=item.swap.id)
        self.app.post_message(Give((WithdrawSwap(swap=item.swap.id),), done))

    def action_cover(self) -> None:
        found = rows.chosen_person(self.situation, self._key())
        view = self._view
        if found is None or view is None:
            self.say(_("Put the cursor on a post."))
            return
        post, person = found
        others = [each for each in view.people if each.account != view.me]
        self.app.push_screen(FormScreen(lambda: forms.cover(post, person, others), self.situation))

    def action_end_presence(self) -> None:
        found = rows.chosen_person(self.situation, self._key())
        if found is None or found[1] is None or not found[1].present:
            self.say(_("Put the cursor on somebody who is signed on."))
            return
        post, person = found[0], found[1]
        self.app.push_screen(FormScreen(lambda: forms.end_presence(post, person), self.situation))

    # --- inside -------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Ask for what the site's view does not hold, when that can have changed."""
        site = self.situation.site
        if site is None or self.situation.stale:
            return
        known = (site.me.id, site.posts, site.swaps)
        if known != self._known or self.clock.monotonic() - self._asked_s >= _ANEW_S:
            if self._known and self._known[0] != site.me.id:
                self._view = None
            self._known, self._asked_s = known, self.clock.monotonic()
            self.app.post_message(Ask(self, "duty", duty))

    def _details(self) -> None:
        self.query_one(FactsView).show(rows.facts(self.situation, self._view, self._key()))

    def _key(self) -> str:
        return self.query_one(RowTable).chosen

    def _swap(self) -> SwapView | None:
        item = rows.chosen_swap(self.situation, self._key())
        if item is None:
            self.say(_("Put the cursor on a change of shifts."))
        elif not self.query_one(RowTable).settled:
            self.say(_("The list has just moved: press the key again."))
            return None
        return item

    def _own_shifts(self) -> DutyView | None:
        if self._view is None or not self._view.mine:
            self.say(_("You have no shift in the next 14 days."))
            return None
        return self._view

    def _post(self, post_id: str) -> PostView | None:
        site = self.situation.site
        return next((post for post in site.posts if post.post == post_id), None) if site is not None else None

    def _name_of(self, post_id: str) -> str:
        post = self._post(post_id)
        return say(post.name) if post is not None else post_id

    def _mine(self) -> tuple[PostView, OnPost] | None:
        """Where the reader is signed on."""
        site = self.situation.site
        if site is None:
            return None
        return next(
            (
                (post, each)
                for post in site.posts
                for each in post.people
                if each.present and each.account == site.me.id
            ),
            None,
        )

    def _alone(self, post: PostView, me: OnPost, view: DutyView) -> bool:
        """Nobody else is there, and somebody should be, or comes soon."""
        if not post.sign_on or any(each.present and each.account != me.account for each in post.people):
            return False
        if any(each.account != me.account for each in post.people):
            return True
        soon = self.situation.now + rows.EARLY
        return any(shift.post == post.post and shift.from_at <= soon for shift in view.next)
