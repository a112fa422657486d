"""People at the posts: they come, go, hand over, answer and walk, as people do."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from hub.core.alarms.commands import JudgeAlarm
from hub.core.alarms.events import Verdict
from hub.core.attention.commands import AnswerAttention
from hub.core.dutylog.commands import ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.patrol.events import Look
from hub.core.posts.commands import (
    BeginHandover,
    CoverPost,
    EndPresence,
    OverrideHandover,
    RoomAnswer,
    SignHandover,
    SignOff,
    SignOn,
    TakeOver,
)
from hub.core.posts.handing import current_sheet
from hub.core.posts.sheet import digest_of
from tests.sim.book_alarms import Alarm
from tests.sim.book_checks import Check
from tests.sim.book_tickets import Run
from tests.sim.month import Month
from tests.sim.noting import hub_alarm, judge_place, note, sweep
from tests.sim.plant import LEADERS, WALL
from tests.sim.rota import GUARDS, TEAMS, Stint
from tests.sim.served import OF_CAMERAS

HANDED_OVER = ("control-room", "gate-house")
ROOM = [
    RoomAnswer(item="clean", answer="yes"),
    RoomAnswer(item="dry", answer="yes"),
    RoomAnswer(item="flammable", answer="no"),
    RoomAnswer(item="warmth", answer="22"),
]
Kind = Literal["incident", "measure", "note"]
INCIDENT: Kind = "incident"
MEASURE: Kind = "measure"
NOTE: Kind = "note"
VERDICTS: tuple[Verdict, ...] = ("real", "real", "real", "false", "nuisance")
_PATIENCE = timedelta(hours=3)


class People:
    """Mutable: counts what they did."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.handovers: list[tuple[datetime, str, str, str, bool]] = []
        """When, the post, who went, who came, and whether a leader had to allow it."""
        self.entries: Counter[str] = Counter()
        """Entries of the log by their kind."""
        self.inside: set[str] = set()
        """Visitors who have not left."""
        self.covers = 0
        month.on_alarm = self._alarm
        month.on_asked = self._asked
        month.duty.on_verdict = partial(judge_place, month)
        turns = sorted({(stint.from_at, stint.post) for stint in month.rota if stint.from_at > month.start_at})
        for at, post in turns:
            month.agenda.plan(at - timedelta(hours=2), partial(self._prepare, at, post))
        for day in range(month.days):
            for hour in (9, 21):
                at = month.start_at + timedelta(days=day, hours=hour) + month.minutes(45, 55)
                month.person(at, partial(sweep, month))
            for _ in range(3):
                month.person(month.start_at + timedelta(days=day) + month.minutes(41, 1440), self._write_log)
        for stint in month.rota:
            if stint.from_at <= month.start_at < stint.to_at:
                self._plan(stint)

    # --- coming and going ---------------------------------------------------------------------------------------------

    def _prepare(self, at: datetime, post: str) -> None:
        for stint in [s for s in self.month.rota if (s.from_at, s.post) == (at, post)]:
            self._plan(stint)
        self._plan_walks(at, post)

    def _plan(self, stint: Stint) -> None:
        month, begin, end = self.month, stint.from_at, stint.to_at
        drawn = month.random.random()
        if drawn < 0.79:
            at = begin - month.minutes(1, 25)
        elif drawn < 0.87:
            at = begin + month.minutes(0.2, 4.8)
        elif drawn < 0.92:
            at = begin + month.minutes(5.2, 14.5)
        elif drawn < 0.95:
            at = begin + month.minutes(16, 70)
        else:
            self._absent(stint)
            return
        month.person(at, partial(self._come, stint))
        drawn = month.random.random()
        if drawn < 0.03:
            month.person(end - month.minutes(12, 90), partial(self._go, stint, reason="The child is ill."))
        elif drawn < 0.06:
            month.person(end + month.minutes(20, 120), partial(self._end, stint))
        else:
            month.person(end + month.minutes(0.5, 9), partial(self._go, stint))

    def _come(self, stint: Stint) -> None:
        month, duty = self.month, self.month.duty
        if stint.to_at <= month.now or stint not in month.rota or stint.person in duty.present:
            return
        post = stint.post
        going = [
            who
            for who in duty.at(post)
            if all(
                place.stint.to_at < month.now + timedelta(minutes=30)
                for place in duty.running
                if place.stint.person == who
            )
        ]
        if post in HANDED_OVER and going and month.chance(0.7):
            self._hand_over(stint, going[0])
            return
        month.hub.do(stint.person, SignOn(post=post))
        duty.comes(stint.person, post, stint.to_at)

    def _go(self, stint: Stint, *, reason: str = "") -> None:
        month, duty = self.month, self.month.duty
        there = duty.present.get(stint.person)
        if there is None or there.post != stint.post or there.until != stint.to_at:
            return
        early = stint.to_at - month.now > timedelta(minutes=5)
        if not early and duty.alone(stint.person):
            if month.now < stint.to_at + _PATIENCE:
                month.refused("nobody relieves", partial(month.hub.do, stint.person, SignOff(post=stint.post)))
                month.person(month.now + month.minutes(6, 14), partial(self._go, stint))
                return
            reason = "Nobody comes, and I cannot stay."
            month.merits.say("left-unrelieved", stint.person)
        month.hub.do(stint.person, SignOff(post=stint.post, reason=reason))
        duty.goes(stint.person)

    def _end(self, stint: Stint) -> None:
        """Somebody forgot to sign off, and a leader does it."""
        there = self.month.duty.present.get(stint.person)
        if there is not None and there.post == stint.post and there.until == stint.to_at:
            self.month.hub.do(LEADERS[1], EndPresence(account=stint.person, reason="Went home without signing off."))
            self.month.duty.goes(stint.person)

    def _absent(self, stint: Stint) -> None:
        if self.month.chance(0.6) and stint.post in HANDED_OVER:
            at = stint.from_at + self.month.minutes(18, 55)
            self.month.person(at, partial(self._send, stint, excuse=self.month.chance(0.75)))

    def _send(self, absent: Stint, *, excuse: bool) -> None:
        """A leader sends somebody who is off to the post of somebody who did not come."""
        month, duty = self.month, self.month.duty
        place = duty.place(absent.person, absent.post)
        if place is None or not place.waited_for or absent.to_at - month.now < timedelta(hours=1):
            return
        rest = timedelta(hours=11)
        people = [who for team in TEAMS for who in team] if absent.post == "control-room" else list(GUARDS)
        free = [
            who
            for who in people
            if who not in duty.present
            and all(
                s.to_at + rest <= month.now or s.from_at >= absent.to_at + rest for s in month.rota if s.person == who
            )
        ]
        if not free:
            return
        who, instead = month.random.choice(free), absent.person if excuse else ""
        month.hub.do(LEADERS[0], CoverPost(post=absent.post, account=who, instead_of=instead, reason="Did not come."))
        until = max(place.stint.to_at for place in duty.running if place.stint.post == absent.post)
        if excuse:
            duty.excuse(absent.person, absent.post)
        self.covers += 1
        month.merits.say("stepped-in", who)
        stint = Stint(absent.post, "cover", who, absent.on, absent.from_at, until)
        month.person(month.now + month.minutes(5, 25), partial(self._stand_in, stint))
        month.person(until + month.minutes(0.5, 9), partial(self._go, stint))

    def _stand_in(self, stint: Stint) -> None:
        if stint.person not in self.month.duty.present and self.month.now < stint.to_at:
            self.month.hub.do(stint.person, SignOn(post=stint.post))
            self.month.duty.comes(stint.person, stint.post, stint.to_at)

    # --- handing over -------------------------------------------------------------------------------------------------

    def _hand_over(self, stint: Stint, going: str) -> None:
        month, hub, post = self.month, self.month.hub, stint.post
        hub.do(going, BeginHandover(post=post))
        allowed = False

        def sheet() -> tuple[str, str]:
            handover = hub.state.posts.handovers[post]
            return handover.id, digest_of(current_sheet(hub.state, handover))

        def sign() -> object:
            name, digest = sheet()
            return hub.do(going, SignHandover(handover=name, digest=digest, room=ROOM))

        waiting = [
            alarm
            for alarm in month.alarms.standing.values()
            if alarm.critical and alarm.active and not (alarm.noted or alarm.aside) and alarm.camera in WALL[post]
        ]
        if waiting:
            month.refused("critical alarms wait", sign)
            allowed = month.chance(0.4)
            if allowed:
                hub.do(LEADERS[0], OverrideHandover(handover=sheet()[0], reason="Repairers are on their way."))
                month.merits.say("handover-overridden", going)
            else:
                for alarm in waiting:
                    note(month, going, alarm.rule, alarm.about)
        sign()
        name, digest = sheet()
        hub.do(stint.person, TakeOver(handover=name, digest=digest))
        month.duty.comes(stint.person, post, stint.to_at, relieving=going)
        self.handovers.append((month.now, post, going, stint.person, allowed))

    # --- alarms -------------------------------------------------------------------------------------------------------

    def _alarm(self, alarm: Alarm) -> None:
        if alarm.rule not in OF_CAMERAS or self.month.chance(0.04):
            return
        drawn = self.month.random.random()
        after = (0.1, 4) if drawn < 0.8 else (4, 25) if drawn < 0.95 else (60, 600)
        at = self.month.now + self.month.minutes(*after)
        self.month.person(at, partial(self._note, alarm.rule, alarm.about, alarm.camera or ""))

    def _note(self, rule: str, about: str, camera: str) -> None:
        post = next(post for post, wall in WALL.items() if camera in wall)
        there = self.month.duty.at(post)
        standing = self.month.alarms.standing.get((rule, about))
        if not there or standing is None:
            return
        if self.month.chance(0.4):
            verdict: Verdict = self.month.random.choice(VERDICTS)
            number = hub_alarm(self.month, rule, about).id
            self.month.hub.do(there[0], JudgeAlarm(alarm=number, verdict=verdict))
            if self.month.alarms.judge(rule, about, verdict, there[0]):
                self.month.merits.say("judged", there[0])
        note(self.month, there[0], rule, about)

    # --- watching -----------------------------------------------------------------------------------------------------

    def _asked(self, check: Check) -> None:
        drawn = self.month.random.random()
        after = (0.1, 1.4) if drawn < 0.84 else (1.6, 2.9) if drawn < 0.91 else (3.1, 25) if drawn < 0.96 else None
        if after is not None:
            self.month.person(self.month.now + self.month.minutes(*after), partial(self._answer, check))

    def _answer(self, check: Check) -> None:
        month = self.month
        there = [who for who in month.duty.at(check.post) if who in check.people]
        if month.checks.open.get(check.post) is not check or not there:
            return
        asked = next(c for c in month.hub.state.attention.checks.values() if c.post == check.post)
        chosen = asked.shown if month.chance(0.9) or not asked.choices else asked.choices[0]
        month.hub.do(there[0], AnswerAttention(check=asked.id, chosen=chosen, note="" if chosen else "Here."))
        month.checks.answer(check)
        if chosen and chosen != asked.shown:
            month.merits.say("wrong-camera", there[0])

    def _plan_walks(self, at: datetime, post: str) -> None:
        if post in HANDED_OVER:
            hours = [1.5, 5.0] if post == "control-room" else [1.5, 5.0, 8.5]
            for hour in hours:
                if self.month.chance(0.88):
                    when = at + timedelta(hours=hour) + self.month.minutes(0, 50)
                    self.month.person(when, partial(self._walk, post))

    def _walk(self, post: str) -> None:
        month = self.month
        there = month.duty.at(post)
        if not there or post in month.hub.state.patrols.open:
            return
        who = there[0]
        month.hub.do(who, BeginPatrol(post=post))
        month.person(month.now + month.minutes(2, 6), partial(self._confirm, post, who))

    def _confirm(self, post: str, who: str) -> None:
        month = self.month
        patrol = month.hub.state.patrols.open[post]
        bad = month.random.choice(WALL[post]) if month.chance(0.05) else ""
        looks = [
            Look(
                camera=camera,
                looked_s=2.5,
                good=camera != bad,
                remark=f"Looks odd, {month.now}" if camera == bad else "",
            )
            for camera in WALL[post]
        ]
        month.hub.do(who, ConfirmChannels(patrol=patrol.id, looks=looks))
        month.checks.walked(post)
        if bad:
            about = f"camera:{bad}"
            # A fault of a rule that the hub saw end is another one than what is found now.
            known = [
                run
                for run in month.tickets.open
                if run.about == about and (run.rule in ("hand", "patrol") or not (run.gone_at or run.restored_at))
            ]
            for run in known:
                month.tickets.back(run.rule, about)
            if not known:
                month.tickets.begin(Run("patrol", about, bad, month.now))
                month.merits.say("fault-reported", who)
        month.look()

    # --- the log ------------------------------------------------------------------------------------------------------

    def _write_log(self) -> None:
        month = self.month
        post = month.random.choice(HANDED_OVER)
        there = month.duty.at(post)
        if not there:
            return
        who, drawn = there[0], month.random.random()
        if drawn < 0.8:
            kind = INCIDENT if drawn < 0.3 else MEASURE if drawn < 0.5 else NOTE
            month.hub.do(who, WriteEntry(kind=kind, text="What was seen: 一切正常", cameras=[WALL[post][0]]))
            self.entries[kind] += 1
            if kind == INCIDENT:
                month.merits.say("incident-reported", who)
            return
        self.entries["visitor"] += 1
        month.hub.do(who, ReceiveVisitor(visitor="He Ping", unit="Fire brigade", purpose="Inspection"))
        entry = month.hub.state.dutylog.recent[-1].id
        self.inside.add(entry)
        if month.chance(0.9):
            month.person(month.now + month.minutes(20, 200), partial(self._see_off, entry, post))

    def _see_off(self, entry: str, post: str) -> None:
        there = self.month.duty.at(post)
        if there:
            self.month.hub.do(there[0], SeeOffVisitor(entry=entry))
            self.inside.discard(entry)
            self.entries["visitor"] += 1
