"""What befell an asset, as far as decisions need it: faults, nights without a picture, how much of its time was good.

Bounded for each asset, and carried on with every record: nothing has to be counted again from the journal. It is kept
for cameras from the first word of the watch on, and for other assets from their first fault on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

YEAR = timedelta(days=365)
MOST_FAULTS = 50
MOST_NIGHTS = 60
Judgement = Literal["good", "bad", "unknown"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault ticket about the asset. `relapses`: how often the fault came back after it had been restored."""

    ticket: str
    opened_at: datetime
    restored_at: datetime | None = None
    closed: bool = False
    relapses: int = 0


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """For how long a camera was judged good, judged bad, and not judged, up to `since_at`; `now` holds since then."""

    since_at: datetime
    first_at: datetime
    now: Judgement = "unknown"
    good_s: float = 0.0
    bad_s: float = 0.0
    unknown_s: float = 0.0

    def until(self, at: datetime) -> "Watched":
        """The same, counted up to `at`. A clock that was set back adds nothing."""
        return self._counted(at, self.now)

    def turned(self, at: datetime, now: Judgement) -> "Watched":
        return self if now == self.now else self._counted(at, now)

    def _counted(self, at: datetime, now: Judgement) -> "Watched":
        passed_s = max(0.0, (at - self.since_at).total_seconds())
        match self.now:
            case "good":
                return replace(self, since_at=at, now=now, good_s=self.good_s + passed_s)
            case "bad":
                return replace(self, since_at=at, now=now, bad_s=self.bad_s + passed_s)
            case "unknown":
                return replace(self, since_at=at, now=now, unknown_s=self.unknown_s + passed_s)

    @property
    def availability(self) -> float | None:
        """Time judged good by time judged at all; None while it has not been judged. Time that was not judged is in
        neither, and is shown beside it."""
        judged_s = self.good_s + self.bad_s
        return self.good_s / judged_s if judged_s > 0 else None


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one asset. `nights`: when a night was found unusable, oldest first. `recorded_at`: since when it
    is recorded as planned, without a gap that the hub found; None when it is not."""

    faults: tuple[Fault, ...] = ()
    nights: tuple[datetime, ...] = ()
    watched: Watched | None = None
    recorded_at: datetime | None = None

    def faults_since(self, at: datetime) -> list[Fault]:
        return [fault for fault in self.faults if fault.opened_at >= at]


Lives = Mapping[str, Life]


def opened(life: Life, ticket: str, at: datetime) -> Life:
    return replace(life, faults=(*life.faults, Fault(ticket=ticket, opened_at=at))[-MOST_FAULTS:])


def restored(life: Life, ticket: str, at: datetime, *, closed: bool = False) -> Life:
    """A ticket's fault is gone, or the ticket closed: whichever comes first ends the repair."""
    return _fault(
        life,
        ticket,
        lambda fault: replace(fault, restored_at=fault.restored_at or at, closed=fault.closed or closed),
    )


def relapsed(life: Life, ticket: str) -> Life:
    return _fault(
        life, ticket, lambda fault: replace(fault, restored_at=None, closed=False, relapses=fault.relapses + 1)
    )


def cancelled(life: Life, ticket: str) -> Life:
    """It was no fault, or one that another ticket is about."""
    return replace(life, faults=tuple(fault for fault in life.faults if fault.ticket != ticket))


def dark(life: Life, at: datetime) -> Life:
    return replace(life, nights=(*life.nights, at)[-MOST_NIGHTS:])


def recorded(life: Life, at: datetime) -> Life:
    """It is recorded as planned since `at`, or since before."""
    return replace(life, recorded_at=life.recorded_at or at)


def unrecorded(life: Life, at: datetime) -> Life:
    """It is not recorded, or no longer meant to be."""
    return replace(life, recorded_at=None)


def judged(life: Life, at: datetime, now: Judgement) -> Life:
    known = life.watched or Watched(since_at=at, first_at=at)
    turned = known.turned(at, now)
    return life if turned is life.watched else replace(life, watched=turned)


def broken_off(life: Life, from_at: datetime, to_at: datetime) -> Life:
    """The hub did not run from `from_at` to `to_at`: nobody judged, and nothing was proven to be recorded."""
    if life.watched is None:
        return life if life.recorded_at is None else replace(life, recorded_at=to_at)
    before = life.watched
    away = before.until(from_at).turned(from_at, "unknown").until(to_at)
    return replace(
        life,
        watched=replace(away, now=before.now, since_at=to_at),
        recorded_at=to_at if life.recorded_at is not None else None,
    )


def _fault(life: Life, ticket: str, change: Callable[[Fault], Fault]) -> Life:
    if all(fault.ticket != ticket for fault in life.faults):
        return life
    return replace(life, faults=tuple(change(fault) if fault.ticket == ticket else fault for fault in life.faults))
