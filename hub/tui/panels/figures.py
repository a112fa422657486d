"""The figures of the control room, on the reviews panel: those of the site, or groups compared, of one month."""

from datetime import date, datetime, tzinfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from hub.client.figures import By, FiguresView, GroupFigures, figures
from hub.clock import Clock
from hub.core.reviews.month import first_day, month_before, month_of, span_of
from hub.locale import N_, _
from hub.tui.messages import Answer, Ask, GoTo, Notice
from hub.tui.rows import figures as rows
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

MONTHS_BACK = 3
ASK_EVERY_S = 60.0
"""The present month goes on; what is shown is asked for again so often while it is looked at."""
_ORDER: tuple[tuple[By, str], ...] = (
    ("site", N_("of the site")),
    ("domain", N_("by domain")),
    ("department", N_("by department")),
    ("camera", N_("by camera")),
)


class FiguresPane(Container):
    """Asks the hub for a month when it comes in sight."""

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__(id="figures")
        self._clock = clock
        self._situation = situation
        self._back = 0
        self._by = 0
        self._found: FiguresView | None = None
        self._group = ""
        """Of groups that are compared, the one whose figures are looked at."""
        self._problem = ""
        self._asked_s = float("-inf")
        self._whose = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield Static(classes="empty")
            yield RowTable(self._clock, "figures-table")
        with Vertical(classes="side"):
            yield FactsView("figures-facts")

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    def relabel(self) -> None:
        self._plan()
        self.redraw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        me = situation.site.me.id if situation.site is not None else ""
        if me != self._whose:
            self._whose, self._found, self._group = me, None, ""
            self._asked_s = float("-inf")
        if me and situation.link.up and self._clock.monotonic() - self._asked_s >= ASK_EVERY_S:
            self._ask()
        self.redraw()

    def remark(self) -> str:
        group = self._shown()
        if self._group and group is not None:
            return rows.name_of(group)
        return f"{self._month} {_(_ORDER[self._by][1])}"

    def next_period(self) -> None:
        """The month before, and after the last of them the present one again."""
        self._back = (self._back + 1) % (MONTHS_BACK + 1)
        self._start_over()

    def next_group(self) -> None:
        """The site, then domains, departments and cameras compared."""
        self._by = (self._by + 1) % len(_ORDER)
        self._start_over()

    def back(self) -> None:
        """From the figures of one group to all groups."""
        if self._group:
            group, self._group = self._group, ""
            self._plan()
            self.redraw()
            self.table.choose(group)
            self.app.post_message(GoTo("reviews"))

    def redraw(self) -> None:
        found, group = self._found, self._shown()
        if found is None:
            shown = []
        elif group is not None:
            shown = rows.rows(found, group)
        else:
            shown = rows.group_rows(found)
        self.table.show(shown)
        empty = self.query_one(".empty", Static)
        empty.update(self._problem or _("The hub is at it."))
        empty.display = not shown
        self._details()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about != self._about:
            return
        self._problem = message.problem
        if message.problem:
            self.app.post_message(Notice(message.problem, "lost"))
        if isinstance(message.answer, FiguresView):
            new = self._found is None
            self._found = message.answer
            if new:
                self._plan()
        self.redraw()

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._details()

    @on(RowTable.Opened)
    def _opened(self, event: RowTable.Opened) -> None:
        event.stop()
        if self._found is not None and self._found.by != "site" and not self._group:
            self._group = event.key
            self._plan()
            self.redraw()
            self.app.post_message(GoTo("reviews"))

    def _details(self) -> None:
        found, group = self._found, self._shown()
        facts = self.query_one(FactsView)
        if found is None:
            facts.show([])
        elif group is not None:
            facts.show([*rows.details(found, group, self.table.chosen), *rows.heading(found, group)])
        else:
            chosen = next((each for each in found.groups if each.id == self.table.chosen), None)
            facts.show(rows.heading(found, chosen) if chosen is not None else [])

    def _shown(self) -> GroupFigures | None:
        """The group whose figures are the rows; none where groups are compared."""
        if self._found is None:
            return None
        if self._found.by == "site":
            return self._found.groups[0] if self._found.groups else None
        return next((group for group in self._found.groups if group.id == self._group), None) if self._group else None

    def _plan(self) -> None:
        found = self._found
        compared = found is not None and found.by != "site" and not self._group
        self.table.show([])
        self.table.plan(rows.group_columns(found) if compared and found is not None else rows.columns())

    def _start_over(self) -> None:
        self._found, self._group, self._problem = None, "", ""
        self._plan()
        self._ask()
        self.redraw()
        self.app.post_message(GoTo("reviews"))

    @property
    def _month(self) -> str:
        return _month_back(self._situation.now, self._situation.zone, self._back)

    @property
    def _about(self) -> str:
        return f"figures {self._month} {_ORDER[self._by][0]}"

    def _ask(self) -> None:
        self._asked_s = self._clock.monotonic()
        span, by = span_of(self._month, self._situation.zone), _ORDER[self._by][0]
        self.app.post_message(
            Ask(self, self._about, lambda client: figures(client, from_at=span.from_at, to_at=span.to_at, by=by))
        )


def _month_back(now: datetime, zone: tzinfo, back: int) -> str:
    """The month in which `now` lies, or so many before it."""
    day: date = now.astimezone(zone).date()
    month = month_of(day)
    for _step in range(back):
        month = month_before(first_day(month))
    return month
