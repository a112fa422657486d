"""A month of the plant: the hub and the books beside it, told of the same deeds and never of each other."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from hub.core.findings import NotJudged, RecordingMissing, RecordingResumed
from hub.core.people.account import DOMAINS
from hub.core.people.events import AccountCreated, ConfidentialitySigned, TrainingRecorded
from hub.core.recordings import RecordingGap
from hub.core.status import CameraStatus, FindingLevel
from hub.errors import HubError
from tests.sim.agenda import Agenda, Do
from tests.sim.book_alarms import Alarm, AlarmBook
from tests.sim.book_cameras import LOST, CameraBook, DayBook
from tests.sim.book_checks import CheckBook
from tests.sim.book_duty import DutyBook
from tests.sim.book_merits import MeritBook
from tests.sim.book_permits import Permit, PermitBook
from tests.sim.book_tickets import SLOW, Run, TicketBook
from tests.sim.driver import Disagreement, SimulatedHub
from tests.sim.invariants import Invariants
from tests.sim.plant import CAMERAS, ROLES, load_plant, wall_clock
from tests.sim.rota import GUARDS, Stint, stints_between
from tests.sim.served import (
    FINDING_OF_KIND,
    MISSING,
    OBSTRUCTED,
    RULES,
    SOILED,
    STILL_COVERED,
    STILL_COVERED_ALARM,
    UNDER_PERMIT,
    UNJUDGED,
)

_WATCHED_AFTER = timedelta(seconds=30)
"""So long after a start the watch tells of the cameras."""


class Month:
    """Mutable. `run` goes through the whole of it."""

    def __init__(self, seed: int, first: date, days: int, folder: Path) -> None:
        self.random = Random(seed)
        self.first, self.days = first, days
        self.start_at = wall_clock(first, 0) - timedelta(minutes=90)
        self.end_at = wall_clock(first + timedelta(days=days), 0)
        self.closed_at = self.end_at - timedelta(milliseconds=1)
        """When the books are closed: what begins with the next month is not in them."""
        self.agenda = Agenda(self.start_at)
        self.truth: dict[str, set[str]] = {camera: set() for camera in CAMERAS}
        """What is the matter with each camera, whether anybody knows or not."""
        self.blind: dict[str, NotJudged] = {}
        """The cameras that cannot be judged, and why."""
        self.down: list[tuple[datetime, datetime, datetime]] = []
        """Until when the hub is known to have run before each time in which it did not, the beginning and the end of
        that time."""
        self._up_since = self.start_at
        self.rota: list[Stint] = stints_between(first - timedelta(days=2), first + timedelta(days=days + 9))
        self.refusals: Counter[str] = Counter()
        """What was asked, and refused as the books say, by the kind of refusal."""
        self.invariants = Invariants()
        site, roster = load_plant(folder, first)
        self.hub = SimulatedHub(
            site, roster, self.start_at, self.end_at, on_record=self.invariants.look, on_settled=self.invariants.settled
        )
        self.cameras = CameraBook(tuple(CAMERAS), self.start_at)
        self.permits = PermitBook()
        self.merits = MeritBook(lambda: self.now)
        self.alarms = AlarmBook(self.agenda)
        self.alarms.covering = lambda camera, kind: self.permits.covering(camera, kind, self.now)
        self.alarms.on_raised = lambda alarm: self.on_alarm(alarm)
        self.tickets = TicketBook(
            self.agenda,
            trouble=self._trouble,
            told=lambda rule, run: self.alarms.rise(rule, run.ticket, camera=run.camera),
            settled=lambda rule, run: self.alarms.fall(rule, run.ticket),
            on_opened=lambda run: self.on_ticket(run),
            on_verified=lambda run: self.on_verified(run),
            on_relapse=lambda run: self.on_relapse(run),
            merit=self.merits.say,
        )
        self.duty = DutyBook(self.agenda, self.alarms, self.merits.say)
        self.duty.coming = lambda at: [s for s in self.rota if s.from_at <= at < s.to_at]
        self.checks = CheckBook(self.agenda, self.alarms, self.duty, on_asked=lambda check: self.on_asked(check))
        self.checks.merit = self.merits.say
        self.duty.on_presence = self.checks.left
        self.on_alarm: Callable[[Alarm], None] = lambda alarm: None
        self.on_ticket: Callable[[Run], None] = lambda run: None
        self.on_verified: Callable[[Run], None] = lambda run: None
        self.on_relapse: Callable[[Run], None] = lambda run: None
        self.on_asked: Callable[..., None] = lambda check: None
        self.on_soiled: Callable[[str], None] = lambda camera: None
        self._waiting: list[Do] = []
        self._finding_number = 0
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def now(self) -> datetime:
        return self.agenda.now

    # --- going through it ---------------------------------------------------------------------------------------------

    def run(self) -> None:
        self._begin()
        self._plan_shifts()
        while (at := self.agenda.next_at()) is not None and at < self.closed_at:
            do, by_hub = self.agenda.take()
            if by_hub and not self.hub.running:
                self._waiting.append(do)
                continue
            self.hub.until(self.now)
            do()
        self.hub.until(self.closed_at)
        self.agenda.now = self.closed_at

    def person(self, at: datetime, do: Do) -> None:
        """Somebody does something with the hub; later, while it is down."""

        def try_it() -> None:
            if self.hub.running:
                do()
            else:
                self.person(self.now + self.minutes(3, 12), do)

        self.agenda.plan(at, try_it)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def minutes(self, least: float, most: float) -> timedelta:
        """A time that nobody can foresee, to the microsecond: no two deeds fall together."""
        return timedelta(microseconds=int(self.random.uniform(least, most) * 60_000_000))

    def refused(self, why: str, do: Callable[[], object]) -> None:
        """The books say that the hub must refuse this."""
        try:
            do()
        except HubError:
            self.refusals[why] += 1
        else:
            raise Disagreement(f"{self.now}: not refused: {why}")

    # --- the hub itself -----------------------------------------------------------------------------------------------

    def go_down(self, *, crashed: bool, minutes: float) -> None:
        if crashed:
            self.hub.crash()
        else:
            self.hub.stop("An update of the machine.")
        # Every ten seconds it notes that it is alive; what is on record later is known as well.
        noted_at = self._up_since
        while crashed and noted_at + timedelta(seconds=10) <= self.now:
            noted_at += timedelta(seconds=10)
        ran_until = max(noted_at, self.hub.records[-1].seen_at)
        self.cameras.stopped(ran_until)
        self.down.append((ran_until, self.now, self.now + timedelta(minutes=minutes)))
        self.agenda.plan(self.now + timedelta(minutes=minutes), partial(self._come_up, crashed=crashed), after=9)

    def _come_up(self, *, crashed: bool) -> None:
        self.hub.start()
        self._up_since = self.now
        self.cameras.started(self.now)
        self.tickets.interrupted()
        self.duty.started()
        if crashed:
            self.alarms.rise("hub-interrupted", "hub")
        waiting, self._waiting = self._waiting, []
        for do in waiting:
            do()
        self.alarms.cover_anew()
        self.look()
        self.agenda.plan(self.now + _WATCHED_AFTER, self._all_seen)

    def _all_seen(self) -> None:
        if self.hub.running:
            for camera in CAMERAS:
                self.cameras.reported.add(camera)
                self.seen(camera)

    def _begin(self) -> None:
        self.hub.start()
        self.cameras.started(self.now)
        for account, role in ROLES.items():
            domains: list[str] = list(DOMAINS)
            if role == "watch_officer":
                domains = ["security"] if account in GUARDS else ["production"]
            self.hub.happen(
                AccountCreated(account=account, name=account.title(), role=role, domains=domains),
                TrainingRecorded(account=account, course="watch", held_on="2025-12-01"),
                ConfidentialitySigned(account=account, signed_on="2025-12-01"),
            )
        self.agenda.plan(self.now + _WATCHED_AFTER, self._all_seen)

    def _plan_shifts(self) -> None:
        """The shifts that run at the start, and every change of shifts after it."""
        self.checks.planned_at = self.now
        running = [stint for stint in self.rota if stint.from_at <= self.now < stint.to_at]
        self.duty.change([], running)
        for post in sorted({stint.post for stint in running}):
            self.checks.plan_walk(post)
        turns = sorted({at for stint in self.rota for at in (stint.from_at, stint.to_at) if at > self.now})
        for at in turns:
            self.agenda.plan(at, partial(self._turn, at), by_hub=True, after=1)
        for at, post in self.hub.asked_at:
            self.agenda.plan(at, partial(self._ask, post), after=2)

    def _turn(self, at: datetime) -> None:
        ending = [stint for stint in self.rota if stint.to_at == at]
        beginning = [stint for stint in self.rota if stint.from_at == at]
        self.duty.change(ending, beginning)
        for post in sorted({stint.post for stint in beginning}):
            self.checks.plan_walk(post)
        for post in sorted({stint.post for stint in ending}):
            self.checks.left(post)

    def _ask(self, post: str) -> None:
        if self.hub.running:
            self.checks.ask(post)

    # --- cameras ------------------------------------------------------------------------------------------------------

    def seen(self, camera: str) -> None:
        """The watch tells what it sees of a camera, and what follows from it by the shipped rules."""
        if not self.hub.running or camera not in self.cameras.reported:
            return
        truth, known, now = self.truth[camera], set(self.cameras.findings[camera]), self.now
        levels = [FindingLevel(kind=kind, since_at=now) for kind in sorted(truth - {MISSING})]
        blind = self.blind.get(camera)
        status = CameraStatus(
            camera=camera, at=now, signal="lost" if LOST in truth else "live", not_judged=blind, findings=levels
        )
        was_blind = camera in self.cameras.unjudged
        gone, new = sorted(known - truth), sorted(truth - known)
        for kind in gone:
            self.cameras.sees_no_more(camera, kind, now)
        for kind in new:
            self.cameras.sees(camera, kind, now)
        self.cameras.judges(camera, blind is None, now)
        if MISSING in gone:
            began = self.cameras.spans(camera, MISSING, now)[-1][0]
            gap = RecordingGap(camera=camera, from_at=began, to_at=now, cause="camera")
            self.hub.happen(RecordingResumed(camera=camera, since_at=now), gap)
        if MISSING in new:
            self.hub.happen(RecordingMissing(camera=camera, since_at=now, cause="stream"))
        self.hub.report(status)
        for kind in gone:
            self._rules_see_no_more(camera, kind)
        for kind in new:
            self._rules_see(camera, kind)
        self._rules_unjudged(camera, was_blind, blind)
        self.look()

    def look(self) -> None:
        """What the books have to say whenever something has changed."""
        for camera, kind in sorted(self.permits.left):
            about = f"camera:{camera}"
            alarmed = self._alarmed(camera, kind, but=STILL_COVERED_ALARM)
            if not (self._finds(camera, kind) or alarmed) or self.permits.covering(camera, kind, self.now):
                self.permits.left.discard((camera, kind))
                self.permits.unalarmed.discard((camera, kind))
                if all(other != camera for other, _ in self.permits.unalarmed):
                    self.alarms.fall(STILL_COVERED_ALARM, about)
                if all(other != camera for other, _ in self.permits.left):
                    self.tickets.gone(STILL_COVERED, about)
        self.tickets.look()

    def holds(self, camera: str, kind: str) -> bool:
        """Whether what a kind of alarm is about is so on a camera."""
        return self._finds(camera, kind) or self._alarmed(camera, kind)

    def permit_over(self, permit: Permit, *, began: bool) -> None:
        """What a permit covered is covered no more."""
        self.alarms.cover_anew()
        for camera in permit.cameras:
            for kind in permit.kinds:
                key = (camera, kind)
                if key in self.permits.left or self.permits.covering(camera, kind, self.now):
                    continue
                if began and self.holds(camera, kind):
                    alarmed = self._alarmed(camera, kind)
                    self.permits.left.add(key)
                    permit.left = True
                    self.permits.left_in_all += 1
                    if not alarmed:
                        self.permits.unalarmed.add(key)
                        self.alarms.rise(STILL_COVERED_ALARM, f"camera:{camera}", camera=camera, kind="obstruction")
                    self.tickets.fault(STILL_COVERED, f"camera:{camera}", camera, self._findings(camera))
        self.look()

    def _finds(self, camera: str, kind: str) -> bool:
        return FINDING_OF_KIND[kind] in self.cameras.findings[camera]

    def _alarmed(self, camera: str, kind: str, *, but: str = "") -> bool:
        return any(
            a.active and (a.camera, a.kind) == (camera, kind) and a.rule != but for a in self.alarms.standing.values()
        )

    def _findings(self, camera: str) -> frozenset[str]:
        return frozenset(self.cameras.findings[camera])

    def _rules_see(self, camera: str, kind: str) -> None:
        if kind == SOILED:
            self.on_soiled(camera)
            return
        served, about = RULES[kind], f"camera:{camera}"
        self._finding_number += 1
        number = self._numbers[camera, kind] = self._finding_number
        if kind != OBSTRUCTED:
            if served.kind:
                self.alarms.rise(served.rule, about, camera=camera, kind=served.kind, critical=served.critical)
                self.tickets.back(served.rule, about)
            self.tickets.fault(served.rule, about, camera, self._findings(camera))
            return
        allowed = bool(self.permits.covering(camera, "obstruction", self.now))

        def lasted() -> None:
            if self._numbers.get((camera, kind)) != number:
                return
            if allowed and self.permits.covering(camera, "obstruction", self.now):
                self.alarms.rise(UNDER_PERMIT, about, camera=camera, kind="obstruction")
            elif not allowed and not self.permits.covering(camera, "obstruction", self.now):
                self.alarms.rise(served.rule, about, camera=camera, kind="obstruction")
                self.tickets.back(served.rule, about)
                self.tickets.fault(served.rule, about, camera, self._findings(camera))
            self.look()

        self.agenda.plan(self.now + timedelta(seconds=10), lasted, by_hub=True)

    def _rules_see_no_more(self, camera: str, kind: str) -> None:
        if kind == SOILED:
            return
        served, about = RULES[kind], f"camera:{camera}"
        self._numbers.pop((camera, kind), None)
        for rule in (served.rule, UNDER_PERMIT) if kind == OBSTRUCTED else (served.rule,):
            self.alarms.fall(rule, about)
        self.tickets.gone(served.rule, about)

    def _rules_unjudged(self, camera: str, was_blind: bool, blind: NotJudged | None) -> None:
        about = f"camera:{camera}"
        if was_blind and blind is None:
            self._numbers.pop((camera, ""), None)
            self.alarms.fall(UNJUDGED, about)
        elif not was_blind and blind is not None:
            self._finding_number += 1
            number = self._numbers[camera, ""] = self._finding_number

            def lasted() -> None:
                if self._numbers.get((camera, "")) == number and blind in ("worker", "view"):
                    self.alarms.rise(UNJUDGED, about, camera=camera, kind="unjudged")

            self.agenda.plan(self.now + timedelta(minutes=30), lasted, by_hub=True)

    def _trouble(self, run: Run) -> bool:
        """Whether the service that a repair is about is not seen good."""
        alarm = self.alarms.standing.get((run.rule, run.about))
        if alarm is not None and alarm.active:
            return True
        if run.camera is None:
            return run.gone_at is None
        if run.camera not in self.cameras.reported or run.camera in self.cameras.unjudged:
            return True
        own = run.findings if run.rule not in ("patrol", "round") and run.gone_at is None else frozenset()
        return any(kind not in SLOW or kind in own for kind in self.cameras.findings[run.camera])

    def camera_days(self, camera: str) -> dict[str, DayBook]:
        """The account of a camera by day, up to the end."""
        return self.cameras.days(camera, self.closed_at, self.allowed(camera))

    def allowed(self, camera: str) -> dict[str, list[tuple[datetime, datetime]]]:
        """By finding: when permits allowed it on a camera."""
        allowed: dict[str, list[tuple[datetime, datetime]]] = {}
        for permit in self.permits.permits:
            if permit.began_at is not None and camera in permit.cameras:
                end = min(permit.over_at or self.closed_at, permit.to_at)
                for kind in permit.kinds:
                    allowed.setdefault(FINDING_OF_KIND[kind], []).append((permit.began_at, end))
        return allowed
