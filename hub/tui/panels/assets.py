"""The register of assets, as a list or a tree, and the proposals to replace some of them."""

from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from hub.client.assets import AssetView, RegisterView, register
from hub.clock import Clock
from hub.core.assets.fields import Places
from hub.core.assets.model import Proposal
from hub.core.rounds.kinds import ASSET_KINDS
from hub.locale import _, language, say
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import assets as forms
from hub.tui.forms import replacement
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask
from hub.tui.panels.panel import Panel
from hub.tui.rows import asset_words
from hub.tui.rows import assets as rows
from hub.tui.screens.asset import ArchiveScreen
from hub.tui.screens.asset_import import ImportScreen
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

EVERY_S = 15.0
"""The register changes by the hands of people: it is asked for again so often while it is shown, and after a deed."""
_ASKED = "assets"
FIRST = 200
MORE = 100
"""Rows that are drawn at first, and whenever the cursor comes to the last one: a table of thousands is slow to draw."""


class AssetsPanel(Panel):
    """The list, the chosen asset or proposal, and above them how whole the archives are."""

    WHERE: ClassVar[Where] = "assets"
    BINDINGS = bindings_of("assets")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._register: RegisterView | None = None
        self._by_id: dict[str, AssetView] = {}
        self._problem = ""
        self._shown = rows.Filter()
        self._of_proposals = False
        self._limit = FIRST
        self._fitting: list[str] = []
        self._asked_s = float("-inf")
        self._asked_at = -1
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="summary", markup=False)
            yield Input(classes="find", id="assets-find")
            yield Static(classes="empty")
            yield RowTable(self.clock, "assets-table")
        with Vertical(classes="side"):
            yield FactsView("asset-facts")

    def on_mount(self) -> None:
        self._find.display = False
        self.relabel()

    @property
    def _find(self) -> Input:
        return self.query_one("#assets-find", Input)

    @property
    def _table(self) -> RowTable:
        return self.query_one(RowTable)

    def relabel(self) -> None:
        self._find.placeholder = _("words; Esc shows all again")
        self._drawn = ()
        self._table.plan(rows.proposal_columns() if self._of_proposals else rows.columns())
        self.redraw()

    def show(self, situation: Situation) -> None:
        super().show(situation)
        position = situation.site.position if situation.site is not None else 0
        waited_s = self.clock.monotonic() - self._asked_s
        if situation.link.up and (waited_s >= EVERY_S or (position != self._asked_at and waited_s >= 1.0)):
            self._asked_s, self._asked_at = self.clock.monotonic(), position
            self.app.post_message(Ask(self, _ASKED, register))

    @on(Answer)
    def _answered(self, message: Answer) -> None:
        message.stop()
        self._problem = message.problem
        if isinstance(message.answer, RegisterView):
            self._register = message.answer
            self._by_id = {view.asset.id: view for view in message.answer.assets}
            self._drawn = ()
        self.redraw()

    def redraw(self) -> None:
        self._draw_table()
        view = self._register
        summary = self.query_one(".summary", Static)
        summary.display = view is not None
        summary.update(rows.summary(view) if view is not None else "")
        self._details()

    def _draw_table(self) -> None:
        """Draw the rows anew when something that they show is different: there may be thousands."""
        proposals = self._proposals
        drawn = (
            self._shown,
            self._limit,
            self._of_proposals,
            self.situation.stale,
            language(),
            proposals,
            id(self._register),
        )
        if drawn == self._drawn and not self._of_proposals:
            return
        self._drawn = drawn
        if self._of_proposals:
            shown = rows.proposal_rows(proposals, self.situation)
            empty = _("No replacement is proposed.")
        else:
            found = self._register
            shown = rows.rows(found, self._shown, stale=self.situation.stale, names=self._names) if found else []
            empty = self._problem or (_("Waiting for the hub.") if found is None else _("Nothing fits."))
        self._fitting = [row.key for row in shown]
        self._table.show(shown[: self._limit])
        self.show_empty("" if shown else empty)

    def remark(self) -> str:
        if self._of_proposals:
            return _("proposals")
        said = [asset_words.word(asset_words.KINDS, self._shown.kind)] if self._shown.kind else []
        said += [self._shown.text] if self._shown.text else []
        said += [_("retired too")] if self._shown.retired else []
        return ", ".join(said)

    def choose(self, item: str) -> None:
        proposal = any(each.id == item for each in self._proposals)
        if proposal != self._of_proposals:
            self.action_show_proposals()
        if item in self._fitting[self._limit :]:
            self._limit = self._fitting.index(item) + MORE
            self._draw_table()
        super().choose(item)

    @property
    def _names(self) -> dict[str, str]:
        """What staff call the cameras, in the language in force."""
        site = self.situation.site
        return {camera.id: say(camera.name) for camera in site.cameras} if site is not None else {}

    @property
    def _proposals(self) -> list[Proposal]:
        return self.situation.site.proposals if self.situation.site is not None else []

    def asset(self) -> AssetView | None:
        """The asset under the cursor, or the one that the proposal under it is about."""
        proposal = self.proposal()
        return self._by_id.get(proposal.asset if proposal is not None else self._table.chosen)

    def proposal(self) -> Proposal | None:
        """The proposal under the cursor."""
        if not self._of_proposals:
            return None
        return next((each for each in self._proposals if each.id == self._table.chosen), None)

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        if self._limit < len(self._fitting) and self._table.chosen == self._fitting[self._limit - 1]:
            self._limit += MORE
            self._draw_table()
        self._details()

    @on(RowTable.Opened)
    def action_enlarge(self) -> None:
        view = self.asset()
        if view is not None:
            self.app.push_screen(ArchiveScreen(view.asset.id, self._places, self.situation))

    def action_show_proposals(self) -> None:
        self._of_proposals = not self._of_proposals
        # Nothing under the cursor moved away by itself: a key means what is seen now.
        self._table.show([])
        self.relabel()

    def action_as_tree(self) -> None:
        self._filter(replace(self._shown, tree=not self._shown.tree))

    def action_with_retired(self) -> None:
        self._filter(replace(self._shown, retired=not self._shown.retired))

    def action_next_kind(self) -> None:
        there = {view.asset.kind for view in self._register.assets} if self._register is not None else set()
        kinds = ["", *(kind for kind in ASSET_KINDS if kind in there)]
        at = kinds.index(self._shown.kind) if self._shown.kind in kinds else 0
        self._filter(replace(self._shown, kind=kinds[(at + 1) % len(kinds)]))

    def action_find_asset(self) -> None:
        self._find.display = True
        self._find.focus()

    @on(Input.Changed, "#assets-find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter(replace(self._shown, text=event.value.strip()))

    @on(Input.Submitted, "#assets-find")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self._find.display = bool(event.value.strip())
        self.focus_here()

    def key_escape(self) -> None:
        """Show all again."""
        self._find.value = ""
        self._find.display = False
        self._filter(replace(self._shown, text="", kind=""))
        self.focus_here()

    def action_add_asset(self) -> None:
        self._ask_form(lambda: forms.register(self.situation, self._places))

    def action_change_asset(self) -> None:
        self._about_asset(lambda view: forms.change(view.asset, self.situation, self._places))

    def action_retire_asset(self) -> None:
        self._about_asset(lambda view: forms.retire(view.asset, self._places))

    def action_commission_asset(self) -> None:
        self._about_asset(lambda view: forms.commissioning(view.asset, self.situation))

    def action_propose_replacement(self) -> None:
        view = self.asset()
        if view is not None and view.proposal:
            self.say(_("{proposal} is about it already.").format(proposal=view.proposal))
        else:
            self._about_asset(lambda view: replacement.propose(view.asset))

    def action_sign_proposal(self) -> None:
        self._about_proposal(lambda proposal: replacement.step(proposal, self._places))

    def action_refuse_proposal(self) -> None:
        self._about_proposal(replacement.refuse)

    def action_import_assets(self) -> None:
        self.app.push_screen(ImportScreen(self.situation))

    @property
    def _places(self) -> Places:
        return forms.places(self.situation, list(self._by_id))

    def _filter(self, shown: rows.Filter) -> None:
        if self._of_proposals:
            self.action_show_proposals()
        self._shown, self._limit = shown, FIRST
        self.redraw()

    def _about_asset(self, form: Callable[[AssetView], Form]) -> None:
        view = self.asset()
        if view is not None:
            self._ask_form(lambda: form(view))

    def _about_proposal(self, form: Callable[[Proposal], Form]) -> None:
        view = self.asset()
        wanted = self.proposal() or next((p for p in self._proposals if view and p.id == view.proposal), None)
        if wanted is None:
            self.say(_("No replacement is proposed of this one: `o` proposes one."))
        else:
            self._ask_form(lambda: form(wanted))

    def _ask_form(self, form: Callable[[], Form]) -> None:
        if not self._table.settled:
            self.say(_("The list has just moved: press the key again."))
            return
        self.app.push_screen(FormScreen(form, self.situation))

    def _details(self) -> None:
        proposal, view = self.proposal(), self.asset()
        if proposal is not None:
            facts = rows.proposal_facts(proposal, self.situation)
        elif view is not None and self._register is not None:
            facts = rows.facts(view, self._register, self.situation)
        else:
            facts = []
        self.query_one(FactsView).show(facts)
