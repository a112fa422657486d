"""Gaps in recordings that a permit excuses: shown beside the others, never counted as recorded."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from hub.core.permits.kinds import PermitKind
from hub.core.permits.model import Permit
from hub.core.recorded import Gap
from hub.core.recordings import Cause

EXCUSED: frozenset[Cause] = frozenset({"camera", "network", "unknown"})
"""What work at a camera brings about. That the hub was down, or a disk full, no permit allows."""
EXCUSING: frozenset[PermitKind] = frozenset({"signal", "stall", "recording"})
"""The kinds of permit that excuse a gap."""


def excused(gaps: Iterable[Gap], periods: Sequence[tuple[Permit, datetime, datetime]]) -> list[Gap]:
    """The same gaps, cut at the ends of permits, each with the permit under which it fell.

    `periods`: the permits for the camera with the time in which each was in force. Only those count that allow the
    camera's signal, its stream or its recording to be gone.
    """
    found: list[Gap] = []
    allowing = [period for period in periods if EXCUSING & set(period[0].kinds)]
    for gap in gaps:
        found += _cut(gap, allowing) if gap.cause in EXCUSED else [gap]
    return found


def _cut(gap: Gap, periods: Sequence[tuple[Permit, datetime, datetime]]) -> list[Gap]:
    edges = {at for _, *both in periods for at in both if gap.from_at < at < gap.to_at}
    ends = [gap.from_at, *sorted(edges), gap.to_at]
    parts: list[Gap] = []
    for from_at, to_at in itertools.pairwise(ends):
        under = next((permit.id for permit, begin, end in periods if begin <= from_at and to_at <= end), "")
        if parts and parts[-1].permit == under:
            parts[-1] = replace(parts[-1], to_at=to_at)
        else:
            parts.append(replace(gap, from_at=from_at, to_at=to_at, permit=under))
    return parts
