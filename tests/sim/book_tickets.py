"""The books about repairs: one run from each opening or reopening to its end. The hub is not asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sim.agenda import Agenda
from tests.sim.book_merits import Say

VERIFY = timedelta(minutes=10)
REOPEN = timedelta(days=7)
ASSIGN = timedelta(hours=4)
QUICK = timedelta(hours=4)
AGAIN = timedelta(hours=1)
"""What ended and is so again is told no sooner after it was told."""
OVERDUE, UNASSIGNED = "ticket-overdue", "ticket-unassigned"
SLOW = frozenset({"lens.soiled"})
"""What comes over weeks and has a ticket of its own."""


@dataclass
class Run:
    rule: str
    """The rule that opened it; `hand`, or `patrol` where people found it."""
    about: str
    camera: str | None
    opened_at: datetime
    again: bool = False
    first_at: datetime | None = None
    """When its ticket was opened, where this run is a reopening."""
    findings: frozenset[str] = frozenset()
    taken_note_at: datetime | None = None
    assigned_at: datetime | None = None
    newly_assigned_at: datetime | None = None
    """When somebody was named the last time."""
    repairer: str = ""
    estimate_at: datetime | None = None
    estimates: int = 0
    late: set[str] = field(default_factory=set)
    """What is told and not settled: `ticket-overdue`, `ticket-unassigned`."""
    told_at: dict[str, datetime] = field(default_factory=dict)
    charged_for: datetime | None = None
    """The naming that its lateness was counted against."""
    arrived_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting_until: datetime | None = None
    waited_s: float = 0.0
    waited_away_s: float = 0.0
    repaired_at: datetime | None = None
    repaired_by: str = ""
    answers: str = ""
    """Who answers for the newest repair, also of the run before; nobody any more once it did not last."""
    repair_holds: bool = False
    gone_at: datetime | None = None
    """Since when the rule sees the fault no more."""
    good_since: datetime | None = None
    verified_at: datetime | None = None
    restored_at: datetime | None = None
    signed: bool = False
    closed_at: datetime | None = None
    cancelled: bool = False
    relapses: int = 0

    @property
    def ticket(self) -> str:
        """Names its ticket, which may have several runs."""
        return f"{self.rule} {self.about} {self.first_at or self.opened_at}"


@dataclass
class TicketBook:
    """Mutable. `trouble` says whether the service of a run is not seen good, `told` that an alarm is due about it,
    `settled` that its cause is gone."""

    agenda: Agenda
    trouble: Callable[[Run], bool]
    told: Callable[[str, Run], None]
    settled: Callable[[str, Run], None]
    on_opened: Callable[[Run], None]
    on_verified: Callable[[Run], None]
    on_relapse: Callable[[Run], None]
    merit: Say
    open: list[Run] = field(default_factory=list)
    ended: list[Run] = field(default_factory=list)
    tellings: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    """When what was told, or settled and how: time, rule, what about, how; empty where it was told."""

    def about(self, rule: str, about: str) -> list[Run]:
        return [run for run in self.open if run.rule == rule and run.about == about]

    def fault(self, rule: str, about: str, camera: str | None, findings: frozenset[str]) -> None:
        """A rule wants a ticket about a fault."""
        if self.about(rule, about):
            self.back(rule, about)
            return
        past = [run for run in self.ended if (run.rule, run.about) == (rule, about) and not run.cancelled]
        last = past[-1] if past else None
        again = last is not None and last.closed_at is not None and self.agenda.now < last.closed_at + REOPEN
        if again and last is not None:
            findings = last.findings
        run = Run(rule, about, camera, self.agenda.now, again=again, findings=findings)
        if again and last is not None:
            run.answers, run.first_at = last.answers, last.first_at or last.opened_at
            self._did_not_last(run)
        self.begin(run)

    def begin(self, run: Run) -> None:
        self.open.append(run)
        self.agenda.plan(run.opened_at + ASSIGN, self.look, by_hub=True)
        self.on_opened(run)
        self.look()

    def gone(self, rule: str, about: str) -> None:
        """The rule sees the fault no more."""
        for run in self.about(rule, about):
            run.gone_at = run.gone_at or self.agenda.now
            self._settle(run, "restored")

    def back(self, rule: str, about: str) -> None:
        """The rule sees it again."""
        for run in self.about(rule, about):
            if run.gone_at is not None or run.restored_at is not None:
                run.gone_at = run.restored_at = run.verified_at = run.good_since = None
                run.repair_holds, run.signed = False, False
                run.relapses += 1
                self._did_not_last(run)
                self.on_relapse(run)

    def take_note(self, run: Run) -> None:
        run.taken_note_at = run.taken_note_at or self.agenda.now

    def assign(self, run: Run, who: str, estimate_at: datetime) -> None:
        now = self.agenda.now
        run.taken_note_at, run.assigned_at = run.taken_note_at or now, run.assigned_at or now
        run.repairer, run.newly_assigned_at = who, now
        if estimate_at != run.estimate_at:
            run.estimate_at = estimate_at
            run.estimates += 1
            self._settle(run, "estimate", OVERDUE)
            run.told_at.pop(OVERDUE, None)
            self.agenda.plan(estimate_at, self.look, by_hub=True)
        self._settle(run, "named", UNASSIGNED)
        self.look()

    def arrive(self, run: Run) -> None:
        self._go_on(run)
        run.arrived_at = run.arrived_at or self.agenda.now
        self.look()

    def wait(self, run: Run, until: datetime) -> None:
        self._go_on(run)
        run.waiting_since, run.waiting_until = self.agenda.now, until
        self._settle(run, "waiting", OVERDUE)
        self.agenda.plan(until, self.look, by_hub=True)

    def repair(self, run: Run, who: str) -> None:
        self._go_on(run)
        run.repaired_at, run.repaired_by, run.repair_holds = self.agenda.now, who, True
        run.answers = who
        self._settle(run, "repaired")
        if run.newly_assigned_at is not None and self.agenda.now - run.newly_assigned_at < QUICK:
            self.merit("repair-quick", who)
        if run.verified_at is not None:
            self._close(run)
        self.look()

    def sign(self, run: Run) -> None:
        run.verified_at, run.restored_at, run.signed = self.agenda.now, run.repaired_at, True
        self._close(run)

    def close(self, run: Run) -> None:
        assert run.verified_at is not None
        self._go_on(run)
        self._close(run)

    def cancel(self, run: Run) -> None:
        self._go_on(run)
        run.cancelled = True
        self._settle(run, "cancelled")
        self._close(run)

    def interrupted(self) -> None:
        """The hub was down: what is not seen is not proven."""
        for run in self.open:
            if run.verified_at is None:
                run.good_since = None

    def look(self) -> None:
        """What time and the cameras bring."""
        now = self.agenda.now
        for run in list(self.open):
            if run.waiting_until is not None and run.waiting_until <= now:
                self._go_on(run)
            done = run.repair_holds or run.gone_at is not None or run.verified_at is not None
            promised = max(filter(None, (run.estimate_at, run.waiting_until)), default=None)
            if run.estimate_at is not None and not done and promised and promised <= now and self._tell(OVERDUE, run):
                if run.charged_for != run.newly_assigned_at:
                    self.merit("repair-overdue", run.repairer)
                run.charged_for = run.newly_assigned_at
            if not (done or run.repairer) and now >= run.opened_at + ASSIGN:
                self._tell(UNASSIGNED, run)
            self._verify(run)

    def _tell(self, rule: str, run: Run) -> bool:
        """Whether it is told now: not where it stands, nor so soon after the last time."""
        now, last = self.agenda.now, run.told_at.get(rule)
        if rule in run.late or (last is not None and now < last + AGAIN):
            return False
        run.late.add(rule)
        run.told_at[rule] = now
        self.tellings.append((now, rule, run.about, ""))
        self.told(rule, run)
        self.agenda.plan(now + AGAIN, self.look, by_hub=True)
        return True

    def _settle(self, run: Run, how: str, *rules: str) -> None:
        for rule in rules or (OVERDUE, UNASSIGNED):
            if rule in run.late:
                run.late.discard(rule)
                self.tellings.append((self.agenda.now, rule, run.about, how))
                self.settled(rule, run)

    def _verify(self, run: Run) -> None:
        now = self.agenda.now
        if run.verified_at is not None or not (run.repair_holds or run.gone_at is not None):
            return
        if self.trouble(run):
            run.good_since = None
        elif run.good_since is None:
            run.good_since = now
            self.agenda.plan(now + VERIFY, self.look, by_hub=True)
        elif now >= run.good_since + VERIFY:
            run.verified_at, run.restored_at = now, run.good_since
            if run.repair_holds:
                self._close(run)
            else:
                self.on_verified(run)

    def _go_on(self, run: Run) -> None:
        if run.waiting_since is not None:
            seconds = (self.agenda.now - run.waiting_since).total_seconds()
            run.waited_s += seconds
            run.waited_away_s += 0.0 if run.arrived_at else seconds
        run.waiting_since = run.waiting_until = None

    def _did_not_last(self, run: Run) -> None:
        if run.answers:
            self.merit("repair-did-not-last", run.answers)
        run.answers = ""

    def _close(self, run: Run) -> None:
        run.closed_at = self.agenda.now
        self.open.remove(run)
        self.ended.append(run)
