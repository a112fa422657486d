"""A hub without the world: records, rules, decisions and time in memory. Rules are tried out in it.

It does what the core loop does, without a journal: a record is stepped over, what rules order is decided on and
becomes records, and so on; between records, time goes from one instant at which something is due to the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Effect, EngineState, Step, Trace
from hub.automation.orders import as_if_written, drafts_of
from hub.core import decisions
from hub.core.calendar import Calendar
from hub.core.catalogue import RulePrint, RulesLoaded, ScheduleDue, SiteConfigured
from hub.core.command import Order
from hub.core.delivery import EffectFailed
from hub.core.event import Draft, Event, Record
from hub.core.findings import CameraJudged
from hub.core.fold import fold
from hub.core.rounds.events import RoundsLoaded
from hub.core.rounds.kinds import RoundKind
from hub.core.rules.events import VariableSet, VariableValue
from hub.core.site import Site
from hub.core.state import State
from hub.errors import HubError

MOST_RECORDS = 20_000
"""A simulation that writes more than this goes round in a circle."""


class Endless(HubError):
    """The simulation does not come to an end."""


class Planned(NamedTuple):
    """An instant at which a scheduled rule comes due, and by how much it is put off."""

    due_at: datetime
    rule: str
    put_off_s: float = 0.0

    @property
    def at(self) -> datetime:
        """When it really comes."""
        return self.due_at + timedelta(seconds=self.put_off_s)


class Done(NamedTuple):
    """What a rule had done outside of the core, and when."""

    at: datetime
    effect: Effect


class Simulation:
    """Mutable: `happens` and `passes` move it on; what came of it is in `records`, `done` and `trace`."""

    def __init__(
        self,
        index: RuleIndex,
        site: Site,
        start: datetime,
        *,
        planned: Iterable[Planned] = (),
        calendar: Calendar = Calendar(),
        variables: Mapping[str, VariableValue] = {},
        rounds: Sequence[RoundKind] = (),
    ) -> None:
        """A site at peace at `start`: every camera is judged, nothing stands. `planned` are the instants of the
        scheduled rules; `variables` hold other values than those declared; `rounds` are the kinds that there are."""
        self.index = index
        self.now = start
        self.records: list[Record] = []
        self.done: list[Done] = []
        self.trace: list[Trace] = []
        self.keys: list[str] = []
        """Of every effect that rules wanted."""
        self.given: set[int] = set()
        """The records of what `happens` was told."""
        self._planned = sorted(planned, key=lambda each: (each.at, each), reverse=True)
        self._effects: list[Effect] = []
        peace = _at_peace(index, site, calendar, variables, rounds, start)
        self.state = engine.adopt(index, EngineState(site=peace), start)

    @property
    def site(self) -> State:
        return self.state.site

    def happens(self, at: datetime, event: Event, actor: str) -> None:
        """Let time pass until `at`, and then this happen. Raises `Endless`."""
        self.passes(at)
        self.given.add(self.site.position + 1)
        self._write([Draft(event, actor=actor)])
        self._settle()

    def passes(self, until: datetime) -> None:
        """Let time pass up to and including the instant `until`. Raises `Endless`."""
        self._settle()
        while (due := self._next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self._keep(engine.step(self.index, self.state, None, self.now))
            while self._planned and self._planned[-1].at <= self.now:
                planned = self._planned.pop()
                due_now = ScheduleDue(rule=planned.rule, due_at=planned.due_at, put_off_s=planned.put_off_s)
                self._write([Draft(due_now, actor="hub")])
            self._settle()
        self.now = max(self.now, until)

    def _next_due(self) -> datetime | None:
        times = [engine.next_due(self.state), decisions.next_due(self.site)]
        times += [self._planned[-1].at] if self._planned else []
        return min((each for each in times if each is not None), default=None)

    def _settle(self) -> None:
        """Carry out what rules want done, and what follows from that; then what has come due by it, as the hub does."""
        while True:
            while self._effects:
                effects, self._effects = self._effects, []
                for effect in effects:
                    if isinstance(effect.do, Order):
                        self._write(self._decided(effect, effect.do))
                    else:
                        self.done.append(Done(self.now, effect))
            if not (due := decisions.due(self.site, self.now)):
                return
            self._write([Draft(event, actor="hub") for event in due])

    def _decided(self, effect: Effect, order: Order) -> list[Draft]:
        try:
            return drafts_of(effect, order, self.site, self.now)
        except HubError as error:
            failed = EffectFailed(key=effect.key, kind="order", target=effect.rule, reason=str(error)[:500])
            return [Draft(failed, actor="hub", cause=effect.cause)]

    def _write(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            if len(self.records) >= MOST_RECORDS:
                raise Endless(
                    f"More than {MOST_RECORDS} records in one simulation: rules set one another off.",
                    hint="Let it run for a shorter time, or find the rules that feed on each other in the trace.",
                )
            record = as_if_written(draft, self.site, self.now)
            self.records.append(record)
            self._keep(engine.step(self.index, self.state, record, self.now))

    def _keep(self, step: Step) -> None:
        self.state = step.state
        self._effects += step.effects
        self.keys += (effect.key for effect in step.effects)
        self.trace += step.trace


def _at_peace(
    index: RuleIndex,
    site: Site,
    calendar: Calendar,
    variables: Mapping[str, VariableValue],
    rounds: Sequence[RoundKind],
    now: datetime,
) -> State:
    files: dict[str, list[RulePrint]] = {}
    for rule in index.rules.values():
        files.setdefault(rule.file, []).append(RulePrint(rule.id, rule.digest))
    events: list[Event] = [
        SiteConfigured(site=site),
        *(RulesLoaded(file=file, rules=prints) for file, prints in files.items()),
        *(CameraJudged(camera=camera.id) for camera in site.cameras),
        *(VariableSet(variable=name, value=value) for name, value in variables.items()),
        RoundsLoaded(kinds=list(rounds)),
    ]
    state = State(at=now)
    for event in events:
        state = fold(state, as_if_written(Draft(event, actor="hub"), state, now))
    return replace(state, running=True, calendar=calendar)
