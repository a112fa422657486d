"""How much of what was to be recorded was, from the record: plans, gaps, and what is missing now.

A gap is put on record when the recording goes on, with its exact ends; until then the finding that the recording is
missing stands for it. So nothing is looked up on disk, and what was deleted for its age since then counts as recorded.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.event import Event, Record, wire_name
from hub.core.findings import MissingCause, RecordingMissing, RecordingResumed
from hub.core.permits.events import PermitBegan, PermitEnded, PermitRevoked
from hub.core.permits.excused import EXCUSED, EXCUSING
from hub.core.recorded import Span, cut, union
from hub.core.recordings import RecordingGap, RecordingPlanned, RecordingUnplanned

EVENTS: tuple[type[Event], ...] = (
    *(RecordingPlanned, RecordingUnplanned, RecordingGap, RecordingMissing, RecordingResumed),
    *(PermitBegan, PermitEnded, PermitRevoked),
)
TYPES: tuple[str, ...] = tuple(wire_name(event) for event in EVENTS)
"""Wire names of the records that matter here."""
_EXCUSABLE: frozenset[MissingCause] = frozenset({"signal", "stream", "unknown"})
"""What work at a camera brings about."""


class RecordedTime(msgspec.Struct, frozen=True, kw_only=True):
    """What was planned and what is missing of a camera, in seconds. A permit covers `excused_s` of what is missing."""

    planned_s: float
    missing_s: float
    excused_s: float = 0.0

    @property
    def recorded_s(self) -> float:
        return self.planned_s - self.missing_s


class Recorded:
    """Takes records in their order. For one thread at a time."""

    def __init__(self) -> None:
        self._cameras: dict[str, _Camera] = {}
        self._permits: dict[str, PermitBegan] = {}

    def take(self, record: Record) -> None:
        """Go on with one more record; others than `EVENTS` change nothing."""
        if not isinstance(record.event, EVENTS):
            return
        event, now = record.event, record.seen_at
        match event:
            case RecordingPlanned():
                camera = self._camera(event.camera)
                camera.planned_at = camera.planned_at or now
            case RecordingUnplanned():
                self._camera(event.camera).unplan(now)
            case RecordingMissing():
                camera = self._camera(event.camera)
                # When its cause changes it comes again, with the same beginning.
                again = camera.missing is not None
                camera.end_missing(now)
                camera.missing = replace(event, since_at=now) if again else event
            case RecordingResumed():
                self._camera(event.camera).end_missing(now)
            case RecordingGap():
                self._camera(event.camera).gap(Span(event.from_at, event.to_at), excusable=event.cause in EXCUSED)
            case PermitBegan():
                if EXCUSING & set(event.kinds):
                    self._permits[event.permit] = event
                    for name in event.cameras:
                        self._camera(name).permits[event.permit] = Span(now, max(now, event.to_at))
            case PermitEnded(permit=permit) | PermitRevoked(permit=permit):
                began = self._permits.pop(permit, None)
                for name in began.cameras if began is not None else ():
                    span = self._camera(name).permits[permit]
                    self._camera(name).permits[permit] = Span(span.from_at, max(span.from_at, min(span.to_at, now)))
            case _:
                pass

    def between(self, period: Span, now: datetime) -> Mapping[str, RecordedTime]:
        """Of each camera that was to be recorded at any time of the period, up to now."""
        upto = Span(period.from_at, min(period.to_at, now))
        found = {name: camera.account(upto, now) for name, camera in self._cameras.items()} if upto.seconds > 0 else {}
        return {name: account for name, account in found.items() if account.planned_s > 0}

    def drop_before(self, at: datetime) -> None:
        """Forget what was over before."""
        for camera in self._cameras.values():
            camera.drop_before(at)

    def _camera(self, name: str) -> "_Camera":
        return self._cameras.setdefault(name, _Camera())


class _Camera:
    """What is on record of one camera."""

    def __init__(self) -> None:
        self.planned: list[Span] = []
        self.planned_at: datetime | None = None
        self.gaps: list[tuple[Span, bool]] = []
        """Those that are on record, with whether a permit may excuse them."""
        self.noticed: list[tuple[Span, bool]] = []
        """What was missing by the findings, of which the gap is not on record yet."""
        self.missing: RecordingMissing | None = None
        self.permits: dict[str, Span] = {}

    def unplan(self, now: datetime) -> None:
        self.end_missing(now)
        if self.planned_at is not None and self.planned_at < now:
            self.planned.append(Span(self.planned_at, now))
        self.planned_at = None

    def end_missing(self, now: datetime) -> None:
        if self.missing is not None and self.missing.since_at < now:
            self.noticed.append((Span(self.missing.since_at, now), self.missing.cause in _EXCUSABLE))
        self.missing = None

    def gap(self, span: Span, *, excusable: bool) -> None:
        self.gaps.append((span, excusable))
        # From here on it is known to the second.
        self.noticed = [each for each in self.noticed if not cut([each[0]], span)]

    def account(self, upto: Span, now: datetime) -> RecordedTime:
        planned = [*self.planned, *([Span(self.planned_at, now)] if self.planned_at and self.planned_at < now else [])]
        wanted = union(cut(planned, upto))
        missing = [*self.gaps, *self.noticed]
        if self.missing is not None and self.missing.since_at < now:
            missing.append((Span(self.missing.since_at, now), self.missing.cause in _EXCUSABLE))
        lacking = _within(union(span for span, _ in missing), wanted)
        excusable = _within(union(span for span, may in missing if may), wanted)
        return RecordedTime(
            planned_s=_seconds(wanted),
            missing_s=_seconds(lacking),
            excused_s=_seconds(_within(excusable, union(self.permits.values()))),
        )

    def drop_before(self, at: datetime) -> None:
        self.planned = [span for span in self.planned if span.to_at > at]
        self.gaps = [each for each in self.gaps if each[0].to_at > at]
        self.noticed = [each for each in self.noticed if each[0].to_at > at]
        self.permits = {key: span for key, span in self.permits.items() if span.to_at > at}


def _within(spans: Iterable[Span], wholes: Iterable[Span]) -> list[Span]:
    spans = list(spans)
    return [part for whole in wholes for part in cut(spans, whole)] if spans else []


def _seconds(spans: Iterable[Span]) -> float:
    return sum(span.seconds for span in spans)
