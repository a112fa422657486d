"""Cases of rules: what is given, what should come of it, and what does.

`hub.config.rules.case_file` makes them from TOML.

A case runs in a simulation with a clock of its own. What rules bring about there is listed as happenings, in the words
of rule files (`alarm = "obstruction"`), and what was expected is looked for among them, each happening for one
expectation only.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.automation.effects import summary
from hub.automation.engine import RuleIndex, build_index
from hub.automation.happenings import Happening, happenings_of
from hub.automation.model import Rule, Trace
from hub.automation.schedules.instants import Plan, fires
from hub.automation.schedules.jitter import last_instant
from hub.automation.trials.simulation import Endless, Planned, Simulation
from hub.core.calendar import Calendar
from hub.core.event import Event
from hub.core.matching import fits_pattern
from hub.core.rounds.kinds import RoundKind
from hub.core.rules.events import VariableValue
from hub.core.site import Site
from hub.core.state import State
from hub.core.text import Text
from hub.errors import HubError

Wanted = str | bool | int | float | list[str]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens at `at`; without an `event`, only that it gets so late."""

    at: datetime
    event: Event | None = None
    actor: str = "case"
    line: int = 0


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """Something of `kind` (a word of `hub.automation.happenings.KINDS`) called `name` ("" for any) should happen.

    At the instant `at`, or not before `since` and not after `by`, or at any time of the case; with the values of
    `fields`, in which a text may hold `*` and a list means one of these. `times` None: at least once, and for this
    expectation alone.
    """

    kind: str
    name: str = ""
    fields: dict[str, Wanted] = {}
    at: datetime | None = None
    since: datetime | None = None
    by: datetime | None = None
    times: int | None = None
    never: bool = False
    line: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `rules` are those in play; empty: all. `exactly`: nothing else may be done than what is expected."""

    name: str
    file: str
    line: int
    start: datetime
    until: datetime
    rules: tuple[str, ...] = ()
    variables: dict[str, VariableValue] = {}
    given: tuple[Given, ...] = ()
    expected: tuple[Expected, ...] = ()
    exactly: bool = False


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as the case says. `why` are the reasons that the rules gave."""

    line: int
    expected: str
    happened: list[str] = []
    why: list[str] = []


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a case. It holds when there are no `failures`."""

    case: Case
    failures: list[Failure]
    happenings: list[Happening]
    traces: list[Trace]
    keys: list[str]
    """Of every effect that rules wanted."""

    @property
    def holds(self) -> bool:
        return not self.failures


MOST_INSTANTS = 2000
"""How often one schedule comes due in a case at most."""

_INSTANT = timedelta(microseconds=1)


class _Unfit(HubError):
    """What is given cannot happen."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The site in which cases happen."""

    site: Site
    zone: ZoneInfo
    calendar: Calendar = Calendar()
    rounds: tuple[RoundKind, ...] = ()
    """The kinds of rounds that there are."""


def run(case: Case, index: RuleIndex, around: Surroundings) -> Outcome:
    """Run a case under the rules of `index` that are in play.

    Schedules come due as planned. A case that expects something between two times must hold wherever within their
    `jitter` they really come: it is also run with everything put off as far as it may be.
    """
    index = _in_play(case, index)
    outcome = _run(case, index, around, [*_planned(case, index, around)])
    if outcome.holds and any(expected.since is not None for expected in case.expected):
        put_off = [*_planned(case, index, around, put_off=True)]
        if any(planned.put_off_s for planned in put_off):
            latest = _run(case, index, around, put_off)
            return _told_when(latest) if not latest.holds else outcome
    return outcome


def _told_when(latest: Outcome) -> Outcome:
    why = "this is so when schedules are put off as far as their `jitter` lets them be"
    failures = [msgspec.structs.replace(each, why=[why, *each.why]) for each in latest.failures]
    return msgspec.structs.replace(latest, failures=failures)


