"""Planned instants that passed unseen, and what becomes of each. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan, fires, newest
from hub.automation.schedules.jitter import put_off
from hub.core.catalogue import ScheduleDue, ScheduleMissed
from hub.core.event import Draft
from hub.core.state import Schedule, State

GRACE_S = 60.0
"""An instant that is handed over later than this is late, and `missed` decides what becomes of it."""
MOST_RUN = 100
"""How many missed instants `missed = "run-all"` makes up for; older ones are only reported."""
MOST_REPORTED = 1000
"""How many missed instants of one rule are put on record one by one; what is older, together."""

_RUN = {"run-once": 1, "skip": 0, "run-all": MOST_RUN}


class Clockwork(NamedTuple):
    """What the instants of a site's rules follow from, beside the rules and the calendar on record."""

    zone: ZoneInfo
    secret: bytes
    """For `hub.automation.schedules.jitter`."""


def passed(
    rule: Rule, schedule: Schedule, plan: Plan, now: datetime, secret: bytes, *, calendar_at: datetime | None = None
) -> list[ScheduleDue | ScheduleMissed]:
    """What of a scheduled rule came due until `now` and is not on record, oldest first, as its `missed` wants it.

    `run-once` makes up for the newest, `skip` for none, `run-all` for the newest `MOST_RUN`; the others are reported.
    The newest one is on time when it came within `GRACE_S`. `calendar_at`: since when the calendar is this one.
    """
    begun_at = schedule.armed_at
    if plan.every.only is not None and calendar_at is not None:
        begun_at = max(begun_at, calendar_at)
    # What was put off past that moment still comes, though it was planned before.
    earliest = begun_at - timedelta(seconds=plan.every.jitter_s)
    after = max(schedule.last_due_at or earliest, earliest)

    def has_come(due_at: datetime) -> bool:
        return begun_at < put_off(plan, rule.id, secret, due_at) <= now

    found = [due_at for due_at in newest(plan, after, now, MOST_REPORTED + 2) if has_come(due_at)]
    older, rest = found[:-MOST_REPORTED], found[-MOST_REPORTED:]
    events: list[ScheduleDue | ScheduleMissed] = [_together(rule, plan, after, older[-1])] if older else []
    return [*events, *_one_by_one(rule, plan, rest, now, secret)]


def drafts_of_passed(rules: Sequence[Rule], state: State, now: datetime, works: Clockwork) -> list[Draft]:
    """`passed` of every scheduled rule, for the journal. Rules that are not on record as they are now are left out."""
    digests = {known.id: known.digest for prints in state.rule_files.values() for known in prints}
    drafts: list[Draft] = []
    for rule in rules:
        schedule = state.schedules.get(rule.id) if digests.get(rule.id) == rule.digest else None
        if schedule is None or rule.every is None:
            continue
        plan = Plan(rule.every, works.zone, state.calendar)
        events = passed(rule, schedule, plan, now, works.secret, calendar_at=state.calendar_at)
        drafts += [Draft(event, actor="hub", key=key_of(rule.id, event.due_at)) for event in events]
    return drafts


def key_of(rule_id: str, due_at: datetime) -> str:
    """Of a planned instant in the journal: the same rule at the same instant is due once."""
    return f"schedule:{rule_id}:{due_at.isoformat()}"


def _together(rule: Rule, plan: Plan, after: datetime, until: datetime) -> ScheduleMissed:
    first = fires(plan, after, until, 1)[0]
    return ScheduleMissed(rule=rule.id, due_at=until, why="skip" if rule.missed == "skip" else "many", from_at=first)


def _one_by_one(
    rule: Rule, plan: Plan, found: Sequence[datetime], now: datetime, secret: bytes
) -> Iterator[ScheduleDue | ScheduleMissed]:
    for left, due_at in zip(range(len(found), 0, -1), found, strict=True):
        at = put_off(plan, rule.id, secret, due_at)
        on_time = left == 1 and (now - at).total_seconds() <= GRACE_S
        if on_time or left <= _RUN[rule.missed]:
            yield ScheduleDue(rule=rule.id, due_at=due_at, late=not on_time, put_off_s=(at - due_at).total_seconds())
        else:
            why = {"skip": "skip", "run-once": "newer", "run-all": "many"}[rule.missed]
            yield ScheduleMissed(rule=rule.id, due_at=due_at, why=why)  # type: ignore[arg-type]
