"""Until when a message is held, and when messages come so thick that they go out as one list. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

import msgspec

from hub.automation.model import Weekday
from hub.automation.schedules.schedule import WEEKDAYS
from hub.core.alarms.events import PRIORITIES, Priority

_LONGEST_CHAIN = 16
"""Quiet times that follow upon one another without a break; a year of them would be a route that is off."""


class Quiet(msgspec.Struct, frozen=True):
    """A quiet time from `begins` to `ends` in the site's zone, on the next day where that is not the later one.

    `weekdays` are those on which it begins; empty: every day. Messages below the priority `below` are held.
    """

    begins: time
    ends: time
    below: Priority
    weekdays: tuple[Weekday, ...] = ()


class Rate(msgspec.Struct, frozen=True):
    """At most so many messages within so many seconds."""

    most: int
    within_s: float


STORM = Rate(5, 10.0)
"""Beyond this the messages to one recipient go out as one list, whatever their rules group."""


class Manners(msgspec.Struct, frozen=True):
    """How one recipient wants to be told. `one_by_one`: a machine, which wants each message by itself at once."""

    quiet: tuple[Quiet, ...] = ()
    rate: Rate | None = None
    one_by_one: bool = False


class Hold(NamedTuple):
    """Why a message waits, and until when."""

    why: Literal["quiet", "limit"]
    until_at: datetime


def held(manners: Manners, priority: Priority, now: datetime, zone: tzinfo, sent: Sequence[datetime]) -> Hold | None:
    """Why and until when a message of this priority to this recipient waits; None when it may go now.

    `sent`: when the recipient was told something, oldest first.
    """
    if manners.one_by_one or priority == "critical":
        return None
    until_at = quiet_until(manners.quiet, priority, now, zone)
    if until_at is not None:
        return Hold("quiet", until_at)
    if manners.rate is not None and (free := free_at(manners.rate, sent, now)) is not None:
        return Hold("limit", free)
    return None


def quiet_until(quiet: Sequence[Quiet], priority: Priority, now: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet time that holds messages of this priority ends; None when there is none now."""
    at = now
    for _ in range(_LONGEST_CHAIN):
        ends = [end for each in quiet if below(priority, each.below) and (end := _end_of(each, at, zone)) is not None]
        if not ends:
            break
        at = max(ends)
    return at if at != now else None


def free_at(rate: Rate, sent: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next message may go without there being more than `rate`; None: now. `sent`: oldest first."""
    if len(sent) < rate.most:
        return None
    free = sent[-rate.most] + timedelta(seconds=rate.within_s)
    return free if free > now else None


def below(one: Priority, other: Priority) -> bool:
    """Whether the priority `one` is below `other`."""
    return PRIORITIES.index(one) > PRIORITIES.index(other)


def _end_of(quiet: Quiet, now: datetime, zone: tzinfo) -> datetime | None:
    """When this quiet time ends, if it holds at `now`."""
    local = now.astimezone(zone)
    for days_ago in (0, 1):
        day = local.date() - timedelta(days=days_ago)
        if quiet.weekdays and WEEKDAYS[day.weekday()] not in quiet.weekdays:
            continue
        last = day if quiet.ends > quiet.begins else day + timedelta(days=1)
        begin = datetime.combine(day, quiet.begins, zone)
        end = datetime.combine(last, quiet.ends, zone)
        # As instants: two times of one zone are compared by what the clock on the wall shows.
        if begin.timestamp() <= now.timestamp() < end.timestamp():
            return end.astimezone(now.tzinfo)
    return None
