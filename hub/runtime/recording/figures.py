"""What the index knows of how much is written and how much must stay, for the forecast. Reads beside its writer."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from hub.core.recorded import Span, union
from hub.core.storage_forecast import DAY_S, Written
from hub.errors import SiteError
from hub.runtime.recording.index import RecordIndex


def read_written(
    path: Path, wanted_days: Mapping[str, float], recorded: frozenset[str], site_days: float, now: datetime
) -> tuple[list[Written], int, int]:
    """Of every camera, what it writes and what of it must stay in the folder of recordings; what is kept there beyond
    that, for alarms and holds; and what all takes there together. Raises `SiteError`.

    `wanted_days` by camera; of one that is not there, `site_days`. `recorded` are to be recorded.
    """
    try:
        with closing(RecordIndex(path, create=False)) as index:
            cameras = {one.camera for one in index.newest()} | recorded
            protected = index.protected(now)
            found, kept = [], 0
            for camera in sorted(cameras):
                days = wanted_days.get(camera, site_days)
                young_from = now - timedelta(days=days)
                found.append(_written(index, camera, days, young_from, now, recorded=camera in recorded))
                kept += _kept(index, camera, protected.get(camera, []), young_from)
            return found, kept, index.totals()[1]
    except sqlite3.Error as error:
        raise SiteError(
            f"The index of recordings cannot be read: {error}.", hint="See the log; it can be made anew."
        ) from error


def _written(
    index: RecordIndex, camera: str, days: float, young_from: datetime, now: datetime, *, recorded: bool
) -> Written:
    day = now - timedelta(seconds=DAY_S)
    recent_bytes, recent_at = index.sum_of(camera, day, now)
    young_bytes, young_at = index.sum_of(camera, young_from, now, here=True)
    return Written(
        camera=camera,
        wanted_days=days,
        recent_bytes=recent_bytes,
        recent_s=(now - max(recent_at, day)).total_seconds() if recent_at is not None else 0.0,
        young_bytes=young_bytes,
        span_days=min(days, (now - young_at) / timedelta(days=1)) if young_at is not None else 0.0,
        recorded=recorded,
    )


def _kept(index: RecordIndex, camera: str, protected: Sequence[Span], young_from: datetime) -> int:
    """Bytes of what is older than wanted and stays all the same."""
    older = union(Span(span.from_at, min(span.to_at, young_from)) for span in protected if span.from_at < young_from)
    return sum(index.sum_of(camera, span.from_at, span.to_at, here=True)[0] for span in older)
