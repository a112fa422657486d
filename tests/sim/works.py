"""Works that cover cameras: who applies, who approves, and what is still covered at the end."""

from datetime import datetime, timedelta
from functools import partial

from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.permits.kinds import PermitKind
from tests.sim.book_permits import Permit
from tests.sim.month import Month
from tests.sim.plant import CAMERAS, LEADERS, REPAIRERS
from tests.sim.served import FINDING_OF_KIND

KINDS: tuple[tuple[PermitKind, ...], ...] = (("obstruction",), ("obstruction", "view"), ("obstruction",), ("signal",))


class Works:
    """Mutable: has works done that need a permit, or should have had one."""

    def __init__(self, month: Month, count: int = 14) -> None:
        self.month = month
        whole = month.end_at - month.start_at
        for _ in range(count):
            at = month.start_at + timedelta(hours=4) + (whole - timedelta(hours=12)) * month.random.random()
            month.person(at, self._apply)

    def _apply(self) -> None:
        month = self.month
        domain = month.random.choice(("production", "security"))
        cameras = tuple(
            month.random.sample([c for c, d in CAMERAS.items() if d == domain], month.random.choice((1, 1, 2, 4)))
        )
        kinds = month.random.choice(KINDS)
        applicant = month.random.choice((*REPAIRERS, LEADERS[0]))
        begin = month.now + month.minutes(60, 600)
        end = begin + (month.minutes(40, 500) if month.chance(0.8) else month.minutes(1500, 2500))
        command = ApplyPermit(cameras=list(cameras), kinds=list(kinds), from_at=begin, to_at=end, reason="Scaffolding")
        permit = self._ask(command, Permit("", cameras, kinds, applicant, begin, end))
        drawn = month.random.random()
        soon = month.now + month.minutes(5, 55)
        if drawn < 0.08:
            month.agenda.plan(end, partial(self._lapse, permit), by_hub=True)
            return
        if drawn < 0.16:
            month.person(soon, partial(self._refuse, permit))
            return
        if drawn < 0.24:
            month.person(soon, partial(self._withdraw, permit))
            return
        month.person(soon, partial(self._approve, permit))
        for camera in cameras:
            for kind in kinds:
                self._cover(camera, kind, begin, end)
        if drawn < 0.4:
            month.person(end - (end - begin) * 0.3, partial(self._end_early, permit))
        elif drawn < 0.5:
            month.person(end - (end - begin) * 0.4, partial(self._revoke, permit))
        elif drawn < 0.65:
            month.person(end - (end - begin) * 0.2, partial(self._extend, permit))

    def _ask(self, command: ApplyPermit | ExtendPermit, permit: Permit) -> Permit:
        month = self.month
        permit.id = f"P-{len(month.permits.permits) + 1}"
        month.permits.permits.append(permit)
        month.hub.do(permit.applicant, command)
        month.alarms.rise("permit-waiting", permit.id)
        return permit

    def _cover(self, camera: str, kind: str, begin: datetime, end: datetime) -> None:
        """What the works do to a camera: within their time as a rule, else beyond it, or twice."""
        month, finding = self.month, FINDING_OF_KIND[kind]
        spans = [(begin + (end - begin) * 0.1, end - (end - begin) * 0.15)]
        drawn = month.random.random()
        if drawn < 0.3:
            spans = [(begin + (end - begin) * 0.2, end + month.minutes(15, 120))]
        elif drawn < 0.5:
            half = begin + (end - begin) / 2
            spans = [(begin + (end - begin) * 0.1, half), (half + (end - half) * 0.2, end - (end - half) * 0.3)]
        elif drawn < 0.6:
            spans = [(begin - month.minutes(5, 40), end - (end - begin) * 0.15)]
        for one, other in spans:
            at = one + month.minutes(0, 1)
            month.agenda.plan(at, partial(self._begin, camera, finding, until=max(other, at + timedelta(minutes=1))))

    def _begin(self, camera: str, finding: str, *, until: datetime) -> None:
        month = self.month
        if finding in month.truth[camera]:
            return
        month.truth[camera].add(finding)
        month.seen(camera)

        def end() -> None:
            month.truth[camera].discard(finding)
            month.seen(camera)

        month.agenda.plan(until, end)

    # --- what is decided ----------------------------------------------------------------------------------------------

    def _decided(self, permit: Permit, state: str) -> None:
        permit.state = state
        self.month.alarms.fall("permit-waiting", permit.id)
        if state not in ("approved", "active"):
            permit.over_at = self.month.now

    def _lapse(self, permit: Permit) -> None:
        if permit.state == "applied":
            self._decided(permit, "lapsed")

    def _refuse(self, permit: Permit) -> None:
        self.month.hub.do(LEADERS[1], RefusePermit(permit=permit.id, reason="Not at this time."))
        self._decided(permit, "refused")

    def _withdraw(self, permit: Permit) -> None:
        self.month.hub.do(permit.applicant, WithdrawPermit(permit=permit.id))
        self._decided(permit, "withdrawn")

    def _approve(self, permit: Permit) -> None:
        month = self.month
        if permit.state != "applied" or permit.to_at <= month.now:
            return
        if permit.applicant in LEADERS:
            command = ApprovePermit(permit=permit.id)
            month.refused("one's own application", partial(month.hub.do, permit.applicant, command))
        month.hub.do(LEADERS[1], ApprovePermit(permit=permit.id))
        self._decided(permit, "approved")
        permit.approver = LEADERS[1]
        month.agenda.plan(permit.from_at, partial(self._begins, permit), by_hub=True)
        month.agenda.plan(permit.to_at, partial(self._ends, permit, "ended"), by_hub=True)

    def _begins(self, permit: Permit) -> None:
        if permit.state == "approved":
            permit.state = "active" if self.month.now < permit.to_at else permit.state
            permit.began_at = self.month.now
            self.month.alarms.cover_anew()
            self.month.look()

    def _ends(self, permit: Permit, state: str) -> None:
        if permit.state in ("approved", "active"):
            began = permit.state == "active"
            permit.state, permit.over_at = state, self.month.now
            self.month.permit_over(permit, began=began)

    def _end_early(self, permit: Permit) -> None:
        if permit.state == "active":
            self.month.hub.do(permit.applicant, EndPermit(permit=permit.id, note="Done."))
            self._ends(permit, "ended")

    def _revoke(self, permit: Permit) -> None:
        if permit.state == "active":
            self.month.hub.do(LEADERS[1], RevokePermit(permit=permit.id, reason="Something happened there."))
            self._ends(permit, "revoked")

    def _extend(self, permit: Permit) -> None:
        month = self.month
        if permit.state != "active":
            return
        end = permit.to_at + month.minutes(30, 200)
        more = Permit("", permit.cameras, permit.kinds, permit.applicant, permit.to_at, end)
        self._ask(ExtendPermit(permit=permit.id, to_at=end, reason="It rains."), more)
        month.agenda.plan(end, partial(self._lapse, more), by_hub=True)
        if month.chance(0.7):
            month.person(month.now + month.minutes(1, 30), partial(self._approve, more))