def _run(case: Case, index: RuleIndex, around: Surroundings, planned: Sequence[Planned]) -> Outcome:
    simulation = Simulation(
        index,
        around.site,
        case.start,
        planned=planned,
        calendar=around.calendar,
        variables=case.variables,
        rounds=around.rounds,
    )
    failures: list[Failure] = []
    try:
        for given in case.given:
            simulation.passes(given.at)
            if given.event is not None:
                simulation.happens(given.at, _meant(given.event, simulation.site), given.actor)
        simulation.passes(case.until)
    except _Unfit as error:
        failures.append(Failure(line=given.line, expected="what is given can happen", happened=[str(error)]))
    except Endless as error:
        failures.append(Failure(line=case.line, expected="the case comes to an end", happened=[str(error)]))
    happenings = happenings_of(simulation)
    failures += _compare(case, index, happenings, simulation.trace)
    return Outcome(
        case=case,
        failures=failures,
        happenings=happenings,
        traces=simulation.trace,
        keys=simulation.keys,
    )


def _planned(case: Case, index: RuleIndex, around: Surroundings, *, put_off: bool = False) -> Iterator[Planned]:
    for rule in index.scheduled.values():
        if rule.every is not None:
            plan = Plan(rule.every, around.zone, around.calendar)
            for due_at in fires(plan, case.start - _INSTANT, case.until, MOST_INSTANTS):
                put_off_s = (last_instant(plan, due_at) - due_at).total_seconds() if put_off else 0.0
                yield Planned(due_at, rule.id, put_off_s)


def _in_play(case: Case, index: RuleIndex) -> RuleIndex:
    return engine_of([rule for rule in index.rules.values() if not case.rules or rule.id in case.rules], index)


def engine_of(rules: Iterable[Rule], like: RuleIndex) -> RuleIndex:
    """An index of these rules in the surroundings of another one. Its rules say why they do not fire, each."""
    return build_index(tuple(rules), zone=like.zone, manned=like.manned, telling=True)


def _meant(event: Event, state: State) -> Event:
    """The event, with the id of the alarm, ticket or round that the author called by its kind or its rule."""
    for field, things in (
        ("alarm", state.alarms),
        ("ticket", {**state.closed_tickets, **state.tickets}),
        ("round", state.rounds),
    ):
        named = getattr(event, field, None)
        if not isinstance(named, str) or named in things or not _is_standing(event, field):
            continue
        if field == "round" and named in state.cleanings:
            continue  # the round is over, and its proof is not
        camera = getattr(event, "camera", None)
        found = [
            each.id
            for each in things.values()
            if named in (getattr(each, "kind", None), each.rule) and camera in (None, getattr(each, "camera", None))
        ]
        if len(found) != 1:
            count = "no" if not found else f"more than one ({', '.join(found)})"
            raise _Unfit(f"There is {count} {field} {named!r} at this moment.")
        event = msgspec.structs.replace(event, **{field: found[0]})
    return event


def _is_standing(event: Event, field: str) -> bool:
    """Whether the field names something that must be there already."""
    tag = event.__struct_config__.tag
    return tag not in ("alarm.raised", "ticket.opened", "round.due") or field not in str(tag)


def _compare(case: Case, index: RuleIndex, happenings: Sequence[Happening], traces: Sequence[Trace]) -> list[Failure]:
    left = list(happenings)
    failures: list[Failure] = []
    # What names an instant takes its happening before what does not.
    for expected in sorted(case.expected, key=lambda each: (each.never, each.at is None, each.by is None)):
        counted = expected.never or expected.times is not None
        found = [each for each in (happenings if counted else left) if _fits(expected, each)]
        if expected.never:
            if found:
                failures.append(
                    Failure(
                        line=expected.line,
                        expected=f"never {said(expected, case)}",
                        happened=[_told(each, case) for each in found[:3]],
                    )
                )
            continue
        taken = found if counted else found[:1]
        left = [each for each in left if not any(each is other for other in taken)]
        if expected.times is not None and len(found) != expected.times:
            failures.append(
                Failure(
                    line=expected.line,
                    expected=f"{said(expected, case)}, {expected.times} times",
                    happened=[f"{len(found)} times", *(_told(each, case) for each in found[:5])],
                )
            )
        elif expected.times is None and not found:
            failures.append(_missing(expected, case, index, happenings, traces))
    if case.exactly:
        failures += [
            Failure(line=case.line, expected="nothing else, for the case says `exactly`", happened=[_told(each, case)])
            for each in left
            if each.deed
        ]
    return sorted(failures, key=lambda failure: failure.line)


def _fits(expected: Expected, happening: Happening) -> bool:
    if expected.kind == "event":
        if happening.event != expected.name:
            return False
    elif expected.kind not in happening.kinds or not _is(expected.name, happening.name):
        return False
    if expected.at is not None and happening.at != expected.at:
        return False
    if expected.since is not None and happening.at < expected.since:
        return False
    if expected.by is not None and happening.at > expected.by:
        return False
    return all(_is(wanted, happening.fields.get(name)) for name, wanted in expected.fields.items())


