"""The figures by which repairs are judged: MTTR with its parts, MTBF, estimates kept; each with what it is a figure of.

A *run* of a ticket goes from its opening, or reopening, to its closing: a fault that came back was a fault twice. Runs
that a leader cancelled were no faults and count nowhere but as cancelled.

    acknowledge  opened → the technical department took note
    dispatch     took note → somebody was named
    arrive       named → at the place, without waiting
    repair       at the place (or named, where no arrival is on record) → reported, without waiting
    wait         what the repair waited for parts, permits …
    verify       reported → seen good for the whole time, or signed for
    whole        opened → service restored: the time to repair; with waiting
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from hub.core.alarms.figures import percentile
from hub.core.tickets.model import Ticket

PhaseName = Literal["acknowledge", "dispatch", "arrive", "repair", "wait", "verify", "whole"]
PHASES: tuple[PhaseName, ...] = ("acknowledge", "dispatch", "arrive", "repair", "wait", "verify", "whole")
MOST_SUBJECTS = 20


class Phase(msgspec.Struct, frozen=True):
    """How long one part of the repairs took. None without any `runs` of which both ends are on record."""

    name: PhaseName
    runs: int
    mean_s: float | None = None
    median_s: float | None = None
    p95_s: float | None = None


class SubjectFigures(msgspec.Struct, frozen=True):
    """One thing that failed in the period."""

    subject: str
    camera: str | None
    failures: int
    """Runs that began in the period."""
    down_s: float
    """How long a fault of it stood in the period; two faults at a time count once."""
    up_s: float
    """The rest of the period."""
    mtbf_s: float | None
    """`up_s` / `failures`; None without a failure."""
    mttr_s: float | None
    """Mean of `whole` of its runs that were closed in the period."""


class TicketFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period. The parts are of the runs that were closed in it."""

    from_at: datetime
    to_at: datetime
    opened: int
    """Runs that began in the period, reopened ones among them."""
    reopened: int
    closed: int
    """Runs that were closed in the period: what `phases`, `estimated` and `signed` are counted over."""
    cancelled: int
    standing: int
    """Runs that were open at the end of the period."""
    estimated: int
    """Of the closed: those that had an estimate."""
    late: int
    """Of these: restored after the last estimate."""
    moved: int
    """Of these: those whose estimate was changed."""
    signed: int
    """Of the closed: those for which a leader signed; the hub saw the others good."""
    phases: list[Phase]
    subjects: list[SubjectFigures]
    """What failed most, at most twenty."""
    failed: int
    """How many different things failed in the period."""


def figures(runs: Iterable[Ticket], *, from_at: datetime, to_at: datetime) -> TicketFigures:
    """The figures of these runs from `from_at` to `to_at`, which is not after now."""
    every = [run for run in runs if run.since_at < to_at and (run.closed_at is None or run.closed_at >= from_at)]
    faults = [run for run in every if not run.cancelled]
    began = [run for run in faults if run.since_at >= from_at]
    closed = [run for run in faults if _ended(run, to_at)]
    estimated = [run for run in closed if run.estimate_at is not None]
    subjects = _subjects(faults, from_at, to_at)
    return TicketFigures(
        from_at=from_at,
        to_at=to_at,
        opened=len(began),
        reopened=sum(run.begun_at is not None for run in began),
        closed=len(closed),
        cancelled=sum(bool(run.cancelled) and _ended(run, to_at) for run in every),
        standing=sum(not _ended(run, to_at) for run in every),
        estimated=len(estimated),
        late=sum(_late(run) for run in estimated),
        moved=sum(sum(each.at is not None for each in run.estimates) > 1 for run in estimated),
        signed=sum(run.verified_by.startswith("person:") for run in closed),
        phases=[_phase(name, [durations(run).get(name) for run in closed]) for name in PHASES],
        subjects=subjects[:MOST_SUBJECTS],
        failed=len(subjects),
    )


def durations(run: Ticket) -> dict[PhaseName, float]:
    """How long each part of a run took, in seconds, as far as both of its ends are on record. Never below 0."""
    repaired_at = run.repair.at if run.repair is not None else None
    begun_at = run.arrived_at or run.assigned_at
    waited_s = run.waited_s - run.waited_away_s if run.arrived_at else run.waited_s
    spans: dict[PhaseName, tuple[datetime | None, datetime | None, float]] = {
        "acknowledge": (run.since_at, run.acknowledged_at, 0.0),
        "dispatch": (run.acknowledged_at, run.assigned_at, 0.0),
        "arrive": (run.assigned_at, run.arrived_at, run.waited_away_s),
        "repair": (begun_at, repaired_at, waited_s),
        "verify": (repaired_at, run.verified_at, 0.0),
        "whole": (run.since_at, run.restored_at, 0.0),
    }
    found = {
        name: max(0.0, (end - begin).total_seconds() - less_s)
        for name, (begin, end, less_s) in spans.items()
        if begin is not None and end is not None
    }
    return found | ({"wait": run.waited_s} if run.waited_s else {})


def _ended(run: Ticket, at: datetime) -> bool:
    return run.closed_at is not None and run.closed_at < at


def _late(run: Ticket) -> bool:
    return run.estimate_at is not None and run.restored_at is not None and run.restored_at > run.estimate_at


def _phase(name: PhaseName, found: Sequence[float | None]) -> Phase:
    known = sorted(each for each in found if each is not None)
    if not known:
        return Phase(name, 0)
    return Phase(name, len(known), sum(known) / len(known), percentile(known, 0.5), percentile(known, 0.95))


def _subjects(faults: Sequence[Ticket], from_at: datetime, to_at: datetime) -> list[SubjectFigures]:
    grouped: dict[str, list[Ticket]] = {}
    for run in faults:
        grouped.setdefault(run.subject or f"camera:{run.camera}", []).append(run)
    found = [_subject(subject, runs, from_at, to_at) for subject, runs in grouped.items()]
    return sorted(
        (each for each in found if each.failures), key=lambda each: (-each.failures, -each.down_s, each.subject)
    )


def _subject(subject: str, runs: Sequence[Ticket], from_at: datetime, to_at: datetime) -> SubjectFigures:
    failures = sum(run.since_at >= from_at for run in runs)
    down_s = _down(runs, from_at, to_at).total_seconds()
    up_s = (to_at - from_at).total_seconds() - down_s
    whole = [durations(run)["whole"] for run in runs if _ended(run, to_at) and run.restored_at is not None]
    return SubjectFigures(
        subject=subject,
        camera=runs[-1].camera,
        failures=failures,
        down_s=down_s,
        up_s=up_s,
        mtbf_s=up_s / failures if failures else None,
        mttr_s=sum(whole) / len(whole) if whole else None,
    )


def _down(runs: Sequence[Ticket], from_at: datetime, to_at: datetime) -> timedelta:
    """How much of the period lies between the beginning of a run and its restoring."""
    spans = sorted((max(run.since_at, from_at), min(run.restored_at or to_at, to_at)) for run in runs)
    total, reached = timedelta(), from_at
    for begin, end in spans:
        begin = max(begin, reached)
        if end > begin:
            total += end - begin
            reached = end
    return total
