"""The scheme by which people are reviewed (5.1), as the site's `rules/assessment.toml` has it."""

from hashlib import sha256
from typing import Literal

import msgspec

from hub.core.kpi.targets import Target
from hub.core.matching import Match
from hub.core.text import Text

ACTOR = "actor"
"""Whoever the record is by."""
PRESENT = "present"
"""All who are signed on at the event's `post` when it is recorded."""
ANY_MINUS = "*"
"""In `CommendationRule.without`: any point against the person."""


class After(msgspec.Struct, frozen=True, kw_only=True):
    """The time since an earlier event about the same thing: the newest one of it.

    It is within the limits when it is longer than `longer_than_s` and shorter than `shorter_than_s`. Where there was
    no earlier event, it is not. Steps of the clock in between do not count.
    """

    event: str
    same: str
    """The field of both events that says what they are about: `alarm`, `ticket` …"""
    where: tuple[Match, ...] = ()
    """What the earlier event must be like."""
    longer_than_s: float | None = None
    shorter_than_s: float | None = None
    on_duty: bool = False
    """True: where the person signed on at a post only after the earlier event, the time counts from then."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are counted, and for whom."""

    on: tuple[str, ...]
    """Wire names of events."""
    who: str
    """`actor`, `present`, or the field of the event that names the person or the people by account."""
    where: tuple[Match, ...] = ()
    of: str = ""
    """Wire name: `who` is said by the newest earlier event of this name about the same thing, and each such event is
    counted once, by the first record that comes to it. Empty: by the event."""
    of_same: str = ""
    """The field of both that says what they are about; `of` goes with it."""
    after: After | None = None


class PointRule(msgspec.Struct, frozen=True, kw_only=True):
    """One [[point]]: every record that is counted gives so many points, to each person."""

    id: str
    title: Text
    points: float
    counted: Counted
    clause: str = ""
    at_most: int | None = None
    """How often it counts for one person in a month: the first so many times. None: every time."""


class AtLeast(msgspec.Struct, frozen=True, kw_only=True):
    """So many records of the month are for the person."""

    counted: Counted
    number: int


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """The person is better than all others who have `number` records at least; who are equal are all best.

    `by` time: the median of the time since `counted.after`, the shorter the better. `by` number: the most records.
    """

    counted: Counted
    by: Literal["time", "number"]
    number: int


class CommendationRule(msgspec.Struct, frozen=True, kw_only=True):
    """One [[commendation]]: everything that it asks for is so at the end of the month."""

    id: str
    title: Text
    points: float
    clause: str = ""
    at_least: tuple[AtLeast, ...] = ()
    without: tuple[str, ...] = ()
    """Ids of points that the person must not have, or `*` for every point against them."""
    best: Best | None = None


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted for and against people, and what the figures should reach."""

    points: tuple[PointRule, ...] = ()
    commendations: tuple[CommendationRule, ...] = ()
    by_hand_most: float = 10.0
    """So many points in a month a person can have for good work that a leader put on record."""
    appeal_s: float = 14 * 86400.0
    """So long after a review was made a person may appeal against a point."""
    make_on_day: int = 3
    """The day of the next month on which the review is made by itself; 0: only when a leader asks for it."""
    targets: tuple[Target, ...] = ()
    """What the figures should reach, by figure."""
    watched_share: float = 0.95
    """A figure has no verdict while less than this share of its period was watched."""

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Everything that it counts."""
        found = [rule.counted for rule in self.points]
        for commendation in self.commendations:
            found += [each.counted for each in commendation.at_least]
            found += [commendation.best.counted] if commendation.best is not None else []
        return tuple(found)


def digest_of(scheme: Scheme) -> str:
    """SHA-256 of what a scheme says: the same digest, the same scheme."""
    return sha256(msgspec.json.encode(scheme)).hexdigest()
