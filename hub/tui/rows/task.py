"""One thing that waits for somebody, as the home panel lists it."""

from datetime import datetime
from typing import Literal

import msgspec

from hub.core.command import Command
from hub.core.people.rights import may
from hub.tui.action import Where
from hub.tui.situation import Situation

Urgency = Literal["now", "late", "soon", "open"]
_SOON_S = 86_400


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to see to. `urgency`: `now` what stands and nobody has seen to, `late` what should be done already,
    `soon` what is due within the day, `open` the rest. `mine`: it waits for this person."""

    key: str
    urgency: Urgency
    what: str
    about: str = ""
    by_at: datetime | None = None
    mine: bool = False
    panel: Where
    item: str = ""
    """What to choose in the panel."""
    weight: int = 0
    """Among equals the lower comes first."""


def urgency_of(at: datetime | None, situation: Situation) -> Urgency:
    """By when something is to be done."""
    if at is None:
        return "open"
    left_s = (at - situation.now).total_seconds()
    return "late" if left_s <= 0 else "soon" if left_s <= _SOON_S else "open"


def i_may(situation: Situation, command: type[Command]) -> bool:
    """Whether the person who looks has the right that a command needs."""
    return situation.site is not None and may(situation.site.me, command)


def i_am(situation: Situation, actor: str) -> bool:
    """Whether an actor (`person:wang`) or an account is the person who looks."""
    return situation.site is not None and actor.removeprefix("person:") == situation.site.me.id


def my_posts(situation: Situation) -> frozenset[str]:
    """The posts at which the person who looks is signed on."""
    site = situation.site
    if site is None:
        return frozenset()
    there = (post.post for post in site.posts for each in post.people if each.present and each.account == site.me.id)
    return frozenset(there)
