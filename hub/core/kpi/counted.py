"""What was counted in a period, by camera, domain and post: what the figures of any group are added up from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.core.alarms.tally import Judged, Tally
from hub.core.assets.completeness import missing
from hub.core.assets.fields import REQUIRED
from hub.core.assets.model import Asset
from hub.core.kpi.availability import CameraTime
from hub.core.kpi.footage import Handled
from hub.core.kpi.recording import RecordedTime
from hub.core.kpi.work import EndedPermit, What
from hub.core.rounds.ledger import PastRound, counts
from hub.core.state import CameraState
from hub.core.tickets.figures import PhaseName, durations
from hub.core.tickets.model import Ticket

PHASES: tuple[PhaseName, ...] = ("acknowledge", "dispatch", "repair", "verify", "whole")


class Repairs(msgspec.Struct, frozen=True, kw_only=True):
    """Repairs of one camera, or of all that are about none. `seconds` and `runs`: by phase, of those closed."""

    began: int = 0
    closed: int = 0
    estimated: int = 0
    in_time: int = 0
    seconds: Mapping[PhaseName, float] = {}
    runs: Mapping[PhaseName, int] = {}


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """Rounds about one camera, or about none, whose time ended in the period."""

    in_time: int = 0
    judged: int = 0


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms by domain (empty: about no camera, which come to the operators of every domain) and by camera."""

    disturbing: Mapping[str, int] = {}
    acknowledged: Mapping[str, int] = {}
    acknowledge_s: Mapping[str, float] = {}
    judged: Mapping[str, int] = {}
    """By camera; empty: about none."""
    false: Mapping[str, int] = {}


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what is required of one asset is filled in."""

    domain: str
    department: str
    filled: int
    required: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """All of a period. What is about no camera stands under the empty name."""

    from_at: datetime
    to_at: datetime
    """The end of the period, or now; never before `from_at`."""
    began_at: datetime | None = None
    """Since when anything is on record; None: nothing is."""
    cameras: Mapping[str, CameraTime] = {}
    recorded: Mapping[str, RecordedTime] = {}
    unbroken_since: Mapping[str, datetime | None] = {}
    """Since when each camera that is to be recorded has been recorded without a gap; None: it is not recorded now."""
    now: datetime
    alarms: Alarms = Alarms()
    repairs: Mapping[str, Repairs] = {}
    rounds: Mapping[str, Rounds] = {}
    work: Mapping[str, Counter[What]] = {}
    """By post."""
    permits: Sequence[EndedPermit] = ()
    footage: Handled = Handled()
    archives: Mapping[str, Archive] = {}
    """By asset; those of cameras have the camera's id."""

    @property
    def before_s(self) -> float:
        """How much of the period lies before anything was on record."""
        began_at = self.to_at if self.began_at is None else min(self.began_at, self.to_at)
        return max(0.0, (began_at - self.from_at).total_seconds())

    @property
    def known_s(self) -> float:
        """The rest of it."""
        return (self.to_at - self.from_at).total_seconds() - self.before_s


def alarms_of(tally: Tally, from_at: datetime, to_at: datetime) -> Alarms:
    """The alarms of the whole hours that begin in the period."""
    disturbing: Counter[str] = Counter()
    acknowledged: Counter[str] = Counter()
    acknowledge_s: dict[str, float] = {}
    judged: dict[str, Judged] = {}
    for (at, domain), hour in tally.hours.items():
        if from_at <= at < to_at:
            disturbing[domain] += sum(hour.slots)
            acknowledged[domain] += len(hour.acknowledge_s)
            acknowledge_s[domain] = acknowledge_s.get(domain, 0.0) + sum(hour.acknowledge_s)
            judged |= hour.judged
    return Alarms(
        disturbing=disturbing,
        acknowledged=acknowledged,
        acknowledge_s=acknowledge_s,
        judged=Counter(each.source.camera or "" for each in judged.values()),
        false=Counter(each.source.camera or "" for each in judged.values() if each.verdict == "false"),
    )


def repairs_of(runs: Iterable[Ticket], from_at: datetime, to_at: datetime) -> dict[str, Repairs]:
    """The repairs that began or were closed in the period, by camera. Cancelled ones were none."""
    found: dict[str, list[Ticket]] = {}
    for run in runs:
        if not run.cancelled and run.since_at < to_at and (run.closed_at is None or run.closed_at >= from_at):
            found.setdefault(run.camera or "", []).append(run)
    return {camera: _repairs(those, from_at, to_at) for camera, those in found.items()}


def _repairs(runs: Sequence[Ticket], from_at: datetime, to_at: datetime) -> Repairs:
    closed = [run for run in runs if run.closed_at is not None and run.closed_at < to_at]
    estimated = [run for run in closed if run.estimate_at is not None and run.restored_at is not None]
    spans = [durations(run) for run in closed]
    return Repairs(
        began=sum(run.since_at >= from_at for run in runs),
        closed=len(closed),
        estimated=len(estimated),
        in_time=sum(run.restored_at <= run.estimate_at for run in estimated),  # type: ignore[operator]
        seconds={phase: sum(span.get(phase, 0.0) for span in spans) for phase in PHASES},
        runs={phase: sum(phase in span for span in spans) for phase in PHASES},
    )


def rounds_of(told: Iterable[PastRound], from_at: datetime, to_at: datetime, now: datetime) -> dict[str, Rounds]:
    """The rounds whose time ended in the period, by camera."""
    found: dict[str, list[PastRound]] = {}
    for each in told:
        found.setdefault(each.camera or "", []).append(each)
    sums = {camera: counts(those, from_at, to_at, now) for camera, those in found.items()}
    return {
        camera: Rounds(in_time=sum(each.in_time for each in those), judged=sum(each.judged for each in those))
        for camera, those in sums.items()
        if those
    }


def archives_of(assets: Iterable[Asset], cameras: Mapping[str, CameraState]) -> dict[str, Archive]:
    """Of the assets that are not retired."""
    return {
        asset.id: Archive(
            domain=asset.domain,
            department=asset.values.get("department", ""),
            filled=len(REQUIRED[asset.kind]) - len(missing(asset, cameras.get(asset.id))),
            required=len(REQUIRED[asset.kind]),
        )
        for asset in assets
        if asset.retired is None
    }
