"""What people did at their posts, counted by day of the site: shifts, attention checks, walks of the wall, permits."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime, tzinfo
from typing import Literal

import msgspec

from hub.core.attention.events import AttentionAnswered, AttentionMissed, AttentionOver
from hub.core.event import Event, Record, wire_name
from hub.core.patrol.events import PatrolDone, PatrolMissed
from hub.core.permits.events import PermitBegan, PermitEnded, PermitEndedWhileObstructed, PermitRevoked
from hub.core.posts.events import PostAttendance
from hub.core.posts.events import Verdict as Attendance

EVENTS: tuple[type[Event], ...] = (
    *(PostAttendance, AttentionAnswered, AttentionMissed, AttentionOver, PatrolDone, PatrolMissed),
    *(PermitBegan, PermitEnded, PermitRevoked, PermitEndedWhileObstructed),
)
TYPES: tuple[str, ...] = tuple(wire_name(event) for event in EVENTS)
"""Wire names of the records that matter here."""

What = Attendance | Literal["checks_answered", "checks_missed", "unwatched_s", "walks_made", "walks_missed"]
"""Shifts by what became of them; attention checks; seconds for which nobody is known to have watched; walks of the
wall that were made in time, and those that were not."""


class EndedPermit(msgspec.Struct, frozen=True):
    """A permit that is over. `left`: something still covered a camera then."""

    on: date
    cameras: tuple[str, ...]
    left: bool = False


class Work:
    """Takes records in their order. For one thread at a time."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._counted: Counter[tuple[date, str, What]] = Counter()
        self._missed_checks: set[str] = set()
        self._late_walks: set[str] = set()
        """The posts whose walk was missed and has not been made since."""
        self._began: dict[str, tuple[str, ...]] = {}
        self._ended: dict[str, EndedPermit] = {}

    def take(self, record: Record) -> None:
        """Go on with one more record; others than `EVENTS` change nothing."""
        if not isinstance(record.event, EVENTS):
            return
        event, on = record.event, self._day(record.seen_at)
        match event:
            case PostAttendance():
                self._counted[self._day(event.from_at), event.post, event.verdict] += 1
            case AttentionMissed():
                self._missed_checks.add(event.check)
                self._counted[on, event.post, "checks_missed"] += 1
            case AttentionAnswered() if event.check not in self._missed_checks:
                self._counted[on, event.post, "checks_answered"] += 1
            case AttentionOver():
                self._missed_checks.discard(event.check)
                self._counted[on, event.post, "unwatched_s"] += round(event.unwatched_s)
            case PatrolMissed():
                self._late_walks.add(event.post)
                self._counted[on, event.post, "walks_missed"] += 1
            case PatrolDone():
                # One that was missed is counted already; making it late does not make it another one.
                self._counted[on, event.post, "walks_made"] += event.post not in self._late_walks
                self._late_walks.discard(event.post)
            case PermitBegan():
                self._began[event.permit] = tuple(event.cameras)
            case PermitEnded() | PermitRevoked():
                cameras = self._began.pop(event.permit, None)
                if cameras is not None:
                    self._ended[event.permit] = EndedPermit(on, cameras)
            case PermitEndedWhileObstructed() if event.permit in self._ended:
                self._ended[event.permit] = msgspec.structs.replace(self._ended[event.permit], left=True)
            case _:
                pass

    def between(self, first: date, last: date) -> dict[str, Counter[What]]:
        """What was counted on the days from `first` to `last`, by post."""
        found: dict[str, Counter[What]] = {}
        for (day, post, what), number in self._counted.items():
            if first <= day <= last:
                found.setdefault(post, Counter())[what] += number
        return found

    def permits(self, first: date, last: date) -> list[EndedPermit]:
        """The permits that ended on those days."""
        return [each for each in self._ended.values() if first <= each.on <= last]

    def drop_before(self, day: date) -> None:
        """Forget the days before."""
        self._counted = Counter({key: number for key, number in self._counted.items() if key[0] >= day})
        self._ended = {key: each for key, each in self._ended.items() if each.on >= day}

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def at_posts(counted: Mapping[str, Counter[What]], posts: Collection[str] | None = None) -> Counter[What]:
    """What was counted at some posts together; None: at all of them."""
    total: Counter[What] = Counter()
    for post, numbers in counted.items():
        if posts is None or post in posts:
            total.update(numbers)
    return total
