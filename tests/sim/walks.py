"""Rounds through the plant, and exchanges of shifts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskCover, AskSwap
from hub.core.rounds.answers import Answer
from hub.core.rounds.commands import AnswerRound, CountersignRound, ReturnRound, SignRound, StartRound
from hub.core.rounds.kinds import Measured, Words, YesNo
from hub.core.rounds.model import Round as HubRound
from hub.core.rounds.model import cells_of
from tests.sim.driver import Disagreement
from tests.sim.month import Month
from tests.sim.plant import CAMERAS, LEADERS, REPAIRERS, wall_clock
from tests.sim.rota import Stint, exchanged, fits
from tests.sim.served import SOILED

REST = timedelta(hours=11)


@dataclass
class Round:
    kind: str
    since_at: datetime
    due_at: datetime
    camera: str | None = None
    maker: str = ""
    handed_in: bool = False
    missed: bool = False
    done_at: datetime | None = None

    @property
    def about(self) -> str:
        return f"camera:{self.camera}" if self.camera else f"{self.kind} {self.since_at}"


class Walks:
    """Mutable: has rounds made, late, or not at all, and lenses cleaned."""

    def __init__(self, month: Month, soiled: int = 8) -> None:
        self.month = month
        self.rounds: list[Round] = []
        month.on_soiled = self._soiled
        for number in range(month.days):
            day = month.first + timedelta(days=number)
            if day.weekday() == 0:
                self._at(wall_clock(day, 8, 30), "technical", 3)
            if day.day == 1:
                self._at(wall_clock(day, 9), "cleaning", 7)
            if day.weekday() == 0 and day.day <= 7 and day.month in (1, 4, 7, 10):
                self._at(wall_clock(day, 9), "night-picture", 14)
        for camera in month.random.sample(list(CAMERAS), soiled):
            at = month.start_at + timedelta(hours=3) + (month.end_at - month.start_at) * 0.8 * month.random.random()
            month.agenda.plan(at, partial(self._soil, camera))

    def _at(self, at: datetime, kind: str, days: int) -> None:
        self.month.agenda.plan(at, partial(self._due, kind, days), by_hub=True, after=3)

    # --- what comes due -----------------------------------------------------------------------------------------------

    def _soil(self, camera: str) -> None:
        self.month.truth[camera].add(SOILED)
        self.month.seen(camera)

    def _clean(self, camera: str) -> None:
        self.month.truth[camera].discard(SOILED)
        self.month.seen(camera)

    def _soiled(self, camera: str) -> None:
        if not any((each.kind, each.camera, each.done_at) == ("clean-lens", camera, None) for each in self.rounds):
            self._due("clean-lens", 3, camera=camera)

    def _due(self, kind: str, days: int, *, camera: str | None = None) -> None:
        month = self.month
        round_ = Round(kind, month.now, month.now + timedelta(days=days), camera)
        self.rounds.append(round_)
        month.agenda.plan(round_.due_at, partial(self._miss, round_), by_hub=True)
        drawn = month.random.random()
        if drawn < 0.08:
            return
        share = month.random.uniform(0.1, 0.8) if drawn < 0.8 else month.random.uniform(1.02, 1.3)
        month.person(month.now + timedelta(days=days) * share + month.minutes(0, 1), partial(self._make, round_))

    def _miss(self, round_: Round) -> None:
        if not (round_.handed_in or round_.done_at or round_.missed):
            round_.missed = True
            self.month.alarms.rise("round-missed", round_.about, camera=round_.camera)
            if round_.maker:
                self.month.merits.say("round-left", round_.maker)

    # --- what is made -------------------------------------------------------------------------------------------------

    def hub_round(self, round_: Round) -> HubRound:
        for each in self.month.hub.state.rounds.values():
            if (each.kind, each.since_at, each.camera) == (round_.kind, round_.since_at, round_.camera):
                return each
        raise Disagreement(f"{self.month.now}: by the books a round {round_} is to be made.")

    def _make(self, round_: Round) -> None:
        month, name = self.month, self.hub_round(round_).id
        who = month.random.choice(REPAIRERS)
        month.hub.do(who, StartRound(round=name))
        round_.maker = who
        sheet = month.hub.state.round_sheets[name]
        answers: list[Answer] = []
        faults: list[str] = []
        for target, item in cells_of(sheet):
            bad = item.id == "plants" and month.chance(0.05)
            if isinstance(item, YesNo):
                answers.append(Answer(asset=target.asset, item=item.id, value=item.good is not bad))
            elif isinstance(item, Measured) and item.must and not sheet.settled(f"{target.asset}/{item.id}"):
                answers.append(Answer(asset=target.asset, item=item.id, value=True))
            elif isinstance(item, Words) and item.must:
                answers.append(Answer(asset=target.asset, item=item.id, value="In order."))
            if bad:
                faults.append(target.asset)
        if answers:
            month.refused("items are open", partial(month.hub.do, who, SignRound(round=name)))
        for begin in range(0, len(answers), 200):
            month.hub.do(who, AnswerRound(round=name, answers=answers[begin : begin + 200]))
        for camera in faults:
            about = f"camera:{camera}"
            month.merits.say("fault-found", who)
            open_runs = [run for run in month.tickets.open if run.about == about]
            for run in open_runs:
                month.tickets.back(run.rule, about)
            if not open_runs:
                month.tickets.fault("round", about, camera, frozenset())
        month.look()
        month.person(month.now + month.minutes(1, 9), partial(self._sign, round_, name, who))
        if round_.camera is not None:
            month.agenda.plan(month.now + month.minutes(1, 100), partial(self._clean, round_.camera))

    def _sign(self, round_: Round, name: str, who: str) -> None:
        month = self.month
        month.hub.do(who, SignRound(round=name))
        if round_.kind != "technical":
            self._done(round_)
            return
        round_.handed_in = True
        month.refused("nobody countersigns their own", partial(month.hub.do, who, CountersignRound(round=name)))
        then: Callable[[], None] = partial(self._countersign, round_, name)
        if month.chance(0.3):
            then = partial(self._return, round_, name, who)
        month.person(month.now + month.minutes(30, 2000), then)

    def _return(self, round_: Round, name: str, who: str) -> None:
        month = self.month
        month.hub.do(LEADERS[0], ReturnRound(round=name, reason="The switch in hall 3 is not on it."))
        round_.handed_in = False
        month.merits.say("round-returned", who)
        if round_.due_at <= month.now:
            self._miss(round_)
        month.person(month.now + month.minutes(30, 600), partial(self._sign, round_, name, who))

    def _countersign(self, round_: Round, name: str) -> None:
        self.month.hub.do(LEADERS[1], CountersignRound(round=name))
        self._done(round_)

    def _done(self, round_: Round) -> None:
        round_.done_at = self.month.now
        if round_.missed:
            self.month.alarms.fall("round-missed", round_.about)
        if round_.camera is not None:
            # Ten minutes after the signature the watch looks, and an hour and a half later the lens is clean for sure.
            proven_at = self.month.now + timedelta(hours=2)
            self.month.agenda.plan(proven_at, partial(self.month.merits.say, "cleaned", round_.maker))


class Exchanges:
    """Mutable: people exchange shifts, where it can be done."""

    def __init__(self, month: Month, count: int = 40) -> None:
        self.month = month
        self.approved: list[tuple[Stint, Stint | None, str]] = []
        for _ in range(count):
            at = month.start_at + (month.end_at - month.start_at - timedelta(days=9)) * month.random.random()
            month.person(at, self._ask)

    def _ask(self) -> None:
        month = self.month
        soon = month.now + timedelta(hours=30)
        mine = [s for s in month.rota if soon < s.from_at < soon + timedelta(days=5) and s.post == "control-room"]
        one = month.random.choice(mine)
        theirs = [s for s in mine if s.person != one.person]
        other = month.random.choice(theirs) if month.chance(0.6) else None
        taker = other.person if other is not None else month.random.choice([s.person for s in theirs])
        if self._several(one.person, one.on) or (other is not None and self._several(other.person, other.on)):
            return
        after = exchanged(month.rota, one, other, taker)
        if other is not None:
            command: AskSwap | AskCover = AskSwap(other=taker, on=one.on, other_on=other.on, reason="A wedding")
        else:
            command = AskCover(other=taker, on=one.on, reason="A wedding")
        ask = partial(month.hub.do, one.person, command)
        if self._double(after, one, other) or not fits(after, {one.person, taker}, REST):
            month.refused("the roster would not hold", ask)
            return
        ask()
        swap = list(month.hub.state.duty.swaps)[-1]
        month.refused("not agreed to yet", partial(month.hub.do, LEADERS[0], ApproveSwap(swap=swap)))
        month.hub.do(taker, AgreeSwap(swap=swap))
        month.hub.do(LEADERS[0], ApproveSwap(swap=swap))
        month.rota[:] = after
        self.approved.append((one, other, taker))

    def _several(self, person: str, on: date) -> bool:
        return sum((s.person, s.on) == (person, on) for s in self.month.rota) != 1

    def _double(self, after: list[Stint], one: Stint, other: Stint | None) -> bool:
        """Whether somebody would have the same shift twice."""
        seen = [(s.post, s.shift, s.on, s.person) for s in after]
        return len(seen) != len(set(seen))
