"""What is due when, for people: the planned instants of all scheduled rules, day by day. Pure; no clock."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hub.automation.model import Rule
from hub.automation.schedules.instants import Plan, planned
from hub.automation.schedules.jitter import latest
from hub.automation.schedules.schedule import duration
from hub.automation.sentences import deed
from hub.core.calendar import Calendar, name_of
from hub.core.text import Text
from hub.core.walltime import midnight

MOST_A_DAY = 24
"""A rule that comes due more often on a day is told once for that day."""
_DAY = timedelta(days=1)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that comes due; `times` times on that day, from `due_at` on, where that is more than once."""

    rule: str
    title: Text
    clause: str
    does: Text
    due_at: datetime
    """The planned instant, UTC."""
    until_at: datetime
    """Up to when it may be put off (`jitter`): the moment itself is nobody's to know. Without jitter `due_at`."""
    times: int = 1


class Day(NamedTuple):
    """A day of the site on which something is due."""

    day: date
    special: Text
    """The name of its holiday or make-up day; empty on ordinary days."""
    clocks: Text
    """That the clocks change on it, and how; empty when they do not."""
    items: list[Item]


def agenda(rules: Iterable[Rule], zone: ZoneInfo, calendar: Calendar, after: datetime, until: datetime) -> list[Day]:
    """What comes due later than `after` and not after `until`, by day of the site and in order."""
    items = [item for rule in rules for item in _items(rule, zone, calendar, after, until)]
    items.sort(key=lambda item: (item.due_at, item.rule))
    return [
        Day(day, name_of(calendar, day), clock_change(day, zone), list(found))
        for day, found in groupby(items, key=lambda item: item.due_at.astimezone(zone).date())
    ]


def clock_change(day: date, zone: ZoneInfo) -> Text:
    """What happens to the clocks on a day of the zone; empty on nearly all days."""
    before, behind = (midnight(each, zone).astimezone(zone).utcoffset() for each in (day, day + _DAY))
    if before is None or behind is None or before == behind:
        return Text(en="")
    by = duration(abs((behind - before).total_seconds()))
    if behind > before:
        return Text(en=f"clocks go forward {by.en}", zh=f"时钟拨快{by.zh}")
    return Text(en=f"clocks go back {by.en}", zh=f"时钟拨慢{by.zh}")


def deeds(rule: Rule) -> Text:
    """What a rule does, in one line."""
    return _joined([deed(action) for action in rule.do])


def _items(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime, until: datetime) -> Iterator[Item]:
    if rule.every is None:
        return
    plan, does = Plan(rule.every, zone, calendar), deeds(rule)
    for found in _by_day(plan, after, until):
        shown = found if len(found) <= MOST_A_DAY else found[:1]
        for due_at in shown:
            yield Item(
                rule=rule.id,
                title=rule.title,
                clause=rule.clause,
                does=does,
                due_at=due_at,
                until_at=latest(plan, due_at),
                times=len(found) if len(found) > len(shown) else 1,
            )


def _by_day(plan: Plan, after: datetime, until: datetime) -> Iterator[list[datetime]]:
    """The instants of each day of the zone that has any."""
    for _day, found in groupby(
        takewhile(lambda due_at: due_at <= until, planned(plan, after)),
        key=lambda due_at: due_at.astimezone(plan.zone).date(),
    ):
        yield list(found)


def _joined(texts: Sequence[Text]) -> Text:
    return Text(en="; ".join(text.in_("en") for text in texts), zh="；".join(text.in_("zh_CN") for text in texts))
