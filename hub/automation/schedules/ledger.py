"""What became of every planned instant of the scheduled rules, from the record. Pure; no clock.

Each ends in one of four ways, `on time`, `late`, `skipped` or `missed`. One without any entry is `unaccounted`: there
must be none, and to show that is what the ledger is for.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan, fires
from hub.automation.schedules.jitter import latest
from hub.automation.schedules.passed import GRACE_S, MOST_REPORTED
from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import ClockStepped, HubStarted, RulesLoaded, ScheduleDue, ScheduleMissed
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.event import Event, Record, wire_name
from hub.core.fold import fold
from hub.core.rounds.events import RoundDue
from hub.core.rules.events import CalendarLoaded, RulePaused, RuleResumed, RuleStarted, VariableSet
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened

Outcome = Literal["on time", "late", "skipped", "missed", "unaccounted"]

PLANS: tuple[type[Event], ...] = (RulesLoaded, CalendarLoaded, ClockStepped, RulePaused, RuleResumed, HubStarted)
"""What must be known of all time, to tell what was planned and why it did not come on time."""
COMINGS: tuple[type[Event], ...] = (ScheduleDue, ScheduleMissed)
"""The entries of the ledger."""
RESULTS: tuple[type[Event], ...] = (
    *(RoundDue, AlarmRaised, TicketOpened, RuleStarted, VariableSet),
    *(EffectDone, EffectFailed),
)
"""What an instant leads to; counted by wire name."""

_PAUSED = Text(en="turned off by {who}: {reason}", zh="已被 {who} 停用：{reason}")
_WHYS: Mapping[str, Text] = {
    "skip": Text(en="its rule makes up for none", zh="规则规定不补做"),
    "newer": Text(en="its rule makes up for the newest one only", zh="规则规定只补做最近一次"),
    "many": Text(en="too many passed to make up for all", zh="错过次数过多，不再补做"),
}
_DOWN = Text(en="the hub was down", zh="系统停机")
_STEPPED = Text(en="the clock was set", zh="时钟被调整")
_BUSY = Text(en="the machine slept, or the record could not be written", zh="主机休眠或记录无法写入")
_NOTHING = Text(en="nothing on record", zh="没有任何记录")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one planned instant; or of all from `from_at` to `due_at`, where that is set."""

    rule: str
    due_at: datetime
    outcome: Outcome
    why: Text = Text(en="")
    """Why it did not run on time; empty when it did."""
    at: datetime | None = None
    """When it was put on record."""
    seq: int | None = None
    """The record."""
    from_at: datetime | None = None
    results: dict[str, int] = {}
    """What it led to: how many records of each wire name."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The entries from `since_at` to `until_at`, by instant."""

    since_at: datetime
    until_at: datetime
    entries: list[Entry]

    def count(self, outcome: Outcome) -> int:
        return sum(entry.outcome == outcome for entry in self.entries)


class Account(NamedTuple):
    """What the ledger is made of. `records` are those of `PLANS`, `COMINGS` and `RESULTS`, in order."""

    records: Sequence[Record]
    rules: Sequence[Rule]
    """The rules as they are in the files; without them nothing is said of what has no entry."""
    zone: ZoneInfo
    accounted_at: datetime
    """Up to when everything must have an entry: now while the hub runs, else when it was last seen."""


def ledger(account: Account, since: datetime, until: datetime) -> Ledger:
    """What became of the instants planned from `since` to `until`."""
    results = _results(account.records)
    around = [record for record in account.records if isinstance(record.event, PLANS)]
    entries = [
        _entry(record, around, results.get(record.seq, {}))
        for record in account.records
        if isinstance(record.event, ScheduleDue | ScheduleMissed) and since <= record.event.due_at <= until
    ]
    entries += _unaccounted(account, entries, since, until)
    entries.sort(key=lambda entry: (entry.due_at, entry.rule))
    return Ledger(since_at=since, until_at=until, entries=entries)


def _results(records: Iterable[Record]) -> dict[int, dict[str, int]]:
    """What each record led to, directly or by way of others, as far as it is in the ledger."""
    led_to: dict[int, dict[str, int]] = {}
    origin: dict[int, int] = {}
    for record in records:
        if isinstance(record.event, ScheduleDue):
            origin[record.seq] = record.seq
        elif isinstance(record.event, RESULTS) and record.cause in origin:
            first = origin[record.seq] = origin[record.cause]
            counts = led_to.setdefault(first, {})
            counts[wire_name(record.event)] = counts.get(wire_name(record.event), 0) + 1
    return led_to


