"""Whether the watch keeps its pace: events, and what follows from how often a worker looks at pictures. Pure."""

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from hub.core.event import Event

LASTING_S = 60.0
"""A worker is overloaded when it has been slow for so long, and relieved when it has kept its pace for so long."""


class WatchOverloaded(Event, tag="watch.overloaded", frozen=True, kw_only=True):
    """For a minute a watch worker has looked at pictures more seldom than asked for, because the machine is busy.

    Lost signals are found as soon as ever; faults of the picture later.
    """

    worker: Annotated[str, Meta(description="Worker name.")]
    picture_every_s: Annotated[float, Meta(description="How often it looks at a camera's picture now, in seconds.")]
    asked_every_s: Annotated[float, Meta(description="How often it should, in seconds.")]
    lag_s: Annotated[float, Meta(description="How late its threads wake, in seconds.")]


class WatchRelieved(Event, tag="watch.relieved", frozen=True, kw_only=True):
    """The watch worker looks at pictures as often as asked for again, or is no longer needed."""

    CLEARS: ClassVar[type[Event] | None] = WatchOverloaded
    worker: Annotated[str, Meta(description="Worker name.")]


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How one worker keeps up. Times are monotonic seconds."""

    asked_every_s: float = 0.0
    """How often a camera's picture should be looked at; 0 for a worker without cameras."""
    factor: float = 1.0
    """How many times more seldom it is."""
    lag_s: float = 0.0
    cpu: float = 0.0
    since_s: float = 0.0
    """Since when the worker has been slow, or has not."""

    @property
    def slow(self) -> bool:
        return self.factor > 1.0

    @property
    def picture_every_s(self) -> float:
        """How often a camera's picture is looked at."""
        return self.asked_every_s * self.factor


def follow(
    paces: Mapping[str, Pace], seen: Mapping[str, Pace], overloaded: Collection[str], now_s: float
) -> dict[str, Pace]:
    """The paces by worker after those that are `seen` now, whose `since_s` says nothing yet.

    A worker that is on record as overloaded and is gone carries no load any more.
    """
    now = dict.fromkeys(overloaded, Pace()) | dict(seen)
    return {name: replace(pace, since_s=_since_s(paces.get(name), pace, now_s)) for name, pace in now.items()}


def reconcile(paces: Mapping[str, Pace], overloaded: Collection[str], now_s: float) -> list[Event]:
    """The events that bring what is on record in line with how the workers have kept up."""
    events: list[Event] = []
    for name, pace in sorted(paces.items()):
        if now_s - pace.since_s < LASTING_S or pace.slow == (name in overloaded):
            continue
        if pace.slow:
            events.append(
                WatchOverloaded(
                    worker=name,
                    picture_every_s=pace.picture_every_s,
                    asked_every_s=pace.asked_every_s,
                    lag_s=pace.lag_s,
                )
            )
        else:
            events.append(WatchRelieved(worker=name))
    return events


def _since_s(before: Pace | None, now: Pace, now_s: float) -> float:
    return before.since_s if before is not None and before.slow == now.slow else now_s
