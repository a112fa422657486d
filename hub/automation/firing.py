"""From an event to a firing: whether a rule acts on it, when, and what holds it back."""

from datetime import datetime, timedelta
from typing import Any

from hub.automation import runs
from hub.automation.effects import LASTING
from hub.automation.language.context import MOST_COUNTED
from hub.automation.language.matching import Reason, elsewhere, exception, mismatch
from hub.automation.memory import Burst, Track
from hub.automation.model import Rule
from hub.automation.occurrence import Occurrence
from hub.automation.schedules.schedule import duration
from hub.automation.timers import Pending
from hub.automation.work import Work, rule_in, same_of
from hub.core.catalogue import ScheduleDue
from hub.core.event import wire_name

MOST_FIRINGS = 10
"""How often one rule may fire about the same within `BURST_S`; what goes beyond is held back."""
BURST_S = 60.0

_BURST = timedelta(seconds=BURST_S)
_NO_TIME = timedelta()


def consider(work: Work, rule: Rule, subject: str, began: Occurrence, names: dict[str, Any]) -> None:
    """An event that the rule is on has come."""
    reason = elsewhere(rule, names)
    if reason is not None:
        work.tell(rule.id, began.seq, began.at, "not_matched", reason)
        return
    pause = work.site.paused.get(rule.id)
    if pause is not None:
        work.tell(rule.id, began.seq, began.at, "stopped", Reason("paused", f"turned off: {pause.reason}"))
        return
    if rule.id in work.index.counting:
        _count(work, rule, subject, began.at)
    if rule.condition is not None or rule.unless is not None:
        context = work.context(rule, subject, began.at)
        reason = mismatch(rule, names, work.site, context)
        if reason is not None:
            work.tell(rule.id, began.seq, began.at, "not_matched", reason)
            return
        reason = exception(rule, names, work.site, context)
        if reason is not None:
            work.tell(rule.id, began.seq, began.at, "stopped", reason)
            return
    if not rule.for_s:
        fire(work, rule, subject, began, names, began.at)
        return
    waiting = work.pending.get(subject, rule.id)
    if waiting is None:
        wait(work, rule, subject, began, began.at + timedelta(seconds=rule.for_s))
        detail = f"fires when it has lasted {duration(rule.for_s).en}"
    else:
        detail = f"waits already because of record {waiting.cause}"
    work.tell(rule.id, began.seq, began.at, "waiting", Reason("for", detail))


def time_is_over(work: Work, rule: Rule, timer: Pending) -> None:
    """The condition has lasted as long as it must: `for`, or until a limit or a `cooldown` is over."""
    names = work.names(timer.began.event)
    context = work.context(rule, timer.subject, timer.due_at)
    reason = mismatch(rule, names, work.site, context) or exception(rule, names, work.site, context)
    if reason is not None:
        work.tell(rule.id, timer.cause, timer.due_at, "stopped", reason)
    else:
        fire(work, rule, timer.subject, timer.began, names, timer.due_at)


def begin_standing(work: Work, rule: Rule, subject: str, began: Occurrence, now: datetime) -> None:
    """Start the timer of a rule that is new to a condition which holds already."""
    if rule.id in work.site.paused or work.pending.get(subject, rule.id) is not None:
        return
    names = work.names(began.event)
    context = work.context(rule, subject, now)
    if mismatch(rule, names, work.site, context) is None and exception(rule, names, work.site, context) is None:
        wait(work, rule, subject, began, now + timedelta(seconds=rule.for_s))


def wait(work: Work, rule: Rule, subject: str, began: Occurrence, due_at: datetime) -> None:
    work.wait(Pending(rule=rule.id, digest=rule.digest, subject=subject, cause=began.seq, due_at=due_at, began=began))


