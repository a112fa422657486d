"""The hub without its shell: the real core, the real rules, the real rounds of the core loop, and a clock that jumps.

It goes from one instant at which something is due to the next and does at each what `hub.runtime.core_loop` and the
watchers beside it do (in `hub.runtime`: `duties.duty`, `attention`, `verifying`, `watch.watching`, `rules.schedules`),
in the same order. There is no journal: records are kept in a list, and every one is looked at by `on_record`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hub.automation import engine
from hub.automation.model import Effect, EngineState, SendMessage, Step
from hub.automation.orders import as_if_written
from hub.automation.schedules.instants import Plan, fires
from hub.client.views import RecordingNow
from hub.core import decisions
from hub.core.attention.commands import AskAttention
from hub.core.attention.events import AttentionPlanned
from hub.core.attention.plan import askable, instants, may_be_asked, plans_of, question, seed_of
from hub.core.catalogue import HubStarted, HubStopped, RulePrint, RulesLoaded, ScheduleDue, SiteConfigured
from hub.core.command import Command, Order
from hub.core.duty.changes import gap_changes, next_look, passed_shifts, shift_changes
from hub.core.duty.roster import Roster
from hub.core.duty.shifts import RosterLoaded, ShiftEnded, follow_shift, laid_over
from hub.core.duty.swap_events import SwapApproved
from hub.core.event import Draft, Event, Record
from hub.core.people.rights import check
from hub.core.recordings import RecordingPlanned
from hub.core.rounds.answers import Reading
from hub.core.rounds.cleaning import waiting
from hub.core.rounds.commands import FillReadings, ScoreCleaning
from hub.core.rounds.events import RoundsLoaded, RoundStarted
from hub.core.rounds.measured import measured
from hub.core.rules.events import CalendarLoaded
from hub.core.site import Site
from hub.core.state import State
from hub.core.status import CameraStatus, reconcile
from hub.runtime.alive import EVERY_S
from hub.runtime.delivery.rostered import Rostered
from hub.runtime.duties.verifying import changes
from hub.runtime.round import Proposal, Round
from hub.runtime.rules.site import RuleSite

SECRET = b"the secret of a simulated plant!"
NOTED_EVERY = timedelta(seconds=EVERY_S)
"""So often the hub notes that it is alive (`hub.runtime.alive`), from its start on."""
_MACHINE: dict[str, bool | float] = {
    "disk": 41.0,
    "disk-free": 900.0,
    "temperature": 38.0,
    "clock": 0.1,
    "storage": True,
}


class Disagreement(AssertionError):
    """The hub does not do what a person expects of it."""


class SimulatedHub:
    """Mutable. Not running before `start`."""

    def __init__(
        self,
        site: RuleSite,
        roster: Roster,
        start: datetime,
        end: datetime,
        *,
        on_record: Callable[[State, State, Record], None],
        on_settled: Callable[[State, datetime], None],
    ) -> None:
        """`on_record` is told the state before and after each record; `on_settled` the state when everything that an
        instant brings is done."""
        self.now = start
        self.running = False
        self._started_at = self._noted_at = start
        self.records: list[Record] = []
        self.messages: list[tuple[datetime, str, SendMessage]] = []
        """What rules wanted to be told: when, by which rule, and what."""
        self.statuses: dict[str, CameraStatus] = {}
        """What comes in from the watch now."""
        self._site = site
        self._file = roster
        self._rostered = Rostered(roster, site.zone, site.calendar)
        self._index = _rules_of(site, self._rostered)
        self._engine: EngineState = engine.adopt(self._index, EngineState(), start)
        self._effects: list[Effect] = []
        self._keys: set[str] = set()
        self._on_record = on_record
        self._on_settled = on_settled
        self._changed = True
        self._look_at: datetime | None = None
        self._gaps_seen_on: Any = None
        self._planned = self._schedule(start, end)
        self._asks = sorted(
            (
                (at, key, plan.id)
                for plan in plans_of(roster)
                for key, at in instants(plan, SECRET, site.zone, start, end)
            ),
            reverse=True,
        )
        self.asked_at = [(at, post) for at, _, post in self._asks]
        """The instants at which those at a post may be asked, with the post."""

    @property
    def state(self) -> State:
        return self._engine.site

    # --- starting, stopping, time -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work, as the hub does."""
        self.running = True
        while self._asks and self._asks[-1][0] <= self.now:
            self._asks.pop()  # nobody was asked while it was down
        self._advance()
        last = "first" if self.state.site == Site() else "unclean" if self.state.running else "clean"
        alive_until = self._noted_at if last == "unclean" and self._noted_at > self.records[-1].seen_at else None
        self._started_at = self.now
        started = HubStarted(version="1", last_stop=last, alive_until=alive_until)  # type: ignore[arg-type]
        self._write(Draft(started, actor="hub"))
        around = self._site.around
        if self.state.site != around.site:
            files: dict[str, list[RulePrint]] = {}
            for rule in self._index.rules.values():
                files.setdefault(rule.file, []).append(RulePrint(rule.id, rule.digest))
            self.happen(
                SiteConfigured(site=around.site),
                *(RulesLoaded(file=file, rules=prints) for file, prints in files.items()),
                CalendarLoaded(calendar=around.calendar),
                RoundsLoaded(kinds=list(around.rounds)),
                *(RecordingPlanned(camera=camera.id, stream="main") for camera in around.site.cameras),
            )
        self._changed = True
        self.turn()

    def stop(self, reason: str) -> None:
        self.happen(HubStopped(reason=reason))
        self.crash()

    def crash(self) -> None:
        """The machine is dead: nothing is on record of it, and the last note of the hub is some seconds old."""
        self.running = False
        self._noted_at = self.now - (self.now - self._started_at) % NOTED_EVERY
        self.statuses = {}

    def until(self, then: datetime) -> None:
        """Let time pass up to and including the instant `then`."""
        while self.running and (due := self._next()) is not None and due <= then:
            if due <= self.now:
                raise Disagreement(f"At {self.now} something is due at {due}, and never done.")
            self.now = due
            self.turn()
        self.now = max(self.now, then)

    def turn(self) -> None:
        """Do whatever is due now, until there is no more of it."""
        self._advance()
        self._round()
        while self._planned and self._planned[-1][0] <= self.now:
            at, rule = self._planned.pop()
            self._write(Draft(ScheduleDue(rule=rule, due_at=at), actor="hub", key=f"schedule:{rule}:{at.isoformat()}"))
            self._round()
        if self._changed or self._look_at is None or self._look_at <= self.now:
            self._look_at_duty()
        while self._asks and self._asks[-1][0] <= self.now:
            _, key, post = self._asks.pop()
            self._ask(post, key)
        for cleaning in list(waiting(self.state, self.now)):
            score = ScoreCleaning(round=cleaning.round, after={}, at=self.now)
            self._write(*(Draft(e, actor="hub") for e in decisions.decide(self.state, score, "hub", self.now)))
            self._round()
        if self.statuses:
            recorded = {
                camera: RecordingNow(stream="main", state="missing" if _unrecorded(self.state, camera) else "recording")
                for camera in self.state.recorded
            }
            fresh = {camera: replace(status, at=self.now) for camera, status in self.statuses.items()}
            self._write(*(Draft(event, actor="hub") for event in changes(self.state, fresh, recorded, self.now)))
            self._round()
        self._on_settled(self.state, self.now)

    # --- what happens -------------------------------------------------------------------------------------------------

    def happen(self, *events: Event, actor: str = "hub") -> None:
        """Put on record what others than people and rules say."""
        self._write(*(Draft(event, actor=actor) for event in events))
        self.turn()

    def report(self, status: CameraStatus) -> None:
        """A status of the watch comes in."""
        self.statuses[status.camera] = status
        known = self.state.cameras[status.camera]
        self.happen(*reconcile(known, status), actor="watch:1")

    def do(self, who: str, command: Command) -> list[Event]:
        """A person asks for something. Raises what the hub refuses it with."""
        account = self.state.staff.people[who].account
        check(account, command, self.state)
        actor = f"person:{who}"
        before = len(self.records)
        self._round(
            lambda state: [Draft(event, actor=actor) for event in decisions.decide(state, command, actor, self.now)]
        )
        self.turn()
        return [record.event for record in self.records[before:] if record.actor == actor]

    # --- parts --------------------------------------------------------------------------------------------------------

    def _schedule(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        found = [
            (at, rule.id)
            for rule in self._index.scheduled.values()
            if rule.every is not None
            for at in fires(Plan(rule.every, self._site.zone, self._site.calendar), start, end, 5000)
        ]
        return sorted(found, reverse=True)

    def _next(self) -> datetime | None:
        times = [engine.next_due(self._engine), decisions.next_due(self.state), self._look_at]
        times += [self._planned[-1][0]] if self._planned else []
        times += [self._asks[-1][0]] if self._asks else []
        return min((each for each in times if each is not None), default=None)

    def _advance(self) -> None:
        due = engine.next_due(self._engine)
        if due is not None and due <= self.now:
            self._keep(engine.step(self._index, self._engine, None, self.now))

    def _round(self, think: Callable[[State], Sequence[Draft]] | None = None) -> None:
        """Rounds of the core loop until nothing is left to be done; the proposal is heard in the first one."""
        while think is not None or self._effects or decisions.due(self.state, self.now):
            effects, self._effects = self._effects, []
            work = Round(self.state, self.now, lambda route: ("example",))
            for effect in effects:
                if isinstance(effect.do, SendMessage):
                    self.messages.append((self.now, effect.rule, effect.do))
                work.carry_out(effect)
            work.let_time_pass()
            answer: Future[list[Record]] = Future()
            if think is not None:
                work.hear(Proposal(think, (), answer))  # type: ignore[arg-type]
                think = None
            self._write(*work.drafts)
            if answer.done() and (error := answer.exception()) is not None:
                self._round()
                raise error

    def _write(self, *drafts: Draft) -> None:
        for draft in drafts:
            if draft.key is not None and draft.key in self._keys:
                continue
            if draft.key is not None:
                self._keys.add(draft.key)
            before = self.state
            record = as_if_written(draft, before, self.now)
            self.records.append(record)
            self._keep(engine.step(self._index, self._engine, record, record.seen_at))
            self._on_record(before, self.state, record)
            if isinstance(record.event, SwapApproved):
                self._rostered.use(self.state.duty.roster, self._rostered.calendar)
                self._changed = True
            elif isinstance(record.event, RoundStarted):
                self._fill(record.event)

    def _keep(self, step: Step) -> None:
        self._engine = step.state
        self._effects += step.effects

    def _look_at_duty(self) -> None:
        where, changed = self._rostered, self._changed
        self._changed = False
        roster = laid_over(self._file, self.state.duty.changes)
        today = self.now.astimezone(where.zone).date()
        around = (roster, self.now, where.zone, where.is_workday)
        duty = self.state.duty
        passed = passed_shifts(duty, self.now, where.zone, where.is_workday)
        for event in passed:
            duty = follow_shift(duty, event)
        found = shift_changes(duty, *around, changed=changed)
        events: list[Event] = [event for event in found if isinstance(event, ShiftEnded)]
        events += passed
        if duty.since_at is None or duty.file != self._file:
            events.append(RosterLoaded(roster=self._file, zone=str(where.zone)))
        events += [event for event in found if not isinstance(event, ShiftEnded)]
        if changed or today != self._gaps_seen_on or any(gap.to_at <= self.now for gap in duty.gaps.values()):
            events += gap_changes(duty, *around)
        self._gaps_seen_on = today
        self._write(*(Draft(event, actor="hub") for event in events))
        plans = plans_of(self._rostered.roster)
        if {plan.id: plan for plan in plans} != self.state.attention.plan:
            self._write(Draft(AttentionPlanned(posts=plans), actor="hub"))
        self._round()
        self._look_at = next_look(self.state.duty, where.roster, self.now, where.zone, where.is_workday)

    def _ask(self, post: str, key: str) -> None:
        plan = self.state.attention.plan.get(post)
        if plan is None or not may_be_asked(self.state, plan, self.now):
            return
        drawn = question(seed_of(SECRET, key), askable(self.state, plan))
        order = AskAttention(post=post, shown=drawn.shown, choices=drawn.choices)
        self._write(
            *(Draft(event, actor="hub", key=key) for event in decisions.decide(self.state, order, "hub", self.now))
        )
        self._round()

    def _fill(self, started: RoundStarted) -> None:
        """What the hub's own machine reads goes on the sheet of a round that was begun."""
        sheet = self.state.round_sheets[started.round]
        readings = [
            Reading(asset=asset, item=item.id, value=_MACHINE[item.measure], at=self.now)
            for asset, item in measured(sheet)
            if item.measure in _MACHINE
        ]
        if readings:
            order: Order = FillReadings(round=started.round, readings=readings)
            self._write(*(Draft(e, actor="hub") for e in decisions.decide(self.state, order, "hub", self.now)))


def _rules_of(site: RuleSite, rostered: Rostered) -> engine.RuleIndex:
    """The rules of the site, which ask this roster whether anybody is at a post."""
    return engine.build_index(site.rules.rules, zone=site.zone, manned=rostered.manned)


def _unrecorded(state: State, camera: str) -> bool:
    return "recording.missing" in state.cameras[camera].findings
