"""Replays the journal under rules of files: an account of one rule, and what a change of rules comes to. Reads only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hub.automation.engine import RuleIndex
from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan, fires
from hub.automation.trials.account import RuleAccount, Telling
from hub.automation.trials.cases import engine_of
from hub.automation.trials.difference import Comparing, Difference, changed_rules
from hub.automation.trials.needs import needed_types
from hub.automation.trials.replay import Follower, wordless
from hub.automation.trials.simulation import Planned
from hub.core.event import Record
from hub.core.fold import fold_for_rules
from hub.core.state import State
from hub.journal.codec import to_record, to_us
from hub.ports import StoredRecord

_AT_ONCE = 2_000
_MOST_INSTANTS = 10_000
_SETTINGS = ("calendar.loaded", "rule.paused", "rule.resumed", "site.configured", "variable.set")
_MOST_SETTINGS = 2_000
_INSTANT = timedelta(microseconds=1)

Progress = Callable[[int, int], None]
"""Called with how many records are behind, and how many there are."""


class Records(Protocol):
    """The part of `hub.ports.Store` that is read here."""

    def head(self) -> StoredRecord | None: ...

    def read(self, after: int, limit: int, *, types: Iterable[str] = ()) -> list[StoredRecord]: ...

    def read_last(
        self, limit: int, *, types: Iterable[str] = (), subject: str = "", before: int | None = None
    ) -> list[StoredRecord]: ...


def explain(
    records: Records,
    index: RuleIndex,
    rule: Rule,
    *,
    since: datetime,
    until: datetime,
    begin: datetime | None = None,
    told: Callable[[str], bool] = lambda subject: True,
    progress: Progress | None = None,
) -> RuleAccount:
    """What became of `rule` from `since` until `until`, as it would be by `index`, about the subjects that are `told`.

    Records before `since` are stepped over as well, because conditions that began then may last: all of them, or those
    from `begin` on. Only those that matter to the rule are read. Not for the event loop.
    """
    follower: Follower | None = None
    telling = Telling(rule.id, since, told=told)
    bare = wordless(rule)
    journal = _Journal(records, [rule], progress)
    for record in journal.until(until, begin):
        if follower is None:
            follower = Follower(engine_of([bare], index), record.seen_at, site=journal.before)
        for moment in follower.take(record):
            telling.hear(moment)
    for moment in follower.passes(until) if follower is not None else ():
        telling.hear(moment)
    return telling.account(until, records=journal.seen(since, until), last_at=journal.last_at)


def compare(
    records: Records,
    then: RuleIndex,
    now: RuleIndex,
    *,
    since: datetime,
    until: datetime,
    progress: Progress | None = None,
) -> Difference:
    """What the rules of `now` would have done from `since` until `until`, and what those of `then`.

    Not for the event loop.
    """
    changes = changed_rules(then.rules, now.rules)
    comparing = Comparing(changes, since)
    sides = [_only(then, changes), _only(now, changes)]
    journal = _Journal(records, [rule for side in sides for rule in side.rules.values()], progress)
    followers: list[Follower] = []
    if changes:
        for record in journal.until(until):
            if not followers:
                start = record.seen_at
                followers = [Follower(side, start, planned=_planned(side, since, until)) for side in sides]
            comparing.then(followers[0].take(record))
            comparing.now(followers[1].take(record))
        if not followers:
            followers = [Follower(side, since, planned=_planned(side, since, until)) for side in sides]
        comparing.then(followers[0].passes(until))
        comparing.now(followers[1].passes(until))
    unchanged = sum(rule not in changes for rule in now.rules)
    return comparing.difference(until, records=journal.seen(since, until), unchanged=unchanged)


def _only(index: RuleIndex, wanted: Iterable[str]) -> RuleIndex:
    names = frozenset(wanted)
    return engine_of([rule for rule in index.rules.values() if rule.id in names], index)


def _planned(index: RuleIndex, since: datetime, until: datetime) -> list[Planned]:
    return [
        Planned(due_at, rule.id)
        for rule in index.scheduled.values()
        if rule.every is not None
        for due_at in fires(Plan(rule.every, index.zone), since - _INSTANT, until, _MOST_INSTANTS)  # type: ignore[arg-type]
    ]


class _Journal:
    """The records that some rules have to look at, oldest first, a few thousand in memory at a time."""

    def __init__(self, records: Records, rules: Sequence[Rule], progress: Progress | None) -> None:
        self._records = records
        self._types = needed_types(rules) or ()
        self._progress = progress
        newest = records.head()
        self._last = newest.seq if newest is not None else 0
        self.last_at: datetime | None = None
        self.before = State()
        """What is known of the site before the first record that is read."""

    def until(self, until: datetime, begin: datetime | None = None) -> Iterator[Record]:
        until_us = to_us(until)
        after = self._first_after(to_us(begin) - 1) - 1 if begin is not None else 0
        for stored in self._records.read_last(_MOST_SETTINGS, types=_SETTINGS, before=after + 1) if after else ():
            self.before = fold_for_rules(self.before, to_record(stored))
        while after < self._last:
            page = self._records.read(after, _AT_ONCE, types=self._types)
            for stored in page:
                if stored.seq > self._last or stored.seen_at_us > until_us:
                    return
                record = to_record(stored)
                self.last_at = record.seen_at
                yield record
            after = page[-1].seq if len(page) == _AT_ONCE else self._last
            if self._progress is not None:
                self._progress(after, self._last)

    def seen(self, since: datetime, until: datetime) -> int:
        """How many records of all kinds were taken in from `since` until `until`."""
        return max(0, self._first_after(to_us(until)) - self._first_after(to_us(since) - 1))

    def _first_after(self, at_us: int) -> int:
        """Number of the first record that was taken in later; times of records grow with their numbers, but where the
        clock was set back."""
        low, high = 1, self._last + 1
        while low < high:
            middle = (low + high) // 2
            found = self._records.read(middle - 1, 1)
            if not found or found[0].seen_at_us > at_us:
                high = middle
            else:
                low = middle + 1
        return low
