"""The books about whether somebody watches: attention checks and walks of the wall. The hub is not asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sim.agenda import Agenda
from tests.sim.book_alarms import AlarmBook
from tests.sim.book_duty import DutyBook
from tests.sim.book_merits import Say, nothing

ANSWER = timedelta(seconds=90)
HANDOVER = timedelta(minutes=5)
WALK = timedelta(hours=4)
WALKED = ("control-room", "gate-house")
"""The posts whose wall is to be walked."""


@dataclass
class Check:
    post: str
    people: list[str]
    asked_at: datetime
    state: str = "asked"
    delay_s: float | None = None
    unwatched_s: float = 0.0
    missed_at: datetime | None = None


@dataclass
class CheckBook:
    """Mutable."""

    agenda: Agenda
    alarms: AlarmBook
    duty: DutyBook
    on_asked: Callable[[Check], None]
    merit: Say = nothing
    open: dict[str, Check] = field(default_factory=dict)
    past: list[Check] = field(default_factory=list)
    planned_at: datetime | None = None
    """Since when walks are asked for at all."""
    walked_at: dict[str, datetime] = field(default_factory=dict)
    missed_at: dict[str, datetime] = field(default_factory=dict)
    walks_missed: list[tuple[datetime, str]] = field(default_factory=list)
    walks_in_time: list[datetime] = field(default_factory=list)
    late: set[str] = field(default_factory=set)
    """The posts whose wall was not walked in time, nor since."""

    def ask(self, post: str) -> None:
        """The time has come to ask those at a post."""
        now, there = self.agenda.now, self.duty.at(post)
        turns = [at for p in self.duty.running if p.stint.post == post for at in (p.stint.from_at, p.stint.to_at)]
        if not there or post in self.open or any(abs(now - at) < HANDOVER for at in turns):
            return
        check = self.open[post] = Check(post, there, now)
        self.agenda.plan(now + ANSWER, lambda: self._again(check), by_hub=True)
        self.on_asked(check)

    def answer(self, check: Check) -> None:
        check.delay_s = (self.agenda.now - check.asked_at).total_seconds()
        if check.state == "missed":
            self._missed_over(check)
        self._close(check, "over" if check.state == "missed" else "answered")

    def left(self, post: str) -> None:
        """Somebody came to the post, or went."""
        check = self.open.get(post)
        if check is not None and not set(check.people) & set(self.duty.at(post)):
            if check.state == "missed":
                self._missed_over(check)
            self._close(check, "over")
        self.walk_due(post)

    def walk_due(self, post: str) -> None:
        """The wall was not walked in time, if so."""
        now, due = self.agenda.now, self.due_of(post)
        if due is None:
            return
        if due > now or not self.duty.at(post):
            return
        while due + WALK <= now:
            due += WALK
        self.missed_at[post] = due
        self.walks_missed.append((now, post))
        self.late.add(post)
        self.alarms.rise("patrol-missed", post)
        for who in self.duty.at(post):
            self.merit("patrol-missed", who)
        self.plan_walk(post)

    def due_of(self, post: str) -> datetime | None:
        if post not in WALKED:
            return None
        begins = [place.stint.from_at for place in self.duty.running if place.stint.post == post]
        since = [book[post] for book in (self.walked_at, self.missed_at) if post in book]
        if not (begins or self.duty.at(post)) or not (begins or since):
            return None
        planned = [self.planned_at] if self.planned_at is not None and not since else []
        return max([*begins, *since, *planned]) + WALK

    def plan_walk(self, post: str) -> None:
        due = self.due_of(post)
        if due is not None:
            self.agenda.plan(due, lambda: self.walk_due(post), by_hub=True)

    def walked(self, post: str) -> None:
        self.walked_at[post] = self.agenda.now
        if post not in self.late:
            self.walks_in_time.append(self.agenda.now)
        self.late.discard(post)
        self.alarms.fall("patrol-missed", post)
        self.plan_walk(post)

    def _again(self, check: Check) -> None:
        if check.state != "asked" or self.open.get(check.post) is not check:
            return
        check.state = "again"
        check.people = list(self.duty.at(check.post))
        self.agenda.plan(self.agenda.now + ANSWER, lambda: self._miss(check), by_hub=True)

    def _miss(self, check: Check) -> None:
        if check.state == "again" and self.open.get(check.post) is check:
            check.state, check.missed_at = "missed", self.agenda.now
            self.alarms.rise("attention-missed", check.post)
            for who in self.duty.at(check.post):
                if who in check.people:
                    self.merit("not-attentive", who)

    def _missed_over(self, check: Check) -> None:
        check.unwatched_s = (self.agenda.now - check.asked_at).total_seconds()
        self.alarms.fall("attention-missed", check.post)

    def _close(self, check: Check, state: str) -> None:
        check.state = state
        del self.open[check.post]
        self.past.append(check)
