"""What people ask of rules beside what is in force: an account of one, its cases, the files as they are on disk.

Reading the journal and running cases takes seconds of a processor: one at a time, in a thread, and not for ever.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from hub.automation.language.functions import value_of
from hub.automation.model import EngineState, Rule, Trace
from hub.automation.schedules.instants import Plan, fires
from hub.automation.schedules.schedule import describe
from hub.automation.sentences import sentences
from hub.automation.trials.account import RuleAccount
from hub.automation.trials.cases import Outcome, run
from hub.client.rules import CaseView, RuleDetail, RuleFiles, RuleTrace, VariableView
from hub.client.views import RuleView
from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.config.problems import in_both
from hub.core.rules.commands import ChangeVariable
from hub.core.rules.events import VariableValue
from hub.core.state import State
from hub.errors import NotFound, SiteError, WrongState
from hub.runtime.rules.replay import Records, explain
from hub.runtime.rules.site import RuleSite, load_rule_site

LONGEST_S = 8.0
"""How long one question may take; clients wait for 10 s."""
MOST_HOURS = 24.0 * 7
WARM_UP = timedelta(days=7)
"""How long before the time that is asked for the replay begins: a condition that is older is not known to it."""

_NEXT = 5
_YEAR = timedelta(days=366)
_INSTANT = timedelta(microseconds=1)

T = TypeVar("T")


class RuleReading:
    """Answers about rules. On the hub's event loop; what takes long happens in a thread."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        config: Callable[[], SiteConfig],
        records: Callable[[], Records],
    ) -> None:
        """`config` is hub.toml as it is in force; `records` gives the journal's store, for reading."""
        self._folder = folder
        self._clock = clock
        self._config = config
        self._records = records
        self._turn = asyncio.Semaphore(1)

    async def account(self, rule: Rule, hours: float, told: Callable[[str], bool]) -> RuleAccount:
        """What became of `rule` as it is in force in the last hours."""
        until = self._clock.now()
        since = until - timedelta(hours=min(hours, MOST_HOURS))

        def work(check: Callable[[], None]) -> RuleAccount:
            return explain(
                self._records(),
                self._site().index,
                rule,
                since=since,
                until=until,
                begin=since - WARM_UP,
                told=told,
                progress=lambda done, total: check(),
            )

        return await self._in_turn(work)

    async def cases(self, rule_id: str) -> list[CaseView]:
        """Run the cases that name a rule, under the files as they are now."""

        def work(check: Callable[[], None]) -> list[CaseView]:
            site = self._site()
            index, around = site.index, site.around
            views = []
            for case in site.cases().cases:
                if rule_id in case.rules:
                    check()
                    views.append(case_view(run(case, index, around)))
            return views

        return await self._in_turn(work)

    async def files(self) -> RuleFiles:
        """Check the rule files and cases on disk."""

        def work(check: Callable[[], None]) -> RuleFiles:
            site = self._site()
            cases = site.cases()
            problems = [problem for found in site.rules.problems.values() for problem in found]
            return RuleFiles(
                files=len(site.rules.files),
                rules=len(site.rules.rules),
                cases=len(cases.cases),
                problems=[in_both(problem) for problem in (*problems, *cases.problems)],
                broken=list(site.rules.broken),
            )

        return await self._in_turn(work)

    async def detail(self, rule: Rule, view: RuleView, traces: Sequence[Trace], state: State) -> RuleDetail:
        """Everything about one rule in force."""
        now, site = self._clock.now(), await asyncio.to_thread(self._site)
        coming = []
        if rule.every is not None and rule.id not in state.paused:
            plan = Plan(rule.every, site.zone, state.calendar)
            coming = fires(plan, now, now + _YEAR, _NEXT)
        return RuleDetail(
            rule=view,
            line=site.lines().get(rule.id, 0),
            says=sentences(rule),
            traces=[_trace_view(trace) for trace in reversed(traces)],
            next_due_at=coming,
        )

    def _site(self) -> RuleSite:
        return load_rule_site(self._folder, self._clock.now().date(), self._config())

    async def _in_turn(self, work: Callable[[Callable[[], None]], T]) -> T:
        deadline_s = self._clock.monotonic() + LONGEST_S

        def check() -> None:
            if self._clock.monotonic() > deadline_s:
                raise SiteError(
                    f"This takes longer than {LONGEST_S:g} s here.", hint="Use `hub rules explain` or `hub rules test`."
                )

        async with self._turn:
            return await asyncio.to_thread(work, check)


