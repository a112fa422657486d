"""How long each camera was good, faulty, without signal, not judged and not watched at all, by day of the site.

Everything follows from the record: what was found and cleared, what was not judged, when the hub ran. A second counts
once: without a signal before faulty, faulty before not judged. What a permit covers is counted beside as excused, and
never taken away. Times are those at which the hub took things in (`seen_at`).
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

import msgspec

from hub.core.catalogue import FINDINGS, ClockStepped, HubStarted, HubStopped, SiteConfigured
from hub.core.event import Record, wire_name
from hub.core.findings import CameraJudged, CameraNotJudged, Finding, FindingCleared
from hub.core.walltime import midnight

Condition = Literal["good", "fault", "lost", "not_judged", "unwatched"]

TYPES: tuple[str, ...] = tuple(
    sorted(
        {wire_name(event) for pair in FINDINGS.values() for event in pair}
        | {wire_name(event) for event in (CameraJudged, CameraNotJudged, SiteConfigured)}
        | {wire_name(event) for event in (HubStarted, HubStopped, ClockStepped)}
    )
)
"""Wire names of the records that matter here."""
NO_SIGNAL = frozenset({"signal.lost", "access.refused"})
"""Findings with which there is no picture at all."""
NO_FAULT = frozenset({"recording.missing", "lens.soiled", "view.overgrown", "night.unusable"})
"""Findings that say nothing against the picture of that moment: recording has figures of its own, the others are for
cleaning and replacement."""


class CameraDay(msgspec.Struct, frozen=True, kw_only=True):
    """One camera on one day of the site, in seconds. A permit covers `excused_s` of the faulty and lost ones."""

    camera: str
    day: date
    good_s: float = 0.0
    fault_s: float = 0.0
    lost_s: float = 0.0
    not_judged_s: float = 0.0
    unwatched_s: float = 0.0
    excused_s: float = 0.0
    probes: int = 0
    """At how many full hours the camera was looked at."""
    probes_with_signal: int = 0

    @property
    def watched_s(self) -> float:
        """How long anybody could have seen whether there is a signal."""
        return self.good_s + self.fault_s + self.lost_s + self.not_judged_s

    @property
    def judged_s(self) -> float:
        """How long the picture was there and judged."""
        return self.good_s + self.fault_s

    @property
    def whole_s(self) -> float:
        return self.watched_s + self.unwatched_s


class Availability:
    """Takes records in their order and keeps the account of each camera and day. For one thread at a time."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._running = False
        self._seen_at: datetime | None = None
        self._cameras: dict[str, _Camera] = {}
        self._days: dict[tuple[date, str], defaultdict[str, float]] = {}

    def take(self, records: Iterable[Record]) -> None:
        """Go on with more records."""
        for record in records:
            self._take(record)

    def days(self, now: datetime) -> list[CameraDay]:
        """The account up to now, by day and camera."""
        for camera in self._cameras.values():
            self._count(camera, now)
        found = sorted(self._days.items())
        return [
            CameraDay(
                camera=camera,
                day=day,
                good_s=counted["good_s"],
                fault_s=counted["fault_s"],
                lost_s=counted["lost_s"],
                not_judged_s=counted["not_judged_s"],
                unwatched_s=counted["unwatched_s"],
                probes=round(counted["probes"]),
                probes_with_signal=round(counted["probes_with_signal"]),
            )
            for (day, camera), counted in found
        ]

    def drop_before(self, day: date) -> None:
        """Forget the days before; they were kept elsewhere."""
        self._days = {key: seconds for key, seconds in self._days.items() if key[0] >= day}

    def _take(self, record: Record) -> None:
        event, now = record.event, record.seen_at
        match event:
            case Finding():
                camera = self._cameras.get(event.camera)
                if camera is not None:
                    self._count(camera, now)
                    camera.findings.add(wire_name(event))
            case FindingCleared():
                camera = self._cameras.get(event.camera)
                if camera is not None and event.CLEARS is not None:
                    self._count(camera, now)
                    camera.findings.discard(wire_name(event.CLEARS))
            case CameraNotJudged() | CameraJudged():
                camera = self._cameras.get(event.camera)
                if camera is not None:
                    self._count(camera, now)
                    camera.judged = isinstance(event, CameraJudged)
            case SiteConfigured(site=site):
                self._configure({camera.id for camera in site.cameras}, now)
            case HubStarted():
                # Nobody knows how long a run went on that nobody ended: no longer than its last record that matters.
                ended_at = self._seen_at if self._running and self._seen_at is not None else now
                self._count_all(ended_at)
                self._running = False
                self._count_all(now)
                self._running = True
            case HubStopped():
                self._count_all(now)
                self._running = False
            case ClockStepped(by_s=by_s):
                # What passed is not longer or shorter because the clock was set; the old clock says how long it was.
                self._count_all(now - timedelta(seconds=by_s))
                for camera in self._cameras.values():
                    camera.since_at = now
            case _:
                pass
        self._seen_at = now

    def _configure(self, ids: set[str], now: datetime) -> None:
        for gone in self._cameras.keys() - ids:
            self._count(self._cameras.pop(gone), now)
        for new in ids - self._cameras.keys():
            self._cameras[new] = _Camera(new, now)

    def _count_all(self, now: datetime) -> None:
        for camera in self._cameras.values():
            self._count(camera, now)

    def _count(self, camera: "_Camera", now: datetime) -> None:
        """Add what passed since it was counted last, to the days on which it passed."""
        condition = self._condition(camera)
        begin = camera.since_at
        while begin < now:
            day = begin.astimezone(self._zone).date()
            end = min(now, midnight(day + timedelta(days=1), self._zone))
            seconds = self._days.setdefault((day, camera.id), defaultdict(float))
            seconds[f"{condition}_s"] += (end - begin).total_seconds()
            if condition != "unwatched":
                hours = _full_hours(begin, end)
                seconds["probes"] += hours
                seconds["probes_with_signal"] += hours * (condition != "lost")
            begin = end
        camera.since_at = max(camera.since_at, now)

    def _condition(self, camera: "_Camera") -> Condition:
        if not self._running:
            return "unwatched"
        if camera.findings & NO_SIGNAL:
            return "lost"
        if camera.findings - NO_FAULT:
            return "fault"
        return "good" if camera.judged else "not_judged"


def _full_hours(begin: datetime, end: datetime) -> int:
    """How many full hours lie in [begin, end)."""
    return math.ceil(end.timestamp() / 3600) - math.ceil(begin.timestamp() / 3600)


class _Camera:
    """One camera at the moment up to which it was counted."""

    def __init__(self, name: str, since_at: datetime) -> None:
        self.id = name
        self.since_at = since_at
        self.findings: set[str] = set()
        self.judged = False
