"""The engine: rules as a pure function of state and record.

    step(rules, state, record, now) → the state after it, what is to be done, and why

Rules of this file. Times are those of records and of planned instants, never of the moment at which a step happens to
run: so the same records give the same effects with the same keys, live, after a restart and in a replay. Nothing here
looks at `now` but the question which timers are due. Dictionaries of the state are copied before they are changed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.automation.effects import LASTING, can_return, effects_of, return_effect, summary
from hub.automation.fields import Places, camera_of, names_of
from hub.automation.matching import Reason, elsewhere, exception, mismatch
from hub.automation.model import Burst, Effect, EngineState, Occurrence, Pending, Rule, Step, Trace
from hub.automation.schedule import duration
from hub.core.catalogue import CATALOGUE, ClockStepped, ScheduleDue, SiteConfigured, clearing_of, subject_of
from hub.core.event import Event, Record, wire_name
from hub.core.state import State, fold

MOST_FIRINGS = 10
"""How often one rule may fire about one subject within `BURST_S`; what goes beyond is held back."""
BURST_S = 60.0
LONGEST_CHAIN = 10
"""Records in a row, each led to by the one before, after which rules no longer act: some rules feed on each other."""

_CHAINS_KEPT = 1000
_BURST = timedelta(seconds=BURST_S)
_NO_TIME = timedelta()
_ENDS: dict[str, str] = {clearing: begun for begun in CATALOGUE for clearing in clearing_of(begun)}


class RuleIndex(msgspec.Struct, frozen=True, kw_only=True):
    """A rule set, arranged for the engine. `zone` is the site's, for times in texts."""

    rules: dict[str, Rule]
    by_event: dict[str, tuple[Rule, ...]]
    scheduled: dict[str, Rule]
    zone: tzinfo = UTC
    places: Places = msgspec.field(default_factory=Places)


def build_index(rules: Sequence[Rule], *, zone: tzinfo = UTC) -> RuleIndex:
    """Arrange `rules` for `step`, once per rule set. Of rules with the same id the last one counts."""
    by_id = {rule.id: rule for rule in rules}
    by_event: dict[str, list[Rule]] = {}
    for rule in by_id.values():
        for name in dict.fromkeys(rule.on):
            by_event.setdefault(name, []).append(rule)
    return RuleIndex(
        rules=by_id,
        by_event={name: tuple(found) for name, found in by_event.items()},
        scheduled={rule.id: rule for rule in by_id.values() if rule.every is not None},
        zone=zone,
    )


def step(rules: RuleIndex, state: EngineState, record: Record | None, now: datetime) -> Step:
    """Take in one record, or (record None) let time pass until `now`.

    Every timer due by `record.seen_at` fires before the record is looked at. Call it with None only when every record
    that was taken in before `now` has been stepped: then replay and live agree.
    """
    run = _Run(rules, state)
    if record is None:
        run.fire_due(now)
    else:
        run.take_in(record)
    return run.outcome()


def next_due(state: EngineState) -> datetime | None:
    """When `step` will next have something to do without a new record."""
    first = next(iter(state.pending.values()), None)
    return first.due_at if first is not None else None


def adopt(rules: RuleIndex, state: EngineState, now: datetime) -> EngineState:
    """The state under a new rule set. Call it whenever state and rule set meet: after a reload, and at start.

    At start that is after the snapshot was read and before the first record is stepped over it. Timers of rules that
    are gone or say something else are dropped; unchanged rules keep theirs. For rules that are new or changed,
    conditions that hold already begin to count at `now`.
    """
    digests = {rule.id: rule.digest for rule in rules.rules.values()}
    if digests == state.rules:
        return state
    kept = replace(
        state,
        rules=digests,
        pending={key: p for key, p in state.pending.items() if digests.get(p.rule) == p.digest},
        last_fired={rule: at for rule, at in state.last_fired.items() if rule in digests},
    )
    run = _Run(rules, kept)
    for key, began in state.held.items():
        event, _, subject = key.partition("|")
        for rule in rules.by_event.get(event, ()):
            if state.rules.get(rule.id) != rule.digest:
                run.begin_standing(rule, subject, began, now)
    return run.outcome().state


