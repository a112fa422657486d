"""The engine: rules as a pure function of state and record.

    step(index, state, record, now) → the state after it, what is to be done, and why

Rules of this file and of those it uses. Times are those of records and of planned instants, never of the moment at
which a step happens to run: so the same records give the same effects with the same keys, live, after a restart and in
a replay. Nothing here looks at `now` but the question which timers are due. What a state holds is never changed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hub.automation import chains, endings, firing, grouping, holding, runs, standing
from hub.automation.chains import LONGEST_CHAIN
from hub.automation.effects import LASTING
from hub.automation.firing import BURST_S, MOST_FIRINGS
from hub.automation.index import RuleIndex, build_index
from hub.automation.language.matching import Reason
from hub.automation.memory import EngineState
from hub.automation.model import Rule, Step
from hub.automation.occurrence import Occurrence, occurrence_of
from hub.automation.work import Work, rule_in
from hub.core.catalogue import CATALOGUE, ClockStepped, ScheduleDue, SiteConfigured, clearing_of, part_of, subject_of
from hub.core.event import Event, Record, wire_name
from hub.core.rules.events import RulePaused, RuleResumed, RuleStarted
from hub.core.state import State

__all__ = [
    "BURST_S",
    "LONGEST_CHAIN",
    "MOST_FIRINGS",
    "RuleIndex",
    "adopt",
    "build_index",
    "next_due",
    "step",
]

_ENDS: dict[str, str] = {clearing: begun for begun in CATALOGUE for clearing in clearing_of(begun)}


def step(rules: RuleIndex, state: EngineState, record: Record | None, now: datetime) -> Step:
    """Take in one record, or (record None) let time pass until `now`.

    Every timer due by `record.seen_at` fires before the record is looked at. Call it with None only when every record
    that was taken in before `now` has been stepped: then replay and live agree.
    """
    work = Work(rules, state)
    if record is None:
        _fire_due(work, now)
    else:
        _take_in(work, record)
    return work.outcome()


def next_due(state: EngineState) -> datetime | None:
    """When `step` will next have something to do without a new record."""
    first = state.pending.first()
    return first.due_at if first is not None else None


def adopt(rules: RuleIndex, state: EngineState, now: datetime) -> EngineState:
    """The state under a new rule set. Call it whenever state and rule set meet: after a reload, and at start.

    At start that is after the snapshot was read and before the first record is stepped over it. What waits of rules
    that are gone or say something else is dropped; unchanged rules keep theirs. For rules that are new or changed,
    conditions that hold already begin to count at `now`.
    """
    digests = {rule.id: rule.digest for rule in rules.rules.values()}
    if digests == state.rules:
        return state
    same = {rule for rule, digest in state.rules.items() if digests.get(rule) == digest}
    work = Work(rules, replace(state, rules=digests))
    work.keep_only(same.__contains__)
    work.cooling = work.cooling.only(lambda key, _: rule_in(key) in same)
    work.counted = work.counted.only(lambda key, _: rule_in(key) in same)
    work.last_fired = work.last_fired.only(lambda rule, _: rule in digests)
    new: dict[str, list[Rule]] = {}
    for rule in rules.rules.values():
        if rule.id not in same:
            for name in dict.fromkeys(rule.on):
                new.setdefault(name, []).append(rule)
    endings.stand(work, new, now)
    return work.outcome().state


def _take_in(work: Work, record: Record) -> None:
    event = record.event
    if isinstance(event, ClockStepped):
        work.move_timers(timedelta(seconds=event.by_s))
    _fire_due(work, record.seen_at)
    before = work.site
    work.site = work.index.follow(before, record)
    name = wire_name(event)
    subject = subject_of(event)
    began = occurrence_of(record)
    earlier: Occurrence | None = None
    if name in LASTING:
        earlier = endings.hold(work, name, subject, began)
    elif name in _ENDS:
        endings.end(work, _ENDS[name], subject, part_of(event), record.seq, record.seen_at, name)
    _follow(work, before, name, record)
    link = chains.follow(work, record)
    rules, names = _concerned(work, name, event)
    if link is not None and link.depth >= LONGEST_CHAIN:
        chains.cut(work, link, rules, subject, record, names)
        rules = ()
    if work.freed:
        firing.begin_queued(work)
    for rule in rules:
        firing.consider(work, rule, subject, began, names)
    if earlier is not None:
        endings.replaced(work, name, subject, earlier, began)
        firing.begin_queued(work)


def _fire_due(work: Work, until: datetime) -> None:
    """Do everything that is due, in the order in which it came due."""
    while (first := work.pending.first()) is not None and first.due_at <= until:
        work.drop(first)
        rule = work.index.rules.get(first.rule)
        if rule is None or rule.digest != first.digest:
            work.tell(first.rule, first.cause, first.due_at, "stopped", Reason("for", "the rule was changed"))
            continue
        match first.kind:
            case "for":
                firing.time_is_over(work, rule, first)
            case "step":
                runs.go_on(work, rule, first)
            case "group":
                grouping.send(work, rule, first)
        if work.freed:
            firing.begin_queued(work)


def _follow(work: Work, before: State, name: str, record: Record) -> None:
    """What a record changes of what is under way, beside ending conditions. `before`: the site without it."""
    event = record.event
    if name.startswith(("alarm.", "ticket.")):
        standing.follow(work, before, event)
        if name not in standing.REVIEWED and name not in standing.LOUDER:
            return
        made_by = standing.changed_by(before, work.site, record)
        rule = work.index.rules.get(made_by.rule) if made_by is not None else None
        if made_by is None or rule is None or not rule.escalate:
            return
        if name in standing.REVIEWED:
            runs.review(work, rule, made_by.subject, record.seen_at, made_by.alarm)
        elif holding.go_on(work, rule, made_by.subject, record.seen_at):
            _fire_due(work, record.seen_at)
        return
    match event:
        case SiteConfigured():
            endings.forget_cameras(work, event, record)
        case RulePaused():
            endings.turn_off(work, event.rule, record)
        case RuleResumed():
            endings.turn_on(work, event.rule, record.seen_at)


def _concerned(work: Work, name: str, event: Event) -> tuple[Sequence[Rule], dict[str, Any]]:
    """The rules that an event may concern, and the values of their names."""
    index = work.index
    called: Rule | None = None
    match event:
        case ScheduleDue():
            called = index.scheduled.get(event.rule)
        case RuleStarted():
            called = index.rules.get(event.rule)
    if called is None and name not in index.listeners:
        return (), {}
    names = work.names(event)
    rules = index.listening(name).to(names)
    if called is not None and not any(rule is called for rule in rules):
        rules = [*rules, called]
    return rules, names
