"""How recordings were handed out and looked at, counted by day of the site: requests, decisions, packages, viewings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Literal, NamedTuple

import msgspec

from hub.core.event import Event, Record, wire_name
from hub.core.recordings import RecordingViewed
from hub.core.releases.events import (
    ReleaseApproved,
    ReleaseClosed,
    ReleaseHandedOver,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseWithdrawn,
)

EVENTS: tuple[type[Event], ...] = (
    *(ReleaseRequested, ReleaseApproved, ReleaseRefused, ReleaseWithdrawn, ReleaseHandedOver, ReleaseClosed),
    RecordingViewed,
)
TYPES: tuple[str, ...] = tuple(wire_name(event) for event in EVENTS)
"""Wire names of the records that matter here."""

What = Literal["asked", "approved", "refused", "handed_over"]


class ReleaseStep(msgspec.Struct, frozen=True):
    """A step of a release. `after_s`: seconds since it was first asked for."""

    on: date
    cameras: tuple[str, ...]
    what: What
    after_s: float = 0.0


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """All of a period."""

    steps: Sequence[ReleaseStep] = ()
    viewings: Mapping[str, int] = {}
    """How often somebody began to look at recordings, by camera."""


class _Asked(NamedTuple):
    at: datetime
    cameras: tuple[str, ...]


class Footage:
    """Takes records in their order. For one thread at a time."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._open: dict[str, _Asked] = {}
        self._asked: dict[str, ReleaseStep] = {}
        self._decided: dict[str, ReleaseStep] = {}
        """By release; an approval that was taken back is a refusal."""
        self._handed: dict[str, ReleaseStep] = {}
        self._viewings: Counter[tuple[date, str]] = Counter()

    def take(self, record: Record) -> None:
        """Go on with one more record; others than `EVENTS` change nothing."""
        event, at = record.event, record.seen_at
        match event:
            case RecordingViewed():
                self._viewings[self._day(at), event.camera] += 1
            case ReleaseRequested():
                # One that was mended may name other cameras; whoever asked has waited since the first time.
                since_at = self._open[event.release].at if event.release in self._open else at
                self._open[event.release] = _Asked(since_at, tuple(event.cameras))
                self._asked[event.release] = ReleaseStep(self._day(since_at), tuple(event.cameras), "asked")
            case ReleaseApproved() if event.release in self._open:
                self._decided[event.release] = self._step(event.release, "approved", at)
            case ReleaseRefused() if event.release in self._open:
                self._decided[event.release] = self._step(event.release, "refused", at)
                del self._open[event.release]
            case ReleaseHandedOver() if event.release in self._open:
                self._handed[event.release] = self._step(event.release, "handed_over", at)
            case ReleaseWithdrawn() | ReleaseClosed():
                self._open.pop(event.release, None)
            case _:
                pass

    def between(self, first: date, last: date) -> Handled:
        """What was counted on the days from `first` to `last`."""
        viewings: Counter[str] = Counter()
        for (day, camera), number in self._viewings.items():
            if first <= day <= last:
                viewings[camera] += number
        steps = (*self._asked.values(), *self._decided.values(), *self._handed.values())
        return Handled(steps=[step for step in steps if first <= step.on <= last], viewings=viewings)

    def drop_before(self, day: date) -> None:
        """Forget the days before; what is still open is kept."""
        self._viewings = Counter({key: number for key, number in self._viewings.items() if key[0] >= day})
        for steps in (self._asked, self._decided, self._handed):
            for release in [release for release, step in steps.items() if step.on < day]:
                del steps[release]

    def _step(self, release: str, what: What, at: datetime) -> ReleaseStep:
        asked = self._open[release]
        return ReleaseStep(self._day(at), asked.cameras, what, (at - asked.at).total_seconds())

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