def _entry(record: Record, around: Sequence[Record], results: dict[str, int]) -> Entry:
    event = record.event
    assert isinstance(event, ScheduleDue | ScheduleMissed)
    paused = _pause(event.rule, record.seq, around)
    outcome: Outcome
    if isinstance(event, ScheduleMissed):
        outcome, why = ("missed" if event.why == "many" else "skipped"), _WHYS[event.why]
        why = _both(_cause(event.due_at, record, around), why)
    elif paused is not None:
        outcome, why = "skipped", paused
    elif event.late:
        outcome, why = "late", _cause(event.due_at, record, around)
    else:
        outcome, why = "on time", Text(en="")
    return Entry(
        rule=event.rule,
        due_at=event.due_at,
        outcome=outcome,
        why=why,
        at=record.seen_at,
        seq=record.seq,
        from_at=event.from_at if isinstance(event, ScheduleMissed) else None,
        results=results,
    )


def _pause(rule: str, seq: int, records: Sequence[Record]) -> Text | None:
    """Who had turned the rule off when record `seq` was written, and why; None when it was on."""
    found: Record | None = None
    for record in records:
        if record.seq > seq:
            break
        if isinstance(record.event, RulePaused | RuleResumed) and record.event.rule == rule:
            found = record if isinstance(record.event, RulePaused) else None
    if found is None:
        return None
    assert isinstance(found.event, RulePaused)
    said = {"who": found.actor.removeprefix("person:"), "reason": found.event.reason}
    return Text(en=_PAUSED.en.format(**said), zh=_PAUSED.zh.format(**said))


def _cause(due_at: datetime, written: Record, records: Sequence[Record]) -> Text:
    """Why an instant was put on record so late: what happened between the two."""
    between = [record.event for record in records if record.seq < written.seq and record.seen_at >= due_at]
    if any(isinstance(event, HubStarted) for event in between):
        return _DOWN
    stepped = [event for event in between if isinstance(event, ClockStepped)]
    return _STEPPED if stepped else _BUSY


def _both(first: Text, second: Text) -> Text:
    return Text(en=f"{first.en}; {second.en}", zh=f"{first.zh}；{second.zh}")


def _unaccounted(account: Account, entries: Sequence[Entry], since: datetime, until: datetime) -> list[Entry]:
    """The planned instants that should have an entry and have none."""
    state = reduce(fold, (record for record in account.records if isinstance(record.event, PLANS)), State())
    digests = {known.id: known.digest for prints in state.rule_files.values() for known in prints}
    known = {(entry.rule, entry.due_at) for entry in entries}
    runs = [(entry.rule, entry.from_at, entry.due_at) for entry in entries if entry.from_at is not None]
    missing = []
    for rule in account.rules:
        schedule = state.schedules.get(rule.id) if digests.get(rule.id) == rule.digest else None
        if schedule is None or rule.every is None:
            continue
        plan = Plan(rule.every, account.zone, state.calendar)
        begin = max(schedule.armed_at, since - timedelta(microseconds=1))
        if rule.every.only is not None and state.calendar_at is not None:
            begin = max(begin, state.calendar_at)
        for due_at in fires(plan, begin, until, _most_planned(plan, begin, until)):
            if latest(plan, due_at) + timedelta(seconds=GRACE_S) > account.accounted_at:
                break
            within = any(rule.id == run and first <= due_at <= last for run, first, last in runs)
            if (rule.id, due_at) not in known and not within:
                missing.append(Entry(rule=rule.id, due_at=due_at, outcome="unaccounted", why=_NOTHING))
    return missing


def _most_planned(plan: Plan, begin: datetime, until: datetime) -> int:
    """How many instants are looked at: all of them, as an interval is 10 seconds at least."""
    interval_s = plan.every.interval_s
    span_s = max(0.0, (until - begin).total_seconds())
    return int(span_s / interval_s) + MOST_REPORTED if interval_s else int(span_s / 1800) + MOST_REPORTED
