"""How long each camera was good, faulty, without signal, not judged and not watched at all, by day of the site.

Everything follows from the record: what was found and cleared, what was not judged, when the hub ran. A second counts
once: without a signal before faulty, faulty before not judged. What a permit covers is counted beside as excused, and
never taken away. Times are those at which the hub took things in (`seen_at`).
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal, NamedTuple

import msgspec

from hub.core.catalogue import FINDINGS, ClockStepped, HubStarted, HubStopped, SiteConfigured
from hub.core.event import Record, wire_name
from hub.core.findings import CameraJudged, CameraNotJudged, Finding, FindingCleared
from hub.core.permits.events import PermitBegan, PermitEnded, PermitRevoked
from hub.core.permits.kinds import KINDS
from hub.core.walltime import midnight

Condition = Literal["good", "fault", "lost", "not_judged", "unwatched"]

TYPES: tuple[str, ...] = tuple(
    sorted(
        {wire_name(event) for pair in FINDINGS.values() for event in pair}
        | {wire_name(event) for event in (CameraJudged, CameraNotJudged, SiteConfigured)}
        | {
            wire_name(event)
            for event in (HubStarted, HubStopped, ClockStepped, PermitBegan, PermitEnded, PermitRevoked)
        }
    )
)
"""Wire names of the records that matter here."""
NO_SIGNAL = frozenset({"signal.lost", "access.refused"})
"""Findings with which there is no picture at all."""
NO_FAULT = frozenset({"recording.missing", "lens.soiled", "view.overgrown", "night.unusable"})
"""Findings that say nothing against the picture of that moment: recording has figures of its own, the others are for
cleaning and replacement."""


class CameraTime(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a camera's time, in seconds. A permit covers `excused_s` of the faulty and lost ones."""

    camera: str
    good_s: float = 0.0
    fault_s: float = 0.0
    lost_s: float = 0.0
    not_judged_s: float = 0.0
    unwatched_s: float = 0.0
    excused_s: float = 0.0
    excused_lost_s: float = 0.0
    """Of the excused ones, those without a signal."""
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


class CameraDay(CameraTime, frozen=True, kw_only=True):
    """One camera on one day of the site."""

    day: date


_NEVER = datetime.min.replace(tzinfo=UTC)
_NUMBERS = tuple(name for name in CameraTime.__struct_fields__ if name != "camera")
_PLACES = {name: place for place, name in enumerate(_NUMBERS)}
"""Where each number stands in the account of a camera and day: there are hundreds of thousands of these."""


