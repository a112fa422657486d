"""Attention checks that are open, and those that were over last.

state      means                                     leaves by
asked      those at the post were asked              answer → answered · 90 s → asked again
again      nobody had answered; asked once more      answer → answered · 90 s → missed
missed     nobody answered; a leader is told         answer → over · those who were asked leave the post → over
answered, over                                       (done; with the seconds, and whether the answer was right)
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.attention.events import (
    AttentionAnswered,
    AttentionAsked,
    AttentionEvent,
    AttentionMissed,
    AttentionOver,
    AttentionPlanned,
)
from hub.core.attention.posts import PostPlan
from hub.core.event import Record
from hub.core.text import Text

CheckState = Literal["asked", "again", "missed", "answered", "over"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "attention.asked", "asked"),
    ("asked", "attention.asked", "again"),
    ("asked", "attention.answered", "answered"),
    ("asked", "attention.over", "over"),
    ("again", "attention.answered", "answered"),
    ("again", "attention.missed", "missed"),
    ("again", "attention.over", "over"),
    ("missed", "attention.answered", "missed"),
    ("missed", "attention.over", "over"),
)
"""A late answer leaves `missed` as it is; the `attention.over` that is written with it ends it."""

MOST_PAST = 200


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `shown` is not for those who are asked."""

    id: str
    post: str
    post_name: Text
    state: CheckState
    people: tuple[str, ...]
    asked_at: datetime
    """When they were asked first."""
    until_at: datetime
    shown: str = ""
    choices: tuple[str, ...] = ()
    missed_at: datetime | None = None
    answered_by: str = ""
    delay_s: float | None = None
    right: bool | None = None
    chosen: str = ""
    note: str = ""
    unwatched_s: float = 0.0


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """`plan`: what is asked of those at each post. `checks`: the open ones by id. `past`: newest last, 200 at most."""

    plan: dict[str, PostPlan] = {}
    planned_at: datetime | None = None
    checks: dict[str, Check] = {}
    past: tuple[Check, ...] = ()
    count: int = 0


def follow(attention: Attention, record: Record, event: AttentionEvent) -> Attention:
    """What stands after one more event."""
    if isinstance(event, AttentionPlanned):
        return replace(attention, plan={post.id: post for post in event.posts}, planned_at=record.seen_at)
    known = attention.checks.get(event.check)
    if isinstance(event, AttentionAsked) and known is None:
        check = Check(
            id=event.check,
            post=event.post,
            post_name=event.post_name,
            state="asked",
            people=tuple(event.people),
            asked_at=record.seen_at,
            until_at=event.until_at,
            shown=event.shown,
            choices=tuple(event.choices),
        )
        return replace(attention, checks={**attention.checks, check.id: check}, count=attention.count + 1)
    if known is None:
        return attention
    check = _after(known, record, event)
    if check.state not in ("answered", "over"):
        return replace(attention, checks={**attention.checks, check.id: check})
    checks = {key: each for key, each in attention.checks.items() if key != check.id}
    return replace(attention, checks=checks, past=(*attention.past, check)[-MOST_PAST:])


def _after(
    check: Check, record: Record, event: AttentionAsked | AttentionMissed | AttentionAnswered | AttentionOver
) -> Check:
    match event:
        case AttentionAsked():
            return replace(check, state="again", until_at=event.until_at, people=tuple(event.people))
        case AttentionMissed():
            return replace(check, state="missed", missed_at=record.seen_at)
        case AttentionAnswered():
            return replace(
                check,
                state="missed" if check.state == "missed" else "answered",
                answered_by=record.actor.removeprefix("person:"),
                delay_s=event.delay_s,
                right=event.right,
                chosen=event.chosen,
                note=event.note,
            )
        case AttentionOver():
            return replace(check, state="over", unwatched_s=event.unwatched_s)