def fire(work: Work, rule: Rule, subject: str, began: Occurrence, names: dict[str, Any], at: datetime) -> None:
    """Act, if nothing holds the rule back."""
    same = same_of(rule, subject, names)
    burst = work.bursts.get(same)
    if burst is None or not _NO_TIME <= at - burst.since_at < _BURST:
        burst = Burst(at, 0)
    # Instants are planned: what was missed for an hour comes at once, and each of them is owed.
    if burst.count >= MOST_FIRINGS and not isinstance(began.event, ScheduleDue):
        often = f"fired {burst.count} times within a minute about {same.partition('|')[2] or 'all'}"
        _hold_back(work, rule, subject, began, at, burst.since_at + _BURST, Reason("limit", often))
        return
    until_at = work.cooling.get(same) if rule.cooldown_s else None
    if until_at is not None and at < until_at:
        lately = f"fired about the same less than {duration(rule.cooldown_s).en} ago"
        _hold_back(work, rule, subject, began, at, until_at, Reason("cooldown", lately))
        return
    if rule.id in work.index.timed:
        _end_excused(work, rule, same, at)
        if not runs.admit(work, rule, same, subject, began, at):
            return
    over = at - _BURST
    work.bursts = work.bursts.put(same, Burst(burst.since_at, burst.count + 1), lambda _, old: old.since_at <= over)
    if rule.cooldown_s:
        cool_at = at + timedelta(seconds=rule.cooldown_s)
        work.cooling = work.cooling.put(same, cool_at, lambda _, old: old <= at)
    work.last_fired = work.last_fired.put(rule.id, at)
    work.tell(rule.id, began.seq, at, "fired", Reason("do", work.index.said[rule.id]))
    runs.begin(work, rule, same, subject, began, names, at)


def begin_queued(work: Work) -> None:
    """Where a run is over, the next in its queue begins."""
    while work.freed:
        same, at = work.freed.pop(0)
        rule = work.index.rules.get(rule_in(same))
        while (track := work.tracks.get(same)) is not None and track.queue and not track.runs:
            following, *others = track.queue
            work.tracks = work.tracks.put(same, Track((), tuple(others))) if others else work.tracks.drop(same)
            if rule is None or rule.id in work.site.paused:
                continue
            subject, began = following.subject, following.began
            names = work.names(began.event)
            context = work.context(rule, subject, at)
            reason = mismatch(rule, names, work.site, context) or exception(rule, names, work.site, context)
            if not runs.still_holds(work, subject, began):
                reason = Reason("on", "it was over before its turn came")
            if reason is not None:
                work.tell(rule.id, began.seq, at, "stopped", reason)
            else:
                fire(work, rule, subject, began, names, at)


def _end_excused(work: Work, rule: Rule, same: str, at: datetime) -> None:
    """What nobody needs any more must not keep a new firing from it."""
    track = work.tracks.get(same)
    if track is None or not rule.escalate:
        return
    for run in track.runs:
        runs.review(work, rule, run.subject, at)
    begin_queued(work)


def _count(work: Work, rule: Rule, subject: str, at: datetime) -> None:
    key = f"{rule.id}|{subject}"
    since = at - timedelta(seconds=work.index.counting[rule.id])
    known = tuple(each for each in work.counted.get(key) or () if each > since)

    def stale(other: str, instants: tuple[datetime, ...]) -> bool:
        return instants[-1] <= at - timedelta(seconds=work.index.counting.get(rule_in(other), 0.0))

    work.counted = work.counted.put(key, (*known[1 - MOST_COUNTED :], at), stale)


def _hold_back(
    work: Work, rule: Rule, subject: str, began: Occurrence, at: datetime, until_at: datetime, reason: Reason
) -> None:
    """A condition that lasts is looked at again afterwards; anything else is let go."""
    if wire_name(began.event) not in LASTING:
        work.tell(rule.id, began.seq, at, "stopped", reason)
        return
    if work.pending.get(subject, rule.id) is None:
        wait(work, rule, subject, began, until_at)
    later = Reason(reason.step, f"{reason.detail}; fires later if it still holds then")
    work.tell(rule.id, began.seq, at, "waiting", later)
