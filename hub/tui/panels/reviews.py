"""Reviews of people, and the figures of the control room: the one or the other, `v` switches.

Reviews are a way down: months, the people of a month, the points of a person, the records of a point. Enter goes down,
Backspace up.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from hub.client import EventView
from hub.client.people import PersonView, people
from hub.client.reviews import MonthView, ReviewedPerson, ReviewView, records, review, reviews, so_far
from hub.client.views import ReviewLine
from hub.clock import Clock
from hub.core.reviews.model import Appeal
from hub.core.reviews.month import month_before
from hub.core.reviews.points import Point
from hub.locale import _
from hub.tui.action import Where
from hub.tui.actions import bindings_of
from hub.tui.forms import reviews as forms
from hub.tui.forms.form import Form
from hub.tui.messages import Answer, Ask, GoTo
from hub.tui.panels.figures import FiguresPane
from hub.tui.panels.panel import Panel
from hub.tui.rows import log as log_rows
from hub.tui.rows import reviews as rows
from hub.tui.rows.row import Column, Fact, Row
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

Level = Literal["months", "people", "points", "records"]
LEVELS: tuple[Level, ...] = ("months", "people", "points", "records")


class ReviewsPanel(Panel):
    """Who does not lead sees only themselves; the hub sees to it."""

    WHERE: ClassVar[Where] = "reviews"
    BINDINGS = bindings_of("reviews")

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(clock, situation)
        self._level: Level = "months"
        self._lines: tuple[ReviewLine, ...] | None = None
        self._opened: ReviewView | MonthView | None = None
        self._person = ""
        self._number = 0
        self._records: tuple[EventView, ...] | None = None
        self._open_now: tuple[ReviewLine, ...] = ()
        self._whose = ""
        self._asked = False
        self._busy = False

    def compose(self) -> ComposeResult:
        with Container(id="reviews-people"):
            with Vertical(classes="list"):
                yield Static(classes="empty")
                yield RowTable(self.clock, "reviews-table")
            with Vertical(classes="side"):
                yield FactsView("review-facts")
        yield FiguresPane(self.clock, self.situation)

    def on_mount(self) -> None:
        self._figures.display = False
        self.relabel()

    @property
    def _figures(self) -> FiguresPane:
        return self.query_one(FiguresPane)

    @property
    def _table(self) -> RowTable:
        return self.query_one("#reviews-table", RowTable)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def relabel(self) -> None:
        self._table.plan(self._columns())
        self._figures.relabel()
        self.redraw()

    def show(self, situation: Situation) -> None:
        site = situation.site
        me = site.me.id if site is not None else ""
        if me != self._whose:
            self._forget(me)
        now = tuple(site.reviews) if site is not None else ()
        changed, self._open_now = now != self._open_now, now
        if me and situation.link.up and (changed or not self._asked):
            self._asked = True
            self._look_again()
        super().show(situation)
        if self._figures.display:
            self._figures.show(situation)

    def redraw(self) -> None:
        shown = self._rows()
        self._table.show(shown)
        self.query_one("#reviews-people .empty", Static).update(self._nothing())
        self.query_one("#reviews-people .empty").display = not shown
        self._details()

    def focus_here(self) -> None:
        (self._figures.table if self._figures.display else self._table).focus()

    def choose(self, item: str) -> None:
        self._table.choose(item)

    def remark(self) -> str:
        if self._figures.display:
            return self._figures.remark()
        person = self._in_review()
        if self._level == "records":
            return _("point {number}").format(number=self._number)
        if self._level == "points":
            return person.name if person is not None else ""
        match self._opened if self._level == "people" else None:
            case MonthView(month=month):
                return _("{month}, so far").format(month=month)
            case ReviewView(line=line):
                return line.month
            case _:
                return ""

    def _columns(self) -> list[Column]:
        match self._level:
            case "months":
                return rows.month_columns()
            case "people":
                return rows.people_columns()
            case "points":
                return rows.point_columns()
            case "records":
                return log_rows.columns()

    def _rows(self) -> list[Row]:
        match self._level:
            case "months":
                return rows.month_rows(self._lines or (), self.situation)
            case "people":
                return rows.people_rows(self._opened.people if self._opened is not None else (), self.situation)
            case "points":
                person = self._in_review()
                return rows.point_rows(person, self.situation) if person is not None else []
            case "records":
                names = self.situation.names
                return [log_rows.row(view, names, stale=self.situation.stale) for view in self._records or ()]

    def _nothing(self) -> str:
        if self._busy or self._lines is None:
            return _("Waiting for the hub.")
        match self._level:
            case "months":
                return _("No month was reviewed yet. s: what this month comes to so far.")
            case "people":
                return _("Nobody is in it whom you may see.")
            case "points":
                return _("No points, for or against.")
            case "records":
                return _("These records are not for you to see.")

    def _details(self) -> None:
        self.query_one("#review-facts", FactsView).show(self._facts())

    def _facts(self) -> list[Fact]:
        match self._level:
            case "months":
                line = self._line()
                return rows.review_facts(line, self.situation) if line is not None else []
            case "people":
                person = self._chosen_person()
                return rows.person_facts(person) if person is not None else []
            case "points" | "records":
                point, person = self._point(), self._in_review()
                if point is None or person is None:
                    return rows.person_facts(person) if person is not None else []
                return rows.point_facts(point, person.appeal(point.number), self.situation)

    # --- going down and up --------------------------------------------------------------------------------------------

    @on(RowTable.Chosen, "#reviews-table")
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._details()

    @on(RowTable.Opened, "#reviews-table")
    def _down(self, event: RowTable.Opened) -> None:
        event.stop()
        match self._level:
            case "months":
                self._opened = None
                self._busy = True
                self._ask("review", event.key)
                self._go("people")
            case "people":
                self._person = event.key
                self._go("points")
            case "points":
                self._number, self._records, self._busy = int(event.key), None, True
                point = self._point()
                numbers = point.records if point is not None else ()
                self.app.post_message(Ask(self, "review records", lambda client: records(client, numbers)))
                self._go("records")
            case "records":
                record = next((view for view in self._records or () if str(view.seq) == event.key), None)
                if record is not None:
                    self.app.push_screen(Closeup(self.situation, record=record))

    def action_back(self) -> None:
        if self._figures.display:
            self._figures.back()
        elif self._level != "months":
            key = {"people": self._review_id(), "points": self._person, "records": str(self._number)}[self._level]
            self._go(LEVELS[LEVELS.index(self._level) - 1])
            self._table.choose(key)
            self._details()

    def action_switch_view(self) -> None:
        figures = self._figures
        figures.display = not figures.display
        self.query_one("#reviews-people").display = not figures.display
        self.show(self.situation)
        self.app.post_message(GoTo(self.WHERE))

    def action_period(self) -> None:
        self._in_figures().next_period()

    def action_group(self) -> None:
        self._in_figures().next_group()

    def _in_figures(self) -> FiguresPane:
        if not self._figures.display:
            self.action_switch_view()
        return self._figures

    def _go(self, level: Level) -> None:
        self._level = level
        self._table.show([])
        self._table.plan(self._columns())
        self.redraw()
        self.app.post_message(GoTo(self.WHERE))

    # --- what can be done ---------------------------------------------------------------------------------------------

    def action_so_far(self) -> None:
        if self._figures.display:
            self.action_switch_view()
        self._opened, self._busy = None, True
        self.app.post_message(Ask(self, "review", lambda client: so_far(client)))
        self._go("people")

    def action_appeal(self) -> None:
        line, point = self._of_open(), self._point_here()
        if line is None or point is None:
            return
        if self._person != self._whose:
            self.say(_("Only the person appeals; a leader decides."))
        elif self._appeal_of(point) is not None:
            self.say(_("There is an appeal against this point already."))
        elif line.appeal_until_at is not None and self.situation.now >= line.appeal_until_at:
            self.say(_("The time to appeal is over."))
        else:
            self._open_form(lambda: forms.appeal(line, point))

    def action_decide(self) -> None:
        line, point, person = self._of_open(), self._point_here(), self._in_review()
        if line is None or point is None or person is None:
            return
        asked = self._appeal_of(point)
        if asked is None or asked.state != "waiting":
            self.say(_("No appeal against this point waits for a decision."))
        elif person.person == self._whose:
            self.say(_("This is your own appeal: another leader decides on it."))
        else:
            self._open_form(lambda: forms.decide(line, person, point, asked))

    def action_commend(self) -> None:
        self.app.post_message(Ask(self, "commend", lambda client: people(client)))

    def action_close_review(self) -> None:
        line = self._of_open()
        if line is None:
            return
        if line.waiting:
            self.say(_("Appeals wait: decide on them first."))
        elif line.appeal_until_at is not None and self.situation.now < line.appeal_until_at:
            self.say(_("People may still appeal: it is signed after that."))
        elif line.signers and not line.unsigned:
            self.say(rows.signing(line))
        else:
            self._open_form(lambda: forms.close(line))

    def action_withdraw(self) -> None:
        line = self._of_open()
        if line is not None:
            self._open_form(lambda: forms.withdraw(line))

    def action_make(self) -> None:
        month = month_before(self.situation.now.astimezone(self.situation.zone).date())
        self._open_form(lambda: forms.make(month))

    def on_answer(self, message: Answer) -> None:
        message.stop()
        answer = message.answer
        if message.about in ("review", "review records"):
            self._busy = False
        if message.problem:
            self.say(message.problem, "lost")
        elif message.about == "reviews" and isinstance(answer, list):
            self._lines = tuple(line for line in answer if isinstance(line, ReviewLine))
        elif message.about == "review" and isinstance(answer, ReviewView | MonthView):
            self._opened = answer
            self.app.post_message(GoTo(self.WHERE))
        elif message.about == "review records" and isinstance(answer, list):
            self._records = tuple(view for view in answer if isinstance(view, EventView))
        elif message.about == "commend" and isinstance(answer, list):
            self._commend([view for view in answer if isinstance(view, PersonView)])
        self.redraw()

    def _commend(self, views: Sequence[PersonView]) -> None:
        chosen = self._table.chosen if self._level == "people" else self._person
        others = [view.account for view in views if view.state != "left" and view.account.id != self._whose]
        self._open_form(lambda: forms.commend(others, account=chosen if chosen != self._whose else ""))

    def _line(self) -> ReviewLine | None:
        """The review under the cursor, or the one that is looked into."""
        key = self._table.chosen if self._level == "months" else self._review_id()
        return next((line for line in self._lines or () if line.id == key), None)

    def _review_id(self) -> str:
        return self._opened.line.id if isinstance(self._opened, ReviewView) else ""

    def _chosen_person(self) -> ReviewedPerson | None:
        key = self._table.chosen
        return next((each for each in self._opened.people if each.person == key), None) if self._opened else None

    def _in_review(self) -> ReviewedPerson | None:
        """The person whose points are looked at."""
        found = self._opened.people if self._opened is not None else []
        return next((each for each in found if each.person == self._person), None)

    def _point(self) -> Point | None:
        person = self._in_review()
        key = self._table.chosen if self._level == "points" and not self._busy else str(self._number)
        return next((point for point in person.points if str(point.number) == key), None) if person else None

    def _appeal_of(self, point: Point) -> Appeal | None:
        person = self._in_review()
        return person.appeal(point.number) if person is not None else None

    def _of_open(self) -> ReviewLine | None:
        """The review that the key is for, where it is open; else it is said that it is not."""
        line = self._line()
        if line is None:
            self.say(_("This is for the review of a month; put the cursor on one."))
        elif not self._table.settled:
            self.say(_("The list has just moved: press the key again."))
        elif line.state != "open":
            self.say(_("{review} is over: nothing of it changes any more.").format(review=line.id))
        else:
            return line
        return None

    def _point_here(self) -> Point | None:
        point = self._point() if self._level in ("points", "records") else None
        if point is None:
            self.say(_("This is for a point; go down to one with Enter."))
        return point

    def _look_again(self) -> None:
        self.app.post_message(Ask(self, "reviews", lambda client: reviews(client)))
        if self._review_id():
            self._ask("review", self._review_id())

    def _ask(self, about: str, review_id: str) -> None:
        self.app.post_message(Ask(self, about, lambda client: review(client, review_id)))

    def _open_form(self, make: Callable[[], Form]) -> None:
        self.app.push_screen(FormScreen(make, self.situation), lambda _result: self._look_again())

    def _forget(self, me: str) -> None:
        """Another person sees other things."""
        self._whose, self._asked, self._lines, self._opened = me, False, None, None
        self._person, self._number, self._records, self._busy = "", 0, None, False
        if self._level != "months":
            self._go("months")