class _Run:
    """One step while it is being worked out."""

    __slots__ = ("before", "bursts", "chains", "effects", "held", "index", "last_fired", "pending", "site", "trace")

    def __init__(self, index: RuleIndex, state: EngineState) -> None:
        self.index = index
        self.before = state
        self.site: State = state.site
        self.pending = state.pending
        self.held = state.held
        self.last_fired = state.last_fired
        self.bursts = state.bursts
        self.chains = state.chains
        self.effects: list[Effect] = []
        self.trace: list[Trace] = []

    def outcome(self) -> Step:
        state = replace(
            self.before,
            site=self.site,
            pending=self.pending,
            held=self.held,
            last_fired=self.last_fired,
            bursts=self.bursts,
            chains=self.chains,
        )
        return Step(state, tuple(self.effects), tuple(self.trace))

    def take_in(self, record: Record) -> None:
        event = record.event
        if isinstance(event, ClockStepped):
            self._move_timers(timedelta(seconds=event.by_s))
        self.fire_due(record.seen_at)
        self.site = fold(self.site, record)
        name = wire_name(event)
        subject = subject_of(event)
        replaced: Occurrence | None = None
        if name in LASTING:
            replaced = self.held.get(f"{name}|{subject}")
            self.held = {**self.held, f"{name}|{subject}": _occurrence(record)}
        elif name in _ENDS:
            self._end(_ENDS[name], subject, record.seq, record.seen_at, name)
        elif isinstance(event, SiteConfigured):
            self._forget_cameras(event, record)
        rules = self.index.by_event.get(name, ())
        if isinstance(event, ScheduleDue) and (scheduled := self.index.scheduled.get(event.rule)) is not None:
            rules = (*rules, scheduled)
        if rules and self._is_near(record, rules):
            began = _occurrence(record)
            names = self._names(event)
            for rule in rules:
                self._consider(rule, subject, began, names)
            if replaced is not None:
                self._leave_replaced(rules, subject, replaced, began, names)

    def fire_due(self, until: datetime) -> None:
        """Fire every timer that is due, in the order in which they came due."""
        while self.pending:
            key, first = next(iter(self.pending.items()))
            if first.due_at > until:
                return
            self._drop(key)
            rule = self.index.rules.get(first.rule)
            if rule is None or rule.digest != first.digest:
                self._tell(first.rule, first.cause, first.due_at, "stopped", Reason("for", "the rule was changed"))
                continue
            names = self._names(first.began.event)
            reason = mismatch(rule, names, self.site) or exception(rule, names, self.site)
            if reason is not None:
                self._tell(rule.id, first.cause, first.due_at, "stopped", reason)
            else:
                self._fire(rule, first.subject, first.began, names, first.due_at)

    def begin_standing(self, rule: Rule, subject: str, began: Occurrence, now: datetime) -> None:
        """Start the timer of a rule that is new to a condition which holds already."""
        names = self._names(began.event)
        fits = mismatch(rule, names, self.site) is None and exception(rule, names, self.site) is None
        if fits and f"{rule.id}|{subject}" not in self.pending:
            self._wait(rule, subject, began, now + timedelta(seconds=rule.for_s))

    def _is_near(self, record: Record, rules: Sequence[Rule]) -> bool:
        """Whether so few records led to this one that rules may still act on it."""
        if record.cause is None:
            return True
        depth = self.chains.get(record.cause, 0) + 1
        kept = dict(self.chains)
        kept[record.seq] = depth
        if len(kept) > _CHAINS_KEPT:
            del kept[next(iter(kept))]
        self.chains = kept
        if depth >= LONGEST_CHAIN:
            for rule in rules:
                many = f"{depth} records led to this one, each because of the one before: rules feed on each other"
                self._tell(rule.id, record.seq, record.seen_at, "stopped", Reason("limit", many))
        return depth < LONGEST_CHAIN

    def _consider(self, rule: Rule, subject: str, began: Occurrence, names: dict[str, Any]) -> None:
        reason = mismatch(rule, names, self.site)
        if reason is not None:
            self._tell(rule.id, began.seq, began.at, "not_matched", reason)
            return
        reason = exception(rule, names, self.site)
        if reason is not None:
            self._tell(rule.id, began.seq, began.at, "stopped", reason)
            return
        if not rule.for_s:
            self._fire(rule, subject, began, names, began.at)
            return
        waiting = self.pending.get(f"{rule.id}|{subject}")
        if waiting is None:
            self._wait(rule, subject, began, began.at + timedelta(seconds=rule.for_s))
            detail = f"fires when it has lasted {duration(rule.for_s).en}"
        else:
            detail = f"waits already because of record {waiting.cause}"
        self._tell(rule.id, began.seq, began.at, "waiting", Reason("for", detail))

    def _fire(self, rule: Rule, subject: str, began: Occurrence, names: dict[str, Any], at: datetime) -> None:
        key = f"{rule.id}|{subject}"
        burst = self.bursts.get(key)
        if burst is None or not _NO_TIME <= at - burst.since_at < _BURST:
            burst = Burst(at, 0)
        if burst.count >= MOST_FIRINGS:
            self._hold_back(rule, subject, began, at, burst)
            return
        self._count(key, burst, at)
        if self.last_fired is self.before.last_fired:
            self.last_fired = dict(self.last_fired)
        self.last_fired[rule.id] = at
        self.effects += effects_of(
            rule,
            began,
            names,
            site=self.site.site,
            places=self.index.places,
            fired_at=at,
            zone=self.index.zone,
        )
        self._tell(rule.id, began.seq, at, "fired", Reason("do", summary(rule)))

    def _count(self, key: str, burst: Burst, at: datetime) -> None:
        """Count one firing, and let go of minutes that are over; the oldest are in front."""
        if self.bursts is self.before.bursts:
            self.bursts = dict(self.bursts)
        if not burst.count:
            self.bursts.pop(key, None)
        self.bursts[key] = Burst(burst.since_at, burst.count + 1)
        over = at - _BURST
        while (oldest := next(iter(self.bursts.items())))[1].since_at <= over:
            del self.bursts[oldest[0]]

    def _hold_back(self, rule: Rule, subject: str, began: Occurrence, at: datetime, burst: Burst) -> None:
        """A condition that lasts is looked at again when the minute is over; anything else is let go."""
        many = f"fired {burst.count} times within a minute about {subject}"
        if wire_name(began.event) not in LASTING:
            self._tell(rule.id, began.seq, at, "stopped", Reason("limit", many))
            return
        if f"{rule.id}|{subject}" not in self.pending:
            self._wait(rule, subject, began, burst.since_at + _BURST)
        self._tell(rule.id, began.seq, at, "waiting", Reason("limit", f"{many}; fires later if it still holds then"))

    def _end(self, begun: str, subject: str, cause: int, at: datetime, why: str) -> None:
        """The condition `begun` about `subject` is over: stop what waits for it, return the alarms it raised."""
        ended = self.held.get(f"{begun}|{subject}")
        if ended is not None:
            self.held = {key: value for key, value in self.held.items() if key != f"{begun}|{subject}"}
        standing = {a.rule: a for a in self.site.alarms.values() if a.subject == subject and a.active and a.lasting}
        names = self._names(ended.event) if ended is not None else {}
        rules = self.index.by_event.get(begun, ())
        for rule in rules:
            others = self._other_causes(rule, begun, subject)
            if self._leaves(f"{rule.id}|{subject}", begun, others):
                self._tell(rule.id, cause, at, "stopped", Reason("for", f"{why} came before the time was over"))
            if others:
                continue
            concerned = rule.id in standing or (ended is not None and elsewhere(rule, names) is None)
            if can_return(rule) and concerned:
                self._return(rule.id, subject, cause, at, why)
        handled = {rule.id for rule in rules}
        for rule_id, alarm in standing.items():
            # The rule is gone or about something else by now; the alarm must not stand for ever because of that.
            if rule_id not in handled and ended is not None and alarm.cause == ended.seq:
                self._return(rule_id, subject, cause, at, why)

    def _return(self, rule_id: str, subject: str, cause: int, at: datetime, why: str) -> None:
        self.effects.append(return_effect(rule_id, subject, cause))
        self._tell(rule_id, cause, at, "stopped", Reason("on", f"{why}: what it raised about {subject} is over"))

    def _leave_replaced(
        self, rules: Sequence[Rule], subject: str, replaced: Occurrence, began: Occurrence, names: dict[str, Any]
    ) -> None:
        """A condition that lasts changed (its reason, say): for rules that it no longer fits, it is over."""
        before, name = self._names(replaced.event), wire_name(began.event)
        for rule in rules:
            if mismatch(rule, before, self.site) is not None or mismatch(rule, names, self.site) is None:
                continue
            others = self._other_causes(rule, name, subject)
            if self._leaves(f"{rule.id}|{subject}", name, others):
                self._tell(rule.id, began.seq, began.at, "stopped", Reason("for", f"{name} came again and differs"))
            if can_return(rule) and not others:
                self._return(rule.id, subject, began.seq, began.at, f"{name} came again and differs")

    def _other_causes(self, rule: Rule, begun: str, subject: str) -> list[Occurrence]:
        """The other conditions of the rule that still hold about the subject, oldest first."""
        held = [self.held.get(f"{name}|{subject}") for name in rule.on if name != begun]
        found = [each for each in held if each and not mismatch(rule, self._names(each.event), self.site)]
        return sorted(found, key=lambda each: each.seq)

    def _leaves(self, key: str, begun: str, others: list[Occurrence]) -> bool:
        """Stop the timer `key` if it waits for the end of `begun`; True when it did.

        It goes on for a condition that began while it ran: that one would have got a timer of its own otherwise.
        """
        waiting = self.pending.get(key)
        if waiting is None or wire_name(waiting.began.event) != begun:
            return False
        heir = next((other for other in others if other.seq > waiting.cause), None)
        if heir is None:
            self._drop(key)
            return True
        self._own_pending()[key] = replace(waiting, cause=heir.seq, began=heir)
        return False

    def _forget_cameras(self, event: SiteConfigured, record: Record) -> None:
        """Conditions and timers of cameras that are no longer in hub.toml end with them."""
        known = {f"camera:{camera.id}" for camera in event.site.cameras}
        for key, held in self.held.items():
            begun, _, subject = key.partition("|")
            if _gone(subject, known):
                # One record ends several conditions here: each return gets the key of the record that began it.
                self._end(begun, subject, held.seq, record.seen_at, "the camera left hub.toml")
        for key, waiting in list(self.pending.items()):
            if _gone(waiting.subject, known):
                self._drop(key)
                reason = Reason("for", "the camera left hub.toml")
                self._tell(waiting.rule, record.seq, record.seen_at, "stopped", reason)

    def _wait(self, rule: Rule, subject: str, began: Occurrence, due_at: datetime) -> None:
        waiting = Pending(
            rule=rule.id, digest=rule.digest, subject=subject, cause=began.seq, due_at=due_at, began=began
        )
        pending = self._own_pending()
        last = next(reversed(pending.values()), None)
        pending[f"{rule.id}|{subject}"] = waiting
        if last is not None and last.due_at > due_at:
            self.pending = dict(sorted(pending.items(), key=lambda item: item[1].due_at))

    def _drop(self, key: str) -> None:
        del self._own_pending()[key]

    def _own_pending(self) -> dict[str, Pending]:
        """The timers, fit to be changed: a copy of the state's own."""
        if self.pending is self.before.pending:
            self.pending = dict(self.pending)
        return self.pending

    def _names(self, event: Event) -> dict[str, Any]:
        return names_of(event, camera_of(event, self.site.site, self.index.places))

    def _move_timers(self, by: timedelta) -> None:
        self.pending = {key: replace(p, due_at=p.due_at + by) for key, p in self.pending.items()}
        self.bursts = {key: replace(b, since_at=b.since_at + by) for key, b in self.bursts.items()}

    def _tell(self, rule: str, seq: int, at: datetime, outcome: Any, reason: Reason) -> None:
        self.trace.append(Trace(rule=rule, seq=seq, at=at, outcome=outcome, step=reason.step, detail=reason.detail))


def _occurrence(record: Record) -> Occurrence:
    return Occurrence(seq=record.seq, at=record.seen_at, event=record.event)


def _gone(subject: str, known: set[str]) -> bool:
    return subject.startswith("camera:") and subject not in known
