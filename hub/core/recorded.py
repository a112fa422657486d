"""Pure: how much of what should have been recorded was, and why the rest was not."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hub.core.recordings import Cause, Ended

SEAM_S = 2.0
"""Between two files, or over a quick reconnect, so much may be missing without being called a gap."""
_CAUSES: dict[Ended, Cause] = {
    "camera": "camera",
    "network": "network",
    "storage": "storage",
    "stopped": "hub",
    "crash": "hub",
}


class Span(NamedTuple):
    """From an instant to a later one."""

    from_at: datetime
    to_at: datetime

    @property
    def seconds(self) -> float:
        return (self.to_at - self.from_at).total_seconds()


class Covered(NamedTuple):
    """A time that is on disk, and why it went no further. `ended` is None for what is being recorded still."""

    from_at: datetime
    to_at: datetime
    ended: Ended | None


class Gap(msgspec.Struct, frozen=True):
    """A time that should be on disk and is not."""

    from_at: datetime
    to_at: datetime
    cause: Cause
    permit: str = ""
    """The permit under which it fell: excused, and missing all the same. Empty for none."""


class Stretch(NamedTuple):
    """What is on disk of a camera without a gap, up to the newest bytes."""

    since_at: datetime
    to_at: datetime
    closed_at: datetime | None = None
    """The end of the last file that is finished."""


def extend(known: Stretch | None, file: Span, *, holes: Iterable[Span] = (), closed: bool) -> Stretch:
    """The stretch with one more file, or with more of the file that is being written. Files come in their order.

    A seam goes on; a hole within the file does not.
    """
    goes_on = known is not None and (file.from_at - known.to_at).total_seconds() <= SEAM_S
    since_at = known.since_at if known is not None and goes_on else file.from_at
    since_at = max((hole.to_at for hole in holes if hole.seconds > SEAM_S), default=since_at)
    to_at = max(known.to_at, file.to_at) if known is not None else file.to_at
    return Stretch(since_at, to_at, file.to_at if closed else known.closed_at if known is not None else None)


class DayAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One camera on one day of the site. What lies in the future is not planned yet."""

    camera: str
    day: date
    planned_s: float
    actual_s: float
    gaps: list[Gap]


def day_of(day: date, timezone: str) -> Span:
    """The day from midnight to midnight in a time zone; 23 or 25 hours long when clocks are changed."""
    zone = ZoneInfo(timezone)
    # In UTC: within one zone Python counts 24 hours from midnight to midnight, always.
    begin, end = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return Span(begin, end)


def cut(spans: Iterable[Span], to: Span) -> list[Span]:
    """The parts of the spans that lie within `to`."""
    return [
        Span(max(span.from_at, to.from_at), min(span.to_at, to.to_at))
        for span in spans
        if span.to_at > to.from_at and span.from_at < to.to_at
    ]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither touch nor overlap, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.from_at <= merged[-1].to_at:
            merged[-1] = Span(merged[-1].from_at, max(merged[-1].to_at, span.to_at))
        else:
            merged.append(span)
    return merged


def without(spans: Iterable[Span], taken: Iterable[Span], *, shortest_s: float = 0.0) -> list[Span]:
    """What of `spans` is not in `taken`, leaving out remains of at most `shortest_s`."""
    taken = union(taken)
    rest: list[Span] = []
    for span in union(spans):
        at = span.from_at
        for other in cut(taken, span):
            rest.append(Span(at, other.from_at))
            at = other.to_at
        rest.append(Span(at, span.to_at))
    return [span for span in rest if span.seconds > shortest_s]


def gaps_in(
    planned: Sequence[Span],
    covered: Sequence[Covered],
    holes: Sequence[Span],
    hub_down: Sequence[Span],
) -> list[Gap]:
    """Every gap in what was planned, with its cause.

    `covered` must reach back to the last segment before the planned time, whose end says why nothing follows it.
    `holes` are times within segments in which the camera sent nothing: it or the network, nobody can say.
    `hub_down` goes before every other cause.
    """
    on_disk = without((Span(one.from_at, one.to_at) for one in covered), holes)
    ends = sorted((one.to_at, one.ended) for one in covered if one.ended is not None)
    gaps: list[Gap] = []
    for missing in without(planned, on_disk, shortest_s=SEAM_S):
        down = cut(union(hub_down), missing)
        gaps += [Gap(span.from_at, span.to_at, "hub") for span in down]
        gaps += [
            Gap(span.from_at, span.to_at, _cause(span.from_at, ends, holes))
            for span in without([missing], down, shortest_s=SEAM_S if down else 0.0)
        ]
    return _joined(sorted(gaps, key=lambda gap: gap.from_at))


def account(
    camera: str,
    day: date,
    span: Span,
    *,
    planned: Sequence[Span],
    covered: Sequence[Covered],
    holes: Sequence[Span] = (),
    hub_down: Sequence[Span] = (),
) -> DayAccount:
    """What was planned and done on the day that lasts for `span`. A seam counts as recorded."""
    wanted = union(cut(planned, span))
    gaps = gaps_in(wanted, covered, holes, hub_down)
    planned_s = sum(one.seconds for one in wanted)
    missing_s = sum(Span(gap.from_at, gap.to_at).seconds for gap in gaps)
    return DayAccount(camera=camera, day=day, planned_s=planned_s, actual_s=planned_s - missing_s, gaps=gaps)


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps that follow one another for the same cause are one."""
    joined: list[Gap] = []
    for gap in gaps:
        if joined and (joined[-1].to_at, joined[-1].cause) == (gap.from_at, gap.cause):
            joined[-1] = Gap(joined[-1].from_at, gap.to_at, gap.cause)
        else:
            joined.append(gap)
    return joined


def _cause(from_at: datetime, ends: Sequence[tuple[datetime, Ended]], holes: Sequence[Span]) -> Cause:
    if any(hole.from_at <= from_at < hole.to_at for hole in holes):
        return "unknown"
    before = [ended for to_at, ended in ends if to_at <= from_at]
    return _CAUSES.get(before[-1], "unknown") if before else "unknown"
