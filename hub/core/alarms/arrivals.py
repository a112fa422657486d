"""How alarms come: which of them chatter, and where so many come that nobody can follow.

The limits are those of the norms, and the same for every site, so that figures of two sites can be compared:

    chattering   raised three times or more within a minute (ISA-18.2, IEC 62682, EEMUA 191)
    flood        more than ten new alarms within ten minutes at one operator's post; over when fewer than five come
                 within ten minutes (ISA-18.2, IEC 62682, EEMUA 191)

A domain's operators are one post here (a desk): each domain is watched by its own people. What is about no camera (the
hub's own parts) comes to every desk. An alarm that is laid aside or chatters disturbs nobody, and counts for no flood.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from hub.core.alarms.events import (
    AlarmCalmed,
    AlarmChattering,
    AlarmFloodBegan,
    AlarmFloodEnded,
    AlarmRaised,
)
from hub.core.alarms.model import Alarm, key_of
from hub.core.event import Event, Record
from hub.core.people.account import DOMAINS

CHATTER_TIMES = 3
CHATTER_WITHIN = timedelta(seconds=60)
CALM_AFTER = timedelta(minutes=5)
"""So long without being raised, and an alarm that chattered is quiet. Our own: the norms only say when it begins."""
FLOOD_ABOVE = 10
FLOOD_BELOW = 5
FLOOD_WITHIN = timedelta(minutes=10)

MOST_KEPT = 1_000
"""Arrivals within the time that is looked at; of a worse flood only the newest count for its peak."""

ArrivalEvent = AlarmRaised | AlarmChattering | AlarmCalmed | AlarmFloodBegan | AlarmFloodEnded


class Chatter(msgspec.Struct, frozen=True):
    """An alarm that chatters, by the number it had when it was marked."""

    alarm: str
    rule: str
    subject: str
    last_at: datetime


class Flood(msgspec.Struct, frozen=True):
    """A flood at one desk that is not over."""

    desk: str
    since_at: datetime
    alarms: int
    """How many have come in it."""
    peak: int
    """The most within ten minutes."""


class Arrivals(msgspec.Struct, frozen=True):
    """What is kept of the last minutes."""

    recent: dict[str, tuple[datetime, ...]] = {}
    """When each was raised within the last minute, by `key_of`."""
    chattering: dict[str, Chatter] = {}
    rang: tuple[tuple[datetime, str], ...] = ()
    """What disturbed somebody within the last ten minutes: when, and the domain (empty: everybody)."""
    floods: dict[str, Flood] = {}
    """By desk."""


def follow(arrivals: Arrivals, record: Record, event: ArrivalEvent, alarm: Alarm | None) -> Arrivals:
    """Arrivals after one more record. `alarm`: the one that was raised, as it is now."""
    at = record.seen_at
    match event:
        case AlarmRaised():
            return _arrived(arrivals, at, event, quiet=alarm is not None and bool(alarm.quiet))
        case AlarmChattering():
            chatter = Chatter(event.alarm, event.rule, event.about, at)
            return replace(arrivals, chattering={**arrivals.chattering, key_of(event.rule, event.about): chatter})
        case AlarmCalmed():
            key = key_of(event.rule, event.about)
            return replace(arrivals, chattering={k: each for k, each in arrivals.chattering.items() if k != key})
        case AlarmFloodBegan():
            flood = Flood(event.desk, at, event.alarms, event.alarms)
            return replace(arrivals, floods={**arrivals.floods, event.desk: flood})
        case AlarmFloodEnded():
            return replace(arrivals, floods={k: each for k, each in arrivals.floods.items() if k != event.desk})


def taken_back(arrivals: Arrivals, at: datetime, domain: str) -> Arrivals:
    """Arrivals without one of this moment: a permit covers it, and it disturbs nobody."""
    for index in range(len(arrivals.rang) - 1, -1, -1):
        if arrivals.rang[index] == (at, domain):
            return replace(arrivals, rang=(*arrivals.rang[:index], *arrivals.rang[index + 1 :]))
        if arrivals.rang[index][0] != at:
            break
    return arrivals


def announced(arrivals: Arrivals, raised: AlarmRaised, standing: Alarm | None, now: datetime) -> list[Event]:
    """What is to be said about the arrivals when `raised` comes on record next; `standing` is the same alarm before."""
    found: list[Event] = []
    key = key_of(raised.rule, raised.subject)
    if key in arrivals.chattering:
        return found
    times = 1 + sum(_within(at, now, CHATTER_WITHIN) for at in arrivals.recent.get(key, ()))
    if times >= CHATTER_TIMES:
        found.append(
            AlarmChattering(
                alarm=raised.alarm,
                rule=raised.rule,
                about=raised.subject,
                times=times,
                within_s=CHATTER_WITHIN.total_seconds(),
            )
        )
    if standing is not None and standing.laid_aside:
        return found
    for desk in desks_of(raised.domain):
        count = 1 + len(_rang_at(arrivals, desk, now))
        if count > FLOOD_ABOVE and desk not in arrivals.floods:
            found.append(AlarmFloodBegan(desk=desk, alarms=count, within_s=FLOOD_WITHIN.total_seconds()))
    return found


def over(arrivals: Arrivals, now: datetime) -> list[Event]:
    """What chatters no more, and the floods that are over."""
    calmed = [
        AlarmCalmed(alarm=each.alarm, rule=each.rule, about=each.subject)
        for each in arrivals.chattering.values()
        if not _within(each.last_at, now, CALM_AFTER)
    ]
    ended = [
        AlarmFloodEnded(desk=each.desk, alarms=each.alarms, peak=each.peak, since_at=each.since_at)
        for each in arrivals.floods.values()
        if len(_rang_at(arrivals, each.desk, now)) < FLOOD_BELOW
    ]
    return [*calmed, *ended]


def next_over(arrivals: Arrivals) -> Iterable[datetime]:
    """When `over` will next have something to say."""
    for chatter in arrivals.chattering.values():
        yield chatter.last_at + CALM_AFTER
    for desk, flood in arrivals.floods.items():
        rang = [at for at, domain in arrivals.rang if domain in ("", desk)]
        yield rang[-FLOOD_BELOW] + FLOOD_WITHIN if len(rang) >= FLOOD_BELOW else flood.since_at


def desks_of(domain: str) -> tuple[str, ...]:
    """The desks to which an alarm of a domain comes; without one, all."""
    return (domain,) if domain else tuple(DOMAINS)


def _arrived(arrivals: Arrivals, at: datetime, event: AlarmRaised, *, quiet: bool) -> Arrivals:
    key = key_of(event.rule, event.subject)
    recent = {
        other: instants for other, instants in arrivals.recent.items() if _within(instants[-1], at, CHATTER_WITHIN)
    }
    recent[key] = (*recent.get(key, ())[1 - CHATTER_TIMES :], at)
    chattering, floods, rang = arrivals.chattering, arrivals.floods, arrivals.rang
    if key in chattering:
        chattering = {**chattering, key: replace(chattering[key], last_at=at)}
    elif not quiet:
        kept = tuple(each for each in rang if _within(each[0], at, FLOOD_WITHIN))
        rang = (*kept[1 - MOST_KEPT :], (at, event.domain))
        for desk in desks_of(event.domain):
            if (flood := floods.get(desk)) is not None:
                count = sum(domain in ("", desk) for _, domain in rang)
                grown = replace(flood, alarms=flood.alarms + 1, peak=max(flood.peak, count))
                floods = {**floods, desk: grown}
    return Arrivals(recent, chattering, rang, floods)


def _rang_at(arrivals: Arrivals, desk: str, now: datetime) -> list[datetime]:
    return [at for at, domain in arrivals.rang if domain in ("", desk) and _within(at, now, FLOOD_WITHIN)]


def _within(at: datetime, now: datetime, span: timedelta) -> bool:
    """Whether it was within the last `span`. What lies ahead (the clock was set back) was not."""
    return timedelta() <= now - at < span
