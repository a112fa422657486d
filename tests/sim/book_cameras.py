"""The books about cameras: when what was seen on which, when the hub ran, and what comes of it for each day.

Kept from what happens in the plant, and reckoned with intervals. Nothing of the hub is asked.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

Span = tuple[datetime, datetime]
LOST = "signal.lost"
FAULTS = frozenset(
    ("picture.frozen", "picture.black", "picture.blurred", "view.moved", "view.shaking", "view.obstructed")
)
"""What is wrong with a picture; what is recorded, and dirt, say nothing against it."""
_DAY = timedelta(days=1)
_AHEAD = timedelta(hours=8)


class DayBook(NamedTuple):
    """Seconds of one camera on one day."""

    good_s: float
    fault_s: float
    lost_s: float
    not_judged_s: float
    unwatched_s: float
    excused_s: float
    excused_lost_s: float
    probes: int
    probes_with_signal: int


class CameraBook:
    """Mutable."""

    def __init__(self, cameras: tuple[str, ...], start: datetime) -> None:
        self.start = start
        self.findings: dict[str, set[str]] = {camera: set() for camera in cameras}
        self.unjudged: set[str] = set(cameras)
        self.reported: set[str] = set()
        """Cameras of which the watch has told since the hub was started."""
        self._began: dict[tuple[str, str], datetime] = {(camera, ""): start for camera in cameras}
        self._spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
        self._running_at: datetime | None = None
        self._ran: list[Span] = []

    def started(self, now: datetime) -> None:
        self._running_at = now
        self.reported = set()

    def stopped(self, ran_until: datetime) -> None:
        """The hub stopped. A crash is on no record: it is known to have run until its last note or record."""
        assert self._running_at is not None
        self._ran.append((self._running_at, ran_until))
        self._running_at = None

    def sees(self, camera: str, kind: str, now: datetime) -> None:
        self.findings[camera].add(kind)
        self._began[camera, kind] = now

    def sees_no_more(self, camera: str, kind: str, now: datetime) -> None:
        self.findings[camera].discard(kind)
        self._spans[camera, kind].append((self._began.pop((camera, kind)), now))

    def judges(self, camera: str, judged: bool, now: datetime) -> None:
        if judged is (camera not in self.unjudged):
            return
        if judged:
            self.unjudged.discard(camera)
            self._spans[camera, ""].append((self._began.pop((camera, "")), now))
        else:
            self.unjudged.add(camera)
            self._began[camera, ""] = now

    def spans(self, camera: str, kind: str, now: datetime) -> list[Span]:
        """When a finding stood on record."""
        open_since = self._began.get((camera, kind))
        return [*self._spans[camera, kind], *([(open_since, now)] if open_since is not None else [])]

    def days(self, camera: str, now: datetime, allowed: dict[str, list[Span]]) -> dict[str, DayBook]:
        """The account of a camera by day (`2026-10-01`) up to now. `allowed`: by kind, when a permit allowed it."""
        spans = {kind: list(found) for (name, kind), found in self._spans.items() if name == camera}
        for (name, kind), began in self._began.items():
            if name == camera:
                spans.setdefault(kind, []).append((began, now))
        ran = [*self._ran, *([(self._running_at, now)] if self._running_at is not None else [])]
        lost = within(union(spans.get(LOST, [])), ran)
        bad = [span for kind, found in spans.items() if kind in FAULTS for span in found]
        fault = without(within(union(bad), ran), lost)
        forbidden = [without(union(found), allowed.get(kind, [])) for kind, found in spans.items() if kind in FAULTS]
        excused_lost = within(lost, union(allowed.get(LOST, [])))
        excused = union([*without(fault, union([span for found in forbidden for span in found])), *excused_lost])
        unjudged = without(without(within(union(spans.get("", [])), ran), lost), fault)
        found: dict[str, DayBook] = {}
        begin = self.start
        while begin < now:
            midnight = (begin + _AHEAD).replace(hour=0, minute=0, second=0, microsecond=0) - _AHEAD + _DAY
            day = [(begin, min(midnight, now))]
            whole, watched = length(day), length(within(ran, day))
            probed = [at for at in full_hours(*day[0]) if holds(ran, at)]
            fault_s, lost_s, unjudged_s, excused_s, excused_lost_s = (
                length(within(each, day)) for each in (fault, lost, unjudged, excused, excused_lost)
            )
            found[f"{begin + _AHEAD:%Y-%m-%d}"] = DayBook(
                good_s=watched - fault_s - lost_s - unjudged_s,
                fault_s=fault_s,
                lost_s=lost_s,
                not_judged_s=unjudged_s,
                unwatched_s=whole - watched,
                excused_s=excused_s,
                excused_lost_s=excused_lost_s,
                probes=len(probed),
                probes_with_signal=sum(not holds(lost, at) for at in probed),
            )
            begin = midnight
        return found


def union(spans: list[Span]) -> list[Span]:
    """The same time, without overlaps, in order."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > begin:
            found.append((begin, end))
    return found


def within(spans: list[Span], bounds: list[Span]) -> list[Span]:
    """What of `spans` lies in `bounds`."""
    cut = [(max(a, begin), min(b, end)) for a, b in spans for begin, end in bounds]
    return union([(a, b) for a, b in cut if a < b])


def without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """What of `spans` lies outside of `holes`."""
    for begin, end in holes:
        parts = [((a, min(b, begin)), (max(a, end), b)) for a, b in spans]
        spans = [part for pair in parts for part in pair if part[0] < part[1]]
    return spans


def length(spans: list[Span]) -> float:
    return sum((end - begin).total_seconds() for begin, end in spans)


def holds(spans: list[Span], at: datetime) -> bool:
    return any(begin <= at < end for begin, end in spans)


def full_hours(begin: datetime, end: datetime) -> list[datetime]:
    """The full hours in [begin, end)."""
    hour = begin.replace(minute=0, second=0, microsecond=0)
    if hour < begin:
        hour += timedelta(hours=1)
    found = []
    while hour < end:
        found.append(hour)
        hour += timedelta(hours=1)
    return found