class Availability:
    """Takes records in their order and keeps the account of each camera and day. For one thread at a time."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._running = False
        self._seen_at: datetime | None = None
        self._cameras: dict[str, _Camera] = {}
        self._days: defaultdict[tuple[date, str], array[float]] = defaultdict(_nothing)
        self._permits: dict[str, _Cover] = {}
        self._began_at: datetime | None = None
        self._today = (date.min, _NEVER, _NEVER)

    def take(self, records: Iterable[Record]) -> None:
        """Go on with more records."""
        for record in records:
            self._take(record)

    @property
    def began_at(self) -> datetime | None:
        """Since when anything is on record; None before the first record."""
        return self._began_at

    def seen(self, at: datetime) -> None:
        """The hub is known to have run then, from a record of another kind."""
        if self._seen_at is not None:
            self._seen_at = max(self._seen_at, at)

    def days(self, now: datetime) -> list[CameraDay]:
        """The account up to now, by day and camera."""
        self._count_all(now)
        return [CameraDay(day=day, **_fields(camera, counted)) for (day, camera), counted in sorted(self._days.items())]

    def between(self, first: date, last: date, now: datetime) -> dict[str, CameraTime]:
        """The account of the days from `first` to `last` together, up to now, of each camera that was there then."""
        self._count_all(now)
        sums: defaultdict[str, array[float]] = defaultdict(_nothing)
        for (day, camera), counted in self._days.items():
            if first <= day <= last:
                total = sums[camera]
                for place, number in enumerate(counted):
                    total[place] += number
        return {camera: CameraTime(**_fields(camera, counted)) for camera, counted in sums.items()}

    def drop_before(self, day: date) -> None:
        """Forget the days before; they were kept elsewhere."""
        for key in [key for key in self._days if key[0] < day]:
            del self._days[key]

    def _take(self, record: Record) -> None:
        event, now = record.event, record.seen_at
        self._began_at = self._began_at or now
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
            case HubStarted(alive_until=alive_until):
                # How long a run went on that nobody ended: until it noted the last time that it was alive, and where
                # that is not known, until its last record that matters.
                ended_at = now
                if self._running and self._seen_at is not None:
                    ended_at = min(now, max(self._seen_at, alive_until or self._seen_at))
                self._count_all(ended_at)
                self._running = False
                self._count_all(now)
                self._running = True
            case HubStopped():
                self._count_all(now)
                self._running = False
            case PermitBegan(permit=permit, cameras=cameras):
                self._count_those(cameras, now)
                kinds = frozenset(finding for kind in event.kinds for finding in KINDS[kind].findings)
                self._permits[permit] = _Cover(frozenset(cameras), kinds, event.to_at)
            case PermitEnded(permit=permit) | PermitRevoked(permit=permit):
                cover = self._permits.get(permit)
                if cover is not None:
                    self._count_those(cover.cameras, now)
                    del self._permits[permit]
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

    def _count_those(self, cameras: Iterable[str], now: datetime) -> None:
        for name in cameras:
            if name in self._cameras:
                self._count(self._cameras[name], now)

    def _count_all(self, now: datetime) -> None:
        for camera in self._cameras.values():
            self._count(camera, now)

    def _count(self, camera: "_Camera", now: datetime) -> None:
        """Add what passed since it was counted last, to the days on which it passed."""
        condition = self._condition(camera)
        begin = camera.since_at
        excused_to = self._excused_to(camera, condition, begin)
        while begin < now:
            day, ends_at = self._day_of(begin)
            end = min(now, ends_at)
            numbers = self._days[day, camera.id]
            numbers[_PLACES[f"{condition}_s"]] += (end - begin).total_seconds()
            if begin < excused_to:
                excused_s = (min(end, excused_to) - begin).total_seconds()
                numbers[_PLACES["excused_s"]] += excused_s
                numbers[_PLACES["excused_lost_s"]] += excused_s * (condition == "lost")
            if condition != "unwatched":
                hours = _full_hours(begin, end)
                numbers[_PLACES["probes"]] += hours
                numbers[_PLACES["probes_with_signal"]] += hours * (condition != "lost")
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

    def _day_of(self, at: datetime) -> tuple[date, datetime]:
        """The day of the site in which an instant lies, and when it ends. Most records are of the day of the last."""
        day, begins_at, ends_at = self._today
        if not begins_at <= at < ends_at:
            day = at.astimezone(self._zone).date()
            begins_at, ends_at = midnight(day, self._zone), midnight(day + timedelta(days=1), self._zone)
            self._today = (day, begins_at, ends_at)
        return day, ends_at

    def _excused_to(self, camera: "_Camera", condition: Condition, begin: datetime) -> datetime:
        """Up to when permits cover all of what makes up the condition; `begin` or earlier when they do not."""
        match condition:
            case "lost":
                reasons = camera.findings & NO_SIGNAL
            case "fault":
                reasons = camera.findings - NO_FAULT
            case _:
                return begin
        # What ends is put on record a little later than it ends, or long after, when the hub was down.
        covers = [cover for cover in self._permits.values() if camera.id in cover.cameras and cover.to_at > begin]
        ends = [max((cover.to_at for cover in covers if each in cover.findings), default=begin) for each in reasons]
        return min(ends, default=begin)


def _fields(camera: str, counted: "array[float]") -> dict[str, Any]:
    """The fields of a `CameraTime`."""
    numbers = {
        name: number if name.endswith("_s") else round(number) for name, number in zip(_NUMBERS, counted, strict=True)
    }
    return {"camera": camera, **numbers}


def _nothing() -> "array[float]":
    return array("d", bytes(8 * len(_NUMBERS)))


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


class _Cover(NamedTuple):
    """A permit in force: which findings of which cameras it excuses, and until when."""

    cameras: frozenset[str]
    findings: frozenset[str]
    to_at: datetime
