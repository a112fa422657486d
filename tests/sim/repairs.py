"""Faults as they come to cameras, and the technical department that sees to them."""

from datetime import datetime, timedelta
from functools import partial

from hub.core.alarms.commands import ShelveAlarm
from hub.core.findings import NotJudged
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.model import Ticket
from tests.sim.book_cameras import LOST
from tests.sim.book_tickets import Run
from tests.sim.driver import Disagreement
from tests.sim.month import Month
from tests.sim.noting import hub_alarm
from tests.sim.plant import CAMERAS, LEADERS, REPAIRERS, WALL
from tests.sim.served import MISSING, OBSTRUCTED, RULES, SOILED, STILL_COVERED

KINDS = (
    *(LOST, LOST, LOST, "picture.frozen", "picture.black", "picture.blurred", "view.moved", "view.moved"),
    *("view.shaking", OBSTRUCTED, OBSTRUCTED, MISSING),
)
"""What befalls cameras, the frequent things more than once."""
BLIND: tuple[NotJudged, ...] = ("view", "light", "worker")


def origin_of(ticket: Ticket) -> str:
    """What opened a ticket, as the books call it: the rule, or `hand`, `patrol` or `round` where people found it."""
    return ticket.rule or ticket.opened_from.partition(":")[0]


class Repairs:
    """Mutable: has a fault come upon cameras now and then, and repairs what tickets are opened about."""

    def __init__(self, month: Month, faults_per_camera: float = 4.0) -> None:
        self.month = month
        self.reported = 0
        month.on_ticket = self._opened
        month.on_verified = self._verified
        month.on_relapse = self._again
        whole = month.end_at - month.start_at
        for camera in CAMERAS:
            for _ in range(round(2 * faults_per_camera * month.random.random())):
                at = month.start_at + timedelta(hours=2) + (whole - timedelta(hours=3)) * month.random.random()
                month.agenda.plan(at, partial(self._fault, camera, month.random.choice(KINDS)))
        for _ in range(4):
            at = month.start_at + whole * month.random.random()
            month.agenda.plan(at, partial(self._flap, month.random.choice(list(CAMERAS))))
        for _ in range(14):
            at = month.start_at + timedelta(hours=3) + (whole - timedelta(hours=5)) * month.random.random()
            camera, why = month.random.choice(list(CAMERAS)), month.random.choice(BLIND)
            month.agenda.plan(at, partial(self._blind, camera, why))
        for number in range(3):
            at = month.start_at + whole * month.random.random()
            month.person(at, partial(self._report, f"asset:SW-{number + 1}"))

    # --- what befalls cameras -----------------------------------------------------------------------------------------

    def _fault(self, camera: str, kind: str) -> None:
        if kind in self.month.truth[camera]:
            return
        self._begin(camera, kind)
        if self.month.chance(0.35):
            after = self.month.minutes(0.05, 40)
            self.month.agenda.plan(self.month.now + after, partial(self._end, camera, kind))

    def _begin(self, camera: str, kind: str) -> None:
        self.month.truth[camera].add(kind)
        self.month.seen(camera)

    def _end(self, camera: str, kind: str) -> None:
        self.month.truth[camera].discard(kind)
        self.month.seen(camera)

    def _flap(self, camera: str) -> None:
        """A loose plug: the signal goes and comes six times within two minutes."""
        if LOST in self.month.truth[camera]:
            return
        now = self.month.now
        for number in range(6):
            begin = now + timedelta(seconds=18 * number) + self.month.minutes(0, 0.05)
            self.month.agenda.plan(begin, partial(self._begin, camera, LOST))
            self.month.agenda.plan(begin + timedelta(seconds=8), partial(self._end, camera, LOST))

    def _blind(self, camera: str, why: NotJudged) -> None:
        if camera in self.month.blind:
            return
        self.month.blind[camera] = why
        self.month.seen(camera)

        def sees_again() -> None:
            del self.month.blind[camera]
            self.month.seen(camera)

        self.month.agenda.plan(self.month.now + self.month.minutes(5, 200), sees_again)

    def _report(self, about: str) -> None:
        """Somebody reports a fault that no camera shows."""
        self.reported += 1
        title = f"It smells burnt ({self.reported})"
        self.month.hub.do(LEADERS[1], ReportFault(subject=about, title=title))
        self.month.tickets.begin(Run("hand", about, None, self.month.now))
        self.month.merits.say("fault-reported", LEADERS[1])

    # --- repairs ------------------------------------------------------------------------------------------------------

    def ticket(self, run: Run) -> Ticket:
        """The hub's ticket of a run."""
        for ticket in self.month.hub.state.tickets.values():
            if (origin_of(ticket), ticket.subject) == (run.rule, run.about):
                return ticket
        raise Disagreement(f"{self.month.now}: by the books a ticket of {run.rule} about {run.about} is open.")

    def _opened(self, run: Run) -> None:
        month, who = self.month, self.month.random.choice(REPAIRERS)
        if run.camera is not None and month.chance(0.05):
            month.person(month.now + month.minutes(1, 3), partial(self._shelve, run))
        if month.chance(0.02):
            month.person(month.now + month.minutes(10, 300), partial(self._cancel, run))
            return
        noted = month.now + (month.minutes(2, 50) if month.chance(0.9) else month.minutes(230, 400))
        assigned = noted + month.minutes(3, 70)
        month.person(noted, partial(self._take_note, run))
        month.person(assigned, partial(self._assign, run, who))
        if month.chance(0.04):
            return  # nobody ever goes there
        month.person(assigned + month.minutes(10, 150), partial(self._arrive, run, who))

    def _take_note(self, run: Run) -> None:
        if run in self.month.tickets.open and run.closed_at is None:
            self.month.hub.do(REPAIRERS[0], AcknowledgeTicket(ticket=self.ticket(run).id))
            self.month.tickets.take_note(run)

    def _assign(self, run: Run, who: str) -> None:
        month = self.month
        if run not in month.tickets.open:
            return
        estimate_at = month.now + month.minutes(120, 1500)
        reason = "It takes longer." if run.estimate_at is not None else ""
        month.hub.do(
            who,
            AssignTicket(ticket=self.ticket(run).id, repairer=who, account=who, estimate_at=estimate_at, reason=reason),
        )
        month.tickets.assign(run, who, estimate_at)

    def _arrive(self, run: Run, who: str) -> None:
        month = self.month
        if run not in month.tickets.open:
            return
        if run.verified_at is not None:
            command = ArriveAtFault(ticket=self.ticket(run).id)
            month.refused("it is verified already", partial(month.hub.do, who, command))
            return
        month.hub.do(who, ArriveAtFault(ticket=self.ticket(run).id))
        month.tickets.arrive(run)
        after = month.minutes(10, 120)
        if month.chance(0.15):
            until = month.now + month.minutes(60, 1800)
            month.person(month.now + month.minutes(2, 9), partial(self._wait, run, who, until))
            after = until - month.now + month.minutes(5, 60)
        if month.chance(0.12):
            month.person(month.now + after / 2, partial(self._assign, run, who))
        month.agenda.plan(month.now + after, partial(self._fix, run, who))

    def _wait(self, run: Run, who: str, until: datetime) -> None:
        month = self.month
        if run in month.tickets.open and run.verified_at is None and not run.repair_holds:
            command = WaitWithRepair(ticket=self.ticket(run).id, reason="A part is ordered.", until_at=until)
            month.hub.do(who, command)
            month.tickets.wait(run, until)

    def _fix(self, run: Run, who: str) -> None:
        """The repairer makes the camera good, and says so a little later, or a little before."""
        month = self.month
        if run.camera is not None:
            every = month.truth[run.camera] - {SOILED}
            whatever = run.rule in ("patrol", "round", STILL_COVERED)
            for kind in sorted(kind for kind in every if whatever or RULES[kind].rule == run.rule):
                after = month.minutes(1, 4) if month.chance(0.2) else month.minutes(0, 0.1)
                month.agenda.plan(month.now + after, partial(self._end, run.camera, kind))
                if month.chance(0.09):
                    month.agenda.plan(month.now + month.minutes(9, 18), partial(self._fault, run.camera, kind))
                elif month.chance(0.12):
                    month.agenda.plan(month.now + month.minutes(600, 14000), partial(self._fault, run.camera, kind))
        month.person(month.now + month.minutes(0.2, 15), partial(self._repaired, run, who))

    def _repaired(self, run: Run, who: str) -> None:
        month = self.month
        if run not in month.tickets.open:
            return
        month.hub.do(who, ReportRepair(ticket=self.ticket(run).id, cause="A loose plug.", done="Fastened."))
        month.tickets.repair(run, who)
        month.merits.repaired.append((month.now, who))
        month.look()
        if run.camera is None or month.chance(0.03):
            month.person(month.now + month.minutes(1, 900), partial(self._sign, run))

    def _sign(self, run: Run) -> None:
        month = self.month
        if run not in month.tickets.open or run.verified_at is not None or not run.repair_holds:
            return
        command = SignTicket(ticket=self.ticket(run).id, reason="Seen on the spot.")
        month.refused("only a leader signs", partial(month.hub.do, run.repaired_by, command))
        month.hub.do(LEADERS[0], command)
        month.tickets.sign(run)

    def _verified(self, run: Run) -> None:
        """It is good again, and nobody had to repair it."""
        self.month.person(self.month.now + self.month.minutes(5, 900), partial(self._close, run))

    def _close(self, run: Run) -> None:
        month = self.month
        if run not in month.tickets.open:
            return
        command = CloseTicket(ticket=self.ticket(run).id, cause="It went by itself.")
        if run.verified_at is None:
            month.refused("it is not verified", partial(month.hub.do, REPAIRERS[1], command))
            return
        month.hub.do(REPAIRERS[1], command)
        month.tickets.close(run)

    def _cancel(self, run: Run) -> None:
        if run in self.month.tickets.open:
            self.month.hub.do(LEADERS[1], CancelTicket(ticket=self.ticket(run).id, reason="It is no fault."))
            self.month.tickets.cancel(run)

    def _again(self, run: Run) -> None:
        """The fault came back before the ticket was closed: somebody goes there anew."""
        who = run.repairer or REPAIRERS[0]
        self.month.person(self.month.now + self.month.minutes(20, 200), partial(self._arrive_again, run, who))

    def _arrive_again(self, run: Run, who: str) -> None:
        if run in self.month.tickets.open and run.verified_at is None and not run.repair_holds:
            self.month.agenda.plan(self.month.now + self.month.minutes(5, 40), partial(self._fix, run, who))

    def _shelve(self, run: Run) -> None:
        """Those at the post lay an alarm aside while it is repaired."""
        month = self.month
        alarm = month.alarms.standing.get((run.rule, run.about))
        there = month.duty.at(next(post for post, wall in WALL.items() if run.camera in wall))
        if alarm is None or alarm.shelf or not there:
            return
        until = month.now + month.minutes(60, 600)
        number = hub_alarm(month, run.rule, run.about).id
        month.hub.do(there[0], ShelveAlarm(alarm=number, reason="It is being repaired.", until_at=until))
        month.alarms.shelve(run.rule, run.about, until)