def _is(wanted: Wanted, found: Any) -> bool:
    if wanted == "" or (wanted is True and found not in (None, False)):
        return True
    if isinstance(wanted, list):
        return any(_is(each, found) for each in wanted)
    if isinstance(found, Text):
        return _is(wanted, found.en) or _is(wanted, found.zh)
    if isinstance(found, list):
        return any(_is(wanted, item) for item in found)
    if isinstance(wanted, str) and isinstance(found, str):
        return fits_pattern(found, wanted)
    return (type(wanted) is type(found) and wanted == found) or (
        _is_number(wanted) and _is_number(found) and float(wanted) == float(found)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _missing(
    expected: Expected, case: Case, index: RuleIndex, happenings: Sequence[Happening], traces: Sequence[Trace]
) -> Failure:
    alike = [each for each in happenings if _fits(_loosely(expected), each)]
    rules = [rule for rule in index.rules.values() if _may_bring(rule, expected)]
    return Failure(
        line=expected.line,
        expected=said(expected, case),
        happened=[_told(each, case) for each in alike[:3]] or ["nothing of the kind"],
        why=[reason for rule in rules[:5] for reason in _reasons(rule, case, traces)]
        or ["no rule in play brings this about"],
    )


def _loosely(expected: Expected) -> Expected:
    return msgspec.structs.replace(expected, at=None, since=None, by=None, fields={})


def _may_bring(rule: Rule, expected: Expected) -> bool:
    if "rule" in expected.fields:
        return _is(expected.fields["rule"], rule.id)
    if expected.kind == "fired":
        return rule.id == expected.name
    words = [word.partition(" ") for word in summary(rule).split(", ")]
    words += [word.partition(" ") for stage in rule.escalate for word in summary(stage).split(", ")]
    kind = "alarm" if expected.kind == "returned" else expected.kind
    return any(word == kind and (not name or not expected.name or expected.name in name) for word, _, name in words)


def _reasons(rule: Rule, case: Case, traces: Sequence[Trace]) -> list[str]:
    told = [trace for trace in traces if trace.rule == rule.id]
    if not told:
        about = ", ".join(rule.on) or ("a schedule" if rule.every is not None else "what another rule starts")
        return [f"{rule.id}: nothing in this case is what it is about ({about})"]
    kept = [trace for trace in told if trace.outcome != "fired"][-3:] or told[-1:]
    return [
        f"{rule.id} at {moment(trace.at, case)}: {trace.outcome.replace('_', ' ')} at `{trace.step}`: {trace.detail}"
        for trace in kept
    ]


def said(expected: Expected, case: Case) -> str:
    """What is expected, in the words of the file."""
    when = ""
    if expected.at is not None:
        when = moment(expected.at, case)
    elif expected.since is not None and expected.by is not None:
        when = f"between {moment(expected.since, case)} and {moment(expected.by, case)}"
    elif expected.by is not None:
        when = f"by {moment(expected.by, case)}"
    name = f" {expected.name}" if expected.name else ""
    fields = "".join(f", {key} {_word(value)}" for key, value in expected.fields.items())
    return f"{when} {expected.kind}{name}{fields}".strip()


def _told(happening: Happening, case: Case) -> str:
    return f"{moment(happening.at, case)} {happening.told}"


def moment(at: datetime, case: Case) -> str:
    """An instant in the site's time, and how long after the case began: `08:00:20 (+20 s)`."""
    local = at.astimezone(case.start.tzinfo)
    after = at - case.start
    day = "" if local.date() == case.start.date() else f"{local:%Y-%m-%d} "
    exact = f".{local.microsecond // 1000:03d}" if local.microsecond else ""
    return f"{day}{local:%H:%M:%S}{exact} (+{_length(after)})"


def _length(after: timedelta) -> str:
    seconds = after.total_seconds()
    parts, rest = [], int(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        count, rest = divmod(rest, size)
        parts += [f"{count}{unit}"] if count else []
    left = rest + seconds - int(seconds)
    return "".join([*parts, *([f"{left:g}s"] if left or not parts else [])])


def _word(value: Wanted) -> str:
    return (
        " or ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    )