class Waiting(NamedTuple):
    """How many timers of a rule run, and how many of its chains of escalations are held."""

    running: int = 0
    held: int = 0


def waiting_of(engine: EngineState) -> dict[str, Waiting]:
    """What waits, by rule. Looks at each timer."""
    running: Counter[str] = Counter()
    held: dict[str, set[str]] = defaultdict(set)
    for pending in engine.pending.values():
        if pending.held:
            held[pending.rule].add(pending.run)
        else:
            running[pending.rule] += 1
    return {rule: Waiting(running[rule], len(held.get(rule, ()))) for rule in {*running, *held}}


def rule_view(
    rule: Rule, engine: EngineState, trace: Trace | None, waiting: Waiting | None, next_due_at: datetime | None
) -> RuleView:
    """A rule in force, with its last decision and what of it waits."""
    waiting = waiting or Waiting()
    schedule = describe(rule.every) if rule.every is not None else None
    return RuleView(
        id=rule.id,
        title=rule.title,
        clause=rule.clause,
        file=rule.file,
        when=schedule.en if schedule is not None else _on(rule),
        on=list(rule.on),
        for_s=rule.for_s,
        schedule=schedule,
        next_due_at=next_due_at,
        last_fired_at=engine.last_fired.get(rule.id),
        waiting=waiting.running,
        held=waiting.held,
        why=f"{trace.outcome} at {trace.step}: {trace.detail}".rstrip(": ") if trace is not None else "",
        why_seq=trace.seq if trace is not None else None,
        paused=engine.site.paused.get(rule.id),
    )


def _on(rule: Rule) -> str:
    lasting = f" for {rule.for_s:g} s" if rule.for_s else ""
    return ", ".join(rule.on) + lasting


def case_view(outcome: Outcome) -> CaseView:
    """What became of a case, a line for each thing that is not as it says."""
    return CaseView(
        name=outcome.case.name,
        file=outcome.case.file,
        line=outcome.case.line,
        ok=outcome.holds,
        failures=[
            f"line {failure.line}: expected {failure.expected}; happened: {'; '.join(failure.happened)}"
            + (f"; why: {failure.why[0]}" if failure.why else "")
            for failure in outcome.failures
        ],
    )


def variables(declared: Mapping[str, VariableValue], state: State) -> list[VariableView]:
    """The declared variables, by name, and what each holds."""
    return [
        VariableView(name=name, value=value_of(state, name, value), declared=value)
        for name, value in sorted(declared.items())
    ]


def check_variable(command: ChangeVariable, declared: Mapping[str, VariableValue]) -> None:
    """Raise `NotFound` for a variable that nobody declared, `WrongState` for a value of another kind."""
    if command.variable not in declared:
        raise NotFound(
            f"The rules declare no variable {command.variable}.", hint="See `hub rules variables` for those there are."
        )
    wanted, value = declared[command.variable], command.value
    if type(value) is not type(wanted):
        kind = {bool: "true or false", float: "a number", str: "a text"}[type(wanted)]
        raise WrongState(f"{command.variable} holds {kind}.", hint=f"It was declared as {wanted!r}.")


def _trace_view(trace: Trace) -> RuleTrace:
    return RuleTrace(at=trace.at, seq=trace.seq, outcome=trace.outcome, step=trace.step, detail=trace.detail)
